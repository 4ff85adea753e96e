"""How the pages of case mapping find the rows they are about."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from casemapping.models import CaseMap, CaseRecord
from casemapping.rules import steps
from reviews.access import Action, ReviewRequest
from reviews.models import Review

WRITE, READ, SHEET = (
    Action.WRITE_CASE_MAP,
    Action.READ_CASE_MAP,
    Action.WRITE_CASE_SHEET,
)


def case_of(
    request: ReviewRequest, review: Review, case_id: UUID, action: Action = WRITE
) -> CaseMap:
    """The case, if this member may do it there: 404 off the review, 403 to the rest."""
    case = get_object_or_404(review.case_maps.standing(), pk=case_id)
    mine = review.case_maps.open_to(request.membership, action)
    if not mine.filter(pk=case.pk).exists():
        raise PermissionDenied
    case.review = review
    return case


def record_of(case: CaseMap, kind: str, record_id: UUID) -> CaseRecord:
    rows = steps.KINDS[kind].objects.filter(case=case).on_map()
    record: CaseRecord = get_object_or_404(rows, pk=record_id)
    record.case = case
    return record


def fresh(row: CaseRecord) -> CaseRecord:
    """The row as somebody else has just saved it."""
    saved: Any = type(row)._base_manager.get(pk=row.pk)
    saved.case = row.case
    return cast(CaseRecord, saved)


def button_words(noun: str) -> dict[str, str]:
    """What the red buttons say: each names what is lost."""
    return {
        "remove_words": f"Remove this {noun}",
        "aside_words": f"Set this {noun} aside",
        "destroy_words": f"Destroy this {noun} for good",
    }


HIDDEN = "Set aside. No page shows it now. A second person has to destroy it."
