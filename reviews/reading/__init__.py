"""What pages show of a review; nothing here writes."""

from reviews.reading.documents import documents_to_send
from reviews.reading.plan import PlanRow, plan_of
from reviews.reading.review import (
    Step,
    Task,
    WorkRow,
    reasons_to_keep,
    same_review,
    set_up_steps,
    set_up_tasks,
    what_goes_with,
    work_of,
)
from reviews.reading.team import (
    Conflict,
    Slot,
    Team,
    conflicts,
    invitations_to_do,
    team_of,
)
from reviews.reading.terms import has_own_terms, to_sign

__all__ = [
    "Conflict",
    "PlanRow",
    "Slot",
    "Step",
    "Task",
    "Team",
    "WorkRow",
    "conflicts",
    "documents_to_send",
    "has_own_terms",
    "invitations_to_do",
    "plan_of",
    "reasons_to_keep",
    "same_review",
    "set_up_steps",
    "set_up_tasks",
    "team_of",
    "to_sign",
    "what_goes_with",
    "work_of",
]
