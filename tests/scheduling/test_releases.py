"""Releases of the week: who is told what, and what never is."""

import datetime as dt
import re
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from django.core import mail as outgoing
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews import domain as reviews_domain
from reviews.mail import mailer
from reviews.models import (
    AuditEvent,
    Message,
    Review,
    Stage,
    User,
)
from scheduling.domain import notes, plans, releases, week
from scheduling.domain.week import Person
from scheduling.models import Session, TimetableRelease
from scheduling.models.releases import Invitee, Reply, TimetableFeed
from scheduling.reading import releases as reading
from tests.make import DAY_ZERO, make_review, move
from tests.make_scheduling import make_release, make_session
from tests.reading_calendars import calendar_of
from tests.scheduling.releasing import ADA, BEN, SignIn, at, change, publish, words

pytestmark = pytest.mark.usefixtures("lead_in")

SECRET = Person("Zadie Hushe", "Whistle worker", "zadie.hushe@example.org")


def waiting(review: Review) -> dict[str, Message]:
    """What waits in the outbox, by reader."""
    return {each.to: each for each in review.messages.filter(state="draft")}


def let_go(review: Review, by: User) -> None:
    for batch in review.mail_batches.filter(released_at=None):
        batch.review = review
        reviews_domain.release(
            batch=batch, version=batch.version, by=by, at=timezone.now()
        )
        batch.messages.update(state="sent")


def file_of(message: Message, number: int = 0) -> Any:
    return calendar_of(message.files[number][2])


def test_the_first_release_tells_each_person_once_with_what_is_theirs(
    review: Review,
    manager: User,
    leader: User,
    interview: Session,
    focus_group: Session,
) -> None:
    make_session(
        review,
        by=manager,
        peers=[leader],
        people=[ADA],
        title="Second talk",
        start=dt.time(14),
    )

    publish(review, manager)

    mail = waiting(review)
    assert len(mail) == review.messages.count() == 6  # four peers, two who are met
    assert mail[ADA.email].text.count("- Monday 4 February") == 2
    assert mail[BEN.email].text.count("- Monday 4 February") == 1
    assert "“Interview about thresholds”, Monday 4 February" in mail[leader.email].text
    assert "Focus group on supervision" not in mail[leader.email].text


def test_somebody_who_is_met_reads_their_own_time_and_place_and_no_more(
    review: Review,
    manager: User,
    leader: User,
    interview: Session,
    focus_group: Session,
) -> None:
    publish(review, manager)

    message = waiting(review)[ADA.email]
    told = f"{message.subject} {message.text} {message.files}"
    for hidden in (
        "thresholds",
        "supervision",
        "Ben Tarrant",
        "Team manager",
        leader.full_name,
        interview.code,
        "Newly qualified",
    ):
        assert hidden not in told
    (event,) = file_of(message).walk("VEVENT")
    assert set(event) == {
        "UID",
        "SEQUENCE",
        "DTSTAMP",
        "DTSTART",
        "DTEND",
        "SUMMARY",
        "LOCATION",
        "DESCRIPTION",
        "STATUS",
        "CLASS",
        "TRANSP",
        "ORGANIZER",
        "ATTENDEE",
    }
    assert event["SUMMARY"] == "Meeting with the peer review team"
    assert event["ATTENDEE"] == f"mailto:{ADA.email}"


def test_of_a_visit_somebody_is_told_that_the_team_comes_to_them(
    review: Review, manager: User, leader: User
) -> None:
    make_session(review, by=manager, peers=[leader], people=[ADA], room="EXT")

    publish(review, manager)

    mail = waiting(review)
    assert "10:15am to 11:15am, the team comes to you" in mail[ADA.email].text
    assert "Away from the building" not in str(mail[ADA.email].files)
    assert "Away from the building" in mail[leader.email].text


def test_who_is_met_in_another_building_is_told_which_and_where_it_is(
    review: Review,
    manager: User,
    leader: User,
    interview: Session,
    focus_group: Session,
) -> None:
    """A room's name alone sends people to the main building."""
    site = review.sites.create(title="Riverside House", address="4 Quay Street")
    review.rooms.filter(code="R2").update(site=site)
    room = "Interview room 2, Riverside House, 4 Quay Street"

    publish(review, manager)

    mail = waiting(review)
    assert f"10:15am to 11:15am, {room}." in mail[BEN.email].text
    (event,) = file_of(mail[BEN.email]).walk("VEVENT")
    assert event["LOCATION"] == room
    assert "Riverside House" not in mail[ADA.email].text
    let_go(review, manager)
    review.sites.update(address="5 Quay Street")
    publish(review, manager, "Another door")
    mail = waiting(review)
    assert "It is in Interview room 2, Riverside House, 5 Quay Street" in (
        mail[BEN.email].text
    )
    assert ADA.email not in mail


def test_what_to_expect_stands_in_the_first_message_alone(
    review: Review, manager: User, interview: Session
) -> None:
    publish(review, manager)
    first = waiting(review)[ADA.email].text
    let_go(review, manager)
    change(interview, manager, start=dt.time(15))

    publish(review, manager, "Moved")

    then = waiting(review)[ADA.email].text
    for said in (
        "usually two",
        "not an inspection",
        "Bring nobody’s records",
        "nothing that the council receives says who said it",
        "at risk of serious harm",
    ):
        assert said in first
        assert said not in then


def test_a_move_is_told_to_those_in_that_session_only(
    review: Review,
    manager: User,
    leader: User,
    member_peer: User,
    interview: Session,
    focus_group: Session,
) -> None:
    publish(review, manager)
    let_go(review, manager)
    change(interview, manager, day=DAY_ZERO + dt.timedelta(days=1))

    publish(review, manager, "Moved")

    mail = waiting(review)
    assert set(mail) == {ADA.email, leader.email, member_peer.email}
    assert "It moves from Monday 4 February at 10:15am to Tuesday 5 February" in (
        mail[ADA.email].text
    )


def test_the_file_of_a_move_is_the_same_meeting_with_a_higher_number(
    review: Review, manager: User, interview: Session, focus_group: Session
) -> None:
    publish(review, manager)
    (before,) = file_of(waiting(review)[ADA.email]).walk("VEVENT")
    let_go(review, manager)
    change(interview, manager, start=dt.time(16))

    publish(review, manager, "Moved")

    (after,) = file_of(waiting(review)[ADA.email]).walk("VEVENT")
    assert after["UID"] == before["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"]) == (1, 2)
    assert after["DTSTART"].dt == dt.datetime(2013, 2, 4, 16, tzinfo=dt.UTC)
    assert str(interview.pk) not in str(after["UID"]).split("@")[0].split("-")


def test_who_is_no_longer_met_is_told_so_and_their_calendar_is_cleared(
    review: Review, manager: User, interview: Session
) -> None:
    publish(review, manager)
    let_go(review, manager)
    change(interview, manager, people=[BEN])

    publish(review, manager, "Ben instead of Ada")

    mail = waiting(review)
    assert set(mail) == {ADA.email, BEN.email}
    gone, come = file_of(mail[ADA.email]), file_of(mail[BEN.email])
    assert (gone["METHOD"], come["METHOD"]) == ("CANCEL", "REQUEST")
    assert "cancelled" in mail[ADA.email].text
    assert "whether you can come" not in mail[ADA.email].text
    (event,) = gone.walk("VEVENT")
    assert event["SEQUENCE"] == 2


def test_a_cancelled_session_is_told_to_everybody_in_it(
    review: Review, manager: User, leader: User, interview: Session
) -> None:
    publish(review, manager)
    let_go(review, manager)
    week.cancel_session(session=interview, by=manager, at=timezone.now())

    publish(review, manager, "Without it")

    mail = waiting(review)
    assert len(mail) == 3
    assert all(file_of(each)["METHOD"] == "CANCEL" for each in mail.values())
    assert "“Interview about thresholds”" in mail[leader.email].text


def test_whoever_cancels_is_told_who_writes_to_those_who_are_expected(
    review: Review, manager: User, interview: Session, desk: Client
) -> None:
    where = at("session-cancel", review.pk, interview.pk)
    assert "No message is sent: tell them yourself" in words(desk.get(where))

    publish(review, manager)

    said = words(desk.get(where))
    assert "The next release of the timetable tells those who can be written to" in said
    assert "No message is sent" not in said


def test_another_person_in_the_session_is_no_news_to_whoever_was_there(
    review: Review, manager: User, interview: Session
) -> None:
    publish(review, manager)
    let_go(review, manager)
    change(interview, manager, people=[ADA, BEN])

    publish(review, manager, "And Ben")

    assert set(waiting(review)) == {BEN.email}


def test_messages_that_still_wait_are_replaced_and_told_anew(
    review: Review, manager: User, interview: Session, focus_group: Session
) -> None:
    """Nobody had the first release yet: the second tells them as if it were the first."""
    publish(review, manager)
    change(interview, manager, start=dt.time(16))

    publish(review, manager, "Moved")

    mail = waiting(review)
    assert review.messages.count() == len(mail) == 6
    assert "4pm" in mail[ADA.email].text or "4:00pm" in mail[ADA.email].text
    assert "It moves" not in mail[ADA.email].text
    assert "WHAT TO EXPECT" in mail[ADA.email].text
    assert "WHAT TO EXPECT" in mail[BEN.email].text


def test_what_was_put_back_before_its_messages_went_is_no_news(
    review: Review, manager: User, interview: Session
) -> None:
    publish(review, manager)
    let_go(review, manager)
    change(interview, manager, start=dt.time(16))
    publish(review, manager, "Moved")
    change(interview, manager, start=dt.time(10, 15))

    publish(review, manager, "And back")

    assert waiting(review) == {}


def test_messages_that_were_thrown_away_told_nobody(
    review: Review, manager: User, interview: Session
) -> None:
    publish(review, manager)
    for batch in review.mail_batches.all():
        batch.review = review
        reviews_domain.discard(batch=batch, by=manager, at=timezone.now())
    change(interview, manager, title="Interview on thresholds")

    publish(review, manager, "Again")

    assert ADA.email in waiting(review)


def test_an_agency_contact_is_told_of_their_own_people_and_of_none_whose_name_is_kept(
    review: Review, manager: User, leader: User, partner: User
) -> None:
    agency = review.memberships.get(user=partner).agency
    other = review.agencies.exclude(pk=agency.pk if agency else 0).first()
    theirs = Person("Prue Dale", "Inspector", "prue.dale@example.org", agency)
    strangers = Person("Olu Stone", "Nurse", "olu.stone@example.org", other)
    kept = Person(SECRET.name, SECRET.post, SECRET.email, agency)
    values: dict[str, Any] = {"by": manager, "peers": [leader]}
    make_session(review, people=[theirs, strangers], **values)
    private = make_session(
        review, people=[kept], start=dt.time(14), names_kept=True, **values
    )
    publish(review, manager)

    text = waiting(review)[partner.email].text
    assert "Prue Dale: Monday 4 February, 10:15am" in text
    for hidden in ("Olu Stone", "Zadie Hushe", "2pm", "Newly qualified"):
        assert hidden not in text
    let_go(review, manager)
    change(private, manager, start=dt.time(15))
    publish(review, manager, "Private one moved")
    assert set(waiting(review)) == {SECRET.email, leader.email}


def test_what_is_over_is_nobodys_news(
    review: Review, manager: User, interview: Session
) -> None:
    evening = dt.datetime(2013, 2, 4, 20)  # noqa: DTZ001 - on the place's clock
    make_release(review, by=manager, name="After the day", now=evening)

    assert waiting(review) == {}


def test_the_mail_carries_the_file_as_a_meeting_and_not_as_a_document(
    review: Review, manager: User, interview: Session
) -> None:
    publish(review, manager)
    for batch in review.mail_batches.all():
        batch.review = review
        reviews_domain.release(
            batch=batch, version=batch.version, by=manager, at=timezone.now()
        )

    mailer.send_waiting(review=review)

    (raw,) = [each.message() for each in outgoing.outbox if each.to == [ADA.email]]
    message = message_from_bytes(raw.as_bytes(), policy=policy.default)
    (part,) = message.iter_attachments()
    assert part.get_content_type() == "text/calendar"
    assert part["Content-Type"].params["method"] == "REQUEST"
    calendar = calendar_of(part.get_content())
    assert calendar["METHOD"] == "REQUEST"
    body = message.get_body()
    assert body is not None
    assert "/q/meeting/" in body.get_content()


def test_the_demonstration_shows_the_file_that_the_message_speaks_of(
    review: Review,
    manager: User,
    interview: Session,
    settings: Any,
    tmp_path: Path,
) -> None:
    publish(review, manager)
    let_go(review, manager)
    review.messages.update(state="queued")
    mailer.send_waiting(review=review)
    (raw,) = [each.message() for each in outgoing.outbox if each.to == [ADA.email]]
    settings.DEMO, settings.VAR_DIR = True, tmp_path
    mailer.demonstration_folder().mkdir()
    (mailer.demonstration_folder() / "20130107-1.eml").write_bytes(raw.as_bytes())

    page = words(Client().get(reverse("demonstration-message", args=["20130107-1"])))

    assert "meeting.ics" in page
    assert "METHOD:REQUEST" in page


def test_a_peer_with_a_calendar_address_gets_no_file_beside_it(
    review: Review, manager: User, leader: User, member_peer: User, interview: Session
) -> None:
    member = review.memberships.get(user=leader)
    releases.renew_feed(membership=member, by=leader, at=timezone.now())

    publish(review, manager)

    mail = waiting(review)
    assert mail[leader.email].files is None
    assert len(mail[member_peer.email].files or ()) == 1
    assert at("timetable-calendar", review.pk) in mail[leader.email].text


def test_a_peer_whose_account_is_closed_is_not_written_to(
    review: Review, manager: User, leader: User, member_peer: User, interview: Session
) -> None:
    User.objects.filter(pk=leader.pk).update(is_active=False)

    publish(review, manager)

    assert set(waiting(review)) == {member_peer.email, ADA.email}


def test_another_title_is_told_to_the_peers_and_to_nobody_whom_they_meet(
    review: Review, manager: User, leader: User, interview: Session
) -> None:
    publish(review, manager)
    let_go(review, manager)
    change(interview, manager, title="Interview about front doors")

    publish(review, manager, "Renamed")

    mail = waiting(review)
    assert "It was called “Interview about thresholds”." in mail[leader.email].text
    assert ADA.email not in mail


def test_the_drafts_can_be_read_and_changed_in_the_outbox(
    review: Review, manager: User, interview: Session, desk: Client
) -> None:
    publish(review, manager)

    for batch in review.mail_batches.all():
        page = desk.get(reverse("reviews:outbox-batch", args=[review.pk, batch.pk]))
        assert page.status_code == 200
        assert "$meetings the reader’s own meetings" in words(page)


def test_a_manager_who_lets_this_mail_go_by_itself_is_told_that_it_goes_at_once(
    review: Review, manager: User, interview: Session, desk: Client
) -> None:
    reviews_domain.set_mail_rules(
        review=review,
        by_itself={"timetable changes": True},
        by=manager,
        at=timezone.now(),
    )

    page = words(desk.get(at("timetable-releases", review.pk)))
    publish(review, manager)
    change(interview, manager, start=dt.time(16))
    publish(review, manager, "Moved")

    assert "The messages go at once" in page
    to_ada = [each for each in review.messages.all() if each.to == ADA.email]
    assert [each.state for each in to_ada] == ["queued", "queued"]
    assert "It moves from" in to_ada[0].text or "It moves from" in to_ada[1].text


def test_the_manager_sees_what_changed_and_who_would_be_told_and_publishes(
    review: Review,
    manager: User,
    interview: Session,
    focus_group: Session,
    desk: Client,
) -> None:
    publish(review, manager)
    let_go(review, manager)
    change(interview, manager, start=dt.time(16))
    page = desk.get(at("timetable-releases", review.pk))

    said = words(page)
    assert "Changed since “Draft for the council”: 1 session" in said
    assert "It moves from Monday 4 February at 10:15am" in said
    assert "People whom the peers meet: 1" in said
    assert "Members of the team: 2" in said
    assert waiting(review) == {}
    done = desk.post(
        at("timetable-publish", review.pk),
        {"name": "Final", "seen": page.context["found"].seen},
        follow=True,
    )
    assert "“Final” is published. Its messages wait in the outbox" in words(done)
    assert len(waiting(review)) == 3


def test_nothing_is_published_while_somebody_is_in_two_places_at_once(
    review: Review, manager: User, leader: User, interview: Session, desk: Client
) -> None:
    make_session(review, by=manager, peers=[leader], title="Same time", room="R2")

    page = desk.get(at("timetable-releases", review.pk))
    with pytest.raises(releases.ClashesStand):
        publish(review, manager)

    assert "cannot be published while these stand" in words(page)
    assert f"#session-{interview.pk}" in page.content.decode()
    assert 'name="seen"' not in page.content.decode()
    assert not TimetableRelease.objects.exists()


def test_names_that_the_team_keeps_by_now_leave_older_releases_too(
    review: Review,
    manager: User,
    organiser: User,
    interview: Session,
    sign_in: SignIn,
) -> None:
    first = publish(review, manager)
    address = at("timetable-release", review.pk, first.pk)
    council, team = sign_in(organiser), sign_in(manager)
    assert ADA.name in words(council.get(address))

    change(interview, manager, names_kept=True)

    assert ADA.name not in words(council.get(address))
    assert ADA.name in words(team.get(address))


def test_a_clash_of_a_day_that_is_over_does_not_keep_tomorrow_from_being_published(
    review: Review, manager: User, leader: User, interview: Session
) -> None:
    plans.add_away(
        review=review,
        whose=review.memberships.get(user=leader),
        day=interview.day,
        begins=dt.time(10),
        ends=dt.time(11),
        agency=None,
        by=manager,
        at=timezone.now(),
    )
    tomorrow = interview.day + dt.timedelta(days=1)
    make_session(review, by=manager, peers=[leader], day=tomorrow, title="Added")
    morning = dt.datetime.combine(interview.day, dt.time(9))
    evening = dt.datetime.combine(interview.day, dt.time(20))

    with pytest.raises(releases.ClashesStand):
        make_release(review, by=manager, now=morning)
    make_release(review, by=manager, now=evening)

    member = review.memberships.get(user=manager)
    assert reading.releases_page(member, morning).blocking
    assert reading.releases_page(member, evening).blocking == []
    assert "“Added”" in waiting(review)[leader.email].text


def test_the_manager_is_told_that_messages_of_a_release_wait(
    review: Review,
    manager: User,
    leader: User,
    interview: Session,
    sign_in: SignIn,
) -> None:
    """The leader publishes in the evening; nobody hears of it before the manager sends."""

    def told(user: User) -> bool:
        page = sign_in(user).get(reverse("home:home", args=[review.pk]))
        titles = [each.title for each in page.context["mine"]]
        return "Send the messages about the timetable" in titles

    assert not told(manager)

    publish(review, leader)

    assert told(manager)
    assert not told(leader)
    let_go(review, manager)
    assert not told(manager)


def test_a_week_that_changed_after_it_was_looked_at_is_shown_again_first(
    review: Review, manager: User, interview: Session, desk: Client
) -> None:
    seen = desk.get(at("timetable-releases", review.pk)).context["found"].seen
    change(interview, manager, start=dt.time(16))

    page = desk.post(
        at("timetable-publish", review.pk), {"name": "Final", "seen": seen}
    )

    assert "has changed since you opened this page" in words(page)
    assert not TimetableRelease.objects.exists()
    again = re.search(r'name="seen" value="(\w+)"', page.content.decode())
    assert again
    desk.post(at("timetable-publish", review.pk), {"name": "Final", "seen": again[1]})
    assert TimetableRelease.objects.get().name == "Final"


def test_nothing_new_is_not_published_twice(
    review: Review, manager: User, interview: Session
) -> None:
    publish(review, manager)

    with pytest.raises(releases.NothingNew):
        publish(review, manager, "Again")


def test_any_two_releases_can_be_compared(
    review: Review,
    manager: User,
    interview: Session,
    focus_group: Session,
    desk: Client,
) -> None:
    first = publish(review, manager, "One")
    change(interview, manager, start=dt.time(16))
    publish(review, manager, "Two")
    week.cancel_session(session=focus_group, by=manager, at=timezone.now())
    third = publish(review, manager, "Three")

    near = words(desk.get(at("timetable-release", review.pk, third.pk)))
    far = words(
        desk.get(at("timetable-release", review.pk, third.pk) + f"?since={first.pk}")
    )

    assert "different from “Two”: 1 session" in near
    assert "It is cancelled" in near
    assert "different from “One”: 2 sessions" in far
    assert "It moves from" in far


def test_an_older_release_says_what_a_newer_one_has_besides(
    review: Review, manager: User, interview: Session, desk: Client
) -> None:
    first = publish(review, manager, "One")
    make_session(review, by=manager, title="Night staff", start=dt.time(15))
    second = publish(review, manager, "Two")
    where = at("timetable-release", review.pk, first.pk)

    page = words(desk.get(f"{where}?since={second.pk}"))

    assert "different from “Two”: 1 session" in page
    assert "Night staff" in page
    assert "It is taken out. It was on Monday 4 February at 3:00pm." in page


def test_a_release_of_another_review_is_not_there(
    review: Review, manager: User, other_manager: User, interview: Session, desk: Client
) -> None:
    mine = publish(review, manager)
    other = make_review(
        council="Ashmere Council", stage=Stage.LEAD_IN, manager=other_manager
    )
    make_session(other, by=other_manager)
    theirs = publish(other, other_manager)

    assert desk.get(at("timetable-release", review.pk, theirs.pk)).status_code == 404
    where = at("timetable-release", review.pk, mine.pk)
    for since in (theirs.pk, "nonsense"):
        assert desk.get(f"{where}?since={since}").status_code == 404


def test_the_organiser_reads_releases_without_the_names_that_the_team_keeps(
    review: Review,
    manager: User,
    leader: User,
    organiser: User,
    interview: Session,
    sign_in: SignIn,
) -> None:
    private = make_session(
        review,
        by=manager,
        peers=[leader],
        people=[SECRET],
        title="Team interview",
        start=dt.time(14),
        names_kept=True,
    )
    first = publish(review, manager)
    let_go(review, manager)
    change(private, manager, people=[Person("Yan Softe", "", "yan.softe@example.org")])
    second = publish(review, manager, "Another person")
    Reply(
        review=review,
        invitee=Invitee.objects.filter(review=review).first(),
        session=private,
        asked=private.begins.isoformat(),
        answer="no",
        times="Fridays",
    ).save()
    council = sign_in(organiser)

    pages = [
        at("timetable-releases", review.pk),
        at("timetable-release", review.pk, first.pk),
        at("timetable-release", review.pk, second.pk),
        at("session", review.pk, private.pk),
        at("timetable", review.pk),
    ]
    for where in pages:
        said = council.get(where).content.decode()
        for hidden in ("Zadie", "Yan Softe", "Whistle", "Fridays", "Who would be told"):
            assert hidden not in said, where
    assert "Team time" in words(council.get(pages[1]))
    assert "Nothing is different" in words(council.get(pages[2]))
    refused = council.post(at("timetable-publish", review.pk), {"name": "Mine"})
    assert refused.status_code == 403


def test_the_trail_tells_of_a_release_and_names_nobody(
    review: Review, manager: User, interview: Session
) -> None:
    publish(review, manager)

    event = AuditEvent.objects.get(action="timetable.published")
    assert event.detail == {"sessions": 1}
    assert event.object_id == "1"


def test_what_was_published_goes_when_the_review_is_closed(
    review: Review, manager: User, leader: User, interview: Session
) -> None:
    publish(review, manager)
    member = review.memberships.get(user=leader)
    releases.renew_feed(membership=member, by=leader, at=timezone.now())
    reviews_domain.send_test(
        batch=review.mail_batches.all()[0], by=manager, at=timezone.now()
    )
    let_go(review, manager)
    mailer.queue(
        review=review, kind="note", to="a@example.org", subject="Other", text="T"
    )
    closed = move(review, Stage.CLOSED)

    notes.forget_words(review=closed, on=DAY_ZERO)

    for model in (TimetableRelease, Invitee, TimetableFeed):
        assert not model.objects.exists()
    assert [each.subject for each in review.messages.all()] == ["Other"]
    assert not review.mail_batches.exists()


def test_names_in_a_release_are_sealed(
    review: Review, manager: User, interview: Session
) -> None:
    publish(review, manager)

    with connection.cursor() as cursor:
        cursor.execute("SELECT rows FROM scheduling_timetablerelease")
        (raw,) = cursor.fetchone()
    for word in (b"Quill", b"example.org", b"thresholds"):
        assert word not in bytes(raw)
