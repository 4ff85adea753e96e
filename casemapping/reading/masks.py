"""What an agency typed, as the team reads it until somebody of the team has looked. Nothing here writes."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from casemapping.models import CaseMap, Typed
from casemapping.rules import texts
from reviews.screening import roster
from reviews.screening.marks import HIDDEN
from reviews.screening.scan import masked

HIDDEN_WORDS = "Part of this is hidden until somebody has looked at it: open it to look"


def masked_rows(case: CaseMap, rows: Iterable[Any]) -> list[Any]:
    """The rows; of those that wait, copies in which whatever the whole roster names is hidden."""
    found: list[Any] = []
    names = None
    for row in rows:
        if not isinstance(row, Typed) or row.screening not in Typed.WAITING:
            found.append(row)
            continue
        row.case = case  # type: ignore[attr-defined]
        names = names or roster.load(case.review)
        before = getattr(row, row.words)
        marks = texts.named(
            before, roster=names, case_reference=case.review.case_reference
        )
        # Whoever set the review up is always on the roster: an empty one has been destroyed, and
        # nobody can tell any more what was marked.
        after = masked(before, marks) if names.names else HIDDEN
        if after != before:
            # A copy: the words of the row itself are never at risk of being saved hidden.
            masked_row: Any = copy.copy(row)
            setattr(masked_row, row.words, after)
            masked_row.is_masked = True
            row = masked_row
        found.append(row)
    return found
