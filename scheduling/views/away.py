"""Times that are not free: one page, on which everybody enters what is theirs to say."""

from __future__ import annotations

from typing import cast

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from reviews.access import Action, ReviewRequest, own_agency, review_view
from reviews.models import Review
from reviews.pages import say
from reviews.pages.saving import save
from scheduling.domain import plans
from scheduling.forms.plans import AwayForm
from scheduling.reading import availability


@review_view(Action.ENTER_TIMES)
@require_http_methods(["GET", "HEAD", "POST"])
def away(request: ReviewRequest, review: Review) -> HttpResponse:
    member = request.membership
    groups = availability.subjects_for(member)
    data = cast(QueryDict, request.POST) or None
    form = AwayForm(data if groups else None, review=review, groups=groups)
    attempt = save(
        form,
        lambda: plans.add_away(
            review=review,
            agency=own_agency(member),
            by=request.user,
            at=timezone.now(),
            **form.values(),
        ),
    )
    if attempt.done:
        there = availability.standing(member, **form.values())
        if there:
            titles = say.listed([f"“{each.title}”" for each in there])
            stand = "stands" if len(there) == 1 else "stand"
            messages.success(
                request,
                f"The time is saved. {titles} {stand} there until the team moves "
                f"{'it' if len(there) == 1 else 'them'}.",
            )
        else:
            messages.success(request, "The time is kept free.")
        return redirect("scheduling:timetable-away", review.pk)
    return render(
        request,
        "scheduling/timetable_away.html",
        {
            "form": form if groups else None,
            "away": availability.lines_for(member),
            "heading": availability.heading_for(member),
        },
    )


@review_view(Action.ENTER_TIMES)
@require_POST
def away_remove(request: ReviewRequest, review: Review, away_id: int) -> HttpResponse:
    lines = availability.lines_for(request.membership)
    found = next((each.away for each in lines if each.away.pk == away_id), None)
    if found is None:
        raise Http404
    found.review = review
    plans.remove_away(away=found, by=request.user, at=timezone.now())
    return redirect("scheduling:timetable-away", review.pk)
