"""A calendar of one's own by secret address, and what releases cost."""

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from peerreview.silence import AllowedFields
from reviews.models import (
    AuditEvent,
    Membership,
    Review,
    User,
)
from scheduling.domain.week import Person
from scheduling.models import Session
from scheduling.models.releases import TimetableFeed
from tests.make import DAY_ZERO
from tests.make_scheduling import make_session
from tests.reading_calendars import calendar_of, events_of
from tests.scheduling.releasing import ADA, BEN, SignIn, at, change, publish, words

pytestmark = pytest.mark.usefixtures("lead_in")


def make_address(client: Client, review: Review) -> str:
    where = at("timetable-calendar", review.pk)
    mark = client.get(where).context["mark"]
    page = client.post(where, {"instead": mark})
    address: str = page.context["address"]
    return address[address.index("/calendar/") :]


def test_a_peers_calendar_holds_their_own_published_sessions_and_no_names(
    review: Review,
    manager: User,
    leader: User,
    interview: Session,
    focus_group: Session,
    sign_in: SignIn,
) -> None:
    address = make_address(sign_in(leader), review)
    empty = calendar_of(Client().get(address).content)
    publish(review, manager)
    change(interview, manager, start=dt.time(16))  # a draft that nobody sees yet

    answer = Client().get(address)

    assert empty.walk("VEVENT") == []
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"
    (event,) = events_of(answer.content)
    assert event["SUMMARY"] == "Interview about thresholds"
    assert event["DTSTART"].dt == dt.datetime(2013, 2, 4, 10, 15, tzinfo=dt.UTC)
    text = answer.content.decode()
    people = [each.user.full_name for each in review.memberships.all()]
    for name in (*people, ADA.name, BEN.name, "@example.org"):
        assert name not in text


def test_the_page_that_is_loaded_again_leaves_the_address_as_it_was_copied(
    review: Review, leader: User, sign_in: SignIn
) -> None:
    """A telephone loads a page again by itself, and with it what was sent."""
    client, where = sign_in(leader), at("timetable-calendar", review.pk)
    address = make_address(client, review)

    again = client.post(where, {"instead": "none"}, follow=True)

    assert "Your address was made before" in words(again)
    assert Client().get(address).status_code == 200
    mark = again.context["mark"]
    other = client.post(where, {"instead": mark}).context["address"]
    assert Client().get(address).status_code == 404
    assert Client().get(other[other.index("/calendar/") :]).status_code == 200


def test_a_feed_that_is_read_again_replaces_and_never_doubles(
    review: Review, manager: User, leader: User, interview: Session, sign_in: SignIn
) -> None:
    address = make_address(sign_in(leader), review)
    publish(review, manager)
    (before,) = events_of(Client().get(address).content)
    change(interview, manager, start=dt.time(16))
    publish(review, manager, "Moved")

    (after,) = events_of(Client().get(address).content)

    assert after["UID"] == before["UID"]
    assert after["SEQUENCE"] > before["SEQUENCE"]
    assert after["DTSTART"].dt.hour == 16


def test_an_address_that_was_ended_opens_what_a_wrong_one_opens(
    review: Review, leader: User, sign_in: SignIn
) -> None:
    browser = sign_in(leader)
    old = make_address(browser, review)
    new = make_address(browser, review)
    assert [Client().get(each).status_code for each in (old, new)] == [404, 200]
    browser.post(at("timetable-calendar", review.pk), {"do": "end"})

    ended = Client().get(new)
    wrong = Client().get(at("timetable-feed", "A" * 43))

    assert ended.status_code == wrong.status_code == 404
    assert ended.content == wrong.content
    assert dict(ended.headers) == dict(wrong.headers)


def test_an_address_that_is_ended_twice_is_ended_once_on_the_record(
    review: Review, leader: User, sign_in: SignIn
) -> None:
    browser, where = sign_in(leader), at("timetable-calendar", review.pk)
    address = make_address(browser, review)

    said = [words(browser.post(where, {"do": "end"}, follow=True)) for _ in range(2)]

    assert all("The address opens nothing any more." in each for each in said)
    assert Client().get(address).status_code == 404
    ended = AuditEvent.objects.filter(action="timetable.calendar_address_revoked")
    assert ended.count() == 1


def test_no_log_line_holds_a_secret_address(
    review: Review, db: None, caplog: pytest.LogCaptureFixture
) -> None:
    Client().get(at("timetable-feed", "A" * 43))
    Client().get(reverse("meeting:answer", args=["B" * 43]))

    lines = [AllowedFields().format(each) for each in caplog.records]
    assert any("Not Found" in line for line in lines)  # the control: a feed's is logged
    assert not any("AAAA" in line or "BBBB" in line for line in lines)
    assert not any("BBBB" in str(each.args) for each in caplog.records)


def test_of_the_address_only_the_hash_is_kept(
    review: Review, leader: User, sign_in: SignIn
) -> None:
    browser = sign_in(leader)
    address = make_address(browser, review)
    token = address.split("/")[2]

    assert len(token) == 43  # 32 bytes
    assert token not in str(vars(TimetableFeed.objects.get()))
    assert token not in words(browser.get(at("timetable-calendar", review.pk)))


def test_the_address_opens_nothing_while_its_owners_account_is_closed(
    review: Review, leader: User, sign_in: SignIn
) -> None:
    address = make_address(sign_in(leader), review)

    User.objects.filter(pk=leader.pk).update(is_active=False)

    assert Client().get(address).status_code == 404


def test_the_address_ends_with_the_membership(
    review: Review, manager: User, leader: User, sign_in: SignIn
) -> None:
    address = make_address(sign_in(leader), review)

    Membership.objects.filter(user=leader).delete()

    assert Client().get(address).status_code == 404


def test_a_feed_takes_the_same_few_statements_however_long_the_week_is(
    review: Review, manager: User, leader: User, interview: Session, sign_in: SignIn
) -> None:
    address = make_address(sign_in(leader), review)
    publish(review, manager)
    with CaptureQueriesContext(
        connection,
    ) as short:
        Client().get(address)
    for number in range(6):
        make_session(
            review,
            by=manager,
            peers=[leader],
            title=f"Number {number}",
            day=DAY_ZERO + dt.timedelta(days=1),
            start=dt.time(9 + number),
        )
    publish(review, manager, "Longer")

    with CaptureQueriesContext(connection) as long:
        Client().get(address)

    assert len(long) == len(short) == 2


def test_the_page_of_releases_takes_as_many_statements_for_one_session_as_for_seven(
    review: Review, manager: User, leader: User, interview: Session, desk: Client
) -> None:
    publish(review, manager)
    change(interview, manager, start=dt.time(8))
    desk.get(at("timetable-releases", review.pk))  # the sign-in's own statements
    with CaptureQueriesContext(connection) as short:
        desk.get(at("timetable-releases", review.pk))
    for number in range(6):
        make_session(
            review,
            by=manager,
            peers=[leader],
            people=[Person(f"Person {number}", "", f"p{number}@example.org")],
            title=f"Number {number}",
            day=DAY_ZERO + dt.timedelta(days=1),
            start=dt.time(9 + number),
        )

    with CaptureQueriesContext(connection) as long:
        desk.get(at("timetable-releases", review.pk))

    assert len(long) == len(short)
