"""The list of cases, and where each may go next. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q

from casemapping.models import CaseMap
from casemapping.reading.sheets import sheets_of
from casemapping.rules import steps
from reviews.access import Action, Sight, can, sees
from reviews.models import Membership

Status = CaseMap.Status
STATUS_COLOURS = {
    Status.PROPOSED: "grey",
    Status.CHOSEN: "blue",
    Status.PREPARED: "purple",
    Status.MAPPED: "green",
    Status.DISCUSSED: "turquoise",
    Status.PURGED: "grey",
}


@dataclass(frozen=True)
class CaseRow:
    """One case in the list."""

    case: CaseMap
    facilitators: str
    sheets_in: int
    sheets_asked: int
    may_write: bool
    may_read: bool

    @property
    def colour(self) -> str:
        return STATUS_COLOURS[Status(self.case.status)]


def cases_of(membership: Membership) -> list[CaseRow]:
    """Every case of the review that this team member may open now, in two queries."""
    reads = can(membership, Action.READ_CASE_MAP)
    writes = can(membership, Action.WRITE_CASE_MAP)
    every = sees(membership, Sight.EVERY_CASE)
    rows = []
    for case in (
        membership.review.case_maps.filter(set_aside_by__isnull=True)
        .annotate(
            asked=Count("sheets"), came=Count("sheets", filter=Q(sheets__is_in=True))
        )
        .prefetch_related("facilitators__user")
    ):
        case.review = membership.review
        people = list(case.facilitators.all())
        mine = every or membership.pk in [p.pk for p in people]
        alive = case.status != Status.PURGED
        row = CaseRow(
            case=case,
            facilitators=", ".join(sorted(each.name for each in people)),
            sheets_in=case.came,  # type: ignore[attr-defined]
            sheets_asked=case.asked,  # type: ignore[attr-defined]
            may_write=alive and writes and mine,
            may_read=alive and (reads or (writes and mine)),
        )
        if reads or (writes and mine):
            rows.append(row)
    return rows


@dataclass(frozen=True)
class Move:
    """One way on or back for a case, with why it is not open yet."""

    to: str
    label: str
    forward: bool
    missing: str


def moves(case: CaseMap) -> list[Move]:
    order = list(Status)
    here = order.index(Status(case.status))
    found = []
    for to in steps.MOVES[case.status]:
        forward = order.index(Status(to)) > here
        words = Status(to).label.lower()
        label = f"Mark as {words}" if forward else f"Go back to {words}"
        found.append(Move(to, label, forward, steps.what_is_missing(case, to)))
    return found


def codes_for(membership: Membership) -> list[str]:
    """The codes of the cases that this person knows of."""
    if sees(membership, Sight.CASES):
        return [row.case.code for row in cases_of(membership)]
    return sorted({sheet.case.code for sheet in sheets_of(membership)})
