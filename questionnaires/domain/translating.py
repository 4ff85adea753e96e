"""The second language of a draft."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from questionnaires.domain.building import must_be_draft
from questionnaires.domain.trail import record
from questionnaires.models import Questionnaire
from reviews.models import User


@transaction.atomic
def choose_language(
    *, questionnaire: Questionnaire, code: str, by: User, at: dt.datetime
) -> None:
    """Ask in a second language too, or no longer; what was translated into another one goes."""
    must_be_draft(questionnaire)
    if code == questionnaire.language:
        return
    questionnaire.language, questionnaire.second = code, {}
    for option in questionnaire.scale:
        option.pop("second", None)
    questionnaire.save(update_fields=["language", "second", "scale"])
    for section in questionnaire.sections.all():
        section.second = {}
        section.save(update_fields=["second"])
    for question in questionnaire.questions.all():
        question.second = {}
        for option in question.options:
            option.pop("second", None)
        question.save(update_fields=["second", "options"])
    record("questionnaire.language_chosen", questionnaire, by, at, language=code)


@transaction.atomic
def translate(
    *,
    questionnaire: Questionnaire,
    words: Mapping[str, str],
    by: User,
    at: dt.datetime,
) -> None:
    """Texts in the second language, by the keys of ``reading.texts_of``; an empty one goes."""
    must_be_draft(questionnaire)

    for name in ("title", "introduction", "free_text_hint"):
        _put_second(questionnaire.second, name, words, f"questionnaire.{name}")
    for option in questionnaire.scale:
        _put_second(option, "second", words, f"scale.{option['code']}")
    questionnaire.save(update_fields=["second", "scale"])
    for section in questionnaire.sections.all():
        for name in ("title", "introduction"):
            _put_second(section.second, name, words, f"section-{section.pk}.{name}")
        section.save(update_fields=["second"])
    for question in questionnaire.questions.all():
        for name in ("text", "hint"):
            _put_second(question.second, name, words, f"{question.code}.{name}")
        for option in question.options:
            key = f"{question.code}.option.{option['code']}"
            _put_second(option, "second", words, key)
        question.save(update_fields=["second", "options"])
    record("questionnaire.translated", questionnaire, by, at)


def _put_second(
    store: dict[str, Any], name: str, words: Mapping[str, str], key: str
) -> None:
    """A text that was not on the page stays; one that was emptied goes."""
    if key in words:
        store.pop(name, None)
        if words[key]:
            store[name] = words[key]
