"""The pages of one session."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from reviews.access import Action, ReviewRequest, Sight, can, review_view, sees
from reviews.models import Membership, Review
from reviews.pages.saving import save
from reviews.reading import hypotheses
from scheduling import reading
from scheduling.domain.week import (
    add_session,
    cancel_session,
    change_session,
    ensure_rooms,
    goers,
    restore_session,
)
from scheduling.forms.sessions import CancelForm, SessionForm, initial_of
from scheduling.models import Session
from scheduling.reading import releases
from scheduling.reading.needs import asked_in
from scheduling.reading.now import now_at


def _session(membership: Membership, session_id: int) -> Session:
    """A session that this member may see; any other is not there."""
    found = reading.session_for(membership, session_id)
    if found is None:
        raise Http404
    return found


@review_view(Action.READ_TIMETABLE)
@require_safe
def session(request: ReviewRequest, review: Review, session_id: int) -> HttpResponse:
    found = _session(request.membership, session_id)
    clashes = reading.clashes_with(request.membership, found)
    return render(
        request,
        "scheduling/session.html",
        {
            "session": found,
            "peers": found.peers.all(),
            "people": releases.with_replies(
                found, reading.people_of(found, request.membership)
            ),
            "begun": found.begins <= now_at(review),
            "sees_people": reading.sees_people(request.membership),
            "sees_emails": can(request.membership, Action.WRITE_TIMETABLE),
            "themes": [t for t in review.pack.themes if t.code in found.themes],
            # The team's alone: the council's organiser reads this page too.
            "prompts": hypotheses.prompts_for(review, found.themes)
            if found.themes and can(request.membership, Action.READ_HYPOTHESES)
            else [],
            "asked": asked_in(found, request.membership),
            "clashes": clashes,
        },
    )


# What an address may fill in of a new session; never a name.
PREFILLED = (
    "type",
    "title",
    "names_kept",
    "day",
    "start",
    "minutes",
    "strand",
    "room",
    "themes",
    "source_class",
)
PREFILLED_LISTS = ("peers",)


@review_view(Action.WRITE_TIMETABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def session_new(request: ReviewRequest, review: Review) -> HttpResponse:
    ensure_rooms(review=review)
    form = SessionForm(
        cast(QueryDict, request.POST) or None,
        review=review,
        for_team=sees(request.membership, Sight.KEPT_NAMES),
        initial={name: request.GET[name] for name in PREFILLED if name in request.GET}
        | {name: request.GET.getlist(name) for name in PREFILLED_LISTS},
    )
    attempt = save(
        form,
        lambda: add_session(
            review=review,
            values=form.values(),
            peers=goers(review, form.values()["strand"], form.cleaned_data["peers"]),
            people=form.met or (),
            by=request.user,
            at=timezone.now(),
        ),
    )
    if attempt.done:
        added = attempt.made
        messages.success(request, f"“{added.title}” is in the timetable.")
        return redirect("scheduling:session", review.pk, added.pk)
    return render(
        request,
        "scheduling/session_form.html",
        {"form": form, "private": "names_kept" in request.GET},
    )


@review_view(Action.WRITE_TIMETABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def session_edit(
    request: ReviewRequest, review: Review, session_id: int
) -> HttpResponse:
    found = _session(request.membership, session_id)
    form = SessionForm(
        cast(QueryDict, request.POST) or None,
        review=review,
        session=found,
        for_team=sees(request.membership, Sight.KEPT_NAMES),
    )
    attempt = save(
        form,
        lambda: change_session(
            session=found,
            version=form.cleaned_data["version"],
            values=form.values(),
            peers=form.cleaned_data["peers"],
            people=form.met,
            by=request.user,
            at=timezone.now(),
        ),
        saved=lambda: initial_of(_session(request.membership, session_id)),
    )
    if attempt.done:
        messages.success(request, f"“{found.title}” is saved.")
        return redirect("scheduling:session", review.pk, found.pk)
    return render(
        request,
        "scheduling/session_form.html",
        {
            "form": form,
            "session": found,
            "theirs": attempt.theirs,
            "private": found.names_kept and sees(request.membership, Sight.KEPT_NAMES),
        },
    )


@review_view(Action.WRITE_TIMETABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def session_cancel(
    request: ReviewRequest, review: Review, session_id: int
) -> HttpResponse:
    """Asked once more first: people expect to be met."""
    found = _session(request.membership, session_id)
    form = CancelForm(request.POST if request.method == "POST" else None)
    attempt = save(
        form,
        lambda: cancel_session(
            session=found,
            because=form.cleaned_data["because"],
            by=request.user,
            at=timezone.now(),
        ),
    )
    if attempt.done:
        messages.success(request, f"“{found.title}” is cancelled. It can be put back.")
        return redirect("scheduling:session", review.pk, found.pk)
    return render(
        request,
        "scheduling/session_cancel.html",
        {
            "session": found,
            "form": form,
            "expected": max(found.people_expected, len(found.people.all())),
            "peers": len(found.peers.all()),
            "published": releases.is_published(found),
        },
    )


@review_view(Action.WRITE_TIMETABLE)
@require_POST
def session_restore(
    request: ReviewRequest, review: Review, session_id: int
) -> HttpResponse:
    found = _session(request.membership, session_id)
    restore_session(session=found, by=request.user, at=timezone.now())
    messages.success(request, f"“{found.title}” is back in the timetable.")
    return redirect("scheduling:session", review.pk, found.pk)
