"""Pages of what is published: releases, what changed, and a calendar of one's own."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import (
    require_GET,
    require_http_methods,
    require_POST,
    require_safe,
)

from reviews.access import Action, ReviewRequest, can, open_view, review_view
from reviews.models import Review
from reviews.pages import say
from reviews.pages.saving import save
from scheduling.domain.releases import calendar_of, renew_feed, revoke_feed
from scheduling.domain.releases import publish as publish_release
from scheduling.forms.releases import PublishForm
from scheduling.models.releases import TimetableFeed
from scheduling.reading import releases as reading
from scheduling.reading.now import clock_of_the_place


@review_view(Action.WRITE_TIMETABLE)
@require_safe
def releases(request: ReviewRequest, review: Review) -> HttpResponse:
    """What has changed since the last release, who would be told, and every release so far."""
    return _page(request, review, None)


def _page(
    request: ReviewRequest, review: Review, form: PublishForm | None
) -> HttpResponse:
    now = clock_of_the_place(review, timezone.now())
    found = reading.releases_page(request.membership, now)
    if form is None:
        form = PublishForm(initial={"seen": found.seen})
    else:
        # After a refusal the button is for the week as it is shown now.
        data = cast(QueryDict, form.data).copy()
        data["seen"] = found.seen
        form.data = data
    form.action = reverse("scheduling:timetable-publish", args=[review.pk])
    return render(
        request,
        "scheduling/timetable_releases.html",
        {"found": found, "form": form},
    )


@review_view(Action.PUBLISH_TIMETABLE)
@require_POST
def publish(request: ReviewRequest, review: Review) -> HttpResponse:
    form = PublishForm(cast(QueryDict, request.POST))
    now = timezone.now()
    attempt = save(
        form,
        lambda: publish_release(
            review=review,
            now=clock_of_the_place(review, now),
            by=request.user,
            at=now,
            **form.cleaned_data,
        ),
    )
    if attempt.done:
        release = attempt.made
        waits = any(each != reading.SENT for each in release.mail.values())
        words = f"“{release.name}” is published."
        if waits and can(request.membership, Action.READ_OUTBOX):
            words += " Its messages wait in the outbox until you send them."
        elif waits:
            words += " Its messages wait for the review manager."
        messages.success(request, words)
        return redirect("scheduling:timetable-releases", review.pk)
    return _page(request, review, form)


@review_view(Action.WRITE_TIMETABLE)
@require_safe
def release(request: ReviewRequest, review: Review, release_id: UUID) -> HttpResponse:
    """One release, and what changed since the one before or since any other."""
    found = get_object_or_404(review.timetable_releases, pk=release_id)
    others = [each for each in review.timetable_releases.all() if each.pk != found.pk]
    since = next((each for each in others if each.number < found.number), None)
    wanted = request.GET.get("since", "")
    if wanted:
        since = next((each for each in others if str(each.pk) == wanted), None)
        if since is None:
            raise Http404
    return render(
        request,
        "scheduling/timetable_release.html",
        {
            "release": found,
            "others": others,
            "since": since,
            "changes": reading.changes_between(request.membership, since, found),
        },
    )


@review_view(Action.FOLLOW_TIMETABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def calendar(request: ReviewRequest, review: Review) -> HttpResponse:
    """Make, renew or end the secret address of one's own sessions; it is shown once."""
    member, now = request.membership, timezone.now()
    there = review.timetable_feeds.filter(membership=member).first()
    page = redirect("scheduling:timetable-calendar", review.pk)
    address = ""
    if request.method == "POST" and request.POST.get("do") == "end":
        revoke_feed(membership=member, by=request.user, at=now)
        messages.success(request, "The address opens nothing any more.")
        return page
    if request.method == "POST":
        # A page that is loaded again must not end the address that was copied from it.
        if request.POST.get("instead") != _mark(there):
            messages.success(
                request,
                "Your address was made before, and is as it was. If you have not copied it, make "
                "a new one.",
            )
            return page
        token = renew_feed(membership=member, by=request.user, at=now)
        where = reverse("scheduling:timetable-feed", args=[token])
        address = f"{settings.SITE_ADDRESS}{where}"
        there = review.timetable_feeds.get(membership=member)
    last = reading.last_release(review)
    return render(
        request,
        "scheduling/timetable_calendar.html",
        {
            "feed": there,
            "mark": _mark(there),
            "address": address,
            "published": say.day_of(last.at) if last else "",
        },
    )


def _mark(feed: TimetableFeed | None) -> str:
    """Stands for the address that a new one takes the place of."""
    return feed.made_at.isoformat() if feed else "none"


@open_view("a calendar program has no sign-in; the address is a 256-bit secret")
@require_GET
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """Somebody's own sessions for a calendar program, while they are on the team."""
    found = reading.feed_of(token)
    if found is None or not can(found.membership, Action.FOLLOW_TIMETABLE):
        raise Http404
    return HttpResponse(
        calendar_of(found, at=timezone.now()),
        content_type="text/calendar; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="timetable.ics"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
            "X-Robots-Tag": "noindex",
            "Referrer-Policy": "no-referrer",
        },
    )
