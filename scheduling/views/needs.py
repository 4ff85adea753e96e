"""Pages of who must be seen, and the press that puts them into the week."""

from __future__ import annotations

import uuid
from typing import cast

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from reviews.access import Action, ReviewRequest, review_view
from reviews.models import Membership, Review
from reviews.pages import say
from reviews.pages.saving import save
from scheduling.domain import needs as verbs
from scheduling.forms.needs import NeedForm, initial_of
from scheduling.models import Need
from scheduling.reading import needs as reading
from scheduling.reading.now import now_at


def _need(member: Membership, need_id: uuid.UUID) -> Need:
    need = get_object_or_404(reading.needs_for(member), pk=need_id)
    need.review = member.review
    return need


@review_view(Action.WRITE_TIMETABLE)
@require_safe
def needs(request: ReviewRequest, review: Review) -> HttpResponse:
    only_left = request.GET.get("show") == "left"
    found = reading.needs_page(request.membership, only_left=only_left)
    return render(request, "scheduling/needs.html", {"found": found})


@review_view(Action.WRITE_TIMETABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def need_new(request: ReviewRequest, review: Review) -> HttpResponse:
    form = NeedForm(cast(QueryDict, request.POST) or None, member=request.membership)
    attempt = save(
        form,
        lambda: verbs.add_need(
            review=review,
            values=form.values(),
            people=form.people_given,
            names_kept=bool(form.names_kept_given),
            asked=form.asked,
            by=request.user,
            at=timezone.now(),
        ),
        beside="questions",
    )
    if attempt.done:
        messages.success(request, f"“{attempt.made.title}” is in the list.")
        return redirect("scheduling:needs", review.pk)
    return render(request, "scheduling/need_form.html", {"form": form})


@review_view(Action.WRITE_TIMETABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def need(request: ReviewRequest, review: Review, need_id: uuid.UUID) -> HttpResponse:
    found = _need(request.membership, need_id)
    form = NeedForm(
        cast(QueryDict, request.POST) or None, member=request.membership, need=found
    )
    attempt = save(
        form,
        lambda: verbs.change_need(
            need=found,
            version=form.cleaned_data["version"],
            values=form.values(),
            people=form.people_given,
            names_kept=form.names_kept_given,
            asked=form.asked,
            by=request.user,
            at=timezone.now(),
        ),
        beside="questions",
        saved=lambda: initial_of(_need(request.membership, need_id)),
    )
    if attempt.done:
        messages.success(request, f"“{found.title}” is saved.")
        return redirect("scheduling:needs", review.pk)
    planned = found.session if reading.is_planned(found) else None
    return render(
        request,
        "scheduling/need_form.html",
        {"form": form, "need": found, "planned": planned, "theirs": attempt.theirs},
    )


@review_view(Action.WRITE_TIMETABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def need_remove(
    request: ReviewRequest, review: Review, need_id: uuid.UUID
) -> HttpResponse:
    """Asked once more first: names and key questions go with it."""
    found = _need(request.membership, need_id)
    if request.method == "POST":
        verbs.remove_need(need=found, by=request.user, at=timezone.now())
        messages.success(request, f"“{found.title}” is no longer in the list.")
        return redirect("scheduling:needs", review.pk)
    planned = found.session if reading.is_planned(found) else None
    return render(
        request, "scheduling/need_remove.html", {"need": found, "planned": planned}
    )


@review_view(Action.WRITE_TIMETABLE)
@require_POST
def needs_fill(request: ReviewRequest, review: Review) -> HttpResponse:
    done = verbs.fill_needs(review=review, by=request.user, at=timezone.now())
    if done.made:
        words = f"{say.counted(done.made, 'line')} added to the list."
    elif done.linked:
        words = f"{say.counted(done.linked, 'session')} of the timetable found."
    else:
        words = "Everybody of the framework is in the list already."
    messages.success(request, words)
    return redirect("scheduling:needs", review.pk)


@review_view(Action.WRITE_TIMETABLE)
@require_POST
def needs_place(request: ReviewRequest, review: Review) -> HttpResponse:
    done = verbs.place_needs(
        review=review,
        waiting=reading.needs_for(request.membership),
        now=now_at(review),
        by=request.user,
        at=timezone.now(),
    )
    if not done.sessions:
        messages.info(
            request,
            "Nothing was put into the week: everybody is planned, or its days are over.",
        )
        return redirect("scheduling:needs", review.pk)
    words = f"{say.counted(done.sessions, 'session')} put into the week for a start."
    if done.clashing:
        which = "It" if done.sessions == 1 else f"{done.clashing} of them"
        words += f" {which} found no free place, and the timetable shows what clashes."
    messages.success(request, words)
    return redirect("scheduling:needs", review.pk)
