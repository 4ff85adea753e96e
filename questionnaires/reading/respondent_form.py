"""The respondent's pages: what is asked, as ``asking`` has it, made from the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from questionnaires.models import Question, Questionnaire
from questionnaires.rules import drafts
from questionnaires.rules.asking import Answers, Item, Page, RespondentForm, pages_of
from questionnaires.rules.kinds import Option
from reviews.pages.once import Once

_forms: Once[UUID, RespondentForm] = Once(32)


def respondent_form_of(questionnaire: Questionnaire) -> RespondentForm:
    """What the questionnaire asks. An open one no longer changes, so it is made once a process."""
    edition = questionnaire.edition
    if edition is None:
        return _made(questionnaire)
    return _forms.get(edition, lambda: _made(questionnaire))


def _made(questionnaire: Questionnaire) -> RespondentForm:
    scale = tuple(_option(each) for each in questionnaire.scale)
    by_section: dict[int, list[Item]] = {}
    for question in questionnaire.asked().select_related("section"):
        by_section.setdefault(question.section_id, []).append(
            item_of(question, scale, questionnaire)
        )
    sections = [
        (
            Page(
                number=0,
                heading=section.title,
                introduction=section.introduction,
                items=(),
                second_heading=section.second.get("title", ""),
                second_introduction=section.second.get("introduction", ""),
            ),
            tuple(by_section.get(section.pk, ())),
        )
        for section in questionnaire.sections.all()
    ]
    return RespondentForm(
        pages=pages_of(sections, most=questionnaire.statements_a_page),
        language=questionnaire.language,
    )


def item_of(
    question: Question, scale: tuple[Option, ...], questionnaire: Questionnaire
) -> Item:
    hint, second_hint = question.hint, question.second.get("hint", "")
    if question.in_own_words and not hint:
        hint = questionnaire.free_text_hint
        second_hint = questionnaire.second.get("free_text_hint", "")
    needs = question.condition
    return Item(
        code=question.code,
        kind=question.kind,
        text=question.text,
        hint=hint,
        second_text=question.second.get("text", ""),
        second_hint=second_hint,
        theme=question.theme,
        required=question.required,
        reversed=question.reversed,
        options=scale
        if question.how.on_scale
        else tuple(_option(each) for each in question.options),
        needs=(needs["question"], frozenset(needs["answers"])) if needs else None,
    )


def _option(given: Mapping[str, Any]) -> Option:
    return Option(
        code=given["code"],
        label=given["label"],
        second=given.get("second", ""),
        category=given.get("category", ""),
        least=given.get("least", 0),
    )


# What the templates print


@dataclass(frozen=True)
class Choice:
    code: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Row:
    """One question with what is answered so far; ``error`` beside it, empty where all is well."""

    item: Item
    text: str
    hint: str
    value: str
    second: bool = False
    room: int = 0
    error: str = ""

    @property
    def has_choices(self) -> bool:
        return self.item.how.by_choice

    @property
    def is_untouched(self) -> bool:
        """Choices with nothing chosen and nothing wrong: they look the same to everybody."""
        return self.has_choices and not self.value and not self.error

    @property
    def choices(self) -> tuple[Choice, ...]:
        if not self.has_choices:
            return ()
        several = self.item.how.several
        given = self.value.split(",") if several else [self.value]
        return tuple(
            Choice(
                option.code,
                _in(self.second, option.label, option.second),
                option.code in given,
            )
            for option in self.item.options
        )

    @property
    def may_be_cleared(self) -> bool:
        """A radio once pressed cannot be released by pressing it again."""
        return bool(self.value and not self.item.required and not self.item.how.several)

    @property
    def described_by(self) -> str:
        ids = []
        if self.hint:
            ids.append(f"{self.item.code}_helptext")
        if self.error:
            ids.append(f"{self.item.code}_error")
        return " ".join(ids)


@dataclass(frozen=True)
class Shown:
    """A page in one of the questionnaire's languages."""

    page: Page
    heading: str
    introduction: str
    rows: tuple[Row, ...]

    @property
    def errors(self) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.error)

    @property
    def is_optional(self) -> bool:
        """Whether the whole page may be left as it is."""
        return not any(row.item.required for row in self.rows)


def _in(second: bool, first_words: str, second_words: str) -> str:
    """A text that nobody translated stands in the first language."""
    return second_words if second and second_words else first_words


def shown(
    respondent_form: RespondentForm,
    page: Page,
    answers: Answers,
    *,
    second: bool = False,
    errors: Mapping[str, str] | None = None,
) -> Shown:
    """``page`` with the answers so far, in the second language if ``second``."""
    found = errors or {}
    items = respondent_form.asked_on(page, answers)
    room = room_on(respondent_form, page, answers)
    return Shown(
        page=page,
        heading=_in(second, page.heading, page.second_heading),
        introduction=_in(second, page.introduction, page.second_introduction),
        rows=tuple(
            _row(
                item, answers.get(item.code, ""), second, room, found.get(item.code, "")
            )
            for item in items
        ),
    )


def _row(item: Item, value: str, second: bool, room: int, error: str) -> Row:
    return Row(
        item=item,
        text=_in(second, item.text, item.second_text),
        hint=_in(second, item.hint, item.second_hint),
        value=value,
        second=second,
        room=min(room, item.how.longest or room),
        error=error,
    )


def room_on(respondent_form: RespondentForm, page: Page, answers: Answers) -> int:
    """Bytes left for own words on this page: all comments of a person share one limit."""
    here = {item.code for item in page.items}
    elsewhere = {
        code: text
        for code, text in answers.items()
        if code not in here
        and code in respondent_form.items
        and respondent_form.items[code].in_own_words
    }
    return drafts.MOST_WORDS - drafts.words(elsewhere)


def faults(
    respondent_form: RespondentForm, page: Page, answers: Answers
) -> dict[str, str]:
    """What is wrong with the answers of a page, by question."""
    found: dict[str, str] = {}
    room = room_on(respondent_form, page, answers)
    for item in respondent_form.asked_on(page, answers):
        value = answers.get(item.code, "")
        if item.required and not value:
            found[item.code] = str(item.how.missing)
        elif value and (fault := item.how.fault(value)):
            found[item.code] = fault
        elif item.in_own_words and len(value.encode()) > room:
            found[item.code] = _(
                "Your own words are too long: all your comments together may have "
                "12,000 characters. Shorten one of them"
            )
    return found


@dataclass(frozen=True)
class CheckRow:
    item: Item
    text: str
    answer: str


@dataclass(frozen=True)
class CheckGroup:
    """One section's answers; ``page`` is where its first one is changed."""

    heading: str
    rows: tuple[tuple[int, CheckRow], ...]


def check_groups(
    respondent_form: RespondentForm, answers: Answers, *, second: bool = False
) -> list[CheckGroup]:
    """All that is asked of this person, with what they answered."""
    found: list[tuple[str, list[tuple[int, CheckRow]]]] = []
    for page in respondent_form.pages:
        items = respondent_form.asked_on(page, answers)
        if not items:
            continue
        heading = _in(second, page.heading, page.second_heading)
        if page.is_one_question:
            heading = (
                _("In your own words")
                if items[0].in_own_words
                else _("Other questions")
            )
        if not found or found[-1][0] != heading:
            found.append((heading, []))
        for item in items:
            row = CheckRow(
                item,
                _in(second, item.text, item.second_text),
                said(item, answers.get(item.code, ""), second=second),
            )
            found[-1][1].append((page.number, row))
    return [CheckGroup(heading, tuple(rows)) for heading, rows in found]


def said(item: Item, value: str, *, second: bool = False) -> str:
    """An answer in words."""
    if not value:
        return _("Not provided")
    if not item.how.by_choice:
        return value
    given = value.split(",")
    labels: Sequence[str] = [
        _in(second, option.label, option.second)
        for option in item.options
        if option.code in given
    ]
    return ", ".join(labels) or _("Not provided")
