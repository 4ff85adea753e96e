"""Plain functions that make what a test needs. Each app adds its own in make_<app>.py."""

import datetime as dt
import itertools
from typing import Any

from django.utils import timezone

from reviews import domain, packs
from reviews.models import AccessRole, Agency, Membership, Review, Stage, User

PACK = "safeguarding-children-2012"
DAY_ZERO = dt.date(2013, 2, 4)
_count = itertools.count(1)


def make_user(full_name: str = "", **fields: Any) -> User:
    number = next(_count)
    name = full_name or f"Person {number}"
    return User.objects.create_user(f"person{number}@example.org", name, **fields)


def make_review(
    *,
    council: str = "Trafford Council",
    stage: Stage = Stage.SET_UP,
    manager: User | None = None,
    day_zero: dt.date = DAY_ZERO,
) -> Review:
    """A review as its manager creates it, then put straight at ``stage``."""
    review = domain.create_review(
        pack=packs.load(PACK),
        council=council,
        day_zero=day_zero,
        duty_contact="Duty team, 01632 960001, day and night",
        by=manager or make_user("Morgan Vale", may_create_reviews=True),
        at=timezone.now(),
    )
    if stage != Stage.SET_UP:
        Review.objects.filter(pk=review.pk).update(stage=stage)
        review.refresh_from_db()
    return review


def make_membership(
    review: Review,
    access_role: AccessRole,
    *,
    user: User | None = None,
    role: str = "",
    agency: Agency | None = None,
    full_name: str = "",
) -> Membership:
    """Somebody who has accepted; ``role`` is a code of the pack, else the first of that access role."""
    code = role or next(
        each.code
        for each in review.pack.roles
        if each.access_role == access_role and each.has_account
    )
    if access_role == AccessRole.PC and agency is None:
        agency = review.agencies.filter(kind=Agency.Kind.PARTNER).first()
    return Membership.objects.create(
        review=review,
        user=user or make_user(full_name),
        role=code,
        access_role=access_role,
        agency=agency,
        answer=Membership.Answer.ACCEPTED,
        # Long before the visit, as most do.
        answered_at=min(
            timezone.now(), _moment(review.day_zero) - dt.timedelta(weeks=6)
        ),
    )


def _moment(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(9)))


def accept(member: Membership) -> Membership:
    """Somebody who was invited says yes."""
    domain.accept_invitation(member=member, by=member.user, at=timezone.now())
    return member


def put_ahead(review: Review, *, weeks: int = 4) -> Review:
    """Put the visit so many weeks from now, and read the review anew: nothing is due tonight."""
    day = timezone.localdate() + dt.timedelta(weeks=weeks)
    Review.objects.filter(pk=review.pk).update(day_zero=day)
    return Review.objects.get(pk=review.pk)


def move(review: Review, stage: Stage) -> Review:
    """Put the review at ``stage`` and read it anew."""
    Review.objects.filter(pk=review.pk).update(stage=stage)
    return Review.objects.get(pk=review.pk)
