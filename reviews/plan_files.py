"""The plan outside the browser: a spreadsheet and a calendar. No names of people in either."""

import datetime as dt
import io
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from reviews.models import Review
from reviews.reading.plan import PlanRow
from reviews.workbooks import CREATOR, MADE, printable, timeless

if TYPE_CHECKING:
    from icalendar import Event

HEADINGS = (
    "Due",
    "Milestone",
    "Code",
    "Who sees to it",
    "Status",
    "Done on",
    "Evidence",
)
WIDTHS = (12, 52, 10, 22, 14, 12, 48)


def workbook(review: Review, rows: Iterable[PlanRow]) -> bytes:
    """The rows as an .xlsx. Every text is stored as text, so none of it can be a formula."""
    from openpyxl import Workbook  # heavy, and for this download alone
    from openpyxl.styles import Font

    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "Plan"
    sheet.append(HEADINGS)
    for row in rows:
        milestone = row.milestone
        sheet.append([milestone.due_on, *[None] * 4, milestone.done_on])
        number = sheet.max_row
        for column, text in (
            (2, milestone.title),
            (3, milestone.code),
            (4, row.owner_title),
            (5, row.status),
            (7, milestone.evidence),
        ):
            cell = sheet.cell(number, column)
            cell.value = printable(text)
            cell.data_type = "s"
        for column in (1, 6):
            sheet.cell(number, column).number_format = "dd/mm/yyyy"
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    for letter, width in zip("ABCDEFG", WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    book.properties.creator = CREATOR
    book.properties.title = f"Plan of the peer review of {review.council}"
    book.properties.created = MADE.replace(tzinfo=None)
    out = io.BytesIO()
    book.save(out)
    return timeless(out.getvalue())


def calendar(review: Review, rows: Sequence[PlanRow], *, at: dt.datetime) -> bytes:
    """The plan as an iCalendar file of whole days: roles, and no names of people."""
    import icalendar  # for the calendar's address alone

    found = icalendar.Calendar()
    found.add("prodid", "-//Critical Friend//Plan//EN")
    found.add("version", "2.0")
    found.add("method", "PUBLISH")
    found.add("x-wr-calname", f"Peer review, {review.council}")
    for row in rows:
        milestone = row.milestone
        found.add_component(
            _event(
                icalendar.Event(),
                uid=f"milestone-{milestone.pk}@review.invalid",
                title=milestone.title,
                words=f"{row.owner_title}. {row.status}.",
                first=milestone.due_on,
                last=milestone.due_on,
                at=at,
            )
        )
    found.add_component(
        _event(
            icalendar.Event(),
            uid=f"visit-{review.pk}@review.invalid",
            title=f"The team is on site, {review.council}",
            words=review.programme,
            first=review.day_zero,
            last=review.last_day,
            at=at,
        )
    )
    return bytes(found.to_ical())


def _event(
    event: "Event",
    *,
    uid: str,
    title: str,
    words: str,
    first: dt.date,
    last: dt.date,
    at: dt.datetime,
) -> "Event":
    event.add("uid", uid)
    event.add("dtstamp", at)
    event.add("summary", title)
    event.add("description", words)
    event.add("dtstart", first)
    event.add("dtend", last + dt.timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event
