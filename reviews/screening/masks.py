"""What is hidden of a marked text: more than its marks, since what stands beside a name names too.

A mark says where something is; its writer sees that and no more. A mask is for everybody else. It
covers the whole name or place with its neighbours in capitals and, in the same clause, an age, a
post and a place ("the case of [hidden]", never "the case of [hidden], 7, at Moss [hidden]"). It
hides a little too much rather than too little: whoever screens the text sees all of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from reviews.screening.marks import HIDDEN, Mark, plain_text
from reviews.screening.names import Word, is_known, words_of
from reviews.screening.words import (
    GENERIC_TITLES,
    ORGANISATION_NOUNS,
    PLACE_NOUNS,
    POST_NOUNS,
    POST_WORDS,
)

Span = tuple[int, int]

# Marks of somebody, or of where somebody is; dates and numbers stand by themselves.
_NAMING = ("roster name", "roster title", "name", "place")

# A clause ends where a sentence or a list does, or where another thought begins.
_CLAUSE_END = re.compile(
    r"[.!?;:\n…•](?=\s|$)|\n|\s[-–—]\s|—|[“”\"]"
    r"|\b(?:and|but|or|because|when|while|who|which|that|so|if|then|although|though)\b",
    re.IGNORECASE,
)

_NUMBER = (
    r"(?:\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen"
    r"|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
)
_UNIT = r"(?:years?|yrs?|months?|mths?|weeks?|wks?|days?)"
_AGES = (
    re.compile(
        rf"\b{_NUMBER}[ \-]?(?:{_UNIT}[ \-]?olds?|yo|y/o|{_UNIT})\b", re.IGNORECASE
    ),
    re.compile(rf"\b(?:aged?|turned|turning)(?: of)? {_NUMBER}\b", re.IGNORECASE),
    # Between commas or brackets, or at the end of what is said of somebody.
    re.compile(r"(?<=[,(] )\d{1,2}(?= ?(?:[,).;]|$))|(?<=\()\d{1,2}(?=\))"),
    re.compile(
        r"\b(?:boy|girl|child|baby|son|daughter|is|was) (?:of )?\d{1,2}"
        r"(?! ?(?:%|per\b|of\b|cases?\b|times?\b))"
    ),
)


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


_ARTICLES = "the|a|an|our|her|his|their|its"
_OF = r"(?: (?:of|for)(?: (?:the|children's|young|early|social|adult|public)){0,2} [\w'\-]+)?"
_POST = re.compile(
    rf"\b(?:(?:{_ARTICLES}) )?(?:(?:{_any(POST_WORDS)}) ){{0,3}}"
    rf"(?:{_any(GENERIC_TITLES)}|(?:{_any(POST_NOUNS)}){_OF})\b",
    re.IGNORECASE,
)

_BEFORE_A_PLACE = frozenset(
    ["in", "at", "near", "around", "from", "outside", "by", "to", "of", "on"]
)
_PARTS_OF_A_PLACE = (
    PLACE_NOUNS
    | ORGANISATION_NOUNS
    | frozenset(["health", "medical", "family", "children's", "nursing", "community"])
)

# What may stand between two hidden words without telling anything by itself.
_BETWEEN = re.compile(
    rf"[\s,('’\-]*(?:(?:of|at|in|from|near|on|for|by|{_ARTICLES}|aged|called|named)[\s,(]+)*",
    re.IGNORECASE,
)


def masked(text: str, marks: Iterable[Mark]) -> str:
    """``text`` with one word for all that is hidden, so that not even a length shows."""
    plain = plain_text(text)
    words = list(words_of(plain))
    spans: list[Span] = []
    for mark in marks:
        spans.append((mark.start, mark.end))
        if mark.rule in _NAMING:
            spans += _around(plain, words, mark)
    pieces, at = [], 0
    for start, end in _joined(plain, spans):
        pieces += [text[at:start], HIDDEN]
        at = end
    return "".join([*pieces, text[at:]])


def _around(plain: str, words: list[Word], mark: Mark) -> Iterator[Span]:
    """The whole of it, and what says more of the same person in the same clause."""
    yield _with_capitals(plain, words, mark.start, mark.end, mark.rule == "place")
    first, last = _clause(plain, mark)
    for pattern in (*_AGES, _POST):
        for found in pattern.finditer(plain, first, last):
            yield found.span()
    yield from _places(plain, words, first, last)


def _clause(plain: str, mark: Mark) -> Span:
    first, last = 0, len(plain)
    for found in _CLAUSE_END.finditer(plain):
        if found.end() <= mark.start:
            first = found.end()
        elif found.start() >= mark.end:
            return first, found.start()
    return first, last


def _with_capitals(
    plain: str, words: list[Word], start: int, end: int, is_place: bool
) -> Span:
    for word in reversed(words):
        if word.end < start and plain[word.end : start].strip(" ") == "":
            if not word.capital or (word.opens and is_known(word.lower)):
                break
            start = word.start
    for word in words:
        if word.start > end and plain[end : word.start].strip(" ") == "":
            part = is_place and word.lower in _PARTS_OF_A_PLACE
            if not (word.capital or part) or word.opens:
                break
            end = word.end
    return start, end


def _places(plain: str, words: list[Word], first: int, last: int) -> Iterator[Span]:
    """Capitals after "at", "in" and the like, of which one is no word of the field."""
    inside = [word for word in words if first <= word.start and word.end <= last]
    for before, word in pairwise(inside):
        if (
            before.lower in _BEFORE_A_PLACE
            and word.capital
            and plain[before.end : word.start] == " "
        ):
            start, end = _with_capitals(plain, inside, word.start, word.end, True)
            run = [each for each in inside if start <= each.start and each.end <= end]
            if any(each.capital and not is_known(each.lower) for each in run):
                yield start, end


def _joined(plain: str, spans: list[Span]) -> Iterator[Span]:
    """Without overlaps, and as one where nothing but a comma or "at the" stands between."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and (
            start <= found[-1][1] or _BETWEEN.fullmatch(plain, found[-1][1], start)
        ):
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    for start, end in found:
        hidden = plain[start:end]
        closes = hidden.count("(") > hidden.count(")") and plain[end : end + 1] == ")"
        yield start, end + closes
