"""To the council a private session is one of the team's own, and so it can be told from none of them."""

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import fields
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.apps_above.moving import Ids
from reviews.models import AuditEvent, Review, Stage, User
from scheduling import moving
from scheduling.domain.needs import add_need
from scheduling.domain.week import SESSION_FIELDS, Person, keep_names
from scheduling.forms.sessions import TEAMS_OWN
from scheduling.models import Session
from scheduling.reading.sessions import sessions_for
from scheduling.rules.frozen import Frozen, Met, veiled
from tests.make import move
from tests.make_scheduling import make_session

SignIn = Callable[[User], Client]


def url(name: str, *ids: Any) -> str:
    return reverse(f"scheduling:{name}", args=ids)


@pytest.fixture
def pair(review: Review, manager: User, leader: User) -> list[Session]:
    """A private session and a meeting of the team, one as long as the other, in one room."""
    private = make_session(
        review,
        by=manager,
        peers=[leader],
        title="A talk",
        people=[Person("Iris Vale", "Nurse", "iris@example.org")],
        people_expected=1,
        names_kept=True,
    )
    meeting = make_session(
        review,
        by=manager,
        peers=[leader],
        title="First impressions",
        type="TEAM",
        source_class="",
        people_expected=0,
        start=dt.time(13),
    )
    move(review, Stage.ON_SITE)
    return [private, meeting]


def alike(page: str, session: Session) -> str:
    """Without the number, the hour and what is drawn anew."""
    page = re.sub(r'csrfmiddlewaretoken" value="[^"]*"', "", page)
    page = re.sub(r"seen_before\" value=\"[^\"]*\"", "", page)
    page = page.replace(f"/timetable/{session.pk}/", "/timetable/N/")
    for hour in ("10:15am", "11:15am", "1:00pm", "2:00pm"):
        page = page.replace(hour, "HOUR").replace(hour.capitalize(), "HOUR")
    return page


@pytest.mark.parametrize("page", ["session", "session-edit", "session-cancel"])
def test_its_pages_are_those_of_a_meeting_of_the_team(
    review: Review, pair: list[Session], organiser: User, sign_in: SignIn, page: str
) -> None:
    council = sign_in(organiser)

    private, meeting = (
        alike(council.get(url(page, review.pk, each.pk)).content.decode(), each)
        for each in pair
    )

    assert private == meeting
    assert "Team time" in private
    for secret in ("A talk", "First impressions", "Iris"):
        assert secret not in private


def test_the_council_says_when_and_where_and_no_more_of_either(
    review: Review, pair: list[Session], organiser: User, sign_in: SignIn
) -> None:
    council = sign_in(organiser)
    room = review.rooms.get(code="R3")
    for each in pair:
        before = (each.title, each.type, each.people_expected)
        council.post(
            url("session-edit", review.pk, each.pk),
            {
                "version": "1",
                "title": "Mine",
                "type": "FG",
                "people_expected": "9",
                "names_kept": "",
                "day": "2013-02-05",
                "start": "3pm" if each is pair[0] else "5pm",
                "minutes": "60",
                "strand": "A",
                "room": str(room.pk),
            },
        )
        kept = each.names_kept
        each.refresh_from_db()
        assert (each.title, each.type, each.people_expected) == before
        assert each.names_kept is kept
        assert (each.day, each.room) == (dt.date(2013, 2, 5), room)
    assert pair[0].people.get().name == "Iris Vale"


def test_neither_can_be_said_to_be_held_by_the_council(
    review: Review, pair: list[Session], organiser: User, sign_in: SignIn
) -> None:
    council = sign_in(organiser)

    answers = [
        council.post(
            url("session-hold", review.pk, each.pk), {"came": "1"}, follow=True
        ).content.decode()
        for each in pair
    ]

    assert all("Nobody is met in this session" in each for each in answers)
    assert not review.sessions.filter(held=True).exists()


def test_a_room_in_use_names_neither(
    review: Review, pair: list[Session], organiser: User, sign_in: SignIn
) -> None:
    room = pair[0].room
    council = sign_in(organiser)

    listed = council.get(url("rooms", review.pk)).content.decode()
    refused = council.post(
        url("room-retire", review.pk, room.pk), follow=True
    ).content.decode()

    for page in (listed, refused):
        assert "Team time" in page
        assert "A talk" not in page
        assert "First impressions" not in page


def test_two_who_change_it_at_once_read_both_versions_and_no_more(
    review: Review, pair: list[Session], organiser: User, sign_in: SignIn
) -> None:
    council = sign_in(organiser)
    room = review.rooms.get(code="R3")
    for each in pair:
        Session.objects.filter(pk=each.pk).update(version=2, strand="B", minutes=75)
        sent = {
            "version": "1",
            "day": "2013-02-05",
            "start": "3pm",
            "minutes": "60",
            "strand": "A",
            "room": str(room.pk),
        }

        answer = council.post(url("session-edit", review.pk, each.pk), sent)

        said = answer.content.decode()
        assert answer.status_code == 200
        assert "Somebody else" in said
        assert "Iris" not in said
        assert each.title not in said


# What whoever may not know more than that the team is there still reads and changes of a session.
THE_COUNCILS_TOO = {"day", "start", "minutes", "strand", "room"}
# That a session is private is the team's to say, on a form that the team alone has.
BY_THE_TEAM = {"names_kept"}


def test_each_field_of_a_session_is_the_councils_too_or_veiled(
    review: Review, pair: list[Session], organiser: User
) -> None:
    """A new field stands in one of the lists, in ``_veil`` and in ``veiled``, or this fails."""
    assert set(SESSION_FIELDS) == THE_COUNCILS_TOO | BY_THE_TEAM | set(TEAMS_OWN)
    themed = Session.objects.get(pk=pair[0].pk)
    themed.themes = [review.pack.themes[0].code]
    themed.save()
    [member] = review.memberships.filter(user=organiser)

    seen = {each.pk: each for each in sessions_for(member)}[themed.pk]

    assert seen.is_veiled
    for name in {*TEAMS_OWN, *BY_THE_TEAM}:
        assert getattr(seen, name) != getattr(themed, name), name


def test_each_field_of_a_release_is_the_councils_too_or_veiled() -> None:
    kept = Frozen(
        session=1,
        uid="u",
        sequence=1,
        code="M01",
        title="A talk",
        begins=dt.datetime(2013, 2, 5, 9, tzinfo=dt.UTC),
        minutes=60,
        type="FG",
        strand="A",
        room="R1",
        meets=True,
        cancelled=False,
        names_kept=True,
        peers=((1, "Robin"),),
        people=(Met("Iris Vale", "Nurse"),),
        away=True,
    )

    seen = veiled(kept, "Team time")

    stays = {
        each.name
        for each in fields(Frozen)
        if getattr(seen, each.name) == getattr(kept, each.name)
    }
    assert stays == {
        *("session", "sequence", "code", "begins", "minutes", "strand", "room"),
        *("cancelled", "peers", "away"),
    }


def test_a_review_that_moves_in_has_one_mark_for_a_line_and_its_session(
    pair: list[Session], review: Review, manager: User
) -> None:
    """As the file of an older version may have two."""
    _, meeting = pair
    for session in pair:
        add_need(
            review=review,
            values={
                "title": "Somebody",
                "type": "FG",
                "minutes": 60,
                "source_class": "C-PRAC",
                "session": session,
            },
            by=manager,
            at=timezone.now(),
        )
    review.needs.filter(session=meeting).update(names_kept=True)

    assert moving.settle(review, Ids()) == []

    marks = review.needs.values_list("names_kept", "session__names_kept")
    assert list(marks) == [(True, True)] * 2


def test_a_mark_that_stands_already_changes_no_session(
    pair: list[Session], manager: User
) -> None:
    """Nobody who has it open is told of a change that is none."""
    private, _ = pair
    before = private.version
    lines = AuditEvent.objects.filter(action="session.changed").count()

    keep_names(session=private, kept=True, by=manager, at=timezone.now())

    private.refresh_from_db()
    assert private.version == before
    assert AuditEvent.objects.filter(action="session.changed").count() == lines

    keep_names(session=private, kept=False, by=manager, at=timezone.now())

    private.refresh_from_db()
    assert private.version == before + 1
    assert not private.names_kept
