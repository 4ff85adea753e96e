"""The rules that every timetable keeps, and what a given one breaks, in sentences.

The model is built so that it cannot break them. This is for what people have fixed by hand, for a
week that has changed under its timetable, and for taking some moves of many.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations

from scheduling.solver.frame import Frame, inside
from scheduling.solver.problem import Placement, Session, Timetable
from scheduling.solver.words import Words


@dataclass(frozen=True, slots=True)
class Breach:
    """One rule that is broken, and the keys of the sessions that it is about."""

    sessions: tuple[str, ...]
    sentence: str


@dataclass(frozen=True, slots=True)
class _Held:
    session: Session
    start: int
    end: int
    site: str
    placement: Placement


def breaches(frame: Frame, timetable: Timetable) -> list[Breach]:
    """Every rule that a timetable breaks. Sessions without a place break none."""
    return list(_Inspection(frame, timetable).all())


class _Inspection:
    def __init__(self, frame: Frame, timetable: Timetable) -> None:
        self.frame, self.words = frame, Words(frame)
        self.unknown: list[Breach] = []
        self.held: list[_Held] = []
        for session in frame.problem.sessions:
            placement = timetable.placements.get(session.key)
            if placement is None:
                continue
            if placement.room not in frame.rooms or set(placement.peers) - set(
                frame.peers
            ):
                self.unknown.append(
                    Breach(
                        (session.key,),
                        f"{self.words.start(session.label)} has a room or a peer that this week "
                        "no longer has.",
                    )
                )
                continue
            start = frame.minute(placement.begins)
            site = frame.site_of(placement.room)
            self.held.append(
                _Held(session, start, start + session.minutes, site, placement)
            )

    def all(self) -> Iterator[Breach]:
        yield from self.unknown
        for held in self.held:
            for sentence in (
                *self._time(held),
                *self._room(held),
                *self._people(held),
                *self._peers(held),
            ):
                yield Breach((held.session.key,), sentence)
        yield from self._twice()

    # --- A session by itself

    def _name(self, held: _Held) -> str:
        return self.words.start(held.session.label)

    def _time(self, held: _Held) -> Iterator[str]:
        frame, session = self.frame, held.session
        if not any(b <= held.start and held.end <= e for b, e in frame.days):
            yield (
                f"{self._name(held)} is at {self.words.when(held.start)}, outside the hours in "
                "which people are met."
            )
        if not inside(frame.spans(session.windows or None), held.start, held.end):
            yield f"{self._name(held)} cannot be at {self.words.when(held.start)}."
        pin = session.pin
        if pin.begins is not None and pin.begins != held.placement.begins:
            yield f"{self._name(held)} is fixed to begin at another time."
        if pin.room is not None and pin.room != held.placement.room:
            yield f"{self._name(held)} is fixed to be in {self.words.room(pin.room)}."
        if pin.peers is not None and set(pin.peers) != set(held.placement.peers):
            yield f"{self._name(held)} is fixed to be held by {self.words.peers(pin.peers)}."

    def _room(self, held: _Held) -> Iterator[str]:
        frame, session = self.frame, held.session
        room = frame.rooms[held.placement.room]
        name = self.words.start(room.label)
        if room.team_only:
            yield f"{name} is for the team alone, so {session.label} cannot be there."
        if room.on_the_move != session.on_the_move:
            where = "away from" if session.on_the_move else "in"
            yield f"{self._name(held)} is held {where} the building."
        elif not room.on_the_move and room.site not in frame.sites_of(session):
            yield f"{self._name(held)} cannot be at {self.words.site(room.site)}."
        if room.places < session.places:
            yield (
                f"{name} holds {room.places}, and {session.label} has "
                f"{self.words.people_number(session.places)}."
            )
        if not inside(frame.room_spans[room.key], held.start, held.end):
            yield f"{name} is not ours at {self.words.when(held.start)}, when {session.label} is there."
        for busy in frame.room_busy[room.key]:
            if busy.block and held.start < busy.ends and busy.begins < held.end:
                yield f"{name} is taken by {self.words.block(busy.block)} when {session.label} is there."

    def _people(self, held: _Held) -> Iterator[str]:
        frame, session = self.frame, held.session
        if frame.mixed(session):
            yield f"{self._name(held)} is a group of one grade, and its people are of several."
        for key in session.people:
            name = self.words.start(self.words.person(key))
            when = self.words.when(held.start)
            if not inside(frame.person_spans[key], held.start, held.end):
                yield f"{name} cannot come to {session.label} at {when}."
            for busy in frame.person_busy[key]:
                if busy.block and not self._clear(
                    held, busy.begins, busy.ends, busy.site, 0
                ):
                    yield f"{name} is at {self.words.block(busy.block)} too near to {session.label}."

    def _peers(self, held: _Held) -> Iterator[str]:
        frame, session, crew = self.frame, held.session, held.placement.peers
        if len(set(crew)) != 2 + len(session.also) or not session.also <= set(crew):
            yield f"{self._name(held)} is not held by two peers."
        two = set(crew) - session.also
        if not any(frame.knows(peer, session) for peer in two):
            yield (
                f"{self._name(held)} asks for a peer with a background in "
                f"{self.words.backgrounds(session.backgrounds)}, and none of its two has one."
            )
        for peer in crew:
            name = self.words.start(self.words.peer(peer))
            if not frame.may_hold(peer, session):
                yield f"{name} is kept out of {session.label} by an interest that they declared."
            if not inside(frame.peer_spans[peer], held.start, held.end):
                yield f"{name} is away at {self.words.when(held.start)}, when {session.label} is."
            for busy in frame.peer_busy[peer]:
                if busy.block and not self._clear(
                    held, busy.begins, busy.ends, busy.site, 0
                ):
                    yield f"{name} is at {self.words.block(busy.block)} too near to {session.label}."

    def _clear(
        self, held: _Held, begins: int, ends: int, site: str | None, wait: int
    ) -> bool:
        gap = wait + self.frame.travel(held.site, site)
        return held.end + gap <= begins or ends + gap <= held.start

    # --- Two sessions at once

    def _twice(self) -> Iterator[Breach]:
        by_peer: dict[str, list[_Held]] = defaultdict(list)
        by_person: dict[str, list[_Held]] = defaultdict(list)
        by_room: dict[str, list[_Held]] = defaultdict(list)
        for held in self.held:
            for peer in held.placement.peers:
                by_peer[peer].append(held)
            for person in held.session.people:
                by_person[person].append(held)
            if not self.frame.rooms[held.placement.room].on_the_move:
                by_room[held.placement.room].append(held)
        turn_round = self.frame.problem.rules.turn_round
        for peer, mine in by_peer.items():
            yield from self._near(mine, self.words.peer(peer), turn_round)
        for person, mine in by_person.items():
            yield from self._near(mine, self.words.person(person), 0)
        for room, here in by_room.items():
            for one, other in combinations(
                sorted(here, key=lambda each: each.start), 2
            ):
                if other.start < one.end:
                    yield self._both(
                        one, other, f"{self.words.start(self.words.room(room))} holds"
                    )

    def _near(self, mine: list[_Held], label: str, wait: int) -> Iterator[Breach]:
        for one, other in combinations(sorted(mine, key=lambda each: each.start), 2):
            if self._clear(other, one.start, one.end, one.site, wait):
                continue
            name = self.words.start(label)
            if other.start < one.end:
                yield self._both(one, other, f"{name} is in")
            else:
                short = (
                    one.end
                    + wait
                    + self.frame.travel(one.site, other.site)
                    - other.start
                )
                yield Breach(
                    (one.session.key, other.session.key),
                    f"{name} has {self.words.minutes(other.start - one.end)} from "
                    f"{one.session.label} to {other.session.label}: "
                    f"{self.words.minutes(short)} too few.",
                )

    def _both(self, one: _Held, other: _Held, what: str) -> Breach:
        return Breach(
            (one.session.key, other.session.key),
            f"{what} {one.session.label} and {other.session.label} at once, "
            f"{self.words.when(other.start)}.",
        )
