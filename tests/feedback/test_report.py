"""What the report says and in which order, from plain values alone."""

import dataclasses
import datetime as dt
from typing import Any

from feedback.rules import report
from feedback.rules.report import FindingWords, Material, SelfTest, Survey, SurveyRow

MATERIAL = Material(
    council="Trafford Council",
    programme="Safeguarding Children Peer Review",
    first_day=dt.date(2013, 2, 4),
    last_day=dt.date(2013, 2, 8),
    made_on=dt.date(2013, 2, 22),
    number=2,
    scope="Practice and leadership.",
    contact=("Morgan Vale", "morgan@example.org"),
    sessions=61,
    sections=(
        ("thanks", "Thanks", "Thank you, $council. We were here $dates.", ""),
        ("method", "How we worked", "In $sessions meetings.", ""),
        ("summary", "Executive summary", "", ""),
        ("themes", "What we found", "", "themes"),
        ("questions", "Your questions", "", "questions"),
        ("questionnaire", "What the questionnaire said", "", "questionnaire"),
        ("cases", "What the cases taught", "", "cases"),
        ("recommendations", "Appendix", "", "recommendations"),
    ),
    texts={},
    themes=(("T1", 1, "Practice"), ("T2", 2, "Outcomes"), ("T3", 3, "Partners")),
    questions=((1, "Is help quick?"), (2, "Is it known?")),
    findings=(),
)


def finding(theme: str, kind: str, title: str, **changes: object) -> FindingWords:
    whole = FindingWords(
        f"key of {title}", theme, kind, title, f"{title} text.", "", (), ("note",)
    )
    return dataclasses.replace(whole, **changes)  # type: ignore[arg-type]


def built(**changes: object) -> dict[str, dict[str, object]]:
    content = report.build(dataclasses.replace(MATERIAL, **changes))  # type: ignore[arg-type]
    return {section["code"]: section for section in content["sections"]}


def test_themes_stand_in_the_frameworks_order_with_strengths_first() -> None:
    found = (
        finding("T3", "area", "C"),
        finding("T1", "practice", "B"),
        finding("T1", "area", "A"),
        finding("T1", "strength", "S"),
    )

    themes = built(findings=found)["themes"]["themes"]

    assert isinstance(themes, list)
    assert [
        (
            t["title"],
            [(g["kind"], [f["title"] for f in g["findings"]]) for g in t["groups"]],
        )
        for t in themes
    ] == [
        ("Practice", [("strength", ["S"]), ("area", ["A"]), ("practice", ["B"])]),
        ("Outcomes", []),
        ("Partners", [("area", ["C"])]),
    ]


def test_frameworks_words_are_filled_in_and_the_teams_replace_them() -> None:
    sections = built(texts={"method": "By listening."})

    assert sections["thanks"]["paragraphs"] == [
        "Thank you, Trafford Council. We were here 4 to 8 February 2013."
    ]
    assert sections["method"]["paragraphs"] == ["By listening."]


def test_text_of_people_is_never_read_as_a_template() -> None:
    sections = built(texts={"thanks": "$council costs $100 {{ secret }}"})

    assert sections["thanks"]["paragraphs"] == ["$council costs $100 {{ secret }}"]


def test_section_with_nothing_to_say_is_left_out() -> None:
    assert list(built()) == ["thanks", "method", "themes", "questions"]


def test_each_key_question_has_its_response_and_the_themes_that_bear_on_it() -> None:
    found = (
        finding("T3", "area", "C", key_questions=(1,)),
        finding("T1", "area", "A", key_questions=(1,)),
    )

    responses = built(findings=found, texts={"question-1": "Mostly."})["questions"][
        "responses"
    ]

    assert responses == [
        {
            "number": 1,
            "question": "Is help quick?",
            "paragraphs": ["Mostly."],
            "themes": ["1. Practice", "3. Partners"],
        },
        {"number": 2, "question": "Is it known?", "paragraphs": [], "themes": []},
    ]


def test_what_is_asked_to_consider_stands_again_in_the_appendix() -> None:
    found = (
        finding("T2", "area", "B", consider="Consider b."),
        finding("T1", "area", "A", consider="Consider a."),
        finding("T1", "strength", "S"),
    )

    assert built(findings=found)["recommendations"]["recommendations"] == [
        {
            "title": "1. Practice",
            "points": [{"title": "A", "paragraphs": ["Consider a."]}],
        },
        {
            "title": "2. Outcomes",
            "points": [{"title": "B", "paragraphs": ["Consider b."]}],
        },
    ]


def test_finding_names_its_kinds_of_evidence_and_no_number() -> None:
    assert report.evidence_words(("case", "note", "result")) == (
        "Heard through interviews and visits, the questionnaire and case mapping."
    )
    assert report.evidence_words(()) == ""


def surveys(*given: Survey) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = built(surveys=given)["questionnaire"]["surveys"]  # type: ignore[assignment]
    return found


def test_questionnaire_below_fifty_replies_is_words_alone() -> None:
    survey = Survey(60, None, False, (SurveyRow("T1", "I am told.", None, "few"),))

    assert surveys(survey) == [
        {
            "title": "",
            "invited": 60,
            "replies": None,
            "figures": False,
            "self_test": "",
            "themes": [
                {
                    "title": "1. Practice",
                    "sentence": "",
                    "rows": [
                        {
                            "theme": "T1",
                            "text": "I am told.",
                            "favourable": None,
                            "words": "few",
                        }
                    ],
                }
            ],
        }
    ]


def test_each_of_several_questionnaires_stands_under_its_title() -> None:
    rows = (SurveyRow("T1", "I am told.", 30, "30%"),)

    printed = surveys(
        Survey(410, 190, True, rows, "Staff"),
        Survey(60, None, False, rows, "Foster carers"),
    )

    assert [(each["title"], each["replies"]) for each in printed] == [
        ("Staff", 190),
        ("Foster carers", None),
    ]


def test_statements_of_no_theme_are_printed_last() -> None:
    apart = SurveyRow("", "I like it here.", 60, "60%")
    row = SurveyRow("T2", "I am told.", 30, "30%")

    [mixed] = surveys(Survey(410, 190, True, (apart, row)))
    [alone] = surveys(Survey(410, 190, True, (apart,)))

    assert [theme["title"] for theme in mixed["themes"]] == [
        "2. Outcomes",
        "Other statements",
    ]
    assert [theme["title"] for theme in alone["themes"]] == [""]


def test_bars_have_a_sentence_that_says_what_they_show() -> None:
    survey = Survey(
        410,
        190,
        True,
        (
            SurveyRow("T1", "I know whom to call.", 90, "90%"),
            SurveyRow("T1", "I am told.", 30, "30%"),
        ),
    )

    [printed] = surveys(survey)

    assert printed["themes"][0]["sentence"] == (
        "Answers were most favourable to “I know whom to call” (about 90%) "
        "and least to “I am told” (about 30%)."
    )


def test_bars_that_are_alike_are_said_to_be_so_and_none_is_called_the_best() -> None:
    rows = [SurveyRow("T1", f"Statement {number}.", 70, "70%") for number in range(3)]

    [printed] = surveys(Survey(410, 190, True, tuple(rows)))

    assert printed["themes"][0]["sentence"] == (
        "All statements were answered alike, at about 70% favourable."
    )


def test_a_passed_self_test_is_told_in_one_sentence() -> None:
    survey = Survey(
        60,
        None,
        False,
        (SurveyRow("T1", "I am told.", None, "few"),),
        self_test=SelfTest(dt.date(2012, 12, 3), people=60, ways=11),
    )

    [printed] = surveys(survey)

    assert printed["self_test"] == (
        "On 3 December 2012 it was tested how answers are kept: 60 invented people answered, and "
        "programs tried in 11 ways to find out who had given which answer. None did better than luck."
    )
