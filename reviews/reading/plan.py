"""The twelve-week plan as its pages show it. Nothing here writes."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict

from reviews import lead_in
from reviews.lead_in import Standing
from reviews.models import Milestone, Review

COLOURS = {
    Standing.LATE: "red",
    Standing.AT_RISK: "yellow",
    Standing.IN_PROGRESS: "light-blue",
}


@dataclass(frozen=True)
class PlanRow:
    milestone: Milestone
    owner_title: str
    standing: Standing
    weeks: str

    @property
    def status(self) -> str:
        return self.standing.words

    @property
    def colour(self) -> str:
        return COLOURS.get(self.standing, "")


def plan_of(review: Review, *, today: dt.date) -> list[PlanRow]:
    """The plan's rows in order of date, each with how it stands. One query."""
    titles = review.pack.owner_titles
    return [
        PlanRow(
            milestone=milestone,
            owner_title=titles.get(milestone.owner_role, milestone.owner_role),
            standing=lead_in.standing(
                milestone.due_on, status=milestone.status, today=today
            ),
            weeks=_weeks(milestone.offset_days),
        )
        for milestone in review.milestones.all()
    ]


def _weeks(offset: int) -> str:
    """Where a milestone stands from the visit, in the words that people use."""
    if -7 < offset < 0:
        return "the day before" if offset == -1 else f"{-offset} days before"
    if 0 <= offset < 7:
        return f"day {offset + 1} of the visit"
    weeks, after = abs(offset) // 7, offset > 0
    unit = "week" if weeks == 1 else "weeks"
    return f"{weeks} {unit} {'after' if after else 'before'}"


# What the address may filter and sort by


@dataclass(frozen=True)
class Choice:
    code: str
    title: str


PERIODS = (
    Choice("fortnight", "The next 14 days"),
    Choice("lead-in", "Before the visit"),
    Choice("visit", "The visit"),
    Choice("after", "After the visit"),
)
SORTS = (
    Choice("date", "Date"),
    Choice("urgency", "Urgency"),
    Choice("owner", "Who sees to it"),
)
STANDINGS = tuple(Choice(each.value, each.words) for each in Standing)


@dataclass(frozen=True)
class PlanFilter:
    """What of the plan is shown. Unknown words in an address filter by nothing."""

    owner: str = ""
    status: str = ""
    period: str = ""
    sort: str = "date"

    @classmethod
    def read(cls, query: QueryDict, review: Review) -> "PlanFilter":
        known = {
            "owner": set(review.pack.owner_titles),
            "status": {each.value for each in Standing},
            "period": {each.code for each in PERIODS},
            "sort": {each.code for each in SORTS},
        }
        found = {
            name: query.get(name, "")
            for name, words in known.items()
            if query.get(name, "") in words
        }
        return cls(**found)

    @property
    def is_on(self) -> bool:
        return bool(self.owner or self.status or self.period)

    @property
    def query(self) -> str:
        """The same filter as the part of an address behind the question mark."""
        query = QueryDict(mutable=True)
        for name in ("owner", "status", "period"):
            if getattr(self, name):
                query[name] = getattr(self, name)
        if self.sort != "date":
            query["sort"] = self.sort
        return query.urlencode()

    def with_status(self, status: str) -> "PlanFilter":
        return replace(self, status=status)


def _in_period(row: PlanRow, period: str, review: Review, today: dt.date) -> bool:
    due = row.milestone.due_on
    if period == "fortnight":
        return today <= due <= today + dt.timedelta(days=14)
    if period == "lead-in":
        return due < review.day_zero
    if period == "visit":
        return review.day_zero <= due <= review.last_day
    return due > review.last_day


def shown(
    rows: Sequence[PlanRow], chosen: PlanFilter, *, review: Review, today: dt.date
) -> list[PlanRow]:
    """Those of ``rows`` that the filter lets through, in its order."""
    kept = [
        row
        for row in rows
        if (not chosen.owner or row.milestone.owner_role == chosen.owner)
        and (not chosen.status or row.standing == chosen.status)
        and (not chosen.period or _in_period(row, chosen.period, review, today))
    ]
    if chosen.sort == "urgency":
        order = list(Standing)
        kept.sort(key=lambda row: order.index(row.standing))
    elif chosen.sort == "owner":
        kept.sort(key=lambda row: row.owner_title)
    return kept


@dataclass(frozen=True)
class Count:
    """How many milestones stand so, and the address that shows them."""

    title: str
    number: int
    query: str
    colour: str


def counts(rows: Sequence[PlanRow], chosen: PlanFilter) -> list[Count]:
    """At risk comes before late: there is still time for it."""
    numbers = Counter(row.standing for row in rows)
    order = [Standing.AT_RISK, Standing.LATE, *list(Standing)[2:]]
    return [
        Count(
            each.words,
            numbers[each],
            chosen.with_status(each.value).query,
            COLOURS.get(each, ""),
        )
        for each in order
        if numbers[each]
    ]
