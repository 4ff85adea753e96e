"""Where a session could go: places in which nothing clashes. Nothing here writes."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from reviews.models import Membership
from scheduling.clashes import (
    LAST_END,
    TEAM_FROM,
    TRAVEL,
    TURN_ROUND,
)
from scheduling.models import Away, Room, Session
from scheduling.reading.week import (
    is_spare,
    lanes_of,
    sessions_for,
    team_afternoon,
)

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
    review = membership.review
    others = [
        each
        for each in sessions_for(membership)
        if each.pk != session.pk and not each.cancelled and not is_spare(each)
    ]
    goers = set(
        peers if peers is not None else (each.pk for each in session.peers.all())
    )
    away = list(review.away.all())
    rooms = _rooms(session, list(review.rooms.all()), membership)
    barred = _barred(session, others, goers, away, membership)
    taken = _taken(others, away)
    days = set(review.on_site_dates)
    if _meets_in_a_strand(session):
        # The last day is for feedback.
        days -= {review.last_day} if len(days) > 1 else set()
    found = []
    for day in sorted(days):
        spots = []
        for span in _candidates(session, day, now):
            if any(span.meets(each) for each in barred[day]):
                continue
            free = tuple(
                room
                for room in rooms
                if room.on_the_move
                or not any(span.meets(each) for each in taken[room.pk])
            )
            here = span.begins == session.begins and free[:1] == (session.room,)
            if free and not here:
                spots.append(Spot(span.begins, free))
        found.append(FreeDay(day, spots))
    return found


def _meets_in_a_strand(session: Session) -> bool:
    lanes = {lane.code for lane in lanes_of(session.review)}
    return session.meets_people and session.strand.split("+")[0] in lanes


def _candidates(session: Session, day: dt.date, now: dt.datetime) -> Iterable[_Span]:
    """Every quarter hour at which a session of its kind may begin, and has not begun."""
    first, last = TEAM_FIRST, TEAM_LAST
    if _meets_in_a_strand(session):
        first = FIRST
        last = TEAM_FROM if day == team_afternoon(session.review) else LAST_END
    begins = dt.datetime.combine(day, first)
    length = dt.timedelta(minutes=session.minutes)
    while begins + length <= dt.datetime.combine(day, last):
        if begins > now:
            yield _Span(begins, begins + length)
        begins += QUARTER


def _rooms(
    session: Session, rooms: Sequence[Room], membership: Membership
) -> list[Room]:
    """Rooms that are large enough, its own first; away from the building stays away from it."""
    expected = max(session.people_expected, len(_people(session, membership)))
    fit = [
        room
        for room in rooms
        if room.on_the_move == session.room.on_the_move
        and (room.pk == session.room_id or room.places >= expected)
    ]
    return sorted(
        fit, key=lambda room: (room.pk != session.room_id, room.places, room.pk)
    )


def _people(session: Session, membership: Membership) -> set[str]:
    if session.names_kept and not membership.in_team:
        return set()
    return {(each.email or each.name).strip().lower() for each in session.people.all()}


def _barred(
    session: Session,
    others: Iterable[Session],
    goers: set[int],
    away: Iterable[Away],
    membership: Membership,
) -> dict[dt.date, list[_Span]]:
    """When its peers or its people are elsewhere, with the time it takes to come from there."""
    found: dict[dt.date, list[_Span]] = defaultdict(list)
    people = _people(session, membership)
    for other in others:
        ends = other.begins + dt.timedelta(minutes=other.minutes)
        if goers & {each.pk for each in other.peers.all()}:
            gap = dt.timedelta()
            if other.meets_people and session.meets_people:
                away_from_here = other.room.on_the_move or session.room.on_the_move
                gap = TRAVEL if away_from_here else TURN_ROUND
            found[other.day].append(_Span(other.begins - gap, ends + gap))
        elif people and people & _people(other, membership):
            found[other.day].append(_Span(other.begins, ends))
    for each in away:
        if each.membership_id in goers or each.session_id == session.pk:
            found[each.day].append(_span(each))
    return found


def _taken(others: Iterable[Session], away: Iterable[Away]) -> dict[int, list[_Span]]:
    found: dict[int, list[_Span]] = defaultdict(list)
    for other in others:
        ends = other.begins + dt.timedelta(minutes=other.minutes)
        found[other.room_id].append(_Span(other.begins, ends))
    for each in away:
        if each.room_id:
            found[each.room_id].append(_span(each))
    return found


def _span(away: Away) -> _Span:
    return _Span(
        dt.datetime.combine(away.day, away.begins),
        dt.datetime.combine(away.day, away.ends),
    )
