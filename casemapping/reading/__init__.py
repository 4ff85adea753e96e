"""What the pages of case mapping show. Nothing here writes."""

from casemapping.reading.aside import Hidden, set_aside
from casemapping.reading.cases import STATUS_COLOURS, cases_of, codes_for, moves
from casemapping.reading.home import progress, stage_blockers, stage_warnings, to_do
from casemapping.reading.map import (
    NOUNS,
    STEPS,
    Map,
    line_of,
    months,
    step_to_open,
    story,
    workshop_steps,
)
from casemapping.reading.sheets import (
    asked_words,
    sheet_groups,
    sheets_due,
    sheets_page,
)

__all__ = [
    "NOUNS",
    "STATUS_COLOURS",
    "STEPS",
    "Hidden",
    "Map",
    "asked_words",
    "cases_of",
    "codes_for",
    "line_of",
    "months",
    "moves",
    "progress",
    "set_aside",
    "sheet_groups",
    "sheets_due",
    "sheets_page",
    "stage_blockers",
    "stage_warnings",
    "step_to_open",
    "story",
    "to_do",
    "workshop_steps",
]
