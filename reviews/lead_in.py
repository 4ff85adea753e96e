"""The plan's dates, counted from the first on-site day. Pure: no database, no clock."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import holidays

from reviews.packs import MilestoneTemplate

SOON = dt.timedelta(days=7)
SATURDAY = 5


@dataclass(frozen=True)
class Planned:
    """One milestone on one day."""

    template: MilestoneTemplate
    offset: int
    due_on: dt.date


@lru_cache(maxsize=32)
def bank_holidays(year: int) -> frozenset[dt.date]:
    """England's bank holidays of ``year``."""
    return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))


def is_working_day(day: dt.date) -> bool:
    return day.weekday() < SATURDAY and day not in bank_holidays(day.year)


def due_on(day_zero: dt.date, offset: int, *, keeps_weekend: bool) -> dt.date:
    """The day ``offset`` days from the visit; one without work rolls on to the next with it.

    A milestone that belongs to a weekend (the team's arrival) stays there.
    """
    day = day_zero + dt.timedelta(days=offset)
    while not keeps_weekend and not is_working_day(day):
        day += dt.timedelta(days=1)
    return day


def milestones(
    day_zero: dt.date, templates: Iterable[MilestoneTemplate]
) -> list[Planned]:
    """Every milestone of the framework with its date, the earliest first."""
    planned = [
        Planned(
            template,
            offset,
            due_on(day_zero, offset, keeps_weekend=template.keeps_weekend),
        )
        for template in templates
        for offset in template.offsets
    ]
    return sorted(planned, key=lambda each: (each.due_on, each.offset))


def status_words(
    due: dt.date, *, is_open: bool, stored: str, today: dt.date
) -> str:
    """While it is open, late and due soon come before what was stored."""
    if is_open and due < today:
        return "Late"
    if is_open and due <= today + SOON:
        return "Due soon"
    return stored
