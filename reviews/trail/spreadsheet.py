"""The audit trail as a spreadsheet, in the words of its page."""

from collections.abc import Iterable

from reviews.files.workbook import workbook
from reviews.models import Review
from reviews.trail.words import Change

COLUMNS = (
    ("Number", 10),
    ("Day", 14),
    ("Time", 10),
    ("What", 60),
    ("Who", 26),
    ("Details", 80),
)


def trail_workbook(review: Review, changes: Iterable[Change]) -> bytes:
    """The bytes of an .xlsx."""
    return workbook(
        sheet="Audit trail",
        title=f"Audit trail of the peer review of {review.council}",
        columns=COLUMNS,
        rows=(
            (
                each.number,
                each.on,
                each.clock,
                each.what,
                each.who,
                "\n".join(each.details),
            )
            for each in changes
        ),
    )
