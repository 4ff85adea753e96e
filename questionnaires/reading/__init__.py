"""What the questionnaire's pages show, to the team and to respondents. Nothing here writes."""

from questionnaires.reading.building import (
    answers_of,
    bank_left,
    condition_words,
    contents_of,
    earlier_choices,
    minutes_of,
    texts_of,
)
from questionnaires.reading.comments import (
    comments,
    marked_pieces,
    to_screen,
)
from questionnaires.reading.doors import Door, by_number, door, is_spent
from questionnaires.reading.home import progress, stage_blockers, to_do
from questionnaires.reading.listing import (
    frequent_domains,
    own_agency,
    pending_list,
    people,
)
from questionnaires.reading.paper import check_groups, faults, paper_of, shown
from questionnaires.reading.results import latest_release, results
from questionnaires.reading.running import (
    current,
    latest_released,
    open_link_rows,
    overview,
    rows_of,
    suggested_close,
)
from questionnaires.reading.turnout import heads, reminder_to, turnout
from questionnaires.reading.work import of_list, of_questionnaire

__all__ = [
    "Door",
    "answers_of",
    "bank_left",
    "by_number",
    "check_groups",
    "comments",
    "condition_words",
    "contents_of",
    "current",
    "door",
    "earlier_choices",
    "faults",
    "frequent_domains",
    "heads",
    "is_spent",
    "latest_release",
    "latest_released",
    "marked_pieces",
    "minutes_of",
    "of_list",
    "of_questionnaire",
    "open_link_rows",
    "overview",
    "own_agency",
    "paper_of",
    "pending_list",
    "people",
    "progress",
    "reminder_to",
    "results",
    "rows_of",
    "shown",
    "stage_blockers",
    "suggested_close",
    "texts_of",
    "to_do",
    "to_screen",
    "turnout",
]
