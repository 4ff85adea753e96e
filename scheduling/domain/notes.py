"""What can be done to notes: written, gathered, cleared, redacted, and forgotten."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable, Sequence
from functools import partial
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.crypto import constant_time_compare, salted_hmac

from reviews import background
from reviews.models import Review, Stage, User
from reviews.refusals import ChangedMeanwhile, Refusal
from reviews.screening.scan import warnings
from reviews.secrets import keystore
from reviews.trail import audit
from scheduling.domain import replies
from scheduling.models import (
    Note,
    NoteDraft,
    Session,
    SessionPerson,
    WeekPlan,
    notebooks,
)
from scheduling.models.notebooks import Body
from scheduling.reading import LEAST_PEERS, LEAST_READY
from scheduling.rules import marks, source_classes


class MeetsNobody(Refusal):
    sentence = (
        "Notes are written from sessions where somebody outside the team is heard."
    )


class TooLong(Refusal):
    sentence = "The note is too long. Make two notes of it, one point each."


class GatheredAlready(Refusal):
    sentence = (
        "This note has just been gathered. It is among the team’s notes now, "
        "and nothing there says that it was yours."
    )


class LookedAtAlready(Refusal):
    sentence = "Somebody else has looked at this note already."


def class_names(review: Review) -> dict[str, str]:
    """For each source class the one that notes may name, from the sessions that are held."""
    heard = [
        (session.source_class, session.heard)
        for session in review.sessions.filter(cancelled=False)
        if review.pack.session_type(session.type).meets_people
    ]
    return source_classes.names(review.pack.source_classes, heard)


def move_up(review: Review) -> None:
    """Notes whose class covers too few sessions now take the name above; never back down."""
    for code, name in class_names(review).items():
        if code != name:
            review.notes.filter(source_class=code).update(source_class=name)


@transaction.atomic
def save_draft(
    *,
    owner: User,
    review: Review,
    session: Session,
    themes: Sequence[str],
    kind: str,
    line: str,
    text: str,
    ready: bool,
    one_time_key: UUID,
    at: dt.datetime,
) -> NoteDraft:
    """Keep a peer's note, for that peer alone. The same ``one_time_key`` again stores nothing.

    Raises NamesSomebody, TooLong, MeetsNobody.
    """
    if not session.meets_people:
        raise MeetsNobody
    Review.objects.lock(review.pk)
    there = NoteDraft.objects.filter(one_time_key=one_time_key).first()
    if there and there.owner_id == owner.pk and there.review_id == review.pk:
        return there
    body = _checked(review, Body(session.pk, tuple(themes), kind, line, text))
    draft = NoteDraft(
        owner=owner,
        review=review,
        ready=ready,
        one_time_key=uuid4() if there else one_time_key,
    )
    today = review.today(at)
    notebooks.write(draft, body, notebook=notebooks.name(review, today))
    draft.save(force_insert=True)
    return draft


@transaction.atomic
def change_draft(
    *,
    draft: NoteDraft,
    themes: Sequence[str],
    kind: str,
    line: str,
    text: str,
    ready: bool,
) -> None:
    """Raises NamesSomebody, TooLong, GatheredAlready."""
    mine = _still_there(draft)
    session = notebooks.read(mine).session
    body = _checked(mine.review, Body(session, tuple(themes), kind, line, text))
    notebooks.write(mine, body, notebook=mine.notebook)
    mine.ready = ready
    mine.save(update_fields=["notebook", "body", "ready"])


@transaction.atomic
def mark_ready(*, draft: NoteDraft, ready: bool) -> None:
    """Share it at the next gathering, or keep it back. Raises GatheredAlready."""
    mine = _still_there(draft)
    mine.ready = ready
    mine.save(update_fields=["ready"])


@transaction.atomic
def delete_draft(*, draft: NoteDraft) -> None:
    """Raises GatheredAlready."""
    _still_there(draft).delete()


def _still_there(draft: NoteDraft) -> NoteDraft:
    Review.objects.lock(draft.review_id)
    mine = NoteDraft.objects.select_related("review").filter(pk=draft.pk).first()
    if mine is None:
        raise GatheredAlready
    return mine


def _checked(review: Review, body: Body) -> Body:
    if not body.fits:
        raise TooLong
    marks.refuse(marks.Scanner(review)(body.text))
    return body


@transaction.atomic
def gather(
    *, review: Review, by: User | None, at: dt.datetime, final: bool = False
) -> int:
    """“Gather the ready notes”: they become the team's, all at once, in no order; says how many.

    It waits, and says 0, until 5 drafts of 2 peers are ready; the ``final`` run takes all. ``by``
    is nobody at night. Who pressed the button is not kept: it would date what people said.
    """
    Review.objects.lock(review.pk)
    drafts = list(review.note_drafts.filter(ready=True))
    peers = {draft.owner_id for draft in drafts}
    if not drafts or not (
        final or (len(drafts) >= LEAST_READY and len(peers) >= LEAST_PEERS)
    ):
        return 0
    secrets.SystemRandom().shuffle(drafts)
    Note.objects.bulk_create(_notes(review, drafts))
    review.note_drafts.filter(pk__in=[draft.pk for draft in drafts]).delete()
    today = review.today(at)
    _turn_page(review, closing=today if by else today - dt.timedelta(days=1))
    audit.record_speech("notes.gathered", review=review, on=today, count=len(drafts))
    background.enqueue("feedback.tasks.triangulate", review.pk, review=review)
    transaction.on_commit(partial(close_notebooks, review=review))
    return len(drafts)


@transaction.atomic
def drop_leftovers(*, review: Review, at: dt.datetime) -> int:
    """After the visit: delete drafts that their writers never marked ready, and say how many.

    Nobody can open them any more, and each still ties a person to words.
    """
    Review.objects.lock(review.pk)
    number, _ = review.note_drafts.all().delete()
    if number:
        audit.record_speech(
            "drafts.deleted", review=review, on=review.today(at), count=number
        )
    return number


@transaction.atomic
def forget_words(*, review: Review, on: dt.date) -> int:
    """The review is over: notes go, and with the close the names of those who were met."""
    number, _ = review.notes.all().delete()
    if number:
        audit.record_speech("notes.destroyed", review=review, on=on, count=number)
    if review.stage == Stage.CLOSED:
        SessionPerson.objects.filter(session__review=review).delete()
        replies.forget(review)
        WeekPlan.objects.filter(review=review).delete()
        review.needs.all().delete()
    return number


def _notes(review: Review, drafts: Iterable[NoteDraft]) -> list[Note]:
    names = class_names(review)
    top = source_classes.root(review.pack.source_classes)
    heard_in = {session.pk: session.source_class for session in review.sessions.all()}
    scan = marks.Scanner(review)
    notes = []
    for draft in drafts:
        body = notebooks.read(draft)
        found = warnings(scan(body.text))
        notes.append(
            Note(
                review=review,
                themes=list(body.themes),
                kind=body.kind,
                line_of_enquiry=body.line,
                source_class=names.get(heard_in.get(body.session, ""), top),
                text=body.text,
                source_box=notebooks.source_box(review, body.session),
                screening=Note.Screening.MARKED if found else Note.Screening.CLEAR,
            )
        )
    return notes


def _turn_page(review: Review, *, closing: dt.date) -> None:
    """Drafts that stay go into the next day's notebook, so that the day's key can die."""
    last = notebooks.name(review, closing)
    following = notebooks.name(review, closing + dt.timedelta(days=1))
    for draft in review.note_drafts.filter(notebook__lte=last):
        notebooks.write(draft, notebooks.read(draft), notebook=following)
        draft.save(update_fields=["notebook", "body"])


@transaction.atomic
def close_notebooks(*, review: Review) -> None:
    """Destroy the keys of notebooks that no draft stands in any more.

    Under the lock that writing a draft takes too, so that no draft loses its key.
    """
    Review.objects.lock(review.pk)
    in_use = set(review.note_drafts.values_list("notebook", flat=True))
    for name in notebooks.names(review):
        if name not in in_use:
            keystore.destroy(name)


@transaction.atomic
def clear_note(*, note: Note, at: dt.datetime) -> None:
    """Nobody can be recognised after all. Raises LookedAtAlready."""
    cleared = Note.objects.filter(pk=note.pk, screening=Note.Screening.MARKED).update(
        screening=Note.Screening.CLEARED
    )
    if not cleared:
        raise LookedAtAlready
    _screened("notes.cleared", note.review, at)


@transaction.atomic
def redact_note(*, note: Note, seen: str, text: str, at: dt.datetime) -> None:
    """Put other words in the place of the note's; nothing is kept of the old ones.

    ``seen`` is the fingerprint of the text that the person had before them.
    Raises NamesSomebody when the new words still may name somebody, ChangedMeanwhile.
    """
    now = Note.objects.select_for_update().get(pk=note.pk)
    if not constant_time_compare(fingerprint(now), seen):
        raise ChangedMeanwhile
    if found := marks.Scanner(note.review)(text):
        raise marks.NamesSomebody(found)
    now.text = text
    now.screening = Note.Screening.REDACTED
    now.save(update_fields=["text", "screening"])
    _screened("notes.redacted", note.review, at)


def fingerprint(note: Note) -> str:
    """Stands for the note's words in a form, so that the second of two people is told."""
    return salted_hmac("scheduling.note", note.text, algorithm="sha256").hexdigest()


def _screened(action: str, review: Review, at: dt.datetime) -> None:
    audit.record_speech(action, review=review, on=review.today(at), count=1)
