"""Tells a review's manager, once a year, that it stands still."""

from __future__ import annotations

import datetime as dt

from reviews.mail import letters, mailer
from reviews.mail.kinds import IDLE
from reviews.models import AccessRole, Membership, Review, Stage
from reviews.reading.idle import IDLE_AFTER, TOLD, still_since
from reviews.trail import audit


def tell_managers(*, at: dt.datetime) -> None:
    for review in Review.objects.exclude(stage=Stage.CLOSED):
        since = still_since(review, at=at)
        if since is None or _told(review, at):
            continue
        words = letters.idle(review, since=since)
        managers = review.memberships.filter(
            access_role=AccessRole.RM, answer=Membership.Answer.ACCEPTED
        )
        for manager in managers.select_related("user"):
            mailer.queue(
                review=review,
                kind=IDLE,
                to=manager.user.email,
                subject=words.subject,
                text=words.text,
                at=at,
            )
        audit.record(TOLD, review=review, by=None, at=at)


def _told(review: Review, at: dt.datetime) -> bool:
    last = audit.events(review).filter(action=TOLD).first()
    return last is not None and at.date() - last.on < IDLE_AFTER
