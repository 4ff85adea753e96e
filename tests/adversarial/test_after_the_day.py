"""What people said is destroyed on its day at whatever stage: every page and press still answers,
and says what happened.
"""

import datetime as dt
import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from pytest_django.fixtures import Settings
from pytest_django.plugin import DjangoDbBlocker

from feedback.domain import findings, reports
from feedback.models import Excerpt
from reviews import background
from reviews.evidence_item import Kind
from reviews.models import Job, Review, Stage
from reviews.reading.speech import SpeechGone
from reviews.secrets import keystore
from reviews.secrets.sealing import key_name
from tests.adversarial.policy import MEMBERS, Rule, address, rules
from tests.adversarial.real_objects import World, make_world, named, undone
from tests.make import DAY_ZERO, move
from tests.make_feedback import make_finding, make_item

REVIEW_RULES = [rule for rule in rules().values() if rule.kind == "review"]
STAGES = (Stage.LEAD_IN, Stage.PRE_SITE, Stage.ON_SITE, Stage.REPORTING, Stage.FEEDBACK)
GONE = "What people said was kept until 18 March 2013, and has been destroyed."
# Of each of these the team reads; the words that would be untrue once it is gone.
TOLD = {
    "scheduling:notes": ("No note has been gathered yet", "What the team has heard"),
    "scheduling:my-day": ("Write a note",),
    "feedback:board": ("Nothing here yet",),
    "feedback:findings": (),
    "feedback:finding": (),
    "casemapping:cases": ("No case yet", "Propose a case"),
    "questionnaires:comments": ("Nobody wrote anything", "Nothing to read yet"),
    "questionnaires:comments-screen": ("All comments are screened",),
    "questionnaires:comments-themes": ("Nothing to give themes to yet",),
    "reviews:speak-requests": ("Nobody has asked yet",),
}


def a_night() -> None:
    for name in background.NIGHTLY:
        import_string(name)("", Job(kind=name, queued_at=timezone.now()))


@pytest.fixture(scope="module")
def made(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    """One of everything, and then the night of the day, while the report is being written."""
    place = tmp_path_factory.mktemp("world")
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(VAR_DIR=place, KEYSTORE_DIR=place / "keystore"):
            world = make_world(place)
            move(world.review, Stage.REPORTING)
            Review.objects.filter(pk=world.review.pk).update(
                demonstration=True,
                demonstration_day=DAY_ZERO + dt.timedelta(weeks=6),
            )
            a_night()
            assert not keystore.exists(key_name("speech", world.review.pk))
        yield world
        transaction.set_rollback(True)


@pytest.fixture
def world(made: World, settings: Settings) -> World:
    settings.VAR_DIR = made.place
    settings.KEYSTORE_DIR = made.place / "keystore"
    return made


def opened(rule: Rule, world: World) -> Iterator[tuple[str, Any]]:
    """The page as the first role that may open it sees it, at each stage from the lead-in on."""
    where = address(rule.name, world.review.pk, **named(rule, world.things))
    for stage in STAGES:
        role = next((each for each in MEMBERS if rule.allows(each, stage)), None)
        if role is None:
            continue
        with undone():
            move(world.review, stage)
            yield f"{rule.name}, {role} at {stage}", world.here[role].get(where)
            if rule.is_press:
                fields, _ = rule.pressed
                yield f"press {rule.name}", world.here[role].post(where, fields)


def words(answer: Any) -> str:
    text = re.sub(r"<[^>]+>", " ", html.unescape(answer.content.decode()))
    return " ".join(text.split())


TOGETHER = 40
CHUNKS = [
    REVIEW_RULES[start : start + TOGETHER]
    for start in range(0, len(REVIEW_RULES), TOGETHER)
]


@pytest.mark.parametrize("some", CHUNKS, ids=lambda some: some[0].name)
def test_no_page_and_no_press_breaks(some: list[Rule], world: World) -> None:
    """The browser of these tests raises what a page does not catch."""
    found = [
        (who, answer.status_code)
        for rule in some
        for who, answer in opened(rule, world)
        if answer.status_code >= 500
    ]

    assert found == []


@pytest.mark.parametrize("name", TOLD)
def test_the_teams_pages_say_what_happened_and_nothing_that_is_untrue(
    name: str, world: World
) -> None:
    rule = rules()[name]
    shown = [answer for _, answer in opened(rule, world) if answer.status_code == 200]

    assert shown
    for answer in shown:
        text = words(answer)
        assert GONE in text, name
        assert [each for each in TOLD[name] if each in text] == []


def test_home_says_it_too(world: World) -> None:
    with undone():
        move(world.review, Stage.REPORTING)
        answer = world.here["RM"].get(reverse("home:home", args=[world.review.pk]))

    text = words(answer)
    assert GONE in text
    for untrue in ("No note has been gathered yet", "No case has been proposed yet"):
        assert untrue not in text


def test_the_report_is_built_without_the_notes(world: World) -> None:
    """The accuracy round goes on: a figure can still be put under a finding, a note cannot."""
    with undone():
        review = move(world.review, Stage.REPORTING)
        manager = review.memberships.get(role="RM").user
        leader = review.memberships.get(role="TL").user
        at = timezone.now()
        finding = make_finding(review, by=leader)
        findings.propose_excerpt(
            finding=finding,
            item=make_item(Kind.RESULT),
            text="Most say that help comes early.",
            by=leader,
            at=at,
        )
        with pytest.raises(SpeechGone):
            findings.propose_excerpt(
                finding=finding,
                item=make_item(Kind.NOTE),
                text="In our words.",
                by=leader,
                at=at,
            )
        excerpt = Excerpt.objects.get(finding=finding)
        assert (excerpt.text, excerpt.words) == (
            None,
            "Most say that help comes early.",
        )
        findings.agree_finding(finding=finding, reason="Of many", by=leader, at=at)
        version = reports.build_report(review=review, as_it_is=True, by=manager, at=at)

        assert finding.title in str(version.content)
