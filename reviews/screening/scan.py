"""Finding what could name a person in a text: pure, no database, no clock, no log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reviews.screening.identifiers import refused
from reviews.screening.marks import Mark, Severity, plain_text
from reviews.screening.masks import masked
from reviews.screening.names import Roster, warned

__all__ = ["find", "masked", "refusals", "stops", "warnings"]


def find(text: str, *, roster: Roster, case_reference: str = "") -> tuple[Mark, ...]:
    """Every mark in ``text``, in order, none overlapping another.

    ``case_reference`` is the shape of this council's references: ``#`` a digit,
    ``?`` a letter, anything else itself, as in ``LCS-######``.
    """
    plain = plain_text(text)
    found = [*refused(plain, case_reference), *warned(plain, roster)]
    return _without_overlaps(found)


def refusals(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    return tuple(mark for mark in marks if mark.severity is Severity.REFUSE)


def warnings(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    return tuple(mark for mark in marks if mark.severity is Severity.WARN)


def stops(
    text: str, rules: Iterable[str], *, case_reference: str = ""
) -> Iterator[str]:
    """The rule of each mark of ``rules`` in a document; names are no marks there."""
    wanted = frozenset(rules)
    found = [m for m in refused(plain_text(text), case_reference) if m.rule in wanted]
    return (mark.rule for mark in _without_overlaps(found))


def _without_overlaps(found: list[Mark]) -> tuple[Mark, ...]:
    """Of marks on the same words the graver stays, then the longer."""
    kept: list[Mark] = []
    ranked = sorted(
        found,
        key=lambda mark: (
            mark.severity is not Severity.REFUSE,
            mark.start - mark.end,
            mark.start,
        ),
    )
    for mark in ranked:
        if all(mark.end <= other.start or other.end <= mark.start for other in kept):
            kept.append(mark)
    return tuple(sorted(kept))
