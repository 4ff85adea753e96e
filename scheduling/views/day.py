"""On the day: what is on, what comes next, and that a session was held."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from reviews.access import Action, ReviewRequest, can, review_view
from reviews.models import Review
from reviews.pages import say
from reviews.pages.saving import press
from scheduling import reading
from scheduling.domain import week
from scheduling.forms.sessions import HeldForm
from scheduling.reading.now import now_at


@review_view(Action.READ_TIMETABLE)
@require_safe
def now_and_next(request: ReviewRequest, review: Review) -> HttpResponse:
    return render(
        request,
        "scheduling/now.html",
        {
            "now": reading.now_and_next(request.membership, now_at(review)),
            "can_hold": can(request.membership, Action.HOLD_SESSION),
        },
    )


@review_view(Action.READ_COVERAGE)
@require_safe
def coverage(request: ReviewRequest, review: Review) -> HttpResponse:
    """Who has not been heard yet, and when tomorrow could mend it."""
    return render(
        request,
        "scheduling/coverage.html",
        {"coverage": reading.coverage_of(request.membership, now_at(review))},
    )


@review_view(Action.HOLD_SESSION)
@require_POST
def session_hold(
    request: ReviewRequest, review: Review, session_id: int
) -> HttpResponse:
    """A session was held, and so many came."""
    found = reading.session_for(request.membership, session_id)
    if found is None:
        raise Http404
    back = request.POST.get("back")
    form = HeldForm(request.POST)
    if not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, f"{errors[0]}. Nothing was saved.")
    else:
        came = form.cleaned_data["came"]
        people = say.counted(came or 0, "person", "people")
        words = f"“{found.title}” was held"
        words += f", and {people} came." if came is not None else "."
        press(
            request,
            lambda: week.hold_session(
                session=found,
                came=came,
                now=now_at(review),
                by=request.user,
                at=timezone.now(),
            ),
            says=words,
        )
    if back == "session":
        return redirect("scheduling:session", review.pk, found.pk)
    return redirect("scheduling:now", review.pk)
