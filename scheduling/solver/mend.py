"""The fewest moves that make a timetable right again after its week has changed.

What still keeps all rules stays where it is. The rest is moved alone if it can be; only where it
cannot, others make room, as few as possible. Each move can be taken or refused by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from scheduling.solver import check
from scheduling.solver.alone import Reason
from scheduling.solver.explain import explain
from scheduling.solver.frame import Candidate, Frame
from scheduling.solver.literals import Crews
from scheduling.solver.model import Model
from scheduling.solver.moves import Move, unpinned
from scheduling.solver.part import Near, held_fast, only
from scheduling.solver.problem import Pin, Placement, Problem, Session, Timetable
from scheduling.solver.rules import breaches
from scheduling.solver.run import Watch, run
from scheduling.solver.words import Words

# How many sessions may make room, and whether their peers may change too, one after the other.
ROOM_FOR = ((0, False), (8, False), (16, False), (10, True), (36, False))
# What a move costs, so that as few as possible are made, and small ones rather than large ones.
OUT = 100_000
MOVED = 1_000
OTHER_DAY = 120
OTHER_HALF = 40
OTHER_TIME = 20
OTHER_PEER = 30
OTHER_SITE = 60
NO_PAIR = 25
# For the reasons why something has no place after all: a part of the time.
SHARE_OF_REASONS = 0.3


@dataclass(frozen=True, slots=True)
class Mend:
    """What to do. ``timetable`` is with all moves taken; ``reasons`` say why something has no place."""

    timetable: Timetable
    moves: tuple[Move, ...]
    reasons: tuple[Reason, ...]
    kept: int
    seconds: float


def mend(
    problem: Problem,
    before: Timetable,
    *,
    seconds: float = 5.0,
    workers: int = 2,
    seed: int = 1,
) -> Mend:
    """Moves that make ``before`` keep the rules of ``problem``, the week as it is now.

    Sessions of the week that ``before`` does not place are placed if they can be. What is fixed by
    hand stays, unless it breaks a rule itself.
    """
    check.refuse(problem)
    return _Mending(problem, before, seconds, workers, seed).mend()


class _Mending:
    def __init__(
        self,
        problem: Problem,
        before: Timetable,
        seconds: float,
        workers: int,
        seed: int,
    ) -> None:
        self.watch, self.workers, self.seed = Watch(seconds), workers, seed
        self.pinned = {each.key for each in problem.sessions if each.pin != Pin()}
        keys = {each.key for each in problem.sessions}
        self.before = Timetable(
            {k: p for k, p in before.placements.items() if k in keys}
        )
        self.broken = breaches(Frame(problem), self.before)
        self.wrong = self._wrong(problem)
        self.problem = unpinned(problem, self.wrong)
        self.frame = Frame(self.problem)
        self.words = Words(self.frame)

    def _wrong(self, problem: Problem) -> set[str]:
        """As few sessions as needed, so that nothing is broken among the others."""
        wrong = {each.sessions[0] for each in self.broken if len(each.sessions) == 1}
        pairs = [set(each.sessions) for each in self.broken if len(each.sessions) > 1]
        sessions = {each.key: each for each in problem.sessions}

        def order(key: str) -> tuple[int, bool, int, int, str]:
            """Most often in the way, not fixed by hand, least needed, shortest."""
            session = sessions[key]
            often = sum(key in pair for pair in pairs if not pair & wrong)
            return (
                -often,
                session.pin != Pin(),
                session.priority,
                session.minutes,
                key,
            )

        while True:
            open_pairs = [pair for pair in pairs if not pair & wrong]
            if not open_pairs:
                return wrong
            wrong.add(min({key for pair in open_pairs for key in pair}, key=order))

    def mend(self) -> Mend:
        standing = {
            k: p for k, p in self.before.placements.items() if k not in self.wrong
        }
        after = Timetable(standing)
        free = {each.key for each in self.problem.sessions if each.key not in standing}
        if free:
            after = self._rooms_kept(self._make_room(after, free), free)
        moves = self._moves(after)
        left_out = [
            each for each in self.problem.sessions if each.key not in after.placements
        ]
        reasons: list[Reason] = []
        if left_out:
            reasons = explain(
                self.problem,
                after,
                seconds=max(self.watch.left, SHARE_OF_REASONS * self.watch.allowed),
                workers=self.workers,
            )
        moved = {move.session for move in moves}
        return Mend(
            after,
            tuple(moves),
            tuple(reasons),
            kept=sum(key not in moved for key in self.before.placements),
            seconds=self.watch.seconds,
        )

    # --- Making room

    def _make_room(self, standing: Timetable, free: set[str]) -> Timetable:
        best, left = standing, len(free) + 1
        hopeless = {
            key for key in free if not self.frame.could_be(self.frame.sessions[key])
        }
        near = Near(self.frame, self._crews(free))
        tried = 0
        time = (1 - SHARE_OF_REASONS) * self.watch.allowed
        for number, peers_too in ROOM_FOR:
            loose = near.to(free, standing, number) if number else set(free)
            if (len(loose) == tried and not peers_too) or self.watch.seconds > time:
                break
            tried = len(loose)
            swapping = loose if peers_too else free
            got = self._try(standing, swapping, loose, time - self.watch.seconds)
            if got is None:
                continue
            missing = sum(key not in got.placements for key in loose)
            if missing < left:
                best, left = got, missing
            if left <= len(hopeless):
                break
        return best

    def _crews(self, free: Collection[str]) -> Crews:
        """As before; else a pair, or two of whom one was there before; else any two."""

        def crews(session: Session) -> list[tuple[str, ...]]:
            frame = self.frame
            placed = self.before.placements.get(session.key)
            if placed is None or session.pin.peers is not None:
                return frame.strand_crews(session) or frame.all_crews(session)
            if session.key not in free:
                return [placed.peers]
            old = set(placed.peers) - session.also
            pairs = {frozenset(strand.peers) for strand in frame.problem.strands}
            every = frame.all_crews(session)
            some = [
                crew
                for crew in every
                if frozenset(crew) - session.also in pairs or old & set(crew)
            ]
            return some or every

        return crews

    def _try(
        self, standing: Timetable, swapping: set[str], loose: set[str], seconds: float
    ) -> Timetable | None:
        frame = Frame(held_fast(self.problem, standing, loose))
        model = Model(frame, only(loose, self._crews(swapping)))
        model.cp.minimize(sum(self._costs(model)))
        known = {k: standing.placements[k] for k in loose & standing.placements.keys()}
        hinted = Timetable({**frame.facts, **known})
        model.hint(hinted)
        got = run(model, seconds=seconds, workers=self.workers, seed=self.seed)
        return got.timetable

    def _costs(self, model: Model) -> Iterable[Any]:
        for key, placing in model.placings.items():
            yield OUT * placing.session.priority * placing.out
            old = self.before.placements.get(key)
            for here in placing.ways.values():
                for way, literal in here:
                    cost = self._cost(placing.session, way, old)
                    if cost:
                        yield cost * literal

    def _cost(self, session: Session, way: Candidate, old: Placement | None) -> int:
        pairs = {frozenset(strand.peers) for strand in self.problem.strands}
        cost = 0 if frozenset(way.crew) - session.also in pairs else NO_PAIR
        if old is None:
            return cost
        start = self.frame.minute(old.begins)
        if way.start != start:
            cost += OTHER_TIME
            cost += OTHER_DAY if way.start // 1440 != start // 1440 else 0
            cost += OTHER_HALF if abs(way.start - start) > 180 else 0
        cost += OTHER_PEER * len(set(way.crew) - set(old.peers))
        if old.room in self.frame.rooms and way.site != self.frame.site_of(old.room):
            cost += OTHER_SITE
        changed = way.start != start or set(way.crew) != set(old.peers)
        return cost + MOVED if changed else 0

    def _rooms_kept(self, after: Timetable, free: set[str]) -> Timetable:
        """Whoever keeps time and peers keeps the room too; those who were wrong look again."""
        moved = {
            key
            for key, placed in after.placements.items()
            if key in self.wrong
            or key not in self.before.placements
            or self._changed(self.before.placements[key], placed)
        }
        standing = Timetable(
            {
                k: p
                for k, p in self.before.placements.items()
                if k in after.placements and k not in moved
            }
        )
        if standing.placements == {
            k: p for k, p in after.placements.items() if k not in moved
        }:
            return after
        loose = moved | (free - after.placements.keys())
        got = self._try(standing, loose, loose, self.watch.left)
        if got is None or len(got.placements) < len(after.placements):
            return after
        return got

    def _changed(self, old: Placement, new: Placement) -> bool:
        """Another time or other peers; the room alone is less."""
        return old.begins != new.begins or set(old.peers) != set(new.peers)

    # --- What to say

    def _moves(self, after: Timetable) -> list[Move]:
        moves = []
        for session in self.problem.sessions:
            old = self.before.placements.get(session.key)
            new = after.placements.get(session.key)
            if old is not None and new is not None and self._same(old, new):
                continue
            if old is None and new is None:
                continue
            because = tuple(
                each.sentence for each in self.broken if session.key in each.sessions
            )
            if session.key in self.pinned:
                because += (
                    f"{self.words.start(session.label)} had been fixed by hand.",
                )
            moves.append(
                Move(session.key, old, new, self._sentence(session, old, new), because)
            )
        return moves

    def _same(self, old: Placement, new: Placement) -> bool:
        return (old.begins, old.room, set(old.peers)) == (
            new.begins,
            new.room,
            set(new.peers),
        )

    def _sentence(
        self, session: Session, old: Placement | None, new: Placement | None
    ) -> str:
        words, name = self.words, self.words.start(session.label)
        if new is None:
            return f"{name} has no place any more."
        when = words.when(self.frame.minute(new.begins))
        room = words.room(new.room)
        if old is None:
            return f"{name} is placed at {when} in {room}, held by {words.peers(new.peers)}."
        parts = []
        if new.begins != old.begins:
            parts.append(
                f"moves from {words.when(self.frame.minute(old.begins))} to {when}"
            )
        if new.room != old.room:
            known = old.room in self.frame.rooms
            parts.append(
                f"goes to {room}"
                + (f" instead of {words.room(old.room)}" if known else "")
            )
        if set(new.peers) != set(old.peers):
            gone = [peer for peer in old.peers if peer not in new.peers]
            come = words.peers(peer for peer in new.peers if peer not in old.peers)
            known_gone = [peer for peer in gone if peer in self.frame.peers]
            instead = f" instead of {words.peers(known_gone)}" if known_gone else ""
            parts.append(f"is held by {come}{instead}")
        return f"{name} {words.listed(parts)}."
