"""How days, times and numbers are said, on pages, in mail and in the report. Pure."""

import datetime as dt
from collections.abc import Sequence

from django.utils import timezone


def day(value: dt.date) -> str:
    """As in 4 February 2013."""
    return f"{value.day} {value:%B %Y}"


def local_day(value: dt.datetime) -> dt.date:
    """The day of a moment, on the clock of the place."""
    return timezone.localtime(value).date()


def day_of(value: dt.datetime | None) -> str:
    """A moment's day as in 4 February 2013, "" for none."""
    return day(local_day(value)) if value else ""


def weekday(value: dt.date) -> str:
    """As in Monday 4 February, where the year is plain."""
    return f"{value:%A} {value.day} {value:%B}"


def day_range(first: dt.date, last: dt.date) -> str:
    """As in 4 to 8 February 2013, with only what differs said twice."""
    if first == last:
        return day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {day(last)}"
    if first.year == last.year:
        return f"{first.day} {first:%B} to {day(last)}"
    return f"{day(first)} to {day(last)}"


def as_typed(value: dt.date) -> str:
    """An example of a date in three boxes, as in 18 1 2027.

    Its day is 13 or more, so that nobody wonders which number is the month.
    """
    return f"{max(value.day, 13)} {value.month} {value.year}"


def size(number: int) -> str:
    """Of a file, as in 380KB or 2.3MB."""
    if number < 1_000_000:
        return f"{max(round(number / 1000), 1)}KB"
    return f"{number / 1_000_000:.1f}".rstrip("0").rstrip(".") + "MB"


def clock(value: dt.datetime | dt.time) -> str:
    """As in 9:30am, midday and midnight."""
    if value.minute == 0 and value.hour % 12 == 0:
        return "midday" if value.hour else "midnight"
    return f"{value.hour % 12 or 12}:{value:%M}{'am' if value.hour < 12 else 'pm'}"


def counted(number: int, noun: str, plural: str = "") -> str:
    """As in 1 note, 3 notes, 1,200 people."""
    return f"{number:,} {noun if number == 1 else plural or f'{noun}s'}"


def listed(words: Sequence[str]) -> str:
    """As in social work, health and schools."""
    *most, last = words or [""]
    return f"{', '.join(most)} and {last}" if most else last


def first_upper(words: str) -> str:
    """As a sentence or an item of a list begins."""
    return f"{words[:1].upper()}{words[1:]}"


def sentence(words: str) -> str:
    """As in "None of it.", from words without a capital and a full stop."""
    return f"{first_upper(words)}."
