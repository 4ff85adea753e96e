"""Sections of a draft."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from questionnaires.domain.building import must_be_draft
from questionnaires.domain.ordering import (
    fresh_codes,
    in_good_order,
    next_position,
    nobody_depends_on,
    room_for,
    section_at_the_end,
    swap,
)
from questionnaires.domain.trail import record
from questionnaires.models import Question, Questionnaire, Section
from reviews.models import User
from reviews.pages.concurrency import save_if_unchanged


@transaction.atomic
def add_section(
    *,
    questionnaire: Questionnaire,
    title: str,
    introduction: str,
    by: User,
    at: dt.datetime,
) -> Section:
    must_be_draft(questionnaire)
    section = section_at_the_end(questionnaire, title)
    section.introduction = introduction
    section.save(update_fields=["introduction"])
    record("questionnaire.section_added", questionnaire, by, at, title=title)
    return section


@transaction.atomic
def change_section(
    *,
    section: Section,
    version: int,
    title: str,
    introduction: str,
    by: User,
    at: dt.datetime,
) -> None:
    """Raises ChangedMeanwhile. A translation of words that have changed goes."""
    must_be_draft(section.questionnaire)
    if section.title != title:
        section.second.pop("title", None)
    if section.introduction != introduction:
        section.second.pop("introduction", None)
    section.title, section.introduction = title, introduction
    save_if_unchanged(
        section, version=version, fields=["title", "introduction", "second"]
    )
    record("questionnaire.section_changed", section.questionnaire, by, at, title=title)


@transaction.atomic
def copy_section(*, section: Section, by: User, at: dt.datetime) -> Section:
    """The section and its questions once more, behind all others. Raises TooManyQuestions."""
    questionnaire = section.questionnaire
    must_be_draft(questionnaire)
    questions = list(section.questions.all())
    room_for(questionnaire, len(questions))
    copy = section_at_the_end(questionnaire, f"{section.title} (copy)"[:200])
    copy.introduction, copy.second = section.introduction, section.second
    copy.save(update_fields=["introduction", "second"])
    codes = fresh_codes(questionnaire, len(questions))
    renamed = dict(zip((each.code for each in questions), codes, strict=True))
    position = next_position(questionnaire.questions)
    for number, question in enumerate(questions):
        question.pk, question.section = None, copy
        question.code = renamed[question.code]
        question.position = position + number
        needs = question.condition
        if needs and needs["question"] in renamed:
            question.condition = {**needs, "question": renamed[needs["question"]]}
    Question.objects.bulk_create(questions)
    record("questionnaire.section_added", questionnaire, by, at, title=copy.title)
    return copy


@transaction.atomic
def remove_section(*, section: Section, by: User, at: dt.datetime) -> None:
    """The section goes with its questions. Raises OthersDependOnIt."""
    questionnaire = section.questionnaire
    must_be_draft(questionnaire)
    codes = set(section.questions.values_list("code", flat=True))
    nobody_depends_on(questionnaire, codes)
    number = len(codes)
    section.delete()
    record("questionnaire.section_removed", questionnaire, by, at, questions=number)


@transaction.atomic
def move_section(*, section: Section, up: bool, by: User, at: dt.datetime) -> None:
    """One place up or down. Raises AskedTooEarly when a question would come before what it needs."""
    questionnaire = section.questionnaire
    must_be_draft(questionnaire)
    swap(list(questionnaire.sections.all()), section, up=up)
    in_good_order(questionnaire)
    record("questionnaire.order_changed", questionnaire, by, at)
