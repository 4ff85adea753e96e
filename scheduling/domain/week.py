"""What can be done to the sessions of a week: made from the framework, changed, cancelled, held."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import F

from reviews.models import Agency, Membership, Review, User
from reviews.pages.concurrency import save_if_unchanged
from reviews.reading import conflicts
from reviews.refusals import Refusal
from reviews.screening import roster
from reviews.trail import audit
from scheduling import reading
from scheduling.models import (
    Need,
    Room,
    Session,
    SessionPerson,
)
from scheduling.rules import conflicts_of_interest

SESSION_FIELDS = (
    "title",
    "day",
    "start",
    "minutes",
    "type",
    "strand",
    "room",
    "source_class",
    "people_expected",
    "themes",
    "names_kept",
)


class AlreadyBegun(Refusal):
    sentence = "There is a timetable already. The sample week fills an empty one only."


class NotOnTheTeam(Refusal):
    sentence = "Only people of the peer team go to sessions as peers."


class NobodyIsMet(Refusal):
    sentence = "Nobody is met in this session, so there is nothing to say of it."


class NotHeldYet(Refusal):
    sentence = "This session has not begun, or is cancelled: it cannot have been held."


@dataclass(frozen=True)
class Person:
    """Somebody whom the peers meet, as typed."""

    name: str
    post: str = ""
    email: str = ""
    agency: Agency | None = None


@transaction.atomic
def seed_timetable(*, review: Review, by: User, at: dt.datetime) -> None:
    """The framework's sample week on the review's own days. Raises AlreadyBegun."""
    Review.objects.lock(review.pk)
    if review.sessions.exists():
        raise AlreadyBegun
    rooms = _rooms(review)
    pack = review.pack
    sessions = Session.objects.bulk_create(
        Session(
            review=review,
            code=each.code,
            day=review.day_zero + dt.timedelta(days=each.day),
            start=dt.time.fromisoformat(each.start),
            minutes=each.minutes,
            type=each.type,
            strand=each.strand,
            room=rooms[each.room],
            title=each.title,
            themes=list(each.themes),
            source_class=each.source_class,
            people_expected=each.people,
        )
        for each in pack.sessions
    )
    through = Session.peers.through
    through.objects.bulk_create(
        through(session_id=session.pk, membership_id=member)
        for session, members in _goers(review, sessions)
        for member in members
    )
    audit.record(
        "timetable.seeded",
        review=review,
        by=by,
        at=at,
        detail={"sessions": len(sessions)},
    )


def _goers(
    review: Review, sessions: Sequence[Session]
) -> list[tuple[Session, list[int]]]:
    """The peers of each session, kept out of agencies that they have declared an interest in."""
    agencies = dict(review.agencies.values_list("pk", "name"))
    places = [
        conflicts_of_interest.Place(
            session.code,
            session.begins,
            session.minutes,
            conflicts_of_interest.named_in(session.title, agencies),
        )
        for session in sessions
    ]
    strands = strand_members(review)
    members = {
        session.code: [member.pk for member in strands.get(session.strand, [])]
        for session in sessions
    }
    roles = dict(review.team_members().values_list("pk", "role"))
    found = conflicts_of_interest.without_conflicts(
        places,
        members,
        roles,
        {(each.membership, each.agency) for each in conflicts(review)},
    )
    return [(session, found[session.code]) for session in sessions]


def _rooms(review: Review) -> dict[str, Room]:
    """The review's rooms by code, those of the framework made where they are missing."""
    there = {room.code: room for room in review.rooms.all()}
    for each in review.pack.rooms:
        if each.code not in there:
            there[each.code] = Room.objects.create(
                review=review,
                code=each.code,
                title=each.title,
                places=each.places,
                on_the_move=each.on_the_move,
            )
    return there


@transaction.atomic
def ensure_rooms(*, review: Review) -> None:
    """A first session can be added to an empty timetable."""
    _rooms(review)


def strand_members(review: Review) -> dict[str, list[Membership]]:
    """Who of the team goes with which strand.

    Where two strands need the same role, the first holder goes with the first, the next with
    the next; with too few holders a place stays open, since nobody is in two rooms at once.
    A strand such as "B+RM" is strand B and the review manager.
    """
    holders: dict[str, list[Membership]] = {}
    team = review.team_members().select_related("user")
    for member in team:
        holders.setdefault(member.role, []).append(member)
    strands = review.pack.strands
    pairs = reading.lanes_of(review)
    taken: dict[str, int] = {}
    found: dict[str, list[Membership]] = {}
    for strand in pairs:
        found[strand.code] = []
        for role in strand.roles:
            held, number = holders.get(role, []), taken.get(role, 0)
            if number < len(held):
                found[strand.code].append(held[number])
                taken[role] = number + 1
    for strand in strands:
        if strand.code in found:
            continue
        lane = found.get(strand.code.split("+")[0], [])
        covered = {member.role for member in lane}
        others = [
            member
            for role in strand.roles
            if role not in covered
            for member in holders.get(role, [])
        ]
        found[strand.code] = [*lane, *others]
    return found


def goers(
    review: Review, strand: str, named: Sequence[Membership]
) -> Sequence[Membership]:
    """Who goes to a new session: those who are named, else the strand's own pair."""
    return named or strand_members(review).get(strand, [])


@transaction.atomic
def add_session(
    *,
    review: Review,
    values: Mapping[str, Any],
    peers: Iterable[Membership],
    people: Sequence[Person],
    by: User,
    at: dt.datetime,
) -> Session:
    """One more session, with the next free code. Raises NotOnTheTeam."""
    Review.objects.lock(review.pk)
    session = Session(review=review, code=_free_code(review), **values)
    session.save(force_insert=True)
    _set_peers(session, peers)
    _set_people(session, people)
    _note("session.added", session, by=by, at=at)
    return session


def _free_code(review: Review) -> str:
    taken = set(review.sessions.values_list("code", flat=True))
    number = 1
    while f"X{number:02d}" in taken:
        number += 1
    return f"X{number:02d}"


@transaction.atomic
def change_session(
    *,
    session: Session,
    version: int,
    values: Mapping[str, Any],
    peers: Iterable[Membership],
    people: Sequence[Person] | None,
    by: User,
    at: dt.datetime,
) -> None:
    """Change or move a session; ``people`` None leaves whom they meet as it is.

    Whose names are kept goes on to the line of who must be seen that it was made of: what that
    line says beside a private session would tell who is met there. Raises ChangedMeanwhile, NotOnTheTeam.
    """
    Review.objects.lock(session.review_id)
    changed = [name for name in values if getattr(session, name) != values[name]]
    for name in changed:
        setattr(session, name, values[name])
    save_if_unchanged(session, version=version, fields=changed)
    _set_peers(session, peers)
    if people is not None:
        _set_people(session, people)
    if "names_kept" in changed:
        Need.objects.filter(session=session).update(
            names_kept=session.names_kept, version=F("version") + 1
        )
    _note("session.changed", session, by=by, at=at, fields=changed)


@transaction.atomic
def keep_names(*, session: Session, kept: bool, by: User, at: dt.datetime) -> None:
    """Who is met there is for the team alone, or no longer: as its line in the list says."""
    rows = Session.objects.filter(pk=session.pk).exclude(names_kept=kept)
    if rows.update(names_kept=kept, version=F("version") + 1):
        session.names_kept = kept
        _note("session.changed", session, by=by, at=at, fields=["names_kept"])


@transaction.atomic
def cancel_session(
    *, session: Session, because: str = Session.Because.OTHER, by: User, at: dt.datetime
) -> None:
    """The session stays in sight, struck out. What its notes are told as stays as it was."""
    Review.objects.lock(session.review_id)
    if Session.objects.filter(pk=session.pk, cancelled=False).update(
        cancelled=True,
        because=because,
        held=False,
        came=None,
        version=F("version") + 1,
    ):
        session.cancelled, session.because = True, because
        _note("session.cancelled", session, by=by, at=at)


@transaction.atomic
def restore_session(*, session: Session, by: User, at: dt.datetime) -> None:
    if Session.objects.filter(pk=session.pk, cancelled=True).update(
        cancelled=False, because="", version=F("version") + 1
    ):
        session.cancelled, session.because = False, ""
        _note("session.restored", session, by=by, at=at)


@transaction.atomic
def hold_session(
    *,
    session: Session,
    came: int | None,
    now: dt.datetime,
    by: User,
    at: dt.datetime,
) -> None:
    """It was held, and so many came; said again, the last word counts.

    ``now`` is on the clock of the place. Raises NobodyIsMet, NotHeldYet.
    """
    if not session.meets_people:
        raise NobodyIsMet
    Review.objects.lock(session.review_id)
    fresh = Session.objects.get(pk=session.pk)
    if fresh.cancelled or fresh.begins > now:
        raise NotHeldYet
    if (fresh.held, fresh.came) == (True, came):
        return
    Session.objects.filter(pk=session.pk).update(held=True, came=came)
    session.held, session.came = True, came
    _note("session.held", session, by=by, at=at)


@transaction.atomic
def set_peers(
    *, session: Session, peers: Iterable[Membership], by: User, at: dt.datetime
) -> None:
    """Raises NotOnTheTeam."""
    _set_peers(session, peers)
    _note("session.peers_set", session, by=by, at=at)


@transaction.atomic
def set_people(
    *, session: Session, people: Sequence[Person], by: User, at: dt.datetime
) -> None:
    """Replace whom the peers meet there. Their names join the roster that texts are screened by."""
    _set_people(session, people)
    # Without how many: what outlives the close knows them to the nearest ten.
    _note("session.people_set", session, by=by, at=at)


def _set_peers(session: Session, peers: Iterable[Membership]) -> None:
    peers = list(peers)
    if not all(each.is_peer_of(session.review_id) for each in peers):
        raise NotOnTheTeam
    session.peers.set(peers)


def _set_people(session: Session, people: Sequence[Person]) -> None:
    there = list(session.people.select_related("agency"))
    if {Person(row.name, row.post, row.email, row.agency) for row in there} == set(
        people
    ):
        return
    session.people.all().delete()
    SessionPerson.objects.bulk_create(
        SessionPerson(
            session=session,
            name=each.name,
            post=each.post,
            email=each.email,
            agency=each.agency,
        )
        for each in people
    )
    if people:
        roster.add(session.review, people=[(each.name, each.post) for each in people])


def _note(
    action: str, session: Session, *, by: User, at: dt.datetime, **detail: Any
) -> None:
    audit.record(
        action,
        review=session.review,
        by=by,
        at=at,
        object_kind="session",
        object_id=session.code,
        detail=detail,
    )
