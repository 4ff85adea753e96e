"""What several files of these tests begin with."""

import pytest

from feedback.models import Finding
from reviews.models import Review, User
from tests.make_feedback import make_finding


@pytest.fixture
def finding(review: Review, officer_peer: User) -> Finding:
    return make_finding(review, by=officer_peer)
