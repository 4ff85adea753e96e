"""The week is drawn once and used again; yet whatever changes is on the page at once."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import Review, Stage, User
from scheduling import reading
from scheduling.domain import moves, plans, week
from scheduling.domain.moves import Place
from scheduling.domain.week import Person
from scheduling.models import Session, Site
from scheduling.views.week import _kept
from tests.make import move
from tests.make_scheduling import NOW, make_session

SignIn = Callable[[User], Client]
TUESDAY = dt.date(2013, 2, 5)
BEFORE = dt.datetime(2013, 1, 7, 9)  # noqa: DTZ001 - the clock of the place


@pytest.fixture
def group(review: Review, manager: User, leader: User, member_peer: User) -> Session:
    session = make_session(review, by=manager, peers=[leader, member_peer])
    make_session(review, by=manager, peers=[leader, member_peer], day=TUESDAY)
    move(review, Stage.ON_SITE)
    return session


def page(client: Client, review: Review) -> str:
    found = client.get(reverse("scheduling:timetable", args=[review.pk]))
    words = " ".join(found.content.decode().split("<main")[1].split())
    return re.sub(r'(csrfmiddlewaretoken" value=")[^"]*', r"\1", words)


def _person(session: Session, by: User) -> None:
    same = [Person("Mavis Clay", "Nurse", "mavis@example.org")]
    week.set_people(session=session, people=same, by=by, at=NOW)
    other = session.review.sessions.exclude(pk=session.pk).get()
    other.review = session.review
    week.set_people(session=other, people=same, by=by, at=NOW)
    moves.move(
        session=other,
        version=other.version,
        to=Place(session.day, session.start),
        by=by,
        at=NOW,
    )


def _away(session: Session, by: User) -> None:
    plans.add_away(
        review=session.review,
        whose=session,
        day=session.day,
        begins=dt.time(10),
        ends=dt.time(11),
        by=by,
        at=NOW,
    )


def _site(session: Session, by: User) -> None:
    site = Site.objects.create(review=session.review, title="Annexe")
    type(session.room).objects.filter(pk=session.room_id).update(
        site=site, title="Garden room"
    )


def _peers(session: Session, by: User) -> None:
    first = session.peers.all()[0]
    week.set_peers(session=session, peers=[first], by=by, at=NOW)


def _name(session: Session, by: User) -> None:
    peer = session.peers.all()[0].user
    type(peer).objects.filter(pk=peer.pk).update(full_name="Una Marchetti")


CHANGES: dict[str, Callable[[Session, User], Any]] = {
    "it is moved": lambda session, by: moves.move(
        session=session,
        version=session.version,
        to=Place(TUESDAY, dt.time(14)),
        by=by,
        at=NOW,
    ),
    "it is cancelled": lambda session, by: week.cancel_session(
        session=session, by=by, at=NOW
    ),
    "it is held": lambda session, by: week.hold_session(
        session=session,
        came=3,
        now=dt.datetime(2013, 2, 4, 18),  # noqa: DTZ001 - the clock of the place
        by=by,
        at=NOW,
    ),
    "people are not free": _away,
    "somebody is met twice at once": _person,
    "its room has another name": _site,
    "a peer is taken out": _peers,
    "a peer has another name": _name,
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_is_on_the_page_at_once(
    review: Review, group: Session, manager: User, sign_in: SignIn, change: str
) -> None:
    client = sign_in(manager)
    page(client, review)  # whoever signs in is greeted
    before = page(client, review)
    assert page(client, review) == before

    CHANGES[change](group, manager)

    assert page(client, review) != before


def test_it_is_drawn_once_for_those_with_the_same_rights_and_never_for_others(
    review: Review,
    group: Session,
    manager: User,
    officer_peer: User,
    health_peer: User,
    organiser: User,
    sign_in: SignIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _kept.clear()
    drawn: list[int] = []
    really = reading.week_of

    def counted(*given: Any) -> Any:
        drawn.append(1)
        return really(*given)

    monkeypatch.setattr(reading, "week_of", counted)
    for user in (officer_peer, health_peer, officer_peer):
        page(sign_in(user), review)
    assert len(drawn) == 1
    for_organiser = page(sign_in(organiser), review)
    for_manager = page(sign_in(manager), review)
    assert len(drawn) == 3
    assert "/move/" in for_organiser
    assert "/move/" in for_manager


def test_a_drawing_that_names_somebody_who_is_met_is_not_kept(
    review: Review, group: Session, manager: User, sign_in: SignIn
) -> None:
    client = sign_in(manager)
    _person(group, manager)
    _kept.clear()
    assert "Mavis Clay is expected in two sessions" in page(client, review)
    assert _kept == {}


def test_no_address_that_somebody_makes_up_fills_the_memory(
    review: Review, group: Session, manager: User, sign_in: SignIn
) -> None:
    client = sign_in(manager)
    page(client, review)
    kept = len(_kept)
    for number in range(5):
        client.get(
            reverse("scheduling:timetable", args=[review.pk]), {"who": f"x{number}"}
        )
    assert len(_kept) == kept
