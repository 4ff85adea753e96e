"""T37: once a purpose's day is over, nothing of it opens in any backup with the keys that live.

Each purpose has its control: before the day the same backup opens.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone
from django.utils.module_loading import import_string

from feedback.models import Excerpt, Finding, ReportVersion
from questionnaires.domain import inviting
from questionnaires.models import AnswerBox, Questionnaire, Release
from questionnaires.rules import drafts
from reviews import background
from reviews.domain.review import set_due
from reviews.models import AccessRole, Job, Review, SpeakRequest, Stage, User
from reviews.rules import key_days
from reviews.screening import roster
from reviews.secrets import boxes, keystore
from reviews.secrets.resealing import KeyMissing, reseal, seal_plain
from reviews.secrets.sealing import (
    OWN_KEYS,
    SCOPES,
    Sealed,
    SealedTextField,
    WrongSeal,
    key_name,
    seal,
    unseal,
)
from scheduling import evidence
from scheduling.domain.week import Person
from scheduling.models import Note, NoteDraft, notebooks
from tests.make import DAY_ZERO, make_membership, make_review, move, put_ahead
from tests.make_casemapping import make_case, make_event
from tests.make_feedback import make_excerpt, make_finding
from tests.make_questionnaires import (
    answer_by,
    close_and_release,
    make_open,
    make_questionnaire,
    people,
)
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
    session = make_session(
        review, by=manager, peers=[leader, manager], people=[Person("Ada Lark")]
    )
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


@pytest.mark.parametrize("stage", [Stage.PRE_SITE, Stage.ON_SITE, Stage.REPORTING])
def test_nothing_of_speech_opens_after_its_day_at_whatever_stage(
    spoken: Review, stage: Stage
) -> None:
    backup = copy(spoken)
    Review.objects.filter(pk=spoken.pk).update(keep_words_weeks=3)
    live_on(spoken, DAY_ZERO + dt.timedelta(days=20), stage)
    a_night()
    assert "scheduling.Note.body" in opens(backup)["speech"]

    live_on(spoken, DAY_ZERO + dt.timedelta(days=21), stage)
    a_night()

    after = opens(backup)
    assert "speech" not in after
    assert after["report"]
    assert after["people"]


def test_nothing_of_speech_opens_once_the_review_is_closed(spoken: Review) -> None:
    backup = copy(spoken)
    live_on(spoken, DAY_ZERO + dt.timedelta(days=10), Stage.FEEDBACK)
    a_night()
    assert opens(backup)["speech"]

    move(spoken, Stage.CLOSED)
    a_night()

    assert {"speech", "invitees", "roster"}.isdisjoint(opens(backup))


def test_after_its_days_no_list_of_those_invited_opens_and_others_do(
    spoken: Review, manager: User
) -> None:
    """Each list has a key of its own, so that of the other questionnaire lives on."""
    put_ahead(spoken, weeks=40)
    released = Release.objects.get()
    other = make_questionnaire(spoken, by=manager)
    inviting.invite(questionnaire=other, rows=people(), by=manager, at=timezone.now())
    backup = copy(spoken)
    mine = [each for each in backup if each[0] == "invitees"]
    first = {
        f"questionnaires.invitation.{field}|{pk}|{spoken.pk}".encode()
        for pk in released.questionnaire.invitations.values_list("pk", flat=True)
        for field in ("name", "email")
    }
    of_first = [each for each in mine if each[2] in first]
    of_other = [each for each in mine if each[2] not in first]

    def night(days: int) -> None:
        Release.objects.filter(pk=released.pk).update(
            on=timezone.localdate() - dt.timedelta(days=days)
        )
        a_night()

    night(14)
    fields = {"questionnaires.Invitation.name", "questionnaires.Invitation.email"}
    assert opens(of_first) == {"invitees": fields}

    night(15)

    assert opens(of_first) == {}
    assert opens(of_other) == {"invitees": fields}
    assert opens(backup)["people"]


def test_after_the_first_issue_no_list_of_names_opens(
    spoken: Review, manager: User
) -> None:
    put_ahead(spoken)
    backup = copy(spoken)
    version = ReportVersion(
        review=spoken,
        number=1,
        content={},
        made_on=timezone.localdate(),
        state=ReportVersion.State.READY,
        pdf=b"%PDF",
        approved_by=manager,
        approved_on=timezone.localdate(),
    )
    version.save(force_insert=True)
    move(spoken, Stage.REPORTING)
    a_night()
    assert opens(backup)["roster"] == {"reviews.Roster.people"}

    ReportVersion.objects.update(issued_on=timezone.localdate())
    a_night()

    assert "roster" not in opens(backup)
    assert opens(backup)["speech"]


def sources_open(boxes_of: list[bytes], names: list[str]) -> int:
    """Whoever has the notes' sources and every key that lives: how many are told."""
    found = 0
    for box in boxes_of:
        for name in names:
            try:
                notebooks.open_source(keystore.read(name), box)
            except (keystore.KeyGone, boxes.CannotOpen, ValueError):
                continue
            found += 1
            break
    return found


def test_after_the_first_approval_no_note_leads_to_its_session(
    spoken: Review, manager: User
) -> None:
    """Also not in a backup of which the notes themselves still open."""
    put_ahead(spoken)
    backup = copy(spoken)
    taken = [bytes(note.source_box) for note in Note.objects.all()]
    move(spoken, Stage.REPORTING)
    a_night()
    assert sources_open(taken, keystore.names()) == len(taken) == 5
    ReportVersion(
        review=spoken,
        number=1,
        content={},
        made_on=timezone.localdate(),
        approved_by=manager,
        approved_on=timezone.localdate(),
    ).save(force_insert=True)

    a_night()

    assert "scheduling.Note.body" in opens(backup)["speech"]
    assert sources_open(taken, keystore.names()) == 0


@pytest.mark.parametrize("planned", [28, 70])
def test_without_any_report_both_go_on_the_plans_own_day(
    spoken: Review, planned: int
) -> None:
    """The manager may plan it apart from the weeks of people's words; sources never outlive those."""
    milestone = spoken.milestones.get(code="FBK-07")
    set_due(milestone, DAY_ZERO + dt.timedelta(days=planned))
    milestone.save(update_fields=["due_on", "shift_days"])
    backup = copy(spoken)
    taken = [bytes(note.source_box) for note in Note.objects.all()]

    def night(days: int) -> tuple[bool, bool]:
        live_on(spoken, DAY_ZERO + dt.timedelta(days=days), Stage.FEEDBACK)
        a_night()
        return "roster" in opens(backup), bool(sources_open(taken, keystore.names()))

    assert night(27) == (True, True)
    assert night(28) == ((True, True) if planned == 70 else (False, False))
    assert night(42) == (planned == 70, False)
    assert night(70) == (False, False)


def test_of_a_draft_nothing_opens_once_its_notebook_is_closed(
    spoken: Review, manager: User
) -> None:
    put_ahead(spoken)
    backup: Copy = [
        ("notebook", "body", notebooks._aad(each), bytes(each.body))
        for each in NoteDraft.objects.all()
    ]
    move(spoken, Stage.ON_SITE)
    a_night()
    assert opens(backup) == {"notebook": {"body"}}

    # In the night after the visit what cannot be gathered is deleted, and its key with it.
    move(spoken, Stage.REPORTING)
    a_night()

    assert not NoteDraft.objects.exists()
    assert opens(backup) == {}


def test_of_answers_that_were_never_released_no_box_opens_after_the_day(
    review: Review, manager: User
) -> None:
    questionnaire = make_open(review, by=manager)
    answer_by(questionnaire, 12, comment="The door is open.")
    backup = [bytes(box) for box in AnswerBox.objects.values_list("box", flat=True)]

    def opened() -> int:
        found = 0
        for name in keystore.names():
            for box in backup:
                try:
                    found += bool(drafts.from_box(keystore.read(name), box))
                except (boxes.CannotOpen, ValueError):
                    break
        return found

    live_on(review, DAY_ZERO + dt.timedelta(days=41), Stage.LEAD_IN)
    Questionnaire.objects.update(closes_on=dt.date(2099, 1, 1))
    a_night()
    assert opened() == 12

    live_on(review, DAY_ZERO + dt.timedelta(days=42), Stage.LEAD_IN)
    a_night()

    assert opened() == 0
    names = [each for each in keystore.names() if each.startswith("questionnaire-")]
    assert names == []


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


@pytest.mark.django_db
def test_every_sealed_field_is_of_a_purpose_that_has_a_day_of_death() -> None:
    scopes = {field.scope for _, field in sealed()}
    # Accounts and mail of no review stand under the installation's keys.
    # That of samples is made by a close and gone once it has searched.
    assert scopes <= {*SCOPES, *OWN_KEYS, "samples", "secrets"}
    table = {*key_days.TABLE, key_days.INVITEES}
    assert scopes - {"secrets"} <= table
    # And each key that a review is made with stands in the table too.
    review = make_review(council="Ashmere Council")
    prefix = f"review-{review.pk}-"
    made = [name for name in keystore.names() if name.startswith(prefix)]
    assert {name.removeprefix(prefix) for name in made} <= table
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


def test_a_report_that_stood_in_clear_is_sealed_once(
    review: Review, manager: User
) -> None:
    version = ReportVersion(
        review=review, number=1, content={}, made_on=timezone.localdate()
    )
    version.save(force_insert=True)
    # As the column was before.
    ReportVersion.objects.filter(pk=version.pk).update(pdf=Sealed(b"%PDF in clear"))
    for _ in range(2):
        seal_plain(
            apps, "feedback.ReportVersion", to="report", field="pdf", review="review"
        )
    row = ReportVersion.objects.get(pk=version.pk)
    assert b"clear" not in row.__dict__["pdf"]
    assert row.pdf == b"%PDF in clear"
