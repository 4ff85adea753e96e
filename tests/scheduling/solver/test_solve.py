"""The week writes itself: everything placed, no rule broken, and never worse than it was."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from dataclasses import replace

import pytest

from scheduling.solver.check import CannotPlan
from scheduling.solver.frame import Frame
from scheduling.solver.part import usual_crews
from scheduling.solver.preferences import Measures, account, points
from scheduling.solver.problem import (
    Person,
    Pin,
    Priority,
    Problem,
    Room,
    Session,
    Timetable,
    Window,
)
from scheduling.solver.quick import first_fit, start
from scheduling.solver.solve import Progress, solve
from tests.scheduling.solver.checker import faults
from tests.scheduling.solver.instances import SMALL, TINY, at, instance
from tests.scheduling.solver.weeks import (
    ANALYST,
    HEALTH,
    LEADER,
    MEMBER,
    ROOMS,
    on,
    sample,
    week,
)


def cost(problem: Problem, timetable: Timetable) -> int:
    return points(account(Measures(Frame(problem)), timetable))


@pytest.mark.slow
def test_the_sample_week_with_its_people_is_placed_whole_and_breaks_no_rule() -> None:
    problem, _ = sample()
    answer = solve(problem, seconds=4)
    assert faults(problem, answer.timetable) == []
    assert answer.left_out == ()
    assert len(answer.timetable.placements) == len(problem.sessions) > 45


@pytest.mark.slow
def test_every_strand_keeps_a_slot_to_spare_on_the_closing_day() -> None:
    problem = week(
        *(Session(f"S{n}", f"talk {n}", 60) for n in range(1, 5)),
        closing_day=at(1, "9:00").date(),
    )
    answer = solve(problem, seconds=3)
    assert answer.left_out == ()
    for strand in problem.strands:
        slot = answer.spare[strand.key]
        assert slot is not None
        held = [
            (placed.begins, problem.sessions[n].minutes)
            for n, placed in enumerate(
                answer.timetable.placements[each.key] for each in problem.sessions
            )
            if set(placed.peers) & set(strand.peers)
        ]
        for begins, minutes in held:
            apart = dt.timedelta(minutes=15)
            ends = begins + dt.timedelta(minutes=minutes)
            assert ends + apart <= slot.begins or slot.begins + 4 * apart <= begins


@pytest.mark.slow
# All six shapes are in the full-size game.
@pytest.mark.parametrize("shape", ["town", "tight"])
def test_a_week_that_can_be_planned_is_placed_whole(shape: str) -> None:
    problem, drawn = instance(TINY, shape, 7)
    assert faults(problem, drawn) == [], "the generator keeps the rules itself"
    answer = solve(problem, seconds=3)
    assert faults(problem, answer.timetable) == []
    assert answer.left_out == ()
    assert answer.points == cost(problem, answer.timetable)
    assert answer.bound <= answer.points


@pytest.mark.slow
def test_sixty_sessions_have_a_timetable_without_clashes_at_once() -> None:
    problem, _ = instance(SMALL, "town", 3)
    heard: list[Progress] = []
    answer = solve(problem, seconds=3, told=heard.append)
    assert faults(problem, answer.timetable) == []
    assert heard[0].placed == len(answer.timetable.placements) == 60
    assert answer.first_after < answer.seconds


@pytest.mark.slow
def test_first_fit_is_a_baseline_that_breaks_no_rule_and_leaves_something_out() -> None:
    problem, _ = instance(SMALL, "narrow", 1)
    simple = first_fit(Frame(problem))
    assert faults(problem, simple) == []
    assert len(simple.placements) < 60


@pytest.mark.slow
def test_two_that_cannot_both_be_held_keep_no_others_out() -> None:
    problem, _ = instance(SMALL, "town", 3)
    talks = [
        Session(key, f"the {key} talk", 45, people=("new",))
        for key in ("first", "second")
    ]
    new = Person("new", "the new person", windows=(on(1, "10:00", "11:00"),))
    problem = replace(
        problem, people=(*problem.people, new), sessions=(*problem.sessions, *talks)
    )
    frame = Frame(problem)
    timetable = start(frame, usual_crews(frame), seed=1)
    assert faults(problem, timetable) == []
    assert len(timetable.placements) >= 60


@pytest.mark.slow
def test_stopping_keeps_the_best_so_far() -> None:
    problem, _ = instance(SMALL, "county", 3)
    answer = solve(problem, seconds=60, stop=lambda: True)
    assert answer.stopped
    assert answer.seconds < 10
    assert faults(problem, answer.timetable) == []


@pytest.mark.slow
def test_pinned_sessions_stay() -> None:
    pin = Pin(at(1, "9:10"), "R2", ("P1", "P4"))
    problem = week(
        Session("S1", "the police interview", 45, pin=pin),
        Session("S2", "the school visit", 45, pin=Pin(begins=at(0, "10:00"))),
        Session("S3", "the focus group", 60, pin=Pin(room="R2")),
    )
    answer = solve(problem, seconds=2)
    assert faults(problem, answer.timetable) == []
    placed = answer.timetable.placements
    assert (placed["S1"].begins, placed["S1"].room, placed["S1"].peers) == (
        pin.begins,
        pin.room,
        pin.peers,
    )
    assert placed["S2"].begins == at(0, "10:00")
    assert placed["S3"].room == "R2"


@pytest.mark.slow
def test_the_session_that_must_happen_is_kept_where_only_one_fits() -> None:
    only = (on(0, "9:00", "9:45"),)
    problem = week(
        Session("S1", "the first", 45, windows=only, backgrounds=frozenset(["health"])),
        Session(
            "S2",
            "the second",
            45,
            windows=only,
            backgrounds=frozenset(["health"]),
            priority=Priority.MUST_HAPPEN,
        ),
    )
    assert solve(problem, seconds=2).left_out == ("S1",)


@pytest.mark.slow
def test_single_peers_change_places_where_a_pair_cannot_hold_everything() -> None:
    same = (on(0, "9:00", "9:45"),)
    barred = frozenset(["S1"])
    problem = week(
        Session("S1", "the interview", 45, windows=same),
        peers=(
            replace(LEADER, sessions_barred=barred),
            MEMBER,
            replace(HEALTH, sessions_barred=barred),
            ANALYST,
        ),
    )
    answer = solve(problem, seconds=2)
    assert set(answer.timetable.placements["S1"].peers) == {"P2", "P4"}


@pytest.mark.slow
def test_every_point_of_the_cost_has_a_sentence() -> None:
    problem = week(
        Session(
            "S1",
            "the director",
            45,
            hard_to_get=True,
            windows=(on(1, "9:00", "12:00"), on(0, "9:00", "9:45")),
        ),
        Session("S2", "the first", 45, pin=Pin(at(0, "9:00"), "R1", ("P1", "P2"))),
        Session("S3", "the second", 45, pin=Pin(at(0, "9:00"), "R2", ("P3", "P4"))),
        rooms=(*ROOMS, Room("R3", "interview room 3", "hall", 8)),
    )
    answer = solve(problem, seconds=2)
    assert (
        "The director is hard to arrange and is on Tuesday; it could be as early as Monday."
        in [each.sentence for each in answer.costs]
    )
    assert sum(each.points for each in answer.costs) == answer.points


@pytest.mark.parametrize(
    ("problem", "sentence"),
    [
        (week(peers=()), "There are 0 peers: a session takes two."),
        (week(peers=(LEADER,)), "There is 1 peer: a session takes two."),
        (week(days=()), "The week has no days."),
        (week(rooms=()), "There is no room to meet people in."),
        (
            week(Session("S", "the talk", 0)),
            "The talk must last longer than 0 minutes.",
        ),
        (
            week(Session("S", "the talk", 45, pin=Pin(at(0, "23:45")))),
            "The talk is fixed to go on over midnight.",
        ),
        (
            week(
                rooms=(
                    replace(ROOMS[0], windows=(Window(at(0, "10:00"), at(0, "9:00")),)),
                )
            ),
            "Interview room 1: 9:00am on Monday 4 February is not after 10:00am on Monday 4 February.",
        ),
        (
            week(Session("S", "the talk", 45), Session("S", "the talk", 45)),
            "The talk is in the list of sessions more than once.",
        ),
        (
            week(Session("S", "the talk", 45, people=("nobody",))),
            "The talk names a person who is not in the list of people.",
        ),
    ],
)
def test_a_week_without_meaning_is_refused_in_words(
    problem: Problem, sentence: str
) -> None:
    with pytest.raises(CannotPlan) as refused:
        solve(problem, seconds=1)
    assert sentence in refused.value.sentences


@pytest.mark.slow
def test_times_entered_twice_count_once_and_are_pointed_out() -> None:
    windows = (on(0, "9:00", "10:00"), on(0, "9:30", "10:30"))
    problem = week(
        Session("S", "the case mapping", 90),
        rooms=(replace(ROOMS[0], windows=windows),),
    )
    answer = solve(problem, seconds=2)
    assert answer.left_out == ()
    assert answer.remarks == (
        "Interview room 1 has two times that overlap: 9:00am to 10:00am on Monday, and 9:30am to "
        "10:30am on Monday. They count as one.",
    )


@pytest.mark.slow
def test_what_was_fixed_by_hand_against_a_rule_stays_and_is_said() -> None:
    pin = Pin(at(0, "9:00"), "R1", ("P1", "P2"))
    problem = week(Session("S", "the focus group", 60, expected=12, pin=pin))
    answer = solve(problem, seconds=2)
    assert answer.timetable.placements["S"].room == "R1"
    assert answer.remarks == (
        "Interview room 1 holds 8, and the focus group has 12 people.",
    )


@pytest.mark.slow
def test_the_solver_is_loaded_only_where_it_solves() -> None:
    code = (
        "import sys, scheduling.solver.solve, scheduling.solver.mend, scheduling.solver.explain; "
        "print([name for name in sys.modules if name.startswith(('ortools', 'django.db', 'pandas'))])"
    )
    printed = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert printed.stdout.strip() == "[]"
