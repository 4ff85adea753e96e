"""What the regulator was told is kept, clashes are shown, and an inspection moves the visit."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reviews import domain
from reviews.models import (
    AnnouncedInspection,
    AuditEvent,
    BlockedPeriod,
    Delivery,
    Message,
    RegulatorNotice,
    Review,
    User,
)
from reviews.reading.regulator import clashes_of, months_of
from reviews.rules.day_warnings import moved_visit
from reviews.trail import audit
from scheduling.domain.week import Person
from tests.make import DAY_ZERO
from tests.make_scheduling import make_session
from tests.sizes import examples

SignIn = Callable[[User], Client]
LATER = dt.date(2013, 3, 4)


@pytest.fixture
def desk(manager: User, review: Review, sign_in: SignIn) -> Client:
    return sign_in(manager)


def at(name: str, *numbers: object) -> str:
    return reverse(f"reviews:{name}", args=numbers)


def words(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    return " ".join(content.decode().split())


def parts(name: str, day: dt.date | None) -> dict[str, str]:
    if day is None:
        return {f"{name}_{n}": "" for n in range(3)}
    values = (day.day, day.month, day.year)
    return {f"{name}_{n}": str(value) for n, value in enumerate(values)}


def notice_values(**changed: object) -> dict[str, str]:
    dates = {"told_on": dt.date(2012, 11, 12), "replied_on": None}
    dates.update({k: v for k, v in changed.items() if k in dates})  # type: ignore[misc]
    rest = {k: str(v) for k, v in changed.items() if k not in dates}
    return {
        "version": "1",
        "told_by": "Morgan Vale",
        "told_to": "Lead of the Children’s Improvement Board",
        "how": "email",
        "said": "The dates of the visit",
        "reply": "",
        **parts("told_on", dates["told_on"]),
        **parts("replied_on", dates["replied_on"]),
        **rest,
    }


def block(review: Review, by: User, first: dt.date, last: dt.date, kind: str) -> None:
    domain.block_period(
        review=review,
        kind=kind,
        title=f"Some {kind}",
        first=first,
        last=last,
        by=by,
        at=timezone.now(),
    )


# The notification


def test_it_is_recorded_when_by_whom_to_whom_and_how_and_later_the_reply(
    desk: Client, review: Review
) -> None:
    desk.post(at("notice-new", review.pk), notice_values())
    notice = RegulatorNotice.objects.get()
    assert "No reply yet" in words(desk.get(at("regulator", review.pk)))

    desk.post(
        at("notice", review.pk, notice.pk),
        notice_values(replied_on=dt.date(2012, 11, 20), reply="Noted for planning"),
    )

    page = words(desk.get(at("regulator", review.pk)))
    for said in (
        "Told on 12 November 2012",
        "Morgan Vale",
        "Lead of the Children’s Improvement Board",
        "Email",
        "20 November 2012: Noted for planning",
    ):
        assert said in page
    actions = [
        event.action for event in AuditEvent.objects.filter(review_ref=review.pk)
    ]
    assert actions[-2:] == ["regulator.told", "regulator.notice_changed"]


def test_dates_that_cannot_be_are_refused_in_words(
    desk: Client, review: Review
) -> None:
    page = at("notice-new", review.pk)

    ahead = desk.post(page, notice_values(told_on=dt.date(2100, 1, 1)))
    assert "The day they were told must not be to come" in words(ahead)
    before = desk.post(page, notice_values(replied_on=dt.date(2012, 11, 1)))
    assert "They cannot have answered before being told" in words(before)
    undated = desk.post(page, notice_values(reply="Fine"))
    assert "Enter the day on which they answered" in words(undated)
    assert not RegulatorNotice.objects.exists()


def test_two_managers_at_once_lose_nothing(desk: Client, review: Review) -> None:
    desk.post(at("notice-new", review.pk), notice_values())
    page = at("notice", review.pk, RegulatorNotice.objects.get().pk)

    desk.post(page, notice_values(said="The first save"))
    second = desk.post(page, notice_values(said="The second save"))

    assert RegulatorNotice.objects.get().said == "The first save"
    assert "The first save" in words(second)
    assert "The second save" in words(second)


def test_the_letter_carries_the_reviews_own_dates_and_names(review: Review) -> None:
    subject, letter = domain.notification_letter(review)

    assert subject == "Peer review of Trafford Council: notification to Ofsted"
    assert "Trafford Council" in letter
    assert "4 to 8 February 2013" in letter
    assert "not an inspection and gives no grade" in letter
    assert f"{review.contact_name}\nReview manager\n{review.contact_email}" in letter


# Clashes


def test_the_calendar_knows_bank_holidays_and_elections_by_itself(
    review: Review, manager: User
) -> None:
    domain.move_day_zero(
        review=review,
        day_zero=dt.date(2013, 4, 29),
        version=review.version,
        by=manager,
        at=timezone.now(),
    )

    found = {(each.first, each.kind): each for each in clashes_of(review)}

    assert (dt.date(2013, 3, 29), "bank") in found  # Good Friday
    assert (dt.date(2013, 4, 1), "bank") in found
    election = found[dt.date(2013, 5, 2), "election"]
    assert election.with_visit


def test_days_entered_by_hand_are_drawn_and_listed_with_what_they_meet(
    review: Review, manager: User, organiser: User, sign_in: SignIn
) -> None:
    council = sign_in(organiser)

    council.post(
        at("clashes", review.pk),
        {
            "kind": "school",
            "title": "Half term",
            **parts("first", dt.date(2013, 2, 7)),
            **parts("last", dt.date(2013, 2, 15)),
        },
    )

    [clash] = [each for each in clashes_of(review) if each.kind == "school"]
    assert clash.with_visit
    due = [row.due_on for row in review.milestones.all() if row.is_open]
    assert clash.milestones == sum(
        dt.date(2013, 2, 7) <= day <= dt.date(2013, 2, 15) for day in due
    )
    page = words(council.get(at("clashes", review.pk)))
    assert "meets Half term" in page
    assert "S: School holiday" in page
    february = months_of(review, clashes_of(review))[-1]
    assert february.title == "February 2013"
    assert [day.number for day in february.days if day.letter == "S"] == list(
        range(7, 16)
    )
    assert [day.number for day in february.days if day.visit] == [4, 5, 6, 7, 8]


def test_a_single_day_needs_no_last_day_and_backwards_is_refused(
    desk: Client, review: Review
) -> None:
    values = {"kind": "council", "title": "Budget council"}
    day = dt.date(2013, 2, 20)

    desk.post(
        at("clashes", review.pk),
        {**values, **parts("first", day), **parts("last", None)},
    )
    page = desk.post(
        at("clashes", review.pk),
        {**values, **parts("first", day), **parts("last", dt.date(2013, 2, 1))},
    )

    assert "The last day must not be before the first" in words(page)
    period = BlockedPeriod.objects.get()
    assert (period.first, period.last) == (day, day)


def test_a_peer_reads_the_calendar_and_adds_nothing(
    review: Review, officer_peer: User, sign_in: SignIn
) -> None:
    peer = sign_in(officer_peer)

    page = peer.post(
        at("clashes", review.pk),
        {"kind": "council", "title": "X", **parts("first", DAY_ZERO)},
    )

    assert page.status_code == 200
    assert "Add days" not in words(page)
    assert not BlockedPeriod.objects.exists()


def test_days_are_taken_off_the_calendar(
    desk: Client, review: Review, manager: User
) -> None:
    block(review, manager, DAY_ZERO, DAY_ZERO, "council")
    period = BlockedPeriod.objects.get()

    desk.post(at("period-remove", review.pk, period.pk))

    assert not BlockedPeriod.objects.exists()


@settings(
    max_examples=examples(40),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.integers(-60, 60), st.integers(0, 30), st.integers(0, 9))
def test_a_period_clashes_with_the_visit_exactly_when_they_share_a_day(
    review: Review, begins: int, length: int, days: int
) -> None:
    review.on_site_days = days + 1
    review.blocked_periods.all().delete()
    first = DAY_ZERO + dt.timedelta(days=begins)
    last = first + dt.timedelta(days=length)
    BlockedPeriod.objects.create(
        review=review, kind="council", title="Away days", first=first, last=last
    )
    period = {first + dt.timedelta(days=n) for n in range(length + 1)}
    shared = bool(period & set(review.on_site_dates))

    told = [each.with_visit for each in clashes_of(review) if each.title == "Away days"]
    warned = moved_visit(review, DAY_ZERO, today=DAY_ZERO)

    # Far away it does not stand in the calendar at all.
    assert told in ([shared], [] if not shared else [True])
    assert any(sentence.startswith("Away days:") for sentence in warned) == shared


def test_moving_the_visit_warns_of_what_it_would_meet(
    desk: Client, review: Review, manager: User
) -> None:
    block(review, manager, dt.date(2013, 4, 1), dt.date(2013, 4, 12), "school")

    page = words(
        desk.post(at("plan-move", review.pk), parts("day_zero", dt.date(2013, 4, 1)))
    )

    assert "Easter Monday" in page
    assert "Some school: school holiday, 1 to 12 April 2013." in page


# An inspection is announced


def announce_values(**changed: dt.date) -> dict[str, str]:
    days = {
        "first": dt.date(2013, 2, 4),
        "last": dt.date(2013, 2, 15),
        "day_zero": LATER,
        **changed,
    }
    return {k: v for name, day in days.items() for k, v in parts(name, day).items()}


def test_before_and_after_are_shown_and_nothing_moves_yet(
    desk: Client, review: Review
) -> None:
    page = desk.post(at("inspection", review.pk), announce_values())

    assert "Milestones before and after" in words(page)
    assert len(page.context["moves"].milestones) == review.milestones.count()
    assert "Read the message to everybody on the review" in words(page)
    assert f"An inspection of {review.council} has been announced for" in words(page)
    assert Review.objects.get(pk=review.pk).day_zero == DAY_ZERO
    assert not Message.objects.exists()


def test_one_step_moves_the_plan_and_writes_to_everybody(
    desk: Client,
    review: Review,
    manager: User,
    leader: User,
    sponsor: User,
    partner: User,
) -> None:
    done = review.milestones.get(code="SET-01")
    domain.change_milestones(
        review=review,
        seen={done.pk: done.version},
        status="done",
        today=DAY_ZERO,
        by=manager,
        at=timezone.now(),
    )

    answer = desk.post(
        at("inspection", review.pk),
        {**announce_values(), "confirmed": "yes", "version": str(review.version)},
    )

    batch = review.mail_batches.get()
    assert answer["Location"] == at("outbox-batch", review.pk, batch.pk)
    moved = Review.objects.get(pk=review.pk)
    assert moved.day_zero == LATER
    assert moved.milestones.get(code="SET-01").due_on == dt.date(2012, 11, 12)
    assert moved.milestones.get(code="ONS-02").due_on == LATER
    announced = AnnouncedInspection.objects.get()
    assert (announced.visit_before, announced.visit_after) == (DAY_ZERO, LATER)
    written = Message.objects.filter(kind="inspection announced")
    assert {message.to for message in written} == {
        user.email for user in (manager, leader, sponsor, partner)
    }
    assert all(message.review == review for message in written)
    assert "moves from 4 February 2013 to 4 March 2013" in written[0].text
    # Nothing went: it is one mailing of drafts, to be read first.
    assert {message.state for message in written} == {Delivery.DRAFT}
    assert {message.batch for message in written} == {batch}
    assert audit.verify() == []


def test_a_visit_during_the_inspection_is_refused(desk: Client, review: Review) -> None:
    page = desk.post(
        at("inspection", review.pk), announce_values(day_zero=dt.date(2013, 2, 11))
    )

    assert "The review would be on site during the inspection" in words(page)


def test_if_somebody_moved_the_visit_meanwhile_nothing_happens(
    desk: Client, review: Review
) -> None:
    page = desk.post(
        at("inspection", review.pk),
        {**announce_values(), "confirmed": "yes", "version": str(review.version + 1)},
    )

    assert "Somebody else changed this" in words(page)
    assert Review.objects.get(pk=review.pk).day_zero == DAY_ZERO
    assert not AnnouncedInspection.objects.exists()
    assert not Message.objects.exists()


def test_the_button_says_how_many_drafts_it_writes(
    desk: Client, review: Review, leader: User, partner: User
) -> None:
    page = words(desk.post(at("inspection", review.pk), announce_values()))

    assert "Move the visit and write 3 drafts" in page


def test_whom_sessions_name_is_told_by_the_contact_of_their_agency(
    desk: Client, review: Review, manager: User, partner: User, organiser: User
) -> None:
    agency = review.memberships.get(user=partner).agency
    council = review.agencies.filter(kind="council")[0]
    make_session(
        review,
        by=manager,
        people=[
            Person("Ann Ashby", agency=agency),
            Person("Ben Birch", agency=agency),
            Person("Cal Crane", agency=council),
        ],
    )
    make_session(review, by=manager, people=[Person("ann ashby ", agency=agency)])

    desk.post(
        at("inspection", review.pk),
        {**announce_values(), "confirmed": "yes", "version": str(review.version)},
    )

    texts = {message.to: message.text for message in Message.objects.all()}
    assert agency
    assert f"2 people of {agency.name} are named in sessions" in texts[partner.email]
    assert "1 person is named in sessions" in texts[organiser.email]
    assert "named in sessions" not in texts[manager.email]
    assert "Ashby" not in "".join(texts.values())


def test_no_contact_is_told_of_whom_the_team_hears_in_private(
    desk: Client, review: Review, manager: User, partner: User, organiser: User
) -> None:
    agency = review.memberships.get(user=partner).agency
    for kept, people in (
        (False, [Person("Ann Ashby", agency=agency)]),
        (True, [Person("Ben Birch", agency=agency), Person("Cal Crane")]),
    ):
        make_session(review, by=manager, people=people, names_kept=kept)

    asked = words(desk.post(at("inspection", review.pk), announce_values()))
    desk.post(
        at("inspection", review.pk),
        {**announce_values(), "confirmed": "yes", "version": str(review.version)},
    )

    texts = {message.to: message.text for message in Message.objects.all()}
    assert agency
    assert f"1 person of {agency.name} is named in sessions" in texts[partner.email]
    assert "named in sessions" not in texts[organiser.email]
    # Whoever moves the visit is of the team, and tells them.
    assert "2 people whom the team hears in private: no contact tells them" in asked


def test_a_letter_becomes_a_draft_that_is_read_before_it_goes(
    desk: Client, review: Review
) -> None:
    answer = desk.post(at("regulator", review.pk), {"to": "lead@board.example.org"})

    batch = review.mail_batches.get()
    assert answer["Location"] == at("outbox-batch", review.pk, batch.pk)
    message = Message.objects.get()
    assert (message.to, message.state) == ("lead@board.example.org", Delivery.DRAFT)
    assert message.subject == "Peer review of Trafford Council: notification to Ofsted"


def test_days_are_removed_from_the_calendar_in_two_steps(
    desk: Client, review: Review, manager: User
) -> None:
    block(review, manager, dt.date(2013, 2, 18), dt.date(2013, 2, 22), "school")
    period = BlockedPeriod.objects.get()
    page = at("period-remove", review.pk, period.pk)

    assert "Remove these days" in words(desk.get(page))
    assert BlockedPeriod.objects.exists()
    desk.post(page)
    assert not BlockedPeriod.objects.exists()


def test_every_month_with_days_to_keep_away_from_is_drawn(
    review: Review, manager: User
) -> None:
    block(review, manager, dt.date(2013, 6, 3), dt.date(2013, 7, 2), "council")

    drawn = [each.title for each in months_of(review, clashes_of(review))]

    assert {"June 2013", "July 2013", "February 2013"} <= set(drawn)
