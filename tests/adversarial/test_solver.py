"""Three hundred made-up weeks of three sizes, three thousand with ``make long``: whatever the solver
answers, no rule is broken."""

from __future__ import annotations

import pytest

from scheduling.solver.frame import Frame
from scheduling.solver.preferences import Measures, account, points
from scheduling.solver.solve import solve
from tests.scheduling.solver.checker import faults
from tests.scheduling.solver.instances import LARGE, SHAPES, SMALL, TINY, Size, instance
from tests.sizes import LONG

TIMES = 10 if LONG else 1
# Of each size and shape: how many weeks, and seconds for each.
GAMES = (
    (TINY, 25 * TIMES, 0.3),
    (SMALL, 19 * TIMES, 0.6),
    (LARGE, 6 * TIMES, 2.0),
)
# With so little time something may be left out; in the seconds of a manager nothing is.
PLACED_AT_LEAST = 0.97

pytestmark = [pytest.mark.adversarial, pytest.mark.timeout(300)]


def test_there_are_three_hundred() -> None:
    assert len(SHAPES) * sum(number for _, number, _ in GAMES) == 300 * TIMES


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize(
    ("size", "number", "seconds"), GAMES, ids=[size.name for size, *_ in GAMES]
)
def test_no_made_up_week_gets_a_timetable_that_breaks_a_rule(
    size: Size, number: int, seconds: float, shape: str
) -> None:
    for seed in range(1000, 1000 + number):
        problem, drawn = instance(size, shape, seed)
        assert faults(problem, drawn) == [], f"the generator itself: seed {seed}"
        answer = solve(problem, seconds=seconds)
        assert faults(problem, answer.timetable) == [], f"seed {seed}"
        assert len(answer.timetable.placements) >= PLACED_AT_LEAST * size.sessions, (
            f"seed {seed}"
        )
        counted = points(account(Measures(Frame(problem)), answer.timetable))
        assert answer.bound <= answer.points == counted, f"seed {seed}"
