"""All hard rules, read straight from the problem: it shares no code with the solver.

Written from the rules of the week and not from the model: minute by minute where that is plainest.
"""

from __future__ import annotations

import datetime as dt
from itertools import combinations

from scheduling.solver.problem import Problem, Timetable, Window


def faults(problem: Problem, timetable: Timetable) -> list[str]:
    """Every rule that is broken; empty is a timetable that may stand."""
    return _Checker(problem, timetable).found()


def _plus(moment: dt.datetime, minutes: int) -> dt.datetime:
    return moment + dt.timedelta(minutes=minutes)


class _Checker:
    def __init__(self, problem: Problem, timetable: Timetable) -> None:
        self.p = problem
        self.at = dict(timetable.placements)
        self.sessions = {s.key: s for s in problem.sessions}
        self.rooms = {r.key: r for r in problem.rooms}
        self.peers = {p.key: p for p in problem.peers}
        self.people = {p.key: p for p in problem.people}

    def found(self) -> list[str]:
        said = [
            f"{key}: no such session" for key in self.at if key not in self.sessions
        ]
        if said:
            return said
        for key in sorted(self.at):
            said += [f"{key}: {what}" for what in self.one(key)]
        for a, b in combinations(sorted(self.at), 2):
            said += [f"{a} and {b}: {what}" for what in self.two(a, b)]
        return said

    def begin(self, key: str) -> dt.datetime:
        return self.at[key].begins

    def end(self, key: str) -> dt.datetime:
        return _plus(self.at[key].begins, self.sessions[key].minutes)

    def site(self, key: str) -> str:
        room = self.rooms[self.at[key].room]
        return self.p.home if room.on_the_move else room.site

    def minutes_between(self, a: str, b: str) -> int:
        if a == b:
            return 0
        for pair in ((a, b), (b, a)):
            if pair in self.p.travel:
                return self.p.travel[pair]
        return self.p.rules.travel

    def covered(self, windows: tuple[Window, ...] | None, key: str) -> bool:
        """Every minute of the session lies in one of the windows."""
        if windows is None:
            return True
        minute = self.begin(key)
        while minute < self.end(key):
            if not any(
                w.begins <= minute and _plus(minute, 1) <= w.ends for w in windows
            ):
                return False
            minute = _plus(minute, 1)
        return True

    def one(self, key: str) -> list[str]:  # noqa: C901 - one rule after the other
        s, at = self.sessions[key], self.at[key]
        if at.room not in self.rooms or not set(at.peers) <= set(self.peers):
            return ["an unknown room or peer"]
        said = []
        room, begins, ends = self.rooms[at.room], self.begin(key), self.end(key)
        # The hours of the week.
        day = [d for d in self.p.days if d.begins.date() == begins.date()]
        if not day or begins < day[0].begins or ends > day[0].ends:
            said.append("outside the days")
        if ends > dt.datetime.combine(begins.date(), self.p.rules.last_end):
            said.append("people are met too late")
        closing = begins.date() == self.p.closing_day
        if closing and ends > dt.datetime.combine(
            begins.date(), self.p.rules.team_from
        ):
            said.append("the team's afternoon")
        if s.pin.begins is None and begins.minute % 15:
            said.append("not on a quarter hour")
        if s.windows and not self.covered(s.windows, key):
            said.append("outside its own times")
        # The room.
        if room.team_only:
            said.append("in the team's room")
        if room.places < max(s.expected, len(s.people)):
            said.append("too many for the room")
        if not self.covered(room.windows, key):
            said.append("the room is not ours")
        if room.on_the_move is not s.on_the_move:
            said.append("a visit in a room, or a meeting on the road")
        if not s.on_the_move and s.sites and room.site not in s.sites:
            said.append("at the wrong site")
        # Who is met.
        for person in s.people:
            if not self.covered(self.people[person].windows, key):
                said.append(f"{person} cannot come")
        if (
            s.one_level
            and len({self.people[q].level for q in s.people if self.people[q].level})
            > 1
        ):
            said.append("several grades in one group")
        # Who meets them.
        if len(at.peers) != len(set(at.peers)) or len(at.peers) != 2 + len(s.also):
            said.append("not two peers")
        if not s.also <= set(at.peers):
            said.append("somebody who should come as well does not")
        two = [self.peers[q] for q in at.peers if q not in s.also]
        if s.backgrounds and not any(q.backgrounds & s.backgrounds for q in two):
            said.append("nobody with the background")
        agencies = {s.agency} | {self.people[q].agency for q in s.people}
        for key_of_peer in at.peers:
            peer = self.peers[key_of_peer]
            if key in peer.sessions_barred or any(
                a and a in peer.agencies_barred for a in agencies
            ):
                said.append(f"{key_of_peer} has an interest")
            if not self.covered(peer.windows, key):
                said.append(f"{key_of_peer} is away")
        said += self.beside_blocks(key)
        if s.pin.begins not in (None, at.begins) or s.pin.room not in (None, at.room):
            said.append("moved though pinned")
        if s.pin.peers is not None and set(s.pin.peers) != set(at.peers):
            said.append("other peers than pinned")
        return said

    def beside_blocks(self, key: str) -> list[str]:
        said = []
        s, at = self.sessions[key], self.at[key]
        begins, ends = self.begin(key), self.end(key)
        for block in self.p.blocks:
            over = _plus(block.begins, block.minutes)
            if begins.date() != block.begins.date():
                continue
            way = 0
            if block.room:
                way = self.minutes_between(self.site(key), self.rooms[block.room].site)
            reached = _plus(ends, way) <= block.begins or _plus(over, way) <= begins
            team = set(self.peers) if block.peers is None else set(block.peers)
            if not reached and team & set(at.peers):
                said.append(f"peers are at {block.key}")
            if not reached and set(block.people) & set(s.people):
                said.append(f"people are at {block.key}")
            together = begins < over and block.begins < ends
            if (
                together
                and block.room == at.room
                and not self.rooms[at.room].on_the_move
            ):
                said.append(f"the room is taken by {block.key}")
        return said

    def two(self, a: str, b: str) -> list[str]:
        said: list[str] = []
        if self.begin(b) < self.begin(a):
            a, b = b, a
        if self.begin(a).date() != self.begin(b).date():
            return said
        way = self.minutes_between(self.site(a), self.site(b))
        gap = int((self.begin(b) - self.end(a)).total_seconds()) // 60
        if (
            set(self.at[a].peers) & set(self.at[b].peers)
            and gap < self.p.rules.turn_round + way
        ):
            said.append("one peer, too near")
        if set(self.sessions[a].people) & set(self.sessions[b].people) and gap < way:
            said.append("one person, too near")
        room = self.rooms[self.at[a].room]
        if self.at[a].room == self.at[b].room and gap < 0 and not room.on_the_move:
            said.append("one room, at once")
        return said
