"""A questionnaire as a whole while it is a draft: made, copied, removed, its settings and groups."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from django.db import transaction

from questionnaires.domain.ordering import section_at_the_end
from questionnaires.domain.trail import record
from questionnaires.models import Question, Questionnaire
from questionnaires.models.questionnaire import invitees_key
from reviews.models import Review, User
from reviews.pages.concurrency import save_if_unchanged
from reviews.reading import speech
from reviews.refusals import Refusal
from reviews.secrets import keystore

OWN_WORDS = "In your own words"


class NotADraft(Refusal):
    sentence = (
        "The questionnaire has been opened. Its questions, groups and list are locked."
    )


class LateList(Refusal):
    sentence = (
        "Nobody may see, add or take off the people of a late round: the list says who had "
        "answered before."
    )


class LateGroups(Refusal):
    sentence = "A late round keeps the groups of the first round."


class OnlyFromADraft(Refusal):
    sentence = "Only a questionnaire that was never opened can be removed."


def must_be_draft(questionnaire: Questionnaire) -> None:
    """Raises NotADraft. Locks the row, so that it is not opened meanwhile."""
    row = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    if row.state != Questionnaire.State.DRAFT:
        raise NotADraft


def list_must_be_open(questionnaire: Questionnaire) -> None:
    """Raises NotADraft, LateList, SpeechGone."""
    if questionnaire.is_late:
        raise LateList
    must_be_draft(questionnaire)
    speech.must_be_heard(questionnaire.review)


# A whole questionnaire


@transaction.atomic
def make_from_pack(*, review: Review, by: User, at: dt.datetime) -> Questionnaire:
    """A draft with the framework's own questions: a section for each theme, own words last."""
    bank = review.pack.questionnaire
    questionnaire = _blank(review, bank.title)
    questions: list[Question] = []
    for theme in review.pack.themes:
        statements = [each for each in bank.statements if each.theme == theme.code]
        if not statements:
            continue
        section = section_at_the_end(questionnaire, theme.title)
        questions += [
            Question(
                section=section,
                code=each.code,
                theme=each.theme,
                kind=Question.Kind.STATEMENT,
                text=each.text,
                reversed=each.reversed,
            )
            for each in statements
        ]
    if bank.free_texts:
        section = section_at_the_end(questionnaire, OWN_WORDS)
        questions += [
            Question(
                section=section,
                code=each.code,
                theme=each.theme,
                kind=Question.Kind.TEXT,
                text=each.text,
            )
            for each in bank.free_texts
        ]
    _store(questionnaire, questions)
    record("questionnaire.made", questionnaire, by, at)
    return questionnaire


@transaction.atomic
def make_empty(
    *, review: Review, title: str, by: User, at: dt.datetime
) -> Questionnaire:
    """A draft from scratch: the framework's scale, and one section to begin with."""
    questionnaire = _blank(review, title)
    section_at_the_end(questionnaire, "Your work")
    record("questionnaire.made", questionnaire, by, at)
    return questionnaire


def _blank(review: Review, title: str) -> Questionnaire:
    bank = review.pack.questionnaire
    return _made(
        review,
        title=title,
        introduction=bank.introduction,
        free_text_hint=bank.free_text_hint,
        scale=[
            {"code": option.code, "label": option.label, "category": option.category}
            for option in bank.scale
        ],
    )


def _made(review: Review, **values: Any) -> Questionnaire:
    """With the key of its list, which dies some days after its release. Raises SpeechGone."""
    speech.must_be_heard(review)
    made = Questionnaire.objects.create(review=review, **values)
    keystore.ensure(invitees_key(made.pk))
    return made


def _store(questionnaire: Questionnaire, questions: Sequence[Question]) -> None:
    for position, question in enumerate(questions):
        question.questionnaire = questionnaire
        question.position = position
    Question.objects.bulk_create(questions)


@transaction.atomic
def copy_questionnaire(
    *, questionnaire: Questionnaire, by: User, at: dt.datetime
) -> Questionnaire:
    """A draft that asks the same, beside one that may be open meanwhile; the list stays behind."""
    copy = copied(questionnaire, marked="copy")
    record("questionnaire.made", copy, by, at, copy_of=questionnaire.pk)
    return copy


def copied(questionnaire: Questionnaire, *, marked: str, **more: Any) -> Questionnaire:
    """A new draft with the same settings, sections and questions."""
    end = f" ({marked})"
    copy = _made(
        questionnaire.review,
        title=questionnaire.title[: 200 - len(end)] + end,
        introduction=questionnaire.introduction,
        free_text_hint=questionnaire.free_text_hint,
        scale=questionnaire.scale,
        language=questionnaire.language,
        second=questionnaire.second,
        target=questionnaire.target,
        most_reminders=questionnaire.most_reminders,
        remind_everybody=questionnaire.remind_everybody,
        statements_a_page=questionnaire.statements_a_page,
        keep_addresses_days=questionnaire.keep_addresses_days,
        **more,
    )
    sections = {}
    for section in questionnaire.sections.all():
        old = section.pk
        section.pk, section.questionnaire = None, copy
        section.save(force_insert=True)
        sections[old] = section
    questions = list(questionnaire.questions.all())
    for question in questions:
        question.section = sections[question.section_id]
        question.pk, question.questionnaire = None, copy
    Question.objects.bulk_create(questions)
    return copy


@transaction.atomic
def remove_questionnaire(
    *, questionnaire: Questionnaire, by: User, at: dt.datetime
) -> None:
    """Throw a draft away with its list. Raises OnlyFromADraft."""
    try:
        must_be_draft(questionnaire)
    except NotADraft as error:
        raise OnlyFromADraft from error
    record("questionnaire.removed", questionnaire, by, at, title=questionnaire.title)
    key = invitees_key(questionnaire.pk)
    transaction.on_commit(partial(keystore.destroy, key))
    questionnaire.delete()


@transaction.atomic
def change_settings(
    *,
    questionnaire: Questionnaire,
    version: int,
    values: Mapping[str, Any],
    by: User,
    at: dt.datetime,
) -> None:
    """Title, introduction, target, pages, how long things are kept. Raises ChangedMeanwhile."""
    must_be_draft(questionnaire)
    changed = [n for n in values if getattr(questionnaire, n) != values[n]]
    for name in changed:
        setattr(questionnaire, name, values[name])
    save_if_unchanged(questionnaire, version=version, fields=changed)
    if changed:
        record("questionnaire.settings_changed", questionnaire, by, at, fields=changed)


# Small groups


class NotTwoPeople(Refusal):
    sentence = (
        "You asked for groups this small. A second person of the team has to agree."
    )


class NobodyAsked(Refusal):
    sentence = "Nobody has asked for groups of fewer than 8 people."


@transaction.atomic
def choose_k(
    *, questionnaire: Questionnaire, k: int, by: User, at: dt.datetime
) -> None:
    """The smallest group with results of its own; below 8 a second person has to agree."""
    must_be_draft(questionnaire)
    if questionnaire.is_late:
        raise LateGroups
    questionnaire.k = k
    questionnaire.small_k_agreed_by = None
    questionnaire.small_k_asked_by = by if k < Questionnaire.SMALL_K else None
    questionnaire.save(update_fields=["k", "small_k_agreed_by", "small_k_asked_by"])
    record("questionnaire.group_size_chosen", questionnaire, by, at, k=k)


@transaction.atomic
def agree_small_k(*, questionnaire: Questionnaire, by: User, at: dt.datetime) -> None:
    """Raises NotTwoPeople, NobodyAsked."""
    must_be_draft(questionnaire)
    if questionnaire.small_k_asked_by_id is None:
        raise NobodyAsked
    if questionnaire.small_k_asked_by_id == by.pk:
        raise NotTwoPeople
    questionnaire.small_k_agreed_by = by
    questionnaire.save(update_fields=["small_k_agreed_by"])
    record(
        "questionnaire.small_groups_agreed", questionnaire, by, at, k=questionnaire.k
    )
