"""Files that pages hand out: their names, and headers that keep a browser from running them."""

import datetime as dt
import re

from django.http import HttpResponse

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def file_name(council: str, what: str, on: dt.date, ending: str) -> str:
    """As in Trafford-Council_plan_2013-01-07.xlsx: readable, no spaces."""
    return f"{plain(council)}_{plain(what)}_{on:%Y-%m-%d}.{ending}"


def plain(text: str) -> str:
    """Letters, digits and hyphens only."""
    return re.sub(r"[^A-Za-z0-9]+", "-", text).strip("-")[:80]


def spreadsheet(content: bytes, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=XLSX,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )
