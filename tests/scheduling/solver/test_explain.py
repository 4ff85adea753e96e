"""Why something has no place: the true reason, in a sentence, and the smallest change that helps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduling.solver.alone import Reason
from scheduling.solver.explain import explain
from scheduling.solver.problem import Block, Person, Pin, Priority, Problem, Session
from scheduling.solver.solve import solve
from tests.scheduling.solver.instances import at
from tests.scheduling.solver.weeks import (
    ANALYST,
    HEALTH,
    LEADER,
    MEMBER,
    ROOMS,
    on,
    week,
)

POLICE = Person("Q", "the police lead", "police", "senior", (on(1, "9:30", "10:30"),))


def reasons(problem: Problem) -> list[Reason]:
    return explain(problem, solve(problem, seconds=2).timetable, seconds=8)


def health(key: str, label: str, minutes: int = 45) -> Session:
    return Session(key, label, minutes, backgrounds=frozenset(["health"]))


@pytest.mark.slow
def test_two_who_are_never_free_together_and_by_how_little_it_misses() -> None:
    problem = week(
        replace(health("S", "the police interview"), people=("Q",)),
        people=(POLICE,),
        peers=(
            LEADER,
            MEMBER,
            replace(HEALTH, windows=(on(1, "10:00", "12:00"),)),
            ANALYST,
        ),
    )
    [reason] = reasons(problem)
    assert reason.sentence == (
        "The police lead and the health peer are never free together for the police interview: "
        "Tuesday 9:45am misses by 15 minutes."
    )
    assert (
        reason.helps
        == "It would fit if the health peer were free from 9:45am on Tuesday."
    )


@pytest.mark.parametrize(
    ("problem", "sentence", "helps"),
    [
        (
            week(Session("S", "the focus group", 60, expected=12)),
            "The focus group has 12 people, and the largest room at the town hall, interview room 1, "
            "holds 8.",
            "A room for 12 is needed, or fewer people.",
        ),
        (
            week(Session("S", "the focus group", 60, expected=12, pin=Pin(room="R1"))),
            "The focus group is fixed in interview room 1, which holds 8, and has 12 people.",
            "",
        ),
        (
            week(Session("S", "the case mapping", 240)),
            "The case mapping lasts 4 hours, and the longest time that it could have is 3 hours: "
            "9:00am to midday on Monday.",
            "It would fit if it lasted no more than 3 hours.",
        ),
        (
            week(
                Session(
                    "S", "the school talk", 45, backgrounds=frozenset(["education"])
                )
            ),
            "The school talk asks for a peer with a background in education, and nobody in the team "
            "has one.",
            "A peer with a background in education is needed, or the session goes without.",
        ),
        (
            week(
                health("S", "the hospital talk"),
                peers=(
                    LEADER,
                    MEMBER,
                    replace(HEALTH, sessions_barred=frozenset(["S"])),
                    ANALYST,
                ),
            ),
            "The hospital talk asks for a peer with a background in health: the health peer is kept "
            "out of it, or in it besides the two.",
            "Another peer with a background in health is needed, or the session goes without.",
        ),
        (
            week(
                Session("S", "the focus group", 60, people=("Q", "R"), one_level=True),
                people=(POLICE, Person("R", "a constable", "police", "front line")),
            ),
            "The focus group is a group of one grade, and its people are of several: front line and "
            "senior.",
            "Meet each grade by itself.",
        ),
        (
            week(
                Session("S", "the interview", 45, people=("Q",)),
                people=(replace(POLICE, windows=(on(0, "16:00", "18:00"),)),),
            ),
            "The police lead is never free for 45 minutes while people are met.",
            "",
        ),
        (
            week(
                Session("S", "the interview", 45),
                blocks=(
                    Block("B0", "the training", at(0, "9:00"), 170),
                    Block("B1", "the training", at(1, "9:00"), 170),
                ),
            ),
            "No two peers are free together for 45 minutes while people are met: Monday 11:15am misses by ",
            "",
        ),
    ],
)
@pytest.mark.slow
def test_what_no_plan_could_place(problem: Problem, sentence: str, helps: str) -> None:
    [reason] = reasons(problem)
    assert reason.sentence.startswith(sentence)
    assert reason.helps == helps
    assert reason.sessions == ("S",)


@pytest.mark.slow
def test_one_person_wanted_twice_in_too_little_time() -> None:
    problem = week(
        Session("S1", "the first talk", 30, people=("Q",)),
        Session(
            "S2", "the second talk", 45, people=("Q",), priority=Priority.MUST_HAPPEN
        ),
        Session("S3", "the school talk", 45),
        people=(POLICE,),
    )
    [reason] = reasons(problem)
    assert set(reason.sessions) == {"S1", "S2"}
    assert reason.sentence.endswith(
        " talk cannot both be held: each needs the police lead, they take 1 hour 15 minutes and "
        "have only 1 hour when they could be."
    )
    assert (
        reason.helps
        == "It would fit if the police lead were free until 10:45am on Tuesday."
    )


@pytest.mark.slow
def test_more_sessions_than_the_only_peer_with_the_background_has_time_for() -> None:
    problem = week(
        *(health(f"S{n}", f"talk {n}", 60) for n in range(1, 6)),
        Session("T", "the tour", 60),
    )
    [reason] = reasons(problem)
    assert set(reason.sessions) == {"S1", "S2", "S3", "S4", "S5"}
    assert "each needs the health peer" in reason.sentence
    assert reason.helps == "One more peer with a background in health would be enough."


@pytest.mark.slow
def test_one_room_for_two_at_once() -> None:
    only = (on(0, "9:00", "10:00"),)
    problem = week(
        Session("S1", "the first talk", 60, windows=only),
        Session("S2", "the second talk", 60, windows=only),
        rooms=ROOMS[:1],
    )
    [reason] = reasons(problem)
    assert "there is only interview room 1 for them" in reason.sentence
    assert reason.helps == "One more room at the town hall would be enough."


@pytest.mark.slow
def test_no_reason_is_made_up_where_there_is_none() -> None:
    problem = week(Session("S", "the interview", 45))
    nothing = replace(solve(problem, seconds=1).timetable, placements={})
    [reason] = explain(problem, nothing, seconds=3)
    assert not reason.proven
    assert reason.sentence == (
        "No place was found for the interview in the time that there was; nothing shows that there "
        "is none."
    )
