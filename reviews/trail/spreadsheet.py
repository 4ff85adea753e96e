"""The audit trail as a spreadsheet, in the words of its page."""

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from string import Template
from typing import Any

from reviews.files.workbook import workbook
from reviews.models import Review
from reviews.trail.words import SENTENCES, Change, clock_of

COLUMNS = (
    ("Number", 10),
    ("Day", 14),
    ("Time", 10),
    ("What", 60),
    ("Who", 26),
    ("Details", 80),
)


EARLIER = (*COLUMNS, ("Seal of the line", 70))


def earlier_workbook(review: Review, lines: Iterable[Mapping[str, Any]]) -> bytes:
    """The trail of before a move. Numbers in it mean rows of the installation it was kept on, so
    they stand as they are."""
    return workbook(
        sheet="Audit trail",
        title=f"Audit trail of before the move of the peer review of {review.council}",
        columns=EARLIER,
        rows=(
            (
                each["number"],
                dt.date.fromisoformat(each["on"]),
                clock_of(each["at"]),
                Template(SENTENCES.get(each["action"], each["action"])).safe_substitute(
                    {name: str(value) for name, value in each["detail"].items()},
                    object=f"{each['object_kind']} {each['object_id']}".strip(),
                ),
                each["actor_name"],
                _details(each),
                each["hash"],
            )
            for each in lines
        ),
    )


def _details(line: Mapping[str, Any]) -> str:
    known = dict(line["detail"])
    if line["count"] is not None:
        known["count"] = line["count"]
    return "\n".join(
        f"{name}: {json.dumps(value, ensure_ascii=False)}"
        for name, value in known.items()
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
