"""The self-test of notes: what it found, and its button."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from reviews.access import Action, ReviewRequest, can, review_view
from reviews.models import Review
from reviews.pages.saving import confirm
from reviews.refusals import Refusal
from scheduling import reading
from scheduling.proof import proving


@review_view(Action.READ_PROOF)
@require_safe
def notes_proof(request: ReviewRequest, review: Review) -> HttpResponse:
    return _page(request, review)


@review_view(Action.RUN_NOTE_PROOF)
@require_POST
def notes_proof_run(request: ReviewRequest, review: Review) -> HttpResponse:
    attempt = confirm(
        request,
        lambda: proving.ask_for_proof(
            review=review, by=request.user, at=timezone.now()
        ),
    )
    if attempt.done:
        return redirect("scheduling:notes-proof", review.pk)
    return _page(request, review, attempt.refusal)


def _page(
    request: ReviewRequest, review: Review, refusal: Refusal | None = None
) -> HttpResponse:
    return render(
        request,
        "scheduling/notes_proof.html",
        {
            "page": reading.proof_page(review),
            "may_run": can(request.membership, Action.RUN_NOTE_PROOF),
            "may_read_notes": can(request.membership, Action.READ_NOTES),
            "refusal": refusal,
        },
    )
