"""One run of the solver: in a thread of its own, so that whoever waits can watch it and stop it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from scheduling.solver.model import Model
from scheduling.solver.problem import Timetable

# How often whoever waits is asked whether to go on, in seconds.
TICK = 0.2


class Outcome(StrEnum):
    OPTIMAL = "optimal"
    FOUND = "found"
    IMPOSSIBLE = "impossible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Found:
    """The best so far. ``cost`` and ``bound`` are points; None where there is none yet."""

    placed: int = 0
    cost: int | None = None
    bound: int | None = None


@dataclass(frozen=True, slots=True)
class Run:
    outcome: Outcome
    timetable: Timetable | None = None
    cost: int | None = None
    bound: int | None = None


class Watch:
    """Seconds since the beginning, and how many are left of those allowed."""

    def __init__(self, seconds: float) -> None:
        self.allowed, self._began = seconds, time.monotonic()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._began

    @property
    def left(self) -> float:
        return max(0.0, self.allowed - self.seconds)


def run(
    model: Model,
    *,
    seconds: float,
    workers: int = 2,
    seed: int = 1,
    enough: Callable[[Found], bool] = lambda found: False,
) -> Run:
    """Solves for some seconds, or until ``enough``, which is asked a few times a second.

    ``enough`` runs in the caller's thread, so that it may speak to whatever the caller speaks to.
    """
    from ortools.sat.python import cp_model

    if seconds <= 0:
        return Run(Outcome.UNKNOWN)
    outs = [placing.out for placing in model.placings.values()]
    facts = len(model.frame.facts)

    class Watching(cp_model.CpSolverSolutionCallback):
        def __init__(self) -> None:
            super().__init__()
            self.found = Found()

        def on_solution_callback(self) -> None:
            placed = facts + sum(not self.boolean_value(out) for out in outs)
            bound = max(self.found.bound or 0, round(self.best_objective_bound))
            self.found = Found(placed, round(self.objective_value), bound)

        def better_bound(self, bound: float) -> None:
            known = max(self.found.bound or 0, round(bound))
            self.found = Found(self.found.placed, self.found.cost, known)

    solver = cp_model.CpSolver()
    solver.parameters.num_workers = workers
    solver.parameters.random_seed = seed
    solver.parameters.max_time_in_seconds = seconds
    watching = Watching()
    solver.best_bound_callback = watching.better_bound
    status: list[Any] = []
    thread = threading.Thread(
        target=lambda: status.append(solver.solve(model.cp, watching)), daemon=True
    )
    thread.start()
    try:
        while thread.is_alive():
            thread.join(TICK)
            if enough(watching.found):
                solver.stop_search()
    finally:
        solver.stop_search()
        thread.join()
    outcome = {
        cp_model.OPTIMAL: Outcome.OPTIMAL,
        cp_model.FEASIBLE: Outcome.FOUND,
        cp_model.INFEASIBLE: Outcome.IMPOSSIBLE,
    }.get(status[0] if status else cp_model.UNKNOWN, Outcome.UNKNOWN)
    if outcome in (Outcome.IMPOSSIBLE, Outcome.UNKNOWN):
        return Run(outcome)
    return Run(
        outcome,
        # With rules left out it may be a timetable that has no rooms for all.
        None if model.without else model.read(solver.boolean_value),
        round(solver.objective_value),
        max(0, round(solver.best_objective_bound)),
    )
