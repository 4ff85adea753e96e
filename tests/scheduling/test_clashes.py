"""Clashes are found and said in words; the sample week has none."""

import datetime as dt
from typing import Any

from reviews import packs
from reviews.models import Review, User
from scheduling import clashes, domain, reading
from scheduling.clashes import Kind, Slot
from tests.make import PACK

MONDAY = dt.datetime(2013, 2, 4)  # noqa: DTZ001 - the clock of the place, as printed
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


def test_sessions_that_only_touch_do_not_clash() -> None:
    same = {"peers": (ODETTE,), "room": "Room 1"}
    assert clashes.find([slot(1, 10, **same), slot(2, 10.75, **same)]) == []


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
    domain.seed_timetable(review=review, by=manager, at=dt.datetime.now(dt.UTC))
    sessions = reading.sessions_for(review.memberships.get(user=manager))
    assert len(sessions) == len(packs.load(PACK).sessions)
    assert reading.clashes_of(sessions) == []
