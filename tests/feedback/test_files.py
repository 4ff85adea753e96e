"""The report as a Word file, and its findings as a workbook."""

import dataclasses
import io

import docx
import openpyxl
import pytest
from django.template.loader import render_to_string
from docx.oxml.ns import qn

from feedback.files import spreadsheet, word
from feedback.rules import report
from feedback.rules.report import CaseLearning, Survey, SurveyRow
from tests.feedback.test_report import MATERIAL, finding

CONTENT = report.build(
    dataclasses.replace(
        MATERIAL,
        findings=(
            finding(
                "T3", "area", "Late", consider="Consider more.", key_questions=(2,)
            ),
            finding("T1", "strength", "Early", evidence=("note", "result")),
            finding("T1", "strength", "=cmd|' /C calc'!A0"),
        ),
        texts={"question-1": "Mostly."},
        learning=(CaseLearning("T1", "Hand over in person."),),
        surveys=(Survey(410, 190, True, (SurveyRow("T1", "I know.", 90, "90%"),)),),
    )
)


@pytest.fixture(scope="module")
def document() -> "docx.document.Document":
    return docx.Document(io.BytesIO(word.draw(CONTENT)))


def test_word_file_has_real_headings_in_order(
    document: "docx.document.Document",
) -> None:
    headings = [
        (each.style.name, each.text)
        for each in document.paragraphs
        if each.style and each.style.name.startswith(("Heading", "Title"))
    ]

    assert headings == [
        ("Title", "Trafford Council"),
        ("Heading 1", "Thanks"),
        ("Heading 1", "How we worked"),
        ("Heading 1", "What we found"),
        ("Heading 2", "1. Practice"),
        ("Heading 3", "Strengths"),
        ("Heading 4", "Early"),
        ("Heading 4", "=cmd|' /C calc'!A0"),
        ("Heading 2", "2. Outcomes"),
        ("Heading 2", "3. Partners"),
        ("Heading 3", "Areas for further consideration"),
        ("Heading 4", "Late"),
        ("Heading 1", "Your questions"),
        ("Heading 2", "1. Is help quick?"),
        ("Heading 2", "2. Is it known?"),
        ("Heading 1", "What the questionnaire said"),
        ("Heading 2", "1. Practice"),
        ("Heading 1", "What the cases taught"),
        ("Heading 2", "1. Practice"),
        ("Heading 1", "Appendix"),
        ("Heading 2", "3. Partners"),
    ]
    text = "\n".join(each.text for each in document.paragraphs)
    for words in (
        "Consider more.",
        "Mostly.",
        "Hand over in person.",
        "4 to 8 February",
    ):
        assert words in text


def test_word_file_says_its_language_and_marks_header_rows(
    document: "docx.document.Document",
) -> None:
    [table] = document.tables

    languages = {
        each.get(qn("w:val"))
        for each in document.styles.element.find(qn("w:docDefaults")).iter(qn("w:lang"))
    }
    assert languages == {"en-GB"}
    assert document.core_properties.author == "Peer review team"
    heading = table.rows[0]._tr.trPr
    assert heading is not None
    assert heading.find(qn("w:tblHeader")) is not None
    assert [cell.text for cell in table.rows[1].cells] == ["I know.", "90%"]


def test_a_question_with_no_response_says_so_instead_of_standing_bare() -> None:
    content = report.build(
        dataclasses.replace(
            MATERIAL,
            findings=(finding("T1", "strength", "Early", key_questions=(1,)),),
            texts={},
        )
    )
    says = "We have nothing to report on this question."

    page = render_to_string("feedback/report_document.html", {"report": content})
    file = docx.Document(io.BytesIO(word.draw(content)))

    # The first question leads to a theme; the second has neither response nor theme.
    assert page.count(says) == 1
    assert page.index("2. Is it known?") < page.index(says)
    texts = [each.text for each in file.paragraphs]
    assert texts.count(says) == 1
    assert texts[texts.index(says) - 1] == "2. Is it known?"


def test_same_content_gives_the_same_files() -> None:
    assert spreadsheet.workbook(CONTENT) == spreadsheet.workbook(CONTENT)


def test_workbook_holds_findings_with_codes_and_counts_and_no_formula() -> None:
    book = openpyxl.load_workbook(io.BytesIO(spreadsheet.workbook(CONTENT)))

    findings, counts, survey = book.worksheets
    rows = [[cell.value for cell in row] for row in findings.iter_rows()]
    assert [cell.data_type for row in findings.iter_rows() for cell in row].count(
        "f"
    ) == 0
    assert rows[0] == [name for name, _ in spreadsheet.FINDINGS]
    assert [row[:3] for row in rows[1:]] == [
        ["1. Practice", "Strengths", "Early"],
        ["1. Practice", "Strengths", "=cmd|' /C calc'!A0"],
        ["3. Partners", "Areas for further consideration", "Late"],
    ]
    assert rows[1][6] == "interviews and visits and the questionnaire"
    assert rows[3][4:6] == ["Consider more.", "2"]
    assert [[cell.value for cell in row] for row in counts.iter_rows()] == [
        ["Theme", "Strengths", "Areas for further consideration"],
        ["1. Practice", 2, 0],
        ["2. Outcomes", 0, 0],
        ["3. Partners", 0, 1],
    ]
    assert [cell.value for cell in survey[2]] == ["1. Practice", "I know.", "90%"]
    assert book.properties.creator == "Peer review team"


def test_each_of_several_questionnaires_is_named_in_both_files() -> None:
    rows = (SurveyRow("T1", "I know.", 90, "90%"),)
    content = report.build(
        dataclasses.replace(
            MATERIAL,
            surveys=(
                Survey(410, 190, True, rows, "Staff"),
                Survey(
                    60,
                    None,
                    False,
                    (SurveyRow("", "I foster.", None, "most"),),
                    "Carers",
                ),
            ),
        )
    )

    drawn = docx.Document(io.BytesIO(word.draw(content)))
    book = openpyxl.load_workbook(io.BytesIO(spreadsheet.workbook(content)))

    titles = [(each.style.name, each.text) for each in drawn.paragraphs if each.style]
    assert ("Heading 2", "Staff") in titles
    assert ("Heading 3", "1. Practice") in titles
    assert ("Heading 2", "Carers") in titles
    assert [
        tuple(cell.value for cell in row)
        for row in book["Questionnaire"].iter_rows(min_row=2)
    ] == [
        ("Staff: 1. Practice", "I know.", "90%"),
        ("Carers", "I foster.", "most"),
    ]
