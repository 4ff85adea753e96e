"""What a questionnaire asks, while it is a draft: sections, questions, languages, settings."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max

from questionnaires.domain.trail import record
from questionnaires.models import Question, Questionnaire, Section
from reviews.models import Review, User
from reviews.pages.concurrency import save_if_unchanged
from reviews.refusals import Refusal

OWN_WORDS = "In your own words"
MOST_QUESTIONS = 120
MOST_OPTIONS = 8


class NotADraft(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "The questionnaire has been opened. Its questions, groups and list are locked."
        )


class TooManyQuestions(Refusal):
    def __init__(self) -> None:
        super().__init__(
            f"A questionnaire has at most {MOST_QUESTIONS} questions. Leave some out first."
        )


class OthersDependOnIt(Refusal):
    def __init__(self, texts: Sequence[str]) -> None:
        listed = "; ".join(f"“{text}”" for text in texts)
        super().__init__(f"Other questions are asked only after this one: {listed}")


class AskedTooEarly(Refusal):
    def __init__(self, text: str) -> None:
        super().__init__(
            f"A question can depend only on one that is asked before it: “{text}”"
        )


class LateList(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "Nobody may see, add or take off the people of a late round: the list says who had "
            "answered before."
        )


class LateGroups(Refusal):
    def __init__(self) -> None:
        super().__init__("A late round keeps the groups of the first round.")


class OnlyFromADraft(Refusal):
    def __init__(self) -> None:
        super().__init__("Only a questionnaire that was never opened can be removed.")


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


def must_be_draft(questionnaire: Questionnaire) -> None:
    """Raises NotADraft. Locks the row, so that it is not opened meanwhile."""
    row = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    if row.state != Questionnaire.State.DRAFT:
        raise NotADraft


def list_must_be_open(questionnaire: Questionnaire) -> None:
    """Raises NotADraft, LateList."""
    if questionnaire.is_late:
        raise LateList
    must_be_draft(questionnaire)


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
        section = _section(questionnaire, theme.title)
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
        section = _section(questionnaire, OWN_WORDS)
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
    _section(questionnaire, "Your work")
    record("questionnaire.made", questionnaire, by, at)
    return questionnaire


def _blank(review: Review, title: str) -> Questionnaire:
    bank = review.pack.questionnaire
    return Questionnaire.objects.create(
        review=review,
        title=title,
        introduction=bank.introduction,
        free_text_hint=bank.free_text_hint,
        scale=[
            {"code": option.code, "label": option.label, "category": option.category}
            for option in bank.scale
        ],
    )


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
    copy = Questionnaire.objects.create(
        review=questionnaire.review,
        title=questionnaire.title[: 200 - len(end)] + end,
        introduction=questionnaire.introduction,
        free_text_hint=questionnaire.free_text_hint,
        scale=questionnaire.scale,
        language=questionnaire.language,
        second=questionnaire.second,
        target=questionnaire.target,
        most_reminders=questionnaire.most_reminders,
        statements_a_page=questionnaire.statements_a_page,
        keep_addresses_days=questionnaire.keep_addresses_days,
        keep_words_weeks=questionnaire.keep_words_weeks,
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


# Sections


def _section(questionnaire: Questionnaire, title: str) -> Section:
    return Section.objects.create(
        questionnaire=questionnaire,
        title=title,
        position=_next_position(questionnaire.sections),
    )


def _next_position(rows: Any) -> int:
    last: int | None = rows.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


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
    section = _section(questionnaire, title)
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
    _room_for(questionnaire, len(questions))
    copy = _section(questionnaire, f"{section.title} (copy)"[:200])
    copy.introduction, copy.second = section.introduction, section.second
    copy.save(update_fields=["introduction", "second"])
    codes = _fresh_codes(questionnaire, len(questions))
    renamed = dict(zip((each.code for each in questions), codes, strict=True))
    position = _next_position(questionnaire.questions)
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
    _nobody_depends_on(questionnaire, codes)
    number = len(codes)
    section.delete()
    record("questionnaire.section_removed", questionnaire, by, at, questions=number)


@transaction.atomic
def move_section(*, section: Section, up: bool, by: User, at: dt.datetime) -> None:
    """One place up or down. Raises AskedTooEarly when a question would come before what it needs."""
    questionnaire = section.questionnaire
    must_be_draft(questionnaire)
    _swap(list(questionnaire.sections.all()), section, up=up)
    _in_good_order(questionnaire)
    record("questionnaire.order_changed", questionnaire, by, at)


# Questions


def _room_for(questionnaire: Questionnaire, more: int) -> None:
    if questionnaire.questions.count() + more > MOST_QUESTIONS:
        raise TooManyQuestions


def _fresh_codes(questionnaire: Questionnaire, number: int) -> list[str]:
    taken = set(questionnaire.questions.values_list("code", flat=True))
    taken |= set(_bank_codes(questionnaire.review))
    found: list[str] = []
    n = 1
    while len(found) < number:
        if (code := f"X{n:02d}") not in taken:
            found.append(code)
        n += 1
    return found


def _bank_codes(review: Review) -> list[str]:
    bank = review.pack.questionnaire
    return [each.code for each in bank.statements] + [
        each.code for each in bank.free_texts
    ]


@transaction.atomic
def add_question(
    *, section: Section, asked: Asked, by: User, at: dt.datetime
) -> Question:
    """A question at the end of its section. Raises TooManyQuestions, AskedTooEarly."""
    questionnaire = section.questionnaire
    must_be_draft(questionnaire)
    _room_for(questionnaire, 1)
    question = Question(
        questionnaire=questionnaire,
        section=section,
        code=_fresh_codes(questionnaire, 1)[0],
        position=_next_position(questionnaire.questions),
    )
    _put(question, asked)
    question.save(force_insert=True)
    _in_good_order(questionnaire)
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
    position = _next_position(questionnaire.questions)
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
    _room_for(questionnaire, len(found))
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

    Raises AskedTooEarly, ChangedMeanwhile. A translation of words that have changed goes.
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
        question.position = _next_position(section.questions)
    save_if_unchanged(question, version=version, fields=_QUESTION_FIELDS)
    _in_good_order(questionnaire)
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
    _in_good_order(questionnaire)
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
    _room_for(questionnaire, 1)
    rows = list(question.section.questions.all())
    place = [each.pk for each in rows].index(question.pk)
    question.code = _fresh_codes(questionnaire, 1)[0]
    question.pk = None
    question.save(force_insert=True)
    _number([*rows[: place + 1], question, *rows[place + 1 :]])
    record(
        "questionnaire.question_added", questionnaire, by, at, question=question.code
    )
    return question


@transaction.atomic
def leave_out(*, question: Question, by: User, at: dt.datetime) -> None:
    """Ask it no longer; it can be put back. Raises OthersDependOnIt."""
    questionnaire = question.questionnaire
    must_be_draft(questionnaire)
    _nobody_depends_on(questionnaire, {question.code})
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
    _in_good_order(questionnaire)
    record(
        "questionnaire.question_put_back", questionnaire, by, at, question=question.code
    )


@transaction.atomic
def move_question(*, question: Question, up: bool, by: User, at: dt.datetime) -> None:
    """One place up or down in its section. Raises AskedTooEarly."""
    questionnaire = question.questionnaire
    must_be_draft(questionnaire)
    _swap(list(question.section.questions.all()), question, up=up)
    _in_good_order(questionnaire)
    record("questionnaire.order_changed", questionnaire, by, at)


def _swap(rows: list[Any], row: Any, *, up: bool) -> None:
    place = [each.pk for each in rows].index(row.pk)
    other = place - 1 if up else place + 1
    if 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    _number(rows)


def _number(rows: Sequence[Any]) -> None:
    first = min(each.position for each in rows)
    for number, each in enumerate(rows):
        each.position = first + number
    type(rows[0]).objects.bulk_update(rows, ["position"])


def _nobody_depends_on(questionnaire: Questionnaire, codes: set[str]) -> None:
    texts = [
        question.text
        for question in questionnaire.asked()
        if question.condition
        and question.condition["question"] in codes
        and question.code not in codes
    ]
    if texts:
        raise OthersDependOnIt(texts)


def _in_good_order(questionnaire: Questionnaire) -> None:
    """What a question depends on is asked before it. Raises AskedTooEarly."""
    before: set[str] = set()
    for question in questionnaire.asked():
        needs = question.condition
        if needs and needs["question"] not in before:
            raise AskedTooEarly(question.text)
        before.add(question.code)


# The second language


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


# Small groups


class NotTwoPeople(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "You asked for groups this small. A second person of the team has to agree."
        )


class NobodyAsked(Refusal):
    def __init__(self) -> None:
        super().__init__("Nobody has asked for groups of fewer than 8 people.")


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
