"""The plan's dates, counted from the first on-site day. Pure: no database, no clock."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

import holidays

from reviews.packs import MilestoneTemplate

SOON = dt.timedelta(days=7)
REMIND_BEFORE = (14, 7, 1)
THURSDAY, SATURDAY = 3, 5


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


def usual_first_day(earliest: dt.date) -> dt.date:
    """A Monday of work, ``earliest`` or later, that serves as an example of a first day on site.

    Like every example of a date it is the 13th or later: nobody wonders which number is the month.
    """
    day = earliest
    while day.weekday() or day.day < 13 or not is_working_day(day):
        day += dt.timedelta(days=1)
    return day


def due_on(day_zero: dt.date, offset: int, *, keeps_weekend: bool) -> dt.date:
    """The day ``offset`` days from the visit; one without work rolls on to the next with it.

    A milestone that belongs to a weekend (the team's arrival) stays there.
    """
    day = day_zero + dt.timedelta(days=offset)
    while not keeps_weekend and not is_working_day(day):
        day += dt.timedelta(days=1)
    return day


def shift_days(
    day_zero: dt.date, offset: int, due: dt.date, *, keeps_weekend: bool
) -> int:
    """How many days a date set by hand lies from where the framework puts it.

    0 where it is the framework's own date, also where that rolled on from a day off.
    """
    if due == due_on(day_zero, offset, keeps_weekend=keeps_weekend):
        return 0
    return (due - day_zero).days - offset


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


class Standing(StrEnum):
    """How a milestone stands on a day. The order is that of urgency."""

    LATE = "late"
    AT_RISK = "at-risk"
    OPEN = "open"
    IN_PROGRESS = "in-progress"
    LEFT_OPEN = "left-open"
    DONE = "done"
    NOT_NEEDED = "not-needed"

    @property
    def words(self) -> str:
        said = {
            self.OPEN: "Not started",
            self.LEFT_OPEN: "Open when the review was closed",
        }
        return said.get(self, self.value.replace("-", " ").capitalize())


def standing(
    due: dt.date, *, status: str, today: dt.date, closed: bool = False
) -> Standing:
    """Late and at risk are never stored: they follow from the day and what was stored.

    At risk is due within a week and not begun; what has begun is watched, not alarmed at. Of a
    review that is ``closed`` nobody can mark anything any more, so nothing is late.
    """
    stored = Standing(status.replace("_", "-"))
    is_open = stored in (Standing.OPEN, Standing.IN_PROGRESS)
    if is_open and closed:
        return Standing.LEFT_OPEN
    if is_open and due < today:
        return Standing.LATE
    if stored == Standing.OPEN and due <= today + SOON:
        return Standing.AT_RISK
    return stored


def reminder_due(due: dt.date, *, today: dt.date) -> dt.date | None:
    """The latest day on or before ``today`` at which its owner is to be reminded.

    That is 14, 7 and 1 days before; once late, the day after and each week from there.
    A night that was missed is thus made good by the next one.
    """
    if today > due:
        first = due + dt.timedelta(days=1)
        return first + dt.timedelta(days=(today - first).days // 7 * 7)
    days = [due - dt.timedelta(days=before) for before in REMIND_BEFORE]
    return max((day for day in days if day <= today), default=None)


def named_bank_holidays(first: dt.date, last: dt.date) -> list[tuple[dt.date, str]]:
    """England's bank holidays from ``first`` to ``last``, with their names."""
    named = holidays.country_holidays(
        "GB", subdiv="ENG", years=range(first.year, last.year + 1)
    )
    return sorted((day, name) for day, name in named.items() if first <= day <= last)


def local_elections(first: dt.date, last: dt.date) -> list[dt.date]:
    """The first Thursday of May in each year of the range: when councils are elected."""
    days = []
    for year in range(first.year, last.year + 1):
        may = dt.date(year, 5, 1)
        days.append(may + dt.timedelta(days=(THURSDAY - may.weekday()) % 7))
    return [day for day in days if first <= day <= last]
