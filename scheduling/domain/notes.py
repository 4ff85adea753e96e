"""What can be done to a note beside gathering it: written, cleared, redacted, and forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.crypto import constant_time_compare

from reviews.models import Review, Stage, User
from reviews.reading import speech
from reviews.refusals import ChangedMeanwhile, Refusal
from reviews.trail import audit
from scheduling import reading
from scheduling.domain import replies
from scheduling.models import (
    Note,
    NoteDraft,
    Said,
    Session,
    SessionPerson,
    WeekPlan,
    notebooks,
)
from scheduling.models.notebooks import Body
from scheduling.rules import marks


class MeetsNobody(Refusal):
    sentence = (
        "Notes are written from sessions where somebody outside the team is heard."
    )


class TooLong(Refusal):
    sentence = "The note is too long. Make two notes of it, one point each."


class GatheredAlready(Refusal):
    sentence = (
        "This note is gone from your drafts: it was gathered just now, or deleted. Among the "
        "team’s notes nothing says that it was yours."
    )


class MixedAnew(Refusal):
    sentence = (
        "The notes have just been mixed anew, so this page no longer leads to one of them. "
        "Choose the note again."
    )


class LookedAtAlready(Refusal):
    sentence = "Somebody else has looked at this note already."


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

    Raises NamesSomebody, TooLong, MeetsNobody, SpeechGone.
    """
    if not session.meets_people:
        raise MeetsNobody
    Review.objects.lock(review.pk)
    speech.must_be_heard(review)
    mine = notebooks.locator(review, owner)
    there = NoteDraft.objects.filter(one_time_key=one_time_key).first()
    if there and there.locator == mine and there.review_id == review.pk:
        return there
    body = _checked(review, Body(session.pk, tuple(themes), kind, line, text))
    draft = NoteDraft(
        locator=mine,
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
def forget_words(*, review: Review, on: dt.date) -> int:
    """Their day has come: notes go, and with the close the names of those who were met."""
    number, _ = review.notes.all().delete()
    review.note_drafts.all().delete()
    audit.close_visit(review, on=on)
    if number:
        audit.record_speech("notes.destroyed", review=review, on=on, count=number)
    if review.stage == Stage.CLOSED:
        SessionPerson.objects.filter(session__review=review).delete()
        replies.forget(review)
        WeekPlan.objects.filter(review=review).delete()
        review.needs.all().delete()
    return number


@transaction.atomic
def clear_note(*, note: Note) -> None:
    """Nobody can be recognised after all. Raises LookedAtAlready, MixedAnew."""
    now = _as_it_is(note)
    if not now.is_marked:
        raise LookedAtAlready
    _say(now, replace(now.said, screening=Note.Screening.CLEARED))
    _screened("notes.cleared", note.review)


@transaction.atomic
def redact_note(*, note: Note, seen: str, text: str) -> None:
    """Put other words in the place of the note's; nothing is kept of the old ones.

    ``seen`` is the fingerprint of the text that the person had before them. Raises NamesSomebody
    when the new words still may name somebody, TooLong, ChangedMeanwhile, MixedAnew.
    """
    now = _as_it_is(note)
    if not constant_time_compare(reading.fingerprint(now.said.text), seen):
        raise ChangedMeanwhile
    if found := marks.Scanner(note.review)(text):
        raise marks.NamesSomebody(found)
    said = replace(now.said, screening=Note.Screening.REDACTED, text=text)
    if not said.fits:
        raise TooLong
    _say(now, said)
    _screened("notes.redacted", note.review)


def _as_it_is(note: Note) -> Note:
    """Held, so that it is not mixed anew as it was before. Raises MixedAnew."""
    Review.objects.lock(note.review_id)
    now = Note.objects.select_for_update().filter(pk=note.pk).first()
    if now is None:
        raise MixedAnew
    return now


def _say(note: Note, said: Said) -> None:
    note.body = said.as_list
    note.save(update_fields=["body"])


def _screened(action: str, review: Review) -> None:
    audit.record_speech(action, review=review, on=None, count=1)
