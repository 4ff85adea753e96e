"""What the questionnaire's pages show, to the team and to respondents. Nothing here writes."""

from questionnaires.reading.access_links import (
    AccessLink,
    access_link,
    by_number,
    is_spent,
)
from questionnaires.reading.breakdown import breakdown, groups_of
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
    CommentsWanted,
    comments,
    screened,
    to_screen,
)
from questionnaires.reading.earlier import answers_to_compare, earlier_title
from questionnaires.reading.home import (
    progress,
    stage_blockers,
    stage_warnings,
    to_do,
)
from questionnaires.reading.late import late_offer
from questionnaires.reading.listing import (
    frequent_domains,
    pending_list,
    people,
)
from questionnaires.reading.proof import proof_page, proof_task
from questionnaires.reading.respondent_form import (
    check_groups,
    faults,
    respondent_form_of,
    shown,
)
from questionnaires.reading.result_rows import Narrowed
from questionnaires.reading.results import (
    Reader,
    Standing,
    latest_release,
    results,
    standing,
)
from questionnaires.reading.running import (
    current,
    latest_released,
    open_link_rows,
    overview,
    rows_of,
    suggested_close,
)
from questionnaires.reading.told import next_told
from questionnaires.reading.turnout import (
    heads,
    invited,
    left_of,
    people_words,
    reminder_to,
    turnout,
)
from questionnaires.reading.work import of_list, of_questionnaire

__all__ = [
    "AccessLink",
    "CommentsWanted",
    "Narrowed",
    "Reader",
    "Standing",
    "access_link",
    "answers_of",
    "answers_to_compare",
    "bank_left",
    "breakdown",
    "by_number",
    "check_groups",
    "comments",
    "condition_words",
    "contents_of",
    "current",
    "earlier_choices",
    "earlier_title",
    "faults",
    "frequent_domains",
    "groups_of",
    "heads",
    "invited",
    "is_spent",
    "late_offer",
    "latest_release",
    "latest_released",
    "left_of",
    "minutes_of",
    "next_told",
    "of_list",
    "of_questionnaire",
    "open_link_rows",
    "overview",
    "pending_list",
    "people",
    "people_words",
    "progress",
    "proof_page",
    "proof_task",
    "reminder_to",
    "respondent_form_of",
    "results",
    "rows_of",
    "screened",
    "shown",
    "stage_blockers",
    "stage_warnings",
    "standing",
    "suggested_close",
    "texts_of",
    "to_do",
    "to_screen",
    "turnout",
]
