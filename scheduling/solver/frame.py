"""The week as numbers: what could stand where, each session looked at by itself.

Minutes are counted from midnight of the first day. Nothing here weighs one session against another,
but for the sessions that somebody has fixed by hand: those are facts, like the blocks.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations

from scheduling.solver.problem import STEP, Placement, Problem, Session, Window

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Busy:
    """A stretch in which somebody or a room is taken. ``site`` None is wherever they are."""

    begins: int
    ends: int
    site: str | None
    session: str = ""
    block: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to hold a session: when, at which site and by whom."""

    start: int
    site: str
    crew: tuple[str, ...]


class Frame:
    """What a problem allows, worked out once."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        first = min(day.begins for day in problem.days)
        self._midnight = dt.datetime.combine(first.date(), dt.time())
        self.peers = {peer.key: peer for peer in problem.peers}
        self.people = {person.key: person for person in problem.people}
        self.rooms = {room.key: room for room in problem.rooms}
        self.sessions = {session.key: session for session in problem.sessions}
        self.blocks = {block.key: block for block in problem.blocks}
        self.strands = {strand.key: strand for strand in problem.strands}
        self.days = [
            self._open(day) for day in sorted(problem.days, key=lambda day: day.begins)
        ]
        self._day_of: dict[int, int] = {}
        for number, (begins, _) in enumerate(self.days):
            self._day_of.setdefault(begins // 1440, number)
        self._can: dict[tuple[str, int, int, str], bool] = {}
        self._starts: dict[str, dict[int, list[str]]] = {}

    # --- Moments and spans

    def minute(self, moment: dt.datetime) -> int:
        return int((moment - self._midnight).total_seconds()) // 60

    def moment(self, minute: int) -> dt.datetime:
        return self._midnight + dt.timedelta(minutes=minute)

    def span(self, window: Window) -> Span:
        return self.minute(window.begins), self.minute(window.ends)

    def spans(self, windows: Sequence[Window] | None) -> list[Span] | None:
        """Merged and in order; None stays None: always."""
        return None if windows is None else merged(map(self.span, windows))

    def day_of(self, minute: int) -> int:
        """The place of a day in the list of days."""
        return self._day_of[minute // 1440]

    def _open(self, day: Window) -> Span:
        """When people may be met on a day: never in the time that the rules keep for the team."""
        rules, date = self.problem.rules, day.begins.date()
        limit = rules.team_from if date == self.problem.closing_day else rules.last_end
        ends = min(day.ends, dt.datetime.combine(date, limit))
        return self.minute(day.begins), self.minute(ends)

    # --- Sites

    def travel(self, here: str | None, there: str | None) -> int:
        if here == there or here is None or there is None:
            return 0
        by = self.problem.travel
        given = by.get((here, there), by.get((there, here)))
        return self.problem.rules.travel if given is None else given

    def sites_of(self, session: Session) -> list[str]:
        if session.on_the_move:
            return [self.problem.home]
        return [
            site.key
            for site in self.problem.sites
            if not session.sites or site.key in session.sites
        ]

    # --- What is taken already

    @cached_property
    def facts(self) -> dict[str, Placement]:
        """Sessions fixed by hand in every respect."""
        found = {}
        for session in self.problem.sessions:
            pin = session.pin
            if (
                pin.begins is not None
                and pin.room is not None
                and pin.peers is not None
            ):
                found[session.key] = Placement(pin.begins, pin.room, pin.peers)
        return found

    @cached_property
    def peer_busy(self) -> dict[str, list[Busy]]:
        busy: dict[str, list[Busy]] = defaultdict(list)
        for block in self.problem.blocks:
            site = self.rooms[block.room].site if block.room else None
            held = Busy(
                self.minute(block.begins),
                self.minute(block.ends),
                site,
                block=block.key,
            )
            for peer in self.peers if block.peers is None else block.peers:
                busy[peer].append(held)
        for key, placed in self.facts.items():
            held = self._held(key, placed)
            for peer in placed.peers:
                busy[peer].append(held)
        return busy

    @cached_property
    def person_busy(self) -> dict[str, list[Busy]]:
        busy: dict[str, list[Busy]] = defaultdict(list)
        for block in self.problem.blocks:
            site = self.rooms[block.room].site if block.room else None
            held = Busy(
                self.minute(block.begins),
                self.minute(block.ends),
                site,
                block=block.key,
            )
            for person in block.people:
                busy[person].append(held)
        for key, placed in self.facts.items():
            for person in self.sessions[key].people:
                busy[person].append(self._held(key, placed))
        return busy

    @cached_property
    def room_busy(self) -> dict[str, list[Busy]]:
        busy: dict[str, list[Busy]] = defaultdict(list)
        for block in self.problem.blocks:
            if block.room and not self.rooms[block.room].on_the_move:
                busy[block.room].append(
                    Busy(
                        self.minute(block.begins),
                        self.minute(block.ends),
                        None,
                        block=block.key,
                    )
                )
        for key, placed in self.facts.items():
            if not self.rooms[placed.room].on_the_move:
                busy[placed.room].append(self._held(key, placed))
        return busy

    def _held(self, key: str, placed: Placement) -> Busy:
        start = self.minute(placed.begins)
        return Busy(
            start,
            start + self.sessions[key].minutes,
            self.rooms[placed.room].site,
            session=key,
        )

    # --- Who and what could

    def peer_can(self, peer: str, start: int, minutes: int, site: str) -> bool:
        asked = (peer, start, minutes, site)
        if asked not in self._can:
            self._can[asked] = self._peer_can(*asked)
        return self._can[asked]

    def _peer_can(self, peer: str, start: int, minutes: int, site: str) -> bool:
        end = start + minutes
        if not inside(self.peer_spans[peer], start, end):
            return False
        return all(self.apart(start, end, site, held) for held in self.peer_busy[peer])

    def peer_there(self, peer: str, start: int, end: int) -> bool:
        """Neither away nor in a block: time that could be for sessions."""
        return inside(self.peer_spans[peer], start, end) and all(
            end <= held.begins or held.ends <= start
            for held in self.peer_busy[peer]
            if held.block
        )

    def apart(self, start: int, end: int, site: str, held: Busy) -> bool:
        """A session leaves a peer time to reach, or to come from, what they have already."""
        gap = self.travel(site, held.site)
        if held.session:
            gap += self.problem.rules.turn_round
        return end + gap <= held.begins or held.ends + gap <= start

    @cached_property
    def peer_spans(self) -> dict[str, list[Span] | None]:
        return {key: self.spans(peer.windows) for key, peer in self.peers.items()}

    @cached_property
    def person_spans(self) -> dict[str, list[Span] | None]:
        return {key: self.spans(person.windows) for key, person in self.people.items()}

    @cached_property
    def room_spans(self) -> dict[str, list[Span] | None]:
        return {key: self.spans(room.windows) for key, room in self.rooms.items()}

    def person_can(self, person: str, start: int, end: int, site: str) -> bool:
        if not inside(self.person_spans[person], start, end):
            return False
        return all(
            end + self.travel(site, held.site) <= held.begins
            or held.ends + self.travel(held.site, site) <= start
            for held in self.person_busy[person]
        )

    def room_can(self, room: str, start: int, end: int) -> bool:
        if not inside(self.room_spans[room], start, end):
            return False
        return all(
            end <= held.begins or held.ends <= start for held in self.room_busy[room]
        )

    def rooms_of(self, session: Session) -> list[str]:
        """Rooms that suit a session, the smallest first."""
        sites = set(self.sites_of(session))
        suited = [
            room
            for room in self.problem.rooms
            if not room.team_only
            and room.on_the_move == session.on_the_move
            and (room.on_the_move or room.site in sites)
            and room.places >= session.places
            and session.pin.room in (None, room.key)
        ]
        return [room.key for room in sorted(suited, key=lambda room: room.places)]

    def grid(self, session: Session) -> Iterator[int]:
        """Every moment at which a session could begin by the days and its own windows."""
        own = self.spans(session.windows or None)
        pinned = session.pin.begins
        for begins, ends in self.days:
            moments: Iterable[int] = range(
                -(-begins // STEP) * STEP, ends - session.minutes + 1, STEP
            )
            if pinned is not None:
                minute = self.minute(pinned)
                moments = [minute] if begins <= minute <= ends - session.minutes else []
            for start in moments:
                if inside(own, start, start + session.minutes):
                    yield start

    def starts(self, session: Session) -> dict[int, list[str]]:
        """Moments at which its people could come, with the rooms that would be free."""
        if session.key not in self._starts:
            self._starts[session.key] = self._find_starts(session)
        return self._starts[session.key]

    def _find_starts(self, session: Session) -> dict[int, list[str]]:
        found: dict[int, list[str]] = {}
        if self.mixed(session):
            return found
        rooms = self.rooms_of(session)
        for start in self.grid(session):
            end = start + session.minutes
            sites = {
                site
                for site in {self.site_of(room) for room in rooms}
                if all(
                    self.person_can(person, start, end, site)
                    for person in session.people
                )
            }
            free = [
                room
                for room in rooms
                if self.site_of(room) in sites and self.room_can(room, start, end)
            ]
            if free:
                found[start] = free
        return found

    def site_of(self, room: str) -> str:
        found = self.rooms[room]
        return self.problem.home if found.on_the_move else found.site

    # --- Crews

    def mixed(self, session: Session) -> bool:
        """A group of one grade that has people of several."""
        levels = {self.people[key].level for key in session.people} - {""}
        return session.one_level and len(levels) > 1

    def agencies_of(self, session: Session) -> set[str]:
        return {
            session.agency,
            *(self.people[key].agency for key in session.people),
        } - {""}

    def may_hold(self, peer: str, session: Session) -> bool:
        """No declared conflict stands against it."""
        found = self.peers[peer]
        return session.key not in found.sessions_barred and not (
            found.agencies_barred & self.agencies_of(session)
        )

    def knows(self, peer: str, session: Session) -> bool:
        return not session.backgrounds or bool(
            self.peers[peer].backgrounds & session.backgrounds
        )

    def crew(self, session: Session, pair: Iterable[str]) -> tuple[str, ...] | None:
        """Those who would hold a session, or None where this pair may not."""
        two = sorted(pair, key=lambda peer: not self.knows(peer, session))
        if set(two) & session.also or not self.knows(two[0], session):
            return None
        crew = (*two, *sorted(session.also))
        if not all(self.may_hold(peer, session) for peer in crew):
            return None
        return crew

    def strand_crews(self, session: Session) -> list[tuple[str, ...]]:
        if session.pin.peers is not None:
            return [session.pin.peers]
        crews = [self.crew(session, strand.peers) for strand in self.problem.strands]
        return [crew for crew in crews if crew]

    def all_crews(self, session: Session) -> list[tuple[str, ...]]:
        if session.pin.peers is not None:
            return [session.pin.peers]
        crews = [self.crew(session, pair) for pair in combinations(self.peers, 2)]
        return [crew for crew in crews if crew]

    def could_be(self, session: Session) -> bool:
        """There is a way to hold it, if it were the only one."""
        return any(self._ways(session, self.all_crews(session)))

    def candidates(
        self, session: Session, crews: Iterable[tuple[str, ...]]
    ) -> list[Candidate]:
        """Every way in which one of these crews could hold a session."""
        return list(self._ways(session, list(crews)))

    def _ways(
        self, session: Session, crews: Sequence[tuple[str, ...]]
    ) -> Iterator[Candidate]:
        for start, rooms in self.starts(session).items():
            for site in sorted({self.site_of(room) for room in rooms}):
                for crew in crews:
                    if all(
                        self.peer_can(peer, start, session.minutes, site)
                        for peer in crew
                    ):
                        yield Candidate(start, site, crew)


def merged(spans: Iterable[Span]) -> list[Span]:
    found: list[Span] = []
    for begins, ends in sorted(spans):
        if found and begins <= found[-1][1]:
            found[-1] = (found[-1][0], max(ends, found[-1][1]))
        else:
            found.append((begins, ends))
    return found


def inside(spans: list[Span] | None, start: int, end: int) -> bool:
    return spans is None or any(b <= start and end <= e for b, e in spans)
