"""Identifiers, which are refused: numbers, addresses, dates of birth, case references."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from reviews.screening.marks import Mark, Severity, plain_text
from reviews.screening.words import (
    POSTCODE_AREAS,
)

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
EXACT_DATE = re.compile(rf"(?<![\d./\-£])(?:{_DATE.format('sep')})")
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
    body = "".join(
        pieces.get(c, re.escape(c)) for c in plain_text(case_reference.strip())
    )
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


def refused(plain: str, case_reference: str) -> Iterator[Mark]:
    own = []
    if case_reference.strip():
        own = [("case reference", _shape(case_reference), 0, _always)]
    for rule, pattern, group, holds in (*_REFUSALS, *own):
        for found in pattern.finditer(plain):
            if holds(found):
                start, end = found.span(group)
                yield Mark(start, end, rule, Severity.REFUSE, _REFUSED[rule])
