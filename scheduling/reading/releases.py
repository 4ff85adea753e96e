"""Releases of the week, what changed between them, and who is told. Nothing here writes."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from reviews.access import Action, Sight, can, sees
from reviews.mail import mailer
from reviews.mail.kinds import TIMETABLE
from reviews.models import AccessRole, MailBatch, Membership, Review
from reviews.pages import say
from reviews.secrets import keystore
from scheduling.models import MainBuilding, Session, SessionPerson
from scheduling.models.releases import Invitee, Reply, TimetableFeed, TimetableRelease
from scheduling.reading.clashes import ClashLine, clash_lines, clashes_of
from scheduling.reading.sessions import TEAM_TIME, teams_own_kind
from scheduling.rules import frozen, notices, tokens
from scheduling.rules.clashes import Clash
from scheduling.rules.frozen import Change, Frozen, Met, Week
from scheduling.rules.notices import Notice

SENT = "sent"


# --- the week as it is frozen -----------------------------------------------------------


def working_sessions(review: Review) -> list[Session]:
    """All of them with everything: six queries, however many."""
    found = list(
        review.sessions.select_related("room__site", "calendar_uid").prefetch_related(
            "peers__user", "people__agency", "people__session"
        )
    )
    main = main_building(review)
    for session in found:
        session.review = review
        session.main_building = main
    return found


def main_building(review: Review) -> MainBuilding | None:
    return MainBuilding.objects.filter(review=review).first()


def freeze(sessions: Iterable[Session]) -> Week:
    with keystore.held():
        return {each.pk: _frozen(each) for each in sessions}


def _frozen(session: Session) -> Frozen:
    named = getattr(session, "calendar_uid", None)
    return Frozen(
        session=session.pk,
        uid=str(named.uid) if named else "",
        sequence=0,
        code=session.code,
        title=session.title,
        begins=session.begins,
        minutes=session.minutes,
        type=session.type,
        strand=session.strand,
        room=session.room.way_there(session.main_building),
        away=session.room.on_the_move,
        meets=session.meets_people,
        cancelled=session.cancelled,
        names_kept=session.names_kept,
        peers=tuple(sorted((peer.pk, peer.name) for peer in session.peers.all())),
        people=tuple(
            sorted(
                Met(p.name, p.post, p.email, p.agency_id or 0)
                for p in session.people.all()
            )
        ),
    )


def blocking(sessions: Iterable[Session], now: dt.datetime) -> list[Clash]:
    """The clashes that stand in the way of publishing. What is over can be mended by nobody, and
    tomorrow's change must not wait for it. ``now`` is on the clock of the place."""
    to_come = [
        each
        for each in sessions
        if each.begins + dt.timedelta(minutes=each.minutes) > now
    ]
    return [each for each in clashes_of(to_come) if each.blocks]


def rows_of(release: TimetableRelease | None) -> Week:
    if release is None:
        return {}
    return {
        row.session: row for row in (Frozen.from_json(each) for each in release.rows)
    }


def is_published(session: Session) -> bool:
    """The last release told people of it, and the next one tells them if it is cancelled."""
    last = session.review.timetable_releases.first()
    row = rows_of(last).get(session.pk)
    return row is not None and not row.cancelled


def seen_mark(week: Week) -> str:
    """Stands for the week that somebody looked at before they pressed the button."""
    rows = [row.as_json() | {"uid": ""} for row in frozen.in_order(week.values())]
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()


def last_release(review: Review) -> TimetableRelease | None:
    return review.timetable_releases.select_related("by").first()


# --- who is told ------------------------------------------------------------------------


def told_weeks(review: Review, releases: Sequence[TimetableRelease]) -> dict[str, Week]:
    """For each group of readers the week that they were told last: the newest release whose
    messages went. Messages that wait, or were thrown away, told nobody. One query."""
    wanted = {
        number for each in releases for number in each.mail.values() if number != SENT
    }
    gone = {
        str(pk)
        for pk in MailBatch.objects.filter(
            review=review, pk__in=wanted, released_at__isnull=False
        ).values_list("pk", flat=True)
    }
    found: dict[str, Week] = {}
    opened: dict[UUID, Week] = {}
    for group in notices.GROUPS:
        told = next(
            (each for each in releases if each.mail.get(group) in {SENT, *gone}), None
        )
        if told is not None and told.pk not in opened:
            opened[told.pk] = rows_of(told)
        found[group] = opened[told.pk] if told else {}
    return found


@dataclass(frozen=True)
class ToTell:
    """Everybody whom a release is news to."""

    peers: list[Notice]
    people: list[Notice]
    contacts: list[Notice]
    without_address: list[Met]

    def __len__(self) -> int:
        return len(self.peers) + len(self.people) + len(self.contacts)


def contacts_of(review: Review) -> dict[int, str]:
    """The agencies that somebody with an account answers for."""
    found = review.memberships.filter(
        access_role=AccessRole.PC,
        answer=Membership.Answer.ACCEPTED,
        user__is_active=True,
    ).values_list("agency_id", "agency__name")
    return {pk: name for pk, name in found if pk is not None}


def to_tell(
    review: Review,
    week: Week,
    told: dict[str, Week],
    now: dt.datetime,
) -> ToTell:
    return ToTell(
        peers=notices.for_peers(told[notices.PEERS], week, now),
        people=notices.for_people(told[notices.PEOPLE], week, now),
        contacts=notices.for_contacts(
            told[notices.CONTACTS], week, now, contacts_of(review)
        ),
        without_address=notices.without_address(told[notices.PEOPLE], week, now),
    )


# --- the page ---------------------------------------------------------------------------


@dataclass(frozen=True)
class ReplyLine:
    """Somebody who cannot come, and when they could."""

    name: str
    session: int
    title: str
    when: str
    times: str


@dataclass(frozen=True)
class ReleasesPage:
    """``tell`` and ``blocking`` are for those who publish; for others they are empty."""

    releases: list[TimetableRelease]
    changes: list[Change]
    blocking: list[ClashLine]
    tell: ToTell | None
    seen: str
    last: int
    cannot_come: list[ReplyLine]
    counts: dict[str, int]
    planned: bool
    waiting: bool
    by_itself: bool

    @property
    def can_be_published(self) -> bool:
        return bool(self.changes) and not self.blocking


def releases_page(membership: Membership, now: dt.datetime) -> ReleasesPage:
    """In a number of queries that never grows. ``now`` is on the clock of the place."""
    review = membership.review
    publishes = can(membership, Action.PUBLISH_TIMETABLE)
    releases = list(review.timetable_releases.select_related("by"))
    sessions = working_sessions(review)
    week = freeze(sessions)
    before = rows_of(releases[0] if releases else None)
    replies = replies_of(review)
    read = _as_read_by(membership)
    shown = read(week).values()
    tell = None
    if publishes:
        tell = to_tell(review, week, told_weeks(review, releases), now)
    return ReleasesPage(
        releases=releases,
        changes=frozen.changes(read(before), read(week)),
        blocking=clash_lines(review, sessions, blocking(sessions, now))
        if publishes
        else [],
        tell=tell,
        # A mark of what somebody may not read would still tell one week from another.
        seen=seen_mark(week) if publishes else "",
        last=releases[0].number if releases else 0,
        cannot_come=cannot_come([row for row in shown if row.ends > now], replies),
        counts=_counts(shown, replies),
        planned=bool(sessions),
        by_itself=publishes and mailer.goes_by_itself(review, TIMETABLE),
        waiting=publishes and messages_wait(review),
    )


def changes_between(
    membership: Membership,
    since: TimetableRelease | None,
    release: TimetableRelease,
) -> list[Change]:
    read = _as_read_by(membership)
    return frozen.changes(read(rows_of(since)), read(rows_of(release)))


def _as_read_by(membership: Membership) -> Callable[[Week], Week]:
    """Takes out of a week what this member does not read of it, as ``sessions.veiled`` does.

    What the team keeps to itself by now, an older release does not tell others either.
    """
    if sees(membership, Sight.KEPT_NAMES):
        return lambda week: week
    review = membership.review
    kept = set(review.sessions.filter(names_kept=True).values_list("pk", flat=True))
    own = teams_own_kind(review)

    def read(week: Week) -> Week:
        return {
            key: frozen.veiled(row, TEAM_TIME)
            if row.names_kept or key in kept or row.type == own
            else row
            for key, row in week.items()
        }

    return read


def messages_wait(review: Review) -> bool:
    """Whether what a release tells people is still in the outbox. One query."""
    return review.mail_batches.filter(kind=TIMETABLE, released_at__isnull=True).exists()


# --- replies ----------------------------------------------------------------------------

# By person and session.
Replies = dict[tuple[str, int], Reply]


def asked(row: Frozen | Session) -> str:
    """What somebody answers to; when it changes they are asked anew."""
    return row.begins.isoformat()


def replies_of(review: Review) -> Replies:
    """One query."""
    rows = Reply.objects.filter(review=review).select_related("invitee")
    with keystore.held():
        return {(each.invitee.who, each.session_id): each for each in rows}


def cannot_come(rows: Iterable[Frozen], replies: Replies) -> list[ReplyLine]:
    found = []
    for row in frozen.in_order(rows):
        for met in row.people if not row.cancelled else ():
            reply = replies.get((met.key, row.session))
            if reply and reply.asked == asked(row) and reply.answer == Reply.Answer.NO:
                found.append(
                    ReplyLine(met.name, row.session, row.title, row.when, reply.times)
                )
    return found


def number_who_cannot_come(review: Review, today: dt.date) -> int:
    """To what is to come, as it stands now; replies to an earlier time no longer count. One query."""
    rows = Reply.objects.filter(
        review=review,
        answer=Reply.Answer.NO,
        session__cancelled=False,
        session__day__gte=today,
    ).select_related("session")
    return len({each.invitee_id for each in rows if each.asked == asked(each.session)})


def _counts(rows: Iterable[Frozen], replies: Replies) -> dict[str, int]:
    """Of the people who can be written to: who has confirmed, who cannot, who has said nothing."""
    found = {"yes": 0, "no": 0, "none": 0}
    for row in rows:
        for met in row.people if row.meets and not row.cancelled else ():
            if met.email:
                reply = replies.get((met.key, row.session))
                fits = reply is not None and reply.asked == asked(row)
                found[reply.answer if reply and fits else "none"] += 1
    return found


REPLY_WORDS = {
    Reply.Answer.YES: "Confirmed",
    Reply.Answer.NO: "Cannot come",
    "": "No answer yet",
}


def with_replies(
    session: Session, people: Collection[SessionPerson]
) -> Collection[SessionPerson]:
    """The people, each with what they said; nothing where nobody has been asked. Two queries."""
    replies = replies_of(session.review) if people else {}
    released = bool(people) and session.review.timetable_releases.exists()
    for person in people:
        met = Met(person.name, email=person.email)
        reply = replies.get((met.key, session.pk))
        fits = reply is not None and reply.asked == asked(session)
        words = REPLY_WORDS[reply.answer if reply and fits else ""]
        person.reply = words if released and person.email else ""  # type: ignore[attr-defined]
    return people


# --- what participants and calendars get: the last release, never the draft -------------


def feed_of(token: str) -> TimetableFeed | None:
    """Whose calendar the secret address is, if it still is one."""
    return (
        TimetableFeed.objects.filter(
            token_hash=tokens.hash_of(token), membership__user__is_active=True
        )
        .select_related("membership__review")
        .first()
    )


def own_rows(feed: TimetableFeed) -> tuple[TimetableRelease | None, list[Frozen]]:
    """The member's sessions of the last release. One query, and no row of anybody else is opened:
    calendar programs ask every hour."""
    release = feed.membership.review.timetable_releases.first()
    mine = feed.membership_id
    rows = [
        Frozen.from_json(each)
        for each in (release.rows if release else ())
        if not each["cancelled"] and any(pk == mine for pk, _ in each["peers"])
    ]
    return release, frozen.in_order(rows)


def invitee_of(token: str) -> Invitee | None:
    """Whose meetings the link opens, if it opens any."""
    return (
        Invitee.objects.filter(token_hash=tokens.hash_of(token))
        .select_related("review")
        .first()
    )


@dataclass(frozen=True)
class Appointment:
    """A meeting as the one who is to be met sees it: day, time and place, and nothing else."""

    session: int
    day: dt.date
    begins: dt.time
    ends: dt.time
    place: str
    over: bool
    answer: str
    asked: str

    @property
    def times(self) -> str:
        return (
            f"{say.weekday(self.day)}, {say.clock(self.begins)} "
            f"to {say.clock(self.ends)}"
        )


# Where a day's halves meet, and how wide they reach.
OPEN, NOON, SHUT = dt.time(7), dt.time(12, 30), dt.time(22)


@dataclass(frozen=True)
class HalfDay:
    key: str
    words: str
    day: dt.date
    begins: dt.time
    ends: dt.time


def half_days(review: Review, today: dt.date) -> list[HalfDay]:
    """From ``today`` on, those of the visit in which people are met: all but the last day's."""
    days = review.on_site_dates
    return [
        HalfDay(f"{day}-{half}", f"{say.weekday(day)}, {half}", day, begins, ends)
        for day in (days[:-1] if len(days) > 1 else days)
        if day >= today
        for half, begins, ends in (("morning", OPEN, NOON), ("afternoon", NOON, SHUT))
    ]


def appointments(invitee: Invitee, now: dt.datetime) -> list[Appointment]:
    """Of the last release. Two queries."""
    release = invitee.review.timetable_releases.first()
    replies = {each.session_id: each for each in invitee.replies.all()}
    found = []
    for row in frozen.in_order(rows_of(release).values()):
        if row.cancelled or not row.meets:
            continue
        if invitee.who not in {met.key for met in row.people}:
            continue
        reply = replies.get(row.session)
        fits = reply is not None and reply.asked == asked(row)
        found.append(
            Appointment(
                session=row.session,
                day=row.begins.date(),
                begins=row.begins.time(),
                ends=row.ends.time(),
                place=row.place[:1].upper() + row.place[1:],
                over=row.ends <= now,
                answer=reply.answer if reply and fits else "",
                asked=asked(row),
            )
        )
    return found
