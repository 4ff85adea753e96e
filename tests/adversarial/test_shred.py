"""T37: once its day is over, no backup opens with the keys that live, whatever it holds of speech."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone
from django.utils.module_loading import import_string

from feedback.models import Excerpt, Finding
from reviews import background
from reviews.models import AccessRole, Job, Review, SpeakRequest, Stage, User
from reviews.screening import roster
from reviews.secrets import keystore
from reviews.secrets.resealing import KeyMissing, reseal
from reviews.secrets.sealing import (
    SCOPES,
    SealedTextField,
    WrongSeal,
    key_name,
    seal,
    unseal,
)
from scheduling import evidence
from scheduling.models import Note
from tests.make import DAY_ZERO, make_membership, move
from tests.make_casemapping import make_case, make_event
from tests.make_feedback import make_excerpt, make_finding
from tests.make_questionnaires import answer_by, close_and_release, make_open
from tests.make_scheduling import make_draft, make_notes, make_session

Copy = list[tuple[str, str, bytes, bytes]]


@pytest.fixture
def spoken(review: Review, manager: User) -> Review:
    """A review in which something of every kind was said."""
    leader = make_membership(review, AccessRole.TL).user
    questionnaire = make_open(review, by=manager)
    answer_by(questionnaire, 12, comment="The door is open.")
    close_and_release(questionnaire, by=manager)
    make_event(make_case(review, by=manager), by=manager)
    session = make_session(review, by=manager, peers=[leader, manager])
    notes = make_notes(session, [leader, manager], [f"Heard {n}." for n in range(5)])
    finding = make_finding(review, by=leader)
    [item, *_] = evidence.evidence_for(review)
    make_excerpt(finding, by=leader, item=item, cleared_by=manager)
    make_draft(session, leader, "For me alone.")
    SpeakRequest(
        review=review, words={"about": "Cover", "reach": "x@y.example", "when": ""}
    ).save(force_insert=True)
    roster.add(review, people=[("Mavis Clay", "Night manager")])
    assert notes
    return review


def sealed() -> Iterator[tuple[Any, SealedTextField]]:
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, SealedTextField):
                yield model, field


def copy(review: Review) -> Copy:
    """A backup: of each sealed value its scope, its field, its associated data and its bytes."""
    found = []
    for model, field in sealed():
        for row in model._base_manager.all():
            value = row.__dict__.get(field.attname)
            if value and row.sealed_review_id == review.pk:
                name = f"{model._meta.label}.{field.name}"
                found.append((field.scope, name, field._aad(row), bytes(value)))
    return found


def opens(values: Copy) -> dict[str, set[str]]:
    """Whoever has the backup and every key that lives: which fields of each scope open."""
    keys = []
    for name in keystore.names():
        try:
            keys.append(keystore.read(name))
        except keystore.KeyGone:
            continue
    found: dict[str, set[str]] = {}
    for scope, field, aad, value in values:
        for key in keys:
            try:
                unseal(value, key=key, aad=aad)
            except (WrongSeal, ValueError):
                continue
            found.setdefault(scope, set()).add(field)
            break
    return found


def a_night() -> None:
    for name in background.NIGHTLY:
        import_string(name)("", Job(kind=name, queued_at=timezone.now()))


def live_on(review: Review, day: dt.date, stage: Stage) -> None:
    """It is always ``day`` in this review, as in a demonstration."""
    Review.objects.filter(pk=review.pk).update(
        demonstration=True, demonstration_day=day
    )
    move(review, stage)


def test_after_its_day_nothing_of_speech_opens_and_the_report_does(
    spoken: Review,
) -> None:
    backup = copy(spoken)
    before = opens(backup)
    # The control: with the keys of that day everything opens, of every kind.
    assert {
        *(
            "scheduling.Note.body",
            "questionnaires.Comment.text",
            "feedback.Excerpt.text",
        ),
        *("questionnaires.ReleasedAnswer.closed", "casemapping.TimelineEvent.text"),
        "reviews.SpeakRequest.words",
    } <= before["speech"]
    live_on(spoken, DAY_ZERO + dt.timedelta(days=41), Stage.FEEDBACK)
    a_night()
    assert opens(backup)["speech"] == before["speech"]

    live_on(spoken, DAY_ZERO + dt.timedelta(days=42), Stage.FEEDBACK)
    a_night()

    after = opens(backup)
    assert "speech" not in after
    assert "roster" not in after
    assert after["report"] == before["report"]
    assert after["people"] == before["people"]
    names = {name.removeprefix(f"review-{spoken.pk}-") for name in keystore.names()}
    assert not {"speech", "roster", "sources", "text"} & names
    # What is left can be read, and says that something was there.
    excerpt = Excerpt.objects.get()
    assert (excerpt.words, excerpt.kind) == ("", "note")
    assert Finding.objects.get().title


def test_nothing_is_destroyed_while_something_that_it_opens_is_left(
    spoken: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A night in which one app's work failed: the key waits, and the next night ends it."""
    live_on(spoken, DAY_ZERO + dt.timedelta(days=42), Stage.FEEDBACK)
    name = key_name("speech", spoken.pk)
    with monkeypatch.context() as patched:
        patched.setattr("scheduling.tasks.notes.forget_words", lambda **values: 0)
        a_night()
    assert Note.objects.exists()
    assert keystore.exists(name)

    a_night()
    assert not Note.objects.exists()
    assert not keystore.exists(name)


def test_the_key_of_before_goes_the_first_night(review: Review) -> None:
    keystore.create(key_name("text", review.pk))
    a_night()
    assert not keystore.exists(key_name("text", review.pk))


def test_every_sealed_field_is_of_a_purpose_that_has_a_day_of_death() -> None:
    scopes = {field.scope for _, field in sealed()}
    # Accounts and mail of no review stand under the installation's keys.
    assert scopes <= {*SCOPES, "secrets"}
    assert {"speech", "report", "work", "people", "files", "roster"} <= scopes


# --- moving what exists ----------------------------------------------------------------------


def _old(review: Review, finding: Finding, words: str) -> None:
    """As a finding stood before: under ``text``."""
    name = key_name("text", review.pk)
    keystore.ensure(name)
    value = seal(
        words.encode(),
        key=keystore.read(name),
        key_id=keystore.key_id(name),
        aad=f"feedback.finding.title|{finding.pk}|{review.pk}".encode(),
        pad_to=256,
    )
    Finding.objects.filter(pk=finding.pk).update(title=value)


def _move() -> None:
    reseal(
        apps,
        "feedback.Finding",
        to="report",
        fields=("title", "reason"),
        review="review",
        was="text",
    )


def test_what_stands_under_the_old_key_is_moved_and_moving_it_twice_changes_nothing(
    review: Review, manager: User
) -> None:
    finding = make_finding(review, by=manager)
    _old(review, finding, "Early help is well led")

    _move()
    first = bytes(Finding.objects.values_list("title", flat=True).get())
    keystore.destroy(key_name("text", review.pk))
    _move()

    assert bytes(Finding.objects.values_list("title", flat=True).get()) == first
    assert Finding.objects.get().title == "Early help is well led"


def test_without_the_old_key_nothing_is_moved_and_a_sentence_says_which(
    review: Review, manager: User
) -> None:
    finding = make_finding(review, by=manager)
    _old(review, finding, "Early help is well led")
    before = bytes(Finding.objects.values_list("title", flat=True).get())
    keystore.destroy(key_name("text", review.pk))

    with pytest.raises(KeyMissing, match=f"The key review-{review.pk}-text is missing"):
        _move()
    assert bytes(Finding.objects.values_list("title", flat=True).get()) == before
