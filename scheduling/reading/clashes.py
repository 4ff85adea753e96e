"""Clashes of a week, found and put in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from reviews.access import Action, can
from reviews.models import Membership, Review
from reviews.reading import Conflict
from reviews.reading import conflicts as declared_conflicts
from scheduling.models import KeptOut, Session
from scheduling.reading.filters import Wanted
from scheduling.reading.places import MAIN, shuts, travel_of
from scheduling.reading.sessions import (
    NOBODY,
    Rows,
    background_of,
    is_spare,
    rows_of,
    sees_people,
    sessions_for,
)
from scheduling.rules import clashes
from scheduling.rules.clashes import Clash, Gone, Grade, Slot


def _gone(session: Session, rows: Rows) -> Iterable[Gone]:
    peers = {member.pk for member in session.peers.all()}
    for each in rows.away:
        if each.day != session.day:
            continue
        if each.membership_id in peers and each.membership is not None:
            who = each.membership.name
        elif each.room is not None and each.room_id == session.room_id:
            who = each.room.title
        elif each.session_id == session.pk and not session.is_veiled:
            who = "The people to be met"
        elif (each.main_building or each.site_id) and shuts(each, session.room):
            who = f"The {MAIN.lower()}" if each.site is None else each.site.title
        else:
            continue
        yield Gone(
            who,
            dt.datetime.combine(each.day, each.begins),
            dt.datetime.combine(each.day, each.ends),
            is_peer=each.membership_id is not None,
        )


def slot_of(
    session: Session,
    *,
    rows: Rows | None = None,
    kept_out: Collection[str] = (),
) -> Slot:
    people = list(session.people.all())
    rows = rows or rows_of(session.review)
    background = background_of(session.review, session.source_class)
    return Slot(
        key=session.pk,
        label=session.title,
        begins=session.begins,
        minutes=session.minutes,
        room=session.room.title,
        places=session.room.places,
        on_the_move=session.room.on_the_move,
        meets_people=session.meets_people,
        pause=session.is_pause,
        expected=session.people_expected,
        peers=tuple(
            (str(member.user_id), member.name) for member in session.peers.all()
        ),
        people=tuple(
            ((person.email or person.name).strip().lower(), person.name)
            for person in people
        ),
        agencies=tuple(
            (str(person.agency_id), person.agency.name)
            for person in people
            if person.agency
        ),
        kept_out=frozenset(kept_out),
        site=str(session.room.site_id or ""),
        in_strand=session.strand.split("+")[0] in rows.lanes,
        background=background,
        has_background=not background
        or any(
            rows.backgrounds.get(member.role) == background
            for member in session.peers.all()
        ),
        team_afternoon=session.day == rows.team_afternoon,
        away=tuple(_gone(session, rows)),
    )


def clashes_of(
    sessions: Iterable[Session],
    conflicts: Collection[Conflict] = (),
    kept_out: Mapping[int, Collection[str]] = NOBODY,
    *,
    travel: clashes.Travel = clashes.NEAR,
) -> list[Clash]:
    """``kept_out``: who has asked not to be in a session, by its number."""
    sessions = [each for each in sessions if not each.cancelled and not is_spare(each)]
    if not sessions:
        return []
    rows = rows_of(sessions[0].review)
    return clashes.find(
        (
            slot_of(
                each,
                rows=rows,
                kept_out=kept_out.get(each.pk, ()),
            )
            for each in sessions
        ),
        {(str(each.user), str(each.agency)) for each in conflicts},
        travel,
    )


def clashes_for(
    membership: Membership,
    sessions: Iterable[Session],
    travel: clashes.Travel | None = None,
) -> list[Clash]:
    """The clashes that this member may see; declared interests are for the few who read them."""
    if not sees_people(membership):
        return []
    review = membership.review
    travel = travel_of(review) if travel is None else travel
    if not can(membership, Action.READ_INTERESTS):
        return clashes_of(sessions, travel=travel)
    return clashes_of(
        sessions,
        declared_conflicts(review),
        kept_out_of(review),
        travel=travel,
    )


def clashes_with(membership: Membership, session: Session) -> list[Clash]:
    """What one session clashes with: looked for among those near it and those of its peers.

    No clash goes over midnight, and none is of others by whom it only stands.
    """
    review = membership.review
    travel = travel_of(review)
    gap = dt.timedelta(minutes=max(clashes.WIDEST, *travel.values(), 0))
    begins = session.begins - gap
    ends = session.begins + dt.timedelta(minutes=session.minutes) + gap
    near = {session.pk}
    day = review.sessions.filter(day=session.day)
    for key, start, minutes in day.values_list("pk", "start", "minutes"):
        at = dt.datetime.combine(session.day, start)
        if at < ends and begins < at + dt.timedelta(minutes=minutes):
            near.add(key)
    near.update(
        day.filter(peers__in=list(session.peers.all())).values_list("pk", flat=True)
    )
    return [
        clash
        for clash in clashes_for(
            membership, sessions_for(membership, pk__in=near), travel
        )
        if session.pk in clash.sessions
    ]


def kept_out_of(review: Review) -> dict[int, set[str]]:
    """By session, who has asked not to be in it."""
    found: dict[int, set[str]] = {}
    rows = KeptOut.objects.filter(session__review=review)
    for session, user in rows.values_list("session_id", "membership__user_id"):
        found.setdefault(session, set()).add(str(user))
    return found


@dataclass(frozen=True)
class ClashLine:
    """A clash with links to its sessions, each on its own day."""

    sentence: str
    links: list[tuple[str, str]]


def lines_of_grade(
    found: Iterable[Clash],
    grade: Grade,
    sessions: Sequence[Session],
    wanted: Wanted,
) -> list[ClashLine]:
    days = {session.pk: session.day.isoformat() for session in sessions}
    return [_clash_line(clash, days, wanted) for clash in found if clash.grade == grade]


def clash_lines(
    review: Review, sessions: Sequence[Session], found: Iterable[Clash]
) -> list[ClashLine]:
    """The same with links, for a page other than the timetable."""
    days = {session.pk: session.day.isoformat() for session in sessions}
    week = reverse("scheduling:timetable", args=[review.pk])
    return [_clash_line(clash, days, Wanted(), week) for clash in found]


def _clash_line(
    clash: Clash, days: Mapping[int, str], wanted: Wanted, page: str = ""
) -> ClashLine:
    names = ["Show it"]
    if len(clash.sessions) > 1:
        names = ["Show the first", "Show the second"]
    links = [
        (name, f"{page}{wanted.address(day=days[key], who='')}#session-{key}")
        for name, key in zip(names, clash.sessions, strict=False)
    ]
    return ClashLine(clash.sentence, links)
