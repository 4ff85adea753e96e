"""What pages show of a review; nothing here writes."""

from reviews.reading.documents import documents_to_send
from reviews.reading.plan import PlanRow, plan_of
from reviews.reading.review import (
    Task,
    WorkRow,
    reasons_to_keep,
    same_review,
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

__all__ = [
    "Conflict",
    "PlanRow",
    "Slot",
    "Task",
    "Team",
    "WorkRow",
    "conflicts",
    "documents_to_send",
    "invitations_to_do",
    "plan_of",
    "reasons_to_keep",
    "same_review",
    "set_up_tasks",
    "team_of",
    "what_goes_with",
    "work_of",
]
