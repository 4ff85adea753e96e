"""The first free place for a session, for a start: planning the week finds better ones. Pure.

Nothing is weighed here. What fits nowhere stands at the first hour, as a clash that everybody sees.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

STEP = dt.timedelta(minutes=15)
# Between two sessions of the same pair.
GAP = dt.timedelta(minutes=15)


@dataclass(frozen=True)
class Held:
    """What stands in the week: ``peers`` and ``room`` are taken, and so is the pair of ``lane``."""

    begins: dt.datetime
    ends: dt.datetime
    room: int
    lane: str
    peers: frozenset[int]
    meets_people: bool = True


@dataclass(frozen=True)
class Hours:
    begins: dt.datetime
    ends: dt.datetime


@dataclass(frozen=True)
class Place:
    lane: str
    begins: dt.datetime
    room: int
    free: bool = True


class Week:
    """The week as it fills up. ``shared`` rooms hold any number of sessions at once."""

    def __init__(
        self,
        hours: Sequence[Hours],
        held: Sequence[Held],
        pairs: Mapping[str, Collection[int]],
        shared: Collection[int] = (),
    ) -> None:
        self.hours = hours
        self.load: Counter[str] = Counter()
        self.by_day: dict[dt.date, list[Held]] = defaultdict(list)
        for each in held:
            self._add(each)
        self.pairs, self.shared = pairs, frozenset(shared)

    def take(
        self, minutes: int, lanes: Sequence[str], rooms: Sequence[int]
    ) -> Place | None:
        """The earliest place in one of these lanes and rooms, the best room first.

        It is taken from then on. None where there is no room at all, no lane or no hour.
        """
        if not (rooms and lanes and self.hours):
            return None
        long = dt.timedelta(minutes=minutes)
        for begins in self._starts(long):
            for lane in sorted(lanes, key=self.load.__getitem__):
                if self._pair_is_taken(lane, begins, begins + long):
                    continue
                for room in rooms:
                    if not self._room_is_taken(room, begins, begins + long):
                        return self._taken(Place(lane, begins, room), long)
        lane = min(lanes, key=self.load.__getitem__)
        first = Place(lane, self.hours[0].begins, rooms[0], free=False)
        return self._taken(first, long)

    def _starts(self, long: dt.timedelta) -> Iterator[dt.datetime]:
        for hours in self.hours:
            begins = hours.begins
            while begins + long <= hours.ends:
                yield begins
                begins += STEP

    def _add(self, held: Held) -> None:
        self.by_day[held.begins.date()].append(held)
        self.load[held.lane] += 1

    def _pair_is_taken(self, lane: str, begins: dt.datetime, ends: dt.datetime) -> bool:
        pair = frozenset(self.pairs.get(lane, ()))
        for each in self.by_day[begins.date()]:
            gap = GAP if each.meets_people else dt.timedelta()
            if (each.lane == lane or each.peers & pair) and (
                begins < each.ends + gap and each.begins < ends + gap
            ):
                return True
        return False

    def _room_is_taken(self, room: int, begins: dt.datetime, ends: dt.datetime) -> bool:
        return room not in self.shared and any(
            each.room == room and begins < each.ends and each.begins < ends
            for each in self.by_day[begins.date()]
        )

    def _taken(self, place: Place, long: dt.timedelta) -> Place:
        self._add(
            Held(
                place.begins,
                place.begins + long,
                place.room,
                place.lane,
                frozenset(self.pairs.get(place.lane, ())),
            )
        )
        return place
