"""Sessions put on the week one by one: who and what is taken, and what stands in the way."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from scheduling.solver.frame import Candidate, Frame
from scheduling.solver.problem import Placement, Session, Timetable


class Taken(NamedTuple):
    start: int
    end: int
    site: str
    session: str


class Board:
    """Facts and blocks are in the frame already; here is only what could still move."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.placed: dict[str, tuple[Candidate, str]] = {}
        # By whom or what, and day.
        self._peers: dict[tuple[str, int], list[Taken]] = defaultdict(list)
        self._people: dict[tuple[str, int], list[Taken]] = defaultdict(list)
        self._rooms: dict[tuple[str, int], list[Taken]] = defaultdict(list)

    def place(self, session: Session, candidate: Candidate, room: str) -> None:
        self.placed[session.key] = (candidate, room)
        for held, taken in self._entries(session, candidate, room):
            held.append(taken)

    def lift(self, session: Session) -> None:
        candidate, room = self.placed.pop(session.key)
        for held, taken in self._entries(session, candidate, room):
            held.remove(taken)

    def _entries(
        self, session: Session, candidate: Candidate, room: str
    ) -> Iterable[tuple[list[Taken], Taken]]:
        start, day = candidate.start, candidate.start // 1440
        taken = Taken(start, start + session.minutes, candidate.site, session.key)
        for peer in candidate.crew:
            yield self._peers[peer, day], taken
        for person in session.people:
            yield self._people[person, day], taken
        if not session.on_the_move:
            yield self._rooms[room, day], taken

    def room_for(self, session: Session, candidate: Candidate) -> tuple[str, set[str]]:
        """The room with the least in the way, and the sessions that are in it."""
        start, day = candidate.start, candidate.start // 1440
        end = start + session.minutes
        best: tuple[str, set[str]] | None = None
        for room in self.frame.starts(session)[start]:
            if self.frame.site_of(room) != candidate.site:
                continue
            if session.on_the_move:
                return room, set()
            found = {
                held.session
                for held in self._rooms.get((room, day), ())
                if held.start < end and start < held.end
            }
            if best is None or len(found) < len(best[1]):
                best = room, found
            if not found:
                break
        assert best is not None, "a candidate has a room"  # noqa: S101
        return best

    def blockers(self, session: Session, candidate: Candidate) -> set[str]:
        """Sessions whose peers or people are those of this one, too near to it."""
        start, day = candidate.start, candidate.start // 1440
        end, site = start + session.minutes, candidate.site
        turn_round, travel = self.frame.problem.rules.turn_round, self.frame.travel
        found = set()
        for peer in candidate.crew:
            for held in self._peers.get((peer, day), ()):
                gap = turn_round + travel(held.site, site)
                if held.start < end + gap and start < held.end + gap:
                    found.add(held.session)
        for person in session.people:
            for held in self._people.get((person, day), ()):
                gap = travel(held.site, site)
                if held.start < end + gap and start < held.end + gap:
                    found.add(held.session)
        return found

    def load(self, peer: str, day: int) -> int:
        """Minutes that a peer has on a day, counted from midnight of the first."""
        return sum(held.end - held.start for held in self._peers.get((peer, day), ()))

    def sites(self, peer: str, day: int) -> set[str]:
        return {held.site for held in self._peers.get((peer, day), ())}

    def timetable(self) -> Timetable:
        moves = {
            key: Placement(self.frame.moment(candidate.start), room, candidate.crew)
            for key, (candidate, room) in self.placed.items()
        }
        return Timetable({**self.frame.facts, **moves})
