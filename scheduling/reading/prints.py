"""The timetable for paper and spreadsheets, from a reading's own fields. Nothing here writes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from reviews.models import Membership
from reviews.pages import say
from scheduling.models import Session
from scheduling.reading.sessions import people_of, sessions_for
from scheduling.rules.audiences import FIELDS, HEADINGS, Reading, reading_of, row_of

# What is printed.
BY_DAY, BY_PEER, BY_ROOM, DOORS = "day", "peer", "room", "doors"


@dataclass(frozen=True)
class Sheet:
    """A page or more of one heading: a table of rows, each a list of the reading's fields."""

    title: str
    columns: list[str]
    rows: list[list[str]]
    # For a door: large letters and no table's columns but time and use.
    door: bool = False


@dataclass(frozen=True)
class Print:
    title: str
    sheets: list[Sheet] = field(default_factory=list)
    wide: bool = False


def readable(membership: Membership) -> list[tuple[Session, dict[str, str]]]:
    """Each session that this member sees, with the fields that they read of it."""
    reading = reading_of(membership)
    return [
        (session, row_of(session, reading, people_of(session, membership)))
        for session in sessions_for(membership)
    ]


def columns_of(membership: Membership) -> list[str]:
    return [HEADINGS[name] for name in FIELDS[reading_of(membership)]]


def ways_of(membership: Membership) -> list[tuple[str, str]]:
    """What this member may print: (code, words)."""
    found = [(BY_DAY, "The week by day")]
    reading = reading_of(membership)
    if reading == Reading.TEAM:
        found.append((BY_PEER, "A page for each peer"))
    if reading != Reading.CONTACT:
        found += [
            (BY_ROOM, "A page for each room"),
            (DOORS, "Door signs, which say no more than when a room is in use"),
        ]
    return found


def print_of(membership: Membership, way: str, *, wide: bool) -> Print:
    """``way`` is one of ``ways_of``; ``wide``: on A3."""
    title = f"Timetable, {membership.review.council}"
    lines = [
        (session, row)
        for session, row in readable(membership)
        if not (session.cancelled and way in (BY_ROOM, DOORS))
    ]
    if way == DOORS:
        return Print(title, list(_doors(lines)), wide)
    if way == BY_ROOM:
        return Print(title, list(_by_room(lines, membership)), wide)
    if way == BY_PEER:
        return Print(title, list(_by_peer(lines, membership)), wide)
    sheets = [
        _sheet(say.weekday(day), [row for _, row in group], membership, but=("day",))
        for day, group in groupby(lines, key=lambda line: line[0].day)
    ]
    return Print(title, sheets, wide)


def _sheet(
    title: str,
    rows: Iterable[dict[str, str]],
    membership: Membership,
    *,
    but: tuple[str, ...],
) -> Sheet:
    names = [name for name in FIELDS[reading_of(membership)] if name not in but]
    return Sheet(
        title,
        [HEADINGS[name] for name in names],
        [[row[name] for name in names] for row in rows],
    )


def _by_room(
    lines: list[tuple[Session, dict[str, str]]], membership: Membership
) -> Iterable[Sheet]:
    rooms = {session.room_id: session.room.where for session, _ in lines}
    for key, title in rooms.items():
        rows = [row for session, row in lines if session.room_id == key]
        yield _sheet(title, rows, membership, but=("room",))


def _by_peer(
    lines: list[tuple[Session, dict[str, str]]], membership: Membership
) -> Iterable[Sheet]:
    peers = {peer.pk: peer.name for session, _ in lines for peer in session.peers.all()}
    for key, name in sorted(peers.items(), key=lambda pair: pair[1]):
        rows = [
            row
            for session, row in lines
            if key in {peer.pk for peer in session.peers.all()}
        ]
        yield _sheet(name, rows, membership, but=())


def _doors(lines: list[tuple[Session, dict[str, str]]]) -> Iterable[Sheet]:
    """One page a room and day, from the wall's reading: the corridor reads it too."""
    signs: dict[tuple[str, str], list[list[str]]] = {}
    for session, _ in lines:
        if session.room.on_the_move:
            continue
        row = row_of(session, Reading.WALL)
        times = [row["start"], row["end"], row["in_use"]]
        signs.setdefault((row["room"], row["day"]), []).append(times)
    for (room, day), rows in sorted(signs.items(), key=lambda pair: pair[0][0]):
        yield Sheet(f"{room}, {day}", ["From", "To", ""], rows, door=True)
