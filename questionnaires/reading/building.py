"""What a draft asks, as its builder sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from questionnaires.models import Question, Questionnaire, Section


@dataclass(frozen=True)
class QuestionLine:
    """One question in the builder; ``after`` says on what it depends, empty where on nothing."""

    question: Question
    kind: str
    after: str
    first: bool
    last: bool


@dataclass(frozen=True)
class SectionBlock:
    section: Section
    lines: tuple[QuestionLine, ...]
    left_out: tuple[Question, ...]
    first: bool
    last: bool


@dataclass(frozen=True)
class Contents:
    """The whole draft. ``minutes`` is what it takes somebody to answer it, roughly."""

    blocks: tuple[SectionBlock, ...]
    asked: int
    in_bank: int
    minutes: int


def contents_of(questionnaire: Questionnaire) -> Contents:
    """Three queries, however much is asked."""
    questions = list(questionnaire.questions.select_related("section"))
    texts = {question.code: question for question in questions}
    sections = list(questionnaire.sections.all())
    blocks = []
    for number, section in enumerate(sections):
        here = [each for each in questions if each.section_id == section.pk]
        asked = [each for each in here if not each.left_out]
        blocks.append(
            SectionBlock(
                section,
                tuple(
                    QuestionLine(
                        question,
                        question.how.title,
                        condition_words(questionnaire, question, texts),
                        place == 0,
                        place == len(asked) - 1,
                    )
                    for place, question in enumerate(asked)
                ),
                tuple(each for each in here if each.left_out),
                number == 0,
                number == len(sections) - 1,
            )
        )
    return Contents(
        tuple(blocks),
        sum(not each.left_out for each in questions),
        len(bank_left(questionnaire, set(texts))),
        _minutes([each for each in questions if not each.left_out]),
    )


def minutes_of(questionnaire: Questionnaire) -> int:
    """How long it takes somebody to answer, roughly."""
    return _minutes(list(questionnaire.asked()))


def _minutes(questions: Sequence[Question]) -> int:
    return max(1, round(sum(question.how.seconds for question in questions) / 60))


def condition_words(
    questionnaire: Questionnaire, question: Question, texts: dict[str, Question]
) -> str:
    needs = question.condition
    if not needs or needs["question"] not in texts:
        return ""
    on = texts[needs["question"]]
    labels = dict(answers_of(questionnaire, on))
    answers = [labels.get(code, code) for code in needs["answers"]]
    return f"Only after “{on.text}”: {' or '.join(answers)}"


def answers_of(
    questionnaire: Questionnaire, question: Question
) -> list[tuple[str, str]]:
    """The answers that another question can depend on."""
    offered = questionnaire.scale if question.how.on_scale else question.options
    return [(each["code"], each["label"]) for each in offered]


def earlier_choices(question: Question) -> list[Question]:
    """Questions asked before this one whose answers are chosen, not typed."""
    found: list[Question] = []
    for each in question.questionnaire.asked():
        if each.pk == question.pk:
            break
        if each.how.by_choice:
            found.append(each)
    return found


def bank_left(
    questionnaire: Questionnaire, there: set[str] | None = None
) -> list[tuple[str, str]]:
    """Code and text of the framework's questions that the draft does not hold."""
    if there is None:
        there = set(questionnaire.questions.values_list("code", flat=True))
    bank = questionnaire.review.pack.questionnaire
    questions = [(each.code, each.text) for each in bank.statements]
    questions += [(each.code, each.text) for each in bank.free_texts]
    return [(code, text) for code, text in questions if code not in there]


# The second language


@dataclass(frozen=True)
class Text:
    """A text to translate: its key, the words, what they are in the second language, its room."""

    key: str
    words: str
    translated: str
    longest: int


@dataclass(frozen=True)
class TextGroup:
    title: str
    texts: tuple[Text, ...]

    @property
    def missing(self) -> int:
        return sum(not text.translated for text in self.texts)


def texts_of(questionnaire: Questionnaire) -> list[TextGroup]:
    """Everything that stands in the first language, section by section."""
    second = questionnaire.second
    around = [
        Text(
            f"questionnaire.{name}",
            getattr(questionnaire, name),
            second.get(name, ""),
            longest,
        )
        for name, longest in (
            ("title", 200),
            ("introduction", 2000),
            ("free_text_hint", 300),
        )
    ]
    scale = [
        Text(f"scale.{each['code']}", each["label"], each.get("second", ""), 120)
        for each in questionnaire.scale
    ]
    groups = [TextGroup("First page", _said(around)), TextGroup("Scale", _said(scale))]
    questions = list(questionnaire.asked().select_related("section"))
    for section in questionnaire.sections.all():
        texts = [
            Text(
                f"section-{section.pk}.title",
                section.title,
                section.second.get("title", ""),
                200,
            ),
            Text(
                f"section-{section.pk}.introduction",
                section.introduction,
                section.second.get("introduction", ""),
                500,
            ),
        ]
        for question in questions:
            if question.section_id == section.pk:
                texts += _texts_of(question)
        groups.append(TextGroup(section.title, _said(texts)))
    return groups


def _texts_of(question: Question) -> list[Text]:
    return [
        Text(
            f"{question.code}.text",
            question.text,
            question.second.get("text", ""),
            500,
        ),
        Text(
            f"{question.code}.hint",
            question.hint,
            question.second.get("hint", ""),
            200,
        ),
        *(
            Text(
                f"{question.code}.option.{each['code']}",
                each["label"],
                each.get("second", ""),
                120,
            )
            for each in question.options
        ),
    ]


def _said(texts: list[Text]) -> tuple[Text, ...]:
    return tuple(text for text in texts if text.words)
