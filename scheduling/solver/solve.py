"""The week planned: something without clashes at once, and then better until time is up.

First a quick search that pushes sessions aside, then the whole week with the pairs as they are, and
at last pieces of it with any two peers, for what had no place and for what still costs much.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection
from dataclasses import dataclass

from scheduling.solver import check, preferences, quick
from scheduling.solver.frame import Frame
from scheduling.solver.model import Model
from scheduling.solver.part import Near, held_fast, only, usual_crews
from scheduling.solver.preferences import Cost, Measures, left_out_points
from scheduling.solver.problem import Placement, Problem, Timetable
from scheduling.solver.run import Found, Outcome, Watch, run

# Of the time, as long as something has no place: the rest is for any two peers.
SHARE_OF_PAIRS = 0.7
# Sessions that are looked at again together, and how often in vain before that is given up.
PIECE = 14
IN_VAIN = 6
SECONDS_A_PIECE = 4.0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it is. ``points`` and ``bound`` do not count sessions without a place."""

    placed: int
    sessions: int
    points: int | None
    bound: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Answer:
    """The best timetable found.

    ``bound``: no timetable that places as much, and keeps the pairs wherever they may hold a session,
    has fewer points. Letting single peers change places may beat it; it is then the points reached.
    ``first_after`` is when the first timetable without clashes was there, in seconds.
    """

    timetable: Timetable
    left_out: tuple[str, ...]
    costs: tuple[Cost, ...]
    points: int
    bound: int
    optimal: bool
    stopped: bool
    seconds: float
    first_after: float
    spare: dict[str, Placement | None]
    remarks: tuple[str, ...]

    @property
    def gap(self) -> float:
        """The part of the points that might still be saved, from 0 to 1."""
        return (self.points - self.bound) / self.points if self.points else 0.0


def solve(
    problem: Problem,
    *,
    seconds: float,
    workers: int = 2,
    seed: int = 1,
    told: Callable[[Progress], None] = lambda progress: None,
    stop: Callable[[], bool] = lambda: False,
) -> Answer:
    """Plans a week within some seconds; raises CannotPlan where that has no meaning.

    ``told`` hears a few times a second how far it is, and ``stop`` is asked as often whether to end
    with the best so far; both run in the caller's thread.
    """
    check.refuse(problem)
    return _Solving(problem, seconds, workers, seed, told, stop).solve()


class _Solving:
    def __init__(
        self,
        problem: Problem,
        seconds: float,
        workers: int,
        seed: int,
        told: Callable[[Progress], None],
        stop: Callable[[], bool],
    ) -> None:
        self.watch = Watch(seconds)
        self.problem, self.workers, self.seed = problem, workers, seed
        self.told, self.stop, self.stopped = told, stop, False
        self.frame = Frame(problem)
        self.measures = Measures(self.frame)
        self.crews = usual_crews(self.frame)
        self.impossible = frozenset(
            session.key
            for session in problem.sessions
            if session.key not in self.frame.facts and not self.frame.could_be(session)
        )
        self.best = Timetable(self.frame.facts)
        self.cost = self._cost(self.best)
        self.bound = 0
        self.pairs_best = False
        self.first_after = 0.0

    def solve(self) -> Answer:
        self._begin()
        if not self._stopping():
            self._whole()
        self._pieces()
        costs = preferences.account(self.measures, self.best)
        points = preferences.points(costs)
        least = min(points, max(0, self.bound - (self.cost - points)))
        left_out = self._left_out()
        return Answer(
            timetable=self.best,
            left_out=left_out,
            costs=tuple(costs),
            points=points,
            bound=least,
            optimal=least == points and self.impossible.issuperset(left_out),
            stopped=self.stopped,
            seconds=self.watch.seconds,
            first_after=self.first_after,
            spare=preferences.spare_slots(self.measures, self.best),
            remarks=tuple(check.remarks(self.frame)),
        )

    # --- The three steps

    def _begin(self) -> None:
        found = quick.start(self.frame, self.crews, seed=self.seed)
        self._keep(found)
        self.first_after = self.watch.seconds
        self._tell(Found())

    def _whole(self) -> None:
        model = Model(self.frame, self.crews, self.measures)
        model.hint(self.best)
        model.at_most(self.cost)
        got = run(
            model,
            seconds=self.watch.left,
            workers=self.workers,
            seed=self.seed,
            enough=self._enough,
        )
        if got.timetable is not None:
            self._keep(got.timetable)
        self.bound = got.bound or 0
        self.pairs_best = got.outcome == Outcome.OPTIMAL

    def _enough(self, found: Found) -> bool:
        self._tell(found)
        if self._stopping():
            return True
        wanted = len(self.problem.sessions) - len(self.impossible)
        late = self.watch.seconds > SHARE_OF_PAIRS * self.watch.allowed
        return late and found.cost is not None and found.placed < wanted

    def _pieces(self) -> None:
        """Any two peers, a few sessions at a time: first for what has no place."""
        chance = random.Random(self.seed)  # noqa: S311 - no secret
        near = Near(self.frame, self.frame.all_crews)
        in_vain, size = 0, PIECE
        while in_vain < IN_VAIN and self.watch.left > 0 and not self._stopping():
            waiting = [key for key in self._left_out() if key not in self.impossible]
            if waiting:
                first = {chance.choice(waiting)}
            elif preferences.account(self.measures, self.best):
                movable = sorted(self.best.placements.keys() - self.frame.facts.keys())
                if not movable:
                    return
                first = {chance.choice(movable)}
            else:
                return
            if self._piece(near.to(first, self.best, size)):
                in_vain = 0
            else:
                in_vain += 1
                size += 2

    def _piece(self, free: Collection[str]) -> bool:
        """Whether it got better."""
        frame = Frame(held_fast(self.problem, self.best, free))
        model = Model(frame, only(free, frame.all_crews), self.measures)
        model.hint(self.best)
        got = run(
            model,
            seconds=min(SECONDS_A_PIECE, self.watch.left),
            workers=self.workers,
            seed=self.seed,
            enough=lambda found: self._stopping(),
        )
        self._tell(Found())
        return got.timetable is not None and self._keep(got.timetable)

    # --- The best so far

    def _cost(self, timetable: Timetable) -> int:
        costs = preferences.account(self.measures, timetable)
        return preferences.points(costs) + self._missing(timetable)

    def _missing(self, timetable: Timetable) -> int:
        return sum(
            left_out_points(session)
            for session in self.problem.sessions
            if session.key not in timetable.placements
        )

    def _keep(self, timetable: Timetable) -> bool:
        cost = self._cost(timetable)
        if cost >= self.cost:
            return False
        self.best, self.cost = timetable, cost
        return True

    def _left_out(self) -> tuple[str, ...]:
        return tuple(
            session.key
            for session in self.problem.sessions
            if session.key not in self.best.placements
        )

    def _stopping(self) -> bool:
        self.stopped = self.stopped or self.stop()
        return self.stopped

    def _tell(self, found: Found) -> None:
        """What the solver has, or what is kept, whichever is better."""
        missing = self._missing(self.best)
        placed, cost, bound = (
            len(self.best.placements),
            self.cost,
            max(self.bound, found.bound or 0),
        )
        points: int | None = cost - missing
        if found.cost is not None and found.cost < cost:
            # Which sessions the solver leaves out is known when it ends: only the sum is here.
            placed = found.placed
            points = found.cost if placed == len(self.problem.sessions) else None
        least = (
            max(0, bound - missing)
            if points is None
            else min(points, max(0, bound - missing))
        )
        self.told(
            Progress(
                placed, len(self.problem.sessions), points, least, self.watch.seconds
            )
        )
