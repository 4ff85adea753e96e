"""Verbs of the plan beside those of one milestone: many at once, reminders, the calendar."""

import datetime as dt
import hashlib
import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse

from reviews import retention
from reviews.access import Action, can
from reviews.domain.review import set_due
from reviews.mail import mailer
from reviews.models import (
    AccessRole,
    Digest,
    DocumentRequest,
    Membership,
    Milestone,
    PlanFeed,
    Review,
    Stage,
    User,
)
from reviews.pages import say
from reviews.reading.documents import owed_by
from reviews.refusals import Refusal
from reviews.rules import key_days, lead_in
from reviews.trail import audit


class NothingTicked(Refusal):
    sentence = "Tick at least one milestone."


class NothingChosen(Refusal):
    sentence = (
        "Choose what to change: who sees to it, the status, or the number of days."
    )


@dataclass(frozen=True)
class Changed:
    """How many were changed, and the rows that somebody else had saved since they were shown."""

    number: int
    missed: list[Milestone]


@transaction.atomic
def change_milestones(
    *,
    review: Review,
    seen: Mapping[int, int],
    today: dt.date,
    by: User,
    at: dt.datetime,
    owner_role: str = "",
    status: str = "",
    days: int = 0,
) -> Changed:
    """Give many milestones one owner, one status, or move each by ``days``.

    ``seen`` has the version that was shown of each. What somebody changed in between is left
    alone and handed back; the rest is changed. What is empty stays as it is.
    Raises NothingTicked, NothingChosen.
    """
    rows = list(review.milestones.select_for_update().filter(pk__in=seen))
    if not rows:
        raise NothingTicked
    if not (owner_role or status or days):
        raise NothingChosen
    missed = [row for row in rows if row.version != seen[row.pk]]
    milestones = [row for row in rows if row.version == seen[row.pk]]
    if not milestones:
        return Changed(0, missed)
    _set_all(
        review, milestones, owner_role=owner_role, status=status, days=days, today=today
    )
    changed: dict[str, object] = {"codes": [each.code for each in milestones]}
    if owner_role:
        changed["owner"] = owner_role
    if status:
        changed["status"] = status
    if days:
        changed["days"] = days
    audit.record("milestones.changed", review=review, by=by, at=at, detail=changed)
    return Changed(len(milestones), missed)


def _set_all(
    review: Review,
    milestones: Sequence[Milestone],
    *,
    owner_role: str,
    status: str,
    days: int,
    today: dt.date,
) -> None:
    for milestone in milestones:
        milestone.review = review
        if owner_role:
            milestone.owner_role = owner_role
        if status:
            done = status == Milestone.Status.DONE
            milestone.status = status
            milestone.done_on = (milestone.done_on or today) if done else None
        if days:
            day = lead_in.due_on(
                milestone.due_on,
                days,
                keeps_weekend=review.pack.milestone_keeps_weekend(milestone.code),
            )
            set_due(milestone, day)
    fields = ["owner_role"] if owner_role else []
    fields += ["status", "done_on"] if status else []
    fields += ["due_on", "shift_days"] if days else []
    Milestone.objects.bulk_update(milestones, fields)
    numbers = [milestone.pk for milestone in milestones]
    review.milestones.filter(pk__in=numbers).update(version=F("version") + 1)


@transaction.atomic
def mark_destroyed(*, review: Review, on: dt.date, at: dt.datetime) -> None:
    """What people said is destroyed: its milestone is done, by itself, whatever the stage."""
    codes = [
        each.code
        for each in review.pack.milestones
        if each.done_by == key_days.DESTRUCTION
    ]
    rows = review.milestones.select_for_update().filter(code__in=codes)
    for milestone in [each for each in rows if each.is_open]:
        before = audit.values_of(milestone, ("status",))
        milestone.status, milestone.done_on = Milestone.Status.DONE, on
        milestone.version += 1
        milestone.save(update_fields=["status", "done_on", "version"])
        audit.record(
            "milestone.changed",
            review=review,
            by=None,
            at=at,
            object_kind="milestone",
            object_id=milestone.code,
            detail=audit.differences(before, audit.values_of(milestone, ("status",))),
        )


# The calendar by secret address


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def renew_feed(*, membership: Membership, by: User, at: dt.datetime) -> str:
    """A fresh secret address for this member's calendar; the one before stops at once.

    Returns the token, which is shown once and kept nowhere.
    """
    token = secrets.token_urlsafe(32)
    PlanFeed.objects.update_or_create(
        membership=membership,
        defaults={
            "review": membership.review,
            "token_hash": _hash(token),
            "made_at": at,
        },
    )
    audit.record("plan.calendar_address_made", review=membership.review, by=by, at=at)
    return token


@transaction.atomic
def revoke_feed(*, membership: Membership, by: User, at: dt.datetime) -> None:
    """The address stops working."""
    deleted, _ = PlanFeed.objects.filter(membership=membership).delete()
    if deleted:
        audit.record(
            "plan.calendar_address_revoked", review=membership.review, by=by, at=at
        )


def feed_of(token: str) -> PlanFeed | None:
    """Whose calendar the secret address is, if it still is one."""
    return (
        PlanFeed.objects.filter(token_hash=_hash(token))
        .select_related("membership__review")
        .first()
    )


# Reminders


@dataclass(frozen=True)
class Reminder:
    """One line of somebody's digest: a milestone of theirs, or a document that they owe."""

    review: Review
    row: Milestone | DocumentRequest
    today: dt.date

    @property
    def is_document(self) -> bool:
        return isinstance(self.row, DocumentRequest)

    @property
    def title(self) -> str:
        return f"Document: {self.row.title}" if self.is_document else self.row.title

    @property
    def is_late(self) -> bool:
        return self.row.due_on < self.today

    @property
    def words(self) -> str:
        due = self.row.due_on
        day = f"{due:%A} {say.day(due)}"
        left = (due - self.today).days
        if left < 0:
            number = -left
            return f"late by {number} day{'s' if number != 1 else ''}, was due on {day}"
        when = {0: "today", 1: "tomorrow"}.get(left, f"in {left} days")
        return f"due {when}, on {day}"


def _owners(review: Review) -> dict[str, list[User]]:
    """Who is reminded, by role; what nobody with an account holds is the manager's concern."""
    holders: dict[str, list[User]] = defaultdict(list)
    managers: list[User] = []
    for member in review.memberships.select_related("user"):
        # Whoever has not accepted yet could not open what they are reminded of.
        if not (member.user.is_active and member.has_accepted):
            continue
        for role in review.pack.owned_by(member.role, member.access_role):
            holders[role].append(member.user)
        if can(member, Action.MANAGE_TEAM):
            managers.append(member.user)
    return {role.code: holders[role.code] or managers for role in review.pack.roles}


def remind(*, at: dt.datetime) -> int:
    """Send everybody's reminders of the day: one message a person, of all their reviews.

    Says how many messages were written.
    """
    lines: dict[int, list[Reminder]] = defaultdict(list)
    people: dict[int, User] = {}
    for review in Review.objects.exclude(stage=Stage.CLOSED):
        today = review.today(at)
        owners = _owners(review)
        for milestone in review.milestones.all():
            if not milestone.is_open or not _is_time(milestone, today):
                continue
            milestone.review = review
            for user in owners.get(milestone.owner_role, []):
                people[user.pk] = user
                lines[user.pk].append(Reminder(review, milestone, today))
        for user, request in _owed(review, today):
            people[user.pk] = user
            lines[user.pk].append(Reminder(review, request, today))
    Digest.objects.filter(on__lt=at.date() - retention.DIGESTS).delete()
    return sum(
        _send_digest(people[key], reminders, at=at) for key, reminders in lines.items()
    )


def _is_time(row: Milestone | DocumentRequest, today: dt.date) -> bool:
    """Whether whoever sees to it is to be reminded, and was not yet."""
    since = lead_in.reminder_due(row.due_on, today=today)
    return since is not None and not (row.reminded_on and row.reminded_on >= since)


def _owed(review: Review, today: dt.date) -> list[tuple[User, DocumentRequest]]:
    """Each contact with the documents that their own agency, or their role, has not sent yet."""
    found = []
    contacts = review.memberships.filter(
        access_role__in=[AccessRole.CC, AccessRole.PC], user__is_active=True
    )
    for member in contacts.select_related("user", "agency", "review"):
        found += [
            (member.user, row.request)
            for row in owed_by(member, today=today)
            if _is_time(row.request, today)
        ]
    return found


def _send_digest(user: User, reminders: list[Reminder], *, at: dt.datetime) -> bool:
    """One person's digest, unless they had today's. What is not told today is told tomorrow."""
    try:
        with transaction.atomic():
            Digest.objects.create(user=user, on=at.date())
            reviews = {line.review.pk: line.review for line in reminders}
            mailer.queue(
                # Of one review it stands in that review's outbox.
                review=next(iter(reviews.values())) if len(reviews) == 1 else None,
                kind="plan reminder",
                to=user.email,
                subject=_subject(reminders),
                text=_digest_text(user, reminders, reviews),
                at=at,
            )
            for line in reminders:
                same = type(line.row)._default_manager.filter(pk=line.row.pk)
                same.update(reminded_on=line.today)
    except IntegrityError:
        return False
    return True


def _subject(reminders: list[Reminder]) -> str:
    late = sum(line.is_late for line in reminders)
    soon = len(reminders) - late
    parts = [f"{soon} due soon"] if soon else []
    parts += [f"{late} late"] if late else []
    what = {line.is_document for line in reminders}
    whose = {
        frozenset([False]): "milestones",
        frozenset([True]): "documents",
    }.get(frozenset(what), "milestones and documents")
    return f"Your {whose}: {' and '.join(parts)}"


def _digest_text(
    user: User, reminders: list[Reminder], reviews: dict[int, Review]
) -> str:
    # Of one review it stands in that review's outbox.
    only = next(iter(reviews.values())) if len(reviews) == 1 else None
    name = only.name_of(user) if only else user.full_name
    parts = [f"{name}, this is yours to see to.\n"]
    for review in sorted(reviews.values(), key=lambda each: each.day_zero):
        address = settings.SITE_ADDRESS + reverse("home:home", args=[review.pk])
        parts.append(f"{review.council}\n{address}\n")
        own = [line for line in reminders if line.review.pk == review.pk]
        own.sort(key=lambda line: line.row.due_on)
        parts += [f"- {line.title}: {line.words}" for line in own]
        parts.append("")
    parts.append(
        "Reminders come 14, 7 and 1 days before something is due, and once a week when it "
        "is late. They stop when a milestone is marked as done, and when a document has "
        "come or does not exist.\n"
    )
    return "\n".join(parts)
