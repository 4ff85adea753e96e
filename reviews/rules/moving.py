"""The file in which a whole review moves to another installation: its form, and its values. Pure.

Inside an age envelope lies a ZIP: ``review.json`` with the rows, ``trail.json`` with the old trail,
and a file for each document and report.
"""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import models

from reviews.secrets.sealing import SealedJSONField, SealedTextField

FORMAT, VERSION = "critical-friend-whole-review", 1
ROWS, TRAIL = "review.json", "trail.json"
# Unpacked, all together; of one model; and of one text.
MOST_BYTES, MOST_ROWS, MOST_TEXT = 250_000_000, 20_000, 200_000
# The largest number, either way, that a column keeps; and the years of every day that is told.
MOST_NUMBER, MOST_SMALL = 2_147_483_647, 32_767
YEARS = (1900, 2199)
# What a sealed file may be beyond what is in it.
MOST_SEALED = MOST_BYTES + 5_000_000

_UNFIT = re.compile("[\x00\ud800-\udfff]")


def to_plain(value: Any) -> Any:
    """A column's value as JSON has it."""
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, Decimal | uuid.UUID):
        return str(value)
    if isinstance(value, Mapping):
        return dict(value)
    return value


def from_plain(field: models.Field[Any, Any], value: Any) -> Any:
    """What ``to_plain`` made of a value of this column. Raises ValueError where it is of another kind."""
    if value is None:
        if not field.null:
            raise ValueError("it must not be empty")
        return None
    if isinstance(field, models.JSONField | SealedJSONField):
        return value
    if isinstance(field, models.IntegerField):
        return _number(
            value, MOST_SMALL if "Small" in type(field).__name__ else MOST_NUMBER
        )
    return next(of for kind, of in _KINDS if isinstance(field, kind))(value)


class OutOfTime(ValueError):
    """A day of a year in which no review is."""

    def __init__(self) -> None:
        super().__init__(f"it must be in the years from {YEARS[0]} to {YEARS[1]}")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("it must be a text")
    return value


def _read(read: Callable[[str], Any], what: str) -> Callable[[Any], Any]:
    def of(value: Any) -> Any:
        try:
            return read(_text(value))
        except OutOfTime:
            raise
        except (ValueError, InvalidOperation) as error:
            raise ValueError(f"it must be {what}") from error

    return of


def _moment(value: str) -> dt.datetime:
    found = dt.datetime.fromisoformat(value)
    if found.tzinfo is None:
        raise ValueError(value)
    _in_our_time(found)
    return found


def _day(value: str) -> dt.date:
    found = dt.date.fromisoformat(value)
    _in_our_time(found)
    return found


def _in_our_time(day: dt.date) -> None:
    """Days and weeks are added to it, so the first and the last that there are fit nothing."""
    if not is_in_our_time(day):
        raise OutOfTime


def is_in_our_time(day: dt.date) -> bool:
    return YEARS[0] <= day.year <= YEARS[1]


def _amount(value: str) -> Decimal:
    found = Decimal(value)
    if not found.is_finite():
        raise ValueError(value)
    return found


def _number(value: Any, most: int) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("it must be a number")
    if abs(value) > most:
        raise ValueError(f"it must be a number up to {most:,}")
    return value


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError("it must be true or false")
    return value


# The narrower kind first: a moment is a day too.
_KINDS: tuple[tuple[type[models.Field[Any, Any]], Callable[[Any], Any]], ...] = (
    (SealedTextField, _text),
    (models.DateTimeField, _read(_moment, "a moment with its time zone")),
    (models.DateField, _read(_day, "a day such as 2013-02-04")),
    (models.TimeField, _read(dt.time.fromisoformat, "a time such as 09:30:00")),
    (models.DecimalField, _read(_amount, "a number in digits")),
    (models.UUIDField, _read(uuid.UUID, "a random number in its usual form")),
    (models.BooleanField, _truth),
    (models.CharField, _text),
    (models.TextField, _text),
)


def has_unfit_text(value: Any) -> bool:
    """Whether a text anywhere in it is too long, or holds characters that no text has, or a number
    is larger than any that is told."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            if len(each) > MOST_TEXT or _UNFIT.search(each):
                return True
        elif isinstance(each, int | float):
            if abs(each) > MOST_NUMBER:
                return True
        elif isinstance(each, dict):
            waiting += [*each.keys(), *each.values()]
        elif isinstance(each, list):
            waiting += each
    return False
