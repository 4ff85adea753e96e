"""Weeks that can be planned, made up from a seed.

Each is built backwards: a timetable is drawn first, and then the availabilities, rooms and conflicts
that allow it. So a plan with every session in its place always exists, and comes with the problem.
"""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import dataclass, field

from scheduling.solver.problem import (
    Block,
    BlockKind,
    Peer,
    Person,
    Pin,
    Placement,
    Priority,
    Problem,
    Room,
    Session,
    Site,
    Strand,
    Timetable,
    Window,
)

MONDAY = dt.date(2013, 2, 4)
AGENCIES = {
    "council": "the council",
    "health": "health",
    "police": "the police",
    "schools": "schools",
    "probation": "probation",
    "voluntary": "the voluntary sector",
    "housing": "housing",
    "early": "early years",
    "board": "the safeguarding board",
}
TOPICS = {
    **{f"T{n}": f"theme {n}" for n in range(1, 6)},
    **{f"K{n}": f"key question {n}" for n in range(1, 5)},
}
BACKGROUNDS = [
    "director",
    "member",
    "social care",
    "health",
    "data",
    "police",
    "education",
]
SHAPES = ("town", "county", "tight", "part-time", "narrow", "loose")


@dataclass(frozen=True)
class Size:
    """``long``: sessions from 8:30 and on the Friday morning too."""

    name: str
    sessions: int
    peers: int
    people: int
    lengths: tuple[int, ...]
    long: bool = False


TINY = Size("tiny", 12, 4, 14, (30, 45, 45, 60, 90))
SMALL = Size("small", 60, 8, 60, (45, 45, 45, 60, 60, 30))
MIDDLE = Size("middle", 100, 10, 120, (30, 45, 45, 45, 60), long=True)
LARGE = Size("large", 150, 12, 200, (30, 30, 30, 45, 45, 45, 60, 30, 45, 45), long=True)


def at(day: int, clock: str) -> dt.datetime:
    """As in ``at(1, "9:15")`` for the Tuesday."""
    hour, minute = map(int, clock.split(":"))
    return dt.datetime.combine(MONDAY + dt.timedelta(days=day), dt.time(hour, minute))


def later(moment: dt.datetime, minutes: int) -> dt.datetime:
    return moment + dt.timedelta(minutes=minutes)


@dataclass
class _Half:
    """What is left of a half-day of one strand, at one site."""

    first: dt.datetime
    last: dt.datetime
    site: str


@dataclass
class _Made:
    """A session in the drawn plan, before it becomes part of a problem."""

    key: str
    strand: int
    begins: dt.datetime
    minutes: int
    site: str
    on_the_move: bool
    room: str = ""
    people: list[str] = field(default_factory=list)

    @property
    def ends(self) -> dt.datetime:
        return later(self.begins, self.minutes)


def instance(size: Size, shape: str, seed: int) -> tuple[Problem, Timetable]:
    """A problem, and one timetable that keeps all its rules and places everything."""
    return _Maker(size, shape, random.Random(f"{size.name} {shape} {seed}")).make()


class _Maker:
    def __init__(self, size: Size, shape: str, chance: random.Random) -> None:
        self.size, self.shape, self.chance = size, shape, chance
        self.strands = size.peers // 2
        self.away = {"county": ["hospital", "school"], "narrow": ["hospital"]}.get(
            shape, []
        )
        self.travel = {
            ("hall", site): chance.choice((15, 20, 30)) for site in self.away
        } | ({("hospital", "school"): 25} if len(self.away) == 2 else {})
        openings = ["10:15", "9:15", "9:15", "9:15"]
        if size.long:
            openings = ["10:15", "8:30", "8:30", "8:30", "8:30"]
        closings = ["16:15", "16:15", "16:15", "12:15", "12:15"]
        self.days = [
            Window(at(day, opens), at(day, closes))
            for day, (opens, closes) in enumerate(zip(openings, closings, strict=False))
        ]

    def make(self) -> tuple[Problem, Timetable]:
        while True:
            made = self._plan()
            if made:
                break
        return self._problem(made)

    # --- The plan

    def _halves(self) -> list[tuple[dt.datetime, dt.datetime]]:
        halves = []
        for day, window in enumerate(self.days):
            halves.append((window.begins, min(window.ends, at(day, "12:00"))))
            if window.ends > at(day, "13:00"):
                halves.append((at(day, "12:45"), window.ends))
        return halves

    def _plan(self) -> list[_Made]:
        """All sessions drawn into strands and half-days, or nothing if they did not fit."""
        share, left = divmod(self.size.sessions, self.strands)
        made: list[_Made] = []
        for strand in range(self.strands):
            lengths = [
                self.chance.choice(self.size.lengths)
                for _ in range(share + (strand < left))
            ]
            drawn = self._strand(strand, lengths)
            if not drawn:
                return []
            made += drawn
        for number, each in enumerate(
            sorted(made, key=lambda each: (each.begins, each.strand)), 1
        ):
            each.key = f"S{number:03}"
        return made

    def _strand(self, strand: int, lengths: list[int]) -> list[_Made]:
        halves = self._halves()
        absent = -1
        if self.shape == "part-time" and strand % 2:
            absent = self.chance.randrange(1, len(halves))
        room_left: list[_Half] = []
        for number, (begins, ends) in enumerate(halves):
            site = "hall"
            if self.away and self.chance.random() < 0.3:
                site = self.chance.choice(self.away)
            travel = self.travel.get(("hall", site), 0)
            # Lunch and the evening are at the hall.
            if strand == 0 and begins.date() == MONDAY + dt.timedelta(days=1):
                begins = max(begins, at(1, "9:00"))
            first = later(begins, -(-travel // 15) * 15)
            last = later(ends, -travel)
            # The spare slot of the closing day.
            if begins.date() == MONDAY + dt.timedelta(days=3):
                last = later(last, -60)
            if number != absent:
                room_left.append(_Half(first, last, site))
        self.chance.shuffle(lengths)
        slack = sum(
            int((half.last - half.first).total_seconds()) // 60 + 15
            for half in room_left
        ) - sum(length + 15 for length in lengths)
        drawn = []
        for length in lengths:
            wanted = dt.timedelta(minutes=length)
            fitting = [half for half in room_left if half.last - half.first >= wanted]
            if not fitting:
                return []
            half = self.chance.choice(fitting)
            idle = 15 * self.chance.randrange(3) if slack > 90 else 0
            if later(half.first, idle + length) <= half.last:
                half.first = later(half.first, idle)
                slack -= idle
            moves = half.site == "hall" and length >= 60 and self.chance.random() < 0.3
            drawn.append(_Made("", strand, half.first, length, half.site, moves))
            half.first = later(half.first, length + 15)
        return drawn

    # --- What allows it

    def _problem(self, made: list[_Made]) -> tuple[Problem, Timetable]:
        rooms = self._rooms(made)
        peers, strands = self._team()
        people = self._people(made)
        sessions = tuple(
            self._session(each, peers, strands, people)
            for each in sorted(made, key=lambda each: each.key)
        )
        placements = {
            each.key: Placement(
                each.begins, each.room, self._crew(session, peers, strands[each.strand])
            )
            for each, session in zip(
                sorted(made, key=lambda each: each.key), sessions, strict=True
            )
        }
        problem = Problem(
            days=tuple(self.days),
            home="hall",
            sites=tuple(Site(key, f"the {key}") for key in ["hall", *self.away]),
            rooms=rooms,
            peers=self._kept_out(peers, sessions, placements),
            strands=strands,
            people=tuple(people.values()),
            sessions=self._pinned(sessions, placements),
            blocks=self._blocks(),
            agencies=AGENCIES,
            topics=TOPICS,
            travel=self.travel,
            closing_day=MONDAY + dt.timedelta(days=3),
        )
        return problem, Timetable(placements)

    def _rooms(self, made: list[_Made]) -> tuple[Room, ...]:
        """As many as the plan needs, and a few more unless they are to be scarce."""
        count = {site: 0 for site in ["hall", *self.away]}
        last: dict[str, list[dt.datetime]] = {site: [] for site in count}
        used: dict[str, list[_Made]] = {}
        for each in sorted(made, key=lambda each: each.begins):
            if each.on_the_move:
                each.room = "away"
                continue
            free = [
                n for n, until in enumerate(last[each.site]) if until <= each.begins
            ]
            number = self.chance.choice(free) if free else len(last[each.site])
            if not free:
                last[each.site].append(each.begins)
                count[each.site] += 1
            last[each.site][number] = each.ends
            each.room = f"{each.site}-{number + 1}"
            used.setdefault(each.room, []).append(each)
        rooms = [
            Room("base", "the base room", "hall", 14, team_only=True),
            Room("big", "the large room", "hall", 80),
            Room("away", "away from the building", "hall", 40, on_the_move=True),
        ]
        for site, number in count.items():
            spare = 0 if self.shape == "tight" else 1
            for n in range(1, number + 1 + spare):
                key = f"{site}-{n}"
                windows = None
                if self.shape == "tight" or n > number:
                    windows = self._around(
                        [(e.begins, e.ends) for e in used.get(key, [])], 0.7
                    )
                rooms.append(Room(key, f"room {n} at the {site}", site, 12, windows))
        return tuple(rooms)

    def _team(self) -> tuple[tuple[Peer, ...], tuple[Strand, ...]]:
        peers = []
        for number in range(self.size.peers):
            background = BACKGROUNDS[number % len(BACKGROUNDS)]
            peers.append(
                Peer(
                    f"P{number + 1}",
                    f"peer {number + 1} ({background})",
                    frozenset([background]),
                )
            )
        strands = [
            Strand(
                chr(65 + n),
                f"strand {chr(65 + n)}",
                (peers[2 * n].key, peers[2 * n + 1].key),
            )
            for n in range(self.strands)
        ]
        return tuple(peers), tuple(strands)

    def _people(self, made: list[_Made]) -> dict[str, Person]:
        """Each is in one or two sessions, and can come at least then."""
        keys = [f"Q{n:03}" for n in range(1, self.size.people + 1)]
        times: dict[str, list[tuple[dt.datetime, dt.datetime]]] = {
            key: [] for key in keys
        }
        waiting = list(keys)
        self.chance.shuffle(waiting)
        for each in made:
            for _ in range(self.chance.choice((1, 1, 1, 2))):
                person = waiting.pop() if waiting else self.chance.choice(keys)
                clear = all(
                    later(ends, 60) <= each.begins or later(each.ends, 60) <= begins
                    for begins, ends in times[person]
                )
                if clear and len(times[person]) < 2:
                    each.people.append(person)
                    times[person].append((each.begins, each.ends))
        share = {"loose": 0.6, "narrow": 0.1}.get(self.shape, 0.3)
        agencies = list(AGENCIES)
        return {
            key: Person(
                key,
                f"person {key[1:]}",
                self.chance.choice(agencies),
                "manager",
                None
                if self.chance.random() < share / 2
                else self._around(times[key], share),
            )
            for key in keys
        }

    def _around(
        self, needed: list[tuple[dt.datetime, dt.datetime]], share: float
    ) -> tuple[Window, ...]:
        """The half-days of what is needed, and a share of the others."""
        windows = []
        for day, window in enumerate(self.days):
            for begins, ends in (
                (later(window.begins, -15), at(day, "12:30")),
                (at(day, "12:30"), later(window.ends, 30)),
            ):
                inside = [n for n in needed if begins < n[1] and n[0] < ends]
                if self.shape == "narrow" and inside:
                    begins = max(begins, later(min(n[0] for n in inside), -30))
                    ends = min(ends, later(max(n[1] for n in inside), 45))
                if begins < ends and (inside or self.chance.random() < share):
                    windows.append(Window(begins, ends))
        return tuple(windows)

    def _session(
        self,
        each: _Made,
        peers: tuple[Peer, ...],
        strands: tuple[Strand, ...],
        people: dict[str, Person],
    ) -> Session:
        pair = [peer for peer in peers if peer.key in strands[each.strand].peers]
        asked: frozenset[str] = frozenset()
        if self.chance.random() < 0.6:
            asked = frozenset(self.chance.choice(pair).backgrounds)
            if self.chance.random() < 0.3:
                asked |= {self.chance.choice(BACKGROUNDS)}
        agency = (
            people[each.people[0]].agency
            if each.people
            else self.chance.choice(list(AGENCIES))
        )
        anywhere = self.shape == "county" and self.chance.random() < 0.1
        return Session(
            key=each.key,
            label=f"session {each.key[1:]}",
            minutes=each.minutes,
            agency=agency,
            people=tuple(each.people),
            expected=self.chance.choice((0, 0, 2, 8)),
            themes=tuple(
                self.chance.sample(
                    ["T1", "T2", "T3", "T4", "T5"], self.chance.choice((1, 1, 2))
                )
            ),
            key_questions=tuple(
                self.chance.sample(
                    ["K1", "K2", "K3", "K4"], self.chance.choice((0, 0, 1))
                )
            ),
            backgrounds=asked,
            sites=frozenset()
            if anywhere or each.on_the_move
            else frozenset([each.site]),
            on_the_move=each.on_the_move,
            hard_to_get=self.chance.random() < 0.15,
            priority=self.chance.choice(list(Priority)),
        )

    def _crew(
        self, session: Session, peers: tuple[Peer, ...], strand: Strand
    ) -> tuple[str, ...]:
        known = {peer.key: peer.backgrounds for peer in peers}
        return tuple(
            sorted(
                strand.peers, key=lambda peer: not (known[peer] & session.backgrounds)
            )
        )

    def _kept_out(
        self,
        peers: tuple[Peer, ...],
        sessions: tuple[Session, ...],
        placements: dict[str, Placement],
    ) -> tuple[Peer, ...]:
        """Conflicts and absences that the plan happens to respect."""
        found = []
        for peer in peers:
            mine = [s for s in sessions if peer.key in placements[s.key].peers]
            others = [s.key for s in sessions if s not in mine]
            barred = frozenset(self.chance.sample(others, min(len(others), 2)))
            windows = None
            if self.shape == "part-time" and self.chance.random() < 0.5:
                times = [
                    (
                        placements[s.key].begins,
                        later(placements[s.key].begins, s.minutes),
                    )
                    for s in mine
                ]
                windows = self._around(times, 0.2)
            found.append(
                Peer(
                    peer.key, peer.label, peer.backgrounds, windows, frozenset(), barred
                )
            )
        return tuple(found)

    def _pinned(
        self, sessions: tuple[Session, ...], placements: dict[str, Placement]
    ) -> tuple[Session, ...]:
        found = []
        for session in sessions:
            placed, pin = placements[session.key], Pin()
            drawn = self.chance.random()
            if drawn < 0.04:
                pin = Pin(placed.begins, placed.room, placed.peers)
            elif drawn < 0.08:
                pin = Pin(placed.begins)
            elif drawn < 0.10:
                pin = Pin(room=placed.room)
            found.append(
                session
                if pin == Pin()
                else Session(
                    **{
                        **{f: getattr(session, f) for f in session.__slots__},
                        "pin": pin,
                    }
                )
            )
        return tuple(found)

    def _blocks(self) -> tuple[Block, ...]:
        blocks = [
            Block(
                "open",
                "the opening meeting",
                at(0, "9:00"),
                60,
                BlockKind.OTHER,
                None,
                "big",
            )
        ]
        for day, window in enumerate(self.days):
            short = window.ends <= at(day, "12:30")
            lunch = at(day, "12:15" if short else "12:00")
            blocks.append(
                Block(f"L{day}", "lunch", lunch, 45, BlockKind.LUNCH, None, "base")
            )
            team = at(day, "13:00" if short else "17:00")
            if not short:
                blocks.append(
                    Block(
                        f"N{day}",
                        "notes",
                        at(day, "16:15"),
                        45,
                        BlockKind.NOTES,
                        None,
                        "base",
                    )
                )
            blocks.append(
                Block(
                    f"E{day}",
                    "the team meeting",
                    team,
                    90,
                    BlockKind.TEAM,
                    None,
                    "base",
                )
            )
        blocks.append(
            Block(
                "kit",
                "the keep-in-touch",
                at(1, "8:30"),
                30,
                BlockKind.OTHER,
                frozenset(["P1"]),
                "big",
            )
        )
        return tuple(blocks)
