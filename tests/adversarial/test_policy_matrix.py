"""T25: who may open what, in which stage, is what the hand-written matrix says. T27: and no
flag on an account changes it."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from peerreview.middleware import UNMARKED
from questionnaires.domain import building
from reviews.access import allowed
from reviews.models import AccessRole, Review, Stage, User
from tests.adversarial.policy import (
    ALL_STAGES,
    MEMBERS,
    Page,
    Rule,
    address,
    pages,
    parts,
    rules,
)
from tests.make import make_membership, make_user, move

PAGES = [page for page in pages() if page.is_ours]
RULES = rules()
REVIEW_RULES = [rule for rule in RULES.values() if rule.kind == "review"]


def test_every_page_is_in_the_matrix_and_nothing_else_is() -> None:
    assert {page.name for page in PAGES} == set(RULES)


def test_every_foreign_page_is_an_account_page() -> None:
    foreign = [page for page in pages() if not page.is_ours]

    assert foreign
    for page in foreign:
        assert page.module.startswith(UNMARKED), page


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_page_answers_as_the_matrix_says(page: Page) -> None:
    rule = RULES[page.name]
    access = page.view.access  # type: ignore[attr-defined]
    if rule.kind == "open":
        assert access.startswith("open: ")
        assert page.view.login_required is False  # type: ignore[attr-defined]
        return
    if rule.kind in ("member", "second step"):
        assert access == rule.kind
        return
    for role, access_role in MEMBERS.items():
        for stage in ALL_STAGES:
            says = any(allowed(action, access_role, stage) for action in access)
            assert says == rule.allows(role, stage), (role, stage)
    for access_role in (AccessRole.SA, AccessRole.R):
        assert not any(
            allowed(action, access_role, stage)
            for action in access
            for stage in ALL_STAGES
        )


@pytest.fixture
def everybody(review: Review, manager: User) -> dict[str, User]:
    cast = {"RM": manager}
    for role, access_role in MEMBERS.items():
        if role != "RM":
            cast[role] = make_membership(review, access_role, role=role).user
    return cast


def client_of(user: User) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(user)
    session = client.session
    session["second_factor_set"] = True
    session.save()
    return client


# One review is made for so many pages: looking, and being refused, changes nothing in it.
TOGETHER = 30
CHUNKS = [
    REVIEW_RULES[start : start + TOGETHER]
    for start in range(0, len(REVIEW_RULES), TOGETHER)
]


@pytest.mark.parametrize("rules_of_some", CHUNKS, ids=lambda rules: rules[0].name)
def test_one_allowed_and_one_denied_request_over_http(
    rules_of_some: list[Rule], review: Review, everybody: dict[str, User]
) -> None:
    building.make_from_pack(review=review, by=everybody["RM"], at=timezone.now())
    clients = {role: client_of(user) for role, user in everybody.items()}
    pairs = [(role, stage) for role in MEMBERS for stage in ALL_STAGES]
    for rule in rules_of_some:
        yes = next(pair for pair in pairs if rule.allows(*pair))
        no = next((pair for pair in pairs if not rule.allows(*pair)), None)
        where = address(rule.name, review.pk)
        has_object = bool(parts(next(page for page in PAGES if page.name == rule.name)))

        move(review, Stage(yes[1]))
        opened = clients[yes[0]].get(where)
        if no:
            move(review, Stage(no[1]))
            refused = clients[no[0]]
            assert refused.get(where).status_code == 403, rule.name
            assert refused.post(where).status_code == 403, rule.name

        assert opened.status_code in (
            {200, 302, 404, 405} if has_object else {200, 302, 405}
        ), rule.name


@pytest.mark.adversarial
@pytest.mark.parametrize("rules_of_some", CHUNKS, ids=lambda rules: rules[0].name)
def test_strangers_flags_and_passers_by_see_nothing(
    rules_of_some: list[Rule],
    review: Review,
    outsider: User,
    system_administrator: User,
) -> None:
    superuser = make_user("Super User", is_superuser=True)
    strangers = [client_of(u) for u in (outsider, system_administrator, superuser)]
    for rule in rules_of_some:
        where = address(rule.name, review.pk)
        for client in strangers:
            assert client.get(where).status_code == 404, rule.name
        passer_by = Client().get(where)
        assert passer_by.status_code == 302, rule.name
        assert passer_by["Location"].startswith(reverse("account_login")), rule.name
