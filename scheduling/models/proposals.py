"""A proposal for the week: what the worker found, as it is kept, and how far it is."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from scheduling.models import Session, WeekPlan
from scheduling.solver.moves import Move
from scheduling.solver.problem import Placement


@dataclass(frozen=True)
class Proposed:
    """One move of a proposal. ``version``: of the session as it was planned from."""

    session: int
    version: int
    before: Placement | None
    after: Placement | None
    because: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {
            "session": self.session,
            "version": self.version,
            "before": _to_json(self.before),
            "after": _to_json(self.after),
            "because": list(self.because),
        }

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Proposed:
        return cls(
            row["session"],
            row["version"],
            _from_json(row["before"]),
            _from_json(row["after"]),
            tuple(row["because"]),
        )

    @property
    def move(self) -> Move:
        return Move(str(self.session), self.before, self.after, "", self.because)


def _to_json(placed: Placement | None) -> dict[str, Any] | None:
    if placed is None:
        return None
    return {
        "begins": placed.begins.isoformat(),
        "room": placed.room,
        "peers": list(placed.peers),
    }


def _from_json(row: Mapping[str, Any] | None) -> Placement | None:
    if row is None:
        return None
    begins = dt.datetime.fromisoformat(row["begins"])
    return Placement(begins, row["room"], tuple(row["peers"]))


@dataclass(frozen=True)
class Result:
    """What the worker found. ``reasons``: (why something has no place, what would help)."""

    moves: tuple[Proposed, ...] = ()
    reasons: tuple[tuple[str, str], ...] = ()
    remarks: tuple[str, ...] = ()
    costs: tuple[str, ...] = ()
    placed: int = 0
    sessions: int = 0
    points: int = 0
    bound: int = 0
    optimal: bool = False
    stopped: bool = False
    seconds: float = 0

    def to_text(self) -> str:
        values = dict(vars(self))
        values["moves"] = [each.as_json() for each in self.moves]
        return json.dumps(values)

    @classmethod
    def from_text(cls, text: str) -> Result:
        values = json.loads(text)
        values["moves"] = tuple(Proposed.from_json(row) for row in values["moves"])
        values["reasons"] = tuple((why, helps) for why, helps in values["reasons"])
        values["remarks"] = tuple(values["remarks"])
        values["costs"] = tuple(values["costs"])
        return cls(**values)


def is_running(plan: WeekPlan) -> bool:
    """The worker has it still. One whose worker died is over as soon as its job is."""
    if plan.state != WeekPlan.State.RUNNING:
        return False
    return plan.job is not None and not plan.job.is_over


def has_failed(plan: WeekPlan) -> bool:
    """The worker could not finish it: it was killed, or something went wrong."""
    if plan.state == WeekPlan.State.FAILED:
        return True
    over = plan.job is None or plan.job.is_over
    return plan.state == WeekPlan.State.RUNNING and over


def why_it_stays(session: Session, move: Proposed, now: dt.datetime) -> str:
    """Why a session stays where it is, whatever was proposed for it; "" where it can be moved."""
    if session.version != move.version:
        return "Changed by somebody since: it stays"
    if session.pinned:
        return "Pinned since: it stays"
    if session.begins <= now or (move.after and move.after.begins <= now):
        return "Too late: its time has come"
    return ""
