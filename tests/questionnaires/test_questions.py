"""Questions of a draft: taken from the framework, moved, left out and put back, and how many there may be."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from questionnaires.domain import ordering, questions, sections
from questionnaires.models import Question, Questionnaire, Section
from reviews.models import Review, User
from tests.make_questionnaires import make_questionnaire
from tests.make_results import add_question
from tests.questionnaires.pages import page

Kind = Question.Kind
YES_NO = ({"code": "a", "label": "Yes"}, {"code": "b", "label": "No"})


def texts(questionnaire: Questionnaire) -> list[str]:
    return [question.text for question in questionnaire.asked()]


def add_section(questionnaire: Questionnaire, title: str, *, by: User) -> Section:
    return sections.add_section(
        questionnaire=questionnaire,
        title=title,
        introduction="",
        by=by,
        at=timezone.now(),
    )


# From the framework


def test_questions_of_the_framework_are_ticked_and_stand_in_the_section(
    draft: Questionnaire, desk: Client
) -> None:
    bank = draft.review.pack.questionnaire
    statement = next(each for each in bank.statements if each.reversed)
    words = bank.free_texts[0]
    where = page(draft, "bank", draft.sections.get().pk)

    desk.post(where, {"codes": [statement.code, words.code]})

    left = desk.get(where).content.decode()
    assert [
        (each.code, each.kind, each.text, each.theme, each.reversed)
        for each in draft.asked()
    ] == [
        (statement.code, "statement", statement.text, statement.theme, True),
        (words.code, "text", words.text, words.theme, False),
    ]
    offered = re.findall(r'name="codes"[^>]*value="(\w+)"', left)
    offered += re.findall(r'value="(\w+)"[^>]*name="codes"', left)
    assert bank.statements[0].code in offered
    assert not {statement.code, words.code} & {*offered}


def test_a_question_of_the_framework_that_is_asked_already_is_not_asked_twice(
    review: Review, manager: User
) -> None:
    """As when two people add it at the same time."""
    whole = make_questionnaire(review, by=manager)
    before = texts(whole)

    added = questions.add_from_bank(
        section=whole.sections.all()[0],
        codes=[whole.questions.all()[0].code],
        by=manager,
        at=timezone.now(),
    )

    assert added == 0
    assert texts(whole) == before


def test_there_are_at_most_a_hundred_and_twenty_questions(
    draft: Questionnaire, manager: User, desk: Client
) -> None:
    section = draft.sections.get()
    Question.objects.bulk_create(
        Question(
            questionnaire=draft,
            section=section,
            code=f"Y{number}",
            kind=Kind.TEXT,
            text=f"Question {number}",
            position=number,
        )
        for number in range(ordering.MOST_QUESTIONS)
    )

    shown = desk.post(
        f"{page(draft, 'question-new', section.pk)}?kind=text",
        {"text": "One more?", "section": section.pk},
    ).content.decode()
    copied = desk.post(
        page(draft, "section-do", section.pk), {"do": "copy"}, follow=True
    ).content.decode()

    sentence = "A questionnaire has at most 120 questions. Leave some out first."
    assert sentence in shown
    assert "One more?" in shown
    assert sentence in copied
    assert draft.questions.count() == ordering.MOST_QUESTIONS


# Their places


def test_a_question_is_moved_to_the_end_of_another_section_on_its_page(
    draft: Questionnaire, manager: User, desk: Client
) -> None:
    first = add_question(draft, Kind.TEXT, "First", by=manager)
    add_question(draft, Kind.TEXT, "Second", by=manager)
    team = add_section(draft, "Your team", by=manager)

    desk.post(
        page(draft, "question", first.pk),
        {"text": "First", "section": team.pk, "version": first.version},
    )

    assert texts(draft) == ["Second", "First"]
    assert [each.text for each in team.questions.all()] == ["First"]


@pytest.mark.parametrize(("place", "do"), [(0, "up"), (1, "down")])
def test_pressed_once_too_often_a_question_stays_first_or_last(
    draft: Questionnaire, manager: User, desk: Client, place: int, do: str
) -> None:
    """A page that was loaded before somebody else moved it still has the arrow."""
    made = [
        add_question(draft, Kind.TEXT, text, by=manager) for text in ("First", "Second")
    ]

    answer = desk.post(page(draft, "question-do", made[place].pk), {"do": do})

    assert answer.status_code == 302
    assert texts(draft) == ["First", "Second"]


@pytest.mark.parametrize(("place", "do"), [(2, "up"), (0, "down")])
def test_one_press_moves_a_question_past_its_neighbour_and_what_was_left_out(
    draft: Questionnaire, manager: User, desk: Client, place: int, do: str
) -> None:
    made = [
        add_question(draft, Kind.TEXT, text, by=manager)
        for text in ("First", "Left out", "Last")
    ]
    desk.post(page(draft, "question-do", made[1].pk), {"do": "leave-out"})

    desk.post(page(draft, "question-do", made[place].pk), {"do": do})

    assert texts(draft) == ["Last", "First"]


def test_what_was_left_out_can_be_put_back_although_what_it_depended_on_is_gone(
    draft: Questionnaire, manager: User, desk: Client
) -> None:
    """The refusal says why; the page of the question, which the list leads to, mends it."""
    holds = add_question(
        draft, Kind.SINGLE, "Do you hold cases?", by=manager, options=YES_NO
    )
    team = add_section(draft, "Your team", by=manager)
    which = questions.add_question(
        section=team,
        asked=questions.Asked(
            kind=Kind.TEXT,
            text="Which?",
            condition={"question": holds.code, "answers": ["a"]},
        ),
        by=manager,
        at=timezone.now(),
    )
    put_back = page(draft, "question-do", which.pk)
    desk.post(put_back, {"do": "leave-out"})
    desk.post(page(draft, "section-remove", draft.sections.all()[0].pk))

    refused = desk.post(put_back, {"do": "put-back"}, follow=True).content.decode()
    desk.get(page(draft, "condition", which.pk), {"on": ""})
    desk.post(put_back, {"do": "put-back"})

    assert "A question can depend only on one that is asked before it" in refused
    assert f'href="{page(draft, "question", which.pk)}"' in refused
    assert texts(draft) == ["Which?"]


# Their answers


@pytest.fixture
def branching(draft: Questionnaire, manager: User) -> tuple[Question, Question]:
    """A question with two answers, and one that is asked after the first of them."""
    holds = add_question(
        draft, Kind.SINGLE, "Do you hold cases?", by=manager, options=YES_NO
    )
    needs = {"question": holds.code, "answers": ["a"]}
    return holds, add_question(draft, Kind.TEXT, "Which?", by=manager, condition=needs)


def answers_sent(question: Question, answers: str) -> dict[str, object]:
    """What the page of a question sends."""
    return {
        "text": question.text,
        "answers": answers,
        "section": question.section_id,
        "version": question.version,
    }


def test_an_answer_in_other_words_is_the_same_for_what_depends_on_it(
    draft: Questionnaire, branching: tuple[Question, Question], desk: Client
) -> None:
    holds, which = branching

    desk.post(page(draft, "question", holds.pk), answers_sent(holds, "Yes, some\nNo"))

    holds.refresh_from_db()
    assert holds.options == [
        {"code": "a", "label": "Yes, some"},
        {"code": "b", "label": "No"},
    ]
    shown = desk.get(page(draft, "questions")).content.decode()
    assert "Only after “Do you hold cases?”: Yes, some" in shown
    which.refresh_from_db()
    assert which.condition["answers"] == ["a"]


@pytest.mark.parametrize("do", ["", "leave-out"])
def test_an_answer_on_which_a_question_depends_is_not_taken_out(
    draft: Questionnaire,
    branching: tuple[Question, Question],
    desk: Client,
    do: str,
) -> None:
    """Nobody would be asked it any more. Once it depends on nothing, the answer can go."""
    holds, which = branching
    if do:
        desk.post(page(draft, "question-do", which.pk), {"do": do})
    where, values = (
        page(draft, "question", holds.pk),
        answers_sent(holds, "No\nNot now"),
    )

    refused = desk.post(where, values).content.decode()
    holds.refresh_from_db()
    kept = holds.options
    desk.get(page(draft, "condition", which.pk), {"on": ""})
    desk.post(where, values)

    assert "only after an answer that you took out" in refused
    assert "“Which?”" in refused
    assert kept == list(YES_NO)
    holds.refresh_from_db()
    assert [each["label"] for each in holds.options] == ["No", "Not now"]
