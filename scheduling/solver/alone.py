"""Why a session has no place even in an empty week, and what would give it one.

Whoever and whatever it needs is left out of the question one by one: what is left at the end cannot
be left out, and is the reason.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from scheduling.solver.frame import Frame, Span, merged
from scheduling.solver.problem import Pin, Problem, Room, Session, Window
from scheduling.solver.words import Words

# ("person", key), ("peer", key) or ("room", "") for all rooms.
Need = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a session has no place. ``sessions`` are those that together are too many, itself first.

    ``helps`` is the smallest change found that would make room, or "". ``proven`` is False where time
    ran out before anything was shown.
    """

    sessions: tuple[str, ...]
    sentence: str
    helps: str = ""
    proven: bool = True


def only_sessions(problem: Problem, keys: Collection[str]) -> Problem:
    """The week with these sessions, and those that are facts."""
    return replace(
        problem,
        sessions=tuple(
            each for each in problem.sessions if each.key in keys or each.pin.whole
        ),
    )


def why_alone(frame: Frame, session: Session) -> Reason | None:
    """The reason, or None where the session could be held if it were the only one."""
    return None if frame.could_be(session) else _Alone(frame, session).reason()


@dataclass(frozen=True, slots=True)
class _Miss:
    start: int
    lacks: dict[Need, int]

    @property
    def minutes(self) -> int:
        return sum(self.lacks.values())


class _Alone:
    def __init__(self, frame: Frame, session: Session) -> None:
        self.session = session
        self.problem = only_sessions(frame.problem, {session.key})
        self.frame, self.words = Frame(self.problem), Words(frame)
        self.name = self.words.start(session.label)

    def reason(self) -> Reason:
        for found in (self._people(), self._room(), self._length(), self._team()):
            if found:
                return Reason((self.session.key,), *found)
        return Reason((self.session.key,), *self._never())

    # --- What no time could mend

    def _people(self) -> tuple[str, str] | None:
        if not self.frame.mixed(self.session):
            return None
        levels = sorted(
            {self.frame.people[key].level for key in self.session.people} - {""}
        )
        return (
            f"{self.name} is a group of one grade, and its people are of several: "
            f"{self.words.listed(levels)}.",
            "Meet each grade by itself.",
        )

    def _room(self) -> tuple[str, str] | None:
        session, frame, words = self.session, self.frame, self.words
        if frame.rooms_of(session):
            return None
        people = words.people_number(session.places)
        if session.pin.room is not None:
            room = frame.rooms[session.pin.room]
            return f"{self.name} is fixed in {room.label}, {self._unsuited(room)}.", ""
        if session.on_the_move:
            return (
                f"{self.name} is away from the building, and no visits are planned for.",
                "",
            )
        sites = words.listed([words.site(site) for site in frame.sites_of(session)])
        rooms = [
            room
            for room in self.problem.rooms
            if room.site in frame.sites_of(session)
            and not room.team_only
            and not room.on_the_move
        ]
        if not rooms:
            return f"{self.name} is to be at {sites}, where there is no room.", ""
        most = max(rooms, key=lambda room: room.places)
        return (
            f"{self.name} has {people}, and the largest room at {sites}, {most.label}, "
            f"holds {most.places}.",
            f"A room for {session.places} is needed, or fewer people.",
        )

    def _unsuited(self, room: Room) -> str:
        if room.places < self.session.places:
            people = self.words.people_number(self.session.places)
            return f"which holds {room.places}, and has {people}"
        if room.team_only:
            return "which is for the team alone"
        if room.on_the_move != self.session.on_the_move:
            where = (
                "away from the building"
                if self.session.on_the_move
                else "in the building"
            )
            return f"and is to be {where}"
        return f"which is at {self.words.site(room.site)}, where it cannot be"

    def _length(self) -> tuple[str, str] | None:
        session, words = self.session, self.words
        if list(self.frame.grid(session)):
            return None
        lasts = words.minutes(session.minutes)
        if session.pin.begins is not None:
            when = words.when(self.frame.minute(session.pin.begins))
            return (
                f"{self.name} is fixed at {when}, which is outside the hours in which people are "
                "met or outside its own times.",
                "",
            )
        spans = [(b, e) for b, e in self.frame.days if b < e]
        own = self.frame.spans(session.windows or None)
        if own is not None:
            spans = [
                (max(b, begins), min(e, ends))
                for b, e in own
                for begins, ends in spans
                if max(b, begins) < min(e, ends)
            ]
        if not spans:
            return (
                f"{self.name} has no time within the hours in which people are met.",
                "",
            )
        longest = max(spans, key=lambda span: span[1] - span[0])
        free = longest[1] - longest[0]
        return (
            f"{self.name} lasts {lasts}, and the longest time that it could have is "
            f"{words.minutes(free)}: {words.stretch(*longest)}.",
            f"It would fit if it lasted no more than {words.minutes(free // 15 * 15)}."
            if free >= 15
            else "",
        )

    def _team(self) -> tuple[str, str] | None:
        session, frame, words = self.session, self.frame, self.words
        if frame.all_crews(session):
            return None
        fit = [key for key in frame.peers if frame.may_hold(key, session)]
        knowing = [key for key in frame.peers if frame.knows(key, session)]
        able = [key for key in knowing if key in fit and key not in session.also]
        asked = words.backgrounds(session.backgrounds)
        if session.backgrounds and not knowing:
            return (
                f"{self.name} asks for a peer with a background in {asked}, and nobody in the team "
                "has one.",
                f"A peer with a background in {asked} is needed, or the session goes without.",
            )
        if session.backgrounds and not able:
            those = words.peers(knowing)
            return (
                f"{self.name} asks for a peer with a background in {asked}: {those} "
                f"{'is' if len(knowing) == 1 else 'are'} kept out of it, or in it besides the two.",
                f"Another peer with a background in {asked} is needed, or the session goes without.",
            )
        return (
            f"{self.name} takes two peers, and all but {len(fit)} are kept out of it.",
            "",
        )

    # --- Never free together

    def _needs(self) -> list[Need]:
        """What could be the reason, what is said least gladly first."""
        crews = self.frame.all_crews(self.session)
        peers = sorted({peer for crew in crews for peer in crew})
        # A peer who is in every crew is most often the reason: left to the end.
        peers.sort(key=lambda peer: all(peer in crew for crew in crews))
        return [
            ("room", ""),
            *(("peer", peer) for peer in peers),
            *(("person", person) for person in self.session.people),
        ]

    def _without(self, dropped: set[Need]) -> Problem:
        """The week as if these had all the time in the world."""
        problem = self.problem

        def kept(kind: str, keys: Collection[str]) -> frozenset[str]:
            return frozenset(key for key in keys if (kind, key) not in dropped)

        every = frozenset(self.frame.peers)
        blocks = tuple(
            replace(
                block,
                peers=kept("peer", every if block.peers is None else block.peers),
                people=kept("person", block.people),
                room="" if ("room", "") in dropped else block.room,
            )
            for block in problem.blocks
        )
        return replace(
            problem,
            rooms=tuple(
                replace(room, windows=None) if ("room", "") in dropped else room
                for room in problem.rooms
            ),
            peers=tuple(
                replace(peer, windows=None) if ("peer", peer.key) in dropped else peer
                for peer in problem.peers
            ),
            people=tuple(
                replace(person, windows=None)
                if ("person", person.key) in dropped
                else person
                for person in problem.people
            ),
            blocks=blocks,
            sessions=tuple(self._loosened(each, dropped) for each in problem.sessions),
        )

    def _loosened(self, session: Session, dropped: set[Need]) -> Session:
        """A fact that no longer takes the time of those who are dropped."""
        if session.key == self.session.key or session.pin.peers is None:
            return session
        peers = tuple(
            peer for peer in session.pin.peers if ("peer", peer) not in dropped
        )
        people = tuple(key for key in session.people if ("person", key) not in dropped)
        room = session.pin.room
        if ("room", "") in dropped:
            room = next((r.key for r in self.problem.rooms if r.on_the_move), room)
        return replace(session, people=people, pin=Pin(session.pin.begins, room, peers))

    def _possible(self, dropped: set[Need]) -> bool:
        return Frame(self._without(dropped)).could_be(self.session)

    def _core(self) -> list[Need]:
        """A minimal set that together has no time for the session."""
        dropped: set[Need] = set()
        core = []
        for need in self._needs():
            if self._possible(dropped | {need}):
                core.append(need)
            else:
                dropped.add(need)
        return core

    def _never(self) -> tuple[str, str]:
        words, session = self.words, self.session
        core = self._core()
        who = self._who(core)
        lasts = words.minutes(session.minutes)
        miss = self._miss(core)
        near, helps = "", ""
        if miss:
            near = f": {words.when(miss.start)} misses by {words.minutes(miss.minutes)}"
            helps = self._helps(miss)
        if not who:
            return (
                f"No time is left for {session.label} beside what is fixed{near}.",
                helps,
            )
        if len(who) == 1:
            return (
                f"{self._one(core, who[0])} for {lasts} while people are met{near}.",
                helps,
            )
        return (
            f"{words.start(words.listed(who))} are never free together for {session.label}{near}.",
            helps,
        )

    def _one(self, core: list[Need], who: str) -> str:
        if core[0][0] == "room":
            return f"No room that suits {self.session.label} is ours"
        if len(core) > 1:
            return f"No {who.removesuffix(',')} are free together"
        return f"{self.words.start(who)} is never free"

    def _who(self, core: list[Need]) -> list[str]:
        words = self.words
        people = [words.person(key) for kind, key in core if kind == "person"]
        peers = [key for kind, key in core if kind == "peer"]
        rooms = ["a room that suits"] if ("room", "") in core else []
        if len(peers) <= 2:
            return people + [words.peer(key) for key in peers] + rooms
        asked = self.session.backgrounds
        two = "two peers"
        if asked:
            two += f", one with a background in {words.backgrounds(asked)},"
        return [*people, two, *rooms]

    # --- By how little it misses

    def _free(self, need: Need, start: int) -> list[Span]:
        """Stretches of that day in which somebody could meet at the home site, without travel."""
        kind, key = need
        day = self.frame.days[self.frame.day_of(start)]
        spans = (
            self.frame.person_spans if kind == "person" else self.frame.peer_spans
        )[key]
        busy = (self.frame.person_busy if kind == "person" else self.frame.peer_busy)[
            key
        ]
        free = (
            [day]
            if spans is None
            else [
                (max(b, day[0]), min(e, day[1]))
                for b, e in spans
                if b < day[1] and day[0] < e
            ]
        )
        for held in busy:
            free = [
                part
                for b, e in free
                for part in ((b, min(e, held.begins)), (max(b, held.ends), e))
                if part[0] < part[1]
            ]
        return merged(free)

    def _lack(self, need: Need, start: int) -> int:
        """Minutes of a session that begins then in which somebody is not there."""
        end = start + self.session.minutes
        there = sum(
            max(0, min(e, end) - max(b, start)) for b, e in self._free(need, start)
        )
        return self.session.minutes - there

    def _miss(self, core: list[Need]) -> _Miss | None:
        """The moment at which least is missing, if that is less than a whole session."""
        best: _Miss | None = None
        people: list[Need] = [need for need in core if need[0] == "person"]
        among = {key for kind, key in core if kind == "peer"}
        if ("room", "") in core:
            return None
        crews: list[set[Need]] = [
            {("peer", peer) for peer in crew if peer in among}
            for crew in self.frame.all_crews(self.session)
        ] or [set()]
        for start in self.frame.grid(self.session):
            for crew in crews:
                lacks = {
                    need: self._lack(need, start) for need in (*people, *sorted(crew))
                }
                found = _Miss(
                    start, {need: lack for need, lack in lacks.items() if lack}
                )
                if not 0 < found.minutes < self.session.minutes:
                    continue
                if best is None or found.minutes < best.minutes:
                    best = found
        return best

    def _helps(self, miss: _Miss) -> str:
        """What one of them could do about it, tried before it is said."""
        if len(miss.lacks) != 1:
            return ""
        (kind, key), _ = next(iter(miss.lacks.items()))
        need = (kind, key)
        end = miss.start + self.session.minutes
        words, frame = self.words, self.frame
        if not Frame(self._there(need, miss.start, end)).could_be(self.session):
            return ""
        label = words.person(key) if kind == "person" else words.peer(key)
        free = [
            (b, e)
            for b, e in self._free(need, miss.start)
            if b < end and miss.start < e
        ]
        day = words.day(frame.day_of(miss.start))
        if free and free[0][0] <= miss.start:
            return (
                f"It would fit if {label} were free until {words.clock(end)} on {day}."
            )
        return f"It would fit if {label} were free from {words.clock(miss.start)} on {day}."

    def _there(self, need: Need, start: int, end: int) -> Problem:
        """The week if somebody were there then as well."""
        window = Window(self.frame.moment(start), self.frame.moment(end))
        return with_window(self.problem, need, window)


def with_window(problem: Problem, need: Need, window: Window) -> Problem:
    kind, key = need
    if kind == "person":
        return replace(
            problem,
            people=tuple(
                replace(each, windows=(*each.windows, window))
                if each.key == key and each.windows is not None
                else each
                for each in problem.people
            ),
        )
    return replace(
        problem,
        peers=tuple(
            replace(each, windows=(*each.windows, window))
            if each.key == key and each.windows is not None
            else each
            for each in problem.peers
        ),
    )
