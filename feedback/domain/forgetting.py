"""What dies of findings while they stay: the words of excerpts, and what notes are counted with."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from reviews import retention
from reviews.domain import forget_sources
from reviews.evidence_item import Kind
from reviews.models import Review
from reviews.screening import roster

# A figure of many, and a learning point that the report prints: neither is what somebody said.
OF_THE_REPORT = (Kind.RESULT, Kind.CASE)


@transaction.atomic
def forget_excerpts(*, review: Review) -> int:
    """The words of excerpts go with the notes; that each was there stays, for the findings."""
    Review.objects.lock(review.pk)
    rows = list(review.excerpts.filter(text__isnull=False))
    for each in rows:
        if each.cleared and each.kind in OF_THE_REPORT:
            each.kept = each.text
        each.text = None
        # It led to what is gone.
        each.evidence_key = f"gone {each.pk}"
        each.save(update_fields=["text", "kept", "evidence_key"])
    return len(rows)


def forget_what_counts(*, review: Review, today: dt.date) -> None:
    """What leads from a note to its session, and the names that texts are screened for.

    The first goes in the night after a report is approved, the second in the night after one is
    issued; both when what people said goes, at whatever stage and whether or not there is one.
    """
    late = today >= review.day_zero + retention.WORDS
    versions = review.report_versions
    if late or versions.exclude(approved_on=None).exists():
        forget_sources(review)
    if late or versions.exclude(issued_on=None).exists():
        roster.forget(review)
