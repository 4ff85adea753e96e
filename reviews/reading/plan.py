"""The twelve-week plan as its pages show it. Nothing here writes."""

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reviews.models import Milestone, Review, Stage
from reviews.pages import say
from reviews.reading.filters import Box, Choice, Filters, choices
from reviews.rules import lead_in
from reviews.rules.lead_in import Standing

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
    # What the product knows to have happened; empty where it does not.
    known: str = ""

    @property
    def status(self) -> str:
        return self.standing.words

    @property
    def tick(self) -> str:
        """The row and the version of it that is shown."""
        return f"{self.milestone.pk}.{self.milestone.version}"

    @property
    def colour(self) -> str:
        return COLOURS.get(self.standing, "")


@dataclass(frozen=True)
class Meanwhile:
    """A milestone that somebody else saved first: each of its values, and the one chosen for it."""

    title: str
    values: list[tuple[str, str, str]]


def meanwhile(
    review: Review, missed: Sequence[Milestone], chosen: Mapping[str, Any]
) -> list[Meanwhile]:
    """What is saved beside what was chosen, for rows that were left alone."""
    titles = review.pack.owner_titles
    labels = dict(Milestone.Status.choices)
    found = []
    for row in missed:
        values = []
        if chosen["owner_role"]:
            mine = titles.get(chosen["owner_role"], "")
            saved = titles.get(row.owner_role, row.owner_role)
            values.append(("Who sees to it", saved, mine))
        if chosen["status"]:
            mine = str(labels[chosen["status"]])
            values.append(("Status", row.get_status_display(), mine))
        if chosen["days"]:
            days = say.counted(abs(chosen["days"]), "day")
            way = "later" if chosen["days"] > 0 else "earlier"
            values.append(("Due", say.day(row.due_on), f"{days} {way}"))
        found.append(Meanwhile(row.title, values))
    return found


def plan_of(review: Review, *, today: dt.date) -> list[PlanRow]:
    """The plan's rows in order of date, each with how it stands. One query."""
    titles = review.pack.owner_titles
    return [
        PlanRow(
            milestone=milestone,
            owner_title=titles.get(milestone.owner_role, milestone.owner_role),
            standing=lead_in.standing(
                milestone.due_on,
                status=milestone.status,
                today=today,
                closed=review.stage == Stage.CLOSED,
            ),
            weeks=_weeks(milestone.days_from_visit),
        )
        for milestone in review.milestones.all()
    ]


def with_known(rows: Sequence[PlanRow], known: Mapping[int, str]) -> list[PlanRow]:
    """The rows with what is known of each, by number of the milestone."""
    return [replace(row, known=known.get(row.milestone.pk, "")) for row in rows]


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

TO_DO = "to-do"
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
STANDINGS = (
    Choice(TO_DO, "Still to do"),
    *choices(
        (each.value, each.words) for each in Standing if each != Standing.LEFT_OPEN
    ),
)
# Of a closed review, whose plan has ended.
ENDED = (
    Choice(TO_DO, Standing.LEFT_OPEN.words),
    *choices((each.value, each.words) for each in (Standing.DONE, Standing.NOT_NEEDED)),
)


def boxes(review: Review, rows: Sequence[PlanRow]) -> tuple[Box, ...]:
    """The boxes of the bar over the table."""
    holding = {row.milestone.owner_role for row in rows}
    owners = choices(
        (role.code, role.title) for role in review.pack.roles if role.code in holding
    )
    return (
        Box("owner", "Who", owners, "Everybody"),
        Box(
            "status",
            "Status",
            ENDED if review.stage == Stage.CLOSED else STANDINGS,
            "Any status",
        ),
        Box("period", "When", PERIODS, "Any time"),
        Box("sort", "Sort by", SORTS, narrows=False),
    )


def _in_period(row: PlanRow, period: str, review: Review, today: dt.date) -> bool:
    due = row.milestone.due_on
    if period == "fortnight":
        return today <= due <= today + dt.timedelta(days=14)
    if period == "lead-in":
        return due < review.day_zero
    if period == "visit":
        return review.day_zero <= due <= review.last_day
    return due > review.last_day


def _stands(row: PlanRow, status: str) -> bool:
    return row.milestone.is_open if status == TO_DO else row.standing == status


def shown(
    rows: Sequence[PlanRow], chosen: Filters, *, review: Review, today: dt.date
) -> list[PlanRow]:
    """Those of ``rows`` that the filter lets through, in its order, what is open first."""
    owner, status = chosen.value("owner"), chosen.value("status")
    period = chosen.value("period")
    kept = [
        row
        for row in rows
        if (not owner or row.milestone.owner_role == owner)
        and (not status or _stands(row, status))
        and (not period or _in_period(row, period, review, today))
    ]
    if chosen.value("sort") == "urgency":
        order = list(Standing)
        kept.sort(key=lambda row: order.index(row.standing))
    elif chosen.value("sort") == "owner":
        kept.sort(key=lambda row: row.owner_title)
    kept.sort(key=lambda row: not row.milestone.is_open)
    return kept


@dataclass(frozen=True)
class Group:
    """Rows under one caption: what is still to do, and below it what is over."""

    title: str
    rows: list[PlanRow]


def groups(rows: Sequence[PlanRow], *, closed: bool) -> list[Group]:
    to_do = [row for row in rows if row.milestone.is_open]
    over = [row for row in rows if not row.milestone.is_open]
    title = Standing.LEFT_OPEN.words if closed else "Still to do"
    found = [Group(title, to_do), Group("Done or not needed", over)]
    return [group for group in found if group.rows]


@dataclass(frozen=True)
class Count:
    """How many milestones stand so, and the address that shows them."""

    title: str
    number: int
    query: str


def counts(rows: Sequence[PlanRow], chosen: Filters) -> list[Count]:
    """At risk comes before late: there is still time for it."""
    numbers = Counter(row.standing for row in rows)
    order = [Standing.AT_RISK, Standing.LATE, *list(Standing)[2:]]
    return [
        Count(
            each.words,
            numbers[each],
            chosen.but(
                "status", TO_DO if each == Standing.LEFT_OPEN else each.value
            ).query,
        )
        for each in order
        if numbers[each]
    ]
