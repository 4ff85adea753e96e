"""Clashes of a timetable, in words and by how much they weigh. Pure: neither database nor clock."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reviews.pages import say

# Between a session away from the building and the next people whom the same peer meets.
TRAVEL = dt.timedelta(minutes=15)
NAMED_AT_MOST = 3
# Minutes between two buildings, either way round; "" is the main one.
Travel = Mapping[tuple[str, str], int]
NEAR: Travel = {}


# Between any two sessions with people that the same peer goes to.
TURN_ROUND = dt.timedelta(minutes=15)
# The widest gap that counts where nobody has entered a longer way, in minutes.
WIDEST = 15
# People are met until then; the evening is for notes and the team.
LAST_END = dt.time(16, 15)
# The day before the last belongs to the team from then on.
TEAM_FROM = dt.time(13)
# No session begins before the building opens or ends after it closes.
EARLIEST, LATEST = dt.time(7), dt.time(22)
LUNCH = dt.timedelta(minutes=45)
LUNCH_BETWEEN = (dt.time(11, 30), dt.time(14, 15))


class Grade(StrEnum):
    """How much a clash weighs. What is refused never gets as far as a clash: it is not saved."""

    REFUSE = "refuse"
    BLOCK = "block"
    WARN = "warn"
    NOTE = "note"


class Kind(StrEnum):
    HOURS = "hours"
    PEER = "peer"
    ROOM = "room"
    PERSON = "person"
    AWAY = "away"
    MISSED = "missed"
    INTEREST = "interest"
    PLACES = "places"
    TRAVEL = "travel"
    BACKGROUND = "background"
    LATE = "late"
    LUNCH = "lunch"
    TURN_ROUND = "turn round"


# The one table of what each kind weighs.
GRADES: Mapping[Kind, Grade] = {
    Kind.HOURS: Grade.REFUSE,
    Kind.PEER: Grade.BLOCK,
    Kind.ROOM: Grade.BLOCK,
    Kind.PERSON: Grade.BLOCK,
    Kind.AWAY: Grade.BLOCK,
    # The team can meet without somebody; nobody outside it waits for them.
    Kind.MISSED: Grade.WARN,
    # Whether an interest matters is for the manager and the leader to judge; it stays in sight.
    Kind.INTEREST: Grade.WARN,
    Kind.PLACES: Grade.WARN,
    Kind.TRAVEL: Grade.WARN,
    Kind.BACKGROUND: Grade.WARN,
    Kind.LATE: Grade.WARN,
    Kind.LUNCH: Grade.WARN,
    Kind.TURN_ROUND: Grade.NOTE,
}


@dataclass(frozen=True)
class Gone:
    """A time when a peer, a room or the people of a session are not to be had."""

    who: str
    begins: dt.datetime
    ends: dt.datetime
    is_peer: bool = False


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
    # Lunch or a break, at which nobody is missed.
    pause: bool = False
    expected: int = 0
    peers: tuple[tuple[str, str], ...] = ()
    people: tuple[tuple[str, str], ...] = ()
    # Where the people come from: (identity, name) of each agency.
    agencies: tuple[tuple[str, str], ...] = ()
    # The identities of peers who have asked not to be in it.
    kept_out: frozenset[str] = frozenset()
    # The building it is in; "" is the main one.
    site: str = ""
    # In the strand of a pair, and so within the hours in which people are met.
    in_strand: bool = False
    # What one of the peers has to know, in words, and whether one of them does.
    background: str = ""
    has_background: bool = True
    # The day keeps its afternoon for the team.
    team_afternoon: bool = False
    away: tuple[Gone, ...] = ()

    @property
    def ends(self) -> dt.datetime:
        return self.begins + dt.timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class Clash:
    kind: Kind
    sentence: str
    sessions: tuple[int, ...]

    @property
    def grade(self) -> Grade:
        return GRADES[self.kind]

    @property
    def blocks(self) -> bool:
        """It stands in the way of publishing."""
        return self.grade == Grade.BLOCK


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
    widest = dt.timedelta(minutes=max(WIDEST, *travel.values(), 0))
    interests = set(conflicts)
    found: list[tuple[dt.datetime, Clash]] = []
    for slot in ordered:
        found += [(slot.begins, clash) for clash in _alone(slot)]
    for day in days.values():
        found += [(day[0].begins, clash) for clash in _hungry(day)]
        for first, second in _near(day, widest):
            found += [(second.begins, clash) for clash in _between(first, second)]
            found += [(second.begins, clash) for clash in _apart(first, second, travel)]
    found += [
        (slot.begins, clash)
        for slot in ordered
        for clash in _interested(slot, interests)
    ]
    return [clash for _, clash in sorted(found, key=lambda each: each[0])]


def _near(day: Sequence[Slot], widest: dt.timedelta) -> Iterable[tuple[Slot, Slot]]:
    """The pairs of a day that overlap or follow each other within the widest gap that counts."""
    for number, first in enumerate(day):
        until = first.ends + widest
        for second in day[number + 1 :]:
            if second.begins >= until:
                break  # and so does whatever begins later
            yield first, second


def _alone(slot: Slot) -> list[Clash]:
    """What is wrong with one session by itself, interests apart."""
    return [
        *_unwilling(slot),
        *_away(slot),
        *_crowded(slot),
        *_late(slot),
        *_without_background(slot),
    ]


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
    if not (first.meets_people and second.meets_people):
        return []
    gap = second.begins - first.ends
    names = _shared(first.peers, second.peers)
    away = first.on_the_move or second.on_the_move
    if first.site != second.site and not away:
        # The way from one building to the other counts instead: see ``_apart``.
        return []
    if not names or gap >= (TRAVEL if away else TURN_ROUND):
        return []
    minutes = int(gap.total_seconds() // 60)
    left = f"{minutes} minutes" if minutes else "no time"
    verb = "has" if len(names) == 1 else "have"
    pair = (first.key, second.key)
    if not away:
        sentence = (
            f"{_listed(names)} {verb} {left} between two sessions before "
            f"{say.clock(second.begins)} on {say.weekday(second.begins)}: {first.label}, "
            f"and {second.label}."
        )
        return [Clash(Kind.TURN_ROUND, sentence, pair)]
    sentence = (
        f"{_listed(names)} {verb} {left} to travel before {say.clock(second.begins)} on "
        f"{say.weekday(second.begins)}: {first.label}, and {second.label}. Leave 15 minutes."
    )
    return [Clash(Kind.TRAVEL, sentence, pair)]


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


def _away(slot: Slot) -> list[Clash]:
    return [
        Clash(
            Kind.MISSED if gone.is_peer and not slot.meets_people else Kind.AWAY,
            f"{gone.who} {'are' if gone.who.startswith('The people') else 'is'} not free at "
            f"{say.clock(slot.begins)} on {say.weekday(slot.begins)}: {slot.label}.",
            (slot.key,),
        )
        for gone in slot.away
        if gone.begins < slot.ends
        and slot.begins < gone.ends
        and not (gone.is_peer and slot.pause)
    ]


def _late(slot: Slot) -> list[Clash]:
    if not (slot.in_strand and slot.meets_people):
        return []
    day = say.weekday(slot.begins)
    if slot.team_afternoon and slot.ends.time() > TEAM_FROM:
        sentence = f"The afternoon of {day} is for the team alone: {slot.label}."
    elif slot.ends.time() > LAST_END:
        sentence = (
            f"A session with people ends after {say.clock(LAST_END)} on {day}, when the team "
            f"writes its notes: {slot.label}."
        )
    else:
        return []
    return [Clash(Kind.LATE, sentence, (slot.key,))]


def _without_background(slot: Slot) -> list[Clash]:
    # Who has nobody yet is told so elsewhere.
    if slot.has_background or len(slot.peers) < 2:
        return []
    sentence = (
        f"No peer with a {slot.background} background is there at "
        f"{say.clock(slot.begins)} on {say.weekday(slot.begins)}: {slot.label}."
    )
    return [Clash(Kind.BACKGROUND, sentence, (slot.key,))]


def _hungry(day: Sequence[Slot]) -> list[Clash]:
    """Peers who go from one session to the next and have no 45 minutes for lunch."""
    begins, ends = (
        dt.datetime.combine(day[0].begins.date(), at) for at in LUNCH_BETWEEN
    )
    busy: dict[tuple[str, str], list[Slot]] = defaultdict(list)
    for slot in day:
        if slot.meets_people and slot.begins < ends and begins < slot.ends:
            for peer in slot.peers:
                busy[peer].append(slot)
    found: dict[tuple[int, ...], list[str]] = defaultdict(list)
    for (_, name), slots in busy.items():
        free, longest = begins, dt.timedelta()
        for slot in slots:
            longest = max(longest, slot.begins - free)
            free = max(free, slot.ends)
        if max(longest, ends - free) < LUNCH:
            found[tuple(slot.key for slot in slots)].append(name)
    return [
        Clash(
            Kind.LUNCH,
            f"{_listed(sorted(names))} {'has' if len(names) == 1 else 'have'} no "
            f"45 minutes for lunch on {say.weekday(day[0].begins)}.",
            keys,
        )
        for keys, names in found.items()
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
