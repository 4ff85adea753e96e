"""Names and titles of people, and places that are theirs, which are warned of."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from reviews.screening.identifiers import EXACT_DATE
from reviews.screening.marks import Mark, Severity, plain_text
from reviews.screening.terms import TERMS
from reviews.screening.words import (
    AUTHORITIES,
    FORENAMES,
    GENERIC_TITLES,
    KNOWN_PHRASES,
    KNOWN_WORDS,
    ORDINARY_NAMES,
    ORGANISATION_NOUNS,
    PLACE_NOUNS,
)


@dataclass(frozen=True)
class Roster:
    """What is known of a review's people: full names, and titles that one person holds.

    ``familiar`` are names that give nobody away: the council itself and its agencies.
    """

    names: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    familiar: frozenset[str] = field(default=frozenset())

    @cached_property
    def index(self) -> _Index:
        """Made once for all texts that are held against it; it goes with the roster."""
        return _Index.of(self)


_WARNED = {
    # The same words for a name on a list as for one by its shape: to whoever is answered so, the
    # answer says nothing of the list.
    "roster name": "This looks like a person’s name.",
    "roster title": "Only one person holds this post.",
    "name": "This looks like a person’s name.",
    "date": "This is an exact date.",
    "place": "This looks like a place smaller than the council.",
    "number": "This long number may be a reference.",
}
_WORD = re.compile(r"[^\W\d_]+(?:[.'\-](?=[^\W\d_])[^\W\d_]+)*")
_SENTENCE_END = re.compile(r"(?:^|[.!?:;\n•*…]|(?:^|\n)\s*-|[\"“”(\[])[\s\"'“(\[]*$")
_HONORIFIC = re.compile(
    r"\b(?:Mrs?|Ms|Miss|Mx|Dr|Doctor|Prof|Professor|Sir|Dame|Lady|Cllr|Councillor|PC|WPC|DC|DS"
    r"|DI|DCI|Sgt|Sergeant|Inspector|Constable|Sister|Nurse|Rev|Reverend|Father|Judge|Auntie?"
    r"|Uncle|Nana|Grandma)\.?[ ]"
    r"((?:[A-Z]\.?[ ])?[A-Z][^\W\d_]*[a-z][^\W\d_]*(?:['\-][A-Z]?[^\W\d_]+)*)"
)
_HOUSE = re.compile(
    r"\b\d{1,4}[a-z]?,? (?:[A-Z][a-z']+ ){1,3}"
    r"(?:Road|Rd|Street|St|Lane|Ln|Avenue|Ave|Close|Drive|Dr|Court|Way|Crescent|Grove|Terrace"
    r"|Gardens|Place|Walk|Mews|Square|Hill|Row|Rise|View|Green|Park|Parade)\b"
)
_SAINT = re.compile(r"\bSt\.? (?:[A-Z][a-z]+)(?:'s|s')?(?: [A-Z][a-z']+)*")
_LONG_NUMBER = re.compile(r"(?<![\d£$€.,])\d{7,}(?![\d.,]\d)(?!\d)")
_OF_PEOPLE = ("roster name", "name")
_PLACE_BEFORE = frozenset(
    ["in", "at", "near", "around", "from", "outside", "across", "by", "to"]
)


class Word(NamedTuple):
    text: str
    start: int
    end: int
    opens: bool  # first of its sentence, where a capital says nothing

    @property
    def lower(self) -> str:
        return self.text.lower()

    @property
    def capital(self) -> bool:
        return self.text[0].isupper() and any(map(str.islower, self.text))


def warned(plain: str, roster: Roster) -> Iterator[Mark]:
    def mark(start: int, end: int, rule: str) -> Mark:
        return Mark(start, end, rule, Severity.WARN, _WARNED[rule])

    words = list(words_of(plain))
    familiar = _familiar(plain, roster)
    for start, end, rule in (
        *_roster_names(plain, words, roster),
        *_roster_titles(plain, roster),
        *_people(plain, words),
        *_places(plain, words),
    ):
        if any(low <= start and end <= high for low, high in familiar):
            continue
        if rule in _OF_PEOPLE:
            start, end = _whole_name(plain, words, start, end, familiar)
        yield mark(start, end, rule)
    for found in EXACT_DATE.finditer(plain):
        yield mark(*found.span(), "date")
    for found in _LONG_NUMBER.finditer(plain):
        yield mark(*found.span(), "number")


def _whole_name(
    plain: str,
    words: list[Word],
    start: int,
    end: int,
    familiar: list[tuple[int, int]],
) -> tuple[int, int]:
    """The mark with the capitalised words beside it: half a hidden name still names.

    Neither an everyday word that opens a sentence nor the name of an agency is part of it.
    """

    def belongs(word: Word) -> bool:
        return (
            word.capital
            and not (word.opens and is_known(word.lower))
            and not any(
                low <= word.start and word.end <= high for low, high in familiar
            )
        )

    for word in reversed(words):
        if word.end < start and plain[word.end : start].strip(" ") == "":
            if not belongs(word) or _opens_at(words, start):
                break
            start = word.start
    for word in words:
        if word.start > end and plain[end : word.start].strip(" ") == "":
            if not belongs(word) or word.opens:
                break
            end = word.end
    return start, end


def _opens_at(words: list[Word], start: int) -> bool:
    return any(word.start == start and word.opens for word in words)


def words_of(plain: str) -> Iterator[Word]:
    for found in _WORD.finditer(plain):
        text = found[0]
        if text[-2:] in ("'s", "'S"):
            text = text[:-2]
        start = found.start()
        opens = bool(_SENTENCE_END.search(plain[max(0, start - 12) : start]))
        yield Word(text, start, start + len(text), opens)


def _familiar(plain: str, roster: Roster) -> list[tuple[int, int]]:
    """Where the council, its agencies and the field's own names stand."""
    spans = []
    low = plain.lower()
    ours = {plain_text(name).lower() for name in roster.familiar if name.strip()}
    for phrase in KNOWN_PHRASES | TERMS | ours:
        at = low.find(phrase)
        while at >= 0:
            end = at + len(phrase)
            whole = (
                not (low[at - 1 : at].isalnum() if at else False)
                and not low[end : end + 1].isalnum()
            )
            if whole:
                spans.append((at, end))
            at = low.find(phrase, end)
    return spans


@dataclass(frozen=True)
class _Index:
    """The roster's names, ready to be looked up word by word."""

    surnames_of: dict[str, set[str]]
    surnames: set[str]

    @classmethod
    def of(cls, roster: Roster) -> _Index:
        surnames_of: dict[str, set[str]] = {}
        surnames: set[str] = set()
        for name in roster.names:
            parts = [found[0].lower() for found in _WORD.finditer(plain_text(name))]
            if len(parts) > 1:
                surnames_of.setdefault(parts[0], set()).add(parts[-1])
            if parts:
                surnames.add(parts[-1])
        return cls(surnames_of, surnames)

    def pair(self, first: Word, second: Word) -> bool:
        """A forename and its surname in either order; everyday words need capitals.

        Two initials are nobody, though somebody may be on the list as no more.
        """
        if len(first.text) == len(second.text) == 1:
            return False
        if not (
            second.lower in self.surnames_of.get(first.lower, ())
            or first.lower in self.surnames_of.get(second.lower, ())
        ):
            return False
        if _ordinary(first.lower) and _ordinary(second.lower):
            return first.capital and second.capital
        return True

    def initialled(self, first: Word, second: Word) -> bool:
        """An initial and a surname, "M Okafor"; never "a ward" or "I grant"."""
        initial = first.lower
        return (
            len(initial) == 1
            and second.capital
            and second.lower in self.surnames
            and any(forename.startswith(initial) for forename in self.surnames_of)
            and not (initial in "ia" and _ordinary(second.lower))
        )

    def alone(self, word: Word) -> bool:
        low = word.lower
        return (
            (low in self.surnames or low in self.surnames_of)
            and word.capital
            and len(low) > 2
            and not _ordinary(low)
        )


def _roster_names(
    plain: str, words: list[Word], roster: Roster
) -> Iterator[tuple[int, int, str]]:
    index = roster.index
    for first, second in pairwise(words):
        if _adjoin(plain, first, second) and (
            index.pair(first, second) or index.initialled(first, second)
        ):
            yield first.start, second.end, "roster name"
    for first, middle, last in zip(words, words[1:], words[2:], strict=False):
        if (
            (middle.capital or len(middle.text) == 1)
            and _adjoin(plain, first, middle)
            and _adjoin(plain, middle, last)
            and index.pair(first, last)
        ):
            yield first.start, last.end, "roster name"
    for word in words:
        if index.alone(word):
            yield word.start, word.end, "roster name"


def _ordinary(low: str) -> bool:
    return low in ORDINARY_NAMES or low in KNOWN_WORDS or low in AUTHORITIES


def _adjoin(plain: str, first: Word, second: Word) -> bool:
    return plain[first.end : second.start] in (" ", "  ", ". ", ", ", ".", "-", "\n")


def _roster_titles(plain: str, roster: Roster) -> Iterator[tuple[int, int, str]]:
    low = plain.lower()
    for title in roster.titles:
        wanted = plain_text(title).lower().strip()
        if not wanted or wanted in GENERIC_TITLES:
            continue
        for found in re.finditer(rf"(?<!\w){re.escape(wanted)}(?!\w)", low):
            yield *found.span(), "roster title"


def _people(plain: str, words: list[Word]) -> Iterator[tuple[int, int, str]]:
    for found in _HONORIFIC.finditer(plain):
        if not is_known(found[1].split()[-1].lower()):
            yield *found.span(), "name"
    for run in _runs(plain, words):
        if _is_name(run):
            yield run[0].start, run[-1].end, "name"
    for word in words:
        if word.capital and word.lower in FORENAMES and not _ordinary(word.lower):
            yield word.start, word.end, "name"
    for first, second in pairwise(words):
        if _initial_and_surname(plain, first, second):
            yield first.start, second.end, "name"


def _initial_and_surname(plain: str, first: Word, second: Word) -> bool:
    if len(first.text) != 1 or not first.text.isupper() or first.opens:
        return False
    if not second.capital or is_known(second.lower):
        return False
    gap = plain[first.end : second.start]
    return gap == ". " or (gap == " " and first.text not in "AI")


def _runs(plain: str, words: list[Word]) -> Iterator[list[Word]]:
    """Neighbouring capitalised words, less an everyday word that opens a sentence."""
    run: list[Word] = []
    for word in words:
        joined = bool(run) and plain[run[-1].end : word.start] in (" ", "  ")
        if not word.capital or not joined or word.opens:
            if len(run) > 1:
                yield run
            run = []
        if word.capital and not (word.opens and is_known(word.lower)):
            run.append(word)
    if len(run) > 1:
        yield run


def _is_name(run: list[Word]) -> bool:
    if run[-1].lower in ORGANISATION_NOUNS or run[-1].lower in PLACE_NOUNS:
        return False
    forename = any(word.lower in FORENAMES for word in run[:-1])
    unknown = [word for word in run if not is_known(word.lower)]
    strange = any(not word.opens for word in unknown)
    return strange or (forename and bool(unknown))


def is_known(low: str) -> bool:
    if low in KNOWN_WORDS or low in AUTHORITIES:
        return True
    # "Mondays", "Panels": the plural of a known word is as well known.
    if low.endswith("s") and low[:-1] in KNOWN_WORDS:
        return True
    return "-" in low and all(part in KNOWN_WORDS for part in low.split("-") if part)


def _places(plain: str, words: list[Word]) -> Iterator[tuple[int, int, str]]:
    for pattern in (_HOUSE, _SAINT):
        for found in pattern.finditer(plain):
            yield *found.span(), "place"
    for here, word in enumerate(words):
        if not word.capital or word.opens or is_known(word.lower):
            continue
        before = words[here - 1] if here else None
        after = words[here + 1] if here + 1 < len(words) else None
        if after and plain[word.end : after.start] not in (" ", "'s "):
            after = None
        if after and after.lower in PLACE_NOUNS:
            yield word.start, after.end, "place"
        elif _is_placed(plain, before, word) and not (
            after and after.lower in ORGANISATION_NOUNS
        ):
            yield word.start, word.end, "place"


def _is_placed(plain: str, before: Word | None, word: Word) -> bool:
    return (
        before is not None
        and before.lower in _PLACE_BEFORE
        and plain[before.end : word.start] == " "
    )
