"""What is held of a review, for whoever answers requests for information. Standing texts alone."""

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from reviews.access import Action, ReviewRequest, review_view
from reviews.models import Review, Stage
from reviews.reading import held


@review_view(Action.READ_RECORDS)
@require_safe
def records(request: ReviewRequest, review: Review) -> HttpResponse:
    head = _head(review)
    page = held.held_page(request.membership, today=head["today"])
    return render(request, "reviews/records.html", head | {"page": page})


@review_view(Action.READ_RECORDS)
@require_safe
def records_people(request: ReviewRequest, review: Review) -> HttpResponse:
    head = _head(review)
    groups = held.people_groups(request.membership, today=head["today"])
    return render(request, "reviews/records_people.html", head | {"groups": groups})


def _head(review: Review) -> dict[str, Any]:
    """What both say of themselves on paper, and who answers for what they tell."""
    return {
        "today": review.today(timezone.now()),
        "stage_label": Stage(review.stage).label,
        "controller": settings.DATA_CONTROLLER,
    }
