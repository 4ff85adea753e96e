"""The week as its pages show it: days, lanes, cells, and who may see whom."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from reviews.models import Membership, Review
from reviews.packs import Strand
from scheduling.models import Session
from scheduling.reading.clashes import ClashLine, clashes_for, lines_of_grade
from scheduling.reading.filters import SHORT, WHOLE, Wanted, is_wanted, short_of
from scheduling.reading.sessions import lanes_of, look_of, sees_people, sessions_for
from scheduling.rules import clashes
from scheduling.rules.clashes import Clash, Grade


@dataclass(frozen=True)
class Cell:
    """One session of the week, with what it clashes with."""

    session: Session
    look: str
    peers: str
    clashes: list[Clash]

    @property
    def blocks(self) -> bool:
        return any(clash.blocks for clash in self.clashes)


@dataclass(frozen=True)
class GridDay:
    """``on_phones``: a narrow screen shows this day; the others are there once asked for."""

    day: dt.date
    cells: list[Cell]
    on_phones: bool = True

    @property
    def number(self) -> int:
        return sum(
            cell.look == "people" and not cell.session.cancelled for cell in self.cells
        )


# What the columns are, where they are not strands.
BY_ROOM, BY_PEER = "room", "peer"


@dataclass(frozen=True)
class DayLink:
    """One day to choose. ``usual``: chosen on narrow screens as long as nobody chose."""

    day: dt.date
    address: str
    current: bool
    usual: bool


@dataclass(frozen=True)
class Week:
    lanes: list[Strand]
    days: list[GridDay]
    clashes: list[ClashLine]
    warnings: list[ClashLine]
    notes: list[ClashLine]
    short: list[str]
    wanted: Wanted
    links: list[DayLink]
    people: list[tuple[str, str]]
    empty: bool
    # A clash names somebody who is met.
    names_people: bool = False

    @property
    def sessions(self) -> list[Session]:
        return [cell.session for day in self.days for cell in day.cells]

    @property
    def whole_address(self) -> str:
        return self.wanted.address(day=WHOLE)


def week_of(
    membership: Membership, today: dt.date, wanted: Wanted | None = None
) -> Week:
    """The timetable of this member, in a number of queries that never grows."""
    review = membership.review
    sessions = sessions_for(membership)
    wanted = _known(wanted or Wanted(), sessions)
    lanes = lanes_of(review)
    found = clashes_for(membership, sessions)
    marked: dict[int, list[Clash]] = defaultdict(list)
    for clash in found:
        for key in clash.sessions:
            marked[key].append(clash)
    shown = [session for session in sessions if is_wanted(session, wanted)]
    usual = _usual(review, sessions, today)
    narrow = wanted.day in ("", WHOLE)
    cells = [_cell(session, marked[session.pk]) for session in shown]
    days = [
        GridDay(
            day,
            list(group),
            on_phones=wanted.day != "" or day == usual,
        )
        for day, group in groupby(cells, key=lambda cell: cell.session.day)
        if narrow or day.isoformat() == wanted.day
    ]
    return Week(
        lanes=lanes,
        days=days,
        clashes=lines_of_grade(found, Grade.BLOCK, sessions, wanted),
        warnings=lines_of_grade(found, Grade.WARN, sessions, wanted),
        notes=lines_of_grade(found, Grade.NOTE, sessions, wanted),
        short=short_of(review, sessions) if sees_people(membership) else [],
        wanted=wanted,
        links=[
            DayLink(
                day,
                wanted.address(day=day.isoformat()),
                current=day.isoformat() == wanted.day,
                usual=day == usual and wanted.day == "",
            )
            for day in sorted({session.day for session in sessions})
        ],
        people=_people_to_choose(sessions),
        empty=not sessions,
        names_people=any(clash.kind == clashes.Kind.PERSON for clash in found),
    )


def _known(wanted: Wanted, sessions: Sequence[Session]) -> Wanted:
    """What nobody knows narrows nothing down."""
    days = {session.day.isoformat() for session in sessions}
    keys = {key for key, _ in _people_to_choose(sessions)}
    return Wanted(
        wanted.day if wanted.day in {*days, WHOLE} else "",
        wanted.who if wanted.who in {*keys, SHORT} else "",
        wanted.by if wanted.by in (BY_ROOM, BY_PEER) else "",
    )


def _people_to_choose(sessions: Sequence[Session]) -> list[tuple[str, str]]:
    peers = {peer.pk: peer for session in sessions for peer in session.peers.all()}
    named = [(str(pk), peer.name) for pk, peer in peers.items()]
    return sorted(named, key=lambda pair: pair[1])


def _usual(review: Review, sessions: Sequence[Session], today: dt.date) -> dt.date:
    """The day that a narrow screen begins with: today, or else the first of the visit."""
    days = {session.day for session in sessions}
    if today in days:
        return today
    return review.day_zero if review.day_zero in days else min(days, default=today)


def _cell(session: Session, found: list[Clash]) -> Cell:
    names = [member.name for member in session.peers.all()]
    return Cell(
        session=session,
        look=look_of(session),
        peers=", ".join(sorted(names)),
        clashes=found,
    )
