"""On the day: what is on, what comes next, and that sessions were held, with how many came."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import AccessRole, AuditEvent, Review, Stage, User
from scheduling.domain import week
from scheduling.models import Session
from scheduling.views import day as day_views
from scheduling.views import sessions as session_views
from tests.make import make_membership, make_review, move
from tests.make_scheduling import NOW, make_session

SignIn = Callable[[User], Client]
ELEVEN = dt.datetime(2013, 2, 4, 11)  # noqa: DTZ001 - the clock of the place


def url(name: str, *ids: Any) -> str:
    return reverse(f"scheduling:{name}", args=ids)


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture(autouse=True)
def at_eleven(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (day_views, session_views):
        monkeypatch.setattr(module, "now_at", lambda review: ELEVEN)


@pytest.fixture
def day(
    review: Review, manager: User, leader: User, member_peer: User
) -> list[Session]:
    """Over, on now, next, and later; one more is on now and cancelled."""
    made = [
        make_session(
            review, by=manager, peers=[leader], title=title, start=dt.time(hour, minute)
        )
        for title, hour, minute in (
            ("Midwives", 9, 0),
            ("Foster carers", 10, 30),
            ("Youth workers", 13, 0),
            ("Head teachers", 14, 15),
            ("Scrutiny", 10, 45),
        )
    ]
    week.cancel_session(session=made[4], by=manager, at=NOW)
    move(review, Stage.ON_SITE)
    return made


def parts(page: str) -> tuple[str, str, str]:
    """What stands under Now, under Next and under the question."""
    now, rest = page.split(">Now</h2>")[1].split(">Next</h2>")
    coming, _, unsaid = rest.partition("Was it held?</h2>")
    return now, coming, unsaid


def test_the_page_says_what_is_on_and_what_comes_next(
    review: Review, day: list[Session], leader: User, sign_in: SignIn
) -> None:
    page = words(sign_in(leader).get(url("now", review.pk)))
    now, coming, unsaid = parts(page)
    assert "Monday 4 February, 11:00am" in page
    assert "Foster carers" in now
    assert "Scrutiny" not in now
    assert "Youth workers" in coming
    assert "After that, 1 more session today." in coming
    assert "Midwives" in unsaid


def test_a_session_that_was_held_says_how_many_came_to_those_who_may_know(
    review: Review, day: list[Session], leader: User, sponsor: User, sign_in: SignIn
) -> None:
    client = sign_in(leader)
    done = client.post(
        url("session-hold", review.pk, day[0].pk), {"came": "6"}, follow=True
    )
    page = words(done)
    assert "“Midwives” was held, and 6 people came." in page
    assert "Was it held?" not in page
    address = url("session", review.pk, day[0].pk)
    assert "6 people came" in words(client.get(address))
    for_sponsor = words(sign_in(sponsor).get(address))
    assert "6 people" not in for_sponsor
    assert ">Held</dt>" in for_sponsor


def test_that_a_session_was_held_is_on_the_record_once_for_each_number(
    review: Review, day: list[Session], leader: User, manager: User, sign_in: SignIn
) -> None:
    address = url("session-hold", review.pk, day[0].pk)
    first, second = sign_in(leader), sign_in(manager)

    for client, came in ((first, "6"), (second, "6"), (second, "7")):
        page = words(client.post(address, {"came": came}, follow=True))
        assert f"“Midwives” was held, and {came} people came." in page

    day[0].refresh_from_db()
    assert day[0].came == 7
    assert AuditEvent.objects.filter(action="session.held").count() == 2


@pytest.mark.parametrize(
    ("number", "came", "says"),
    [
        (2, "3", "This session has not begun, or is cancelled"),
        (4, "3", "This session has not begun, or is cancelled"),
        (0, "-1", "How many came must be 0 or more. Nothing was saved."),
        (0, "many", "How many came must be a number. Nothing was saved."),
        (0, "9999", "How many came must be 500 or fewer. Nothing was saved."),
    ],
)
def test_what_cannot_have_been_held_is_refused_in_a_sentence(
    review: Review,
    day: list[Session],
    leader: User,
    sign_in: SignIn,
    number: int,
    came: str,
    says: str,
) -> None:
    answer = sign_in(leader).post(
        url("session-hold", review.pk, day[number].pk), {"came": came}, follow=True
    )
    assert says in words(answer)
    assert not review.sessions.filter(held=True).exists()


def test_only_on_site_and_only_the_review_s_own_sessions_can_be_held(
    review: Review, day: list[Session], leader: User, sign_in: SignIn
) -> None:
    other = make_review()
    theirs = make_session(other, by=make_membership(other, AccessRole.RM).user)
    client = sign_in(leader)
    address = url("session-hold", review.pk, theirs.pk)
    assert client.post(address, {"came": "3"}).status_code == 404
    move(review, Stage.REPORTING)
    address = url("session-hold", review.pk, day[0].pk)
    assert client.post(address, {"came": "3"}).status_code == 403
