"""Whoever only knows an address learns nothing of the account behind it before its owner accepts."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews import domain
from reviews.domain.outbox import recipients
from reviews.models import Departure, Membership, Message, Review, Roster, Stage, User
from reviews.reading.moving import leaving
from tests.make import accept, make_user, move
from tests.make_scheduling import make_session

SignIn = Callable[[User], Client]
REAL, GIVEN, TELEPHONE = "Farida Realname", "Qqq Wrong", "07700 900 683"


@pytest.fixture
def known() -> User:
    """Somebody with an account of another review."""
    return make_user(REAL, telephone=TELEPHONE)


@pytest.fixture
def desk(manager: User, review: Review, sign_in: SignIn) -> Client:
    return sign_in(manager)


def at(name: str, *numbers: object) -> str:
    return reverse(name, args=numbers)


def add(desk: Client, review: Review, known: User) -> Membership:
    """As on the page "Add a person"."""
    answer = desk.post(
        at("reviews:team-add", review.pk),
        {
            **{"role": "OP", "full_name": f" {GIVEN} ", "email": known.email},
            **{"home_organisation": "Elsewhere Council", "attendance": "on_site"},
        },
        follow=True,
    )
    assert REAL not in answer.content.decode()
    return review.memberships.get(user=known)


def pages(desk: Client, review: Review, member: Membership) -> dict[str, str]:
    """What a manager reads of somebody who was added."""
    names = {
        **{each: (review.pk,) for each in ("team", "profiles", "audit", "outbox")},
        **{each: (review.pk, member.pk) for each in ("team-change", "team-remove")},
        "team-add": (review.pk,),
        "audit-xlsx": (review.pk,),
        "move": (review.pk,),
    }
    found = {}
    for name, numbers in names.items():
        page = desk.get(at(f"reviews:{name}", *numbers))
        assert page.status_code == 200, name
        found[name] = page.content.decode("latin-1")
    for message in Message.objects.filter(review=review):
        letter = at("reviews:outbox-message", review.pk, message.pk)
        found[f"letter {message.pk}"] = desk.get(letter).content.decode()
    for name in ("timetable", "timetable-away"):
        page = desk.get(at(f"scheduling:{name}", review.pk))
        assert page.status_code == 200, name
        found[name] = page.content.decode("latin-1")
    return found


def test_until_they_accept_they_are_called_what_was_typed(
    desk: Client, review: Review, manager: User, known: User
) -> None:
    member = add(desk, review, known)
    make_session(review, by=manager, peers=[known])
    move(review, Stage.LEAD_IN)

    found = pages(desk, review, member)

    assert [name for name, page in found.items() if REAL in page] == []
    assert [name for name, page in found.items() if TELEPHONE in page] == []
    assert GIVEN in found["team"]
    assert GIVEN in found["profiles"]
    assert any(name.startswith("letter") for name in found)


def test_once_they_have_accepted_they_say_who_they_are(
    desk: Client, review: Review, known: User
) -> None:
    member = add(desk, review, known)

    accept(member)

    team = desk.get(at("reviews:team", review.pk)).content.decode()
    assert REAL in team
    assert re.sub(r"\D", "", TELEPHONE) in re.sub(r"\D", "", team)
    assert GIVEN not in team
    # From then on texts are screened for both.
    names = {name for name, _ in Roster.objects.get(review=review).people}
    assert {REAL, GIVEN} <= names


def test_whoever_declines_is_called_what_was_typed(
    desk: Client, review: Review, known: User
) -> None:
    member = add(desk, review, known)
    domain.decline_invitation(
        member=member, reason="No time", by=known, at=timezone.now()
    )

    gone = Departure.objects.get(review=review)
    assert gone.name == GIVEN
    for name in ("team", "audit", "audit-xlsx", "outbox"):
        page = desk.get(at(f"reviews:{name}", review.pk)).content.decode("latin-1")
        assert REAL not in page, name
    letters = Message.objects.filter(review=review)
    assert [each for each in letters if REAL in each.subject + each.text] == []
    assert any(GIVEN in each.subject for each in letters)


def test_whoever_is_removed_before_they_accept_stays_who_was_typed(
    desk: Client, review: Review, known: User
) -> None:
    member = add(desk, review, known)

    desk.post(at("reviews:team-remove", review.pk, member.pk))

    assert not review.memberships.filter(user=known).exists()
    page = desk.get(at("reviews:audit", review.pk)).content.decode()
    assert REAL not in page
    assert GIVEN in page


def test_who_was_on_the_team_and_left_keeps_their_name(
    desk: Client, review: Review, known: User
) -> None:
    member = accept(add(desk, review, known))

    desk.post(at("reviews:team-remove", review.pk, member.pk))

    assert REAL in desk.get(at("reviews:audit", review.pk)).content.decode()


def test_added_a_second_time_they_are_refused_by_the_name_that_was_typed(
    desk: Client, review: Review, known: User
) -> None:
    add(desk, review, known)
    page = desk.post(
        at("reviews:team-add", review.pk),
        {
            **{"role": "OP", "full_name": "Another", "email": known.email},
            **{"home_organisation": "Elsewhere Council", "attendance": "on_site"},
        },
    ).content.decode()

    assert f"{GIVEN} is already on this review" in page
    assert REAL not in page


def test_letters_to_many_call_them_so(
    desk: Client, review: Review, known: User
) -> None:
    member = add(desk, review, known)

    (reader,) = recipients([member])

    assert reader.fields["name"] == GIVEN


def test_the_file_of_a_whole_review_calls_them_so(
    desk: Client, review: Review, known: User
) -> None:
    add(desk, review, known)

    people = {each["email"]: each["name"] for each in leaving(review).people}

    assert people[known.email] == GIVEN
