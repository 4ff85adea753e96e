"""What is on at this moment and what comes next, and what waits to be said of today. Nothing here writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils import timezone

from reviews.models import Membership, Review
from scheduling.models import Session
from scheduling.reading.sessions import look_of, sessions_for


@dataclass(frozen=True)
class OnLine:
    """One session as the day shows it. ``mine``: the reader goes there."""

    session: Session
    look: str
    peers: str
    mine: bool
    can_be_held: bool


@dataclass(frozen=True)
class Now:
    at: dt.datetime
    current: list[OnLine]
    coming: list[OnLine]
    unsaid: list[OnLine]
    unsaid_by_others: list[OnLine]
    later: int
    first_day: dt.date | None

    @property
    def quiet(self) -> bool:
        return not (self.current or self.coming)


def now_and_next(membership: Membership, now: dt.datetime) -> Now:
    """``now`` is on the clock of the place. What comes next is whatever begins next at one time."""
    sessions = [each for each in sessions_for(membership) if not each.cancelled]
    today = [each for each in sessions if each.day == now.date()]
    waiting = [each for each in today if each.begins > now]
    next_start = min((each.begins for each in waiting), default=None)
    coming_days = sorted(each.day for each in sessions if each.day > now.date())
    over = _lines(
        (
            each
            for each in sessions
            if each.meets_people
            and not each.held
            and each.begins <= now
            and not is_on(each, now)
        ),
        membership,
    )
    return Now(
        at=now,
        current=_lines((each for each in today if is_on(each, now)), membership),
        coming=_lines(
            (each for each in waiting if each.begins == next_start), membership
        ),
        unsaid=[line for line in over if line.mine],
        unsaid_by_others=[line for line in over if not line.mine],
        later=sum(each.begins != next_start for each in waiting),
        first_day=coming_days[0] if coming_days else None,
    )


def clock_of_the_place(review: Review, moment: dt.datetime) -> dt.datetime:
    """``moment`` as the timetable prints it: day and time at the place, without a zone."""
    return dt.datetime.combine(review.today(moment), timezone.localtime(moment).time())


def now_at(review: Review) -> dt.datetime:
    return clock_of_the_place(review, timezone.now())


def is_on(session: Session, now: dt.datetime) -> bool:
    return (
        session.begins <= now < session.begins + dt.timedelta(minutes=session.minutes)
    )


def _lines(sessions: Iterable[Session], membership: Membership) -> list[OnLine]:
    return [
        OnLine(
            session=each,
            look=look_of(each),
            peers=", ".join(sorted(peer.name for peer in each.peers.all())),
            mine=any(peer.pk == membership.pk for peer in each.peers.all()),
            can_be_held=each.meets_people and not each.held,
        )
        for each in sessions
    ]
