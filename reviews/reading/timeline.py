"""The plan as a picture: one mark for each milestone, month by month. Nothing here writes.

Wide screens have a line, narrow ones a row for each month; the table says the same as both.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from reviews.pages import say
from reviews.reading.plan import PlanRow
from reviews.rules.lead_in import Standing

# What lies further from the visit than this is told in words: it would squeeze all the rest.
FAR = 120
WIDTH, SIDE = 1000, 14
STEP, TOP = 14, 44
LABEL_ROOM = 60


@dataclass(frozen=True)
class Mark:
    x: int
    y: int
    state: str

    @property
    def square(self) -> tuple[int, int]:
        return self.x - 5, self.y - 5

    @property
    def triangle(self) -> str:
        x, y = self.x, self.y
        return f"{x},{y - 6} {x + 6},{y + 5} {x - 6},{y + 5}"


@dataclass(frozen=True)
class Label:
    """A word beside an upright line; it stands on the side that has room."""

    x: int
    anchor: str = "start"
    apart: int = 6

    @classmethod
    def at(cls, x: int) -> "Label":
        if x > WIDTH - LABEL_ROOM:
            return cls(x, "end", -6)
        return cls(x)


@dataclass
class Month:
    """A month of the axis, and of the list for narrow screens."""

    first: dt.date
    x: int
    states: list[str] = field(default_factory=list)
    has_today: bool = False
    has_visit: bool = False

    @property
    def label(self) -> str:
        """With the year where it begins."""
        return f"{self.first:%B %Y}" if self.first.month == 1 else f"{self.first:%B}"

    @property
    def long_label(self) -> str:
        return f"{self.first:%B %Y}"


@dataclass(frozen=True)
class Timeline:
    marks: list[Mark]
    months: list[Month]
    visit: Label
    today: Label | None
    base: int
    far: str
    # Of a closed review, of which nothing is late any more.
    ended: bool

    @property
    def height(self) -> int:
        return self.base + 30

    @property
    def labels_y(self) -> int:
        return self.base + 22


def state_of(row: PlanRow) -> str:
    if row.standing in (Standing.LATE, Standing.AT_RISK):
        return str(row.standing.value)
    return "open" if row.milestone.is_open else "done"


def timeline_of(
    rows: Sequence[PlanRow], day_zero: dt.date, today: dt.date
) -> Timeline | None:
    """The picture of ``rows``; None where there is nothing to draw."""
    near = [row for row in rows if row.milestone.days_from_visit < FAR]
    if not near:
        return None
    days = [row.milestone.due_on for row in near]
    first = min([*days, day_zero]).replace(day=1)
    end = _next(max([*days, day_zero]).replace(day=1))
    span = (end - first).days

    def place(day: dt.date) -> int:
        return SIDE + round((WIDTH - 2 * SIDE) * (day - first).days / span)

    months = []
    month = first
    while month < end:
        months.append(Month(month, place(month)))
        month = _next(month)
    by_first = {each.first: each for each in months}
    for row in near:
        by_first[row.milestone.due_on.replace(day=1)].states.append(state_of(row))
    by_first[day_zero.replace(day=1)].has_visit = True
    here = by_first.get(today.replace(day=1))
    if here:
        here.has_today = True
    stacks: dict[int, int] = {}
    heights = []
    for row in near:
        column = place(row.milestone.due_on) // STEP
        stacks[column] = stacks.get(column, 0) + 1
        heights.append((column * STEP + STEP // 2, stacks[column], state_of(row)))
    base = TOP + STEP * max(stacks.values()) + 6
    return Timeline(
        marks=[Mark(x, base - STEP * level + 2, state) for x, level, state in heights],
        months=months,
        visit=Label.at(place(day_zero)),
        today=Label.at(place(today)) if here else None,
        base=base,
        far=_far_words([row for row in rows if row not in near]),
        ended=any(row.standing == Standing.LEFT_OPEN for row in rows),
    )


def _next(month: dt.date) -> dt.date:
    return (month + dt.timedelta(days=32)).replace(day=1)


def _far_words(rows: Sequence[PlanRow]) -> str:
    """What is not drawn, in words."""
    if not rows:
        return ""
    told = say.listed(
        [f"{row.milestone.title}, {say.day(row.milestone.due_on)}" for row in rows[:3]]
    )
    if len(rows) > 3:
        return (
            f"Not drawn, because {len(rows)} milestones are much later: see the table."
        )
    return f"Not drawn, because it is much later: {told}."
