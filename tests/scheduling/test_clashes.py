"""Clashes are found and said in words; the sample week has none."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from reviews import packs
from reviews.models import Review, User
from scheduling import reading
from scheduling.domain import week
from scheduling.rules import clashes
from scheduling.rules.clashes import Gone, Grade, Kind, Slot
from tests.make import PACK

MONDAY = dt.datetime(2013, 2, 4)  # noqa: DTZ001 - the clock of the place, as printed
HOUR = dt.timedelta(hours=1)
ODETTE, HAMID = ("1", "Odette Parrish"), ("2", "Hamid Parvez")


def slot(key: int, hour: float, **changes: Any) -> Slot:
    values: dict[str, Any] = {
        "key": key,
        "label": f"M0{key} Session {key}",
        "begins": MONDAY + dt.timedelta(hours=hour),
        "minutes": 45,
        "room": f"Room {key}",
        "places": 8,
        **changes,
    }
    return Slot(**values)


def test_a_peer_in_two_sessions_is_named_with_time_and_day() -> None:
    found = clashes.find(
        [slot(1, 10, peers=(ODETTE,)), slot(2, 10.25, peers=(ODETTE, HAMID))]
    )
    assert [each.sentence for each in found] == [
        "Odette Parrish is in two sessions at 10:15am on Monday 4 February: "
        "M01 Session 1, and M02 Session 2."
    ]
    assert found[0].sessions == (1, 2)


def test_of_many_who_are_wanted_twice_one_is_named_and_the_others_are_counted() -> None:
    team = [(str(number), f"Peer {number}") for number in range(1, 5)]

    def said(peers: list[tuple[str, str]]) -> str:
        [found] = clashes.find(
            [slot(1, 10, peers=tuple(peers)), slot(2, 10.25, peers=tuple(peers))]
        )
        return found.sentence

    assert said(team).startswith("Peer 1 and 3 others are in two sessions at 10:15am")
    assert said(team[:3]).startswith("Peer 1, Peer 2 and Peer 3 are in two sessions")


def test_people_and_rooms_twice_at_once_are_found() -> None:
    found = clashes.find(
        [
            slot(1, 14, room="Room 1", people=(("a@b", "Mavis Clay"),)),
            slot(2, 14.5, room="Room 1", people=(("a@b", "Mavis Clay"),)),
        ]
    )
    assert [(each.kind, each.sentence[:40]) for each in found] == [
        (Kind.PERSON, "Mavis Clay is expected in two sessions a"),
        (Kind.ROOM, "Room 1 is taken twice at 2:30pm on Monda"),
    ]


def test_sessions_that_only_touch_are_noted_and_block_nothing() -> None:
    same = {"peers": (ODETTE,), "room": "Room 1"}
    [found] = clashes.find([slot(1, 10, **same), slot(2, 10.75, **same)])
    assert found.grade == Grade.NOTE
    assert found.sentence == (
        "Odette Parrish has no time between two sessions before 10:45am on Monday "
        "4 February: M01 Session 1, and M02 Session 2."
    )
    assert clashes.find([slot(1, 10, **same), slot(2, 11, **same)]) == []


@pytest.mark.parametrize(
    ("changes", "grade", "says"),
    [
        (
            {"away": (Gone("Mavis Clay", MONDAY + 15 * HOUR, MONDAY + 15.5 * HOUR),)},
            Grade.BLOCK,
            "Mavis Clay is not free at 3:00pm on Monday 4 February: M01 Session 1.",
        ),
        (
            {"in_strand": True, "minutes": 90},
            Grade.WARN,
            "A session with people ends after 4:15pm on Monday 4 February, when the team "
            "writes its notes: M01 Session 1.",
        ),
        (
            {"in_strand": True, "team_afternoon": True},
            Grade.WARN,
            "The afternoon of Monday 4 February is for the team alone: M01 Session 1.",
        ),
        (
            {
                "background": "health",
                "has_background": False,
                "peers": (ODETTE, HAMID),
            },
            Grade.WARN,
            "No peer with a health background is there at 3:00pm on Monday 4 February: "
            "M01 Session 1.",
        ),
    ],
)
def test_what_is_wrong_with_one_session_is_a_sentence_with_a_grade(
    changes: dict[str, Any], grade: Grade, says: str
) -> None:
    [found] = clashes.find([slot(1, 15, **changes)])
    assert (found.grade, found.sentence) == (grade, says)
    fits = {
        "away": (Gone("Mavis Clay", MONDAY + 16.25 * HOUR, MONDAY + 17 * HOUR),),
        "in_strand": True,
        "minutes": 75 if "minutes" in changes else 45,
        "background": "health",
    }
    assert clashes.find([slot(1, 15, **fits)]) == []


@pytest.mark.parametrize(
    ("is_peer", "kind", "grades"),
    [
        (True, {}, [Grade.BLOCK]),
        (True, {"meets_people": False}, [Grade.WARN]),
        (True, {"meets_people": False, "pause": True}, []),
        (False, {"meets_people": False}, [Grade.BLOCK]),
    ],
)
def test_a_peer_who_is_away_holds_up_no_meeting_of_the_team_and_no_lunch(
    is_peer: bool, kind: dict[str, Any], grades: list[Grade]
) -> None:
    """One peer's morning off stopped the whole timetable from being published, by its lunch."""
    gone = Gone("Odette Parrish", MONDAY + 15 * HOUR, MONDAY + 16 * HOUR, is_peer)
    found = clashes.find([slot(1, 15, peers=(ODETTE,), away=(gone,), **kind)])
    assert [each.grade for each in found] == grades


def test_a_peer_without_lunch_is_named_and_one_with_lunch_is_not() -> None:
    morning, midday = slot(1, 11, minutes=75), slot(2, 12.5, minutes=60)
    late = slot(3, 13.75, minutes=60)

    def with_peer(slots: list[Slot]) -> list[Slot]:
        return [replace(each, peers=(ODETTE,)) for each in slots]

    [found] = clashes.find(with_peer([morning, midday, late]))
    assert (found.grade, found.sentence) == (
        Grade.WARN,
        "Odette Parrish has no 45 minutes for lunch on Monday 4 February.",
    )
    assert clashes.find(with_peer([morning, late])) == []


def test_a_room_too_small_is_said() -> None:
    [found] = clashes.find([slot(1, 9, expected=9)])
    assert found.sentence == (
        "Room 1 has 8 places, and 9 people are expected at 9:00am on Monday "
        "4 February: M01 Session 1."
    )


def test_a_visit_needs_time_to_travel_before_the_next_people() -> None:
    away = {"on_the_move": True, "room": "Away"}
    hurried = [slot(1, 9, peers=(ODETTE,), **away), slot(2, 9.75, peers=(ODETTE,))]
    [found] = clashes.find(hurried)
    assert found.sentence == (
        "Odette Parrish has no time to travel before 9:45am on Monday 4 February: "
        "M01 Session 1, and M02 Session 2. Leave 15 minutes."
    )
    later = [slot(1, 9, peers=(ODETTE,), **away), slot(2, 10, peers=(ODETTE,))]
    writing_up = [
        slot(1, 9, peers=(ODETTE,), **away),
        slot(2, 9.75, peers=(ODETTE,), meets_people=False),
    ]
    assert clashes.find(later) == clashes.find(writing_up) == []


def test_the_sample_week_has_no_clash_with_a_full_team(
    review: Review,
    manager: User,
    leader: User,
    member_peer: User,
    officer_peer: User,
    second_officer: User,
    health_peer: User,
    analyst: User,
    specialist: User,
) -> None:
    week.seed_timetable(review=review, by=manager, at=dt.datetime.now(dt.UTC))
    sessions = reading.sessions_for(review.memberships.get(user=manager))
    assert len(sessions) == len(packs.load(PACK).sessions)
    assert reading.clashes_of(sessions) == []
