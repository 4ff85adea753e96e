"""The findings of a version as a workbook: what the report prints, to filter and to work with."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reviews.files.timeless import MADE, timeless
from reviews.files.workbook import CREATOR, printable, printed_across

FINDINGS = (
    ("Theme", 36),
    ("Kind", 26),
    ("Finding", 44),
    ("What the team found", 80),
    ("What the council is asked to consider", 60),
    ("Key questions", 14),
    ("Heard through", 36),
)
COUNTS = (("Theme", 52),)
SURVEY = (("Theme", 52), ("Statement", 80), ("Favourable", 14))


def workbook(content: Mapping[str, Any]) -> bytes:
    """The bytes of an .xlsx. Every text is stored as text, so none of it can be a formula."""
    from openpyxl import Workbook  # heavy, and for this download alone

    book = Workbook()
    themes = [
        theme for section in content["sections"] for theme in section.get("themes", ())
    ]
    _fill(book.worksheets[0], "Findings", FINDINGS, _findings(themes))
    kinds = list(dict.fromkeys(g["title"] for t in themes for g in t["groups"]))
    _fill(
        book.create_sheet(),
        "Counts by theme",
        (*COUNTS, *((kind, 20) for kind in kinds)),
        _counts(themes, kinds),
    )
    rows = list(_survey(content))
    if rows:
        _fill(book.create_sheet(), "Questionnaire", SURVEY, rows)
    book.properties.creator = CREATOR
    book.properties.title = f"{content['title']}, version {content['number']}"
    book.properties.created = MADE.replace(tzinfo=None)
    out = io.BytesIO()
    book.save(out)
    return timeless(out.getvalue())


def _findings(themes: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
    for theme in themes:
        for group in theme["groups"]:
            for finding in group["findings"]:
                yield (
                    f"{theme['number']}. {theme['title']}",
                    group["title"],
                    finding["title"],
                    "\n".join(finding["paragraphs"]),
                    "\n".join(finding["consider"]),
                    ", ".join(map(str, finding.get("questions", ()))),
                    finding["evidence"].removeprefix("Heard through ").rstrip("."),
                )


def _counts(
    themes: Iterable[Mapping[str, Any]], kinds: Sequence[str]
) -> Iterable[Sequence[Any]]:
    for theme in themes:
        numbers = {g["title"]: len(g["findings"]) for g in theme["groups"]}
        title = f"{theme['number']}. {theme['title']}"
        yield title, *(numbers.get(kind, 0) for kind in kinds)


def _survey(content: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
    """A questionnaire's title stands before its themes where there are several."""
    surveys = [s for part in content["sections"] for s in part.get("surveys", ())]
    for survey in surveys:
        for theme in survey["themes"]:
            title = ": ".join(filter(None, (survey["title"], theme["title"])))
            for row in theme["rows"]:
                yield title, row["text"], row["words"]


def _fill(
    sheet: Any,
    title: str,
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[Any]],
) -> None:
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter

    sheet.title = title
    for number, row in enumerate([[name for name, _ in columns], *rows], start=1):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(number, column)
            if isinstance(value, str):
                cell.value = printable(value)
                cell.data_type = "s"
            else:
                cell.value = value
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for number, (_, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    printed_across(sheet, headings=1)
