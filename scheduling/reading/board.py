"""The week as a board: a day is a grid of quarter hours, with a column for each strand, room or peer.

On a narrow screen the same sessions are a list in the order of the clock. Nothing here writes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from reviews import say
from scheduling.reading.week import BY_PEER, BY_ROOM, Cell, GridDay, Week

QUARTER = 15
# The hours' own column is the first, and the names of the others stand in the first row.
FIRST_COLUMN, FIRST_ROW = 2, 2
ACROSS = 0


@dataclass(frozen=True)
class Lane:
    """A column: what a session is given that is dropped into it."""

    key: str
    title: str


@dataclass(frozen=True)
class Item:
    """A session in one column, or across all (column 0)."""

    cell: Cell
    address: str
    row: int
    rows: int
    column: int
    lane: str
    where: str
    # A session stands in the columns of all its peers; one of them has its place in the address.
    named: bool
    # Something else begins before, in the same column, and is not over.
    over: bool

    @property
    def key(self) -> int:
        return self.cell.session.pk

    @property
    def when(self) -> str:
        session = self.cell.session
        return f"{say.clock(session.start).capitalize()} to {say.clock(session.end)}"

    @property
    def mark(self) -> str:
        session = self.cell.session
        return "Cancelled" if session.cancelled else "Held" if session.held else ""

    @property
    def can_be_moved(self) -> bool:
        return not self.cell.session.cancelled

    @property
    def classes(self) -> str:
        cell = self.cell
        more = {
            "scheduling-board__item--over": self.over,
            "scheduling-slot--cancelled": cell.session.cancelled,
            "scheduling-slot--clash": cell.blocks,
        }
        words = [
            f"board-r{self.row} board-s{self.rows} board-c{self.column}",
            f"scheduling-slot scheduling-slot--{cell.look}",
            *(name for name, holds in more.items() if holds),
        ]
        return " ".join(words)


@dataclass(frozen=True)
class BoardDay:
    """``first``: the minute of the day at which the first row begins."""

    day: dt.date
    first: int
    hours: list[tuple[int, str]]
    items: list[Item]
    on_phones: bool
    number: int


@dataclass(frozen=True)
class Board:
    by: str
    lanes: list[Lane]
    days: list[BoardDay]

    @property
    def width(self) -> int:
        return max(len(self.lanes), 1)


def board_of(week: Week) -> Board:
    lanes = _lanes(week)
    return Board(
        by=week.wanted.by,
        lanes=lanes,
        days=[_day(day, week, lanes) for day in week.days],
    )


def _lanes(week: Week) -> list[Lane]:
    if week.wanted.by == BY_ROOM:
        rooms = {each.room_id: each.room for each in week.sessions}
        return [Lane(str(key), str(rooms[key])) for key in sorted(rooms)]
    if week.wanted.by == BY_PEER:
        return [Lane(key, name) for key, name in week.people]
    return [Lane(each.code, each.title) for each in week.lanes]


def _columns(cell: Cell, by: str, keys: Sequence[str]) -> list[int]:
    """Where a session stands. What all of the columns share stands across them."""
    session = cell.session
    if by == BY_ROOM:
        wanted = {str(session.room_id)}
    elif by == BY_PEER:
        wanted = {str(each.pk) for each in session.peers.all()}
    else:
        wanted = {session.strand.split("+")[0]}
    found = [number for number, key in enumerate(keys) if key in wanted]
    if not found or (len(found) == len(keys) and len(keys) > 1):
        return [ACROSS]
    return [number + FIRST_COLUMN for number in found]


def _minute(at: dt.time) -> int:
    return at.hour * 60 + at.minute


def _day(day: GridDay, week: Week, lanes: Sequence[Lane]) -> BoardDay:
    cells = day.cells
    first = min(_minute(cell.session.start) for cell in cells) // 60 * 60
    last = max(_minute(cell.session.start) + cell.session.minutes for cell in cells)
    return BoardDay(
        day=day.day,
        first=first,
        hours=[
            ((minute - first) // QUARTER + FIRST_ROW, _hour(minute))
            for minute in range(first, last + 1, 60)
        ],
        items=list(_items(cells, week.wanted.by, lanes, first)),
        on_phones=day.on_phones,
        number=day.number,
    )


def _hour(minute: int) -> str:
    return say.clock(dt.time(minute // 60 % 24)).capitalize()


def _where(cell: Cell, by: str, *, across: bool) -> str:
    """What its column does not say: the room, and the strand or whoever goes."""
    session = cell.session
    said = []
    if across or by != BY_ROOM:
        said.append(session.room.where)
    if across or by == BY_ROOM:
        said.append(session.strand_title)
    elif by != BY_PEER and cell.peers:
        said.append(cell.peers)
    return ". ".join(said)


def _items(
    cells: Iterable[Cell], by: str, lanes: Sequence[Lane], first: int
) -> Iterable[Item]:
    keys = [lane.key for lane in lanes]
    taken: dict[int, int] = {}
    for cell in cells:
        session = cell.session
        begins = _minute(session.start) - first
        row = begins // QUARTER
        # A session ends with the quarter hour in which it ends.
        rows = max(-(-(begins + session.minutes) // QUARTER) - row, 1)
        address = reverse("scheduling:session", args=[session.review_id, session.pk])
        for number, column in enumerate(_columns(cell, by, keys)):
            busy = (
                max(taken.values(), default=0)
                if column == ACROSS
                else max(taken.get(column, 0), taken.get(ACROSS, 0))
            )
            taken[column] = max(taken.get(column, 0), row + rows)
            yield Item(
                cell=cell,
                address=address,
                row=row + FIRST_ROW,
                rows=rows,
                column=column,
                lane=session.strand_title
                if column == ACROSS
                else lanes[column - FIRST_COLUMN].title,
                where=_where(cell, by, across=column == ACROSS),
                named=number == 0,
                over=busy > row,
            )
