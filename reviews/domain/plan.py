"""Verbs of the plan beside those of one milestone: many at once, reminders, the calendar."""

import datetime as dt
import hashlib
import secrets
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse

from reviews import audit, lead_in, mailer, say
from reviews.models import (
    AccessRole,
    Digest,
    Membership,
    Milestone,
    PlanFeed,
    Review,
    Stage,
    User,
)
from reviews.refusals import Refusal

DIGESTS_KEPT = dt.timedelta(days=30)


class NothingTicked(Refusal):
    def __init__(self) -> None:
        super().__init__("Tick at least one milestone.")


class NothingChosen(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "Choose what to change: who sees to it, the status, or the number of days."
        )


@transaction.atomic
def change_milestones(
    *,
    review: Review,
    milestones: Sequence[Milestone],
    today: dt.date,
    by: User,
    at: dt.datetime,
    owner_role: str = "",
    status: str = "",
    days: int = 0,
) -> int:
    """Give many milestones one owner, one status, or move each by ``days``.

    What is empty stays as it is. Raises NothingTicked, NothingChosen.
    """
    if not milestones:
        raise NothingTicked
    if not (owner_role or status or days):
        raise NothingChosen
    for milestone in milestones:
        if owner_role:
            milestone.owner_role = owner_role
        if status:
            done = status == Milestone.Status.DONE
            milestone.status = status
            milestone.done_on = (milestone.done_on or today) if done else None
        if days:
            milestone.due_on = lead_in.due_on(
                milestone.due_on,
                days,
                keeps_weekend=review.pack.milestone_keeps_weekend(milestone.code),
            )
    numbers = [milestone.pk for milestone in milestones]
    # Only what was chosen is written: somebody else's change of the rest stays.
    fields = ["owner_role"] if owner_role else []
    fields += ["status", "done_on"] if status else []
    fields += ["due_on"] if days else []
    Milestone.objects.bulk_update(milestones, fields)
    review.milestones.filter(pk__in=numbers).update(version=F("version") + 1)
    changed: dict[str, object] = {"codes": [each.code for each in milestones]}
    if owner_role:
        changed["owner"] = owner_role
    if status:
        changed["status"] = status
    if days:
        changed["days"] = days
    audit.record("milestones.changed", review=review, by=by, at=at, detail=changed)
    return len(milestones)


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
    """One line of somebody's digest."""

    review: Review
    milestone: Milestone
    today: dt.date

    @property
    def words(self) -> str:
        due = self.milestone.due_on
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
        if member.access_role == AccessRole.RM:
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
            since = lead_in.reminder_due(milestone.due_on, today=today)
            if not milestone.is_open or since is None:
                continue
            if milestone.reminded_on and milestone.reminded_on >= since:
                continue
            milestone.review = review
            for user in owners.get(milestone.owner_role, []):
                people[user.pk] = user
                lines[user.pk].append(Reminder(review, milestone, today))
    Digest.objects.filter(on__lt=at.date() - DIGESTS_KEPT).delete()
    return sum(
        _send_digest(people[key], reminders, at=at) for key, reminders in lines.items()
    )


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
                Milestone.objects.filter(pk=line.milestone.pk).update(
                    reminded_on=line.today
                )
    except IntegrityError:
        return False
    return True


def _subject(reminders: list[Reminder]) -> str:
    late = sum(line.milestone.is_late(line.today) for line in reminders)
    soon = len(reminders) - late
    parts = [f"{soon} due soon"] if soon else []
    parts += [f"{late} late"] if late else []
    return f"Your milestones: {' and '.join(parts)}"


def _digest_text(
    user: User, reminders: list[Reminder], reviews: dict[int, Review]
) -> str:
    parts = [f"{user.full_name}, these milestones are yours to see to.\n"]
    for review in sorted(reviews.values(), key=lambda each: each.day_zero):
        address = settings.SITE_ADDRESS + reverse("home:home", args=[review.pk])
        parts.append(f"{review.council}\n{address}\n")
        own = [line for line in reminders if line.review.pk == review.pk]
        own.sort(key=lambda line: line.milestone.due_on)
        parts += [f"- {line.milestone.title}: {line.words}" for line in own]
        parts.append("")
    parts.append(
        "Reminders come 14, 7 and 1 days before a milestone is due, and once a week when "
        "it is late. Mark a milestone as done and they stop.\n"
    )
    return "\n".join(parts)
