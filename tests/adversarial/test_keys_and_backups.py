"""T12, T14 and T16: turnout is counted five at once, a crash leaves no key, and an old backup opens
nothing once the keys are gone."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from questionnaires import tasks
from questionnaires.domain import answering, releasing
from questionnaires.models import AnswerBox, Questionnaire, ReleasedAnswer
from questionnaires.proof.capture import table
from questionnaires.rules import drafts
from reviews.models import Job, Review, User
from reviews.secrets import keystore
from reviews.secrets.boxes import CannotOpen
from tests.adversarial.journey import saved, sent, started
from tests.make import put_ahead
from tests.make_questionnaires import (
    again,
    answer_by,
    close_and_release,
    make_open,
)

INVITATIONS = "questionnaires_invitation"


@pytest.fixture
def questionnaire(review: Review, manager: User) -> Questionnaire:
    put_ahead(review)
    return make_open(review, by=manager)


# T12


def counted() -> int:
    return sum(bool(row["counted_in"]) for row in table(INVITATIONS))


def test_four_new_answers_change_no_row_and_the_fifth_changes_five_in_one_statement(
    questionnaire: Questionnaire,
) -> None:
    answer_by(questionnaire, 4)
    before = table(INVITATIONS)

    tasks.nightly("", Job())
    after_four = table(INVITATIONS)
    # Those of the first four who answer again are refused, so one more is a fifth.
    rest = list(questionnaire.invitations.select_related("questionnaire__review"))
    fifth = next(one for one in rest if not answering.has_answered(one))
    assert sent(started(fifth), FT4="A fifth answer.")["Location"] == "/q/sent"
    with CaptureQueriesContext(
        connection,
    ) as written:
        answering.count_turnout(questionnaire=questionnaire)

    updates = [
        query["sql"]
        for query in written
        if query["sql"].startswith("UPDATE") and INVITATIONS in query["sql"]
    ]
    assert after_four == before
    assert counted() == 5
    assert len(updates) == 1


# T14


@pytest.mark.parametrize("at", ["destroy_keys", "sweep_the_file"])
def test_a_worker_killed_after_the_commit_leaves_no_key_and_nothing_twice(
    at: str,
    questionnaire: Questionnaire,
    manager: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answer_by(questionnaire, 12, comment="The door is open.")

    def killed(**values: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(releasing, at, killed)
        with pytest.raises(SystemExit):
            close_and_release(questionnaire, by=manager)
    left = [part for part in releasing.KEYS if keystore.exists(questionnaire.key(part))]
    assert bool(left) is (at == "destroy_keys")

    releasing.sweep(today=timezone.localdate())
    # And the queue, which never heard that it was done, starts it once more.
    releasing.release(questionnaire=again(questionnaire), today=timezone.localdate())

    release = again(questionnaire).releases.get()
    assert not any(keystore.exists(questionnaire.key(part)) for part in releasing.KEYS)
    assert ReleasedAnswer.objects.count() == release.comments.count() == 12
    assert AnswerBox.objects.count() == 0


def test_a_worker_killed_before_the_commit_begins_anew_and_loses_nobody(
    questionnaire: Questionnaire, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_by(questionnaire, 12)

    def killed(*values: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(releasing, "_release_comments", killed)
        with pytest.raises(SystemExit):
            close_and_release(questionnaire, by=manager)
    assert ReleasedAnswer.objects.count() == 0
    assert AnswerBox.objects.count() == 12

    releasing.release(questionnaire=again(questionnaire), today=timezone.localdate())

    assert ReleasedAnswer.objects.count() == 12


# T16


@pytest.fixture
def backup(questionnaire: Questionnaire, tmp_path: Path) -> Path:
    """What a nightly backup in the middle of collection takes: the keystore's goes elsewhere."""
    for number, invitation in enumerate(
        questionnaire.invitations.select_related("questionnaire__review")[:13]
    ):
        browser = started(invitation)
        if number == 0:
            saved(browser, FT4="canary: not yet")
        else:
            sent(browser, FT4="canary: it is on paper")
    shutil.copytree(settings.KEYSTORE_DIR, tmp_path / "keystore-backup")
    return tmp_path / "keystore-backup"


def every_key() -> Iterator[bytes]:
    for name in keystore.names():
        yield keystore.read(name)


def opens(boxes: list[bytes]) -> int:
    """How many of the boxes open with any key that the keystore holds."""
    keys = list(every_key())
    opened = 0
    for box in boxes:
        for key in keys:
            try:
                drafts.from_box(key, box)
            except CannotOpen:
                continue
            opened += 1
            break
    return opened


def test_a_restored_backup_opens_no_box_with_the_keys_that_are_left(
    questionnaire: Questionnaire, manager: User, backup: Path
) -> None:
    boxes = [bytes(row["box"]) for row in table("questionnaires_answerbox")]
    drafted = [bytes(row["box"]) for row in table("questionnaires_draftbox")]
    close_and_release(questionnaire, by=manager)
    present = set(keystore.names())
    assert len(boxes) == 12
    assert len(drafted) == 1

    assert present  # the review's own keys live on
    assert opens([*boxes, *drafted]) == 0
    # The control, and the reason why a backup of the keystore lives seven days and no longer: with
    # one from the time of collection, in place of what is left, every box opens.
    shutil.rmtree(settings.KEYSTORE_DIR)
    shutil.copytree(backup, settings.KEYSTORE_DIR)
    assert opens(boxes) == 12
    assert opens(drafted) == 0  # a draft needs link and code even then


def test_a_backup_of_the_keystore_taken_after_release_holds_none_of_its_keys(
    questionnaire: Questionnaire, manager: User, backup: Path
) -> None:
    """So after seven days, when the last one from before has expired, none is left anywhere."""
    before = {file.stem for file in backup.glob("*.key")}
    close_and_release(questionnaire, by=manager)

    after = {file.name for file in Path(settings.KEYSTORE_DIR).iterdir()}

    own = {questionnaire.key(part) for part in releasing.KEYS}
    assert own <= before
    assert own.isdisjoint(name.removesuffix(".key") for name in after)
    assert len(own) == 5
