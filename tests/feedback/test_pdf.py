"""The PDF: readable by everybody, the same each time, and with nothing in it that was not put in."""

import dataclasses
import io
from itertools import pairwise
from typing import Any

import pikepdf
import pypdf
import pytest

from feedback.files import pdf
from feedback.rules import report
from feedback.rules.report import Survey, SurveyRow
from reviews.files.pdf import PRINT_FLAG
from tests.feedback.test_report import MATERIAL, finding

THEMES = tuple(
    (f"T{n}", n, f"Theme called {word}")
    for n, word in enumerate(("Alder", "Birch", "Cedar", "Damson", "Elder"), start=1)
)
CONTENT = report.build(
    dataclasses.replace(
        MATERIAL,
        themes=THEMES,
        findings=(
            finding("T5", "area", "Last", consider="Consider less."),
            finding("T1", "strength", "First <b>& best</b>"),
        ),
        surveys=(
            Survey(
                410,
                190,
                True,
                (
                    SurveyRow("T1", "I know.", 90, "90%"),
                    SurveyRow("T1", "I am told.", 30, "30%"),
                    SurveyRow("T1", "I was asked.", None, "nearly all"),
                ),
                "Staff",
            ),
            Survey(
                60, None, False, (SurveyRow("", "I foster.", None, "most"),), "Carers"
            ),
        ),
    )
)


@pytest.fixture(scope="module")
def drawn() -> bytes:
    return pdf.draw(CONTENT)


@pytest.fixture
def words(drawn: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(drawn)).pages
    return " ".join(" ".join(page.extract_text().split()) for page in pages)


@pytest.fixture(scope="module")
def document(drawn: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(drawn))


def parsed(page: Any) -> list[tuple[Any, Any]]:
    """(operands, operator) of everything that the page draws."""
    return [
        (each.operands, each.operator) for each in pikepdf.parse_content_stream(page)
    ]


def elements(document: pikepdf.Pdf) -> list[Any]:
    """The structure elements that hang on the tree, in reading order."""
    found: list[Any] = []

    def walk(node: Any) -> None:
        if isinstance(node, pikepdf.Array):
            for kid in node:
                walk(kid)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            found.append(node)
            walk(node.get("/K", pikepdf.Array()))

    walk(document.Root.StructTreeRoot.K)
    return found


def test_same_content_gives_the_same_bytes(drawn: bytes) -> None:
    assert pdf.draw(CONTENT) == drawn


def test_language_title_author_and_day_are_said_and_nothing_else(
    document: pikepdf.Pdf,
) -> None:
    assert str(document.Root.Lang) == "en-GB"
    assert bool(document.Root.ViewerPreferences.DisplayDocTitle)
    assert bool(document.Root.MarkInfo.Marked)
    assert b"pdfuaid" in document.Root.Metadata.read_bytes()
    information = {str(key): str(value) for key, value in document.docinfo.items()}
    assert information.pop("/Producer").startswith("WeasyPrint")
    assert information == {
        "/Title": "Safeguarding Children Peer Review: Trafford Council",
        "/Author": "Peer review team",
        "/CreationDate": "D:20130222",
        "/ModDate": "D:20130222",
    }


def test_five_themes_stand_in_order_and_texts_are_escaped(words: str) -> None:
    body = words[words.rindex("What we found") :]

    places = [body.index(title) for _, _, title in THEMES]

    assert places == sorted(places)
    assert "First <b>& best</b>" in words


def test_headings_go_down_one_level_at_a_time(document: pikepdf.Pdf) -> None:
    levels = [
        int(str(each["/S"])[2:])
        for each in elements(document)
        if str(each["/S"]).startswith("/H") and str(each["/S"])[2:].isdigit()
    ]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_header_cells_have_a_scope_and_pictures_an_alternative(
    document: pikepdf.Pdf,
) -> None:
    headers = [each for each in elements(document) if str(each["/S"]) == "/TH"]
    figures = [each for each in elements(document) if str(each["/S"]) == "/Figure"]

    assert [str(each["/A"]["/Scope"]) for each in headers] == [
        *["/Column"] * 3,
        *["/Row"] * 3,
        *["/Column"] * 2,
        "/Row",
    ]
    assert [str(each["/Alt"]) for each in figures] == [
        "90% favourable",
        "30% favourable",
    ]


def test_several_questionnaires_stand_apart_and_few_answers_are_words(
    words: str,
) -> None:
    assert "Staff About 410 people were invited and about 190 replied." in words
    assert "Carers Too few people replied to print figures" in words
    assert "I was asked. nearly all" in words
    assert "60 people" not in words


def test_running_heads_and_page_numbers_are_artifacts(document: pikepdf.Pdf) -> None:
    """Every marked piece of a page is an artifact or hangs on the tree."""
    numbers = list(document.Root.StructTreeRoot.ParentTree.Nums)
    on_tree = {each.objgen for each in elements(document)}
    artifacts = 0
    for page, entries in zip(document.pages, numbers[1::2], strict=False):
        for operands, operator in parsed(page):
            if str(operator) == "BMC":
                assert str(operands[0]) == "/Artifact"
                artifacts += 1
            if str(operator) == "BDC":
                owner = entries[int(operands[1]["/MCID"])]
                assert owner.objgen in on_tree

    assert artifacts >= 2 * (len(document.pages) - 1)


def test_links_are_printed(document: pikepdf.Pdf) -> None:
    links = [note for page in document.pages for note in page.get("/Annots", [])]

    assert links
    assert all(int(link["/F"]) & PRINT_FLAG for link in links)


def test_fonts_are_our_own_and_embedded(document: pikepdf.Pdf) -> None:
    fonts = {
        str(font["/BaseFont"]).split("+")[-1]
        for page in document.pages
        for font in page.Resources.get("/Font", pikepdf.Dictionary()).values()
    }

    assert {name.split("-")[0] for name in fonts} == {"Atkinson"}
