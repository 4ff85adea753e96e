"""Pages on which the week is planned and mended."""

from __future__ import annotations

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
from reviews.models import Review
from reviews.pages.saving import press, save
from reviews.refusals import ChangedMeanwhile
from scheduling.domain import plans
from scheduling.forms.plans import PlanForm
from scheduling.models import WeekPlan
from scheduling.reading import plan as reading
from scheduling.reading.now import now_at


@review_view(Action.PLAN_TIMETABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: ReviewRequest, review: Review) -> HttpResponse:
    """Asks for a proposal, shows how far it is, and what it would move."""
    there = reading.plan_of(review)
    form = PlanForm(
        cast(QueryDict, request.POST) or None,
        weights=there.weights if there else {},
        kind=request.GET.get("kind", WeekPlan.Kind.WHOLE),
    )
    attempt = save(
        form,
        lambda: plans.ask(
            review=review,
            kind=form.cleaned_data["kind"],
            seconds=form.cleaned_data["seconds"],
            weights=form.weights,
            now=now_at(review),
            by=request.user,
            at=timezone.now(),
        ),
    )
    if attempt.done:
        return redirect("scheduling:timetable-plan", review.pk)
    found = reading.plan_page(review, now_at(review))
    return render(
        request,
        "scheduling/timetable_plan.html",
        {"found": found, "form": form, "work": reading.work_of(found.plan)},
    )


@review_view(Action.PLAN_TIMETABLE)
@require_safe
def plan_work(request: ReviewRequest, review: Review) -> HttpResponse:
    """How far the worker is, for a page that asks again and again."""
    work = reading.work_of(reading.plan_of(review))
    response = render(request, "components/work.html", {"work": work})
    response["X-Work"] = "over" if work is None else "going on"
    return response


@review_view(Action.PLAN_TIMETABLE)
@require_POST
def plan_stop(request: ReviewRequest, review: Review) -> HttpResponse:
    plans.stop(review=review)
    return redirect("scheduling:timetable-plan", review.pk)


@review_view(Action.PLAN_TIMETABLE)
@require_POST
def plan_take(request: ReviewRequest, review: Review) -> HttpResponse:
    chosen = {int(key) for key in request.POST.getlist("move") if key.isdecimal()}
    if not chosen:
        messages.error(request, "Tick at least one change, or leave the week as it is.")
        return redirect("scheduling:timetable-plan", review.pk)
    try:
        press(
            request,
            lambda: plans.take_moves(
                review=review,
                chosen=chosen,
                now=now_at(review),
                by=request.user,
                at=timezone.now(),
            ),
            says=lambda number: (
                "1 session was changed. It can be put back."
                if number == 1
                else f"{number} sessions were changed. They can be put back."
            ),
            leaves=(ChangedMeanwhile,),
        )
    except ChangedMeanwhile:
        messages.error(
            request,
            "Nothing was changed: one of these sessions now has to stay where it is, and is "
            "marked below. Take the others, or ask for a new proposal.",
        )
    return redirect("scheduling:timetable-plan", review.pk)


@review_view(Action.PLAN_TIMETABLE)
@require_POST
def plan_drop(request: ReviewRequest, review: Review) -> HttpResponse:
    plans.drop(review=review, by=request.user, at=timezone.now())
    return redirect("scheduling:timetable-plan", review.pk)


@review_view(Action.PLAN_TIMETABLE)
@require_POST
def plan_undo(request: ReviewRequest, review: Review) -> HttpResponse:
    press(
        request,
        lambda: plans.put_back(review=review, by=request.user, at=timezone.now()),
        says=_back_words,
    )
    return redirect("scheduling:timetable-plan", review.pk)


def _back_words(number: int) -> str:
    if not number:
        return "Nothing was put back: each of these sessions has been changed since."
    if number == 1:
        return "1 session is back where it was."
    return f"{number} sessions are back where they were."


@review_view(Action.PLAN_TIMETABLE)
@require_POST
def session_pin(
    request: ReviewRequest, review: Review, session_id: int
) -> HttpResponse:
    session = get_object_or_404(review.sessions, pk=session_id)
    session.review = review
    pinned = request.POST.get("pinned") == "yes"
    plans.pin(session=session, pinned=pinned, by=request.user, at=timezone.now())
    return redirect("scheduling:session", review.pk, session.pk)
