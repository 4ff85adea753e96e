"""The week as a model for CP-SAT.

A Boolean for every way to hold a session (when, at which site, by whom), one for every moment of a
session, and cliques over them: at each moment a peer, a person and a room are taken once at most.
That makes the linear bound strong. Rooms that are always enough are left out of it; for the others
an interval in each room keeps them apart. The solver is loaded here, on use, and nowhere else.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from scheduling.solver.frame import Candidate, Frame
from scheduling.solver.literals import (
    Crews,
    Literal,
    Occupied,
    Placing,
    Values,
    any_of,
    at_each_start,
    none_of,
)
from scheduling.solver.objective import Preferences
from scheduling.solver.preferences import (
    Measures,
    left_out_points,
)
from scheduling.solver.problem import Placement, Session, Timetable
from scheduling.solver.rooms import Kind, Kinds, settle


class Model:
    """``crews`` names who may hold a session. Sessions fixed by hand are in no variable.

    With ``measures`` it asks for as many sessions as possible, and then for few points. ``without``
    leaves rules out, to find which of them matter: ("peer", key), ("person", key) and ("room", key)
    may then be in two places at once.
    """

    def __init__(
        self,
        frame: Frame,
        crews: Crews,
        measures: Measures | None = None,
        *,
        without: frozenset[tuple[str, str]] = frozenset(),
    ) -> None:
        from ortools.sat.python import cp_model

        self.frame, self.without = frame, without
        self.cp: Any = cp_model.CpModel()
        self.placings: dict[str, Placing] = {}
        self._domain = cp_model.Domain
        self.true: Literal = self.cp.new_constant(1)
        self._derived: list[tuple[Literal, Callable[[Values], int]]] = []
        self._of_peer: dict[str, list[Occupied]] = defaultdict(list)
        self._of_person: dict[str, list[Occupied]] = defaultdict(list)
        for session in frame.problem.sessions:
            if session.key not in frame.facts:
                self._add(session, frame.candidates(session, crews(session)))
        terms = Preferences(self, measures).terms() if measures else []
        self._peers_once()
        self._people_once()
        self._rooms_once()
        if measures:
            terms += [
                left_out_points(each.session) * each.out
                for each in self.placings.values()
            ]
            self.cp.minimize(sum(terms))

    # --- Sessions

    def _add(self, session: Session, ways: list[Candidate]) -> None:
        placing = Placing(session, self.cp.new_bool_var(""))
        self.placings[session.key] = placing
        for way in ways:
            literal = self.cp.new_bool_var("")
            placing.ways.setdefault((way.start, way.site), []).append((way, literal))
            taken = Occupied(way.start, way.start + session.minutes, way.site, literal)
            for peer in way.crew:
                self._of_peer[peer].append(taken)
        for (start, site), here in placing.ways.items():
            if len(here) == 1:
                moment = here[0][1]
            else:
                moment = self.cp.new_bool_var("")
                self.cp.add_exactly_one([*(literal for _, literal in here), ~moment])
                self.derive(moment, any_of([literal for _, literal in here]))
            placing.moments[start, site] = moment
            for person in session.people:
                self._of_person[person].append(
                    Occupied(start, start + session.minutes, site, moment)
                )
        self.cp.add_exactly_one([placing.out, *placing.moments.values()])

    # --- Nobody and nothing twice

    def _peers_once(self) -> None:
        turn_round = self.frame.problem.rules.turn_round
        for peers, taken in self._units():
            if not all(("peer", peer) in self.without for peer in peers):
                self._once(taken, turn_round)

    def _units(self) -> Iterator[tuple[list[str], list[Occupied]]]:
        """Peers who are always together, so that a rule is written once for both."""
        units: dict[tuple[int, ...], list[str]] = defaultdict(list)
        for peer, taken in self._of_peer.items():
            units[tuple(each.literal.index for each in taken)].append(peer)
        for peers in units.values():
            yield peers, self._of_peer[peers[0]]

    def _people_once(self) -> None:
        for person, taken in self._of_person.items():
            if ("person", person) not in self.without:
                self._once(taken, 0)

    def _once(self, taken: list[Occupied], turn_round: int) -> None:
        """At most one at a time, with the turn-round and the journey in between."""
        for now in at_each_start(taken, turn_round):
            self._at_most_one(taken[place].literal for place in now)
        starts: dict[tuple[str, int], list[Literal]] = defaultdict(list)
        ends: dict[tuple[str, int], list[Literal]] = defaultdict(list)
        for each in taken:
            starts[each.site, each.start].append(each.literal)
            ends[each.site, each.end].append(each.literal)
        for (there, start), arriving in starts.items():
            for (here, end), leaving in ends.items():
                wait = start - end
                if (
                    here != there
                    and turn_round <= wait < turn_round + self.frame.travel(here, there)
                ):
                    self._at_most_one([*leaving, *arriving])

    def _at_most_one(self, literals: Iterable[Literal]) -> None:
        listed = list(literals)
        if len(listed) > 1:
            self.cp.add_at_most_one(listed)

    def _rooms_once(self) -> None:
        # Where peers may be in two places, rooms may be too few.
        kinds = Kinds(self.frame, len(self.placings) if self.without else None)
        counted: dict[str, list[tuple[Occupied, frozenset[str]]]] = defaultdict(list)
        intervals: dict[Kind, list[Any]] = defaultdict(list)
        for placing in self.placings.values():
            session = placing.session
            if session.on_the_move or not placing.moments:
                continue
            suited = {
                (start, site): kinds.at(session, start, site)
                for start, site in placing.moments
            }
            placing.ample = kinds.ample(suited.values())
            if placing.ample:
                continue
            for (start, site), moment in placing.moments.items():
                taken = Occupied(start, start + session.minutes, site, moment)
                counted[site].append(
                    (taken, frozenset(r for k in suited[start, site] for r in k))
                )
            self._in_rooms(placing, suited, intervals)
        for kind, held in intervals.items():
            if any(("room", room) in self.without for room in kind):
                continue
            if len(kind) == 1:
                self.cp.add_no_overlap(held)
            else:
                self.cp.add_cumulative(held, [1] * len(held), len(kind))
        for taken_there in counted.values():
            self._enough_rooms(taken_there)

    def _in_rooms(
        self,
        placing: Placing,
        suited: Mapping[tuple[int, str], list[Kind]],
        intervals: dict[Kind, list[Any]],
    ) -> None:
        minutes = placing.session.minutes
        moments = placing.moments
        values = self._domain.from_values([0, *(start for start, _ in moments)])
        begins = self.cp.new_int_var_from_domain(values, "")
        self.cp.add(
            begins == sum(start * moment for (start, _), moment in moments.items())
        )
        self.derive(
            begins,
            lambda values: sum(
                start for (start, _), m in moments.items() if values[m.index]
            ),
        )
        for kind in sorted({kind for kinds in suited.values() for kind in kinds}):
            literal = self.cp.new_bool_var("")
            placing.in_rooms[kind] = literal
            for key, moment in moments.items():
                if kind not in suited[key]:
                    self.cp.add_implication(literal, ~moment)
            intervals[kind].append(
                self.cp.new_optional_fixed_size_interval_var(
                    begins, minutes, literal, ""
                )
            )
        self.cp.add_exactly_one([placing.out, *placing.in_rooms.values()])

    def _enough_rooms(self, taken: list[tuple[Occupied, frozenset[str]]]) -> None:
        """What follows from the intervals, said in a way that the linear bound can use."""
        for places in at_each_start([each for each, _ in taken], 0):
            now = [taken[place] for place in places]
            for fit in {fit for _, fit in now}:
                if any(("room", room) in self.without for room in fit):
                    continue
                inside = [each.literal for each, other in now if other <= fit]
                if len(inside) > len(fit):
                    self.cp.add(sum(inside) <= len(fit))

    # --- Time kept free

    def keep_free(
        self, peers: Iterable[str], starts: Iterable[int], minutes: int
    ) -> Literal:
        """One slot at home that no session of these peers touches; true where there is none."""
        home, turn_round = self.frame.problem.home, self.frame.problem.rules.turn_round
        others = sorted(
            (
                each.start,
                each.end,
                turn_round + self.frame.travel(each.site, home),
                each.literal.index,
            )
            for peer in peers
            for each in self._of_peer[peer]
        )
        # Whoever begins earlier or later than this is far from a slot.
        begins = [begin for begin, *_ in others]
        most = max((gap for _, _, gap, _ in others), default=0)
        longest = max((end - begin for begin, end, *_ in others), default=0)
        missing = self.cp.new_bool_var("")
        slots: list[Literal] = []
        for start in starts:
            slot, end = self.cp.new_bool_var(""), start + minutes
            first = bisect_right(begins, start - most - longest)
            last = bisect_left(begins, end + most)
            in_the_way = [
                index
                for its_start, its_end, gap, index in others[first:last]
                if its_start < end + gap and start < its_end + gap
            ]
            earlier = [other.index for other in slots]
            self.derive(slot, none_of([*in_the_way, *earlier]))
            slots.append(slot)
            for peer in peers:
                self._of_peer[peer].append(Occupied(start, end, home, slot))
        self.cp.add_exactly_one([missing, *slots])
        indexes = [slot.index for slot in slots]
        self.derive(missing, none_of(indexes))
        return missing

    # --- Beginning from a timetable, and reading one

    def derive(self, literal: Literal, value: Callable[[Values], int]) -> None:
        self._derived.append((literal, value))

    def hint(self, timetable: Timetable) -> None:
        """Where to begin: every variable has a value, so that the search has a first answer."""
        values = self.values(timetable)
        self.cp.clear_hints()
        # All at once: one by one takes as long as building a part of the model.
        hint = self.cp.proto.solution_hint
        hint.vars.extend(values.keys())
        hint.values.extend(map(int, values.values()))

    def at_most(self, cost: int) -> None:
        """A timetable with this cost is known: nothing may be left out that would be dearer."""
        for placing in self.placings.values():
            if left_out_points(placing.session) > cost and placing.moments:
                self.cp.add(placing.out == 0)

    def values(self, timetable: Timetable) -> Values:
        values: Values = {self.true.index: 1}
        for key, placing in self.placings.items():
            placed = timetable.placements.get(key)
            found = False
            for here in placing.ways.values():
                for way, literal in here:
                    chosen = placed is not None and self._is(way, placed)
                    values[literal.index] = int(chosen)
                    found |= chosen
            values[placing.out.index] = int(not found)
            for kind, literal in placing.in_rooms.items():
                values[literal.index] = int(
                    found and placed is not None and placed.room in kind
                )
        for literal, value in self._derived:
            values[literal.index] = value(values)
        return values

    def _is(self, way: Candidate, placed: Placement) -> bool:
        return (
            way.start == self.frame.minute(placed.begins)
            and set(way.crew) == set(placed.peers)
            and way.site == self.frame.site_of(placed.room)
        )

    def read(self, true: Callable[[Literal], bool]) -> Timetable:
        chosen: dict[str, Candidate] = {}
        kinds: dict[str, Kind] = {}
        for key, placing in self.placings.items():
            for at, moment in placing.moments.items():
                if true(moment):
                    chosen[key] = next(
                        way for way, literal in placing.ways[at] if true(literal)
                    )
            if placing.ample:
                kinds[key] = placing.ample
            for kind, literal in placing.in_rooms.items():
                if true(literal):
                    kinds[key] = kind
        return settle(self.frame, chosen, kinds)
