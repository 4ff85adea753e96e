"""Sections of a draft: added, changed, copied, moved and removed on their pages."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from questionnaires.domain import questions, translating
from questionnaires.models import Question, Questionnaire, Section
from reviews.models import User
from tests.make_questionnaires import again
from tests.make_results import add_question
from tests.questionnaires.pages import page

Kind = Question.Kind
YES_NO = ({"code": "a", "label": "Yes"}, {"code": "b", "label": "No"})


@pytest.fixture
def section(draft: Questionnaire) -> Section:
    return draft.sections.get()


def version_on(body: str) -> str:
    found = re.search(r'name="version" value="(\d+)"', body)
    assert found is not None
    return found[1]


def titles(questionnaire: Questionnaire) -> list[str]:
    return [each.title for each in questionnaire.sections.all()]


def translated(section: Section, *, by: User) -> Section:
    """The section in Welsh, title and introduction."""
    values = {"by": by, "at": timezone.now()}
    translating.choose_language(
        questionnaire=section.questionnaire,
        code="cy",
        **values,  # type: ignore[arg-type]
    )
    translating.translate(
        questionnaire=again(section.questionnaire),
        words={
            f"section-{section.pk}.title": "Eich gwaith",
            f"section-{section.pk}.introduction": "O ddydd i ddydd",
        },
        **values,  # type: ignore[arg-type]
    )
    section.refresh_from_db()
    return section


def test_a_section_is_added_below_the_others_with_its_introduction(
    draft: Questionnaire, desk: Client
) -> None:
    desk.post(
        page(draft, "section-new"),
        {"title": "Your team", "introduction": "Think of the last month."},
    )

    shown = desk.get(page(draft, "questions")).content.decode()
    assert titles(draft) == ["Your work", "Your team"]
    assert "Think of the last month." in shown


def test_of_a_section_only_the_words_that_changed_lose_their_translation(
    draft: Questionnaire, section: Section, manager: User, desk: Client
) -> None:
    where = page(draft, "section", section.pk)
    section.introduction = "From day to day"
    section.save()
    translated(section, by=manager)

    seconds = []
    for words in (
        {"title": "Your days", "introduction": "From day to day"},
        {"title": "Your days", "introduction": "Week by week"},
    ):
        seen = version_on(desk.get(where).content.decode())
        desk.post(where, {**words, "version": seen})
        section.refresh_from_db()
        seconds.append(section.second)

    assert (section.title, section.introduction) == ("Your days", "Week by week")
    assert seconds == [{"introduction": "O ddydd i ddydd"}, {}]


def test_two_people_at_one_section_see_each_others_words(
    draft: Questionnaire, section: Section, desk: Client
) -> None:
    where = page(draft, "section", section.pk)
    seen = version_on(desk.get(where).content.decode())
    desk.post(where, {"title": "Theirs", "introduction": "", "version": seen})

    shown = desk.post(where, {"title": "Mine", "introduction": "", "version": seen})

    assert titles(draft) == ["Theirs"]
    assert "Theirs" in shown.content.decode()
    assert 'value="Mine"' in shown.content.decode()


def test_in_a_copied_section_questions_depend_on_the_copies(
    draft: Questionnaire, section: Section, manager: User, desk: Client
) -> None:
    """And on what stands in another section they go on depending as they did."""
    holds = add_question(
        draft, Kind.SINGLE, "Do you hold cases?", by=manager, options=YES_NO
    )
    needs = {"question": holds.code, "answers": ["a"]}
    add_question(draft, Kind.TEXT, "Which?", by=manager, condition=needs)
    desk.post(page(draft, "section-new"), {"title": "Your team", "introduction": ""})
    team = draft.sections.last()
    assert team
    questions.add_question(
        section=team,
        asked=questions.Asked(kind=Kind.TEXT, text="Who helps?", condition=needs),
        by=manager,
        at=timezone.now(),
    )

    for each in (section, team):
        desk.post(page(draft, "section-do", each.pk), {"do": "copy"})

    asked = list(draft.asked())
    assert [each.text for each in asked] == [
        "Do you hold cases?",
        "Which?",
        "Who helps?",
        "Do you hold cases?",
        "Which?",
        "Who helps?",
    ]
    first, copy = asked[0].code, asked[3].code
    assert [each.condition.get("question") for each in asked] == [
        None,
        first,
        first,
        None,
        copy,
        first,
    ]


def test_a_section_goes_with_its_questions_in_two_steps(
    draft: Questionnaire, section: Section, manager: User, desk: Client
) -> None:
    add_question(draft, Kind.TEXT, "What helps?", by=manager)
    desk.post(page(draft, "section-new"), {"title": "Your team", "introduction": ""})
    where = page(draft, "section-remove", section.pk)

    asked = desk.get(where).content.decode()
    still = titles(draft)
    desk.post(where)

    assert "govuk-button--warning" in asked
    assert still == ["Your work", "Your team"]
    assert titles(draft) == ["Your team"]
    assert not draft.questions.exists()


def test_a_section_on_which_others_depend_stays_and_the_page_says_which(
    draft: Questionnaire, section: Section, manager: User, desk: Client
) -> None:
    holds = add_question(
        draft, Kind.SINGLE, "Do you hold cases?", by=manager, options=YES_NO
    )
    desk.post(page(draft, "section-new"), {"title": "Your team", "introduction": ""})
    team = draft.sections.last()
    assert team
    questions.add_question(
        section=team,
        asked=questions.Asked(
            kind=Kind.TEXT,
            text="Who helps?",
            condition={"question": holds.code, "answers": ["a"]},
        ),
        by=manager,
        at=timezone.now(),
    )

    shown = desk.post(page(draft, "section-remove", section.pk)).content.decode()

    assert "Other questions are asked only after this one: “Who helps?”" in shown
    assert titles(draft) == ["Your work", "Your team"]
