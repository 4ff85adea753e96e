"""T26: nothing of one review opens through another, whoever asks and whatever number they try."""

from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model
from django.urls import reverse

from reviews.models import AccessRole, Agency, Review, Stage, User
from tests.adversarial.policy import ALL_STAGES, MEMBERS, Page, pages, rules
from tests.adversarial.test_policy_matrix import client_of
from tests.make import make_membership, make_user, move

OURS = ("reviews", "questionnaires", "casemapping", "scheduling", "feedback")
WITH_OBJECTS = [
    page
    for page in pages()
    if page.is_ours and page.route.count("<") > 1 and "review_id" in page.route
]
RULES = rules()


def _parts(page: Page) -> dict[str, str]:
    found = {}
    for part in page.route.split("<")[1:]:
        kind, _, key = part.partition(">")[0].rpartition(":")
        if key != "review_id":
            found[key] = kind
    return found


def _objects(key: str, review: Review) -> list[Model]:
    """Every row that ``key`` could mean, of ``review``: "agency_id" is an Agency, and so on."""
    wanted = key.removesuffix("_id").replace("_", "")
    rows: list[Model] = []
    for model in apps.get_models():
        if model._meta.app_label not in OURS:
            continue
        name = (model._meta.model_name or "").lower()
        if wanted in name or (wanted == "member" and name == "membership"):
            rows += list(model._default_manager.all()[:3])
    return rows


@pytest.fixture
def their_things(other_review: Review) -> Review:
    """The other review with a member, so that there is something to find."""
    make_membership(other_review, AccessRole.TL)
    return other_review


@pytest.mark.parametrize("page", WITH_OBJECTS, ids=lambda page: page.name)
def test_numbers_of_another_review_open_nothing(
    page: Page, review: Review, their_things: Review
) -> None:
    """Every row of review B under the address of review A, for a role that may open the page."""
    rule = RULES[page.name]
    role, stage = next(
        (role, stage) for role in MEMBERS for stage in ALL_STAGES
        if rule.allows(role, stage)
    )
    user = make_user()
    agency = review.agencies.filter(kind=Agency.Kind.PARTNER).first()
    make_membership(review, MEMBERS[role], role=role, user=user, agency=agency)
    move(review, Stage(stage))
    client = client_of(user)
    for key in _parts(page):
        for row in _objects(key, their_things):
            if _review_of(row) == review.pk:
                continue
            values: dict[str, Any] = {
                name: _filler(kind) for name, kind in _parts(page).items()
            }
            values |= {"review_id": review.pk, key: row.pk}
            try:
                where = reverse(page.name, kwargs=values)
            except Exception:  # noqa: BLE001, S112 - a row whose key does not fit the route
                continue
            assert client.get(where).status_code in (404, 405), where
            assert client.post(where).status_code == 404, where


def _review_of(row: Model) -> int | None:
    for name in ("review_id", "sealed_review_id"):
        if hasattr(row, name):
            return int(getattr(row, name) or 0)
    return None


def _filler(kind: str) -> object:
    return {
        "int": 987654,
        "uuid": "00000000-0000-4000-8000-000000000000",
        "date": "2013-02-05",
    }.get(kind, "x1")


@pytest.mark.parametrize("role", MEMBERS)
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
        values = {name: _filler(kind) for name, kind in _parts(page).items()}
        where = reverse(page.name, kwargs={**values, "review_id": other_review.pk})
        assert client.get(where).status_code == 404, where
        assert client.post(where).status_code == 404, where
