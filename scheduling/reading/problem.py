"""The week as the solver takes it, from what stands in the timetable. Nothing here writes.

What meets people in one strand can be moved. Everything else stands where it is: the team's own
meetings, breaks, what is pinned, what has begun, and what was put outside the hours by hand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from reviews.models import KeyQuestion, Membership, Review
from reviews.reading import conflicts as declared_conflicts
from scheduling.models import Away, KeptOut, Need, Session
from scheduling.models import Room as PlaceOfReview
from scheduling.models import Site as Building
from scheduling.reading.places import shuts, travel_of
from scheduling.reading.sessions import (
    agencies_of,
    background_of,
    is_spare,
    lanes_of,
    team_afternoon,
)
from scheduling.solver.problem import (
    Block,
    BlockKind,
    Peer,
    Person,
    Pin,
    Placement,
    Priority,
    Problem,
    Room,
    Rules,
    Site,
    Strand,
    Timetable,
    Weights,
    Window,
)
from scheduling.solver.problem import Session as ToPlace

HOME = "home"
TWO = 2
# People are met from nine; when the last is over is the solver's rule.
FIRST = dt.time(9)


@dataclass(frozen=True)
class PlannedWeek:
    """The problem, where everything is now, and the sessions by the solver's key."""

    problem: Problem
    now: Timetable
    sessions: Mapping[str, Session]
    members: Mapping[str, Membership]
    rooms: Mapping[str, PlaceOfReview]
    pinned: int = 0


@dataclass
class _Rows:
    """What one plan needs of the database, read once."""

    review: Review
    sessions: list[Session]
    team: list[Membership]
    rooms: list[PlaceOfReview]
    sites: list[Building]
    travel: Mapping[tuple[str, str], int]
    needs: dict[int, Need]
    away: list[Away]
    kept_out: set[tuple[int, int]]
    agencies: dict[int, str]
    conflicts: set[tuple[int, int]]
    pairs: dict[str, list[int]] = field(default_factory=dict)


def _read(review: Review, pairs: Mapping[str, Sequence[Membership]]) -> _Rows:
    sessions = list(
        review.sessions.filter(cancelled=False)
        .select_related("room")
        .prefetch_related("peers", "people__agency", "people__session")
    )
    for session in sessions:
        session.review = review
    return _Rows(
        review=review,
        sessions=sessions,
        team=list(review.team_members().select_related("user")),
        # What stands in a room that is not used any more stands there still.
        rooms=[
            each
            for each in review.rooms.all()
            if not each.retired or any(s.room_id == each.pk for s in sessions)
        ],
        sites=list(review.sites.all()),
        travel=travel_of(review),
        needs={
            each.session_id: each
            for each in review.needs.filter(session__isnull=False).prefetch_related(
                "key_questions"
            )
            if each.session_id
        },
        away=list(review.away.all()),
        kept_out=set(
            KeptOut.objects.filter(session__review=review).values_list(
                "membership_id", "session_id"
            )
        ),
        agencies=dict(review.agencies.values_list("pk", "name")),
        conflicts={
            (each.membership, each.agency) for each in declared_conflicts(review)
        },
        pairs={code: [each.pk for each in pair] for code, pair in pairs.items()},
    )


def week_to_plan(
    review: Review,
    pairs: Mapping[str, Sequence[Membership]],
    *,
    now: dt.datetime,
    weights: Mapping[str, int] | None = None,
) -> PlannedWeek:
    """``pairs``: who of the team goes with which strand. ``now`` is on the clock of the place."""
    rows = _read(review, pairs)
    days = _days(review)
    lanes = [lane.code for lane in lanes_of(review)]
    moved: list[Session] = []
    fixed: list[Session] = []
    for session in rows.sessions:
        can_move = (
            session.meets_people
            and session.strand.split("+")[0] in lanes
            and any(_inside(session, day) for day in days)
        )
        (moved if can_move else fixed).append(session)
    closing = team_afternoon(review)
    given = dict(weights or {})
    if _keeps_spare_slots(rows, lanes, closing):
        given["spare_slot"] = 0
    problem = Problem(
        days=tuple(days),
        home=HOME,
        sites=(
            Site(HOME, "the main building" if rows.sites else "the building"),
            *(Site(str(each.pk), each.title) for each in rows.sites),
        ),
        rooms=tuple(_room(each, rows, days) for each in rows.rooms),
        peers=tuple(_peer(each, rows, moved, days) for each in rows.team),
        strands=tuple(
            Strand(code, _strand_label(review, code), (str(pair[0]), str(pair[1])))
            for code in lanes
            if len(pair := rows.pairs.get(code, [])) == TWO
        ),
        people=tuple(_people(rows)),
        sessions=tuple(_session(each, rows, now, days) for each in moved),
        blocks=tuple(
            _block(each, rows) for each in fixed if not _is_used(each, rows.sessions)
        ),
        agencies={str(key): name for key, name in rows.agencies.items()},
        topics={
            **{each.code: each.title for each in review.pack.themes},
            **{
                _topic(each): f"key question {each.number}"
                for need in rows.needs.values()
                for each in need.key_questions.all()
            },
        },
        travel={
            (here or HOME, there or HOME): minutes
            for (here, there), minutes in rows.travel.items()
        },
        closing_day=closing,
        rules=Rules(),
        weights=Weights(**given),
    )
    placements = {
        str(each.pk): Placement(
            each.begins,
            str(each.room_id),
            tuple(sorted(str(peer.pk) for peer in each.peers.all())),
        )
        for each in moved
        if len(each.peers.all()) >= TWO
    }
    return PlannedWeek(
        problem=problem,
        now=Timetable(placements),
        sessions={str(each.pk): each for each in rows.sessions},
        members={str(each.pk): each for each in rows.team},
        rooms={str(each.pk): each for each in rows.rooms},
        pinned=sum(each.pinned for each in moved),
    )


def _days(review: Review) -> list[Window]:
    """The days on which people are met: all but the last, which is for feedback."""
    dates = review.on_site_dates
    return [
        Window(
            dt.datetime.combine(day, FIRST), dt.datetime.combine(day, Rules().last_end)
        )
        for day in (dates[:-1] if len(dates) > 1 else dates)
    ]


def _inside(session: Session, day: Window) -> bool:
    ends = session.begins + dt.timedelta(minutes=session.minutes)
    return day.begins <= session.begins and ends <= day.ends


def _keeps_spare_slots(
    rows: _Rows, lanes: Sequence[str], closing: dt.date | None
) -> bool:
    """The timetable holds a spare slot for each strand already, and it stands as it is."""
    spare = {
        each.strand
        for each in rows.sessions
        if each.day == closing and rows.review.pack.session_type(each.type).pause
    }
    return set(lanes) <= spare


def _is_used(slot: Session, sessions: Sequence[Session]) -> bool:
    """A spare slot in which something stands already is no longer in its way."""
    if not is_spare(slot):
        return False
    peers = {each.pk for each in slot.peers.all()}
    return any(
        each.meets_people
        and each.begins < slot.begins + dt.timedelta(minutes=slot.minutes)
        and slot.begins < each.begins + dt.timedelta(minutes=each.minutes)
        and (
            each.room_id == slot.room_id
            or peers & {peer.pk for peer in each.peers.all()}
        )
        for each in sessions
    )


def _strand_label(review: Review, code: str) -> str:
    title = next(each.title for each in review.pack.strands if each.code == code)
    return title[:1].lower() + title[1:]


def _free(days: Sequence[Window], away: Iterable[Away]) -> tuple[Window, ...] | None:
    """What is left of the days; None is always, where nobody has entered anything."""
    gaps = [
        Window(
            dt.datetime.combine(each.day, each.begins),
            dt.datetime.combine(each.day, each.ends),
        )
        for each in away
    ]
    if not gaps:
        return None
    windows = list(days)
    for gap in gaps:
        left = []
        for window in windows:
            for begins, ends in (
                (window.begins, min(window.ends, gap.begins)),
                (max(window.begins, gap.ends), window.ends),
            ):
                if begins < ends:
                    left.append(Window(begins, ends))
        windows = left
    return tuple(windows)


def _room(room: PlaceOfReview, rows: _Rows, days: Sequence[Window]) -> Room:
    held = [each for each in rows.sessions if each.room_id == room.pk]
    return Room(
        str(room.pk),
        room.title,
        str(room.site_id) if room.site_id else HOME,
        room.places,
        _free(days, (each for each in rows.away if shuts(each, room))),
        room.on_the_move,
        # A room in which the team alone has met so far is the team's own.
        team_only=bool(held) and not any(each.meets_people for each in held),
    )


def _peer(
    member: Membership, rows: _Rows, moved: Sequence[Session], days: Sequence[Window]
) -> Peer:
    review = rows.review
    roles = {role.code: role for role in review.pack.roles}
    background = roles[member.role].background if member.role in roles else ""
    in_a_pair = any(member.role in lane.roles for lane in lanes_of(review))
    barred = {
        str(each.pk)
        for each in moved
        if (member.pk, each.pk) in rows.kept_out
        or any(
            (member.pk, agency) in rows.conflicts
            for agency in agencies_of(each, rows.agencies)
        )
        # Whoever belongs to no pair holds no session in the place of a peer.
        or (not in_a_pair and member not in each.peers.all())
    }
    return Peer(
        str(member.pk),
        member.name,
        frozenset([background]) if background else frozenset(),
        _free(days, (each for each in rows.away if each.membership_id == member.pk)),
        sessions_barred=frozenset(barred),
    )


def _key(person_email: str, name: str) -> str:
    return (person_email or name).strip().lower()


def _people(rows: _Rows) -> list[Person]:
    found: dict[str, Person] = {}
    for session in rows.sessions:
        for each in session.people.all():
            key = _key(each.email, each.name)
            agency = str(each.agency_id) if each.agency_id else ""
            found.setdefault(key, Person(key, each.name, agency))
    return list(found.values())


def _people_of(session: Session) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(_key(each.email, each.name) for each in session.people.all())
    )


def _also(session: Session, rows: _Rows) -> frozenset[str]:
    """Who comes besides the two: whoever is there and not of the strand's pair."""
    there = {peer.pk for peer in session.peers.all()}
    pair = set(rows.pairs.get(session.strand.split("+")[0], []))
    if len(pair) == TWO and pair <= there:
        return frozenset(str(each) for each in there - pair)
    return frozenset()


def _topic(question: KeyQuestion) -> str:
    return f"key-question-{question.pk}"


def _session(
    session: Session, rows: _Rows, now: dt.datetime, days: Sequence[Window]
) -> ToPlace:
    peers = tuple(sorted(str(each.pk) for each in session.peers.all()))
    also = _also(session, rows)
    stays = session.pinned or session.begins <= now
    agencies = {each.agency_id for each in session.people.all() if each.agency_id}
    free = _free(days, (each for each in rows.away if each.session_id == session.pk))
    need = rows.needs.get(session.pk)
    wanted = need.background if need else ""
    wanted = wanted or background_of(rows.review, session.source_class)
    return ToPlace(
        key=str(session.pk),
        label=f"“{session.title}”",
        minutes=session.minutes,
        agency=str(agencies.pop()) if len(agencies) == 1 else "",
        people=_people_of(session),
        expected=session.people_expected,
        themes=tuple(session.themes),
        key_questions=tuple(_topic(each) for each in need.key_questions.all())
        if need
        else (),
        backgrounds=frozenset([wanted]) if wanted else frozenset(),
        also=also,
        sites=frozenset([str(need.site_id)]) if need and need.site_id else frozenset(),
        on_the_move=session.room.on_the_move,
        hard_to_get=need.hard_to_get if need else False,
        priority=Priority(need.priority) if need else Priority.NEEDED,
        # No window at all would mean any time, and nothing left means none.
        windows=(Window(days[0].begins, days[0].begins + dt.timedelta(minutes=1)),)
        if free == ()
        else free or (),
        pin=Pin(session.begins, str(session.room_id), peers)
        if stays and len(peers) == TWO + len(also)
        else Pin(session.begins, str(session.room_id))
        if stays
        else Pin(),
    )


def _block(session: Session, rows: _Rows) -> Block:
    kind = rows.review.pack.session_type(session.type)
    return Block(
        str(session.pk),
        f"“{session.title}”",
        session.begins,
        session.minutes,
        BlockKind.LUNCH if kind.pause else BlockKind.TEAM,
        frozenset(str(each.pk) for each in session.peers.all()),
        "" if session.room.on_the_move else str(session.room_id),
        frozenset(_people_of(session)),
    )
