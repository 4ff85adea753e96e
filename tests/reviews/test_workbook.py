"""Spreadsheets that we write: what stands in them, and what whoever opens one finds set up."""

import datetime as dt
import io
import zipfile
from typing import Any
from xml.etree import ElementTree

import pytest
from openpyxl import load_workbook

from reviews.files.workbook import Cell, Choice, Sheet, book, workbook

COLUMNS = [("What", 40), ("How many", 12), ("When", 14)]
DAY = dt.date(2013, 2, 4)


def made(*rows: list[Cell]) -> bytes:
    return workbook(sheet="List", title="A list", columns=COLUMNS, rows=rows)


def opened(content: bytes) -> Any:
    return load_workbook(io.BytesIO(content))


def values(content: bytes) -> list[tuple[object, ...]]:
    return list(opened(content).worksheets[0].iter_rows(min_row=2, values_only=True))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+44 1632 960001",
        "@SUM(A1)",
        "'quoted' & \"twice\" <b>",
        "]]>",
        " with space around ",
        "two\nlines",
        "Ĉu ñ 漢字 🙂",
        "_x0041_",
    ],
)
def test_a_text_comes_back_as_it_was_and_is_never_a_formula(text: str) -> None:
    content = made([text, None, None])

    assert values(content) == [(text, None, None)]
    assert opened(content).worksheets[0]["A2"].data_type == "s"


def test_numbers_and_days_are_numbers_and_days() -> None:
    content = made(["a", 3, DAY], ["b", 2.5, None])

    assert values(content) == [
        ("a", 3, dt.datetime.combine(DAY, dt.time())),
        ("b", 2.5, None),
    ]
    assert opened(content).worksheets[0]["C2"].number_format == "dd/mm/yyyy"


def test_control_characters_go_and_a_text_is_cut_where_a_cell_ends() -> None:
    content = made(["a\x00b\x1fc\ud800", 1, None], ["x" * 40_000, 2, None])

    assert values(content) == [("abc", 1, None), ("x" * 32_767, 2, None)]


def test_headings_are_bold_stay_in_sight_and_stand_on_every_page() -> None:
    page = opened(made(["a", 1, DAY])).worksheets[0]

    assert [cell.value for cell in page[1]] == ["What", "How many", "When"]
    assert [cell.font.bold for cell in page[1]] == [True] * 3
    assert not page["A2"].font.bold
    assert page.freeze_panes == "A2"
    assert page.auto_filter.ref == "A1:C2"
    assert page.print_title_rows == "$1:$1"
    assert page.column_dimensions["A"].width == 40
    assert (page.page_setup.orientation, page.page_setup.paperSize) == ("landscape", 9)


def test_lines_above_the_headings_move_them_down() -> None:
    sheet = Sheet(
        "A", COLUMNS, [["a", 1, DAY]], above=[["Team only"], []], stamp="A & B"
    )

    page = opened(book([sheet], title="T")).worksheets[0]

    assert [page["A1"].value, page["A3"].value] == ["Team only", "What"]
    assert page.freeze_panes == "A4"
    assert page.print_title_rows == "$3:$3"
    assert page.oddHeader.center.text == "A && B"


def test_an_empty_list_has_its_headings() -> None:
    assert opened(made()).worksheets[0].dimensions == "A1:C1"
    assert values(made()) == []


def test_a_column_beyond_the_alphabet_has_two_letters() -> None:
    columns = [(f"Column {number}", 10) for number in range(30)]
    content = workbook(sheet="Wide", title="T", columns=columns, rows=[list(range(30))])

    page = opened(content).worksheets[0]

    assert (page["AD1"].value, page["AD2"].value) == ("Column 29", 29)
    assert page.column_dimensions["AD"].width == 10


def test_several_sheets_and_a_choice_from_another() -> None:
    people = Sheet("People", COLUMNS, [], choices=[Choice(2, 50, "Don't know", 1, 2)])
    words = Sheet("Don't know", [("Word", 20)], [["a"], ["b"]], wrapped=True)

    found = opened(book([people, words], title="T & <t>"))

    assert found.sheetnames == ["People", "Don't know"]
    (choice,) = found["People"].data_validations.dataValidation
    assert (str(choice.sqref), choice.type) == ("B2:B50", "list")
    assert choice.formula1 == "'Don''t know'!$A$2:$A$3"
    assert found["Don't know"]["A2"].alignment.wrap_text
    assert not found["People"]["A1"].alignment.wrap_text
    assert found.properties.title == "T & <t>"


def test_every_part_is_well_formed_and_says_nothing_of_who_or_when() -> None:
    content = made(["a", 1, DAY])

    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {each.filename: archive.read(each) for each in archive.infolist()}
        moments = {each.date_time for each in archive.infolist()}
    for xml in parts.values():
        ElementTree.fromstring(xml)  # noqa: S314 - our own
    assert moments == {(2000, 1, 1, 0, 0, 0)}
    assert b"Peer review team" in parts["docProps/core.xml"]
    assert parts["docProps/core.xml"].count(b"2000-01-01T00:00:00Z") == 2
    assert content == made(["a", 1, DAY])
