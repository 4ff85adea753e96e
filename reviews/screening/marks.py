"""A mark: which words of a text, by which rule, and why. It never quotes them."""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from typing import NamedTuple

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


def plain_text(text: str) -> str:
    """The same text, character for character, in plain digits, dashes and quotes."""
    return text if text.isascii() else "".join(map(_plain_character, text))


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
