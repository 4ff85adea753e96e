"""T26: nothing of one review opens through another, whoever asks and whatever number they try."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import Agency, Review, Stage, User
from tests.adversarial.policy import (
    MEMBERS,
    PAGES,
    Rule,
    address,
    filler,
    pages,
    parts,
    rules,
)
from tests.adversarial.real_objects import PAIRS, client_of, members_of, named
from tests.make import make_membership, make_user, move
from tests.make_everything import Cast, Parts, make_everything

WITH_OBJECTS = [rule for rule in rules().values() if rule.object]

# Work that nobody knows of is over: the page that asks how far it has come is told so.
SAYS_THAT_IT_IS_OVER = "questionnaires:list-progress"

Things = dict[str, Parts]


@pytest.fixture
def insiders(review: Review, manager: User) -> dict[str, User]:
    """Somebody of each role of this review."""
    return members_of(review, manager)


def things_of(review: Review, people: dict[str, User]) -> Things:
    return make_everything(Cast(review, people["RM"], people["TL"], people["OP"]))


@pytest.mark.adversarial
def test_numbers_of_another_review_open_nothing(
    review: Review,
    other_review: Review,
    insiders: dict[str, User],
    other_manager: User,
) -> None:
    """In an address that opens, each number by itself is replaced by the other review's."""
    ours = things_of(review, insiders)
    theirs = things_of(other_review, members_of(other_review, other_manager))
    browsers = {role: client_of(user) for role, user in insiders.items()}
    tried = set()
    for rule in WITH_OBJECTS:
        role, stage = next(pair for pair in PAIRS if rule.allows(*pair))
        move(review, Stage(stage))
        for key, where in _one_of_theirs(rule, review, ours, theirs):
            tried.add(key)
            found = _answers(browsers[role], where)
            if rule.name == SAYS_THAT_IT_IS_OVER and key == "pending_id":
                assert found == (200, 405), where
            else:
                # A page that is only read, or only pressed, may refuse the other kind first.
                assert found in ((404, 404), (404, 405), (405, 404)), where

    wanted = {key for rule in WITH_OBJECTS for key in parts(PAGES[rule.name])}
    # Words that both reviews have, and the kind of a line beside the line's own number.
    assert wanted - tried == {"slug", "section", "kind", "code", "number"}


def _answers(browser: Client, where: str) -> tuple[int, int]:
    return browser.get(where).status_code, browser.post(where).status_code


def _one_of_theirs(
    rule: Rule, review: Review, ours: Things, theirs: Things
) -> Iterator[tuple[str, str]]:
    mine, foreign = named(rule, ours), named(rule, theirs)
    for key in mine:
        if mine[key] != foreign[key]:
            yield key, address(rule.name, review.pk, **mine | {key: foreign[key]})


# One of them in the fast suite, which asks for the real objects too (test_policy_matrix).
FAST = ("SPO",)
EVERYBODY = [
    role if role in FAST else pytest.param(role, marks=pytest.mark.adversarial)
    for role in MEMBERS
]


@pytest.mark.parametrize("role", EVERYBODY)
def test_every_address_of_another_review_is_not_found(
    role: str, review: Review, other_review: Review
) -> None:
    user: User = make_user()
    agency = review.agencies.filter(kind=Agency.Kind.PARTNER).first()
    make_membership(review, MEMBERS[role], role=role, user=user, agency=agency)
    client = client_of(user)

    for page in pages():
        if not page.is_ours or "review_id" not in page.route:
            continue
        values = {name: filler(kind) for name, kind in parts(page).items()}
        where = reverse(page.name, kwargs={**values, "review_id": other_review.pk})
        assert client.get(where).status_code == 404, where
        assert client.post(where).status_code == 404, where
