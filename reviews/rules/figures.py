"""Performance information from .xlsx: every fault by its row; nothing is taken on a guess."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from reviews.files import sheets, uploads, workbook
from reviews.files.sheets import Fault, spelling
from reviews.models import Review

_HEADINGS = {
    "theme": {"theme"},
    "name": {"name", "measure", "indicator"},
    "unit": {"unit"},
    "period": {"period", "year"},
    "council": {"council", "local authority"},
    "neighbours": {"statistical neighbours", "neighbours"},
    "england": {"england"},
    "source": {"source"},
}
TITLES = {
    "theme": "Theme",
    "name": "Name",
    "unit": "Unit",
    "period": "Period",
    "council": "Council",
    "neighbours": "Statistical neighbours",
    "england": "England",
    "source": "Source",
}
LONGEST = {"name": 160, "unit": 40, "period": 40, "source": 200}
VALUES = ("council", "neighbours", "england")
# What official tables write where there is no number to show.
NOTHING = {"", "-", "–", "..", ".", "x", "c", "z", "n/a", "na", ":", "*"}
_LARGEST = Decimal(10) ** 11


@dataclass(frozen=True)
class Row:
    """One measure in one period; a value that is not known is None."""

    theme: str
    name: str
    unit: str
    period: str
    council: Decimal | None
    neighbours: Decimal | None
    england: Decimal | None
    source: str

    def plain(self) -> list[str | None]:
        """For keeping until it is confirmed."""
        numbers = (self.council, self.neighbours, self.england)
        return [
            self.theme,
            self.name,
            self.unit,
            self.period,
            *(None if each is None else str(each) for each in numbers),
            self.source,
        ]

    @classmethod
    def of(cls, plain: Sequence[str | None]) -> Row:
        theme, name, unit, period, *numbers, source = plain
        council, neighbours, england = (
            None if each is None else Decimal(each) for each in numbers
        )
        return cls(
            theme=theme or "",
            name=name or "",
            unit=unit or "",
            period=period or "",
            council=council,
            neighbours=neighbours,
            england=england,
            source=source or "",
        )


@dataclass
class Reading:
    """Rows in order, and what is wrong with the others."""

    rows: list[Row] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read(content: bytes, *, review: Review) -> Reading:
    """Read a workbook. Raises SheetRefused when it cannot be used at all."""
    cells = sheets.cells(content)
    columns = sheets.columns(
        cells[0],
        _HEADINGS,
        titles=TITLES,
        needed=("theme", "name", "period", "council"),
    )
    return _Checker(review, columns).check(cells[1:])


class _Checker:
    """Checks rows one by one against the framework's themes and each other."""

    def __init__(self, review: Review, columns: dict[str, int]) -> None:
        self.columns, self.case_reference = columns, review.case_reference
        self.themes = {
            spelling(word): theme.code
            for theme in review.pack.themes
            for word in (
                theme.code,
                theme.title,
                str(theme.number),
                f"theme {theme.number}",
                f"{theme.number}. {theme.title}",
            )
        }

    def check(self, rows: Sequence[Sequence[str]]) -> Reading:
        self.found = Reading()
        self.first_row: dict[tuple[str, str], int] = {}
        for number, row in enumerate(rows, start=2):
            if any(row):
                self._row(number, row)
        return self.found

    def _cell(self, row: Sequence[str], name: str) -> str:
        place = self.columns.get(name)
        found = row[place] if place is not None and place < len(row) else ""
        return " ".join(found.split())

    def _fault(self, row: int, column: str, sentence: str) -> None:
        self.found.faults.append(Fault(row, TITLES[column], sentence))

    def _row(self, number: int, row: Sequence[str]) -> None:
        before = len(self.found.faults)
        theme = self._theme(number, self._cell(row, "theme"))
        words = {name: self._words(number, name, row) for name in LONGEST}
        values = {
            name: self._number(number, name, self._cell(row, name)) for name in VALUES
        }
        if len(self.found.faults) == before and not any(
            value is not None for value in values.values()
        ):
            self._fault(number, "council", "There is no value in this row")
        key = (words["name"].lower(), words["period"].lower())
        if all(key) and key in self.first_row:
            sentence = f"The same measure and period is in row {self.first_row[key]}"
            self._fault(number, "name", sentence)
        self.first_row.setdefault(key, number)
        if len(self.found.faults) == before:
            self.found.rows.append(
                Row(
                    theme=theme,
                    name=words["name"],
                    unit=words["unit"],
                    period=words["period"],
                    council=values["council"],
                    neighbours=values["neighbours"],
                    england=values["england"],
                    source=words["source"],
                )
            )

    def _theme(self, number: int, cell: str) -> str:
        if not cell:
            self._fault(number, "theme", "There is no theme")
            return ""
        code = self.themes.get(spelling(cell.removesuffix(".0")))
        if code is None:
            sentence = f"“{cell[:80]}” is not a theme of this review"
            self._fault(number, "theme", sentence)
        return code or ""

    def _words(self, number: int, name: str, row: Sequence[str]) -> str:
        cell = self._cell(row, name)
        if name in ("name", "period") and not cell:
            what = "name" if name == "name" else "period"
            self._fault(number, name, f"There is no {what}")
        if name == "period":
            cell = cell.removesuffix(".0")
        if len(cell) > LONGEST[name]:
            sentence = f"{TITLES[name]} must be {LONGEST[name]} characters or fewer"
            self._fault(number, name, sentence)
        elif uploads.names_a_child(cell, case_reference=self.case_reference):
            sentence = (
                f"{TITLES[name]} must not hold a number or birth date of a person"
            )
            self._fault(number, name, sentence)
        return cell

    def _number(self, number: int, name: str, cell: str) -> Decimal | None:
        if cell.lower() in NOTHING:
            return None
        typed = re.sub(r"[,\s£%]", "", cell)
        try:
            value = Decimal(typed)
        except InvalidOperation:
            value = Decimal("NaN")
        if not value.is_finite() or abs(value) >= _LARGEST:
            self._fault(number, name, f"“{cell[:40]}” is not a number")
            return None
        return value.quantize(Decimal("0.0001"))


def blank(review: Review) -> bytes:
    """An .xlsx to fill in: the headings, and the themes to use on a second sheet."""
    from openpyxl import Workbook  # heavy, and for this download alone
    from openpyxl.styles import Font
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Performance information"
    sheet.append(list(TITLES.values()))
    themes = book.create_sheet("Themes to use")
    themes.append(["Theme"])
    for theme in review.pack.themes:
        workbook.append(themes, [f"{theme.number}. {theme.title}"])
    for each in (sheet, themes):
        for cell in each[1]:
            cell.font = Font(bold=True)
        each.freeze_panes = "A2"
    for letter, width in zip("ABCDEFGH", (46, 50, 16, 14, 12, 22, 12, 34), strict=True):
        sheet.column_dimensions[letter].width = width
    themes.column_dimensions["A"].width = 60
    choice = DataValidation(
        "list", f"='Themes to use'!$A$2:$A${len(review.pack.themes) + 1}"
    )
    choice.add("A2:A2001")
    sheet.add_data_validation(choice)
    return workbook.saved(book, title="Performance information")
