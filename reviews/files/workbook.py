"""Writes .xlsx files: text is text, never a formula, and nothing says who made it or when.

The format is a few parts of XML in an archive (ECMA-376, part 1, SpreadsheetML), and ours need
little of it: rows under bold headings. openpyxl, which reads what others made, takes a third of a
second and 30 MB to load before it writes a row, in each process that a spreadsheet is asked of.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape

from reviews.files.timeless import MADE

Cell = str | int | float | Decimal | dt.date | None
Row = Sequence[Cell]

CREATOR = "Peer review team"
# A cell holds no more, and no number of a day counts from an earlier one.
_LONGEST_TEXT = 32_767
_DAY_NOUGHT = dt.date(1899, 12, 30)
# The places of the formats in ``_STYLES``; a wrapped cell's come after the plain ones.
_PLAIN, _BOLD, _DAY, _FORMATS = 0, 1, 2, 3


@dataclass(frozen=True)
class Choice:
    """A list that cells of a column are chosen from: a column of another sheet, from row 2 on."""

    column: int
    last_row: int
    sheet: str
    sheet_column: int
    number: int


@dataclass(frozen=True)
class Sheet:
    """``columns`` are (heading, width in characters); texts are never formulas, days are days.

    ``above``: bold lines over the headings. ``on_paper``: all columns side by side, with the
    headings on top of every page. ``stamp``: words over every page of paper.
    """

    name: str
    columns: Sequence[tuple[str, int]]
    rows: Iterable[Row]
    above: Sequence[Row] = ()
    filtered: bool = True
    wrapped: bool = False
    on_paper: bool = True
    stamp: str = ""
    choices: Sequence[Choice] = ()

    @property
    def headings_at(self) -> int:
        return len(self.above) + 1


def workbook(
    *,
    sheet: str,
    title: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Row],
) -> bytes:
    """A file of one sheet, to filter."""
    return book([Sheet(sheet, columns, rows)], title=title)


def book(sheets: Sequence[Sheet], *, title: str) -> bytes:
    """The bytes of an .xlsx, with constants where its maker and the moment of writing would stand."""
    drawn = [_Drawn(each, number == 1) for number, each in enumerate(sheets, start=1)]
    parts = {
        "[Content_Types].xml": _content_types(len(drawn)),
        "_rels/.rels": _relations((("xl/workbook.xml", "officeDocument"),), core=True),
        "docProps/core.xml": _properties(title),
        "xl/workbook.xml": _workbook(drawn),
        "xl/_rels/workbook.xml.rels": _relations(
            (
                *((f"worksheets/sheet{n}.xml", "worksheet") for n in _numbers(drawn)),
                ("styles.xml", "styles"),
            ),
        ),
        "xl/styles.xml": _STYLES,
    }
    for number, each in enumerate(drawn, start=1):
        parts[f"xl/worksheets/sheet{number}.xml"] = each.xml
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, xml in parts.items():
            archive.writestr(
                zipfile.ZipInfo(name, MADE.timetuple()[:6]),
                _HEAD + xml,
                zipfile.ZIP_DEFLATED,
            )
    return out.getvalue()


def printable(text: str) -> str:
    """A spreadsheet cannot hold control characters."""
    return "".join(c for c in text if c.isprintable() or c == "\n")


# Cells


def _letters(column: int) -> str:
    """As in 1: A, 27: AA."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _text(text: str) -> str:
    return escape(printable(text)[:_LONGEST_TEXT])


def _of(sheet: str) -> str:
    """How a cell of the sheet is named from elsewhere, before its place."""
    return _text("'" + sheet.replace("'", "''") + "'!")


class _Drawn:
    """A sheet as XML; ``size`` is its last cell."""

    def __init__(self, sheet: Sheet, selected: bool) -> None:
        self.sheet = sheet
        self.rows, self.widest = 0, 0
        lines = "".join(self._lines())
        self.last = f"{_letters(max(self.widest, 1))}{max(self.rows, 1)}"
        self.xml = "".join(self._parts(lines, selected))

    def _lines(self) -> Iterator[str]:
        headings = [heading for heading, _ in self.sheet.columns]
        for row in (*self.sheet.above, headings):
            yield self._line(row, bold=True)
        for row in self.sheet.rows:
            yield self._line(row)

    def _line(self, row: Row, *, bold: bool = False) -> str:
        self.rows += 1
        self.widest = max(self.widest, len(row))
        cells = (
            self._cell(f"{_letters(column)}{self.rows}", value, bold)
            for column, value in enumerate(row, start=1)
        )
        return f'<row r="{self.rows}">{"".join(cells)}</row>'

    def _cell(self, place: str, value: Cell, bold: bool) -> str:
        style = _BOLD if bold else _DAY if isinstance(value, dt.date) else _PLAIN
        if self.sheet.wrapped:
            style += _FORMATS
        head = f'<c r="{place}"' + (f' s="{style}"' if style else "")
        if isinstance(value, str):
            if not (text := _text(value)):
                return ""
            return (
                f'{head} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'
            )
        if value is None:
            return ""
        if isinstance(value, dt.date):
            value = value.toordinal() - _DAY_NOUGHT.toordinal()
        return f"{head}><v>{value}</v></c>"

    def _parts(self, lines: str, selected: bool) -> Iterator[str]:
        """In the order in which they must stand."""
        sheet, at = self.sheet, self.sheet.headings_at
        yield f'<worksheet xmlns="{_MAIN}">'
        if sheet.on_paper:
            yield '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        yield f'<dimension ref="A1:{self.last}"/>'
        yield f'<sheetViews><sheetView tabSelected="{int(selected)}" workbookViewId="0">'
        yield f'<pane ySplit="{at}" topLeftCell="A{at + 1}" '
        yield 'activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        yield '<sheetFormatPr defaultRowHeight="15"/><cols>'
        for number, (_, width) in enumerate(sheet.columns, start=1):
            yield f'<col min="{number}" max="{number}" width="{width}" customWidth="1"/>'
        yield f"</cols><sheetData>{lines}</sheetData>"
        if sheet.filtered:
            yield f'<autoFilter ref="A{at}:{self.last}"/>'
        if sheet.choices:
            yield f'<dataValidations count="{len(sheet.choices)}">'
            yield from map(_choice, sheet.choices)
            yield "</dataValidations>"
        yield '<pageMargins left="0.75" right="0.75" top="1" bottom="1" header="0.5" footer="0.5"/>'
        if sheet.on_paper:
            # A4, and as many pages as it takes.
            yield '<pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/>'
        if sheet.stamp:
            words = _text("&C" + sheet.stamp.replace("&", "&&"))
            yield f"<headerFooter><oddHeader>{words}</oddHeader></headerFooter>"
        yield "</worksheet>"

    def names(self, number: int) -> Iterator[str]:
        """What the workbook says of it: its filter, and what stands on top of every page."""
        at, place = self.sheet.headings_at, _of(self.sheet.name)
        if self.sheet.filtered:
            last = f"${_letters(self.widest)}${self.rows}"
            yield f'<definedName name="_xlnm._FilterDatabase" localSheetId="{number}" '
            yield f'hidden="1">{place}$A${at}:{last}</definedName>'
        if self.sheet.on_paper:
            yield f'<definedName name="_xlnm.Print_Titles" localSheetId="{number}">'
            yield f"{place}${at}:${at}</definedName>"


def _choice(choice: Choice) -> str:
    column, other = _letters(choice.column), _letters(choice.sheet_column)
    return (
        f'<dataValidation type="list" allowBlank="1" sqref="{column}2:{column}{choice.last_row}">'
        f"<formula1>{_of(choice.sheet)}${other}$2:${other}${choice.number + 1}</formula1>"
        "</dataValidation>"
    )


# The parts around the sheets

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_WRAP = '<alignment vertical="top" wrapText="1"/>'
# Plain, bold, a day; then the same three wrapped.
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}">'
    '<numFmts count="1"><numFmt numFmtId="164" formatCode="dd/mm/yyyy"/></numFmts>'
    '<fonts count="2"><font><sz val="11"/><name val="Calibri"/><family val="2"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/><family val="2"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="6">'
    + "".join(
        f'<xf numFmtId="{number}" fontId="{font}" fillId="0" borderId="0" xfId="0" '
        f'applyNumberFormat="{int(number > 0)}" applyFont="{font}" '
        f'applyAlignment="{int(bool(wrap))}">{wrap}</xf>'
        for wrap in ("", _WRAP)
        for number, font in ((0, 0), (0, 1), (164, 0))
    )
    + '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/>'
    "</cellStyles></styleSheet>"
)


def _numbers(drawn: Sequence[_Drawn]) -> range:
    return range(1, len(drawn) + 1)


def _content_types(number: int) -> str:
    sheets = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{_KIND}.worksheet+xml"/>'
        for n in range(1, number + 1)
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        '<Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/>{sheets}'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    )


def _relations(targets: Sequence[tuple[str, str]], *, core: bool = False) -> str:
    found = [
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (target, kind) in enumerate(targets, start=1)
    ]
    if core:
        found.append(
            f'<Relationship Id="rId{len(found) + 1}" '
            f'Type="{_PACKAGE}/relationships/metadata/core-properties" '
            'Target="docProps/core.xml"/>'
        )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(found)}</Relationships>'


def _properties(title: str) -> str:
    moment = f"{MADE:%Y-%m-%dT%H:%M:%SZ}"
    return (
        f'<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{_text(title)}</dc:title><dc:creator>{CREATOR}</dc:creator>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{moment}</dcterms:modified>'
        "</cp:coreProperties>"
    )


def _workbook(drawn: Sequence[_Drawn]) -> str:
    sheets = "".join(
        f'<sheet name="{_text(each.sheet.name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, each in enumerate(drawn, start=1)
    )
    names = "".join(name for n, each in enumerate(drawn) for name in each.names(n))
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><bookViews><workbookView/></bookViews>'
        f"<sheets>{sheets}</sheets>"
        + (f"<definedNames>{names}</definedNames>" if names else "")
        + "</workbook>"
    )
