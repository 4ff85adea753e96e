"""What is held of a review, for whoever answers requests for information. Standing texts alone."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reviews.access import Action, ReviewRequest, review_view
from reviews.models import Review
from reviews.reading import records as reading


@review_view(Action.READ_RECORDS)
@require_safe
def records(request: ReviewRequest, review: Review) -> HttpResponse:
    mine, installation = reading.rows_of(review)
    return render(
        request,
        "reviews/records.html",
        {"rows": mine, "installation": installation},
    )


@review_view(Action.READ_RECORDS)
@require_safe
def records_people(request: ReviewRequest, review: Review) -> HttpResponse:
    return render(
        request, "reviews/records_people.html", {"groups": reading.ties_of(review)}
    )
