"""What pages show of a review; nothing here writes."""

from reviews.reading.documents import documents_to_send
from reviews.reading.plan import PlanRow, plan_of
from reviews.reading.review import (
    Task,
    WorkRow,
    set_up_tasks,
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
    "set_up_tasks",
    "team_of",
    "work_of",
]
