"""Which days clash with a visit, drawn and in words. Nothing here writes."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from reviews.models import BlockedPeriod, Review
from reviews.rules import lead_in

BANK, VISIT = "bank", "visit"
LETTERS = {
    BANK: "B",
    BlockedPeriod.Kind.SCHOOL.value: "S",
    BlockedPeriod.Kind.ELECTION.value: "E",
    BlockedPeriod.Kind.COUNCIL.value: "C",
    BlockedPeriod.Kind.INSPECTION.value: "I",
}
TITLES = {BANK: "Bank holiday", **dict(BlockedPeriod.Kind.choices)}
# What is drawn where several fall on one day.
WEIGHT = ["inspection", "election", "bank", "council", "school"]
AFTER = dt.timedelta(days=28)
MOST_MONTHS = 24


@dataclass(frozen=True)
class Clash:
    """Days to keep away from, and what of the review falls on them."""

    first: dt.date
    last: dt.date
    kind: str
    title: str
    with_visit: bool
    milestones: int
    number: int | None = None

    @property
    def kind_title(self) -> str:
        return TITLES[self.kind]

    @property
    def letter(self) -> str:
        return LETTERS[self.kind]


def clashes_of(review: Review) -> list[Clash]:
    """Everything that falls between the plan's first date and four weeks after the visit."""
    due = [row.due_on for row in review.milestones.all() if row.is_open]
    first = min([*due, review.day_zero])
    last = max(review.last_day + AFTER, first)
    found: list[tuple[dt.date, dt.date, str, str, int | None]] = [
        (day, day, BANK, name, None)
        for day, name in lead_in.named_bank_holidays(first, last)
    ]
    found += [
        (day, day, BlockedPeriod.Kind.ELECTION.value, "Local elections, by rule", None)
        for day in lead_in.local_elections(first, last)
    ]
    found += [
        (each.first, each.last, each.kind, each.title, each.pk)
        for each in review.blocked_periods.all()
    ]
    return [
        Clash(
            begins,
            ends,
            kind,
            title,
            begins <= review.last_day and ends >= review.day_zero,
            sum(begins <= day <= ends for day in due),
            number,
        )
        for begins, ends, kind, title, number in sorted(
            found, key=lambda each: each[:3]
        )
    ]


# The drawn calendar

CELL, HEAD = 34, 44


@dataclass(frozen=True)
class Weekday:
    letter: str
    x: int


WEEKDAYS = [Weekday(letter, n * CELL + 7) for n, letter in enumerate("MTWTFSS")]


@dataclass(frozen=True)
class DayCell:
    """One day of a month as it is drawn. Told apart by a letter as well as by colour."""

    number: int
    x: int
    y: int
    kind: str
    letter: str
    visit: bool
    milestones: int

    @property
    def text_x(self) -> int:
        return self.x + 6

    @property
    def text_y(self) -> int:
        return self.y + 15

    @property
    def letter_x(self) -> int:
        return self.x + CELL - 13

    @property
    def letter_y(self) -> int:
        return self.y + CELL - 7

    @property
    def dot_x(self) -> int:
        return self.x + 9

    @property
    def dot_y(self) -> int:
        return self.y + CELL - 10


@dataclass(frozen=True)
class Month:
    title: str
    days: list[DayCell]
    height: int
    label: str

    @property
    def width(self) -> int:
        return 7 * CELL + 2


def months_of(review: Review, clashes: list[Clash]) -> list[Month]:
    """Every month from the plan's first open date to the visit, and every other one in which
    there are days to keep away from."""
    due = Counter(row.due_on for row in review.milestones.all() if row.is_open)
    kinds: dict[dt.date, list[str]] = {}
    for clash in clashes:
        for number in range((clash.last - clash.first).days + 1):
            day = clash.first + dt.timedelta(days=number)
            kinds.setdefault(day, []).append(clash.kind)
    touched = {day.replace(day=1) for day in kinds}
    month = min([*(day for day in due if day < review.day_zero), review.day_zero])
    month = month.replace(day=1)
    while month <= review.last_day:
        touched.add(month)
        month = _next(month)
    return [
        _month(first, review, kinds, due) for first in sorted(touched)[:MOST_MONTHS]
    ]


def _next(month: dt.date) -> dt.date:
    return (month + dt.timedelta(days=32)).replace(day=1)


def _month(
    month: dt.date,
    review: Review,
    kinds: dict[dt.date, list[str]],
    due: Counter[dt.date],
) -> Month:
    days, day, row = [], month, 0
    while day < _next(month):
        here = sorted(kinds.get(day, []), key=WEIGHT.index)
        days.append(
            DayCell(
                number=day.day,
                x=day.weekday() * CELL + 1,
                y=HEAD + row * CELL,
                kind=here[0] if here else "weekend" if day.weekday() > 4 else "",
                letter="".join(dict.fromkeys(LETTERS[kind] for kind in here))[:2],
                visit=review.day_zero <= day <= review.last_day,
                milestones=due[day],
            )
        )
        row += day.weekday() == 6
        day += dt.timedelta(days=1)
    marked = sum(bool(each.letter) for each in days)
    title = f"{month:%B %Y}"
    return Month(
        title,
        days,
        max(each.y for each in days) + CELL + 2,
        f"{title}: {marked} days to keep away from, "
        f"{sum(each.visit for each in days)} days of the visit, "
        f"{sum(each.milestones for each in days)} milestones. The table says the same.",
    )
