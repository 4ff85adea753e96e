"""The demonstration's review is closed by two of its people, and certified a week later."""

import datetime as dt

from django.utils import timezone

from peerreview.demo import moments
from peerreview.demo.setting_up import Cast, stand_still_at
from reviews import retention
from reviews.domain import destroying
from reviews.domain.closing import ask_to_close, confirm_close
from reviews.files.archive import lock
from reviews.models import Closing, Delivery, Job, Message
from reviews.reading.closing import unfinished
from reviews.secrets import passphrases


def close(cast: Cast) -> None:
    """It stands a week and a day later, when the last backup of the keys has lapsed and both
    certificates are there. Not inside a transaction: the database is compacted and searched.
    """
    at = moments.CLOSED_BY_TWO
    lapsed = at + retention.KEY_BACKUPS + dt.timedelta(days=1)
    review = cast.review
    stand_still_at(review, at.date())
    # No worker is there: what was to be sent counts as sent, and work that waits as done.
    Message.objects.filter(review=review, state=Delivery.QUEUED).update(
        state=Delivery.SENT
    )
    _end_work(cast)
    manager, leader = cast.member("manager"), cast.member("leader")
    ask_to_close(
        member=manager,
        accepted=[each.code for each in unfinished(review)],
        lock=lock(passphrases.new()),
        by=manager.user,
        at=at,
    )
    _end_work(cast)
    confirm_close(member=leader, lock=lock(passphrases.new()), by=leader.user, at=at)
    destroying.close(review=review, at=lambda: at)
    _end_work(cast)
    review.refresh_from_db()
    stand_still_at(review, lapsed.date())
    destroying.finish(Closing.objects.get(review=review), at=lapsed)


def _end_work(cast: Cast) -> None:
    waiting = cast.review.jobs.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])
    waiting.update(state=Job.State.DONE, progress=100, ended_at=timezone.now())
