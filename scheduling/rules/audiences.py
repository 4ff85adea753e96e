"""Who reads what of the timetable. Each reading is a list of fields, and nothing else gets out by it.

Prints, spreadsheets and calendars are made from these rows alone. Pure: it reads no database.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum

from reviews.access import Sight, sees
from reviews.models import Membership
from reviews.pages import say
from scheduling.models import Session, SessionPerson


class Reading(StrEnum):
    """For whom a timetable is made."""

    TEAM = "team"
    ORGANISER = "organiser"
    CONTACT = "contact"
    SPONSOR = "sponsor"
    WALL = "wall"


# More peers than this are the team.
NAMED_AT_MOST = 4

# The one table of what each may read.
FIELDS: Mapping[Reading, tuple[str, ...]] = {
    Reading.TEAM: (
        "day",
        "start",
        "end",
        "title",
        "kind",
        "room",
        "strand",
        "peers",
        "people",
        "expected",
        "themes",
        "state",
    ),
    Reading.ORGANISER: (
        "day",
        "start",
        "end",
        "title",
        "kind",
        "room",
        "people",
        "expected",
        "state",
    ),
    Reading.CONTACT: ("day", "start", "end", "title", "room", "people", "state"),
    Reading.SPONSOR: ("day", "start", "end", "title", "kind", "room", "state"),
    Reading.WALL: ("day", "start", "end", "room", "in_use"),
}

HEADINGS: Mapping[str, str] = {
    "day": "Day",
    "start": "Start",
    "end": "End",
    "title": "Session",
    "kind": "Kind",
    "room": "Room",
    "strand": "Strand",
    "peers": "Peers",
    "people": "People to be met",
    "expected": "Expected",
    "themes": "Themes",
    "state": "State",
    "in_use": "Use",
}


def reading_of(membership: Membership) -> Reading:
    """The reading that a member of the review has."""
    if sees(membership, Sight.KEPT_NAMES):
        return Reading.TEAM
    if sees(membership, Sight.EVERY_NAME):
        return Reading.ORGANISER
    if sees(membership, Sight.OTHER_AGENCIES):
        return Reading.SPONSOR
    return Reading.CONTACT


def row_of(
    session: Session, reading: Reading, people: Iterable[SessionPerson] = ()
) -> dict[str, str]:
    """The fields of one session that this reading has, as words.

    ``people``: those whom the reader may see by name, as ``reading.people_of`` gives them.
    """
    return {name: _FIELD[name](session, people) for name in FIELDS[reading]}


def _people(session: Session, people: Iterable[SessionPerson]) -> str:
    return "; ".join(
        f"{each.name}, {each.post}" if each.post else each.name for each in people
    )


def _peers(session: Session, people: Iterable[SessionPerson]) -> str:
    names = sorted(each.name for each in session.peers.all())
    return "The team" if len(names) > NAMED_AT_MOST else ", ".join(names)


def _state(session: Session, people: Iterable[SessionPerson]) -> str:
    if session.cancelled:
        return "Cancelled"
    return "Held" if session.held else ""


def _themes(session: Session, people: Iterable[SessionPerson]) -> str:
    themes = session.review.pack.themes
    return ", ".join(str(each.number) for each in themes if each.code in session.themes)


_FIELD: Mapping[str, Callable[[Session, Iterable[SessionPerson]], str]] = {
    "day": lambda session, _: say.weekday(session.day),
    "start": lambda session, _: say.clock(session.start).capitalize(),
    "end": lambda session, _: say.clock(session.end).capitalize(),
    "title": lambda session, _: session.title,
    "kind": lambda session, _: session.type_title,
    "room": lambda session, _: session.room.where,
    "strand": lambda session, _: session.strand_title,
    "peers": _peers,
    "people": _people,
    "expected": lambda session, _: str(session.people_expected or ""),
    "themes": _themes,
    "state": _state,
    "in_use": lambda _session, _people: "In use",
}
