"""Finding what could name a person in a text: pure, no database, no clock, no log.

It helps and does not prove, and the pages that use it say so. Marks are never stored.
The word lists are in ``screening_words``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from reviews.screening.words import (
    AUTHORITIES,
    FORENAMES,
    GENERIC_TITLES,
    KNOWN_PHRASES,
    KNOWN_WORDS,
    ORDINARY_NAMES,
    ORGANISATION_NOUNS,
    PLACE_NOUNS,
    POSTCODE_AREAS,
)

HIDDEN = "[hidden]"


class Severity(StrEnum):
    REFUSE = "refuse"
    WARN = "warn"


class Mark(NamedTuple):
    """A place in a text. ``why`` is a sentence for the person who wrote it."""

    start: int
    end: int
    rule: str
    severity: Severity
    why: str


@dataclass(frozen=True)
class Roster:
    """What is known of a review's people: full names, and titles that one person holds.

    ``familiar`` are names that give nobody away: the council itself and its agencies.
    """

    names: frozenset[str] = frozenset()
    titles: frozenset[str] = frozenset()
    familiar: frozenset[str] = field(default=frozenset())


_REFUSED = {
    "nhs number": "This looks like an NHS number.",
    "ni number": "This looks like a National Insurance number.",
    "upn": "This looks like a pupil number.",
    "email": "This looks like an email address.",
    "phone": "This looks like a telephone number.",
    "postcode": "This looks like a full postcode.",
    "date of birth": "This looks like a date of birth.",
    "case reference": "This looks like a case reference.",
}
_WARNED = {
    "roster name": "This is the name of somebody who takes part in the review.",
    "roster title": "Only one person holds this post.",
    "name": "This looks like a person’s name.",
    "date": "This is an exact date.",
    "place": "This looks like a place smaller than the council.",
    "number": "This long number may be a reference.",
}


def find(text: str, *, roster: Roster, case_reference: str = "") -> tuple[Mark, ...]:
    """Every mark in ``text``, in order, none overlapping another.

    ``case_reference`` is the shape of this council's references: ``#`` a digit,
    ``?`` a letter, anything else itself, as in ``LCS-######``.
    """
    plain = _plain(text)
    found = [*_refused(plain, case_reference), *_warned(plain, roster)]
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
    found = [m for m in _refused(_plain(text), case_reference) if m.rule in wanted]
    return (mark.rule for mark in _without_overlaps(found))


def masked(text: str, marks: Iterable[Mark]) -> str:
    """``text`` with the same word for each mark, so that not even a length shows."""
    pieces, at = [], 0
    for mark in sorted(marks):
        if mark.start >= at:
            pieces += [text[at : mark.start], HIDDEN]
            at = mark.end
    return "".join([*pieces, text[at:]])


def _plain(text: str) -> str:
    """The same text, character for character, in plain digits, dashes and quotes."""
    return "".join(map(_plain_character, text))


_ODD = {
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d", "-"),
    **dict.fromkeys("\u2018\u2019\u02bc\u0060\u00b4", "'"),
    # Zero-width characters and the soft hyphen: a way to split a number unseen.
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", " "),
    "\uff20": "@",
    "\uff0e": ".",
}


def _plain_character(character: str) -> str:
    if character.isascii():
        return character
    if character in _ODD:
        return _ODD[character]
    digit = unicodedata.decimal(character, -1)
    if digit >= 0:
        return str(digit)
    if unicodedata.category(character) == "Zs":
        return " "
    return character


# --- what is refused ---------------------------------------------------------

_DIGITS_APART = r"(?:[ .\-/]{0,2}\d)"
_TEN_DIGITS = re.compile(
    rf"(?<![\d.,])(?<!\d[ \-])\d{_DIGITS_APART}{{9}}(?![\d]|[ \-.]\d)"
)
_NHS_NAMED = re.compile(
    rf"\bnhs\s*(?:number|num|no|id|#)?\.?\s*(?:is|was|:|=|-)?\s*(\d{_DIGITS_APART}{{8,9}})"
    r"(?!\d)",
    re.IGNORECASE,
)
_NI_LETTERS = r"(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]"
_NI = re.compile(
    rf"(?<![A-Z0-9]){_NI_LETTERS}(?:[ .\-]?\d\d){{3}}[ .\-]?[A-D](?![A-Z0-9])",
    re.IGNORECASE,
)
_NI_UNFINISHED = re.compile(
    rf"(?<![A-Z0-9]){_NI_LETTERS}(?:[ .\-]?\d\d){{3}}(?![A-Za-z0-9])"
)
_UPN = re.compile(
    r"(?<![A-Z0-9])[A-HJ-NP-RT-Z][ \-]?\d(?:[ \-]?\d){10}[ \-]?[0-9A-Z](?![A-Z0-9])",
    re.IGNORECASE,
)
_EMAIL = re.compile(
    r"[\w.+'\-]+\s?(?:@|\[at\]|\(at\))\s?[\w\-]+(?:\s?(?:\.|\[dot\]|\(dot\))\s?[\w\-]+)+",
    re.IGNORECASE,
)
_PHONE = re.compile(
    r"(?<![\d.,/\-])"
    r"(?:(?:\+|00)44[ .\-]?(?:\(0\)[ .\-]?)?\(?\d{2,4}\)?|\(0\d{2,5}\)|0\d{2,10})"
    r"(?:[ .\-]{1,2}?\d{2,8}|\d){0,4}"
    r"(?![\d/])"
)
_POSTCODE = re.compile(
    r"(?<![A-Za-z0-9])([A-Za-z]{1,2})(\d[\dA-Za-z]?)[ \-]{0,2}"
    r"(\d[ABD-HJLNP-UW-Zabd-hjlnp-uw-z]{2})(?![A-Za-z0-9])"
)
_ORDINAL = re.compile(r"1st|2nd|3rd|\dth")

_MONTHS = (
    r"(?:[Jj]an(?:uary)?|[Ff]eb(?:ruary)?|Mar(?:ch)?|[Aa]pril|Apr|May|[Jj]une?|Jul|[Jj]uly"
    r"|[Aa]ug(?:ust)?|[Ss]ept?(?:ember)?|[Oo]ct(?:ober)?|[Nn]ov(?:ember)?|[Dd]ec(?:ember)?"
    r"|(?:JANUARY|FEBRUARY|MARCH|APRIL|MAY|JUNE|JULY|AUGUST|SEPTEMBER|OCTOBER|NOVEMBER"
    r"|DECEMBER))"
)
_YEAR = r"(?:(?:19|20)\d\d|'?\d\d)"
_DAY = r"(?:0?[1-9]|[12]\d|3[01])"
_DATE = (
    rf"(?:{_DAY}(?:st|nd|rd|th)?[ \-]?(?:of )?(?:{_MONTHS})\b(?:,?[ \-]{_YEAR}(?!\d))?"
    rf"|{_DAY}(?:st|nd|rd|th) (?:of )?(?:march|may)\b(?:,? {_YEAR}(?!\d))?"
    rf"|\b{_MONTHS}\.? {_DAY}(?:st|nd|rd|th)?(?![\d%])(?:,? (?:19|20)\d\d(?!\d))?"
    rf"|{_DAY}(?P<{{0}}>[/.\-])(?:0?[1-9]|1[0-2])(?P={{0}}){_YEAR}(?!\d)"
    rf"|(?:19|20)\d\d-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?!\d))"
)
_EXACT_DATE = re.compile(rf"(?<![\d./\-£])(?:{_DATE.format('sep')})")
_BIRTH_CUE = (
    r"(?i:\bd\.?\s?o\.?\s?b\b\.?|\bdate\s+of\s+birth\b|\bbirth\s?-?(?:date|day)\b|\bborn\b"
    r"|\bb\.(?=\s?\d))"
)
_BIRTH = re.compile(
    rf"{_BIRTH_CUE}[\s:=,;(\-]*(?i:(?:is|was|of|on|the|his|her|being)\s+){{0,3}}"
    rf"(?:{_DATE.format('born')}|\d{{8}}(?!\d)|\d{{6}}(?!\d))"
)
_BIRTH_AFTER = re.compile(
    rf"(?<![\d./\-])(?:{_DATE.format('after')})\s*\(?\s*"
    r"(?i:d\.?\s?o\.?\s?b\b|date\s+of\s+birth\b)"
)
_REFERENCE = re.compile(
    r"\b(?:case|file|client|child|person|service\s+user|record|crime|incident|log|lcs|ics|icm"
    r"|mosaic|liquid\s?logic|care\s?first|protocol|framework-?i|swift|paris|rio|pnc"
    r"|system\s?one|systmone|cas|ref|reference|id)\b"
    r"[ .:#\-]{0,3}"
    r"(?:(?:id|no|num|number|ref|reference|file|system)\b[ .:#\-]{0,3}){0,2}"
    r"(?:is |was |= ?)?"
    r"((?=[A-Z0-9/\-]*\d)[A-Z]{0,4}[/\-]?\d[A-Z0-9]*(?:[/\-][A-Z0-9]+)*)(?![A-Za-z0-9])",
    re.IGNORECASE,
)


def _digits(text: str) -> str:
    return "".join(filter(str.isdigit, text))


def _is_nhs_number(digits: str) -> bool:
    """The check digit of the NHS number: modulus 11, ten is no digit."""
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    total = sum(
        int(digit) * weight
        for digit, weight in zip(digits[:9], range(10, 1, -1), strict=True)
    )
    return (11 - total % 11) % 11 == int(digits[9])


def _is_phone(text: str) -> bool:
    digits = _digits(text)
    if text.lstrip().startswith("+"):
        digits = "0" + digits[2:].removeprefix("0")
    elif digits.startswith("0044"):
        digits = "0" + digits[4:].removeprefix("0")
    return len(digits) in (10, 11) and digits[1] in "12356789"


def _is_postcode(found: re.Match[str]) -> bool:
    area, _, inward = found.groups()
    # "M1 3rd" is a session and an ordinal, not an address.
    return area.upper() in POSTCODE_AREAS and not _ORDINAL.fullmatch(inward)


def _shape(case_reference: str) -> re.Pattern[str]:
    pieces = {"#": r"\d", "?": "[A-Z]", " ": r"\s?"}
    body = "".join(pieces.get(c, re.escape(c)) for c in _plain(case_reference.strip()))
    return re.compile(rf"(?<![A-Z0-9]){body}(?![A-Z0-9])", re.IGNORECASE)


def _is_named_reference(found: re.Match[str]) -> bool:
    return len(_digits(found[1])) >= 5


def _always(found: re.Match[str]) -> bool:
    return True


# Rule, pattern, group that is the mark, and what else must hold.
_REFUSALS: tuple[
    tuple[str, re.Pattern[str], int, Callable[[re.Match[str]], bool]], ...
] = (
    ("nhs number", _TEN_DIGITS, 0, lambda found: _is_nhs_number(_digits(found[0]))),
    ("nhs number", _NHS_NAMED, 1, _always),
    ("ni number", _NI, 0, _always),
    ("ni number", _NI_UNFINISHED, 0, _always),
    ("upn", _UPN, 0, _always),
    ("email", _EMAIL, 0, _always),
    ("phone", _PHONE, 0, lambda found: _is_phone(found[0])),
    ("postcode", _POSTCODE, 0, _is_postcode),
    ("date of birth", _BIRTH, 0, _always),
    ("date of birth", _BIRTH_AFTER, 0, _always),
    ("case reference", _REFERENCE, 1, _is_named_reference),
)


def _refused(plain: str, case_reference: str) -> Iterator[Mark]:
    own = []
    if case_reference.strip():
        own = [("case reference", _shape(case_reference), 0, _always)]
    for rule, pattern, group, holds in (*_REFUSALS, *own):
        for found in pattern.finditer(plain):
            if holds(found):
                start, end = found.span(group)
                yield Mark(start, end, rule, Severity.REFUSE, _REFUSED[rule])


# --- what is warned of -------------------------------------------------------

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


class _Word(NamedTuple):
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


def _warned(plain: str, roster: Roster) -> Iterator[Mark]:
    def mark(start: int, end: int, rule: str) -> Mark:
        return Mark(start, end, rule, Severity.WARN, _WARNED[rule])

    words = list(_words(plain))
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
    for found in _EXACT_DATE.finditer(plain):
        yield mark(*found.span(), "date")
    for found in _LONG_NUMBER.finditer(plain):
        yield mark(*found.span(), "number")


def _whole_name(
    plain: str,
    words: list[_Word],
    start: int,
    end: int,
    familiar: list[tuple[int, int]],
) -> tuple[int, int]:
    """The mark with the capitalised words beside it: half a hidden name still names.

    Neither an everyday word that opens a sentence nor the name of an agency is part of it.
    """

    def belongs(word: _Word) -> bool:
        return (
            word.capital
            and not (word.opens and _known(word.lower))
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


def _opens_at(words: list[_Word], start: int) -> bool:
    return any(word.start == start and word.opens for word in words)


def _words(plain: str) -> Iterator[_Word]:
    for found in _WORD.finditer(plain):
        text = found[0]
        if text[-2:] in ("'s", "'S"):
            text = text[:-2]
        start = found.start()
        opens = bool(_SENTENCE_END.search(plain[max(0, start - 12) : start]))
        yield _Word(text, start, start + len(text), opens)


def _familiar(plain: str, roster: Roster) -> list[tuple[int, int]]:
    """Where the council, its agencies and the field's own names stand."""
    spans = []
    low = plain.lower()
    ours = {_plain(name).lower() for name in roster.familiar if name.strip()}
    for phrase in KNOWN_PHRASES | ours:
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
            parts = [found[0].lower() for found in _WORD.finditer(_plain(name))]
            if len(parts) > 1:
                surnames_of.setdefault(parts[0], set()).add(parts[-1])
            if parts:
                surnames.add(parts[-1])
        return cls(surnames_of, surnames)

    def pair(self, first: _Word, second: _Word) -> bool:
        """A forename and its surname in either order; everyday words need capitals."""
        if not (
            second.lower in self.surnames_of.get(first.lower, ())
            or first.lower in self.surnames_of.get(second.lower, ())
        ):
            return False
        if _ordinary(first.lower) and _ordinary(second.lower):
            return first.capital and second.capital
        return True

    def initialled(self, first: _Word, second: _Word) -> bool:
        """An initial and a surname, "M Okafor"; never "a ward" or "I grant"."""
        initial = first.lower
        return (
            len(initial) == 1
            and second.capital
            and second.lower in self.surnames
            and any(forename.startswith(initial) for forename in self.surnames_of)
            and not (initial in "ia" and _ordinary(second.lower))
        )

    def alone(self, word: _Word) -> bool:
        low = word.lower
        return (
            (low in self.surnames or low in self.surnames_of)
            and word.capital
            and len(low) > 2
            and not _ordinary(low)
        )


def _roster_names(
    plain: str, words: list[_Word], roster: Roster
) -> Iterator[tuple[int, int, str]]:
    index = _Index.of(roster)
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


def _adjoin(plain: str, first: _Word, second: _Word) -> bool:
    return plain[first.end : second.start] in (" ", "  ", ". ", ", ", ".", "-", "\n")


def _roster_titles(plain: str, roster: Roster) -> Iterator[tuple[int, int, str]]:
    low = plain.lower()
    for title in roster.titles:
        wanted = _plain(title).lower().strip()
        if not wanted or wanted in GENERIC_TITLES:
            continue
        for found in re.finditer(rf"(?<!\w){re.escape(wanted)}(?!\w)", low):
            yield *found.span(), "roster title"


def _people(plain: str, words: list[_Word]) -> Iterator[tuple[int, int, str]]:
    for found in _HONORIFIC.finditer(plain):
        if not _known(found[1].split()[-1].lower()):
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


def _initial_and_surname(plain: str, first: _Word, second: _Word) -> bool:
    if len(first.text) != 1 or not first.text.isupper() or first.opens:
        return False
    if not second.capital or _known(second.lower):
        return False
    gap = plain[first.end : second.start]
    return gap == ". " or (gap == " " and first.text not in "AI")


def _runs(plain: str, words: list[_Word]) -> Iterator[list[_Word]]:
    """Neighbouring capitalised words, less an everyday word that opens a sentence."""
    run: list[_Word] = []
    for word in words:
        joined = bool(run) and plain[run[-1].end : word.start] in (" ", "  ")
        if not word.capital or not joined or word.opens:
            if len(run) > 1:
                yield run
            run = []
        if word.capital and not (word.opens and _known(word.lower)):
            run.append(word)
    if len(run) > 1:
        yield run


def _is_name(run: list[_Word]) -> bool:
    if run[-1].lower in ORGANISATION_NOUNS or run[-1].lower in PLACE_NOUNS:
        return False
    forename = any(word.lower in FORENAMES for word in run[:-1])
    unknown = [word for word in run if not _known(word.lower)]
    strange = any(not word.opens for word in unknown)
    return strange or (forename and bool(unknown))


def _known(low: str) -> bool:
    if low in KNOWN_WORDS or low in AUTHORITIES:
        return True
    # "Mondays", "Panels": the plural of a known word is as well known.
    if low.endswith("s") and low[:-1] in KNOWN_WORDS:
        return True
    return "-" in low and all(part in KNOWN_WORDS for part in low.split("-") if part)


def _places(plain: str, words: list[_Word]) -> Iterator[tuple[int, int, str]]:
    for pattern in (_HOUSE, _SAINT):
        for found in pattern.finditer(plain):
            yield *found.span(), "place"
    for here, word in enumerate(words):
        if not word.capital or word.opens or _known(word.lower):
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


def _is_placed(plain: str, before: _Word | None, word: _Word) -> bool:
    return (
        before is not None
        and before.lower in _PLACE_BEFORE
        and plain[before.end : word.start] == " "
    )


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
