"""The timetable solver on made-up weeks of three sizes, beside first fit.

    .venv/bin/python deploy/bench/solver.py          all three
    .venv/bin/python deploy/bench/solver.py small    one of small, middle and large

Every week can be planned whole. What comes out is looked over by the tests' checker, which shares no
code with the solver. Seconds are by the clock; on a busy machine the CPU seconds say more.
"""

import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scheduling.solver import changes
from scheduling.solver.explain import explain
from scheduling.solver.frame import Frame
from scheduling.solver.mend import mend
from scheduling.solver.preferences import Measures, account, points
from scheduling.solver.problem import (
    Person,
    Problem,
    Session,
    Timetable,
    Window,
)
from scheduling.solver.quick import first_fit
from scheduling.solver.solve import solve
from tests.scheduling.solver.checker import faults
from tests.scheduling.solver.instances import (
    LARGE,
    MIDDLE,
    SMALL,
    Size,
    at,
    instance,
)

SIZES = {"small": (SMALL, 30.0), "middle": (MIDDLE, 45.0), "large": (LARGE, 60.0)}
SHAPES = ("town", "county", "tight")


def solver(*names: str) -> list[dict[str, Any]]:
    found = []
    for name in names or SIZES:
        size, seconds = SIZES[name]
        for shape in SHAPES:
            found += _measured(size, shape, seconds)
    return found


def _measured(size: Size, shape: str, seconds: float) -> list[dict[str, Any]]:
    problem, _ = instance(size, shape, 1)
    simple = first_fit(Frame(problem))
    cpu = time.process_time()
    answer = solve(problem, seconds=seconds)
    cpu = time.process_time() - cpu
    what = (
        f"{size.sessions} sessions, {size.peers} peers, {size.people} people, {shape}"
    )
    return [
        {
            "what": what,
            "placed": len(answer.timetable.placements),
            "cost": answer.points,
            "bound": answer.bound,
            "gap %": 100 * answer.gap,
            "first after s": answer.first_after,
            "seconds": answer.seconds,
            "CPU s": cpu,
            "first fit placed": len(simple.placements),
            "first fit cost": points(account(Measures(Frame(problem)), simple)),
            "faults": len(faults(problem, answer.timetable)),
        },
        _impossible(what, problem),
        _mended(what, problem, answer.timetable),
    ]


def _impossible(what: str, problem: Problem) -> dict[str, Any]:
    """Two sessions more, with one person who has time for one of them."""
    new = Person(
        "new", "the new person", windows=(Window(at(1, "10:00"), at(1, "11:00")),)
    )
    narrow = replace(
        problem,
        people=(*problem.people, new),
        sessions=(
            *problem.sessions,
            Session("first", "the first talk", 45, people=("new",)),
            Session("second", "the second talk", 45, people=("new",)),
        ),
    )
    began, cpu = time.monotonic(), time.process_time()
    placed = solve(narrow, seconds=1.0).timetable
    reasons = explain(narrow, placed, seconds=10)
    return {
        "what": f"{what}: why not",
        "reasons": len(reasons),
        "proven": sum(reason.proven for reason in reasons),
        "seconds": time.monotonic() - began,
        "CPU s": time.process_time() - cpu,
    }


def _mended(what: str, problem: Problem, timetable: Timetable) -> dict[str, Any]:
    """A room is lost for an afternoon."""
    room = next(
        each.key for each in problem.rooms if not each.team_only and each.places < 20
    )
    away = replace(problem.days[1], begins=at(1, "12:30"))
    cpu = time.process_time()
    mended = mend(changes.room_lost(problem, room, away), timetable, seconds=5)
    return {
        "what": f"{what}: a room lost for an afternoon",
        "moves": len(mended.moves),
        "kept %": 100 * mended.kept / max(1, len(timetable.placements)),
        "seconds": mended.seconds,
        "CPU s": time.process_time() - cpu,
    }


if __name__ == "__main__":
    for row in solver(*sys.argv[1:]):
        print(
            row.pop("what"),
            *(
                f"{k} {v:.3g}" if isinstance(v, float) else f"{k} {v}"
                for k, v in row.items()
            ),
            sep=", ",
            flush=True,
        )
