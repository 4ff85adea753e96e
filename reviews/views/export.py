"""Export a review's set-up as one file, and begin a review from such a file."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from reviews import domain
from reviews.access import (
    Action,
    MemberRequest,
    ReviewRequest,
    member_view,
    review_view,
)
from reviews.domain.export import MOST_BYTES
from reviews.forms.export import ImportReviewForm
from reviews.models import Review
from reviews.pages.saving import save
from reviews.reading.export import exported


@review_view(Action.EXPORT_REVIEW)
@require_GET
def export(request: ReviewRequest, review: Review) -> HttpResponse:
    return HttpResponse(
        exported(review),
        content_type="application/json",
        headers={
            "Content-Disposition": 'attachment; filename="review.json"',
            "Content-Security-Policy": "sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


@member_view(lambda user: user.may_create_reviews)
@require_http_methods(["GET", "POST"])
def review_import(request: MemberRequest) -> HttpResponse:
    form = ImportReviewForm(request.POST or None, request.FILES or None)
    attempt = save(
        form,
        lambda: domain.import_review(
            content=form.cleaned_data["file"].read(MOST_BYTES + 1),
            by=request.user,
            at=timezone.now(),
            again="again" in request.POST,
        ),
        beside="file",
    )
    if attempt.done:
        messages.success(
            request, "The review was imported. Check who its contacts are."
        )
        return redirect("reviews:details", attempt.made.pk)
    return render(request, "reviews/review_import.html", {"form": form})
