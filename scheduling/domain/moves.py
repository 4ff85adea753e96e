"""A session is moved by hand, and put back. Every way of moving one ends here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from reviews.models import Membership, Review, User
from reviews.pages import say
from reviews.pages.concurrency import save_if_unchanged
from reviews.refusals import Refusal
from reviews.trail import audit
from scheduling.domain import week
from scheduling.models import Room, Session
from scheduling.rules.clashes import EARLIEST, LATEST
from scheduling.solver.problem import Placement


class OutsideTheHours(Refusal):
    sentence = (
        f"Sessions are held between {say.clock(EARLIEST)} and {say.clock(LATEST)}. "
        "Nothing was moved."
    )


class NotADayOfTheVisit(Refusal):
    sentence = "That is not a day of the visit. Nothing was moved."


class IsCancelled(Refusal):
    sentence = "This session is cancelled. Put it back before you move it."


class MovedMeanwhile(Refusal):
    sentence = (
        "Somebody else changed this session meanwhile. Nothing was moved; this is how "
        "it stands now."
    )


class IsThere(Refusal):
    sentence = "It stands there already. Nothing was moved."


class SameRoom(Refusal):
    sentence = "Choose two different rooms."


class NothingThere(Refusal):
    sentence = "No session is held in that room then. Nothing was changed."


@dataclass(frozen=True)
class Place:
    """Where a session goes. What is None stays as it is.

    ``instead``: in the place of the first peer goes the second.
    """

    day: dt.date
    start: dt.time
    room: Room | None = None
    strand: str | None = None
    minutes: int | None = None
    instead: tuple[Membership, Membership] | None = None


@transaction.atomic
def move(
    *, session: Session, version: int, to: Place, by: User, at: dt.datetime
) -> dict[str, Any]:
    """Move one session; what it takes to put it back.

    With another strand go its peers; whoever comes besides the pair stays. Raises
    OutsideTheHours, NotADayOfTheVisit, IsCancelled, MovedMeanwhile, IsThere.
    """
    review = session.review
    Review.objects.lock(review.pk)
    if session.cancelled:
        raise IsCancelled
    if session.version != version:
        raise MovedMeanwhile
    minutes = to.minutes or session.minutes
    begins = dt.datetime.combine(to.day, to.start)
    ends = begins + dt.timedelta(minutes=minutes)
    if to.start < EARLIEST or ends > dt.datetime.combine(to.day, LATEST):
        raise OutsideTheHours
    if to.day != session.day and to.day not in days_of(review):
        raise NotADayOfTheVisit
    there = {each.pk for each in session.peers.all()}
    peers = set(there)
    strand = to.strand or session.strand
    if strand != session.strand:
        strands = week.strand_members(review)
        peers -= {each.pk for each in strands.get(session.strand, [])}
        peers |= {each.pk for each in strands.get(strand, [])}
    if to.instead:
        gone, comes = to.instead
        peers = (peers - {gone.pk}) | {comes.pk}
    room = to.room or session.room
    if (begins, minutes, strand, room, peers) == (
        session.begins,
        session.minutes,
        session.strand,
        session.room,
        there,
    ):
        raise IsThere
    placed = Placement(begins, str(room.pk), tuple(str(each) for each in peers))
    return place(session, placed, strand=strand, minutes=minutes, by=by, at=at)


def days_of(review: Review) -> list[dt.date]:
    """The days on which a session can be: the visit's own, and the evening of arrival."""
    return [review.day_zero - dt.timedelta(days=1), *review.on_site_dates]


def place(
    session: Session,
    placed: Placement,
    *,
    strand: str,
    minutes: int | None = None,
    by: User,
    at: dt.datetime,
) -> dict[str, Any]:
    """Put one session there; what it takes to put it back."""
    review = session.review
    before: dict[str, Any] = {
        "session": session.pk,
        "begins": session.begins.isoformat(),
        "minutes": session.minutes,
        "room": str(session.room_id),
        "peers": [str(each.pk) for each in session.peers.all()],
        "strand": session.strand,
    }
    values = {
        "day": placed.begins.date(),
        "start": placed.begins.time(),
        "minutes": minutes or session.minutes,
        "strand": strand,
    }
    if str(session.room_id) != placed.room:
        values["room"] = review.rooms.get(pk=placed.room)
    changed = [name for name in values if getattr(session, name) != values[name]]
    for name in changed:
        setattr(session, name, values[name])
    save_if_unchanged(session, version=session.version, fields=changed)
    if set(placed.peers) != set(before["peers"]):
        session.peers.set(review.memberships.filter(pk__in=placed.peers))
        changed.append("peers")
    audit.record(
        "session.changed",
        review=review,
        by=by,
        at=at,
        object_kind="session",
        object_id=session.code,
        detail={"fields": changed},
    )
    return {**before, "version": session.version}


@transaction.atomic
def put_back(
    *, review: Review, rows: Iterable[Mapping[str, Any]], by: User, at: dt.datetime
) -> int:
    """“Undo the last move”, except of sessions changed or pinned since; says how many it was."""
    Review.objects.lock(review.pk)
    sessions = {each.pk: each for each in review.sessions.select_related("room")}
    number = 0
    for row in rows:
        session = sessions.get(row["session"])
        if session is None or session.pinned or session.version != row["version"]:
            continue
        session.review = review
        before = Placement(
            dt.datetime.fromisoformat(row["begins"]), row["room"], tuple(row["peers"])
        )
        place(
            session,
            before,
            strand=row["strand"],
            minutes=row.get("minutes"),
            by=by,
            at=at,
        )
        number += 1
    return number


@transaction.atomic
def change_rooms(
    *,
    review: Review,
    sessions: Sequence[Session],
    to: Room,
    by: User,
    at: dt.datetime,
) -> list[dict[str, Any]]:
    """Give many sessions another room at once. Raises SameRoom, NothingThere."""
    Review.objects.lock(review.pk)
    if not sessions:
        raise NothingThere
    if all(each.room_id == to.pk for each in sessions):
        raise SameRoom
    return [
        place(
            session,
            Placement(
                session.begins,
                str(to.pk),
                tuple(str(each.pk) for each in session.peers.all()),
            ),
            strand=session.strand,
            by=by,
            at=at,
        )
        for session in sessions
        if session.room_id != to.pk
    ]
