"""Moves of a timetable, and what stands against taking some of them. Needs no solver."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from scheduling.solver.frame import Frame
from scheduling.solver.problem import Pin, Placement, Problem, Timetable
from scheduling.solver.rules import breaches


@dataclass(frozen=True, slots=True)
class Move:
    """One session before and after; None is no place. ``because`` says what was wrong with before."""

    session: str
    before: Placement | None
    after: Placement | None
    sentence: str
    because: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """A timetable with some of the moves. ``refused`` says why it may not stand; empty is well."""

    timetable: Timetable
    refused: tuple[str, ...]


def take(problem: Problem, before: Timetable, moves: Iterable[Move]) -> Taken:
    """``before`` with these moves. Rules that were broken already, and are still, refuse nothing."""
    placements = {
        key: placed
        for key, placed in before.placements.items()
        if key in {each.key for each in problem.sessions}
    }
    old = Timetable(dict(placements))
    moved = set()
    for move in moves:
        moved.add(move.session)
        placements.pop(move.session, None)
        if move.after is not None:
            placements[move.session] = move.after
    new = Timetable(placements)
    frame = Frame(unpinned(problem, moved))
    known = {
        (breach.sessions, breach.sentence) for breach in breaches(Frame(problem), old)
    }
    return Taken(
        new,
        tuple(
            breach.sentence
            for breach in breaches(frame, new)
            if (breach.sessions, breach.sentence) not in known
            or moved & set(breach.sessions)
        ),
    )


def unpinned(problem: Problem, keys: Collection[str]) -> Problem:
    """What was fixed by hand and cannot be so any more."""
    return replace(
        problem,
        sessions=tuple(
            replace(each, pin=Pin()) if each.key in keys else each
            for each in problem.sessions
        ),
    )
