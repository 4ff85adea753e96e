"""The week as a board: a day is a grid of quarter hours, with a column for each strand, room or peer.

On a narrow screen the same sessions are a list in the order of the clock. Nothing here writes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from reviews.pages import say
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
    # How it makes room for what else is there at the time: classes of the style sheet.
    beside: tuple[str, ...]

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
            "scheduling-slot--cancelled": cell.session.cancelled,
            "scheduling-slot--clash": cell.blocks,
        }
        words = [
            f"board-r{self.row} board-s{self.rows} board-c{self.column}",
            f"scheduling-slot scheduling-slot--{cell.look}",
            *(f"scheduling-board__item--{name}" for name in self.beside),
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


@dataclass(frozen=True)
class _Place:
    """Rows and column of one drawing of a session."""

    row: int
    rows: int
    column: int

    def meets(self, other: _Place) -> bool:
        return self.row < other.row + other.rows and other.row < self.row + self.rows


def _items(
    cells: Iterable[Cell], by: str, lanes: Sequence[Lane], first: int
) -> Iterable[Item]:
    keys = [lane.key for lane in lanes]
    drawn: list[tuple[Cell, _Place, bool]] = []
    for cell in cells:
        session = cell.session
        begins = _minute(session.start) - first
        row = begins // QUARTER
        # A session ends with the quarter hour in which it ends.
        rows = max(-(-(begins + session.minutes) // QUARTER) - row, 1)
        for number, column in enumerate(_columns(cell, by, keys)):
            drawn.append((cell, _Place(row + FIRST_ROW, rows, column), number == 0))
    places = [place for _, place, _ in drawn]
    for (cell, place, named), beside in zip(
        drawn, _beside(places, len(lanes)), strict=True
    ):
        session = cell.session
        across = place.column == ACROSS
        yield Item(
            cell=cell,
            address=reverse("scheduling:session", args=[session.review_id, session.pk]),
            row=place.row,
            rows=place.rows,
            column=place.column,
            lane=session.strand_title
            if across
            else lanes[place.column - FIRST_COLUMN].title,
            where=_where(cell, by, across=across),
            named=named,
            beside=beside,
        )


def _beside(places: Sequence[_Place], lanes: int) -> list[tuple[str, ...]]:
    """Two at once share their column; what stands across writes where no other covers it."""
    sides: list[tuple[str, ...]] = []
    for number, place in enumerate(places):
        others = [
            (at, other)
            for at, other in enumerate(places)
            if at != number and place.meets(other)
        ]
        same = [at for at, other in others if other.column == place.column]
        before = [at for at in same if at < number]
        said = []
        if before:
            # On the other side of the one that came last.
            said.append("left" if "right" in sides[before[-1]] else "right")
        elif same:
            said.append("left")
        if place.column == ACROSS:
            covered = {other.column for _, other in others} - {ACROSS}
            if covered and FIRST_COLUMN not in covered:
                said.append("writes-left")
            elif covered and FIRST_COLUMN + lanes - 1 not in covered:
                said.append("writes-right")
        elif any(other.column == ACROSS for _, other in others):
            said.append("above")
        sides.append(tuple(said))
    return sides
