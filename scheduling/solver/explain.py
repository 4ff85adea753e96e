"""Why sessions have no place: not a guess, but a smallest set that cannot be held together.

A set is shown to be impossible by the solver, and then made smaller until each of it matters. The
same is done with peers, people and rooms, so that the sentence names only what stands in the way.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from scheduling.solver.alone import Need, Reason, only_sessions, why_alone, with_window
from scheduling.solver.changes import overrun
from scheduling.solver.frame import Frame, merged
from scheduling.solver.literals import Crews
from scheduling.solver.model import Model
from scheduling.solver.part import Near
from scheduling.solver.problem import Peer, Problem, Room, Session, Timetable, Window
from scheduling.solver.run import Outcome, Watch, run
from scheduling.solver.words import Words

# How many sessions that stand in the way are looked at together, one after the other.
SIZES = (3, 7, 13, 22, 34)
SECONDS_A_CHECK = 3.0
# Where many have no place, reasons for the first of them are better than none for all.
SECONDS_A_REASON = 2.5
# By how many minutes somebody's time is lengthened to see whether that would help.
LONGER = (15, 30, 45, 60, 90, 120)


def explain(
    problem: Problem,
    timetable: Timetable,
    *,
    seconds: float = 10.0,
    workers: int = 2,
) -> list[Reason]:
    """A reason for every session without a place, within some seconds for all of them."""
    watch = Watch(seconds)
    frame = Frame(problem)
    waiting = [
        each for each in problem.sessions if each.key not in timetable.placements
    ]
    reasons = {}
    for session in list(waiting):
        alone = why_alone(frame, session)
        if alone:
            reasons[session.key] = alone
            waiting.remove(session)
    for left, session in zip(range(len(waiting), 0, -1), waiting, strict=True):
        mine = Watch(max(watch.left / left, min(watch.left, SECONDS_A_REASON)))
        reasons[session.key] = _Together(
            frame, session, timetable, mine, workers
        ).reason()
    return [reasons[each.key] for each in problem.sessions if each.key in reasons]


class _Together:
    """Why a session has no place beside those that have one."""

    def __init__(
        self,
        frame: Frame,
        session: Session,
        timetable: Timetable,
        watch: Watch,
        workers: int,
    ) -> None:
        self.frame, self.session, self.timetable = frame, session, timetable
        self.watch, self.workers = watch, workers
        self.words = Words(frame)

    def reason(self) -> Reason:
        # Half of the time to find what cannot be, so that there is time to make it small.
        crews: Crews = self.frame.all_crews
        near = Near(self.frame, crews)
        tried = 0
        for size in SIZES:
            keys = near.to({self.session.key}, self.timetable, size)
            if len(keys) == tried or self.watch.seconds > self.watch.allowed / 2:
                break
            tried = len(keys)
            if self._impossible(keys):
                return self._said(self._smallest(keys))
        return self._unproven()

    def _unproven(self) -> Reason:
        return Reason(
            (self.session.key,),
            f"No place was found for {self.session.label} in the time that there was; nothing shows "
            "that there is none.",
            "A longer search may find one.",
            proven=False,
        )

    # --- What cannot be

    def _impossible(
        self,
        keys: Collection[str],
        without: frozenset[Need] = frozenset(),
        change: Callable[[Problem], Problem] = lambda problem: problem,
    ) -> bool:
        """Shown that these cannot all be held. Not knowing is no."""
        return self._outcome(keys, without, change) == Outcome.IMPOSSIBLE

    def _outcome(
        self,
        keys: Collection[str],
        without: frozenset[Need] = frozenset(),
        change: Callable[[Problem], Problem] = lambda problem: problem,
    ) -> Outcome:
        frame = Frame(change(only_sessions(self.frame.problem, keys)))
        model = Model(frame, frame.all_crews, without=without)
        for placing in model.placings.values():
            model.cp.add(placing.out == 0)
        seconds = min(SECONDS_A_CHECK, self.watch.left)
        return run(model, seconds=seconds, workers=self.workers).outcome

    def _smallest(self, keys: Collection[str]) -> list[str]:
        """No smaller part of it is impossible, unless time runs out before that is shown."""
        kept = [self.session.key]
        others = sorted(key for key in keys if key != self.session.key)
        # Halves first: most of them do not matter.
        step = max(1, len(others) // 2)
        while others and self.watch.left:
            for at in range(0, len(others), step):
                rest = others[:at] + others[at + step :]
                if self._impossible([*kept, *rest]):
                    others = rest
                    break
            else:
                if step == 1:
                    break
                step = max(1, step // 2)
                continue
            step = min(step, max(1, len(others) // 2))
        return [*kept, *others]

    def _needs(self, keys: Sequence[str]) -> list[Need]:
        """Peers, people and rooms that two of them could want, what is said least gladly first."""
        sessions = [self.frame.sessions[key] for key in keys]
        rooms = {room for each in sessions for room in self.frame.rooms_of(each)}
        people = [person for each in sessions for person in each.people]
        return [
            *(("room", room) for room in sorted(rooms)),
            *(
                ("person", person)
                for person in sorted(set(people))
                if people.count(person) > 1
            ),
            *(("peer", peer) for peer in self.frame.peers),
        ]

    def _scarce(self, keys: Sequence[str]) -> list[Need]:
        """What would have to be in two places at once. Rooms count as one."""
        needs = self._needs(keys)
        rooms = frozenset(need for need in needs if need[0] == "room")
        dropped: frozenset[Need] = frozenset()
        units = [rooms] if rooms else []
        units += [frozenset([need]) for need in needs if need[0] != "room"]
        core: list[Need] = []
        for unit in units:
            if self.watch.left and self._impossible(keys, dropped | unit):
                dropped |= unit
            else:
                core += sorted(unit)
        return core

    # --- The sentence

    def _said(self, keys: list[str]) -> Reason:
        words = self.words
        core = self._scarce(keys)
        if len(keys) == 1:
            return Reason(
                (self.session.key,), f"{words.start(self.session.label)} has no place."
            )
        named = words.start(words.sessions(keys))
        clauses = self._clauses(core)
        both = "both" if len(keys) == 2 else "all"
        sentence = f"{named} cannot {both} be held: {'; '.join(clauses)}"
        return Reason(
            tuple(keys),
            f"{sentence}{self._too_little(keys, core)}.",
            self._helps(keys, core),
        )

    def _clauses(self, core: list[Need]) -> list[str]:
        words = self.words
        people = [key for kind, key in core if kind == "person"]
        peers = [key for kind, key in core if kind == "peer"]
        rooms = [key for kind, key in core if kind == "room"]
        found = []
        if people:
            names = words.listed([words.person(key) for key in people])
            found.append(
                f"each needs {names}" if len(people) == 1 else f"they share {names}"
            )
        if len(peers) > len(self.frame.peers) // 2 and len(peers) > 2:
            found.append(f"each needs two of the {len(self.frame.peers)} peers")
        elif peers:
            found.append(
                f"{'each needs' if len(peers) == 1 else 'they need'} {words.peers(peers)}"
            )
        if rooms:
            names = words.listed([words.room(key) for key in rooms])
            found.append(f"there is only {names} for them")
        return found or ["their times are too few"]

    def _too_little(self, keys: Sequence[str], core: list[Need]) -> str:
        """How much time they take and how much there is, where one thing alone is scarce."""
        if len(core) != 1:
            return " at the same times" if core else ""
        kind, _ = core[0]
        sessions = [self.frame.sessions[key] for key in keys]
        wait = self.frame.problem.rules.turn_round if kind == "peer" else 0
        spans = merged(
            (way.start, way.start + each.minutes)
            for each in sessions
            for way in self.frame.candidates(each, self.frame.all_crews(each))
        )
        there = sum(e - b for b, e in spans)
        wanted = sum(each.minutes for each in sessions) + wait * (
            len(sessions) - len(spans)
        )
        if wanted <= there:
            return ", and the times when they could be are too near together"
        turn_round = " with the time in between" if wait else ""
        return (
            f", they take {self.words.minutes(wanted)}{turn_round} and have only "
            f"{self.words.minutes(there)} when they could be"
        )

    # --- What would help

    def _helps(self, keys: list[str], core: list[Need]) -> str:
        for sentence, change in self._changes(keys, core):
            if not self.watch.left:
                break
            outcome = self._outcome(keys, change=change)
            if outcome in (Outcome.OPTIMAL, Outcome.FOUND):
                return sentence
        others = "the other" if len(keys) == 2 else "the others"
        return f"Leaving out one of them makes room for {others}."

    def _changes(
        self, keys: list[str], core: list[Need]
    ) -> Iterator[tuple[str, Callable[[Problem], Problem]]]:
        """Changes to the week and the sentence for each, the smallest first."""
        who = self._who(keys, core)
        useful = [
            need
            for need in who
            if self._would_help(keys, need, max(LONGER)) and self.watch.left
        ]
        for minutes in LONGER:
            for need in useful:
                if minutes < max(LONGER) and not self._would_help(keys, need, minutes):
                    continue
                yield from self._longer(need, minutes)
            if minutes == LONGER[0]:
                yield from self._more_rooms(keys, core)
                yield from self._shorter(keys)
        yield from self._more_peers(keys, core)

    def _who(self, keys: list[str], core: list[Need]) -> list[Need]:
        """Whose time is bounded by what they said, and could be longer."""
        people: list[Need] = [
            ("person", person)
            for person in sorted(
                {p for key in keys for p in self.frame.sessions[key].people}
            )
            if self.frame.people[person].windows
        ]
        peers: list[Need] = [
            need
            for need in core
            if need[0] == "peer" and self.frame.peers[need[1]].windows
        ]
        return [*people, *peers]

    def _windows(self, need: Need) -> Iterable[Window]:
        kind, key = need
        found = (
            self.frame.people[key].windows
            if kind == "person"
            else self.frame.peers[key].windows
        )
        return found or ()

    def _would_help(self, keys: list[str], need: Need, minutes: int) -> bool:
        """All of somebody's times longer at both ends."""

        def change(problem: Problem) -> Problem:
            for window in self._windows(need):
                problem = with_window(
                    problem,
                    need,
                    Window(
                        self._moved(window, -minutes, 0),
                        self._moved(window, minutes, 1),
                    ),
                )
            return problem

        return self._outcome(keys, change=change) in (Outcome.OPTIMAL, Outcome.FOUND)

    def _moved(self, window: Window, minutes: int, at: int) -> dt.datetime:
        moment = (window.begins, window.ends)[at]
        return self.frame.moment(self.frame.minute(moment) + minutes)

    def _longer(
        self, need: Need, minutes: int
    ) -> Iterator[tuple[str, Callable[[Problem], Problem]]]:
        """One end of one of somebody's times."""
        kind, key = need
        label = self.words.person(key) if kind == "person" else self.words.peer(key)
        for window in self._windows(need):
            until = Window(window.begins, self._moved(window, minutes, 1))
            since = Window(self._moved(window, -minutes, 0), window.ends)
            for longer, moment, preposition in (
                (until, until.ends, "until"),
                (since, since.begins, "from"),
            ):
                clock = self.words.clock(self.frame.minute(moment))
                yield (
                    f"It would fit if {label} were free {preposition} {clock} on "
                    f"{self.words.date(moment.date())}.",
                    partial(with_window, need=need, window=longer),
                )

    def _more_rooms(
        self, keys: list[str], core: list[Need]
    ) -> Iterator[tuple[str, Callable[[Problem], Problem]]]:
        if not any(kind == "room" for kind, _ in core):
            return
        sites = sorted(
            {s for key in keys for s in self.frame.sites_of(self.frame.sessions[key])}
        )
        places = max(self.frame.sessions[key].places for key in keys)
        for site in sites:
            room = Room("another room", "another room", site, places)
            yield (
                f"One more room at {self.words.site(site)} would be enough.",
                partial(_with_room, room=room),
            )

    def _shorter(
        self, keys: list[str]
    ) -> Iterator[tuple[str, Callable[[Problem], Problem]]]:
        for key in keys:
            session = self.frame.sessions[key]
            if session.minutes <= 30:
                continue
            minutes = session.minutes - 15
            yield (
                f"It would fit if {session.label} lasted {self.words.minutes(minutes)}.",
                partial(overrun, key=key, minutes=minutes),
            )

    def _more_peers(
        self, keys: list[str], core: list[Need]
    ) -> Iterator[tuple[str, Callable[[Problem], Problem]]]:
        if not any(kind == "peer" for kind, _ in core):
            return
        asked = frozenset(
            b for key in keys for b in self.frame.sessions[key].backgrounds
        )
        for backgrounds in [
            frozenset[str](),
            *(frozenset([each]) for each in sorted(asked)),
        ]:
            peer = Peer("another peer", "another peer", backgrounds)
            known = (
                f" with a background in {self.words.backgrounds(backgrounds)}"
                if backgrounds
                else ""
            )
            yield (
                f"One more peer{known} would be enough.",
                partial(_with_peer, peer=peer),
            )


def _with_room(problem: Problem, room: Room) -> Problem:
    return replace(problem, rooms=(*problem.rooms, room))


def _with_peer(problem: Problem, peer: Peer) -> Problem:
    return replace(problem, peers=(*problem.peers, peer))
