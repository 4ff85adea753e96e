"""On weeks small enough to try every timetable, what the solver calls best is the best."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduling.solver.frame import Frame
from scheduling.solver.preferences import Measures, account, left_out_points, points
from scheduling.solver.problem import Person, Placement, Problem, Session, Timetable
from scheduling.solver.solve import solve
from tests.scheduling.solver.checker import faults
from tests.scheduling.solver.instances import at
from tests.scheduling.solver.weeks import ROOMS, on, week
from tests.sizes import examples

STARTS = [
    at(day, clock) for day in (0, 1) for clock in ("9:00", "9:15", "9:30", "9:45")
]


@st.composite
def small_weeks(draw: st.DrawFn) -> Problem:
    """Three sessions, two short mornings, one or two rooms and somebody who is hard to get."""
    windows = st.sampled_from([("9:00", "9:45"), ("9:15", "10:15"), ("9:00", "10:15")])
    people = tuple(
        Person(
            f"Q{n}",
            f"person {n}",
            draw(st.sampled_from(["police", "health"])),
            "",
            draw(
                st.one_of(
                    st.none(),
                    st.tuples(st.sampled_from([0, 1]), windows).map(
                        lambda drawn: (on(drawn[0], *drawn[1]),)
                    ),
                )
            ),
        )
        for n in range(2)
    )
    sessions = tuple(
        Session(
            f"S{n}",
            f"session {n}",
            draw(st.sampled_from([30, 45])),
            agency=draw(st.sampled_from(["police", "health"])),
            people=tuple(
                person.key for person in people if draw(st.integers(0, 2)) == 0
            ),
            themes=(draw(st.sampled_from(["T1", "T2"])),),
            backgrounds=frozenset(draw(st.sampled_from([[], ["health"], ["member"]]))),
            hard_to_get=draw(st.booleans()),
        )
        for n in range(3)
    )
    return week(
        *sessions,
        people=people,
        days=(on(0, "9:00", "10:15"), on(1, "9:00", "10:15")),
        rooms=ROOMS[: draw(st.sampled_from([1, 2]))],
        closing_day=draw(st.sampled_from([None, at(1, "9:00").date()])),
    )


def ways(problem: Problem, session: Session) -> list[Placement | None]:
    found: list[Placement | None] = [None]
    for strand in problem.strands:
        for start, room in product(STARTS, problem.rooms):
            placed = Placement(start, room.key, strand.peers)
            if not faults(problem, Timetable({session.key: placed})):
                found.append(placed)
    return found


def timetables(problem: Problem) -> Iterator[Timetable]:
    """Every one that keeps the rules and the pairs."""
    choices = [
        [(session.key, way) for way in ways(problem, session)]
        for session in problem.sessions
    ]
    fitting = {}
    for (one, these), (other, those) in combinations(enumerate(choices), 2):
        for (a, x), (b, y) in product(these, those):
            both = {key: way for key, way in ((a, x), (b, y)) if way is not None}
            fitting[one, x, other, y] = not faults(problem, Timetable(both))
    for chosen in product(*choices):
        placed = list(enumerate(way for _, way in chosen))
        if all(fitting[i, x, j, y] for (i, x), (j, y) in combinations(placed, 2)):
            yield Timetable({key: way for key, way in chosen if way is not None})


def cost(problem: Problem, timetable: Timetable) -> int:
    missing = sum(
        left_out_points(each)
        for each in problem.sessions
        if each.key not in timetable.placements
    )
    return missing + points(account(Measures(Frame(problem)), timetable))


@pytest.mark.slow
@settings(max_examples=examples(6), deadline=None, derandomize=True)
@given(small_weeks())
def test_nothing_is_better_than_what_is_called_best(problem: Problem) -> None:
    least = min(cost(problem, each) for each in timetables(problem))
    answer = solve(problem, seconds=5)
    assert faults(problem, answer.timetable) == []
    assert cost(problem, answer.timetable) <= least
    assert answer.bound <= answer.points
