"""What every .xlsx keeps to: text is text, never a formula, and nothing says who made it or when."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from reviews.files.timeless import MADE, timeless

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

Cell = str | int | dt.date | None

CREATOR = "Peer review team"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def workbook(
    *,
    sheet: str,
    title: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[Cell]],
) -> bytes:
    """``columns`` are (heading, width in characters); texts are never formulas, days are days."""
    from openpyxl import Workbook  # heavy, and for downloads alone
    from openpyxl.styles import Font

    book = Workbook()
    page = book.worksheets[0]
    page.title = sheet
    page.append([heading for heading, _ in columns])
    for row in rows:
        append(page, row)
    for cell in page[1]:
        cell.font = Font(bold=True)
    for letter, (_, width) in zip(_LETTERS, columns, strict=False):
        page.column_dimensions[letter].width = width
    page.freeze_panes = "A2"
    page.auto_filter.ref = page.dimensions
    printed_across(page, headings=1)
    return saved(book, title=title)


def printed_across(page: Any, *, headings: int) -> None:
    """On paper all columns stand side by side, and row ``headings`` on top of every page."""
    from openpyxl.worksheet.properties import PageSetupProperties

    page.page_setup.orientation = "landscape"
    page.page_setup.paperSize = 9  # A4
    page.page_setup.fitToHeight = 0  # as many pages as it takes
    page.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.print_title_rows = f"{headings}:{headings}"


def append(page: Worksheet, row: Sequence[Cell]) -> None:
    """A row below the last one, in which no text is a formula."""
    from openpyxl.cell import Cell as SheetCell  # heavy, and for downloads alone

    cells: list[SheetCell] = []
    for value in row:
        cell = SheetCell(page, row=1, column=len(cells) + 1)
        cells.append(cell)
        if isinstance(value, str):
            cell.value = printable(value) or None
            cell.data_type = "s" if cell.value else "n"
        else:
            cell.value = value
        if isinstance(value, dt.date):
            cell.number_format = "dd/mm/yyyy"
    page.append(cells)


def saved(book: Workbook, *, title: str) -> bytes:
    """The file, with constants where its maker and the moment of writing would stand."""
    book.properties.creator = CREATOR
    book.properties.title = title
    book.properties.created = MADE.replace(tzinfo=None)
    out = io.BytesIO()
    book.save(out)
    return timeless(out.getvalue())


def printable(text: str) -> str:
    """A spreadsheet cannot hold control characters."""
    return "".join(c for c in text if c.isprintable() or c == "\n")
