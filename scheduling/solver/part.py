"""A part of the week looked at again while the rest of it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import replace

from scheduling.solver.frame import Frame
from scheduling.solver.literals import Crews
from scheduling.solver.problem import Pin, Problem, Session, Timetable


def held_fast(problem: Problem, timetable: Timetable, free: Collection[str]) -> Problem:
    """The same week with every placed session that is not free fixed where it is."""
    return replace(
        problem,
        sessions=tuple(
            _fixed(session, timetable)
            if session.key not in free and session.key in timetable.placements
            else session
            for session in problem.sessions
        ),
    )


def _fixed(session: Session, timetable: Timetable) -> Session:
    placed = timetable.placements[session.key]
    return replace(session, pin=Pin(placed.begins, placed.room, placed.peers))


def only(free: Collection[str], crews: Crews) -> Crews:
    """Nobody holds a session that is not free: if it has no place, it stays without."""
    return lambda session: crews(session) if session.key in free else []


def usual_crews(frame: Frame) -> Crews:
    """The strands, and any two where no strand may hold a session."""
    return lambda session: frame.strand_crews(session) or frame.all_crews(session)


class Near:
    """Which placed sessions are most in the way of others: those that share people, then times."""

    def __init__(self, frame: Frame, crews: Crews) -> None:
        self.frame, self.crews = frame, crews

    def to(
        self,
        keys: Iterable[str],
        timetable: Timetable,
        number: int,
        but: Collection[str] = (),
    ) -> set[str]:
        """The keys, and ``number`` more sessions that could make room for them."""
        keys = set(keys)
        score: dict[str, float] = defaultdict(float)
        placed = {
            key: (start, start + self.frame.sessions[key].minutes, placement)
            for key, placement in timetable.placements.items()
            if key not in self.frame.facts and key not in keys and key not in but
            for start in [self.frame.minute(placement.begins)]
        }
        for key in sorted(keys):
            session = self.frame.sessions[key]
            ways = self.frame.candidates(session, self.crews(session))
            starts = sorted({way.start for way in ways})
            crew = {peer for way in ways for peer in way.crew}
            for other, (begins, ends, placement) in placed.items():
                shared = len(
                    set(session.people) & set(self.frame.sessions[other].people)
                )
                meets = sum(
                    start < ends + 30 and begins < start + session.minutes + 30
                    for start in starts
                )
                common = len(crew & set(placement.peers)) / max(1, len(placement.peers))
                score[other] += shared + common * meets / max(1, len(starts))
        best = sorted(score, key=lambda other: (-score[other], other))
        return keys | set(best[:number])
