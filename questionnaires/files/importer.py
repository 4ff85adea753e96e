"""The list of people to invite, from .xlsx or .csv: every fault by row and column, nothing guessed."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from questionnaires.domain.inviting import Invitee
from questionnaires.rules import addresses
from reviews.files import sheets, workbook
from reviews.files.sheets import MOST_BYTES, NO_ROWS, Fault, SheetRefused, spelling
from reviews.models import Agency, Review

__all__ = ["MOST_BYTES", "Fault", "Reading", "SheetRefused", "blank_list", "read"]

# More than other lists: docs/adr/0012.
MOST_ROWS = 10_000
LONGEST_NAME = 200
# So many rows may stand above the headings: a title, a date, an empty row.
MOST_ABOVE = 9
COLUMNS = ("Full name", "Email address", "Agency", "Job group")
_HEADINGS = {
    "name": {"name", "full name", "person"},
    "email": {"email", "e-mail", "email address", "e-mail address", "mail"},
    "agency": {"agency", "organisation", "organization", "employer"},
    "job_group": {"job group", "job", "role", "post", "job title", "jobgroup"},
}
_NEEDED = ("email", "agency", "job_group")
_TITLES = dict(zip(_HEADINGS, COLUMNS, strict=True))
_ERRORS = {"#N/A", "#REF!", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!"}

Progress = Callable[[int], None]


@dataclass
class Reading:
    """What a list holds: rows in order, what is wrong, and headings that were not looked at."""

    rows: list[Invitee] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)


def read(
    content: bytes,
    *,
    review: Review,
    known: set[str],
    only: Agency | None = None,
    progress: Progress = lambda percent: None,
) -> Reading:
    """Read a list. ``known`` addresses, in small letters, are on the list already; ``only``
    limits the agency; ``progress`` is told the per cent that have been read, now and then.

    Raises SheetRefused when the file cannot be used at all.
    """
    with sheets.opened(content, most_rows=MOST_ROWS, text_too=True) as sheet:
        at, headings, columns = _headings(sheet.rows)
        checker = _Checker(review, known, only, columns, headings)
        told = 0
        for number, row in enumerate(sheet.rows, start=at + 1):
            checker.check(number, row)
            percent = min(99, 100 * number // max(sheet.expected, number, 1))
            if percent >= told + 10:
                told = percent
                progress(percent)
    if not checker.looked_at:
        raise SheetRefused(NO_ROWS)
    return checker.finish()


def _headings(rows: Iterator[list[str]]) -> tuple[int, list[str], dict[str, int]]:
    """The row of the headings, which may stand under a title, and where each of them is."""
    nearest: list[str] = []
    for number, row in enumerate(islice(rows, MOST_ABOVE + 1), start=1):
        headings = [cell.strip() for cell in row]
        columns = sheets.places(headings, _HEADINGS)
        if columns.keys() >= set(_NEEDED):
            return number, headings, columns
        if len(columns) > len(sheets.places(nearest, _HEADINGS)):
            nearest = headings
    sheets.columns(
        nearest,
        _HEADINGS,
        titles=_TITLES,
        needed=_NEEDED,
        where="A row near the top of the first sheet",
    )
    raise AssertionError("a row that lacks no heading was passed over")


class _Checker:
    """Checks rows one by one against the review's agencies, job groups and each other."""

    def __init__(
        self,
        review: Review,
        known: set[str],
        only: Agency | None,
        columns: dict[str, int],
        headings: Sequence[str],
    ) -> None:
        self.columns, self.known, self.only = columns, known, only
        self.width = len(headings)
        self.found = Reading(
            ignored=[
                heading
                for place, heading in enumerate(headings)
                if heading and place not in columns.values()
            ]
        )
        self.looked_at = 0
        # Where an address stood first, and whether that row was taken.
        self.first_row: dict[str, tuple[int, bool]] = {}
        self.domains: Counter[str] = Counter()
        self.to_suspect: list[tuple[int, str]] = []
        agencies = list(review.agencies.all())
        groups = review.pack.job_groups
        self.words = {
            "agency": _Words("agency", "an agency", {a.name: a.code for a in agencies}),
            "job_group": _Words(
                "job group", "a job group", {g.title: g.code for g in groups}
            ),
        }

    def check(self, number: int, row: Sequence[str]) -> None:
        if not any(cell.strip() for cell in row):
            return
        self.looked_at += 1
        before = len(self.found.faults)
        email = self._email(number, row)
        agency = self._known(number, "agency", row)
        group = self._known(number, "job_group", row)
        if agency and self.only and agency != self.only.code:
            self._fault(
                number, "agency", f"You can only add people of {self.only.name}"
            )
        name = self._name(number, row)
        if any(cell.strip() for cell in row[self.width :]):
            self._fault(
                number,
                "name",
                "There is something to the right of the last heading. It is not taken",
                stops=False,
            )
        taken = not any(fault.stops for fault in self.found.faults[before:])
        if taken:
            self.found.rows.append(Invitee(agency, group, email, name))
        if email:
            self.first_row.setdefault(email.lower(), (number, taken))

    def finish(self) -> Reading:
        """Likely misspellings can be told once all domains have been seen."""
        frequent = {name for name, n in self.domains.items() if n >= addresses.FREQUENT}
        for number, email in self.to_suspect:
            if words := addresses.suspicion(email, frequent):
                self._fault(number, "email", words, stops=False)
        self.found.faults.sort(key=lambda fault: fault.row)
        return self.found

    def _cell(self, row: Sequence[str], name: str) -> str:
        place = self.columns.get(name)
        return row[place] if place is not None and place < len(row) else ""

    def _fault(
        self, row: int, column: str, sentence: str, *, stops: bool = True
    ) -> None:
        self.found.faults.append(Fault(row, _TITLES[column], sentence, stops))

    def _is_error(self, number: int, column: str, word: str) -> bool:
        if word not in _ERRORS:
            return False
        self._fault(
            number, column, f"The cell shows an error of the spreadsheet, {word}"
        )
        return True

    def _email(self, number: int, row: Sequence[str]) -> str:
        cell = self._cell(row, "email")
        if self._is_error(number, "email", cell.strip()):
            return ""
        address = addresses.read(cell)
        if address.fault:
            self._fault(number, "email", address.fault)
            return ""
        email = address.email
        if address.taken_off:
            off = " and ".join(address.taken_off)
            self._fault(
                number, "email", f"{email}: {off} around it left away", stops=False
            )
        self._repeated(number, email)
        self.domains[addresses.domain_of(email)] += 1
        self.to_suspect.append((number, email))
        return email

    def _repeated(self, number: int, email: str) -> None:
        if email.lower() in self.known:
            self._fault(number, "email", f"{email} is on the list already")
            return
        first, taken = self.first_row.get(email.lower(), (0, False))
        if taken:
            self._fault(number, "email", f"{email} is also in row {first}")
        elif first:
            self._fault(
                number,
                "email",
                f"{email} is also in row {first}, which is left out",
                stops=False,
            )

    def _known(self, number: int, column: str, row: Sequence[str]) -> str:
        word = " ".join(self._cell(row, column).split())
        if self._is_error(number, column, word):
            return ""
        code, fault = self.words[column].look_up(word)
        if fault:
            self._fault(number, column, fault)
        return code

    def _name(self, number: int, row: Sequence[str]) -> str:
        name = " ".join(self._cell(row, "name").split())
        if self._is_error(number, "name", name):
            return ""
        if len(name) > LONGEST_NAME:
            self._fault(
                number, "name", f"The name must be {LONGEST_NAME} characters or fewer"
            )
        if "@" in name:
            self._fault(
                number, "name", "The name looks like an email address", stops=False
            )
        return name


class _Words:
    """The names and codes that a column may hold, and what somebody meant who wrote another."""

    def __init__(self, what: str, one: str, codes: dict[str, str]) -> None:
        self.what, self.one = what, one
        self.titles = {spelling(name): name for name in codes}
        self.codes = {spelling(code): code for code in codes.values()}
        self.codes |= {spelling(name): code for name, code in codes.items()}
        self.seen: dict[str, tuple[str, str]] = {}

    def look_up(self, word: str) -> tuple[str, str]:
        """The code, or "" and what is wrong. The same word is looked up once."""
        if word not in self.seen:
            self.seen[word] = self._look_up(word)
        return self.seen[word]

    def _look_up(self, word: str) -> tuple[str, str]:
        if not word:
            return "", f"There is no {self.what}"
        code = self.codes.get(spelling(word))
        if code:
            return code, ""
        fault = f"“{word[:80]}” is not {self.one} of this review"
        near = difflib.get_close_matches(spelling(word), self.titles, 1, 0.6)
        meant = f". Did you mean “{self.titles[near[0]]}”?" if near else ""
        return "", fault + meant


def blank_list(review: Review) -> bytes:
    """An .xlsx to fill in: the headings, and a second sheet with the words that are known."""
    from openpyxl import Workbook  # heavy, and for this download alone
    from openpyxl.styles import Font
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "People"
    sheet.append(list(COLUMNS))
    words = book.create_sheet("Words to use")
    words.append(["Agency", "Job group"])
    agencies = [agency.name for agency in review.agencies.all()]
    groups = [group.title for group in review.pack.job_groups]
    for number in range(max(len(agencies), len(groups))):
        row = [
            part[number] if number < len(part) else "" for part in (agencies, groups)
        ]
        workbook.append(words, row)
    for each in (sheet, words):
        for cell in each[1]:
            cell.font = Font(bold=True)
        for letter, width in zip("ABCD", (28, 40, 36, 44), strict=True):
            each.column_dimensions[letter].width = width
        each.freeze_panes = "A2"
    for letter, column, number in (("C", "A", len(agencies)), ("D", "B", len(groups))):
        choice = DataValidation(
            "list", f"='Words to use'!${column}$2:${column}${number + 1}"
        )
        choice.add(f"{letter}2:{letter}{MOST_ROWS + 1}")
        sheet.add_data_validation(choice)
    return workbook.saved(book, title="People to invite")
