"""What several tests of a review begin with: documents asked for, a desk, a framework of one's own."""

import pytest
from django.test import Client

from reviews.models import (
    Agency,
    FrameworkPack,
    Review,
    Stage,
    User,
)
from tests.make import move
from tests.reviews.frameworks import SignIn, copy


@pytest.fixture
def under_way(review: Review) -> Review:
    return move(review, Stage.LEAD_IN)


@pytest.fixture
def council(review: Review) -> Agency:
    found = review.agencies.filter(kind=Agency.Kind.COUNCIL).first()
    assert found
    return found


@pytest.fixture
def desk(manager: User, sign_in: SignIn) -> Client:
    return sign_in(manager)


@pytest.fixture
def own(manager: User) -> FrameworkPack:
    return copy("ours", manager).pack
