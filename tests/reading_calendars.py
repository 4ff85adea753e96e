"""Calendar files as a calendar reads them.

What icalendar gives for a name may be any of thirty types; a test knows which it expects.
"""

from typing import Any

from icalendar import Calendar


def calendar_of(text: str | bytes) -> Any:
    return Calendar.from_ical(text)


def events_of(text: str | bytes) -> list[Any]:
    return list(Calendar.from_ical(text).walk("VEVENT"))
