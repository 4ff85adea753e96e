"""A second officer peer: strands B and C need one each."""

import pytest

from reviews.models import AccessRole, Review, User
from tests.make import make_membership


@pytest.fixture
def second_officer(review: Review, officer_peer: User) -> User:
    return make_membership(
        review, AccessRole.P, role="OP", full_name="Owen Pascoe"
    ).user
