"""A case with its map, and an agency's sheet."""

import pytest

from casemapping.models import CaseMap, PreparationSheet
from reviews.models import Review, Stage, User
from tests.make import move
from tests.make_casemapping import (
    make_case,
    make_sheet,
)


@pytest.fixture
def case(review: Review, manager: User, officer_peer: User) -> CaseMap:
    """CM-01 in the lead-in, facilitated by the officer peer."""
    case = make_case(
        review, by=manager, facilitators=[review.memberships.get(user=officer_peer)]
    )
    move(review, Stage.LEAD_IN)
    return case


@pytest.fixture
def sheet(case: CaseMap, partner: User, manager: User) -> PreparationSheet:
    """The sheet that the partner contact's agency is asked for."""
    agency = case.review.memberships.get(user=partner).agency
    assert agency is not None
    return make_sheet(case, agency, by=manager)
