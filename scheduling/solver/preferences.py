"""What makes one timetable without clashes better than another, in points and in words.

Points are what the solver makes few. The same counting is here once for a finished timetable, so that
every line of the account can be checked by hand; a test holds the solver to it.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from scheduling.solver.frame import Busy, Frame
from scheduling.solver.problem import STEP, Placement, Session, Timetable
from scheduling.solver.words import Words

# A session is left out only where its place would cost more than this elsewhere.
LEFT_OUT = 1000
# Sessions of one agency that go into one day.
AGENCY_A_DAY = 4
# How far a theme's share of one day may exceed the day's share of the week.
THEME_SHARE = 1.5
# How far above an even share still counts as even.
EVEN_MINUTES = 30
# Where the half-days part, in minutes from midnight.
NOON = 12 * 60 + 30


class Preference(StrEnum):
    EVEN_LOAD = "even load"
    PAIRS_KEPT = "pairs kept"
    AGENCY_TOGETHER = "agencies together"
    THEMES_SPREAD = "themes spread"
    EARLY = "hard to get early"
    SPARE_SLOT = "spare slots"
    FEW_JOURNEYS = "few journeys"


@dataclass(frozen=True, slots=True)
class Cost:
    """One thing that is not as one would like it."""

    preference: Preference
    points: int
    sentence: str


def quarters(minutes: int) -> int:
    """Quarter hours, begun ones counted whole."""
    return -(-minutes // STEP)


def afternoon(start: int) -> bool:
    return start % 1440 >= NOON


class Measures:
    """What is even, close together or spread for this problem."""

    def __init__(self, frame: Frame) -> None:
        self.frame = frame
        self.even = self._even_shares()
        self._earliest: dict[str, int] = {}
        problem = frame.problem
        sessions = Counter(session.agency for session in problem.sessions)
        self.agency_days = {
            agency: math.ceil(count / AGENCY_A_DAY)
            for agency, count in sessions.items()
            if agency
        }
        topics = Counter(
            topic for session in problem.sessions for topic in topics_of(session)
        )
        lengths = [max(0, ends - begins) for begins, ends in frame.days]
        self.topic_caps = {
            (topic, day): max(
                1, math.ceil(THEME_SHARE * count * length / max(1, sum(lengths)))
            )
            for topic, count in topics.items()
            for day, length in enumerate(lengths)
        }
        self.closing = [
            day
            for day, (begins, _) in enumerate(frame.days)
            if frame.moment(begins).date() == problem.closing_day
        ]

    def _even_shares(self) -> dict[tuple[str, int], int]:
        """Quarter hours by peer and day: everybody's share by the time that they are there."""
        frame = self.frame
        total = sum(
            session.minutes * (2 + len(session.also))
            for session in frame.problem.sessions
        )
        free = {
            (peer, day): STEP
            * sum(
                frame.peer_there(peer, start, start + STEP)
                for start in range(begins, ends - STEP + 1, STEP)
            )
            for peer in frame.peers
            for day, (begins, ends) in enumerate(frame.days)
        }
        whole = max(1, sum(free.values()))
        return {
            key: math.ceil((total * minutes / whole + EVEN_MINUTES) / STEP)
            for key, minutes in free.items()
        }

    def earliest(self, session: Session) -> int:
        """The first day on which a session could be, looked at by itself."""
        if session.key not in self._earliest:
            days = map(self.frame.day_of, self.frame.starts(session))
            self._earliest[session.key] = min(days, default=0)
        return self._earliest[session.key]

    def spare_starts(self, day: int) -> range:
        begins, ends = self.frame.days[day]
        first = quarters(begins) * STEP
        return range(first, ends - self.frame.problem.rules.spare_minutes + 1, STEP)


def topics_of(session: Session) -> tuple[str, ...]:
    return (*session.themes, *session.key_questions)


def left_out_points(session: Session) -> int:
    return LEFT_OUT * session.priority


def account(measures: Measures, timetable: Timetable) -> list[Cost]:
    """Every point of a timetable, the dearest first. Sessions without a place cost nothing here."""
    counted = _Account(measures, timetable)
    found = [cost for cost in counted.all() if cost.points]
    return sorted(found, key=lambda cost: -cost.points)


def points(costs: list[Cost]) -> int:
    return sum(cost.points for cost in costs)


class _Account:
    def __init__(self, measures: Measures, timetable: Timetable) -> None:
        self.measures, self.frame = measures, measures.frame
        self.words = Words(self.frame)
        self.weights = self.frame.problem.weights
        self.placed = [
            (session, timetable.placements[session.key])
            for session in self.frame.problem.sessions
            if session.key in timetable.placements
        ]

    def all(self) -> Iterator[Cost]:
        yield from self._load()
        yield from self._pairs()
        yield from self._agencies()
        yield from self._topics()
        yield from self._early()
        yield from self._spare()
        yield from self._journeys()

    def _start(self, placement: Placement) -> int:
        return self.frame.minute(placement.begins)

    def _day(self, placement: Placement) -> int:
        return self.frame.day_of(self._start(placement))

    def _load(self) -> Iterator[Cost]:
        load: Counter[tuple[str, int]] = Counter()
        for session, placement in self.placed:
            for peer in placement.peers:
                load[peer, self._day(placement)] += quarters(session.minutes)
        for (peer, day), held in sorted(load.items()):
            over = held - self.measures.even.get((peer, day), 0)
            if over > 0:
                yield Cost(
                    Preference.EVEN_LOAD,
                    self.weights.even_load * over,
                    f"{self.words.start(self.words.peer(peer))} has {self.words.minutes(over * STEP)} "
                    f"more than an even share on {self.words.day(day)}.",
                )

    def _pairs(self) -> Iterator[Cost]:
        pairs = {frozenset(strand.peers) for strand in self.frame.problem.strands}
        for session, placement in self.placed:
            if frozenset(placement.peers) - session.also not in pairs:
                yield Cost(
                    Preference.PAIRS_KEPT,
                    self.weights.pairs_kept,
                    f"{self.words.start(session.label)} is held by two who are not a pair: "
                    f"{self.words.peers(placement.peers)}.",
                )

    def _agencies(self) -> Iterator[Cost]:
        days: dict[str, set[int]] = defaultdict(set)
        for session, placement in self.placed:
            if session.agency:
                days[session.agency].add(self._day(placement))
        for agency, used in sorted(days.items()):
            over = len(used) - self.measures.agency_days[agency]
            if over > 0:
                yield Cost(
                    Preference.AGENCY_TOGETHER,
                    self.weights.agency_together * over,
                    f"People of {self.words.agency(agency)} are met on {self.words.days(used)}; "
                    f"{self.words.number(self.measures.agency_days[agency], 'day')} would do.",
                )

    def _topics(self) -> Iterator[Cost]:
        count: Counter[tuple[str, int]] = Counter()
        for session, placement in self.placed:
            for topic in topics_of(session):
                count[topic, self._day(placement)] += 1
        for (topic, day), held in sorted(count.items()):
            over = held - self.measures.topic_caps[topic, day]
            if over > 0:
                yield Cost(
                    Preference.THEMES_SPREAD,
                    self.weights.themes_spread * over,
                    f"{self.words.number(held, 'session')} on {self.words.topic(topic)} "
                    f"{'is' if held == 1 else 'are'} on {self.words.day(day)}; "
                    f"{self.measures.topic_caps[topic, day]} would be an even spread.",
                )

    def _early(self) -> Iterator[Cost]:
        for session, placement in self.placed:
            if not session.hard_to_get:
                continue
            day, first = self._day(placement), self.measures.earliest(session)
            if day > first:
                yield Cost(
                    Preference.EARLY,
                    self.weights.early * (day - first),
                    f"{self.words.start(session.label)} is hard to arrange and is on "
                    f"{self.words.day(day)}; it could be as early as {self.words.day(first)}.",
                )

    def _spare(self) -> Iterator[Cost]:
        for strand in self.frame.problem.strands:
            for day in self.measures.closing:
                if self.spare_start(strand.peers, day) is None:
                    yield Cost(
                        Preference.SPARE_SLOT,
                        self.weights.spare_slot,
                        f"{self.words.start(strand.label)} has no slot to spare on "
                        f"{self.words.day(day)}.",
                    )

    def spare_start(self, pair: tuple[str, str], day: int) -> int | None:
        """The first moment of a slot in which both peers could still meet somebody."""
        frame, minutes = self.frame, self.frame.problem.rules.spare_minutes
        home = frame.problem.home
        held = [
            Busy(
                start,
                start + session.minutes,
                frame.site_of(placement.room),
                session.key,
            )
            for session, placement in self.placed
            for start in [self._start(placement)]
            if set(pair) & set(placement.peers)
        ]
        for start in self.measures.spare_starts(day):
            if all(frame.peer_can(peer, start, minutes, home) for peer in pair) and all(
                frame.apart(start, start + minutes, home, each) for each in held
            ):
                return start
        return None

    def _journeys(self) -> Iterator[Cost]:
        journeys = Counter[str]()
        seen = set()
        for _, placement in self.placed:
            site = self.frame.site_of(placement.room)
            start = self._start(placement)
            if site == self.frame.problem.home:
                continue
            for peer in placement.peers:
                journey = (peer, start // 1440, afternoon(start), site)
                if journey not in seen:
                    seen.add(journey)
                    journeys[site] += 1
        for site, count in sorted(journeys.items()):
            yield Cost(
                Preference.FEW_JOURNEYS,
                self.weights.few_journeys * count,
                f"Peers go to {self.words.site(site)} {self.words.times(count)}, "
                "counted by peer and half-day.",
            )


def spare_slots(
    measures: Measures, timetable: Timetable
) -> dict[str, Placement | None]:
    """For each strand, a slot of the closing day that it keeps free: no room is taken for it."""
    counted = _Account(measures, timetable)
    found: dict[str, Placement | None] = {}
    for strand in measures.frame.problem.strands:
        starts = [counted.spare_start(strand.peers, day) for day in measures.closing]
        start = next((each for each in starts if each is not None), None)
        found[strand.key] = (
            None
            if start is None
            else Placement(measures.frame.moment(start), "", strand.peers)
        )
    return found
