"""Where a session could go: places in which nothing clashes. Nothing here writes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from reviews.models import Membership
from scheduling.models import Away, Room, Session
from scheduling.reading.places import USUAL, shuts, travel_of
from scheduling.reading.sessions import (
    is_spare,
    lanes_of,
    sessions_for,
    team_afternoon,
)
from scheduling.rules.clashes import LAST_END, TEAM_FROM, TRAVEL, TURN_ROUND

QUARTER = dt.timedelta(minutes=15)
# People are met within these hours; the team by itself has longer days.
FIRST, TEAM_FIRST, TEAM_LAST = dt.time(9), dt.time(8), dt.time(20)


@dataclass(frozen=True)
class Spot:
    """A free place. ``rooms``: those that are free then, the session's own first, else by size."""

    begins: dt.datetime
    rooms: tuple[Room, ...]

    @property
    def key(self) -> str:
        return f"{self.begins:%Y-%m-%dT%H:%M}/{self.rooms[0].pk}"

    @property
    def room(self) -> Room:
        return self.rooms[0]


@dataclass(frozen=True)
class FreeDay:
    day: dt.date
    spots: list[Spot]


@dataclass(frozen=True)
class _Span:
    begins: dt.datetime
    ends: dt.datetime

    def meets(self, other: _Span) -> bool:
        return self.begins < other.ends and other.begins < self.ends


@dataclass(frozen=True)
class Wish:
    """What is to be placed. ``peers`` are numbers of members, ``people`` what tells them apart."""

    minutes: int
    peers: frozenset[int]
    people: frozenset[str] = frozenset()
    expected: int = 0
    meets_people: bool = True
    in_strand: bool = True
    room: Room | None = None
    session: Session | None = None

    @property
    def away(self) -> bool:
        return self.room is not None and self.room.on_the_move

    @property
    def begins(self) -> dt.datetime | None:
        return self.session.begins if self.session else None


def free_places(
    session: Session,
    membership: Membership,
    *,
    now: dt.datetime,
    peers: Collection[int] | None = None,
) -> list[FreeDay]:
    """The free places of each day of the visit, as ``membership`` may know them.

    ``peers``: numbers of those who would go, where they are not those who go now. ``now`` is on
    the clock of the place.
    """
    goers = peers if peers is not None else [each.pk for each in session.peers.all()]
    people = _people(session)
    wish = Wish(
        minutes=session.minutes,
        peers=frozenset(goers),
        people=people,
        expected=max(session.people_expected, len(people)),
        meets_people=session.meets_people,
        in_strand=_in_strand(session),
        room=session.room,
        session=session,
    )
    return places_for(wish, membership, now=now)


def places_for(
    wish: Wish,
    membership: Membership,
    *,
    now: dt.datetime,
    sessions: Sequence[Session] | None = None,
) -> list[FreeDay]:
    """The free places of each day for something that may not be a session yet.

    ``sessions``: those of ``sessions_for``, where they have been read already.
    """
    review = membership.review
    others = [
        each
        for each in (sessions_for(membership) if sessions is None else sessions)
        if not (wish.session and each.pk == wish.session.pk)
        and not each.cancelled
        and not is_spare(each)
    ]
    away = list(review.away.all())
    rooms = _rooms(wish, list(review.rooms.all()), _alone(others))
    far = _far(wish, others, {room.site_id for room in rooms}, travel_of(review))
    barred = _barred(wish, others, away)
    taken = _taken(others, away, rooms)
    days = set(review.on_site_dates)
    if wish.meets_people and wish.in_strand:
        # The last day is for feedback.
        days -= {review.last_day} if len(days) > 1 else set()
    found = []
    for day in sorted(days):
        spots = []
        for span in _candidates(wish, day, team_afternoon(review), now):
            if any(span.meets(each) for each in barred[day]):
                continue
            free = tuple(
                room
                for room in rooms
                if room.on_the_move
                or not any(
                    span.meets(each)
                    for each in (*taken[room.pk], *far[room.site_id, day])
                )
            )
            here = span.begins == wish.begins and free[:1] == (wish.room,)
            if free and not here:
                spots.append(Spot(span.begins, free))
        found.append(FreeDay(day, spots))
    return found


def _in_strand(session: Session) -> bool:
    lanes = {lane.code for lane in lanes_of(session.review)}
    return session.strand.split("+")[0] in lanes


def _candidates(
    wish: Wish, day: dt.date, afternoon: dt.date | None, now: dt.datetime
) -> Iterable[_Span]:
    """Every quarter hour at which something of its kind may begin, and has not begun."""
    first, last = TEAM_FIRST, TEAM_LAST
    if wish.meets_people and wish.in_strand:
        first = FIRST
        last = TEAM_FROM if day == afternoon else LAST_END
    begins = dt.datetime.combine(day, first)
    length = dt.timedelta(minutes=wish.minutes)
    while begins + length <= dt.datetime.combine(day, last):
        if begins > now:
            yield _Span(begins, begins + length)
        begins += QUARTER


def _alone(others: Iterable[Session]) -> set[int]:
    """Rooms in which the team alone has met so far, such as its base room, are its own."""
    met: dict[int, bool] = {}
    for other in others:
        met[other.room_id] = met.get(other.room_id, False) or other.meets_people
    return {room for room, people in met.items() if not people}


def _rooms(wish: Wish, rooms: Sequence[Room], alone: Collection[int]) -> list[Room]:
    """Rooms that are large enough, its own first; away from the building stays away from it.

    Nobody is met in one of ``alone``, unless it is there already.
    """
    own = wish.room.pk if wish.room else None
    fit = [
        room
        for room in rooms
        if room.on_the_move == wish.away
        and (
            room.pk == own
            or (
                room.places >= wish.expected
                and not room.retired
                and not (wish.meets_people and room.pk in alone)
            )
        )
    ]
    return sorted(fit, key=lambda room: (room.pk != own, room.places, room.pk))


def _people(session: Session) -> frozenset[str]:
    return frozenset(
        (each.email or each.name).strip().lower() for each in session.people.all()
    )


def _barred(
    wish: Wish,
    others: Iterable[Session],
    away: Iterable[Away],
) -> dict[dt.date, list[_Span]]:
    """When its peers or its people are elsewhere, with the time it takes to come from there."""
    found: dict[dt.date, list[_Span]] = defaultdict(list)
    for other in others:
        ends = other.begins + dt.timedelta(minutes=other.minutes)
        if wish.peers & {each.pk for each in other.peers.all()}:
            gap = dt.timedelta()
            if other.meets_people and wish.meets_people:
                far = other.room.on_the_move or wish.away
                gap = TRAVEL if far else TURN_ROUND
            found[other.day].append(_Span(other.begins - gap, ends + gap))
        elif wish.people and wish.people & _people(other):
            found[other.day].append(_Span(other.begins, ends))
    for each in away:
        own = (
            wish.session is not None
            and each.session_id == wish.session.pk
            # When somebody is free whom the reader does not know of says who it is.
            and not wish.session.is_veiled
        )
        if own or each.membership_id in wish.peers:
            found[each.day].append(_span(each))
    return found


def _far(
    wish: Wish,
    others: Iterable[Session],
    sites: Collection[int | None],
    travel: Mapping[tuple[str, str], int],
) -> dict[tuple[int | None, dt.date], list[_Span]]:
    """By building: when its peers come from, or go to, another one, with the way there."""
    found: dict[tuple[int | None, dt.date], list[_Span]] = defaultdict(list)
    for other in others:
        shared = wish.peers & {each.pk for each in other.peers.all()}
        if other.room.on_the_move or not shared:
            continue
        ends = other.begins + dt.timedelta(minutes=other.minutes)
        met = other.meets_people and wish.meets_people
        for site in sites:
            if site == other.room.site_id:
                continue
            here, there = str(site or ""), str(other.room.site_id or "")
            way = travel.get((here, there), travel.get((there, here), USUAL))
            gap = dt.timedelta(minutes=way) + (TURN_ROUND if met else dt.timedelta())
            found[site, other.day].append(_Span(other.begins - gap, ends + gap))
    return found


def _taken(
    others: Iterable[Session], away: Iterable[Away], rooms: Collection[Room]
) -> dict[int, list[_Span]]:
    found: dict[int, list[_Span]] = defaultdict(list)
    for other in others:
        ends = other.begins + dt.timedelta(minutes=other.minutes)
        found[other.room_id].append(_Span(other.begins, ends))
    for each in away:
        for room in rooms:
            if shuts(each, room):
                found[room.pk].append(_span(each))
    return found


def _span(away: Away) -> _Span:
    return _Span(
        dt.datetime.combine(away.day, away.begins),
        dt.datetime.combine(away.day, away.ends),
    )
