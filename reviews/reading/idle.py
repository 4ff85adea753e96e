"""Reviews that have come to a standstill: nothing was done on them for a year, and none was closed."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse

from reviews.access import Action, can
from reviews.models import Membership, Review, Stage
from reviews.pages import say
from reviews.pages.progress import ToDo
from reviews.trail import audit

IDLE_AFTER = dt.timedelta(days=365)
# That its manager was told is no sign of life.
TOLD = "review.idle_told"


def still_since(review: Review, *, at: dt.datetime) -> dt.date | None:
    """The day of the last change, once it is a year ago; None while the review lives or is closed."""
    if review.stage == Stage.CLOSED:
        return None
    last = audit.events(review).exclude(action=TOLD).first()
    if last is None or review.today(at) - last.on < IDLE_AFTER:
        return None
    return last.on


def idle_to_do(member: Membership, *, at: dt.datetime) -> list[ToDo]:
    if not can(member, Action.MOVE_STAGE):
        return []
    since = still_since(member.review, at=at)
    if since is None:
        return []
    return [
        ToDo(
            f"Nothing has changed on this review since {say.day(since)}: move it on",
            url=reverse("home:stage", args=[member.review_id]),
            late=True,
        )
    ]
