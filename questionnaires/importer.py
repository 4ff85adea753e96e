"""The list of people to invite, from .xlsx: every fault by its row, nothing taken on a guess."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from questionnaires.domain.inviting import Invitee
from reviews import sheets, workbook
from reviews.models import Agency, Review
from reviews.sheets import MOST_BYTES, Fault, SheetRefused, spelling

__all__ = ["MOST_BYTES", "Fault", "Reading", "SheetRefused", "blank_list", "read"]

COLUMNS = ("Full name", "Email address", "Agency", "Job group")
_HEADINGS = {
    "name": {"name", "full name", "person"},
    "email": {"email", "e-mail", "email address", "e-mail address", "mail"},
    "agency": {"agency", "organisation", "organization", "employer"},
    "job_group": {"job group", "job", "role", "post", "job title", "jobgroup"},
}
_TITLES = dict(zip(_HEADINGS, COLUMNS, strict=True))


@dataclass
class Reading:
    """What a list holds: rows in order, and what is wrong with the others."""

    rows: list[Invitee] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


def read(
    content: bytes, *, review: Review, known: set[str], only: Agency | None = None
) -> Reading:
    """Read a list. ``known`` addresses are on the list already; ``only`` limits the agency.

    Raises SheetRefused when the file cannot be used at all.
    """
    cells = sheets.cells(content)
    columns = sheets.columns(
        cells[0], _HEADINGS, titles=_TITLES, needed=("email", "agency", "job_group")
    )
    return _Checker(review, known, only, columns).check(cells[1:])


class _Checker:
    """Checks rows one by one against the review's agencies, job groups and each other."""

    def __init__(
        self,
        review: Review,
        known: set[str],
        only: Agency | None,
        columns: dict[str, int],
    ) -> None:
        self.columns, self.known, self.only = columns, known, only
        agencies = list(review.agencies.all())
        self.agencies = {
            spelling(word): agency.code
            for agency in agencies
            for word in (agency.name, agency.code)
        }
        self.agency_names = [agency.name for agency in agencies]
        groups = review.pack.job_groups
        self.groups = {
            spelling(word): group.code
            for group in groups
            for word in (group.title, group.code)
        }
        self.group_names = [group.title for group in groups]

    def check(self, rows: Sequence[Sequence[str]]) -> Reading:
        self.found = Reading()
        self.first_row: dict[str, int] = {}
        self.domains = Counter(
            self._cell(row, "email").lower().rpartition("@")[2] for row in rows
        )
        for number, row in enumerate(rows, start=2):
            if any(row):
                self._row(number, row)
        return self.found

    def _cell(self, row: Sequence[str], name: str) -> str:
        place = self.columns.get(name)
        return row[place] if place is not None and place < len(row) else ""

    def _fault(
        self, row: int, column: str, sentence: str, *, stops: bool = True
    ) -> None:
        self.found.faults.append(Fault(row, _TITLES[column], sentence, stops))

    def _row(self, number: int, row: Sequence[str]) -> None:
        before = len(self.found.faults)
        email = self._email(number, self._cell(row, "email"))
        agency = self._known(
            number,
            "agency",
            self._cell(row, "agency"),
            self.agencies,
            self.agency_names,
        )
        group = self._known(
            number,
            "job_group",
            self._cell(row, "job_group"),
            self.groups,
            self.group_names,
        )
        if agency and self.only and agency != self.only.code:
            self._fault(
                number, "agency", f"You can only add people of {self.only.name}"
            )
        name = " ".join(self._cell(row, "name").split())
        if len(name) > 200:
            self._fault(number, "name", "The name must be 200 characters or fewer")
        if not any(fault.stops for fault in self.found.faults[before:]):
            self.found.rows.append(Invitee(agency, group, email, name))

    def _email(self, number: int, cell: str) -> str:
        email = re.sub(r"\s|mailto:", "", cell).strip("<>;,.").lower()
        if not email:
            self._fault(number, "email", "There is no email address")
            return ""
        try:
            validate_email(email)
        except ValidationError:
            self._fault(number, "email", f"“{cell[:80]}” is not an email address")
            return ""
        if len(email) > 254:
            self._fault(
                number, "email", "The email address is longer than 254 characters"
            )
            return ""
        if email in self.first_row:
            self._fault(
                number, "email", f"{email} is also in row {self.first_row[email]}"
            )
        elif email in self.known:
            self._fault(number, "email", f"{email} is on the list already")
        self.first_row.setdefault(email, number)
        self._warn_of_misspelling(number, email)
        return email

    def _warn_of_misspelling(self, number: int, email: str) -> None:
        domain = email.rpartition("@")[2]
        usual = [name for name, count in self.domains.items() if count >= 3 and name]
        if self.domains[domain] >= 3:
            return
        near = difflib.get_close_matches(
            domain, [n for n in usual if n != domain], 1, 0.85
        )
        if near:
            self._fault(
                number,
                "email",
                f"{email}: most addresses end in @{near[0]}. Is this one misspelled?",
                stops=False,
            )

    def _known(
        self,
        number: int,
        column: str,
        cell: str,
        codes: dict[str, str],
        names: list[str],
    ) -> str:
        word = " ".join(cell.split())
        what = "agency" if column == "agency" else "job group"
        if not word:
            self._fault(number, column, f"There is no {what}")
            return ""
        code = codes.get(spelling(word))
        if code:
            return code
        near = difflib.get_close_matches(spelling(word), codes, 1, 0.6)
        hint = ""
        if near:
            title = next((n for n in names if codes[spelling(n)] == codes[near[0]]), "")
            hint = f" Did you mean “{title}”?" if title else ""
        article = "an" if what == "agency" else "a"
        self._fault(
            number,
            column,
            f"“{word[:80]}” is not {article} {what} of this review.{hint}",
        )
        return ""


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
        choice.add(f"{letter}2:{letter}2001")
        sheet.add_data_validation(choice)
    return workbook.saved(book, title="People to invite")
