"""Two ways to fill the week without the solver: first fit, and one that pushes others aside.

First fit is a baseline to compare with. ``start`` is where the solver begins: most often it has a
place for everything within a second, at a cost that leaves much to do.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable

from scheduling.solver.board import Board
from scheduling.solver.frame import Candidate, Frame
from scheduling.solver.problem import Session, Timetable

# A session that had to go so often looks again when all others are placed, and lifts none.
LIFTED_AT_MOST = 8


def first_fit(frame: Frame) -> Timetable:
    """Each session, in the order of the list, at the first moment that is free."""
    board = Board(frame)
    for session in frame.problem.sessions:
        if session.key in frame.facts:
            continue
        for candidate in frame.candidates(session, frame.strand_crews(session)):
            if board.blockers(session, candidate):
                continue
            room, taken = board.room_for(session, candidate)
            if not taken:
                board.place(session, candidate, room)
                break
    return board.timetable()


def start(
    frame: Frame,
    crews: Callable[[Session], list[tuple[str, ...]]],
    *,
    seed: int,
    rounds: int = 6,
) -> Timetable:
    """The hardest session first; what stands in its way is lifted and has to look again.

    Being lifted makes a session dearer to lift, so that two of them do not take turns for ever.
    """
    chance = random.Random(seed)  # noqa: S311 - no secret
    return _Search(frame, crews, chance).run(rounds)


class _Search:
    def __init__(
        self,
        frame: Frame,
        crews: Callable[[Session], list[tuple[str, ...]]],
        chance: random.Random,
    ) -> None:
        self.frame, self.chance = frame, chance
        self.board = Board(frame)
        self.ways: dict[str, list[Candidate]] = {}
        for session in frame.problem.sessions:
            if session.key not in frame.facts:
                ways = frame.candidates(session, crews(session))
                if ways:
                    self.ways[session.key] = ways
        self.lifted: Counter[str] = Counter()

    def hardness(self, key: str) -> tuple[float, ...]:
        session = self.frame.sessions[key]
        return (
            -self.lifted[key],
            len(self.ways[key]) / session.minutes,
            -session.priority,
        )

    def run(self, rounds: int) -> Timetable:
        waiting, last = set(self.ways), set[str]()
        best, most = self.board.timetable(), -1
        for _ in range(rounds * len(self.ways)):
            if not waiting:
                break
            key = min(sorted(waiting), key=self.hardness)
            waiting.remove(key)
            if self.lifted[key] > LIFTED_AT_MOST:
                last.add(key)
                continue
            waiting |= self._put(self.frame.sessions[key])
            value = self._value()
            if value > most:
                best, most = self.board.timetable(), value
        for key in sorted(last | waiting, key=self.hardness):
            self._squeeze(self.frame.sessions[key])
        return self.board.timetable() if self._value() >= most else best

    def _value(self) -> int:
        return sum(self.frame.sessions[placed].priority for placed in self.board.placed)

    def _squeeze(self, session: Session) -> None:
        """Places a session where nothing is in the way, if there is such a place."""
        for candidate in self.ways[session.key]:
            if self.board.blockers(session, candidate):
                continue
            room, taken = self.board.room_for(session, candidate)
            if not taken:
                self.board.place(session, candidate, room)
                return

    def _put(self, session: Session) -> set[str]:
        """Places a session where that costs least, and says what had to go."""
        chosen: tuple[Candidate, str, set[str]] | None = None
        least = 0.0
        for candidate in self.ways[session.key]:
            in_the_way = self.board.blockers(session, candidate)
            price = self._price(in_the_way)
            if chosen and price > least + 0.9:
                continue
            room, also = self.board.room_for(session, candidate)
            in_the_way |= also
            price = self._price(in_the_way) + self._taste(session, candidate)
            if chosen is None or price < least:
                chosen, least = (candidate, room, in_the_way), price
        assert chosen is not None, "only sessions with a way to be held are put"  # noqa: S101
        candidate, room, in_the_way = chosen
        for key in in_the_way:
            self.board.lift(self.frame.sessions[key])
            self.lifted[key] += 1
        self.board.place(session, candidate, room)
        return in_the_way

    def _price(self, in_the_way: set[str]) -> float:
        return sum(
            self.frame.sessions[key].priority + self.lifted[key] for key in in_the_way
        )

    def _taste(self, session: Session, candidate: Candidate) -> float:
        """Less than one: which of the free places would please most."""
        day = candidate.start // 1440
        points = self.chance.random() * 0.1
        if session.hard_to_get:
            points += 0.08 * day
        for peer in candidate.crew[:2]:
            points += self.board.load(peer, day) / 3000
            if candidate.site not in self.board.sites(peer, day) | {
                self.frame.problem.home
            }:
                points += 0.1
        return points
