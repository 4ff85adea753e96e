"""Drafts become the team's notes, and all notes are mixed anew.

Whoever keeps a copy of the database of each night, or looks each evening, learns what is new. So a
note's class is one that its evening bears, and at each gathering all notes of the review, with
what refers to them, are written again: new ids, random order, fresh seals.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from types import ModuleType
from typing import Any

from django.db import transaction

from reviews import apps_above
from reviews.models import Review, User
from reviews.screening.scan import warnings
from reviews.secrets import keystore, remnants
from reviews.secrets.sealed_rows import SealedRows
from reviews.secrets.sealing import close_all, seal_of
from reviews.trail import audit
from scheduling.models import Note, NoteDraft, Said, SourceCount, notebooks
from scheduling.models.notebooks import Body
from scheduling.reading.gathering import Evening, evening_of, ready_drafts
from scheduling.reading.now import clock_of_the_place
from scheduling.rules import marks

_TRIES = 3
_Taken = Sequence[tuple[NoteDraft, Body]]
_SEEN = (Note.Screening.CLEARED, Note.Screening.REDACTED)


def gather(*, review: Review, by: User | None, at: dt.datetime) -> int:
    """“Gather the ready notes”: they become the team's, all at once, in no order; says how many.

    It waits, and says 0, while a meeting of the day is still to come, while an evening has too few
    sessions to name them, and until 5 drafts of 2 peers are ready. ``by`` is nobody at night. Who
    pressed the button is not kept: it would date what people said.
    """
    # Texts are opened and sealed before others have to wait; whoever changes one meanwhile comes
    # first, and the last try holds the review from its start.
    for _ in range(_TRIES - 1):
        mixed = _mixed(review, by=by, at=at)
        if mixed is None:
            return 0
        with transaction.atomic():
            Review.objects.lock(review.pk)
            if _mark(review) == mixed.mark:
                return _write(review, mixed, by=by, at=at)
    with transaction.atomic():
        Review.objects.lock(review.pk)
        mixed = _mixed(review, by=by, at=at)
        return _write(review, mixed, by=by, at=at) if mixed else 0


@dataclass(frozen=True)
class _Mixed:
    """All that a gathering writes, as it was while ``mark`` stood for what it is made of."""

    mark: bytes
    rows: _Rewritten
    evening: Evening
    taken: _Taken


@dataclass(frozen=True)
class _Rewritten:
    """Notes old and new, sealed, and beside them what each app above has that refers to notes."""

    notes: SealedRows
    beside: list[tuple[ModuleType, Any]]


def _mixed(review: Review, *, by: User | None, at: dt.datetime) -> _Mixed | None:
    """None where nothing is to be gathered."""
    mark = _mark(review)
    now = clock_of_the_place(review, at)
    evening = evening_of(review, now=now, day=_day(review, by=by, at=at))
    if evening.is_young:
        return None
    taken = ready_drafts(_drafts(review), evening.names)
    if not taken:
        return None
    rows = _rewritten(review, *mixed_notes(review, taken, evening.names))
    return _Mixed(mark, rows, evening, taken)


def _day(review: Review, *, by: User | None, at: dt.datetime) -> dt.date:
    """Whose evening it is: at night that of the day before."""
    today = review.today(at)
    return today if by else today - dt.timedelta(days=1)


def _drafts(review: Review) -> list[NoteDraft]:
    return _of(review, review.note_drafts.filter(ready=True))


def _of(review: Review, drafts: Iterable[NoteDraft]) -> list[NoteDraft]:
    """Each would read the review again, and with it its framework, which is large."""
    found = list(drafts)
    for draft in found:
        draft.review = review
    return found


def mixed_notes(
    review: Review, taken: _Taken, names: Mapping[int, str]
) -> tuple[list[Note], dict[str, str]]:
    """All notes of the review and those made of ``taken``, sealed, in random order."""
    with keystore.held():
        renamed = {}
        notes = []
        for old in review.notes.all():
            old.review = review
            said = old.said
            if said.screening in _SEEN:
                said = replace(said, screening=Note.Screening.CLEAR)
            note = _note(review, said, old.source_class, old.source_box)
            renamed[str(old.pk)] = str(note.pk)
            notes.append(note)
        notes += _new(review, taken, names)
        for note in notes:
            close_all(note)
    secrets.SystemRandom().shuffle(notes)
    return notes, renamed


def _new(review: Review, taken: _Taken, names: Mapping[int, str]) -> list[Note]:
    scan = marks.Scanner(review)
    found = []
    for _, body in taken:
        marked = warnings(scan(body.text))
        screening = Note.Screening.MARKED if marked else Note.Screening.CLEAR
        said = Said(body.themes, body.kind, body.line, screening, body.text)
        box = notebooks.source_box(review, body.session)
        found.append(_note(review, said, names[body.session], box))
    return found


def _note(review: Review, said: Said, source_class: str, box: bytes) -> Note:
    return Note(
        review=review, source_class=source_class, body=said.as_list, source_box=box
    )


def _mark(review: Review) -> bytes:
    """Stands for all that a gathering reads of notes and drafts, and of what refers to notes.

    A seal stands for what it holds, so that no text is read for it while others wait.
    """
    found = hashlib.sha256()
    for rows, beside in ((review.notes, "source_class"), (review.note_drafts, "ready")):
        seals = rows.order_by("pk").values_list(beside, seal_of("body"))
        for told, seal in seals:
            found.update(f"{told}|".encode() + bytes(seal))
        found.update(b"|")
    for module in apps_above.modules("note_mixing"):
        found.update(module.mark(review).encode())
    return found.digest()


def _write(review: Review, mixed: _Mixed, *, by: User | None, at: dt.datetime) -> int:
    by_name: dict[str, list[int]] = defaultdict(list)
    for session, name in mixed.evening.new.items():
        by_name[name].append(session)
    for name, sessions in by_name.items():
        review.sessions.filter(pk__in=sessions).update(told_as=name)
    _put(review, mixed.rows)
    review.note_drafts.filter(pk__in=[draft.pk for draft, _ in mixed.taken]).delete()
    _turn_page(review, closing=_day(review, by=by, at=at))
    audit.record_speech(
        "notes.gathered", review=review, on=None, count=len(mixed.taken)
    )
    audit.record_speech("notes.mixed", review=review, on=None, count=1)
    SourceCount.objects.update_or_create(review=review, defaults={"is_due": True})
    transaction.on_commit(partial(_tidy, review))
    return len(mixed.taken)


def _rewritten(
    review: Review, notes: Iterable[Note], renamed: Mapping[str, str]
) -> _Rewritten:
    return _Rewritten(
        SealedRows(Note, notes),
        [
            (module, module.mixed(review, renamed))
            for module in apps_above.modules("note_mixing")
        ],
    )


def _put(review: Review, rows: _Rewritten) -> None:
    """Deleted and inserted, not changed in place: a changed row keeps its place among the others."""
    review.notes.all().delete()
    rows.notes.insert()
    for module, beside in rows.beside:
        module.put(review, beside)


def rewrite(review: Review, notes: Iterable[Note], renamed: Mapping[str, str]) -> None:
    """Put ``notes`` in the place of all that the review has, with whatever refers to them."""
    _put(review, _rewritten(review, notes, renamed))


def _tidy(review: Review) -> None:
    close_notebooks(review=review)
    above = [
        model
        for module in apps_above.modules("note_mixing")
        for model in module.REWRITTEN
    ]
    remnants.sweep(Note, NoteDraft, *above)


@transaction.atomic
def drop_leftovers(*, review: Review) -> int:
    """After the visit: delete the drafts that are left, and say how many.

    Their writers never marked them ready, or they cannot be gathered safely. Nobody can open them
    any more, and each still ties a person to words.
    """
    Review.objects.lock(review.pk)
    number, _ = review.note_drafts.all().delete()
    if number:
        audit.record_speech("drafts.deleted", review=review, on=None, count=number)
    return number


def _turn_page(review: Review, *, closing: dt.date) -> None:
    """Drafts that stay go into the next day's notebook, so that the day's key can die.

    They are mixed too: their order would tell who wrote first.
    """
    following = notebooks.name(review, closing + dt.timedelta(days=1))
    rows = []
    with keystore.held():
        for old in _of(review, review.note_drafts.all()):
            new = NoteDraft(locator=old.locator, review=review, ready=old.ready)
            try:
                body = notebooks.read(old)
            except keystore.KeyGone:
                continue  # nobody can open it any more
            notebooks.write(new, body, notebook=following)
            rows.append(new)
    secrets.SystemRandom().shuffle(rows)
    review.note_drafts.all().delete()
    NoteDraft.objects.bulk_create(rows)


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
