"""T25: who may open what, in which stage, and what they then get is what the hand-written matrix
says. T27: and no flag on an account changes it."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from feedback.models import Finding
from feedback.views import findings as feedback_pages
from peerreview.middleware import UNMARKED
from reviews.access import GRANTS, Action, allowed
from reviews.models import AccessRole
from tests.adversarial.policy import (
    ALL_STAGES,
    MEMBERS,
    PAGES,
    Page,
    Rule,
    address,
    pages,
    rules,
)
from tests.adversarial.real_objects import (
    World,
    client_of,
    faults_of,
    kept_world,
    missing,
    named,
    own_world,
)
from tests.make import make_user

RULES = rules()
REVIEW_RULES = [rule for rule in RULES.values() if rule.kind == "review"]


def test_every_page_is_in_the_matrix_and_nothing_else_is() -> None:
    assert set(PAGES) == set(RULES)


def test_every_foreign_page_is_an_account_page() -> None:
    foreign = [page for page in pages() if not page.is_ours]

    assert foreign
    for page in foreign:
        assert page.module.startswith(UNMARKED), page


def test_page_answers_as_the_matrix_says() -> None:
    assert [fault for page in PAGES.values() for fault in _not_as_ruled(page)] == []


def _not_as_ruled(page: Page) -> list[str]:
    """Where the actions that open the page are granted otherwise than the matrix has it."""
    rule = RULES[page.name]
    access = page.view.access  # type: ignore[attr-defined]
    if rule.kind == "open":
        needs_nobody = page.view.login_required is False  # type: ignore[attr-defined]
        is_open = access.startswith("open: ") and needs_nobody
        return [] if is_open else [f"{page.name} is not open"]
    if rule.kind in ("member", "second step"):
        return [] if access == rule.kind else [f"{page.name} is for {access}"]

    def opens(role: AccessRole, stage: int) -> bool:
        return any(allowed(action, role, stage) for action in access)

    return [
        f"{page.name}: {role} at {stage}"
        for role, access_role in MEMBERS.items()
        for stage in ALL_STAGES
        if opens(access_role, stage) != rule.allows(role, stage)
    ] + [
        f"{page.name}: {role} at {stage}"
        for role in (AccessRole.SA, AccessRole.R)
        for stage in ALL_STAGES
        if opens(role, stage)
    ]


# Pages are asked for by so many in a test: asking leaves it as it was.
TOGETHER = 30
CHUNKS = [
    REVIEW_RULES[start : start + TOGETHER]
    for start in range(0, len(REVIEW_RULES), TOGETHER)
]


@pytest.fixture(scope="module")
def made(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """One world for every test of this module, taken back when they are over."""
    place = tmp_path_factory.mktemp("world")
    with django_db_blocker.unblock(), kept_world(place) as world:
        yield world


@pytest.fixture
def world(made: World, db: None, tmp_path: Path) -> World:
    return own_world(made, tmp_path)


@pytest.mark.parametrize("rules_of_some", CHUNKS, ids=lambda rules: rules[0].name)
def test_real_objects_open_as_the_matrix_says(
    rules_of_some: list[Rule], world: World
) -> None:
    """The allowed get what the page does, the denied 403, and another review 404."""
    assert [fault for rule in rules_of_some for fault in faults_of(rule, world)] == []


FINDING = RULES["feedback:finding"]


def test_a_page_that_answers_404_is_reported(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what this test could not see when it asked for numbers that do not exist."""

    def nothing(*_: object) -> Finding:
        raise Http404

    monkeypatch.setattr(feedback_pages, "_finding", nothing)

    assert faults_of(FINDING, world) == ["feedback:finding: RM gets 404, not page"]


def test_a_finding_that_opens_through_another_review_is_reported(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unguarded(_: object, finding_id: UUID) -> Finding:
        return Finding.objects.select_related("review").get(pk=finding_id)

    monkeypatch.setattr(feedback_pages, "_finding", unguarded)

    assert faults_of(FINDING, world) == [
        "feedback:finding: RM through the other review gets page, not 404"
    ]


def test_a_loosened_rule_is_reported(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    everywhen = frozenset(ALL_STAGES)
    monkeypatch.setitem(GRANTS[Action.WRITE_FINDING], AccessRole.RM, everywhen)

    assert faults_of(FINDING, world) == [
        "feedback:finding: RM at 1 gets page, not 403",
        "feedback:finding: RM at 1 on pressing gets press, not 403",
    ]


def test_a_page_without_a_real_object_is_reported(world: World) -> None:
    unnamed = Rule(FINDING.name, FINDING.kind, FINDING.stages, "", FINDING.does)

    assert faults_of(unnamed, world) == ["feedback:finding: “” has no finding_id"]


@pytest.mark.adversarial
@pytest.mark.parametrize("rules_of_some", CHUNKS, ids=lambda rules: rules[0].name)
def test_strangers_flags_and_passers_by_see_nothing(
    rules_of_some: list[Rule], world: World
) -> None:
    administrator = make_user("Sam Administrator", is_system_administrator=True)
    superuser = make_user("Super User", is_superuser=True)
    strangers = [
        world.there["RM"],
        client_of(administrator),
        client_of(superuser),
    ]
    for rule in rules_of_some:
        assert missing(rule, world.things) == []
        where = address(rule.name, world.review.pk, **named(rule, world.things))
        for client in strangers:
            assert client.get(where).status_code == 404, rule.name
        passer_by = Client().get(where)
        assert passer_by.status_code == 302, rule.name
        assert passer_by["Location"].startswith(reverse("account_login")), rule.name
