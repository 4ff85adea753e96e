"""The week drawn to scale. Nothing here writes."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from reviews.pages import say
from scheduling.models import Session
from scheduling.reading.week import Cell, Week

# In the picture's own units, which are pixels on a wide screen.
HOUR, LANE, LEFT, TOP, GAP = 84, 79, 42, 36, 6
LINE, LETTER = 15, 6.0
# A picture of one day has room for whole titles.
LANE_OF_ONE_DAY = 300
TAIL = 4


@dataclass(frozen=True)
class Block:
    """A session drawn: where, how large, and the words that fit."""

    session: Session
    look: str
    clashes: bool
    x: int
    y: int
    width: int
    height: int
    lines: list[tuple[int, str]]


@dataclass(frozen=True)
class DayColumn:
    day: dt.date
    x: int
    width: int

    @property
    def words(self) -> str:
        short = self.width < 2 * LANE
        return f"{self.day:%a} {self.day.day}" if short else say.weekday(self.day)


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    columns: list[DayColumn]
    hours: list[tuple[int, str]]
    blocks: list[Block]


def picture_of(week: Week) -> Picture | None:
    """The week drawn to scale: days beside each other, strands side by side in each.

    A day that all spend together takes one strand's width.
    """
    sessions = week.sessions
    if not sessions:
        return None
    first = min(session.start.hour for session in sessions)
    last = max(_hours(session) for session in sessions)
    codes = [lane.code for lane in week.lanes]
    lane = LANE if len(week.days) > 1 else LANE_OF_ONE_DAY
    columns, x = [], LEFT
    for day in week.days:
        apart = any(cell.session.strand.split("+")[0] in codes for cell in day.cells)
        width = lane * (len(codes) if apart and codes else 1)
        columns.append(DayColumn(day.day, x, width))
        x += width + GAP
    blocks = [
        _block(cell, column, codes, lane, first)
        for day, column in zip(week.days, columns, strict=True)
        for cell in day.cells
    ]
    whole = int(last) + (last > int(last))
    return Picture(
        width=x,
        height=TOP + (whole - first) * HOUR + 8,
        columns=columns,
        hours=[
            (TOP + (hour - first) * HOUR, _hour_words(hour))
            for hour in range(first, whole + 1)
        ],
        blocks=blocks,
    )


def _hours(session: Session) -> float:
    return session.start.hour + (session.start.minute + session.minutes) / 60


def _hour_words(hour: int) -> str:
    if hour == 12:
        return "Midday"
    return f"{hour % 12 or 12}{'am' if hour % 24 < 12 else 'pm'}"


def _block(
    cell: Cell, column: DayColumn, codes: list[str], lane: int, first: int
) -> Block:
    session = cell.session
    strand = session.strand.split("+")[0]
    begins = session.start.hour + session.start.minute / 60 - first
    whole = strand not in codes or column.width == lane
    x = column.x + (0 if whole else codes.index(strand) * lane)
    y = TOP + round(begins * HOUR)
    width = (column.width if whole else lane) - 3
    height = max(round(session.minutes / 60 * HOUR) - 3, LINE + 4)
    words = fitted(session.title, int((width - 8) / LETTER), (height - 6) // LINE)
    lines = [(y + 15 + number * LINE, line) for number, line in enumerate(words)]
    return Block(session, cell.look, cell.blocks, x, y, width, height, lines)


def fitted(title: str, letters: int, lines: int) -> list[str]:
    """A title in at most ``lines`` lines of ``letters``, shortened where it is too long.

    The whole title if it fits, else what stands before its colon, semicolon or bracket, else as
    many words as fit. No word is cut unless it is longer than a line.
    """
    room = max(lines, 1)
    whole = _wrapped(title, letters)
    if len(whole) <= room:
        return whole
    head = _wrapped(_PART.split(title, maxsplit=1)[0], letters)
    if len(head) <= room:
        return head
    last = head[room - 1]
    while len(last) > letters - 1 and " " in last:
        last = last.rsplit(" ", 1)[0]
    return [*head[: room - 1], f"{last[: letters - 1]}…"]


_PART = re.compile(r"\s*[:;]\s+|\s*\(")


def _wrapped(text: str, letters: int) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + 1 + len(word) <= letters:
            lines[-1] += f" {word}"
        else:
            lines += [word] if len(word) <= letters else _broken(word, letters)
    return lines


def _broken(word: str, letters: int) -> list[str]:
    """A word that is longer than a line, in pieces with hyphens; none is a mere tail."""
    pieces, rest = [], word
    while len(rest) > letters:
        size = max(min(letters - 1, len(rest) - TAIL), 1)
        pieces.append(f"{rest[:size]}-")
        rest = rest[size:]
    return [*pieces, rest]
