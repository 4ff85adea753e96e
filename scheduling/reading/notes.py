"""The team's notes. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.utils.crypto import salted_hmac

from reviews.models import Review
from reviews.packs import NoteKind, SourceClass, Theme
from reviews.pages import say
from reviews.screening import scan
from reviews.screening.marks import HIDDEN
from reviews.secrets import keystore
from scheduling.models import Note
from scheduling.reading.day import kind_title, theme_words
from scheduling.rules import marks


@dataclass(frozen=True)
class NoteLine:
    """A note as the team reads it; masked while something may name somebody."""

    note: Note
    text: str
    kind: str
    colour: str
    themes: str
    source_class: str
    line: str

    @property
    def masked(self) -> bool:
        return self.note.is_marked


@dataclass(frozen=True)
class Notes:
    lines: list[NoteLine]
    whole: int
    marked: int
    themes: tuple[Theme, ...]
    kinds: tuple[NoteKind, ...]
    heard: list[SourceClass]

    @property
    def whole_words(self) -> str:
        return say.counted(self.whole, "note")

    @property
    def marked_words(self) -> str:
        return f"{say.counted(self.marked, 'note')} may name somebody."


KIND_COLOURS = {
    "strength": "green",
    "area": "orange",
    "context": "grey",
    "follow-up": "blue",
    "practice": "turquoise",
}


def notes_of(
    review: Review,
    *,
    theme: str = "",
    kind: str = "",
    heard: str = "",
    marked: bool = False,
) -> Notes:
    """The gathered notes that match, in the order of their random ids."""
    with keystore.held():
        rows = [(note, note.said) for note in review.notes.all()]
    wanted = [
        note
        for note, said in rows
        if (not theme or theme in said.themes)
        and (not kind or said.kind == kind)
        and (not heard or note.source_class == heard)
        and (not marked or note.is_marked)
    ]
    return Notes(
        lines=_Lines(review).of(wanted),
        whole=len(rows),
        marked=sum(note.is_marked for note, _ in rows),
        themes=review.pack.themes,
        kinds=review.pack.note_kinds,
        heard=[
            each
            for each in review.pack.source_classes
            if any(note.source_class == each.code for note, _ in rows)
        ],
    )


class _Lines:
    """Turns notes into lines; the roster is opened only where something is to be hidden."""

    def __init__(self, review: Review) -> None:
        self.review = review
        self.titles = {each.code: each.title for each in review.pack.source_classes}

    @cached_property
    def scan(self) -> marks.Scanner:
        return marks.Scanner(self.review)

    def of(self, notes: Iterable[Note]) -> list[NoteLine]:
        return [self._line(note) for note in notes]

    def _line(self, note: Note) -> NoteLine:
        said = note.said
        text = said.text
        if note.is_marked:
            # Without the roster nobody can tell any more which of its words were hidden.
            known = self.scan.knows_names
            text = scan.masked(text, self.scan(text)) if known else HIDDEN
        enquiry = self.review.pack.line(said.line)
        return NoteLine(
            note=note,
            text=text,
            kind=kind_title(self.review, said.kind),
            colour=KIND_COLOURS[self.review.pack.note_kind(said.kind).leaning],
            themes=theme_words(self.review, said.themes),
            source_class=self.titles.get(note.source_class, ""),
            line=f"{enquiry.code} {enquiry.title}" if enquiry else "",
        )


def fingerprint(text: str) -> str:
    """Stands for a note's words in a form, so that the note is found again, or is told to differ."""
    return salted_hmac("scheduling.note", text, algorithm="sha256").hexdigest()


def note_now(review: Review, note_id: UUID, seen: str) -> Note | None:
    """The note of this id, or once notes were mixed anew the one with the words that were seen."""
    note = review.notes.filter(pk=note_id).first()
    if note is None and seen:
        same = (n for n in review.notes.all() if fingerprint(n.said.text) == seen)
        note = next(same, None)
    if note is not None:
        note.review = review
    return note


def marked_notes(review: Review) -> int:
    """How many may name somebody. All are opened: what a note says is nowhere in clear."""
    with keystore.held():
        return sum(note.is_marked for note in review.notes.all())
