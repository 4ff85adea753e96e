"""What dies of findings while they stay: the words of excerpts."""

from __future__ import annotations

from django.db import transaction

from reviews.evidence_item import Kind
from reviews.models import Review

# A figure of many, and a learning point that the report prints: neither is what somebody said.
OF_THE_REPORT = (Kind.RESULT, Kind.CASE)


@transaction.atomic
def forget_excerpts(*, review: Review) -> int:
    """The words of excerpts go with the notes; that a cleared one was there stays, for the findings."""
    Review.objects.lock(review.pk)
    # A second reader would have nothing to read, and a finding would wait for them.
    review.excerpts.filter(cleared=False).delete()
    rows = list(review.excerpts.filter(text__isnull=False))
    for each in rows:
        if each.kind in OF_THE_REPORT:
            each.kept = each.text
        each.text = None
        # It led to what is gone.
        each.evidence_key = f"gone {each.pk}"
        each.save(update_fields=["text", "kept", "evidence_key"])
    return len(rows)
