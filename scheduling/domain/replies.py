"""Answers by link of the people who are met, and reminders to them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from django.db import transaction

from reviews.mail import mailer
from reviews.mail.kinds import MEETING_REMINDER, TEST, TIMETABLE
from reviews.models import (
    MailBatch,
    Message,
    Review,
    Stage,
)
from reviews.pages import say
from reviews.refusals import Refusal
from reviews.trail import audit
from scheduling.domain.releases import PAIR, address_in, invite, link_of, listed
from scheduling.models import Away, SessionPerson
from scheduling.models.releases import (
    Invitee,
    MeetingReminder,
    Reply,
    TimetableFeed,
    TimetableRelease,
)
from scheduling.reading import releases
from scheduling.rules import frozen, letters, notices
from scheduling.rules.notices import Notice


class MeetingMoved(Refusal):
    sentence = "This meeting has changed since you opened the page. Look at it again, then answer."


@transaction.atomic
def answer(
    *,
    invitee: Invitee,
    session: int,
    asked: str,
    can_come: bool,
    times: str,
    now: dt.datetime,
    free: Collection[str] = (),
) -> None:
    """Keep whether somebody can come; a second answer takes the place of the first.

    ``free``: the half days on which somebody who cannot come then could. Planning keeps one or two
    people's meeting to them; a group is met without those who cannot come. Raises MeetingMoved when it is not the meeting, or not the time, that they were asked about.
    """
    Review.objects.lock(invitee.review_id)
    there = {each.session: each for each in releases.appointments(invitee, now)}
    meeting = there.get(session)
    if meeting is None or meeting.over or meeting.asked != asked:
        raise MeetingMoved
    Reply.objects.filter(invitee=invitee, session=session).delete()
    halves = releases.half_days(invitee.review, now.date())
    could = say.listed([each.words for each in halves if each.key in free])
    reply = Reply(
        review=invitee.review,
        invitee=invitee,
        session_id=session,
        asked=asked,
        answer=Reply.Answer.YES if can_come else Reply.Answer.NO,
        times="" if can_come else ". ".join(each for each in (could, times) if each),
    )
    reply.save(force_insert=True)
    if not can_come and SessionPerson.objects.filter(session=session).count() <= PAIR:
        gone = [each for each in halves if each.key not in free]
        _keep_away(reply, meeting, gone if could else [])


def _keep_away(
    reply: Reply, meeting: releases.Appointment, gone: Sequence[releases.HalfDay]
) -> None:
    """Planning does not put the meeting there; nor where it is now, whatever else they said."""
    spans = {(each.day, each.begins, each.ends) for each in gone}
    here = (meeting.day, meeting.begins, meeting.ends)
    if not any(
        each[0] == here[0] and each[1] <= here[1] and here[2] <= each[2]
        for each in spans
    ):
        spans.add(here)
    Away.objects.bulk_create(
        Away(
            review=reply.review,
            session_id=reply.session_id,
            reply=reply,
            day=day,
            begins=begins,
            ends=ends,
        )
        for day, begins, ends in sorted(spans)
    )


def remind(*, at: dt.datetime) -> int:
    """For each review write to those who are to be met tomorrow; says to how many."""
    visited = Review.objects.filter(
        stage__range=(Stage.LEAD_IN, Stage.ON_SITE), timetable_releases__isnull=False
    ).distinct()
    return sum(_remind(review, at=at) for review in visited)


@transaction.atomic
def _remind(review: Review, *, at: dt.datetime) -> int:
    Review.objects.lock(review.pk)
    tomorrow = review.today(at) + dt.timedelta(days=1)
    week = releases.rows_of(releases.last_release(review))
    rows = [
        row
        for row in frozen.in_order(week.values())
        if row.begins.date() == tomorrow and row.meets and not row.cancelled
    ]
    if not rows:
        return 0
    _, first_time = MeetingReminder.objects.get_or_create(review=review, day=tomorrow)
    if not first_time:
        return 0
    replies = releases.replies_of(review)
    told: dict[str, Notice] = {}
    for row in rows:
        for met in row.people:
            reply = replies.get((met.key, row.session))
            declined = (
                reply is not None
                and reply.asked == releases.asked(row)
                and reply.answer == Reply.Answer.NO
            )
            if met.email and not declined:
                notice = told.setdefault(met.key, Notice(met.key, met.name))
                notice.lines.append(notices.Line(f"{row.times}, {row.place}.", row))
    if not told:
        return 0
    invited = invite(review, told.values())
    mailer.write(
        review=review,
        kind=MEETING_REMINDER,
        recipients=[
            mailer.Recipient(
                address_in(notice),
                {
                    "name": notice.name,
                    "council": review.council,
                    "meetings": listed(notice),
                    "answer": link_of(invited[key]),
                },
            )
            for key, notice in told.items()
        ],
        subject=letters.REMINDER_SUBJECT,
        text=letters.REMINDER_TEXT,
        at=at,
    )
    audit.record("timetable.reminders_written", review=review, by=None, at=at)
    return len(told)


def forget(review: Review) -> None:
    """At the close: names go, and nothing opens any more.

    What was written to people about their meetings names them too, and so does a test of it.
    """
    told = (TIMETABLE, MEETING_REMINDER)
    MailBatch.objects.filter(review=review, kind__in=told).delete()
    Message.objects.filter(review=review, kind__in=(*told, TEST)).delete()
    for model in (TimetableRelease, Reply, Invitee, TimetableFeed, MeetingReminder):
        model.objects.filter(review=review).delete()
