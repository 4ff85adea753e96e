"""A week that has changed is mended with few moves, and each can be taken by itself."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduling.solver import changes
from scheduling.solver.frame import Frame
from scheduling.solver.mend import mend
from scheduling.solver.moves import take
from scheduling.solver.part import usual_crews
from scheduling.solver.problem import (
    Person,
    Pin,
    Placement,
    Problem,
    Session,
    Timetable,
)
from scheduling.solver.quick import start
from tests.scheduling.solver.checker import faults
from tests.scheduling.solver.instances import SMALL, at, instance
from tests.scheduling.solver.weeks import on, week

AFTERNOON = on(1, "12:30", "18:00")


@pytest.fixture(scope="module")
def planned() -> tuple[Problem, Timetable]:
    problem, _ = instance(SMALL, "town", 2)
    # Nothing is fixed by hand here: that is another test.
    problem = replace(
        problem, sessions=tuple(replace(each, pin=Pin()) for each in problem.sessions)
    )
    frame = Frame(problem)
    timetable = start(frame, usual_crews(frame), seed=1)
    assert faults(problem, timetable) == []
    return problem, timetable


CHANGES = {
    "a peer is away for an afternoon": lambda problem: changes.peer_away(
        problem, "P5", AFTERNOON
    ),
    "a room is lost for an afternoon": lambda problem: changes.room_lost(
        problem, "hall-1", AFTERNOON
    ),
    "a person cannot come until Wednesday": lambda problem: changes.person_away(
        problem, problem.sessions[9].people[0], on(0, "0:00", "23:45")
    ),
    "a session overruns": lambda problem: changes.overrun(problem, "S020", 75),
    "a session is added": lambda problem: changes.session_added(
        problem, Session("NEW", "the new talk", 45, backgrounds=frozenset(["health"]))
    ),
    "a session is given up": lambda problem: changes.session_gone(problem, "S020"),
    "the team is called away": lambda problem: changes.team_taken(
        problem, "X", "the fire drill", on(2, "9:15", "9:45")
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_after_one_change_nine_in_ten_stay_and_no_rule_is_broken(
    planned: tuple[Problem, Timetable], change: object
) -> None:
    problem, before = planned
    assert callable(change)
    now = change(problem)
    mended = mend(now, before, seconds=30)
    assert faults(now, mended.timetable) == []
    assert mended.kept >= 0.9 * len(before.placements)
    assert take(now, before, mended.moves) == replace(
        take(now, before, mended.moves), timetable=mended.timetable, refused=()
    )
    moved = {move.session for move in mended.moves}
    for key, placed in before.placements.items():
        if key in {each.key for each in now.sessions} and key not in moved:
            assert mended.timetable.placements[key] == placed


@pytest.mark.slow
def test_what_nobody_has_to_move_is_not_moved() -> None:
    problem = week(
        Session("S1", "the police interview", 45, people=("Q",)),
        Session("S2", "the school talk", 45),
        people=(Person("Q", "the police lead"),),
    )
    before = Timetable(
        {
            "S1": Placement(at(0, "9:00"), "R1", ("P1", "P2")),
            "S2": Placement(at(0, "10:00"), "R1", ("P1", "P2")),
        }
    )
    assert mend(problem, before, seconds=10).moves == ()
    now = changes.person_away(problem, "Q", on(0, "9:00", "12:00"))
    [move] = mend(now, before, seconds=10).moves
    assert move.before == before.placements["S1"]
    assert move.after is not None
    assert move.after.begins.date() == at(1, "9:00").date()
    assert move.sentence.startswith(
        "The police interview moves from Monday 9:00am to Tuesday "
    )
    assert move.because == (
        "The police lead cannot come to the police interview at Monday 9:00am.",
    )


@pytest.mark.slow
def test_others_make_room_and_a_move_without_the_other_says_why_not() -> None:
    windows = (on(0, "9:00", "9:45"),)
    problem = week(
        Session(
            "S1",
            "the police interview",
            45,
            people=("Q",),
            backgrounds=frozenset(["health"]),
        ),
        Session("S2", "the hospital talk", 45, backgrounds=frozenset(["health"])),
        people=(Person("Q", "the police lead"),),
    )
    before = Timetable(
        {
            "S1": Placement(at(1, "9:00"), "R1", ("P3", "P4")),
            "S2": Placement(at(0, "9:00"), "R1", ("P3", "P4")),
        }
    )
    now = replace(problem, people=(Person("Q", "the police lead", "", "", windows),))
    mended = mend(now, before, seconds=10)
    assert faults(now, mended.timetable) == []
    police, hospital = mended.moves
    assert take(now, before, [hospital]).refused == ()
    assert take(now, before, [police]).refused == (
        "The health peer is in the police interview and the hospital talk at once, Monday 9:00am.",
        "The analyst peer is in the police interview and the hospital talk at once, Monday 9:00am.",
        "Interview room 1 holds the police interview and the hospital talk at once, Monday 9:00am.",
    )


@pytest.mark.slow
def test_what_has_no_place_any_more_has_a_reason() -> None:
    problem = week(
        Session("S", "the hospital talk", 45, backgrounds=frozenset(["health"])),
    )
    before = Timetable({"S": Placement(at(0, "9:00"), "R1", ("P3", "P4"))})
    mended = mend(changes.peer_away(problem, "P3"), before, seconds=10)
    [move] = mended.moves
    assert move.after is None
    assert move.sentence == "The hospital talk has no place any more."
    assert [reason.sentence for reason in mended.reasons] == [
        "The health peer is never free for 45 minutes while people are met."
    ]


@pytest.mark.slow
def test_what_was_fixed_by_hand_moves_only_if_it_must_and_says_so() -> None:
    pin = Pin(at(0, "9:00"), "R1", ("P1", "P2"))
    problem = week(
        Session("S1", "the first talk", 45, pin=pin),
        Session("S2", "the second talk", 45),
    )
    before = Timetable(
        {
            "S1": Placement(at(0, "9:00"), "R1", ("P1", "P2")),
            "S2": Placement(at(0, "10:00"), "R1", ("P1", "P2")),
        }
    )
    longer = mend(changes.overrun(problem, "S1", 60), before, seconds=10)
    assert [move.session for move in longer.moves] == ["S2"]
    lost = mend(
        changes.room_lost(problem, "R1", on(0, "9:00", "9:45")), before, seconds=2
    )
    [move] = lost.moves
    assert move.session == "S1"
    assert move.because[-1] == "The first talk had been fixed by hand."


def test_somebody_not_met_after_all_takes_only_their_own_sessions_along() -> None:
    problem = week(
        Session("S1", "the police interview", 45, people=("Q",)),
        Session("S2", "the round table", 45, people=("Q", "R")),
        people=(Person("Q", "the police lead"), Person("R", "the head teacher")),
    )
    now = changes.person_gone(problem, "Q")
    assert [(each.key, each.people) for each in now.sessions] == [("S2", ("R",))]
