"""A questionnaire in two languages: the manager's words, and ours in Welsh."""

import re
from collections.abc import Callable
from pathlib import Path

import polib
import pytest
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import ngettext

from peerreview.management.commands import messages
from questionnaires import reading
from questionnaires.domain import building, questions, translating
from questionnaires.models import Questionnaire
from questionnaires.reading import page_language
from reviews.models import Review, User
from tests.make_questionnaires import (
    again,
    make_open,
    make_questionnaire,
    token_of,
)
from tests.make_results import add_question

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "locale" / "cy" / "LC_MESSAGES" / "django.po"
PLACES = re.compile(r"%\(\w+\)s")


def test_every_word_of_ours_stands_in_welsh() -> None:
    """Whatever is marked, in whichever page or module: `make messages` finds what is missing."""
    known = {}
    for entry in polib.pofile(str(CATALOGUE)):
        forms = [*entry.msgstr_plural.values()] or [entry.msgstr]
        if all(forms) and not entry.obsolete:
            known[messages.sentence_of(entry)] = forms

    assert messages.marked().keys() == known.keys()
    for sentence, welsh in known.items():
        one, many = sentence if isinstance(sentence, tuple) else (sentence, "")
        for english, form in zip([one, *[many] * len(welsh)], welsh, strict=False):
            assert sorted(PLACES.findall(english)) == sorted(PLACES.findall(form))


def test_every_page_of_a_respondent_is_searched_for_marks() -> None:
    searched = {place for places in messages.marked().values() for place in places}

    assert {
        "questionnaires/reading/respondent_form.py",
        "templates/base.html",
        "templates/questionnaires/preview_page.html",
        "templates/questionnaires/public/questions.html",
    } <= searched


@pytest.mark.parametrize(
    ("page", "sentences"),
    [
        ("{% load i18n %}{% translate 'Don’t' %} not this", ["Don’t"]),
        (
            "{% load i18n %}{% blocktranslate trimmed with n=who %}Dear\n {{ n }}"
            "{% endblocktranslate %}",
            ["Dear %(n)s"],
        ),
        (
            '{% load i18n %}{% box _("In a tag") %}{{ _("In a value") }}',
            ["In a tag", "In a value"],
        ),
    ],
)
def test_marks_of_a_page_are_found(page: str, sentences: list[str]) -> None:
    assert list(messages.in_template(page, "page.html")) == sentences


def test_marks_of_a_module_are_found() -> None:
    module = (
        "from django.utils.translation import gettext as _, gettext_lazy\n"
        "from django.utils import translation\n"
        "a = _('One' ' sentence')\n"
        "b = gettext_lazy('Another')\n"
        "c = translation.gettext('A third')\n"
        "d = other('not this')\n"
    )

    assert list(messages.in_python(module, "here.py")) == [
        "One sentence",
        "Another",
        "A third",
    ]


@pytest.mark.parametrize(
    "module",
    [
        "from django.utils.translation import gettext as _\na = _(words)\n",
        "from django.utils.translation import pgettext\n",
        "from django.utils.translation import ngettext\na = ngettext('one', many, 2)\n",
    ],
)
def test_mark_that_cannot_be_read_is_not_left_out(module: str) -> None:
    with pytest.raises(messages.NotUnderstood):
        list(messages.in_python(module, "here.py"))


def test_plurals_are_found_in_pages_and_modules() -> None:
    page = (
        "{% load i18n %}{% blocktranslate count n=n %}one{% plural %}many"
        "{% endblocktranslate %}"
    )
    module = (
        "from django.utils.translation import ngettext\n"
        "a = ngettext('one', 'many', number)\n"
    )

    assert list(messages.in_template(page, "page.html")) == [("one", "many")]
    assert list(messages.in_python(module, "here.py")) == [("one", "many")]


def test_new_sentences_are_added_and_old_ones_set_aside() -> None:
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="Kept", msgstr="Cadw"))
    catalogue.append(polib.POEntry(msgid="Gone", msgstr="Mynd"))

    assert messages.take_in(catalogue, {"Kept": [], "New %(n)s": []}) == (1, 1)

    assert [each.msgid for each in catalogue.untranslated_entries()] == ["New %(n)s"]
    assert [each.msgid for each in catalogue.obsolete_entries()] == ["Gone"]
    assert catalogue.find("Kept").msgstr == "Cadw"
    # Said again, with the translation that it had.
    assert messages.take_in(catalogue, {"Kept": [], "Gone": [], "New %(n)s": []}) == (
        0,
        0,
    )
    assert not catalogue.obsolete_entries()


def test_a_period_is_said_by_its_number_in_either_language() -> None:
    one = "(until %(weeks)s week after the visit begins)"
    more = "(until %(weeks)s weeks after the visit begins)"
    keys = (
        "Copies of the keys, which the people who run this system keep for one week after a key is destroyed",
        "Copies of the keys, which the people who run this system keep for %(weeks)s weeks after a key is destroyed",
    )

    assert (
        ngettext(one, more, 1) % {"weeks": 1} == "(until 1 week after the visit begins)"
    )
    with translation.override("cy"):
        for number in (1, 2, 6, 8):
            assert f"(tan {number} wythnos" in ngettext(one, more, number) % {
                "weeks": number
            }
        assert "am wythnos ar ôl" in ngettext(*keys, 1)
        assert "am 2 wythnos ar ôl" in ngettext(*keys, 2) % {"weeks": 2}


@pytest.fixture
def welsh(review: Review, manager: User) -> Questionnaire:
    questionnaire = make_questionnaire(review, by=manager)
    translating.choose_language(
        questionnaire=questionnaire, code="cy", by=manager, at=timezone.now()
    )
    translating.translate(
        questionnaire=again(questionnaire),
        words={
            "questionnaire.title": "Diogelu plant yn eich ardal",
            "scale.4": "Cytuno",
            "Q01.text": "Gwn beth i'w wneud.",
        },
        by=manager,
        at=timezone.now(),
    )
    return make_open(review, by=manager, questionnaire=again(questionnaire))


def test_the_switch_changes_language_and_loses_no_answer(welsh: Questionnaire) -> None:
    invitation = welsh.invitations.select_related("questionnaire__review")[0]
    phone = Client()
    first = phone.get(f"/q/{token_of(invitation)}?lang=cy").content.decode()
    phone.post(f"/q/{token_of(invitation)}", {"go": "start", "lang": "cy"})
    page = phone.get("/q/questions/1?lang=cy").content.decode()
    state = re.findall(r'name="state" value="([^"]+)"', page)[0]

    english = phone.post(
        "/q/questions/1", {"state": state, "lang": "cy", "Q01": "4", "go": "switch"}
    ).content.decode()

    assert "Diogelu plant yn eich ardal" in first
    assert '<html lang="cy"' in page
    assert "Gwn beth i&#x27;w wneud." in page
    assert "Parhau" in page
    assert '<html lang="en-GB"' in english
    assert "I know what to do" in english
    assert re.search(r'id="Q01-4"[^>]*checked', english)


def test_what_is_not_translated_stands_in_english(welsh: Questionnaire) -> None:
    respondent_form = reading.respondent_form_of(welsh)

    rows = reading.shown(
        respondent_form, respondent_form.pages[0], {}, second=True
    ).rows

    assert [row.text for row in rows[:2]] == [
        "Gwn beth i'w wneud.",
        respondent_form.pages[0].items[1].text,
    ]
    assert [choice.label for choice in rows[0].choices[:2]] == [
        "Strongly agree",
        "Cytuno",
    ]


def test_another_language_keeps_our_words_in_english_and_says_so(
    review: Review, manager: User
) -> None:
    questionnaire = make_questionnaire(review, by=manager)
    questionnaire.language = "ur"

    language = page_language.language_of(questionnaire, second=True)

    assert (language.interface, language.page) == ("en-gb", "en-GB")
    assert (language.content, language.direction) == ("ur", "rtl")


def test_dates_follow_the_language() -> None:
    import datetime as dt

    from reviews.templatetags.ui import day

    with translation.override("cy"):
        assert day(dt.date(2013, 2, 4)) == "4 Chwefror 2013"
    assert day(dt.date(2013, 2, 4)) == "4 February 2013"


def test_new_words_lose_their_translation(welsh: Questionnaire, manager: User) -> None:
    copy = building.copy_questionnaire(
        questionnaire=welsh, by=manager, at=timezone.now()
    )
    question = copy.questions.get(code="Q01")
    assert question.second["text"]

    questions.change_question(
        question=question,
        version=question.version,
        section=question.section,
        asked=questions.Asked(kind=question.kind, text="Other words", theme="T1"),
        by=manager,
        at=timezone.now(),
    )

    question.refresh_from_db()
    assert "text" not in question.second


def told(questionnaire: Questionnaire, code: str) -> dict[str, str]:
    """The answers of a question in the second language, by code."""
    options = questionnaire.questions.get(code=code).options
    return {each["code"]: each.get("second", "") for each in options}


@pytest.fixture
def choice(review: Review, manager: User) -> Questionnaire:
    """A draft in Welsh too, with a question and its answers to choose from translated."""
    questionnaire = make_questionnaire(review, by=manager)
    options = [{"code": "a", "label": "Yes"}, {"code": "b", "label": "No"}]
    add_question(questionnaire, "single", "Hold cases?", by=manager, options=options)
    values = {"by": manager, "at": timezone.now()}
    translating.choose_language(
        questionnaire=questionnaire,
        code="cy",
        **values,  # type: ignore[arg-type]
    )
    translating.translate(
        questionnaire=again(questionnaire),
        words={
            "questionnaire.title": "Diogelu plant",
            "scale.4": "Cytuno",
            "X01.text": "Achosion?",
            "X01.option.a": "Ydw",
        },
        **values,  # type: ignore[arg-type]
    )
    return again(questionnaire)


def test_answers_to_choose_from_are_translated_and_an_emptied_box_is_english_again(
    choice: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    desk = sign_in(manager)
    where = f"/reviews/{choice.review_id}/questionnaires/{choice.pk}/translation/"
    first = told(choice, "X01")
    part = next(
        number
        for number, group in enumerate(reading.texts_of(choice))
        if any(text.key == "X01.text" for text in group.texts)
    )
    form = desk.get(where, {"part": part}).context["form"]
    values = {name: form[name].value() or "" for name in form.fields}

    desk.post(
        f"{where}?part={part}",
        {**values, "X01.option.a": "", "X01.option.b": "Nac ydw"},
    )

    assert first == {"a": "Ydw", "b": ""}
    assert told(again(choice), "X01") == {"a": "", "b": "Nac ydw"}
    assert choice.questions.get(code="X01").second == {"text": "Achosion?"}
    assert again(choice).second == {"title": "Diogelu plant"}, "of another part"


def test_the_same_language_once_more_loses_no_word_and_another_loses_all(
    choice: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    desk = sign_in(manager)
    where = f"/reviews/{choice.review_id}/questionnaires/{choice.pk}/language/"

    desk.post(where, {"language": "cy"})
    same = again(choice)
    kept = (same.second, told(same, "X01"))
    desk.post(where, {"language": "ur"})

    other = again(choice)
    assert kept == ({"title": "Diogelu plant"}, {"a": "Ydw", "b": ""})
    assert (other.language, other.second) == ("ur", {})
    assert told(other, "X01") == {"a": "", "b": ""}
    assert other.questions.get(code="X01").second == {}
    assert not any("second" in option for option in other.scale)
