"""The published values as files for the team, and an earlier file of them read back.

Nothing finer than what was published goes out, and no text of anybody can become a formula.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from questionnaires.models import Question, Release
from questionnaires.reading.earlier import answers_to_compare
from questionnaires.rules.disclosure import Chosen, Shown
from questionnaires.rules.published import (
    DONT_KNOW,
    EVERYBODY,
    UNFAVOURABLE,
    Published,
    Values,
    leaves_of,
    read_share,
    share_of,
    share_words,
)
from reviews.files import sheets
from reviews.files.sheets import Fault, SheetRefused
from reviews.files.timeless import MADE, timeless
from reviews.files.workbook import CREATOR, printable, printed_across
from reviews.pages import say

TEAM_ONLY = "Team only. Not for the council."
# (name, heading, width): both sheets of values have these, the second one a group before them.
COLUMNS = (
    ("code", "Code", 16),
    ("theme", "Theme", 58),
    ("text", "Question", 70),
    ("answer", "Answer", 26),
    ("share", "Share, %", 12),
    ("unfavourable", "Unfavourable, %", 16),
    ("dont_know", "Do not know, %", 16),
    ("base", "Replies", 14),
    ("give_or_take", "Give or take, points", 20),
)
GROUP = ("group", "Group", 44)
HOW = (
    "Groups with too few replies are joined with others. No figure is about fewer people than "
    "the smallest group allowed.",
    "A share of a group is rounded once, more coarsely the smaller the group is. “Under” and “over” "
    "say that it is no more, or no less, once rounded.",
    "“Give or take” is how far the share of the people themselves may lie from the share shown.",
    "A share of everybody is made of the shares of the groups as they are shown.",
    "A cell is empty where the group is too small for that share.",
)
_ASKED = "Questionnaire"
_RELEASED = "Released on"

Cell = str | float | None


def workbook(release: Release) -> bytes:
    """An .xlsx of four sheets: everybody, the groups, what they hold, how figures are made."""
    from openpyxl import Workbook  # heavy, and for this download alone

    questionnaire = release.questionnaire
    root, values = questionnaire.root, Values(release.values)
    book = Workbook(write_only=True)
    head = [
        [TEAM_ONLY],
        [_ASKED, questionnaire.title],
        [_RELEASED, say.day(release.on)],
        [],
    ]
    plain = [(heading, width) for _, heading, width in COLUMNS]
    grouped = [(GROUP[1], GROUP[2]), *plain]
    everybody = (row[1:] for row in rows_of(release, groups=False))
    _fill(book, "Everybody", head, plain, everybody)
    _fill(book, "By group", head, grouped, rows_of(release, everybody=False))
    _fill(
        book,
        "Groups",
        head,
        [("Group", 44), ("Replies", 14), ("Made of", 90)],
        (
            [title, base, "; ".join(leaf.title for leaf in leaves_of(key, root))]
            for key, title, base in values.atoms
        ),
    )
    _fill(book, "How it is made", head, [("Figures", 120)], ([line] for line in HOW))
    book.properties.creator = CREATOR
    book.properties.title = f"Published values, team only: {questionnaire.title}"
    book.properties.created = MADE.replace(tzinfo=None)
    out = io.BytesIO()
    book.save(out)
    return timeless(out.getvalue())


def table(release: Release) -> str:
    """The same values as one .csv, everybody first."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([TEAM_ONLY])
    writer.writerow([GROUP[1], *(heading for _, heading, _ in COLUMNS)])
    for row in rows_of(release):
        writer.writerow([_harmless(cell) for cell in row])
    # Excel takes a file for UTF-8 only with this mark in front.
    return "\ufeff" + out.getvalue()


def file_name(release: Release, ending: str) -> str:
    """As in trafford-council-results-team-only-2013-01-15.xlsx."""
    council = release.questionnaire.review.council.lower()
    words = re.sub(r"[^a-z0-9]+", "-", council).strip("-")
    return f"{words}-results-team-only-{release.on.isoformat()}.{ending}"


def rows_of(
    release: Release, *, everybody: bool = True, groups: bool = True
) -> Iterator[list[Cell]]:
    """Group, then a cell for each of COLUMNS; a share is a number, or "under" and "over" in words."""
    values = Values(release.values)
    themes = {
        theme.code: f"{theme.number}. {theme.title}"
        for theme in release.questionnaire.review.pack.themes
    }
    questions = [
        (question, values.questions[question.code])
        for question in release.questionnaire.questions.all()
        if question.code in values.questions
    ]
    if everybody:
        for question, published in questions:
            yield from _question_rows(
                question, published, EVERYBODY, "Everybody", themes
            )
    if groups:
        for question, published in questions:
            for part in published.parts:
                yield from _question_rows(
                    question, published, part.key, part.title, themes
                )


def _question_rows(
    question: Question,
    published: Published,
    group: str,
    title: str,
    themes: dict[str, str],
) -> Iterator[list[Cell]]:
    values = published.values(group)
    if values is None:
        return
    for answer, label in answers_to_compare(question):
        span = published.span(answer, group)
        statement = isinstance(values, Shown)
        yield [
            title,
            question.code,
            themes.get(question.theme, ""),
            question.text,
            label,
            _share(values, answer),
            _share(values, UNFAVOURABLE) if statement else None,
            _share(values, DONT_KNOW) if statement else None,
            values.base,
            span.give_or_take if span else None,
        ]


def _share(values: Shown | Chosen, answer: str) -> Cell:
    share = share_of(values, answer)
    if share is None:
        return None
    words = share_words(share, values.low)
    return share if words[:1].isdigit() else words


def _fill(
    book: Any,
    title: str,
    head: Iterable[Sequence[str]],
    columns: Sequence[tuple[str, int]],
    rows: Iterable[Sequence[Cell]],
) -> None:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    sheet = book.create_sheet(title)
    for number, (_, width) in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    head = list(head)
    sheet.freeze_panes = f"A{len(head) + 2}"
    sheet.oddHeader.center.text = TEAM_ONLY
    printed_across(sheet, headings=len(head) + 1)

    def cell(value: Cell, *, bold: bool = False) -> Any:
        if value is None:
            return None
        made = WriteOnlyCell(sheet, None)
        if isinstance(value, str):
            made.value = printable(value)
            made.data_type = "s"  # whatever it begins with, it is never a formula
        else:
            made.value = value
        if bold:
            made.font = Font(bold=True)
        return made

    for line in [*head, [heading for heading, _ in columns]]:
        sheet.append([cell(words, bold=True) for words in line])
    for row in rows:
        sheet.append([cell(value) for value in row])


def _harmless(value: Cell) -> str:
    """For a .csv, where whatever begins like a formula is one: an apostrophe goes before it."""
    words = f"{value:g}" if isinstance(value, float) else value or ""
    return f"'{words}" if words.startswith(("=", "+", "-", "@", "\t", "\r")) else words


# An earlier file


@dataclass
class EarlierFile:
    """What a file of results holds: rows as ``EarlierResults`` keeps them, and what is wrong."""

    title: str
    on: dt.date
    rows: list[dict[str, Any]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


_HEADINGS = {name: {heading.lower()} for name, heading, _ in COLUMNS}
_TITLES = {name: heading for name, heading, _ in COLUMNS}
_NEEDED = ("code", "text", "answer", "share", "give_or_take")
# The title of the questionnaire and its date stand above the headings.
_MOST_ABOVE = 10
_MOST_WORDS = 500


def read(content: bytes) -> EarlierFile:
    """Read a file that ``workbook`` made. Raises SheetRefused when it is no such file."""
    cells = sheets.cells(content)
    at = next(
        (n for n, row in enumerate(cells[:_MOST_ABOVE]) if _is_heading(row)), None
    )
    if at is None:
        raise SheetRefused(
            "The selected file must be a file of results that was downloaded here. "
            "Its first sheet has no row of headings that begins with “Code”"
        )
    columns = sheets.columns(cells[at], _HEADINGS, titles=_TITLES, needed=_NEEDED)
    above = {row[0]: row[1] for row in cells[:at] if len(row) > 1}
    title, on = above.get(_ASKED, "")[:200], _day(above.get(_RELEASED, ""))
    if not title or on is None:
        raise SheetRefused(
            f"The selected file must say “{_ASKED}” and “{_RELEASED}” above its headings, "
            "as it did when it was downloaded"
        )
    found = EarlierFile(title, on)
    checker = _Checker(columns, found)
    for number, row in enumerate(cells[at + 1 :], start=at + 2):
        if any(row):
            checker.take(number, row)
    if not found.rows:
        raise SheetRefused("The selected file has no share that can be read")
    return found


def _is_heading(row: Sequence[str]) -> bool:
    return bool(row) and row[0].strip().lower() == "code"


def _day(words: str) -> dt.date | None:
    for form in ("%d %B %Y", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(words.strip(), form).date()  # noqa: DTZ007 - a day
        except ValueError:
            continue
    return None


class _Checker:
    """Reads rows one by one; each fault is named by row and column."""

    def __init__(self, columns: dict[str, int], found: EarlierFile) -> None:
        self.columns, self.found = columns, found
        self.first_row: dict[tuple[str, str], int] = {}

    def take(self, number: int, row: Sequence[str]) -> None:
        before = len(self.found.faults)
        words = {name: self._words(number, name, row) for name in _NEEDED[:3]}
        share = self._share(number, self._cell(row, "share"))
        points = self._points(number, self._cell(row, "give_or_take"), share)
        key = (words["text"].lower(), words["answer"].lower())
        if all(key) and key in self.first_row:
            self._fault(
                number, "text", f"The same answer is in row {self.first_row[key]}"
            )
        self.first_row.setdefault(key, number)
        if len(self.found.faults) == before:
            self.found.rows.append(
                {
                    **words,
                    "share": share[0] if share else None,
                    "low": share[1] if share else -1.0,
                    "give_or_take": points,
                }
            )

    def _cell(self, row: Sequence[str], name: str) -> str:
        place = self.columns[name]
        found = row[place] if place < len(row) else ""
        return " ".join(found.split())

    def _fault(self, row: int, column: str, sentence: str) -> None:
        self.found.faults.append(Fault(row, _TITLES[column], sentence))

    def _words(self, number: int, name: str, row: Sequence[str]) -> str:
        cell = self._cell(row, name)
        if not cell:
            self._fault(number, name, "The cell is empty")
        if len(cell) > _MOST_WORDS:
            self._fault(
                number, name, f"The cell has more than {_MOST_WORDS} characters"
            )
        return cell

    def _share(self, number: int, cell: str) -> tuple[float, float] | None:
        """An empty cell is a share that was not shown, which is no fault."""
        if not cell:
            return None
        found = read_share(cell)
        if found is None:
            self._fault(
                number,
                "share",
                f"“{cell[:40]}” is not a share from 0 to 100, in whole points",
            )
        return found

    def _points(
        self, number: int, cell: str, share: tuple[float, float] | None
    ) -> float:
        if share is None and not cell:
            return 0.0
        try:
            points = float(cell)
        except ValueError:
            points = -1.0
        if not 0 <= points <= 50:
            self._fault(
                number, "give_or_take", f"“{cell[:40]}” is not a number from 0 to 50"
            )
        return points
