"""A questionnaire in two languages: the manager's words, and ours in Welsh."""

import re
from pathlib import Path

import polib
import pytest
from django.test import Client
from django.utils import timezone, translation
from django.utils.translation import ngettext

from questionnaires import languages, reading
from questionnaires.domain import building
from questionnaires.models import Questionnaire
from reviews.models import Review, User
from tests.make_questionnaires import (
    again,
    make_open,
    make_questionnaire,
    token_of,
)

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "locale" / "cy" / "LC_MESSAGES" / "django.po"
TRANSLATED = re.compile(r"{% translate ([\"'])(.*?)\1 %}")
BLOCK = re.compile(r"{% blocktranslate[^%]*%}(.*?){% endblocktranslate %}", re.S)
CALL = re.compile(r"\b_\(\s*((?:\"[^\"]*\"\s*)+)\)")


def our_words() -> set[str]:
    """All that respondents' pages say of themselves."""
    found: set[str] = set()
    pages = [*ROOT.glob("templates/questionnaires/public/*.html")]
    for page in [*pages, ROOT / "templates" / "base.html"]:
        text = page.read_text()
        found |= {match[1] for match in TRANSLATED.findall(text)}
        found |= {
            re.sub(r"{{ (\w+) }}", r"%(\1)s", each)
            for block in BLOCK.findall(text)
            for each in block.split("{% plural %}")
        }
    code = (ROOT / "questionnaires" / "reading" / "paper.py").read_text()
    found |= {"".join(re.findall(r'"([^"]*)"', each)) for each in CALL.findall(code)}
    return found


def test_every_word_of_ours_stands_in_welsh() -> None:
    known: dict[str, list[str]] = {}
    for entry in polib.pofile(str(CATALOGUE)):
        forms = [*entry.msgstr_plural.values()] or [entry.msgstr]
        if all(forms):
            known[entry.msgid] = forms[:1]
        if all(forms) and entry.msgid_plural:
            known[entry.msgid_plural] = forms[1:]

    assert our_words() - known.keys() == set()
    for words, welsh in known.items():
        for form in welsh:
            assert sorted(re.findall(r"%\(\w+\)s", words)) == sorted(
                re.findall(r"%\(\w+\)s", form)
            ), words


def test_a_period_is_said_by_its_number_in_either_language() -> None:
    one = "(until %(weeks)s week after the visit begins)"
    more = "(until %(weeks)s weeks after the visit begins)"
    keys = [
        "Copies of the keys, which the people who run this system keep for one week after the release",
        "Copies of the keys, which the people who run this system keep for %(weeks)s weeks after the release",
    ]

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
    building.choose_language(
        questionnaire=questionnaire, code="cy", by=manager, at=timezone.now()
    )
    building.translate(
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
    paper = reading.paper_of(welsh)

    rows = reading.shown(paper, paper.pages[0], {}, second=True).rows

    assert [row.text for row in rows[:2]] == [
        "Gwn beth i'w wneud.",
        paper.pages[0].items[1].text,
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

    tongue = languages.tongue(questionnaire, second=True)

    assert (tongue.interface, tongue.page) == ("en-gb", "en-GB")
    assert (tongue.content, tongue.direction) == ("ur", "rtl")


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

    building.change_question(
        question=question,
        version=question.version,
        section=question.section,
        asked=building.Asked(kind=question.kind, text="Other words", theme="T1"),
        by=manager,
        at=timezone.now(),
    )

    question.refresh_from_db()
    assert "text" not in question.second
