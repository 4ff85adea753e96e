"""What screening finds in a note: identifiers are refused, likely names are warned of."""

from __future__ import annotations

from collections.abc import Iterable

from reviews.models import Review
from reviews.refusals import Refusal
from reviews.screening import roster, scan
from reviews.screening.marks import Mark

OPEN, CLOSE = "[[", "]]"


class NamesSomebody(Refusal):
    """The text holds what no note may hold. Nothing was stored; ``marks`` are places only."""

    def __init__(self, marks: tuple[Mark, ...]) -> None:
        super().__init__(
            f"{' '.join(sentences(marks))} The place is marked with [[ ]]. "
            "Take it out. Nothing has been saved yet."
        )
        self.marks = marks


class Scanner:
    """The review's roster, opened once for as many texts as a page or a batch has."""

    def __init__(self, review: Review) -> None:
        self._roster = roster.load(review)
        self._reference = review.case_reference

    @property
    def knows_names(self) -> bool:
        """False once the roster is destroyed."""
        return bool(self._roster.names)

    def __call__(self, text: str) -> tuple[Mark, ...]:
        return scan.find(text, roster=self._roster, case_reference=self._reference)


def refuse(marks: Iterable[Mark]) -> None:
    """Raises NamesSomebody."""
    if found := scan.refusals(marks):
        raise NamesSomebody(found)


def sentences(marks: Iterable[Mark]) -> list[str]:
    """What was found, in words that quote nothing of it."""
    return list(dict.fromkeys(mark.why for mark in marks))


def shown(text: str, marks: Iterable[Mark]) -> str:
    """The text for its own box, with the places marked."""
    for mark in sorted(marks, reverse=True):
        inside = text[mark.start : mark.end]
        text = f"{text[: mark.start]}{OPEN}{inside}{CLOSE}{text[mark.end :]}"
    return text


def plain(text: str) -> str:
    return text.replace(OPEN, "").replace(CLOSE, "")


def pieces(text: str, marks: Iterable[Mark]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is marked, for a page to show."""
    found, at = [], 0
    for mark in sorted(marks):
        found += [(text[at : mark.start], False), (text[mark.start : mark.end], True)]
        at = mark.end
    return [(piece, marked) for piece, marked in [*found, (text[at:], False)] if piece]
