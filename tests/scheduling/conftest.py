"""People, sessions and moments that several tests of the timetable begin with."""

import datetime as dt
from collections.abc import Iterator

import pytest
import time_machine
from django.test import Client

from reviews.models import AccessRole, Review, Stage, User
from scheduling.domain.week import Person
from scheduling.models import Session
from tests.make import make_membership, move
from tests.make_scheduling import make_session
from tests.scheduling.releasing import ADA, BEN, SignIn


@pytest.fixture
def second_officer(review: Review, officer_peer: User) -> User:
    """Strands B and C need one each."""
    return make_membership(
        review, AccessRole.P, role="OP", full_name="Owen Pascoe"
    ).user


@pytest.fixture
def group(
    review: Review, manager: User, leader: User, member_peer: User, partner: User
) -> Session:
    """On site: a focus group of the leader and the member peer, with a partner's person."""
    agency = review.memberships.get(user=partner).agency
    session = make_session(
        review,
        by=manager,
        peers=[leader, member_peer],
        people=[
            Person("Mavis Clay", "Ward sister", "mavis@example.org", agency),
            Person("Theo Brand", "Social worker", "theo@example.org"),
        ],
        themes=["T4"],
    )
    move(review, Stage.ON_SITE)
    review.refresh_from_db()
    session.review = review
    return session


@pytest.fixture
def weeks_before_the_visit() -> Iterator[None]:
    with time_machine.travel(dt.datetime(2013, 1, 7, 9, tzinfo=dt.UTC)):
        yield


@pytest.fixture
def lead_in(weeks_before_the_visit: None, review: Review) -> None:
    Review.objects.filter(pk=review.pk).update(stage=Stage.LEAD_IN)
    review.refresh_from_db()


@pytest.fixture
def desk(manager: User, sign_in: SignIn) -> Client:
    return sign_in(manager)


@pytest.fixture
def interview(
    review: Review, manager: User, leader: User, member_peer: User
) -> Session:
    """Ada Quill meets two peers."""
    return make_session(
        review,
        by=manager,
        peers=[leader, member_peer],
        people=[ADA],
        title="Interview about thresholds",
    )


@pytest.fixture
def focus_group(
    review: Review, manager: User, officer_peer: User, health_peer: User
) -> Session:
    """Ben Tarrant meets two others, elsewhere at the same time."""
    return make_session(
        review,
        by=manager,
        peers=[officer_peer, health_peer],
        people=[BEN],
        title="Focus group on supervision",
        room="R2",
    )
