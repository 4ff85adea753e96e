"""Questions of a draft."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from questionnaires.domain.building import must_be_draft
from questionnaires.domain.ordering import (
    answers_stay,
    fresh_codes,
    in_good_order,
    next_position,
    nobody_depends_on,
    number_anew,
    room_for,
    swap,
)
from questionnaires.domain.trail import record
from questionnaires.models import Question, Section
from reviews.models import User
from reviews.pages.concurrency import save_if_unchanged

MOST_OPTIONS = 8


@dataclass(frozen=True)
class Asked:
    """A question as somebody typed it. ``options`` and ``condition`` as the model has them."""

    kind: str
    text: str
    theme: str = ""
    hint: str = ""
    required: bool = False
    reversed: bool = False
    options: Sequence[Mapping[str, Any]] = ()
    condition: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def add_question(
    *, section: Section, asked: Asked, by: User, at: dt.datetime
) -> Question:
    """A question at the end of its section. Raises TooManyQuestions, AskedTooEarly."""
    questionnaire = section.questionnaire
    must_be_draft(questionnaire)
    room_for(questionnaire, 1)
    question = Question(
        questionnaire=questionnaire,
        section=section,
        code=fresh_codes(questionnaire, 1)[0],
        position=next_position(questionnaire.questions),
    )
    _put(question, asked)
    question.save(force_insert=True)
    in_good_order(questionnaire)
    record(
        "questionnaire.question_added", questionnaire, by, at, question=question.code
    )
    return question


@transaction.atomic
def add_from_bank(
    *, section: Section, codes: Sequence[str], by: User, at: dt.datetime
) -> int:
    """Questions of the framework that are not asked yet; says how many were added."""
    questionnaire = section.questionnaire
    must_be_draft(questionnaire)
    there = set(questionnaire.questions.values_list("code", flat=True))
    bank = questionnaire.review.pack.questionnaire
    position = next_position(questionnaire.questions)
    wanted = set(codes) - there
    found = [
        Question(
            code=each.code,
            theme=each.theme,
            kind=Question.Kind.STATEMENT,
            text=each.text,
            reversed=each.reversed,
        )
        for each in bank.statements
        if each.code in wanted
    ] + [
        Question(
            code=each.code, theme=each.theme, kind=Question.Kind.TEXT, text=each.text
        )
        for each in bank.free_texts
        if each.code in wanted
    ]
    room_for(questionnaire, len(found))
    for number, question in enumerate(found):
        question.questionnaire, question.section = questionnaire, section
        question.position = position + number
    Question.objects.bulk_create(found)
    if found:
        record(
            "questionnaire.questions_added", questionnaire, by, at, number=len(found)
        )
    return len(found)


@transaction.atomic
def change_question(
    *,
    question: Question,
    version: int,
    section: Section,
    asked: Asked,
    by: User,
    at: dt.datetime,
) -> None:
    """Change a question or move it to another section.

    Raises AskedTooEarly, AnswerIsNeeded, ChangedMeanwhile. A translation of words that have changed goes.
    """
    questionnaire = question.questionnaire
    must_be_draft(questionnaire)
    stale = {
        name
        for name in ("text", "hint")
        if getattr(question, name) != getattr(asked, name)
    }
    _put(question, asked)
    question.second = {k: v for k, v in question.second.items() if k not in stale}
    if question.section_id != section.pk:
        question.section = section
        question.position = next_position(section.questions)
    save_if_unchanged(question, version=version, fields=_QUESTION_FIELDS)
    answers_stay(questionnaire, question)
    in_good_order(questionnaire)
    record(
        "questionnaire.question_changed", questionnaire, by, at, question=question.code
    )


_QUESTION_FIELDS = (
    "section",
    "position",
    "kind",
    "text",
    "hint",
    "theme",
    "required",
    "reversed",
    "condition",
    "options",
    "second",
)


@transaction.atomic
def set_condition(
    *, question: Question, condition: Mapping[str, Any], by: User, at: dt.datetime
) -> None:
    """Ask it of some only, or of everybody again. Raises AskedTooEarly."""
    questionnaire = question.questionnaire
    must_be_draft(questionnaire)
    question.condition = dict(condition)
    save_if_unchanged(question, version=question.version, fields=["condition"])
    in_good_order(questionnaire)
    record(
        "questionnaire.question_changed", questionnaire, by, at, question=question.code
    )


def _put(question: Question, asked: Asked) -> None:
    seconds = {each["code"]: each.get("second", "") for each in question.options}
    labels = {each["code"]: each["label"] for each in question.options}
    question.kind = asked.kind
    question.text, question.hint, question.theme = asked.text, asked.hint, asked.theme
    question.required, question.reversed = asked.required, asked.reversed
    question.condition = dict(asked.condition)
    question.options = [
        {
            **each,
            **(
                {"second": seconds[each["code"]]}
                if seconds.get(each["code"]) and labels[each["code"]] == each["label"]
                else {}
            ),
        }
        for each in asked.options
    ]


@transaction.atomic
def copy_question(*, question: Question, by: User, at: dt.datetime) -> Question:
    """The same question once more, right behind it. Raises TooManyQuestions."""
    questionnaire = question.questionnaire
    must_be_draft(questionnaire)
    room_for(questionnaire, 1)
    rows = list(question.section.questions.all())
    place = [each.pk for each in rows].index(question.pk)
    question.code = fresh_codes(questionnaire, 1)[0]
    question.pk = None
    question.save(force_insert=True)
    number_anew([*rows[: place + 1], question, *rows[place + 1 :]])
    record(
        "questionnaire.question_added", questionnaire, by, at, question=question.code
    )
    return question


@transaction.atomic
def leave_out(*, question: Question, by: User, at: dt.datetime) -> None:
    """Ask it no longer; it can be put back. Raises OthersDependOnIt."""
    questionnaire = question.questionnaire
    must_be_draft(questionnaire)
    nobody_depends_on(questionnaire, {question.code})
    questionnaire.questions.filter(pk=question.pk).update(left_out=True)
    record(
        "questionnaire.question_left_out", questionnaire, by, at, question=question.code
    )


@transaction.atomic
def put_back(*, question: Question, by: User, at: dt.datetime) -> None:
    """Ask it after all. Raises AskedTooEarly."""
    questionnaire = question.questionnaire
    must_be_draft(questionnaire)
    questionnaire.questions.filter(pk=question.pk).update(left_out=False)
    in_good_order(questionnaire)
    record(
        "questionnaire.question_put_back", questionnaire, by, at, question=question.code
    )


@transaction.atomic
def move_question(*, question: Question, up: bool, by: User, at: dt.datetime) -> None:
    """One place up or down in its section. Raises AskedTooEarly."""
    questionnaire = question.questionnaire
    must_be_draft(questionnaire)
    swap(list(question.section.questions.all()), question, up=up)
    in_good_order(questionnaire)
    record("questionnaire.order_changed", questionnaire, by, at)
