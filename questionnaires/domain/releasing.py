"""Close, and release in one shuffled batch: the specification 2.7, in its order."""

import datetime as dt
import random
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import Any

from django.db import transaction

from questionnaires import reading
from questionnaires.domain.answering import count_turnout
from questionnaires.domain.trail import record
from questionnaires.models import (
    AnswerBox,
    Comment,
    DraftBox,
    Questionnaire,
    Release,
    ReleasedAnswer,
    SpentLink,
)
from questionnaires.rules import disclosure, drafts, publishing
from questionnaires.rules.disclosure import Atom
from reviews import background
from reviews.domain import dying_keys
from reviews.models import Delivery, User
from reviews.refusals import Refusal
from reviews.rules import key_days
from reviews.screening import roster, scan
from reviews.secrets import keystore, remnants
from reviews.trail import audit

LEAST_COMMENTS = 5
KEYS = key_days.BOXES


class NotOpen(Refusal):
    def __init__(self) -> None:
        super().__init__("The questionnaire is not open.")


class NotClosed(Refusal):
    sentence = "Close the questionnaire first."


class AnswersGone(Refusal):
    sentence = (
        "The day came on which what people said is destroyed, and these answers had not been "
        "released. Nobody has read them."
    )


class SecondPersonNeeded(Refusal):
    sentence = (
        "You asked for this release. A second person of the team has to agree to it."
    )


class NotAsked(Refusal):
    sentence = "Nobody has asked for the release yet."


@transaction.atomic
def close(*, questionnaire: Questionnaire, by: User | None, at: dt.datetime) -> None:
    """No more answers. Drafts are deleted; the last turnout is counted by the worker.

    Closed early, its closing date is the day on which that was.
    """
    today, planned = questionnaire.review.today(at), questionnaire.closes_on
    values = {
        "state": Questionnaire.State.CLOSED,
        "sending": Questionnaire.Sending.NOTHING,
        "closes_on": min(today, planned) if planned else today,
    }
    closed = Questionnaire.objects.filter(
        pk=questionnaire.pk, state=Questionnaire.State.OPEN
    ).update(**values)
    if not closed:
        raise NotOpen
    for name, value in values.items():
        setattr(questionnaire, name, value)
    DraftBox.objects.filter(questionnaire=questionnaire).delete()
    waiting = questionnaire.invitations.filter(delivery_state=Delivery.QUEUED)
    if questionnaire.letter == Questionnaire.Letter.REMINDER:
        # They had the first letter; how many wait for this one says how many have answered.
        waiting.exclude(link_hash=None).update(delivery_state=Delivery.SENT)
    waiting.update(delivery_state=Delivery.NEW)
    record("questionnaire.closed", questionnaire, by, at)
    background.enqueue(
        "questionnaires.tasks.count_finally",
        questionnaire.pk,
        review=questionnaire.review,
    )


@transaction.atomic
def ask_for_release(*, questionnaire: Questionnaire, by: User, at: dt.datetime) -> None:
    _must_wait_for_release(questionnaire)
    questionnaire.release_asked_by = by
    questionnaire.save(update_fields=["release_asked_by"])
    record("release.asked", questionnaire, by, at)


@transaction.atomic
def approve_release(*, questionnaire: Questionnaire, by: User, at: dt.datetime) -> None:
    """A second person agrees, and the worker releases.

    Raises SecondPersonNeeded, NotAsked, AnswersGone.
    """
    if questionnaire.state == Questionnaire.State.DESTROYED:
        raise AnswersGone
    if questionnaire.release_asked_by_id is None:
        raise NotAsked
    if questionnaire.release_asked_by_id == by.pk:
        raise SecondPersonNeeded
    taken = Questionnaire.objects.filter(
        pk=questionnaire.pk, state=Questionnaire.State.CLOSED
    ).update(state=Questionnaire.State.RELEASING)
    if not taken:
        raise NotClosed
    questionnaire.state = Questionnaire.State.RELEASING
    record("release.approved", questionnaire, by, at)
    background.enqueue(
        "questionnaires.tasks.release",
        questionnaire.pk,
        review=questionnaire.review,
    )


def _must_wait_for_release(questionnaire: Questionnaire) -> None:
    """Raises NotClosed, AnswersGone."""
    if questionnaire.state == Questionnaire.State.DESTROYED:
        raise AnswersGone
    if questionnaire.state != Questionnaire.State.CLOSED:
        raise NotClosed


def release(*, questionnaire: Questionnaire, today: dt.date) -> None:
    """In the worker: open all boxes, shuffle, publish, delete, destroy the keys.

    Safe to start again after a crash at any point.
    """
    if questionnaire.state == Questionnaire.State.RELEASING:
        count_turnout(questionnaire=questionnaire, final=True)
        with transaction.atomic():
            _lock(questionnaire)
            if not questionnaire.releases.exists():
                _release_boxes(questionnaire, today)
            Questionnaire.objects.filter(pk=questionnaire.pk).update(
                state=Questionnaire.State.RELEASED
            )
    destroy_keys(questionnaire=questionnaire, on=today)
    sweep_the_file()


def _lock(questionnaire: Questionnaire) -> None:
    Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)


def _release_boxes(questionnaire: Questionnaire, today: dt.date) -> None:
    private = keystore.read(questionnaire.key("box"))
    payloads = [
        drafts.from_box(private, bytes(box))
        for box in questionnaire.boxes.values_list("box", flat=True)
    ]
    rand = random.SystemRandom()
    rand.shuffle(payloads)
    if len(payloads) < LEAST_COMMENTS:
        payloads = []
    partition = disclosure.atoms(
        questionnaire.root,
        Counter(each["leaf"] for each in payloads),
        k=questionnaire.k,
    )
    atom_of = {leaf: atom for atom in partition for leaf in atom.leaves}
    respondent_form = reading.respondent_form_of(questionnaire)
    row = Release.objects.create(
        questionnaire=questionnaire,
        on=today,
        values=publishing.values_of(
            respondent_form.items.values(),
            payloads,
            partition,
            root=questionnaire.root,
            k=questionnaire.k,
            invited=reading.invited(questionnaire),
        ),
    )
    if partition:
        ReleasedAnswer.objects.bulk_create(
            [
                ReleasedAnswer(
                    release=row, atom=atom_of[each["leaf"]].key, closed=each["closed"]
                )
                for each in payloads
                if each["leaf"] in atom_of
            ],
            batch_size=500,
        )
    _release_comments(row, payloads, atom_of, rand)
    AnswerBox.objects.filter(questionnaire=questionnaire).delete()
    SpentLink.objects.filter(questionnaire=questionnaire).delete()
    DraftBox.objects.filter(questionnaire=questionnaire).delete()
    audit.record_speech(
        "answers.released",
        review=questionnaire.review,
        on=today,
        # To the nearest ten: the number itself would sharpen the bands of the results.
        count=round(len(payloads) / 10) * 10,
    )


def _release_comments(
    row: Release,
    payloads: Iterable[dict[str, Any]],
    atom_of: dict[str, Atom],
    rand: random.SystemRandom,
) -> None:
    """Each question's comments shuffled apart from all else, so that none leads to another."""
    review = row.questionnaire.review
    names = roster.load(review)
    by_question: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for each in payloads:
        atom = atom_of.get(each["leaf"])
        for code, text in each["comments"].items():
            by_question[code].append((atom.key if atom else "", text))
    rows = []
    for code, comments in by_question.items():
        rand.shuffle(comments)
        rows += [
            Comment(
                release=row,
                question=code,
                atom=atom,
                text=text,
                screening=Comment.Screening.MASKED
                if scan.find(text, roster=names, case_reference=review.case_reference)
                else Comment.Screening.UNREAD,
            )
            for atom, text in comments
        ]
    rand.shuffle(rows)
    Comment.objects.bulk_create(rows, batch_size=500)


def destroy_keys(*, questionnaire: Questionnaire, on: dt.date) -> None:
    """After this the boxes in any backup are dead. Safe to do twice."""
    names = [questionnaire.key(part) for part in KEYS]
    dying_keys.destroy(
        names,
        dying_keys.fingerprints(names),
        review=questionnaire.review,
        title=key_days.BOXES_TITLE,
        on=on,
    )


def sweep(*, today: dt.date) -> None:
    """At the worker's start and each hour: finish what a crash left between commit and keys."""
    for questionnaire in Questionnaire.objects.filter(
        state__in=[Questionnaire.State.RELEASED, Questionnaire.State.DESTROYED]
    ):
        if any(keystore.exists(questionnaire.key(part)) for part in KEYS):
            destroy_keys(questionnaire=questionnaire, on=today)
            sweep_the_file()


def sweep_the_file() -> None:
    """Leave no deleted box readable in the database's own files."""
    remnants.sweep(AnswerBox, SpentLink, DraftBox, compact=True)
