"""The team's notes, and whether enough are ready to be gathered. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reviews.models import Review
from reviews.packs import NoteKind, SourceClass, Theme
from reviews.pages import say
from reviews.screening import scan
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
        return self.note.screening == Note.Screening.MARKED


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
    rows = list(review.notes.all())
    wanted = [
        note
        for note in rows
        if (not theme or theme in note.themes)
        and (not kind or note.kind == kind)
        and (not heard or note.source_class == heard)
        and (not marked or note.screening == Note.Screening.MARKED)
    ]
    return Notes(
        lines=_Lines(review).of(wanted),
        whole=len(rows),
        marked=sum(note.screening == Note.Screening.MARKED for note in rows),
        themes=review.pack.themes,
        kinds=review.pack.note_kinds,
        heard=[
            each
            for each in review.pack.source_classes
            if any(note.source_class == each.code for note in rows)
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
        text: Any = note.text
        if note.screening == Note.Screening.MARKED:
            text = scan.masked(text, self.scan(text))
        enquiry = self.review.pack.line(note.line_of_enquiry)
        return NoteLine(
            note=note,
            text=text,
            kind=kind_title(self.review, note.kind),
            colour=KIND_COLOURS[self.review.pack.note_kind(note.kind).leaning],
            themes=theme_words(self.review, note.themes),
            source_class=self.titles.get(note.source_class, ""),
            line=f"{enquiry.code} {enquiry.title}" if enquiry else "",
        )


# Fewer would tell whose notes they are.
LEAST_READY, LEAST_PEERS = 5, 2


def enough_to_gather(review: Review, *, final: bool = False) -> bool:
    """Whether a gathering would take something; the ``final`` one takes whatever is ready.

    More is not said: a number that grows by one would tell who marked a note as ready.
    """
    owners = list(
        review.note_drafts.filter(ready=True).values_list("owner_id", flat=True)
    )
    if final:
        return bool(owners)
    return len(owners) >= LEAST_READY and len(set(owners)) >= LEAST_PEERS
