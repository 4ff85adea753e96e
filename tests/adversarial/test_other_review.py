"""T26: nothing of one review opens through another, whoever asks and whatever number they try."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.db.models import Model
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from questionnaires.domain import inviting
from questionnaires.models import Comment, Release
from reviews import domain
from reviews.mail import mailer
from reviews.models import AccessRole, Agency, Review, Stage, User
from scheduling.domain import needs, plans, rooms
from tests.adversarial.policy import (
    ALL_STAGES,
    MEMBERS,
    Page,
    filler,
    pages,
    parts,
    rules,
)
from tests.adversarial.test_policy_matrix import client_of
from tests.make import make_membership, make_user, move
from tests.make_casemapping import make_case, make_event
from tests.make_feedback import build, make_agreed, make_excerpt
from tests.make_questionnaires import make_pending, make_questionnaire, people
from tests.make_scheduling import make_draft, make_notes, make_release, make_session

OURS = ("reviews", "questionnaires", "casemapping", "scheduling", "feedback")
WITH_OBJECTS = [
    page
    for page in pages()
    if page.is_ours and page.route.count("<") > 1 and "review_id" in page.route
]
RULES = rules()


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
def their_things(other_review: Review, other_manager: User) -> Review:
    """The other review with one of everything, so that there is something to find."""
    leader = make_membership(other_review, AccessRole.TL).user
    peer = make_membership(other_review, AccessRole.P).user
    questionnaire = make_questionnaire(other_review, by=other_manager)
    inviting.invite(
        questionnaire=questionnaire,
        rows=people()[:1],
        by=other_manager,
        at=timezone.now(),
    )
    inviting.set_open_link(
        questionnaire=questionnaire,
        agency=other_review.agencies.all()[0],
        places=20,
        by=other_manager,
        at=timezone.now(),
    )
    make_pending(questionnaire, by=other_manager)
    release = Release.objects.create(
        questionnaire=questionnaire,
        on=other_review.day_zero,
        values={"atoms": [], "questions": {}},
    )
    Comment.objects.create(release=release, question="FT1", text="A comment of theirs.")
    mailer.queue(
        review=other_review, kind="test", to="a@b.example", subject="S", text="T"
    )
    domain.ask_to_speak(review=other_review, about="Theirs", reach="R", when="")
    domain.announce(
        review=other_review,
        members=list(other_review.memberships.all()),
        subject="S",
        text="T",
        by=other_manager,
        at=timezone.now(),
    )
    case = make_case(other_review, by=other_manager)
    make_event(case, by=other_manager)
    session = make_session(other_review, by=other_manager, peers=[leader, peer])
    make_release(other_review, by=other_manager)
    make_notes(session, [leader, peer], [f"Theirs, number {n}." for n in range(5)])
    make_draft(session, peer, "Not gathered yet.")
    needs.fill_needs(review=other_review, by=other_manager, at=timezone.now())
    values = {"title": "Their building", "address": ""}
    site = rooms.add_site(
        review=other_review, values=values, by=other_manager, at=timezone.now()
    )
    plans.add_away(
        review=other_review,
        whose=site,
        day=other_review.day_zero,
        begins=dt.time(9),
        ends=dt.time(10),
        by=other_manager,
        at=timezone.now(),
    )
    make_excerpt(make_agreed(other_review, by=leader), by=leader)
    build(other_review, by=other_manager)
    return other_review


@pytest.fixture
def insiders(review: Review) -> dict[str, Client]:
    """A signed-in browser of each role of this review."""
    agency = review.agencies.filter(kind=Agency.Kind.PARTNER).first()
    return {
        role: client_of(make_membership(review, access, role=role, agency=agency).user)
        for role, access in MEMBERS.items()
    }


@pytest.mark.adversarial
def test_numbers_of_another_review_open_nothing(
    review: Review, their_things: Review, insiders: dict[str, Client]
) -> None:
    """Every row of review B under the addresses of review A, for a role that may open the page."""
    tried: dict[str, int] = {}
    for page in sorted(WITH_OBJECTS, key=lambda page: page.name):
        rule = RULES[page.name]
        role, stage = next(
            (role, stage)
            for role in MEMBERS
            for stage in ALL_STAGES
            if rule.allows(role, stage)
        )
        move(review, Stage(stage))
        for where in _addresses_of_theirs(page, review, their_things):
            client = insiders[role]
            answers = {client.get(where).status_code, client.post(where).status_code}
            # A page that is only read, or only pressed, refuses the other kind first.
            assert 404 in answers, where
            assert answers <= {404, 405}, where
            tried[page.name] = tried.get(page.name, 0) + 1

    # The control: there was something of nearly every kind to find.
    assert len(tried) >= 30, sorted({page.name for page in WITH_OBJECTS} - set(tried))


def _addresses_of_theirs(page: Page, review: Review, theirs: Review) -> Iterator[str]:
    for key in parts(page):
        for row in _objects(key, theirs):
            if _review_of(row) == review.pk:
                continue
            values: dict[str, Any] = {
                name: filler(kind) for name, kind in parts(page).items()
            }
            values |= {"review_id": review.pk, key: row.pk}
            try:
                yield reverse(page.name, kwargs=values)
            except NoReverseMatch:
                continue  # a row whose key does not fit the route


def _review_of(row: Model) -> int | None:
    for name in ("review_id", "sealed_review_id"):
        if hasattr(row, name):
            return int(getattr(row, name) or 0)
    return None


# Two of them in the fast suite: one of the council, one of the team.
FAST = ("SPO", "OP")
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
