"""What is set aside as wrong data: its kind and case, never its words. Nothing here writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from casemapping.models import CaseMap, CaseRecord, Typed
from casemapping.reading.map import NOUNS
from casemapping.rules import steps
from reviews.access import Action
from reviews.models import Membership


@dataclass(frozen=True)
class Hidden:
    """Something set aside: its kind and case, never its words."""

    kind: str
    noun: str
    case_code: str
    row: CaseMap | CaseRecord
    by_me: bool


def set_aside(membership: Membership) -> list[Hidden]:
    cases = CaseMap.objects.open_to(membership, Action.WRITE_CASE_MAP)
    found: list[tuple[str, Any]] = [
        ("case", case) for case in cases.filter(set_aside_by__isnull=False)
    ]
    for kind, model in steps.KINDS.items():
        rows = model.objects.filter(case__in=cases, set_aside_by__isnull=False)
        here = list(rows.select_related("case").defer(*_words(model)))
        found += [(kind, row) for row in here if not _goes_with_another(row, here)]
    return [
        Hidden(
            kind=kind,
            noun=NOUNS.get(kind, "whole case"),
            case_code=row.code if isinstance(row, CaseMap) else row.case.code,
            row=row,
            by_me=row.set_aside_by_id == membership.user_id,
        )
        for kind, row in found
    ]


def _goes_with_another(row: CaseRecord, rows: Sequence[Any]) -> bool:
    """A line of a sheet is put back and destroyed with the map's own that was made of it."""
    return any(
        isinstance(each, Typed)
        and (each.made_of_id, each.set_aside_by_id) == (row.pk, row.set_aside_by_id)  # type: ignore[attr-defined]
        for each in rows
    )


def _words(model: type[CaseRecord]) -> Sequence[str]:
    """Words that are set aside are not even fetched."""
    return [
        field.name
        for field in model._meta.get_fields()
        if type(field).__name__.startswith("Sealed")
    ]
