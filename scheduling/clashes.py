"""Clashes of a timetable, in words. Pure: it knows neither database nor clock."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from reviews import say

# Between a session away from the building and the next people whom the same peer meets.
TRAVEL = dt.timedelta(minutes=15)
NAMED_AT_MOST = 3
# Minutes between two buildings, either way round; "" is the main one.
Travel = Mapping[tuple[str, str], int]
NEAR: Travel = {}


class Kind(StrEnum):
    PEER = "peer"
    ROOM = "room"
    PERSON = "person"
    PLACES = "places"
    TRAVEL = "travel"
    INTEREST = "interest"


@dataclass(frozen=True)
class Slot:
    """A session as the rules see it. ``peers`` and ``people`` are (identity, name)."""

    key: int
    label: str
    begins: dt.datetime
    minutes: int
    room: str
    places: int
    on_the_move: bool = False
    meets_people: bool = True
    expected: int = 0
    peers: tuple[tuple[str, str], ...] = ()
    people: tuple[tuple[str, str], ...] = ()
    # Where the people come from: (identity, name) of each agency.
    agencies: tuple[tuple[str, str], ...] = ()
    # The identities of peers who have asked not to be in it.
    kept_out: frozenset[str] = frozenset()
    # The building it is in; "" is the main one.
    site: str = ""

    @property
    def ends(self) -> dt.datetime:
        return self.begins + dt.timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Clash:
    kind: Kind
    sentence: str
    sessions: tuple[int, ...]


def find(
    slots: Iterable[Slot],
    conflicts: Collection[tuple[str, str]] = (),
    travel: Travel = NEAR,
) -> list[Clash]:
    """Every clash, in the order of the week.

    ``conflicts`` are (peer, agency): interests that peers have declared. ``travel``: minutes
    between buildings, 15 where nothing is said.
    """
    ordered = sorted(slots, key=lambda slot: (slot.begins, slot.label))
    days: dict[dt.date, list[Slot]] = defaultdict(list)
    for slot in ordered:
        days[slot.begins.date()].append(slot)
    found: list[tuple[dt.datetime, Clash]] = []
    found += [(slot.begins, clash) for slot in ordered for clash in _unwilling(slot)]
    for day in days.values():
        for first, second in combinations(day, 2):
            found += [(second.begins, clash) for clash in _between(first, second)]
            found += [(second.begins, clash) for clash in _apart(first, second, travel)]
    found += [(slot.begins, clash) for slot in ordered for clash in _crowded(slot)]
    found += [
        (slot.begins, clash)
        for slot in ordered
        for clash in _interested(slot, set(conflicts))
    ]
    return [clash for _, clash in sorted(found, key=lambda each: each[0])]


def _between(first: Slot, second: Slot) -> list[Clash]:
    if first.ends <= second.begins:
        return _hurried(first, second)
    when = f"{say.clock(second.begins)} on {say.weekday(second.begins)}"
    pair = (first.key, second.key)
    both = f"{first.label}, and {second.label}"
    clashes = []
    if names := _shared(first.peers, second.peers):
        sentence = f"{_are(names)} in two sessions at {when}: {both}."
        clashes.append(Clash(Kind.PEER, sentence, pair))
    if names := _shared(first.people, second.people):
        sentence = f"{_are(names)} expected in two sessions at {when}: {both}."
        clashes.append(Clash(Kind.PERSON, sentence, pair))
    # "Away from the building" is many places at once.
    if first.room == second.room and not first.on_the_move:
        sentence = f"{first.room} is taken twice at {when}: {both}."
        clashes.append(Clash(Kind.ROOM, sentence, pair))
    return clashes


def _hurried(first: Slot, second: Slot) -> list[Clash]:
    """A visit's own length includes its travel; what it lacks is time to be met elsewhere."""
    away = first.on_the_move or second.on_the_move
    if not away or not (first.meets_people and second.meets_people):
        return []
    gap = second.begins - first.ends
    names = _shared(first.peers, second.peers)
    if gap >= TRAVEL or not names:
        return []
    minutes = int(gap.total_seconds() // 60)
    left = f"{minutes} minutes" if minutes else "no time"
    verb = "has" if len(names) == 1 else "have"
    sentence = (
        f"{_listed(names)} {verb} {left} to travel before {say.clock(second.begins)} on "
        f"{say.weekday(second.begins)}: {first.label}, and {second.label}. Leave 15 minutes."
    )
    return [Clash(Kind.TRAVEL, sentence, (first.key, second.key))]


def _apart(first: Slot, second: Slot, travel: Travel) -> list[Clash]:
    """Two buildings one after the other: the way there, and 15 minutes where people are met."""
    if first.site == second.site or first.on_the_move or second.on_the_move:
        return []
    way = travel.get(
        (first.site, second.site), travel.get((second.site, first.site), None)
    )
    minutes = int(TRAVEL.total_seconds() // 60) if way is None else way
    met = first.meets_people and second.meets_people
    wanted = dt.timedelta(minutes=minutes) + (TRAVEL if met else dt.timedelta())
    gap = second.begins - first.ends
    names = _shared(first.peers + first.people, second.peers + second.people)
    if not dt.timedelta() <= gap < wanted or not names:
        return []
    left = int(gap.total_seconds() // 60)
    has = "has" if len(names) == 1 else "have"
    sentence = (
        f"{_listed(names)} {has} {f'{left} minutes' if left else 'no time'} before "
        f"{say.clock(second.begins)} on {say.weekday(second.begins)}, and the other building is "
        f"{minutes} minutes away: {first.label}, and {second.label}. "
        f"Leave {int(wanted.total_seconds() // 60)} minutes."
    )
    return [Clash(Kind.TRAVEL, sentence, (first.key, second.key))]


def _crowded(slot: Slot) -> list[Clash]:
    expected = max(slot.expected, len(slot.people))
    if expected <= slot.places:
        return []
    sentence = (
        f"{slot.room} has {slot.places} places, and {expected} people are expected at "
        f"{say.clock(slot.begins)} on {say.weekday(slot.begins)}: {slot.label}."
    )
    return [Clash(Kind.PLACES, sentence, (slot.key,))]


def _interested(slot: Slot, conflicts: set[tuple[str, str]]) -> list[Clash]:
    return [
        Clash(
            Kind.INTEREST,
            f"{peer} has declared an interest in {agency}, and is to meet people from "
            f"there at {say.clock(slot.begins)} on {say.weekday(slot.begins)}: {slot.label}.",
            (slot.key,),
        )
        for peer_key, peer in slot.peers
        for agency_key, agency in sorted(set(slot.agencies), key=lambda each: each[1])
        if (peer_key, agency_key) in conflicts
    ]


def _unwilling(slot: Slot) -> list[Clash]:
    return [
        Clash(
            Kind.INTEREST,
            f"{peer} has asked not to be in this session, and is to be there at "
            f"{say.clock(slot.begins)} on {say.weekday(slot.begins)}: {slot.label}.",
            (slot.key,),
        )
        for peer_key, peer in slot.peers
        if peer_key in slot.kept_out
    ]


def _shared(
    first: Sequence[tuple[str, str]], second: Sequence[tuple[str, str]]
) -> list[str]:
    there = {identity for identity, _ in second}
    return sorted({name for identity, name in first if identity in there})


def _listed(names: list[str]) -> str:
    if len(names) > NAMED_AT_MOST:
        return f"{names[0]} and {len(names) - 1} others"
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def _are(names: list[str]) -> str:
    return f"{_listed(names)} {'is' if len(names) == 1 else 'are'}"
