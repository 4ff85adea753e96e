"""The steps of a case, what each of them needs, and the kinds of line on its map."""

from __future__ import annotations

from typing import Any

from casemapping.models import (
    AgencyInvolvement,
    CaseMap,
    ChildVoice,
    DecisionPoint,
    Factor,
    Learning,
    TimelineEvent,
)
from reviews.pages import say

Status = CaseMap.Status

# From each state, where a case may go next. Purged is reached by destruction alone.
MOVES: dict[str, tuple[str, ...]] = {
    Status.PROPOSED: (Status.CHOSEN,),
    Status.CHOSEN: (Status.PREPARED, Status.PROPOSED),
    Status.PREPARED: (Status.MAPPED, Status.CHOSEN),
    Status.MAPPED: (Status.DISCUSSED, Status.PREPARED),
    Status.DISCUSSED: (Status.MAPPED,),
    Status.PURGED: (),
}

KINDS: dict[str, type[Any]] = {
    "involvement": AgencyInvolvement,
    "event": TimelineEvent,
    "decision": DecisionPoint,
    "voice": ChildVoice,
    "factor": Factor,
    "learning": Learning,
}
# What an agency writes on its preparation sheet.
SHEET_KINDS = ("involvement", "event")

# What the workshop's own steps ask for; another number is asked about and not refused.
DECISIONS, LEARNING_POINTS = (3, 6), 3


def what_is_missing(case: CaseMap, to: str) -> str:
    """Why the case cannot go forward to ``to`` yet; empty when it can, and when going back."""
    if list(Status).index(Status(to)) < list(Status).index(Status(case.status)):
        return ""
    if to == Status.CHOSEN and not case.facilitators.exists():
        return f"{case.code} needs at least one facilitator before it is chosen."
    if to == Status.PREPARED:
        sheets = list(case.sheets.select_related("agency"))
        waiting = [sheet.agency.name for sheet in sheets if not sheet.is_in]
        if not sheets:
            return (
                f"No agency has been asked for a preparation sheet on {case.code} yet."
            )
        if waiting:
            return f"Sheets are still to come from {', '.join(waiting)}."
    if to == Status.MAPPED:
        steps = (
            ("events", TimelineEvent.objects.all(), "an event on the timeline"),
            ("decisions", DecisionPoint.objects.all(), "a decision point"),
            (
                "learning",
                Learning.objects.filter(kind=Learning.Kind.LEARNING),
                "a learning point",
            ),
        )
        # A framework whose workshop takes no decision points down asks for none.
        taken = {step.records for step in case.review.pack.case_map.steps}
        missing = [
            words
            for records, rows, words in steps
            if records in taken and not rows.filter(case=case).on_map().exists()
        ]
        if missing:
            return f"{case.code} still needs {' and '.join(missing)}."
    return ""


def what_is_unusual(case: CaseMap, to: str) -> list[str]:
    """What somebody should confirm before the case counts as mapped, in sentences."""
    if to != Status.MAPPED or case.status != Status.PREPARED:
        return []
    decisions = case.decisions.filter(set_aside_by__isnull=True).count()
    points = case.learning.filter(
        kind=Learning.Kind.LEARNING, set_aside_by__isnull=True
    ).count()
    found = []
    if not DECISIONS[0] <= decisions <= DECISIONS[1]:
        found.append(
            f"{say.counted(decisions, 'decision point')} recorded, "
            "and the workshop asks for three to six."
        )
    if points < LEARNING_POINTS:
        found.append(
            f"{say.counted(points, 'learning point')} recorded, "
            "and the workshop asks for three."
        )
    return found
