"""A list as an .xlsx: every text stored as text, and nothing of who made it or when."""

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Sequence

Cell = str | int | dt.date | None

CREATOR = "Peer review team"
MADE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")
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
    for number, row in enumerate(rows, start=2):
        for column, value in enumerate(row, start=1):
            if value is None or value == "":
                continue
            cell = page.cell(number, column)
            if isinstance(value, str):
                cell.value = _printable(value)
                cell.data_type = "s"
            else:
                cell.value = value
            if isinstance(value, dt.date):
                cell.number_format = "dd/mm/yyyy"
    for cell in page[1]:
        cell.font = Font(bold=True)
    for letter, (_, width) in zip(_LETTERS, columns, strict=False):
        page.column_dimensions[letter].width = width
    page.freeze_panes = "A2"
    page.auto_filter.ref = page.dimensions
    book.properties.creator = CREATOR
    book.properties.title = title
    book.properties.created = MADE.replace(tzinfo=None)
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def _printable(text: str) -> str:
    """A spreadsheet cannot hold control characters."""
    return "".join(c for c in text if c.isprintable() or c == "\n")


def _timeless(content: bytes) -> bytes:
    """The same file with constants where the moment of writing stood."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as there,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as here,
    ):
        for name in there.namelist():
            part = there.read(name)
            if name == "docProps/core.xml":
                stamp = f"{MADE:%Y-%m-%dT%H:%M:%SZ}".encode()
                part = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", part)
            here.writestr(zipfile.ZipInfo(name, MADE.timetuple()[:6]), part, 8)
    return out.getvalue()
