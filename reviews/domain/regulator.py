"""Verbs towards the regulator: what it was told, which days clash, and what it announced."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from reviews.access import own_agency
from reviews.apps_above import visit_moves
from reviews.domain.outbox import recipients
from reviews.domain.review import move_day_zero
from reviews.mail import mailer
from reviews.mail.kinds import INSPECTION, NOTIFICATION
from reviews.models import (
    AccessRole,
    AnnouncedInspection,
    BlockedPeriod,
    MailBatch,
    Membership,
    RegulatorNotice,
    Review,
    User,
)
from reviews.pages import say
from reviews.pages.concurrency import save_if_unchanged
from reviews.trail import audit

NOTICE_FIELDS = (
    "told_on",
    "told_by",
    "told_to",
    "how",
    "said",
    "replied_on",
    "reply",
)


@transaction.atomic
def record_notice(
    *, review: Review, by: User, at: dt.datetime, **values: object
) -> RegulatorNotice:
    """Keep that the regulator was told: when, by whom, to whom, how, and any reply."""
    notice = RegulatorNotice.objects.create(
        review=review, **{name: values[name] for name in NOTICE_FIELDS}
    )
    audit.record(
        "regulator.told",
        review=review,
        by=by,
        at=at,
        object_kind="notice",
        object_id=notice.pk,
        detail={
            "told_on": notice.told_on.isoformat(),
            "told_by": notice.told_by,
            "told_to": notice.told_to,
            "how": notice.get_how_display().lower(),
        },
    )
    return notice


@transaction.atomic
def change_notice(
    *,
    notice: RegulatorNotice,
    version: int,
    by: User,
    at: dt.datetime,
    **values: object,
) -> None:
    """Save a notice again, for example with its reply. Raises ChangedMeanwhile."""
    before = audit.values_of(notice, NOTICE_FIELDS)
    for name in NOTICE_FIELDS:
        setattr(notice, name, values[name])
    save_if_unchanged(notice, version=version, fields=NOTICE_FIELDS)
    after = audit.values_of(notice, NOTICE_FIELDS)
    audit.record(
        "regulator.notice_changed",
        review=notice.review,
        by=by,
        at=at,
        object_kind="notice",
        object_id=notice.pk,
        detail=audit.differences(before, after),
    )


@transaction.atomic
def block_period(
    *,
    review: Review,
    kind: str,
    title: str,
    first: dt.date,
    last: dt.date,
    by: User,
    at: dt.datetime,
) -> BlockedPeriod:
    """Enter days that the visit had better keep away from."""
    period = BlockedPeriod.objects.create(
        review=review, kind=kind, title=title, first=first, last=last
    )
    audit.record(
        "calendar.period_added",
        review=review,
        by=by,
        at=at,
        object_kind="period",
        object_id=period.pk,
        detail={"title": title, "from": first.isoformat(), "to": last.isoformat()},
    )
    return period


@transaction.atomic
def unblock_period(*, period: BlockedPeriod, by: User, at: dt.datetime) -> None:
    audit.record(
        "calendar.period_removed",
        review=period.review,
        by=by,
        at=at,
        object_kind="period",
        object_id=period.pk,
        detail={
            "title": period.title,
            "from": period.first.isoformat(),
            "to": period.last.isoformat(),
        },
    )
    period.delete()


@transaction.atomic
def announce_inspection(
    *,
    review: Review,
    first: dt.date,
    last: dt.date,
    day_zero: dt.date,
    version: int,
    by: User,
    at: dt.datetime,
) -> MailBatch | None:
    """In one step: the visit and what is counted from it move, and drafts to everybody wait.

    Says which drafts, unless this kind of mail goes by itself here. Raises ChangedMeanwhile.
    """
    before = review.day_zero
    move_day_zero(review=review, day_zero=day_zero, version=version, by=by, at=at)
    announced = AnnouncedInspection.objects.create(
        review=review,
        announced_on=review.today(at),
        first=first,
        last=last,
        visit_before=before,
        visit_after=day_zero,
    )
    block_period(
        review=review,
        kind=BlockedPeriod.Kind.INSPECTION,
        title="The inspection that was announced",
        first=first,
        last=last,
        by=by,
        at=at,
    )
    audit.record(
        "regulator.inspection_announced",
        review=review,
        by=by,
        at=at,
        object_kind="inspection",
        object_id=announced.pk,
        detail={"from": before.isoformat(), "to": day_zero.isoformat()},
    )
    subject, text = announcement(
        review, first=first, last=last, before=before, after=day_zero
    )
    return mailer.write(
        review=review,
        kind=INSPECTION,
        recipients=inspection_readers(review),
        subject=subject,
        text=text,
        at=at,
    )


def inspection_readers(review: Review) -> list[mailer.Recipient]:
    """Everybody on the review. Whom sessions name is told by the contact of their agency, or by
    the council's where there is none."""
    members = list(
        review.memberships.select_related("user", "agency", "review").filter(
            user__is_active=True
        )
    )
    named = visit_moves.people_named(review)
    with_contact = {each.agency_id for each in members if own_agency(each)}
    rest = sum(n for agency, n in named.items() if agency not in with_contact)
    address = f"{settings.SITE_ADDRESS}{reverse('home:home', args=[review.pk])}"
    found = []
    for member, reader in zip(members, recipients(members), strict=True):
        number = 0
        if own := own_agency(member):
            number = named.get(own.pk, 0)
        elif member.access_role == AccessRole.CC:
            number = rest
        sessions = _sessions_words(member, number, address) if number else ""
        found.append(
            mailer.Recipient(reader.to, {**reader.fields, "sessions": sessions})
        )
    return found


def _sessions_words(member: Membership, number: int, address: str) -> str:
    own = own_agency(member)
    of = f" of {own.name}" if own else ""
    people = say.counted(number, "person", "people")
    verb, whose = (
        ("is", "their session moves") if number == 1 else ("are", "their sessions move")
    )
    return (
        f"\n\nFor you to do: {people}{of} {verb} named in sessions of the timetable. We do not "
        f"write to them. Tell them that {whose} as well: {address}"
    )


def announcement(
    review: Review, *, first: dt.date, last: dt.date, before: dt.date, after: dt.date
) -> tuple[str, str]:
    """Subject and text of what everybody on the review is told, with ``$name`` and the like."""
    address = settings.SITE_ADDRESS + reverse("home:home", args=[review.pk])
    return f"The peer review of $council moves to {say.day(after)}", (
        "$name,\n\n"
        f"An inspection of $council has been announced for "
        f"{say.day_range(first, last)}.\n\n"
        "A peer review and an inspection do not take place side by side. The first day "
        f"on site moves from {say.day(before)} to "
        f"{say.day(after)}. What is planned and not done has moved with "
        f"it. What people say to the review is destroyed on {say.day(after + review.words_kept)} "
        f"instead of {say.day(before + review.words_kept)}.$sessions\n\n"
        f"The new dates: {address}\n\n"
        f"Questions: {review.contact_name}, {review.contact_email}\n"
    )


@transaction.atomic
def draft_notification(
    *, review: Review, to: str, by: User, at: dt.datetime
) -> MailBatch:
    """The letter as a draft in the outbox, to be read once more and sent from there."""
    subject, text = notification_letter(review)
    batch = mailer.write_drafts(
        review=review,
        kind=NOTIFICATION,
        recipients=[mailer.Recipient(to)],
        subject=subject,
        text=text,
        at=at,
    )
    audit.record(
        "regulator.letter_drafted", review=review, by=by, at=at, object_kind="mail"
    )
    return batch


def notification_letter(review: Review) -> tuple[str, str]:
    """Subject and text of the letter to the lead of the Children's Improvement Board."""
    last = review.last_day
    phone = f", {review.contact_phone}" if review.contact_phone else ""
    return f"Peer review of {review.council}: notification to Ofsted", (
        f"{review.council} has asked for a peer review: {review.programme}. "
        f"A team of peers will be on site from {say.day_range(review.day_zero, last)}.\n\n"
        "A peer review is not an inspection and gives no grade. It is led by people who "
        "do the same work elsewhere, and its findings go to the council and its "
        "partners.\n\n"
        "Would you tell Ofsted of these dates, and ask that they be taken into account "
        "when inspections are planned? If an inspection is announced for the same weeks, "
        "the review gives way and moves.\n\n"
        "It would help to know on what day Ofsted was told, by whom, and what it "
        "answered.\n\n"
        f"{review.contact_name}\nReview manager\n{review.contact_email}{phone}\n"
    )
