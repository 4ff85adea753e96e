"""People who are to be met say without an account whether they can come, and are reminded."""

import datetime as dt
import html
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from questionnaires import no_trace
from reviews.models import Message, Review, Stage, User
from scheduling import reading, tasks
from scheduling.domain import week
from scheduling.domain.replies import remind
from scheduling.domain.week import Person
from scheduling.models import Session
from scheduling.models.releases import Invitee, MeetingReminder, Reply
from scheduling.rules.clashes import Grade, Kind
from tests.make import DAY_ZERO, move
from tests.make_scheduling import make_release, make_session

SignIn = Callable[[User], Client]
ADA = Person("Ada Quill", "Team manager", "Ada.Quill@example.org")
BEN = Person("Ben Tarrant", "Social worker", "ben.tarrant@example.org")


@pytest.fixture(autouse=True)
def weeks_before_the_visit() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2013, 1, 7, 9, tzinfo=dt.UTC)):
        yield


@pytest.fixture(autouse=True)
def prepared(weeks_before_the_visit: None, review: Review) -> None:
    Review.objects.filter(pk=review.pk).update(stage=Stage.LEAD_IN)
    review.refresh_from_db()


def publish(review: Review, by: User, name: str = "Final") -> None:
    make_release(review, by=by, name=name)


def mail_to(person: Person) -> Message:
    return next(each for each in Message.objects.all() if each.to == person.email)


def link_in(message: Message) -> str:
    found = re.search(r"/q/meeting/[\w-]+/?", message.text)
    assert found
    return found[0]


def said(response: Any) -> str:
    text = re.sub(r"<[^>]*>", " ", response.content.decode())
    return " ".join(html.unescape(text).split())


@pytest.fixture
def interview(review: Review, manager: User, leader: User) -> Session:
    found = make_session(
        review,
        by=manager,
        peers=[leader],
        people=[ADA],
        title="Interview about thresholds",
    )
    publish(review, manager)
    return found


@pytest.fixture
def link(interview: Session) -> str:
    return link_in(mail_to(ADA))


def send(link: str, session: Session, **values: str | list[str]) -> Any:
    prefix = f"m{session.pk}"
    page = Client().get(link)
    asked = re.search(rf'name="{prefix}-asked" value="([^"]+)"', page.content.decode())
    filled = {"asked": asked[1] if asked else "", **values}
    return Client().post(
        link, {f"{prefix}-{name}": value for name, value in filled.items()}, follow=True
    )


def test_the_page_shows_their_own_time_and_place_and_what_to_expect(
    review: Review, manager: User, leader: User, interview: Session, link: str
) -> None:
    make_session(
        review, by=manager, people=[BEN], title="Something else", start=dt.time(15)
    )
    publish(review, manager, "More")

    page = Client().get(link)

    text = said(page)
    assert "Monday 4 February, 10:15am to 11:15am" in text
    assert interview.room.title in text
    assert "What you tell the team is non-attributable" in text
    assert "Bring nobody’s records" in text
    for hidden in (
        "thresholds",
        "Ada",
        "Quill",
        "Ben",
        "Something else",
        "3:00pm",
        leader.full_name,
        interview.code,
        "Newly qualified",
    ):
        assert hidden not in text
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "no-referrer"


def test_where_the_framework_promises_nothing_in_its_own_words_ours_stand_there(
    review: Review, link: str
) -> None:
    framework = {**review.framework, "briefing": []}
    Review.objects.filter(pk=review.pk).update(framework=framework)

    text = said(Client().get(link))

    assert "What becomes of what you say" in text
    assert (
        "Nothing the council receives says, or lets it work out, who said it." in text
    )
    assert "at risk of serious harm, we must act on it and will tell you so." in text


def test_looking_changes_nothing(interview: Session, link: str) -> None:
    """A mail scanner opens every link."""
    with CaptureQueriesContext(connection) as queries:
        Client().get(link)

    assert all(each["sql"].startswith("SELECT") for each in queries)
    assert not Reply.objects.exists()


def test_somebody_says_that_they_can_come_and_the_manager_sees_it(
    review: Review, manager: User, interview: Session, link: str, sign_in: SignIn
) -> None:
    where = reverse("scheduling:session", args=[review.pk, interview.pk])
    desk = sign_in(manager)
    before = said(desk.get(where))

    page = send(link, interview, answer="yes")

    assert "You have said that you can come" in said(page)
    assert "No answer yet" in before
    after = said(desk.get(where))
    assert "Confirmed" in after
    assert "No answer yet" not in after


def test_somebody_cannot_come_and_the_manager_reads_when_they_could(
    review: Review, manager: User, interview: Session, link: str, sign_in: SignIn
) -> None:
    page = send(link, interview, answer="no", times="Tuesday after 2pm")

    assert "You have said that you cannot come" in said(page)
    desk = sign_in(manager)
    releases = said(
        desk.get(reverse("scheduling:timetable-releases", args=[review.pk]))
    )
    assert "Ada Quill, Interview about thresholds , Monday 4 February" in releases
    assert "Could come: Tuesday after 2pm" in releases
    home = desk.get(reverse("home:home", args=[review.pk]))
    assert "1 person cannot come to a meeting" in [
        each.title for each in home.context["mine"]
    ]


def test_the_half_days_on_which_somebody_could_come_are_where_planning_puts_them(
    review: Review, manager: User, interview: Session, link: str
) -> None:
    send(link, interview, answer="no", free=["2013-02-05-morning"])

    reply = Reply.objects.get()
    assert reply.times == "Tuesday 5 February, morning"
    member = review.memberships.get(user=manager)
    interview.review = review
    now = dt.datetime(2013, 1, 28)  # noqa: DTZ001 - the clock of the place
    found = reading.free_places(interview, member, now=now)
    begins = [spot.begins for day in found for spot in day.spots]
    assert {each.date() for each in begins} == {dt.date(2013, 2, 5)}
    assert max(begins).time() == dt.time(11, 30)
    # And where it stands now is a clash that blocks the next release.
    clashes = reading.clashes_with(member, interview)
    assert [each.grade for each in clashes if each.kind == Kind.AWAY] == [Grade.BLOCK]

    send(link, interview, answer="yes")
    assert not review.away.exists()


def test_who_cannot_come_to_a_group_does_not_move_it(
    review: Review, manager: User, leader: User, interview: Session
) -> None:
    group = make_session(
        review,
        by=manager,
        peers=[leader],
        people=[BEN, Person("Cy Marsh"), Person("Di Holt")],
        start=dt.time(13),
        room="R2",
    )
    publish(review, manager, "Group")
    send(link_in(mail_to(BEN)), group, answer="no", free=["2013-02-05-morning"])

    assert Reply.objects.get().times == "Tuesday 5 February, morning"
    assert not review.away.exists()


def test_a_second_answer_takes_the_place_of_the_first(
    interview: Session, link: str
) -> None:
    send(link, interview, answer="no", times="Fridays")
    send(link, interview, answer="yes", times="Fridays")

    reply = Reply.objects.get()
    assert (reply.answer, reply.times) == ("yes", "")


def test_what_somebody_wrote_is_sealed(interview: Session, link: str) -> None:
    send(link, interview, answer="no", times="Any Wednesday")

    with connection.cursor() as cursor:
        cursor.execute("SELECT times FROM scheduling_reply")
        (raw,) = cursor.fetchone()
        cursor.execute("SELECT who, token_hash FROM scheduling_invitee")
        who, stored = cursor.fetchone()
    assert b"Wednesday" not in bytes(raw)
    assert b"quill" not in bytes(who)
    assert link.split("/")[3] not in str(stored)


def test_a_case_number_or_telephone_number_is_not_taken(
    interview: Session, link: str
) -> None:
    page = send(link, interview, answer="no", times="Ring 01632 960123 about it")

    assert "Write days and times only" in said(page)
    assert not Reply.objects.exists()


def test_an_answer_to_a_meeting_that_has_moved_is_asked_for_again(
    review: Review, manager: User, interview: Session, link: str, sign_in: SignIn
) -> None:
    send(link, interview, answer="yes")
    Session.objects.filter(pk=interview.pk).update(start=dt.time(16))
    late = {f"m{interview.pk}-asked": "2013-02-04T10:15:00"}
    publish(review, manager, "Moved")

    page = Client().get(link)
    old = Client().post(link, {**late, f"m{interview.pk}-answer": "yes"})

    assert "4:00pm" in said(page) or "4pm" in said(page)
    assert "You have said" not in said(page)
    assert "This meeting has changed since you opened the page" in said(old)
    where = reverse("scheduling:session", args=[review.pk, interview.pk])
    assert "No answer yet" in said(sign_in(manager).get(where))


def test_a_draft_of_the_week_never_shows(
    review: Review, manager: User, interview: Session, link: str
) -> None:
    Session.objects.filter(pk=interview.pk).update(start=dt.time(16))
    week.cancel_session(session=interview, by=manager, at=timezone.now())

    assert "10:15am to 11:15am" in said(Client().get(link))


def test_somebody_of_another_session_answers_for_that_alone(
    review: Review, manager: User, interview: Session, link: str
) -> None:
    other = make_session(
        review, by=manager, people=[BEN], title="Not theirs", start=dt.time(15)
    )
    publish(review, manager, "More")

    page = Client().post(
        link,
        {
            f"m{other.pk}-asked": other.begins.isoformat(),
            f"m{other.pk}-answer": "no",
        },
    )

    assert page.status_code == 200
    assert not Reply.objects.exists()


@pytest.mark.parametrize("token", ["x", "A" * 43, "0123456789abcdefghjkmnpqrs"])
def test_a_wrong_link_is_met_with_courtesy_and_counted(token: str, db: None) -> None:
    where = f"/q/meeting/{token}/"
    answers = [Client().get(where), Client().post(where, {"m1-answer": "yes"})]

    assert [each.status_code for each in answers] == [404, 404]
    assert "This link does not open a meeting" in said(answers[0])
    assert any(no_trace.attempts._failed.values())


def test_the_last_stroke_of_a_link_does_not_matter(link: str) -> None:
    """Mail programs lose it, and links that were sent earlier end with one."""
    bare = link.removesuffix("/")
    for each in (bare, f"{bare}/"):
        assert "10:15am to 11:15am" in said(Client().get(each))
    for wrong in ("/q/meeting/x", "/q/meeting/x/"):
        assert "This link does not open a meeting" in said(Client().get(wrong))


def test_the_link_opens_nothing_once_the_visit_is_over(
    review: Review, interview: Session, link: str
) -> None:
    wrong = Client().get("/q/meeting/x/")

    move(review, Stage.REPORTING)

    over = Client().get(link)
    assert (over.status_code, over.content) == (404, wrong.content)


def test_each_message_to_somebody_carries_the_same_link(
    review: Review, manager: User, interview: Session, link: str
) -> None:
    Session.objects.filter(pk=interview.pk).update(start=dt.time(16))
    publish(review, manager, "Moved")

    assert link_in(mail_to(ADA)) == link
    assert Invitee.objects.count() == 1


def test_the_session_page_tells_an_agency_contact_of_their_own_people_only(
    review: Review, manager: User, partner: User, sign_in: SignIn
) -> None:
    agency = review.memberships.get(user=partner).agency
    theirs = Person("Prue Dale", "", "prue.dale@example.org", agency)
    session = make_session(review, by=manager, people=[theirs, ADA])
    publish(review, manager)
    send(link_in(mail_to(ADA)), session, answer="no", times="Fridays")

    page = said(
        sign_in(partner).get(
            reverse("scheduling:session", args=[review.pk, session.pk])
        )
    )

    assert "No answer yet" in page
    assert "Cannot come" not in page


# --- the day before ---------------------------------------------------------------------


def reminders() -> list[Message]:
    return list(Message.objects.filter(kind="timetable reminder"))


def on(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(2, 30), dt.UTC)


def test_people_are_reminded_once_the_day_before(
    review: Review, manager: User, interview: Session, link: str
) -> None:
    eve = DAY_ZERO - dt.timedelta(days=1)

    early = remind(at=on(eve - dt.timedelta(days=1)))
    first = remind(at=on(eve))
    again = remind(at=on(eve) + dt.timedelta(hours=1))

    assert (early, first, again) == (0, 1, 0)
    (message,) = reminders()
    assert message.to == ADA.email
    assert message.state == "draft"
    assert "Monday 4 February, 10:15am to 11:15am" in message.text
    assert link in message.text
    assert "thresholds" not in f"{message.subject} {message.text}"


def test_who_cannot_come_is_not_reminded(interview: Session, link: str) -> None:
    send(link, interview, answer="no")

    assert remind(at=on(DAY_ZERO - dt.timedelta(days=1))) == 0
    assert reminders() == []


def test_the_night_reminds_by_what_was_published(
    review: Review, manager: User, interview: Session
) -> None:
    Session.objects.filter(pk=interview.pk).update(start=dt.time(16))

    with time_machine.travel(on(DAY_ZERO - dt.timedelta(days=1))):
        tasks.nightly("", None)  # type: ignore[arg-type]

    (message,) = reminders()
    assert "10:15am" in message.text
    assert MeetingReminder.objects.get().day == DAY_ZERO


def test_nobody_is_reminded_of_a_week_that_was_never_published(
    review: Review, manager: User, leader: User
) -> None:
    make_session(review, by=manager, peers=[leader], people=[ADA])

    assert remind(at=on(DAY_ZERO - dt.timedelta(days=1))) == 0
