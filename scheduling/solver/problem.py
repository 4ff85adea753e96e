"""A week that is to be planned, and the plan. Plain data: no database, no clock, no solver.

Moments are on the clock of the place, as the timetable prints them: datetimes without a zone.
Keys are the caller's own and are never shown; labels are what sentences call a thing, written as in
the middle of a sentence ("the police lead", "Interview room 1").
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

# Sessions begin on quarter hours, unless somebody has pinned them elsewhere.
STEP = 15


class BlockKind(StrEnum):
    LUNCH = "lunch"
    NOTES = "notes"
    TEAM = "team"
    OTHER = "other"


class Priority(IntEnum):
    """Which sessions to keep where not all of them fit."""

    WOULD_HELP = 1
    NEEDED = 2
    MUST_HAPPEN = 3


@dataclass(frozen=True, slots=True)
class Window:
    """From one moment to a later one, on one day."""

    begins: dt.datetime
    ends: dt.datetime

    @property
    def minutes(self) -> int:
        return int((self.ends - self.begins).total_seconds()) // 60


@dataclass(frozen=True, slots=True)
class Site:
    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Room:
    """``windows``: when it is ours; None is always.

    ``on_the_move`` stands for "away from the building": it holds any number of visits at once, each
    of which contains its own travel. ``team_only`` rooms, such as the base room, hold blocks alone.
    """

    key: str
    label: str
    site: str
    places: int
    windows: tuple[Window, ...] | None = None
    on_the_move: bool = False
    team_only: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to be met. ``windows``: when they can come; None is any time."""

    key: str
    label: str
    agency: str = ""
    level: str = ""
    windows: tuple[Window, ...] | None = None


@dataclass(frozen=True, slots=True)
class Peer:
    """``agencies_barred`` and ``sessions_barred`` are declared conflicts of interest."""

    key: str
    label: str
    backgrounds: frozenset[str] = frozenset()
    windows: tuple[Window, ...] | None = None
    agencies_barred: frozenset[str] = frozenset()
    sessions_barred: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Strand:
    """A pair of peers who work together all week."""

    key: str
    label: str
    peers: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Block:
    """What stands in the week already: opening, lunch, notes, team meetings.

    ``peers`` None is the whole team. ``room`` is where it is, so that people have to get there;
    "" is wherever they are. ``people`` are those from outside who are there as well.
    """

    key: str
    label: str
    begins: dt.datetime
    minutes: int
    kind: BlockKind = BlockKind.OTHER
    peers: frozenset[str] | None = None
    room: str = ""
    people: frozenset[str] = frozenset()

    @property
    def ends(self) -> dt.datetime:
        return self.begins + dt.timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Pin:
    """What somebody has fixed by hand; None leaves it open.

    A session with all three is a fact: it stays, and the rest is planned around it.
    """

    begins: dt.datetime | None = None
    room: str | None = None
    peers: tuple[str, ...] | None = None

    @property
    def whole(self) -> bool:
        return None not in (self.begins, self.room, self.peers)


@dataclass(frozen=True, slots=True)
class Session:
    """A meeting to be placed, held by two peers.

    ``backgrounds``: one of the two peers has one of these; empty is any two. ``also``: peers who
    come besides the two. ``sites``: where it may be; empty is anywhere. ``windows``: when it may be;
    empty is any time. ``one_level``: a group whose people must be of one grade.
    """

    key: str
    label: str
    minutes: int
    agency: str = ""
    people: tuple[str, ...] = ()
    expected: int = 0
    one_level: bool = False
    themes: tuple[str, ...] = ()
    key_questions: tuple[str, ...] = ()
    backgrounds: frozenset[str] = frozenset()
    also: frozenset[str] = frozenset()
    sites: frozenset[str] = frozenset()
    on_the_move: bool = False
    windows: tuple[Window, ...] = ()
    hard_to_get: bool = False
    priority: Priority = Priority.NEEDED
    pin: Pin = Pin()

    @property
    def places(self) -> int:
        """How many people the room must hold, not counting the peers."""
        return max(self.expected, len(self.people))


@dataclass(frozen=True, slots=True)
class Rules:
    """Minutes that the week keeps free, and hours after which nobody is met.

    ``turn_round`` is between two sessions of a peer; ``travel`` comes on top where the site
    changes and the problem does not say how far it is. Every session is over by ``last_end``, and
    on the closing day by ``team_from``: the rest of that day is for the team.
    """

    turn_round: int = 15
    travel: int = 15
    last_end: dt.time = dt.time(16, 15)
    team_from: dt.time = dt.time(12, 15)
    spare_minutes: int = 45


@dataclass(frozen=True, slots=True)
class Weights:
    """How much each preference matters to the manager, from 0 (not at all) upwards."""

    even_load: int = 1
    pairs_kept: int = 6
    agency_together: int = 3
    themes_spread: int = 3
    early: int = 2
    spare_slot: int = 8
    few_journeys: int = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """``days``: when people may be met, one window a day.

    ``home`` is the site of the base room. ``travel`` holds minutes by (site, other site), either way
    round. ``closing_day``, usually the Thursday: its afternoon is for the team, and in its morning
    every strand should keep a slot spare. ``agencies`` and ``topics`` (themes and key questions)
    hold labels by key.
    """

    days: tuple[Window, ...]
    home: str
    sites: tuple[Site, ...]
    rooms: tuple[Room, ...]
    peers: tuple[Peer, ...]
    strands: tuple[Strand, ...]
    people: tuple[Person, ...]
    sessions: tuple[Session, ...]
    blocks: tuple[Block, ...] = ()
    agencies: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, str] = field(default_factory=dict)
    travel: Mapping[tuple[str, str], int] = field(default_factory=dict)
    closing_day: dt.date | None = None
    rules: Rules = Rules()
    weights: Weights = Weights()


@dataclass(frozen=True, slots=True)
class Placement:
    """When and where a session is, and who holds it: first the peer with the background asked for."""

    begins: dt.datetime
    room: str
    peers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Timetable:
    """The answer, by the key of the session. What is not in it has no place."""

    placements: Mapping[str, Placement] = field(default_factory=dict)
