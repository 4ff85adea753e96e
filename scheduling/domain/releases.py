"""Releases of the week: published, with what each person is told; feeds and calendar files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from reviews.domain.outbox import recipients
from reviews.mail import mailer
from reviews.mail.kinds import TIMETABLE
from reviews.models import (
    AccessRole,
    MailBatch,
    Membership,
    Review,
    User,
)
from reviews.pages import say
from reviews.refusals import Refusal
from reviews.secrets import keystore
from reviews.trail import audit
from scheduling.models.releases import (
    Invitee,
    SessionUid,
    TimetableFeed,
    TimetableRelease,
)
from scheduling.reading import releases
from scheduling.rules import calendars, frozen, letters, notices, tokens
from scheduling.rules.calendars import Meeting, Party
from scheduling.rules.frozen import Frozen, Week
from scheduling.rules.notices import Notice

PARTICIPANT_TITLE = "Meeting with the peer review team"
# A peer with more than that is better served by a calendar address.
MOST_FILES = 5
# An interview is of one person or two; more are a group.
PAIR = 2


class ClashesStand(Refusal):
    def __init__(self, number: int) -> None:
        clashes = say.counted(number, "clash", "clashes")
        super().__init__(
            f"The timetable has {clashes}: somebody or a room is wanted twice at once, or at a "
            "time that is not free. Mend the week first."
        )


class NothingNew(Refusal):
    sentence = "Nothing has changed since the last release."


class WeekMoved(Refusal):
    sentence = (
        "The timetable has changed since you opened this page. Look at the changes below, "
        "then publish again."
    )


@transaction.atomic
def publish(
    *,
    review: Review,
    name: str,
    seen: str,
    now: dt.datetime,
    by: User,
    at: dt.datetime,
) -> TimetableRelease:
    """Freeze the week under a name and write to those for whom something is new or has changed.

    ``seen`` stands for the week that the person looked at, ``now`` is on the clock of the place.
    Messages of earlier releases that still wait are replaced: they would tell what is no longer so.
    Raises WeekMoved, ClashesStand, NothingNew.
    """
    Review.objects.lock(review.pk)
    _name_for_calendars(review)
    sessions = releases.working_sessions(review)
    week = releases.freeze(sessions)
    if releases.seen_mark(week) != seen:
        raise WeekMoved
    blocking = releases.blocking(sessions, now)
    if blocking:
        raise ClashesStand(len(blocking))
    earlier = list(review.timetable_releases.all())
    before = releases.rows_of(earlier[0] if earlier else None)
    if not frozen.changes(before, week):
        raise NothingNew
    number = earlier[0].number + 1 if earlier else 1
    week = frozen.numbered(week, before, number)
    release = TimetableRelease(
        review=review,
        number=number,
        name=name,
        at=at,
        by=by,
        rows=[row.as_json() for row in frozen.in_order(week.values())],
    )
    waiting = MailBatch.objects.filter(
        review=review, kind=TIMETABLE, released_at__isnull=True
    )
    waiting.delete()
    told = releases.told_weeks(review, earlier)
    tell = releases.to_tell(review, week, told, now)
    with keystore.held():
        release.mail = _write(review, week, tell, at=at)
    release.save(force_insert=True)
    audit.record(
        "timetable.published",
        review=review,
        by=by,
        at=at,
        object_kind="timetable release",
        object_id=number,
        # Without how many are told: those are the people met.
        detail={"sessions": len(week)},
    )
    return release


def _name_for_calendars(review: Review) -> None:
    nameless = review.sessions.filter(calendar_uid=None)
    SessionUid.objects.bulk_create(SessionUid(session=each) for each in nameless)


def _write(
    review: Review, week: Week, tell: releases.ToTell, *, at: dt.datetime
) -> dict[str, str]:
    """One message a person, a batch for each group; where each batch is."""
    batches = (
        (
            notices.PEERS,
            _for_peers(review, week, tell.peers, at),
            letters.PEERS_SUBJECT,
            letters.PEERS_TEXT.format(
                address=f"{settings.SITE_ADDRESS}"
                f"{reverse('scheduling:timetable-calendar', args=[review.pk])}"
            ),
        ),
        (
            notices.PEOPLE,
            _for_people(review, week, tell.people, at),
            letters.PEOPLE_SUBJECT,
            letters.PEOPLE_TEXT,
        ),
        (
            notices.CONTACTS,
            _for_contacts(review, tell.contacts),
            letters.CONTACTS_SUBJECT,
            letters.CONTACTS_TEXT,
        ),
    )
    found = {}
    for group, readers, subject, text in batches:
        if readers:
            batch = mailer.write(
                review=review,
                kind=TIMETABLE,
                recipients=readers,
                subject=subject,
                text=text,
                at=at,
            )
            found[group] = str(batch.pk) if batch else releases.SENT
    return found


def _for_peers(
    review: Review, week: Week, told: Sequence[Notice], at: dt.datetime
) -> list[mailer.Recipient]:
    members = {
        str(member.pk): member
        for member in review.memberships.filter(
            pk__in=[int(each.key) for each in told], user__is_active=True
        ).select_related("user", "agency", "review")
    }
    following = set(
        TimetableFeed.objects.filter(review=review).values_list(
            "membership_id", flat=True
        )
    )
    found = []
    for notice in told:
        member = members.get(notice.key)
        if member is None:
            continue
        (reader,) = recipients([member])
        # Whoever follows the calendar would have each session twice.
        alone = member.pk not in following and len(notice.lines) <= MOST_FILES
        party = Party(member.name, member.user.email)
        files = _files(review, week, notice, party, at, named=True) if alone else []
        fields = {**reader.fields, "meetings": listed(notice)}
        found.append(mailer.Recipient(reader.to, fields, files))
    return found


def _for_people(
    review: Review, week: Week, told: Sequence[Notice], at: dt.datetime
) -> list[mailer.Recipient]:
    expect = letters.expect(review)
    invited = invite(review, told)
    found = []
    for notice in told:
        invitee, email = invited[notice.key], address_in(notice)
        comes = any(not line.gone for line in notice.lines)
        answer = letters.ANSWER.format(link=link_of(invitee)) if comes else letters.OFF
        fields = {
            "name": notice.name,
            "council": review.council,
            "meetings": listed(notice),
            "answer": answer,
            "expect": expect if notice.first else "",
        }
        party = Party(notice.name, email)
        files = _files(review, week, notice, party, at, named=False)
        found.append(mailer.Recipient(email, fields, files))
    return found


def address_in(notice: Notice) -> str:
    """The address as it was typed, where the person stands in the timetable."""
    return next(
        met.email.strip()
        for line in notice.lines
        for met in line.row.people
        if met.key == notice.key
    )


def _for_contacts(review: Review, told: Sequence[Notice]) -> list[mailer.Recipient]:
    lines = {int(each.key): listed(each) for each in told}
    members = review.memberships.filter(
        access_role=AccessRole.PC,
        agency__in=lines,
        answer=Membership.Answer.ACCEPTED,
        user__is_active=True,
    ).select_related("user", "agency", "review")
    found = []
    for member in members:
        (reader,) = recipients([member])
        fields = {**reader.fields, "meetings": lines[member.agency_id or 0]}
        found.append(mailer.Recipient(reader.to, fields))
    return found


def listed(notice: Notice) -> str:
    return "\n".join(f"- {line.sentence}" for line in notice.lines)


def _files(
    review: Review,
    week: Week,
    notice: Notice,
    reader: Party,
    at: dt.datetime,
    *,
    named: bool,
) -> list[list[str]]:
    """A calendar file for each meeting: name, method, text."""
    found = []
    for number, line in enumerate(notice.lines, start=1):
        now = week.get(line.row.session, line.row)
        meeting = meeting_of(review, line.row, named=named, cancelled=line.gone)
        text = calendars.message(
            # Also somebody who is no longer in it is told by the newest number.
            _with(meeting, uid=now.uid, sequence=now.sequence),
            organiser=Party(review.contact_name, review.contact_email),
            reader=reader,
            zone=_zone(),
            stamp=at,
        )
        name = "meeting.ics" if number == 1 else f"meeting-{number}.ics"
        method = calendars.CANCEL if line.gone else calendars.REQUEST
        found.append([name, method, text])
    return found


def _with(meeting: Meeting, *, uid: str, sequence: int) -> Meeting:
    return Meeting(**{**vars(meeting), "uid": uid, "sequence": sequence})


def meeting_of(
    review: Review, row: Frozen, *, named: bool, cancelled: bool = False
) -> Meeting:
    """``named``: for the team, by its title. Everybody else's calendar says what it is and no more."""
    words = "" if named else "\n\n".join(letters.promise(review)[1])
    return Meeting(
        uid=row.uid,
        sequence=row.sequence,
        begins=row.begins,
        minutes=row.minutes,
        title=row.title if named else PARTICIPANT_TITLE,
        place=row.room if named else row.place,
        words=words,
        cancelled=cancelled,
    )


def _zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


def invite(review: Review, told: Iterable[Notice]) -> dict[str, Invitee]:
    """A link for each of them; whoever had one keeps it."""
    found = {each.who: each for each in Invitee.objects.filter(review=review)}
    for notice in told:
        if notice.key not in found:
            invitee = Invitee(review=review, who=notice.key)
            invitee.token_hash = tokens.hash_of(tokens.of_invitee(review, invitee.pk))
            invitee.save(force_insert=True)
            found[notice.key] = invitee
    return found


def link_of(invitee: Invitee) -> str:
    token = tokens.of_invitee(invitee.review, invitee.pk)
    return f"{settings.SITE_ADDRESS}{reverse('meeting:answer', args=[token])}"


@transaction.atomic
def renew_feed(*, membership: Membership, by: User, at: dt.datetime) -> str:
    """A fresh secret address of this member's sessions; the one before stops at once.

    Returns the token, which is shown once and kept nowhere.
    """
    token = tokens.fresh()
    TimetableFeed.objects.update_or_create(
        membership=membership,
        defaults={
            "review": membership.review,
            "token_hash": tokens.hash_of(token),
            "made_at": at,
        },
    )
    audit.record(
        "timetable.calendar_address_made", review=membership.review, by=by, at=at
    )
    return token


@transaction.atomic
def revoke_feed(*, membership: Membership, by: User, at: dt.datetime) -> None:
    deleted, _ = TimetableFeed.objects.filter(membership=membership).delete()
    if deleted:
        audit.record(
            "timetable.calendar_address_revoked",
            review=membership.review,
            by=by,
            at=at,
        )


def calendar_of(feed: TimetableFeed, *, at: dt.datetime) -> str:
    """The member's sessions of the last release, with titles and no name of anybody."""
    release, rows = releases.own_rows(feed)
    review = feed.membership.review
    return calendars.feed(
        [meeting_of(review, row, named=True) for row in rows],
        title=f"Peer review, {review.council}",
        zone=_zone(),
        stamp=release.at if release else at,
    )
