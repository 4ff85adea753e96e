"""A review that has come to its end, and its close."""

import datetime as dt
from functools import cache

from django.utils import timezone

from reviews import background
from reviews.domain.closing import ask_to_close, confirm_close
from reviews.files.archive import Lock, lock
from reviews.models import AccessRole, Closing, Job, Membership, Review, Stage
from reviews.reading.closing import unfinished
from reviews.secrets import passphrases
from tests.make import make_membership, move

OUTER, INNER = passphrases.new(), passphrases.new()
# One that opens nothing, where nothing is closed with it.
LOCK = Lock("age1", b"")


@cache
def lock_of(words: str) -> Lock:
    """Made once a process: a passphrase takes a second."""
    return lock(words)


def member_of(review: Review, role: AccessRole) -> Membership:
    """The first of this role, made if there is none."""
    found = review.memberships.filter(access_role=role).order_by("pk").first()
    member = found or make_membership(review, role)
    return Membership.objects.select_related("review", "user").get(pk=member.pk)


def let_work_end(review: Review) -> None:
    """Nothing waits for the worker any more."""
    review.jobs.filter(state__in=["queued", "running"]).update(state=Job.State.DONE)
    review.report_versions.filter(state="preparing").delete()


def asked(review: Review, *, at: dt.datetime | None = None) -> str:
    """The manager asks; gives back the first passphrase."""
    move(review, Stage.FEEDBACK)
    let_work_end(review)
    manager = member_of(review, AccessRole.RM)
    member_of(review, AccessRole.TL)
    ask_to_close(
        member=manager,
        lock=lock_of(OUTER),
        accepted=[each.code for each in unfinished(review)],
        by=manager.user,
        at=at or timezone.now(),
    )
    let_work_end(review)
    return OUTER


def confirmed(review: Review, *, at: dt.datetime | None = None) -> str:
    """The leader confirms; gives back the second passphrase."""
    leader = member_of(review, AccessRole.TL)
    confirm_close(
        member=leader, lock=lock_of(INNER), by=leader.user, at=at or timezone.now()
    )
    return INNER


def work(review: Review) -> Closing:
    """What the worker does with the close."""
    closing = Closing.objects.get(review=review)
    if closing.job_id:
        background.run(closing.job_id)
    return Closing.objects.select_related("review", "job").get(pk=closing.pk)


def close(review: Review, *, at: dt.datetime | None = None) -> Closing:
    asked(review, at=at)
    confirmed(review, at=at)
    return work(review)
