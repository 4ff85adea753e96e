"""Which rooms are alike, and which room each session gets once it is known when it is."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from scheduling.solver.frame import Candidate, Frame
from scheduling.solver.problem import Placement, Session, Timetable

Kind = tuple[str, ...]


class Kinds:
    """Rooms of one kind suit the same sessions at the same times."""

    def __init__(self, frame: Frame, at_once: int | None = None) -> None:
        self.frame = frame
        suits: dict[str, list[str]] = defaultdict(list)
        for session in frame.problem.sessions:
            for key in frame.rooms_of(session):
                suits[key].append(session.key)
        alike: dict[object, list[str]] = defaultdict(list)
        for room in frame.problem.rooms:
            if room.team_only or room.on_the_move:
                continue
            spans = frame.room_spans[room.key]
            alike[
                room.site,
                None if spans is None else tuple(spans),
                tuple((held.begins, held.ends) for held in frame.room_busy[room.key]),
                tuple(suits[room.key]),
            ].append(room.key)
        self.kinds: list[Kind] = [tuple(sorted(keys)) for keys in alike.values()]
        self._of = {room: kind for kind in self.kinds for room in kind}
        # Each session takes two peers, so that no more than this go on at once.
        self._at_once = len(frame.peers) // 2 if at_once is None else at_once

    def at(self, session: Session, start: int, site: str) -> list[Kind]:
        """Kinds with a room for a session at a moment, not counting other sessions."""
        return sorted(
            {
                self._of[room]
                for room in self.frame.starts(session)[start]
                if self.frame.site_of(room) == site
            }
        )

    def ample(self, suited: Iterable[list[Kind]]) -> Kind | None:
        """A kind that is always there, and has a room even if all peers are in sessions."""
        everywhere = set.intersection(*(set(kinds) for kinds in suited))
        return max(
            (kind for kind in everywhere if len(kind) >= self._at_once),
            key=len,
            default=None,
        )


def settle(
    frame: Frame, chosen: Mapping[str, Candidate], kinds: Mapping[str, Kind]
) -> Timetable:
    """Gives every session a room of its kind, the one where its peers have been most.

    Rooms of one kind are alike and never more are asked for than there are, so taking the sessions
    in the order of their beginnings always finds one.
    """
    return _Settling(frame, chosen, kinds).settle()


class _Settling:
    def __init__(
        self, frame: Frame, chosen: Mapping[str, Candidate], kinds: Mapping[str, Kind]
    ) -> None:
        self.frame, self.chosen, self.kinds = frame, chosen, kinds
        self.taken: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        self.used: Counter[tuple[str, str]] = Counter()
        self.rooms: dict[str, str] = {}

    def settle(self) -> Timetable:
        order = sorted(self.chosen, key=lambda key: (self.chosen[key].start, key))
        for key in order:
            session = self.frame.sessions[key]
            rooms = (
                self.frame.rooms_of(session)[:1]
                if session.on_the_move
                else self.kinds[key]
            )
            self._take(key, self._usual(key, self._free(key, rooms)))
        for _ in range(3):
            if not any([self._improve(key) for key in order]):
                break
        placements = {
            key: Placement(self.frame.moment(way.start), self.rooms[key], way.crew)
            for key, way in self.chosen.items()
        }
        return Timetable({**self.frame.facts, **placements})

    def _span(self, key: str) -> tuple[int, int]:
        start = self.chosen[key].start
        return start, start + self.frame.sessions[key].minutes

    def _free(self, key: str, rooms: Iterable[str]) -> list[str]:
        start, end = self._span(key)
        return [
            room
            for room in rooms
            if self.frame.rooms[room].on_the_move
            or all(
                end <= begins or ends <= start for begins, ends, _ in self.taken[room]
            )
        ]

    def _usual(self, key: str, rooms: list[str]) -> str:
        """Where its peers have been most; the first of the rooms where that is equal."""
        crew = self.chosen[key].crew
        return max(rooms, key=lambda room: sum(self.used[peer, room] for peer in crew))

    def _take(self, key: str, room: str) -> None:
        self.rooms[key] = room
        self.taken[room].append((*self._span(key), key))
        for peer in self.chosen[key].crew:
            self.used[peer, room] += 1

    def _improve(self, key: str) -> bool:
        """Moves a session to a room where its peers are anyway, if that is free."""
        session, way = self.frame.sessions[key], self.chosen[key]
        if session.on_the_move:
            return False
        room = self.rooms[key]
        self.taken[room].remove((*self._span(key), key))
        for peer in way.crew:
            self.used[peer, room] -= 1
        suited = [
            each
            for each in self.frame.starts(session)[way.start]
            if each != room and self.frame.site_of(each) == way.site
        ]
        better = self._usual(key, [room, *self._free(key, suited)])
        self._take(key, better)
        return better != room
