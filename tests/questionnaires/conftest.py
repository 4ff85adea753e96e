"""A questionnaire that is being built, and whoever builds it."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from questionnaires.domain import building
from questionnaires.models import Questionnaire
from reviews.models import Review, User
from tests.make_questionnaires import again


@pytest.fixture
def draft(review: Review, manager: User) -> Questionnaire:
    """From scratch, with one section and no question."""
    made = building.make_empty(
        review=review, title="Your work", by=manager, at=timezone.now()
    )
    return again(made)


@pytest.fixture
def desk(manager: User, sign_in: Callable[[User], Client]) -> Client:
    return sign_in(manager)
