"""Close, and release in one shuffled batch: the specification 2.7, in its order."""

import datetime as dt
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, transaction

from questionnaires import disclosure, drafts
from questionnaires.disclosure import Atom, Shown
from questionnaires.domain.answering import count_turnout
from questionnaires.domain.building import record
from questionnaires.models import (
    AnswerBox,
    Comment,
    DraftBox,
    Invitation,
    Question,
    Questionnaire,
    Release,
    ReleasedAnswer,
    SpentLink,
)
from reviews import audit, background, keystore, roster, screening
from reviews.models import Delivery, Review, User
from reviews.refusals import Refusal

LEAST_COMMENTS = 5
KEYS = ("box", "box-public", "null", "link", "state")


class NotOpen(Refusal):
    def __init__(self) -> None:
        super().__init__("The questionnaire is not open.")


class NotClosed(Refusal):
    def __init__(self) -> None:
        super().__init__("Close the questionnaire first.")


class SecondPersonNeeded(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "You asked for this release. A second person of the team has to agree to it."
        )


class NotAsked(Refusal):
    def __init__(self) -> None:
        super().__init__("Nobody has asked for the release yet.")


@transaction.atomic
def close(*, questionnaire: Questionnaire, by: User | None, at: dt.datetime) -> None:
    """No more answers. Drafts are deleted; the last turnout is counted by the worker."""
    closed = Questionnaire.objects.filter(
        pk=questionnaire.pk, state=Questionnaire.State.OPEN
    ).update(state=Questionnaire.State.CLOSED)
    if not closed:
        raise NotOpen
    questionnaire.state = Questionnaire.State.CLOSED
    DraftBox.objects.filter(questionnaire=questionnaire).delete()
    questionnaire.invitations.filter(
        delivery_state__in=[Delivery.QUEUED, Delivery.NEW]
    ).update(delivery_state=Delivery.NEW)
    record("questionnaire.closed", questionnaire, by, at)
    background.enqueue(
        "questionnaires.tasks.count_finally",
        questionnaire.pk,
        review=questionnaire.review,
    )


@transaction.atomic
def ask_for_release(*, questionnaire: Questionnaire, by: User, at: dt.datetime) -> None:
    if questionnaire.state != Questionnaire.State.CLOSED:
        raise NotClosed
    questionnaire.release_asked_by = by
    questionnaire.save(update_fields=["release_asked_by"])
    record("release.asked", questionnaire, by, at)


@transaction.atomic
def approve_release(*, questionnaire: Questionnaire, by: User, at: dt.datetime) -> None:
    """A second person agrees, and the worker releases. Raises SecondPersonNeeded, NotAsked."""
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
    destroy_keys(questionnaire=questionnaire)
    _sweep_the_file()


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
    row = Release.objects.create(
        questionnaire=questionnaire,
        on=today,
        values=_values(questionnaire, payloads, partition, atom_of),
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
                if screening.scan(
                    text, roster=names, case_reference=review.case_reference
                )
                else Comment.Screening.UNREAD,
            )
            for atom, text in comments
        ]
    rand.shuffle(rows)
    Comment.objects.bulk_create(rows, batch_size=500)


def _values(
    questionnaire: Questionnaire,
    payloads: list[dict[str, Any]],
    partition: list[Atom],
    atom_of: dict[str, Atom],
) -> dict[str, Any]:
    """What is published: for each statement and atom the rounded shares, computed once."""
    values: dict[str, Any] = {
        "base": disclosure.band(len(payloads)) if partition else "",
        "replies_to_tens": round(len(payloads) / 10) * 10 if partition else None,
        "invited_to_tens": round(questionnaire.invitations.count() / 10) * 10,
        "fifty_or_more": len(payloads) >= 50 and bool(partition),
        "atoms": [
            {
                "key": atom.key,
                "title": atom.title,
                "base": disclosure.band(
                    sum(each["leaf"] in atom.leaves for each in payloads)
                ),
            }
            for atom in partition
        ],
        "questions": {},
    }
    if not partition:
        return values
    tree = disclosure.atom_tree(partition, questionnaire.root)
    titles = {atom.key: atom.title for atom in partition}
    categories = {option["code"]: option["category"] for option in questionnaire.scale}
    for question in questionnaire.questions.filter(kind=Question.Kind.STATEMENT):
        answered = [
            (atom_of[each["leaf"]].key, categories[each["closed"][question.code]])
            for each in payloads
            if question.code in each["closed"] and each["leaf"] in atom_of
        ]
        counts = Counter(atom for atom, _ in answered)
        groups: list[dict[str, Any]] = []
        parts: list[Shown] = []
        for group in disclosure.atoms(tree, counts, k=questionnaire.k):
            given = Counter(
                category for atom, category in answered if atom in group.leaves
            )
            good, bad = given["favourable"], given["unfavourable"]
            if question.reversed:
                good, bad = bad, good
            part = disclosure.shown(
                favourable=good,
                unfavourable=bad,
                dont_know=given["apart"],
                n=given.total(),
            )
            parts.append(part)
            title = titles.get(group.key, group.title)
            groups.append({"key": group.key, "title": title, **vars(part)})
        if parts:
            values["questions"][question.code] = {
                "all": vars(disclosure.together(parts)),
                "groups": groups,
            }
    return values


def destroy_keys(*, questionnaire: Questionnaire) -> None:
    """After this the boxes in any backup are dead. Safe to do twice."""
    for part in KEYS:
        keystore.destroy(questionnaire.key(part))


def sweep(*, today: dt.date) -> None:
    """At the worker's start and each hour: finish what a crash left between commit and keys."""
    for questionnaire in Questionnaire.objects.filter(
        state=Questionnaire.State.RELEASED
    ):
        if keystore.exists(questionnaire.key("box")):
            destroy_keys(questionnaire=questionnaire)
            _sweep_the_file()


def _sweep_the_file() -> None:
    """Leave no deleted box readable in the database's own files."""
    if connection.in_atomic_block:
        return  # tests run inside one; VACUUM cannot
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            for table in ("answerbox", "spentlink", "draftbox"):
                cursor.execute(f"VACUUM questionnaires_{table}")


@transaction.atomic
def clear_comments(*, release: Release, at: dt.datetime, ids: Sequence[str]) -> None:
    """A screener has read a batch in which nothing was marked; marked ones do not pass here."""
    known = {str(pk) for pk in release.comments.values_list("pk", flat=True)}
    passed = release.comments.filter(
        pk__in=known.intersection(ids), screening=Comment.Screening.UNREAD
    ).update(screening=Comment.Screening.CLEARED)
    audit.record_speech(
        "comments.cleared",
        review=release.questionnaire.review,
        on=at.date(),
        count=passed,
    )


@transaction.atomic
def settle_comment(
    *, comment: Comment, text: str, at: dt.datetime, review: Review
) -> None:
    """Clear a comment, or overwrite what names somebody; no earlier version is kept."""
    redacted = text != comment.text
    comment.text = text
    comment.screening = (
        Comment.Screening.REDACTED if redacted else Comment.Screening.CLEARED
    )
    comment.save(update_fields=["text", "screening"])
    audit.record_speech("comment.screened", review=review, on=at.date(), count=1)


def forget_addresses(*, today: dt.date) -> int:
    """Two weeks after a release, names and addresses of those invited go."""
    old = Release.objects.filter(on__lt=today - dt.timedelta(days=14))
    number, _ = Invitation.objects.filter(
        questionnaire__in=old.values("questionnaire")
    ).delete()
    return number


@transaction.atomic
def forget_words(*, review: Review, on: dt.date) -> int:
    """The review is over: comments and single answers go; published values stay till the close."""
    comments, _ = Comment.objects.filter(release__questionnaire__review=review).delete()
    answers, _ = ReleasedAnswer.objects.filter(
        release__questionnaire__review=review
    ).delete()
    if comments + answers:
        audit.record_speech(
            "comments_and_answers.destroyed",
            review=review,
            on=on,
            count=comments + answers,
        )
    return comments + answers
