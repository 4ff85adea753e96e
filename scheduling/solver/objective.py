"""What a good week is, as terms that the solver makes as small as it can."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Protocol

from scheduling.solver.frame import Candidate, Frame
from scheduling.solver.literals import (
    Literal,
    Placing,
    Values,
    any_of,
    sum_of,
    weighed,
)
from scheduling.solver.preferences import (
    Measures,
    afternoon,
    quarters,
    topics_of,
)
from scheduling.solver.problem import Session


class Building(Protocol):
    """What the terms need of the model that is being built."""

    cp: Any
    frame: Frame
    placings: dict[str, Placing]
    true: Literal

    def derive(self, literal: Literal, value: Callable[[Values], int]) -> None: ...

    def keep_free(
        self, peers: Iterable[str], starts: Iterable[int], minutes: int
    ) -> Literal: ...


class Preferences:
    """The points of ``preferences``, as terms of the objective."""

    def __init__(self, model: Building, measures: Measures) -> None:
        self.model, self.measures = model, measures
        self.cp, self.frame = model.cp, model.frame
        self.problem = model.frame.problem
        self.weights = self.problem.weights
        self.pairs = {frozenset(strand.peers) for strand in self.problem.strands}

    def terms(self) -> list[Any]:
        terms = [*self._by_way(), *self._spare()]
        terms += [*self._load(), *self._journeys(), *self._agencies(), *self._topics()]
        return terms

    def _ways(self) -> Iterator[tuple[Session, Candidate, Literal]]:
        """Facts are ways that are taken."""
        for placing in self.model.placings.values():
            for here in placing.ways.values():
                for way, literal in here:
                    yield placing.session, way, literal
        for session, way in self._facts():
            yield session, way, self.model.true

    def _facts(self) -> Iterator[tuple[Session, Candidate]]:
        for key, placed in self.frame.facts.items():
            site = self.frame.site_of(placed.room)
            yield (
                self.frame.sessions[key],
                Candidate(self.frame.minute(placed.begins), site, placed.peers),
            )

    def _moments(self) -> Iterator[tuple[Session, int, Literal]]:
        for placing in self.model.placings.values():
            for (start, _), moment in placing.moments.items():
                yield placing.session, self.frame.day_of(start), moment
        for session, way in self._facts():
            yield session, self.frame.day_of(way.start), self.model.true

    def _over(
        self, parts: list[Any], allowed: int, most: int, value: Callable[[Values], int]
    ) -> Any:
        """A number of its own: how far a sum is above what is allowed."""
        over = self.cp.new_int_var(0, max(0, most - allowed), "")
        self.cp.add(sum(parts) <= allowed + over)
        self.model.derive(over, lambda values: max(0, value(values) - allowed))
        return over

    def _by_way(self) -> Iterator[Any]:
        for session, way, literal in self._ways():
            if frozenset(way.crew) - session.also not in self.pairs:
                yield self.weights.pairs_kept * literal
        for session, day, moment in self._moments():
            if not session.hard_to_get:
                continue
            late = day - self.measures.earliest(session)
            if late > 0:
                yield self.weights.early * late * moment

    def _load(self) -> Iterator[Any]:
        held: dict[tuple[str, int], list[tuple[int, Literal]]] = defaultdict(list)
        for session, way, literal in self._ways():
            for peer in way.crew:
                held[peer, self.frame.day_of(way.start)].append(
                    (quarters(session.minutes), literal)
                )
        alike: dict[tuple[Any, ...], int] = defaultdict(int)
        for (peer, day), parts in held.items():
            allowed = self.measures.even.get((peer, day), 0)
            alike[
                allowed, tuple((length, literal.index) for length, literal in parts)
            ] += 1
        literals = {
            literal.index: literal for parts in held.values() for _, literal in parts
        }
        for (allowed, parts), peers in alike.items():
            most = sum(quarters(session.minutes) for session in self.problem.sessions)
            over = self._over(
                [length * literals[index] for length, index in parts],
                allowed,
                most,
                weighed(parts),
            )
            yield self.weights.even_load * peers * over

    def _journeys(self) -> Iterator[Any]:
        """A journey is a flag above all ways that need it."""
        needs: dict[
            tuple[Any, ...], dict[str, list[tuple[Session, Candidate, Literal]]]
        ] = defaultdict(lambda: defaultdict(list))
        for session, way, literal in self._ways():
            if way.site != self.problem.home:
                for peer in way.crew:
                    half = (peer, way.start // 1440, afternoon(way.start), way.site)
                    needs[half][session.key].append((session, way, literal))
        alike: dict[tuple[int, ...], list[tuple[Any, ...]]] = defaultdict(list)
        for half, by_session in needs.items():
            alike[
                tuple(lit.index for ways in by_session.values() for *_, lit in ways)
            ].append(half)
        turn_round = self.problem.rules.turn_round
        for halves in alike.values():
            by_session = needs[halves[0]]
            flag = self.cp.new_bool_var("")
            for ways in by_session.values():
                self.cp.add(sum(literal for *_, literal in ways) <= flag)
            every = [each for ways in by_session.values() for each in ways]
            self.model.derive(flag, any_of([literal for *_, literal in every]))
            first = min(way.start for _, way, _ in every)
            last = max(way.start + session.minutes for session, way, _ in every)
            # No more can be in a half-day than it has room for: a sharper bound.
            self.cp.add(
                sum(
                    (session.minutes + turn_round) * literal
                    for session, _, literal in every
                )
                <= max(
                    last - first + turn_round,
                    *(s.minutes + turn_round for s, _, _ in every),
                )
                * flag
            )
            yield self.weights.few_journeys * len(halves) * flag

    def _agencies(self) -> Iterator[Any]:
        met: dict[str, dict[int, dict[str, list[Literal]]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(list))
        )
        for session, day, moment in self._moments():
            if session.agency:
                met[session.agency][day][session.key].append(moment)
        for agency, days in met.items():
            allowed = self.measures.agency_days[agency]
            if len(days) <= allowed:
                continue
            flags = []
            for by_session in days.values():
                flag = self.cp.new_bool_var("")
                for moments in by_session.values():
                    self.cp.add(sum(moments) <= flag)
                self.model.derive(
                    flag, any_of([m for ms in by_session.values() for m in ms])
                )
                flags.append(flag)
            indexes = [flag.index for flag in flags]
            over = self._over(
                flags,
                allowed,
                len(days),
                sum_of(indexes),
            )
            yield self.weights.agency_together * over

    def _topics(self) -> Iterator[Any]:
        held: dict[tuple[str, int], dict[str, list[Literal]]] = defaultdict(
            lambda: defaultdict(list)
        )
        for session, day, moment in self._moments():
            for topic in topics_of(session):
                held[topic, day][session.key].append(moment)
        for key, by_session in held.items():
            allowed = self.measures.topic_caps[key]
            if len(by_session) <= allowed:
                continue
            moments = [moment for moments in by_session.values() for moment in moments]
            indexes = [moment.index for moment in moments]
            over = self._over(
                moments,
                allowed,
                len(by_session),
                sum_of(indexes),
            )
            yield self.weights.themes_spread * over

    def _spare(self) -> Iterator[Any]:
        """A slot that nobody takes, as if it were a session of the strand without people."""
        minutes, home = self.problem.rules.spare_minutes, self.problem.home
        for strand in self.problem.strands:
            for day in self.measures.closing:
                slots = [
                    start
                    for start in self.measures.spare_starts(day)
                    if all(
                        self.frame.peer_can(peer, start, minutes, home)
                        for peer in strand.peers
                    )
                ]
                yield self.weights.spare_slot * self.model.keep_free(
                    strand.peers, slots, minutes
                )
