"""The plan outside the browser: a spreadsheet and a calendar. No names of people in either."""

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from reviews.files.workbook import workbook as list_workbook
from reviews.models import Review
from reviews.reading.plan import PlanRow

if TYPE_CHECKING:
    from icalendar import Event

COLUMNS = (
    ("Due", 12),
    ("Milestone", 52),
    ("Code", 10),
    ("Who sees to it", 22),
    ("Status", 14),
    ("Done on", 12),
    ("Evidence", 48),
)

HEADINGS = tuple(heading for heading, _ in COLUMNS)


def workbook(review: Review, rows: Iterable[PlanRow]) -> bytes:
    """The rows as an .xlsx."""
    return list_workbook(
        sheet="Plan",
        title=f"Plan of the peer review of {review.council}",
        columns=COLUMNS,
        rows=(
            (
                row.milestone.due_on,
                row.milestone.title,
                row.milestone.code,
                row.owner_title,
                row.status,
                row.milestone.done_on,
                row.milestone.evidence,
            )
            for row in rows
        ),
    )


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
    # The day alone: a calendar does not say when it was asked for.
    event.add("dtstamp", at.replace(hour=0, minute=0, second=0, microsecond=0))
    event.add("summary", title)
    event.add("description", words)
    event.add("dtstart", first)
    event.add("dtend", last + dt.timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    return event
