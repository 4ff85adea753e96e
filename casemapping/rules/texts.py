"""Screening of case texts: a warning counts as a refusal until somebody confirms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from django.utils.crypto import constant_time_compare, salted_hmac

from reviews.refusals import Refusal
from reviews.screening import scan
from reviews.screening.marks import Mark, Severity
from reviews.screening.names import Roster

OPEN, CLOSE = "[[", "]]"

_CALENDAR = re.compile(
    r"\b(?:19|20)\d\d\b"
    r"|\b(?:January|February|April|June|July|August|September|October|November|December)\b"
    r"|(?<=[a-z] )(?:March|May)\b"
)
_CALENDAR_WHY = (
    "Months count from the first contact, so no year or month of the calendar."
)


class NamesSomebody(Refusal):
    """The texts could give a child, a family or a colleague away. Nothing was stored.

    ``marks`` holds places only, by field; the texts stay with the form they came from.
    """

    def __init__(
        self, marks: Mapping[str, tuple[Mark, ...]], confirmation: str
    ) -> None:
        super().__init__(
            "Something here may name a child, a family, a colleague or a place. "
            "The place is marked with [[ ]] in the box. Nothing has been saved."
        )
        self.marks = marks
        self.confirmation = confirmation

    @property
    def can_confirm(self) -> bool:
        return not any(map(scan.refusals, self.marks.values()))

    def sentences(self, field: str) -> list[str]:
        """What was found in a field, in words that quote nothing of it."""
        return list(dict.fromkeys(mark.why for mark in self.marks[field]))


def check(
    texts: Mapping[str, str],
    *,
    roster: Roster,
    case_reference: str,
    confirmed: str,
) -> list[str]:
    """The rules that a person has confirmed to be harmless here. Raises NamesSomebody."""
    marks = {}
    for name, text in texts.items():
        found = find(text, roster=roster, case_reference=case_reference)
        if found:
            marks[name] = found
    if not marks:
        return []
    refusal = NamesSomebody(marks, confirmation_of(texts))
    if refusal.can_confirm and constant_time_compare(confirmed, refusal.confirmation):
        return sorted({mark.rule for found in marks.values() for mark in found})
    raise refusal


def find(text: str, *, roster: Roster, case_reference: str) -> tuple[Mark, ...]:
    found = scan.find(text, roster=roster, case_reference=case_reference)
    calendar = [
        Mark(*match.span(), "date", Severity.WARN, _CALENDAR_WHY)
        for match in _CALENDAR.finditer(text)
    ]
    apart = [
        mark
        for mark in calendar
        if all(mark.end <= other.start or other.end <= mark.start for other in found)
    ]
    return tuple(sorted([*found, *apart]))


OF_ROSTER = ("roster name", "roster title")


def named(text: str, *, roster: Roster, case_reference: str) -> tuple[Mark, ...]:
    """What whoever typed ``text`` could not be told of: names and posts of the whole roster."""
    found = scan.find(text, roster=roster, case_reference=case_reference)
    return tuple(mark for mark in found if mark.rule in OF_ROSTER)


def confirmation_of(texts: Mapping[str, str]) -> str:
    """Binds a confirmation to these very words: other words must be confirmed anew."""
    whole = "\0".join(f"{name}\0{texts[name]}" for name in sorted(texts))
    return salted_hmac("casemapping.rules.texts", whole, algorithm="sha256").hexdigest()


def marked(text: str, marks: Iterable[Mark]) -> str:
    """The text as it goes back into its own box, with the places marked."""
    for mark in sorted(marks, reverse=True):
        inside = text[mark.start : mark.end]
        text = f"{text[: mark.start]}{OPEN}{inside}{CLOSE}{text[mark.end :]}"
    return text


def unmarked(text: str) -> str:
    return text.replace(OPEN, "").replace(CLOSE, "")
