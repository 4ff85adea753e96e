"""In which order sections and questions stand, how many there may be, and what depends on what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Max

from questionnaires.models import Question, Questionnaire, Section
from reviews.models import Review
from reviews.refusals import Refusal

MOST_QUESTIONS = 120


class TooManyQuestions(Refusal):
    sentence = (
        f"A questionnaire has at most {MOST_QUESTIONS} questions. Leave some out first."
    )


class OthersDependOnIt(Refusal):
    def __init__(self, texts: Sequence[str]) -> None:
        listed = "; ".join(f"“{text}”" for text in texts)
        super().__init__(f"Other questions are asked only after this one: {listed}")


class AnswerIsNeeded(Refusal):
    def __init__(self, texts: Sequence[str]) -> None:
        listed = "; ".join(f"“{text}”" for text in texts)
        super().__init__(
            "Other questions are asked only after an answer that you took out. Change first "
            f"who is asked them: {listed}"
        )


class AskedTooEarly(Refusal):
    def __init__(self, text: str) -> None:
        super().__init__(
            f"A question can depend only on one that is asked before it: “{text}”"
        )


def section_at_the_end(questionnaire: Questionnaire, title: str) -> Section:
    return Section.objects.create(
        questionnaire=questionnaire,
        title=title,
        position=next_position(questionnaire.sections),
    )


def next_position(rows: Any) -> int:
    last: int | None = rows.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def room_for(questionnaire: Questionnaire, more: int) -> None:
    if questionnaire.questions.count() + more > MOST_QUESTIONS:
        raise TooManyQuestions


def fresh_codes(questionnaire: Questionnaire, number: int) -> list[str]:
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


def swap(rows: list[Any], row: Any, *, up: bool) -> None:
    """With the next that the page shows: what was left out is passed over."""
    place = [each.pk for each in rows].index(row.pk)
    beyond = range(place - 1, -1, -1) if up else range(place + 1, len(rows))
    shown = [n for n in beyond if not getattr(rows[n], "left_out", False)]
    if shown:
        rows.insert(shown[0], rows.pop(place))
    number_anew(rows)


def number_anew(rows: Sequence[Any]) -> None:
    first = min(each.position for each in rows)
    for number, each in enumerate(rows):
        each.position = first + number
    type(rows[0]).objects.bulk_update(rows, ["position"])


def nobody_depends_on(questionnaire: Questionnaire, codes: set[str]) -> None:
    texts = [
        question.text
        for question in questionnaire.asked()
        if question.condition
        and question.condition["question"] in codes
        and question.code not in codes
    ]
    if texts:
        raise OthersDependOnIt(texts)


def answers_stay(questionnaire: Questionnaire, changed: Question) -> None:
    """What others depend on can still be answered, left out or not. Raises AnswerIsNeeded.

    A statement has no answers of its own to take out.
    """
    offered = {each["code"] for each in changed.options}
    texts = [
        question.text
        for question in questionnaire.questions.all()
        if question.condition
        and question.condition["question"] == changed.code
        and offered
        and not offered.issuperset(question.condition["answers"])
    ]
    if texts:
        raise AnswerIsNeeded(texts)


def in_good_order(questionnaire: Questionnaire) -> None:
    """What a question depends on is asked before it. Raises AskedTooEarly."""
    before: set[str] = set()
    for question in questionnaire.asked():
        needs = question.condition
        if needs and needs["question"] not in before:
            raise AskedTooEarly(question.text)
        before.add(question.code)
