"""The results set beside those of an earlier questionnaire, as far as rounding lets anybody say."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from questionnaires.models import EarlierResults, Question, Questionnaire
from questionnaires.rules.disclosure import Shown
from questionnaires.rules.published import (
    FAVOURABLE,
    Published,
    Span,
    Values,
    compared,
    share_of,
    share_words,
    span_of,
)
from reviews.files.sheets import spelling
from reviews.pages import say

SAME = "about the same"
# How the files of results call a statement's share; the same word stands in both.
STATEMENT_ANSWER = "Favourable"
TURNED_ANSWER = "Favourable (disagreeing)"


@dataclass(frozen=True)
class Then:
    """One share then and now; ``direction`` is 0 where rounding may explain the difference."""

    code: str
    answer: str
    text: str
    label: str
    then: str
    now: str
    change: float
    direction: int

    @property
    def sentence(self) -> str:
        return f"then {self.then}, now {self.now}" if self.direction else SAME


@dataclass(frozen=True)
class Unmatched:
    """Something that was asked only once; ``why`` where it looks like the same question."""

    text: str
    why: str = ""


@dataclass(frozen=True)
class Earlier:
    title: str
    on: dt.date
    matched: Mapping[tuple[str, str], Then]
    only_then: tuple[Unmatched, ...]
    only_now: tuple[Unmatched, ...]
    faults: tuple[tuple[int, str, str], ...]

    def sentence(self, code: str, answer: str = FAVOURABLE) -> str:
        """As in "then 45%, now 60%"; empty where it was not asked then."""
        found = self.matched.get((code, answer))
        return found.sentence if found else ""

    @cached_property
    def changes(self) -> dict[str, float]:
        """By the code of a statement, the points that it surely rose or fell by."""
        return {
            code: found.change
            for (code, answer), found in self.matched.items()
            if answer == FAVOURABLE and found.direction
        }

    @property
    def questions(self) -> int:
        return len({code for code, _ in self.matched})

    @property
    def summary(self) -> str:
        number = self.questions
        return f"{say.counted(number, 'question')} {'was' if number == 1 else 'were'} asked both times"

    @property
    def higher(self) -> list[Then]:
        return self._moved(1)

    @property
    def lower(self) -> list[Then]:
        return self._moved(-1)

    def _moved(self, direction: int) -> list[Then]:
        found = [each for each in self.matched.values() if each.direction == direction]
        return sorted(found, key=lambda each: -abs(each.change))


def of(
    questionnaire: Questionnaire, questions: Sequence[Question], values: Values
) -> Earlier | None:
    """The earlier results that somebody chose for it, matched question by question."""
    stored = EarlierResults.objects.filter(questionnaire=questionnaire).first()
    return _matched(stored, questions, values) if stored else None


def earlier_title(questionnaire: Questionnaire) -> str:
    """What it is compared with; empty when with nothing."""
    stored = EarlierResults.objects.filter(questionnaire=questionnaire)
    return stored.values_list("title", flat=True).first() or ""


def answers_to_compare(question: Question) -> list[tuple[str, str]]:
    """(answer, label) of each share that a question has, as the files of results call them."""
    if question.how.on_scale:
        return [(FAVOURABLE, TURNED_ANSWER if question.reversed else STATEMENT_ANSWER)]
    return [(option["code"], option["label"]) for option in question.options]


def _matched(
    stored: EarlierResults, questions: Sequence[Question], values: Values
) -> Earlier:
    shelf = _Shelf(stored.rows)
    matched: dict[tuple[str, str], Then] = {}
    only_now = []
    for question in questions:
        published = values.questions.get(question.code)
        if published is None:
            continue
        found = 0
        for answer, label in answers_to_compare(question):
            row = shelf.take(question, label)
            if row is None:
                continue
            found += 1
            then = _compared(question, published, answer, label, row)
            if then:
                matched[question.code, answer] = then
        if not found:
            only_now.append(Unmatched(question.text, shelf.why(question)))
    return Earlier(
        title=stored.title,
        on=stored.on,
        matched=matched,
        only_then=tuple(shelf.left()),
        only_now=tuple(only_now),
        faults=tuple((row, column, words) for row, column, words in stored.faults),
    )


def _compared(
    question: Question,
    published: Published,
    answer: str,
    label: str,
    row: Mapping[str, Any],
) -> Then | None:
    """None where either of the two is not shown."""
    span = published.span(answer)
    share = share_of(published.everybody, answer)
    if span is None or share is None or row["share"] is None:
        return None
    before: Span = span_of(row["share"], row["give_or_take"], low=row["low"])
    whole = published.everybody
    return Then(
        code=question.code,
        answer=answer,
        text=question.text,
        label="" if isinstance(whole, Shown) else label,
        then=share_words(row["share"], row["low"]),
        now=share_words(share, whole.low),
        change=share - row["share"],
        direction=compared(span, before),
    )


class _Shelf:
    """Earlier rows, found by code and text, else by a text that was asked only once."""

    def __init__(self, rows: Sequence[Mapping[str, Any]]) -> None:
        self.rows = list(rows)
        self.taken: set[int] = set()
        keys = [(_same(row["text"]), _same(row["answer"])) for row in self.rows]
        often = Counter(keys)
        self.by_both = {
            (row["code"], *key): n
            for n, (row, key) in enumerate(zip(self.rows, keys, strict=True))
        }
        self.by_text = {key: n for n, key in enumerate(keys) if often[key] == 1}

    def take(self, question: Question, label: str) -> Mapping[str, Any] | None:
        text, answer = _same(question.text), _same(label)
        number = self.by_both.get((question.code, text, answer))
        if number is None:
            number = self.by_text.get((text, answer))
        if number is None or number in self.taken:
            return None
        self.taken.add(number)
        return self.rows[number]

    def why(self, question: Question) -> str:
        """What keeps a question from its likely match."""
        if any(_same(r["text"]) == _same(question.text) for r in self.rows):
            return "its answers were others then"
        if any(r["code"] == question.code for r in self.rows):
            return "worded otherwise then"
        return ""

    def left(self) -> list[Unmatched]:
        texts = dict.fromkeys(
            row["text"] for n, row in enumerate(self.rows) if n not in self.taken
        )
        matched = {row["text"] for n, row in enumerate(self.rows) if n in self.taken}
        return [
            Unmatched(text, "some of its answers are others now")
            if text in matched
            else Unmatched(text)
            for text in texts
        ]


def _same(words: str) -> str:
    """As texts are compared: spaces, capitals, apostrophes and the last full stop do not count."""
    return spelling(" ".join(words.split())).rstrip(".")
