"""Who has not been heard: counted from sessions, with free times of tomorrow that could mend it."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.models import Review, Stage, User
from scheduling import reading
from scheduling.domain import week
from scheduling.domain.week import Person
from scheduling.reading.coverage import Coverage
from scheduling.views import day as day_views
from tests.make import move
from tests.make_scheduling import NOW, make_session

SignIn = Callable[[User], Client]
EVENING = dt.datetime(2013, 2, 4, 18)  # noqa: DTZ001 - the clock of the place


@pytest.fixture(autouse=True)
def in_the_evening(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(day_views, "now_at", lambda review: EVENING)


def url(name: str, *ids: Any) -> str:
    return reverse(f"scheduling:{name}", args=ids)


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


def coverage(review: Review, user: User) -> Coverage:
    return reading.coverage_of(review.memberships.get(user=user), EVENING)


def test_the_table_agrees_with_a_count_by_hand(
    review: Review, manager: User, leader: User, member_peer: User, partner: User
) -> None:
    agency = review.memberships.get(user=partner).agency
    assert agency is not None
    nurse = [Person("Mavis Clay", "Nurse", "mavis@example.org", agency)]
    held = make_session(review, by=manager, peers=[leader], people=nurse, themes=["T1"])
    make_session(
        review, by=manager, title=f"{agency.name} lead", themes=["T1", "T3"], room="R2"
    )
    gone = make_session(review, by=manager, people=nurse, themes=["T3"], room="R3")
    make_session(review, by=manager, type="TEAM", source_class="", room="BASE")
    move(review, Stage.ON_SITE)
    week.cancel_session(session=gone, by=manager, at=NOW)
    week.hold_session(session=held, came=4, now=EVENING, by=manager, at=NOW)

    found = coverage(review, manager)

    row = next(each for each in found.agencies if each.title == agency.name)
    assert [cell.words for cell in row.cells] == [
        "2, 1 held",
        "None",
        "1",
        "None",
        "None",
    ]
    assert row.total.words == "2, 1 held"
    group = next(row for row in found.groups if row.total.planned)
    assert group.total.words == "2, 1 held"
    others = [each.name for each in review.agencies.all() if each != agency]
    assert [gap.sentence for gap in found.gaps[: len(others)]] == [
        f"Nobody from {name} is to be met." for name in others
    ]


def test_one_press_offers_a_session_at_a_free_time_of_tomorrow(
    review: Review,
    manager: User,
    leader: User,
    member_peer: User,
    sign_in: SignIn,
) -> None:
    make_session(review, by=manager, peers=[leader, member_peer])
    make_session(
        review,
        by=manager,
        peers=[leader, member_peer],
        day=dt.date(2013, 2, 5),
        start=dt.time(9),
        minutes=360,
    )
    move(review, Stage.ON_SITE)
    client = sign_in(manager)
    found = coverage(review, manager)
    assert found.day == dt.date(2013, 2, 5)
    [slot] = found.free
    assert [words for words, _ in slot.choices] == [
        "3:15pm, Interview room 1",
        "3:30pm, Interview room 1",
    ]
    page = words(client.get(url("coverage", review.pk)))
    assert "3:15pm, Interview room 1" in page
    form = words(client.get(f"{url('session-new', review.pk)}?{slot.choices[0][1]}"))
    assert 'value="3:15pm"' in form
    assert 'value="45"' in form
    day = re.compile(r'<input[^>]*value="2013-02-05"[^>]*>').search(form)
    assert day is not None
    assert "checked" in day[0]
    # The pair that is free then goes, without being looked for.
    going = re.findall(r'<input[^>]*name="peers"[^>]*>', form)
    assert sorted(
        int(number)
        for box in going
        if "checked" in box
        for number in re.findall(r'value="(\d+)"', box)
    ) == sorted(review.memberships.get(user=user).pk for user in (leader, member_peer))


def test_strands_that_are_free_at_one_time_are_offered_a_room_each(
    review: Review,
    manager: User,
    leader: User,
    member_peer: User,
    officer_peer: User,
    health_peer: User,
) -> None:
    """And none is offered the room in which the team alone meets while there is another."""
    pairs = {"A": [leader, member_peer], "B": [officer_peer, health_peer]}
    for (strand, pair), room in zip(pairs.items(), ("R2", "R3"), strict=True):
        make_session(
            review,
            by=manager,
            peers=pair,
            strand=strand,
            room=room,
            day=dt.date(2013, 2, 5),
            start=dt.time(9),
            minutes=360,
        )
    make_session(
        review, by=manager, type="TEAM", strand="ALL", source_class="", room="BASE"
    )
    move(review, Stage.ON_SITE)

    found = coverage(review, manager)

    assert [[words for words, _ in slot.choices] for slot in found.free] == [
        ["3:15pm, Interview room 1", "3:30pm, Interview room 1"],
        ["3:15pm, Interview room 2", "3:30pm, Interview room 2"],
    ]


def test_the_council_does_not_see_it_and_a_peer_is_offered_no_new_session(
    review: Review,
    manager: User,
    organiser: User,
    leader: User,
    member_peer: User,
    sign_in: SignIn,
) -> None:
    make_session(review, by=manager, peers=[leader, member_peer])
    move(review, Stage.ON_SITE)
    assert sign_in(organiser).get(url("coverage", review.pk)).status_code == 403
    page = words(sign_in(member_peer).get(url("coverage", review.pk)))
    assert "Add a session" not in page
    assert url("session-new", review.pk) not in page


def test_it_takes_as_many_statements_for_one_session_as_for_the_whole_week(
    review: Review,
    manager: User,
    leader: User,
    member_peer: User,
    officer_peer: User,
    health_peer: User,
    analyst: User,
    sign_in: SignIn,
) -> None:
    week.seed_timetable(review=review, by=manager, at=NOW)
    move(review, Stage.ON_SITE)
    client = sign_in(manager)
    client.get(url("coverage", review.pk))

    def statements() -> int:
        with CaptureQueriesContext(connection) as seen:
            client.get(url("coverage", review.pk))
        return len(seen)

    whole = statements()
    keep = review.sessions.filter(strand__in=["A", "B", "C"]).values_list(
        "pk", flat=True
    )
    few = {
        review.sessions.filter(strand=strand).values_list("pk", flat=True)[0]
        for strand in ("A", "B", "C")
    }
    assert len(keep) > len(few)
    review.sessions.exclude(pk__in=few).delete()
    assert statements() == whole
