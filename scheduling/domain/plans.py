"""What can be done to a plan for the week: asked for, stopped, taken in part, put back.

The worker makes a proposal and touches nothing. Each move is a person's to take; a session that was
changed in between stays as it is.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from reviews import background
from reviews.models import Agency, Membership, Review, User
from reviews.pages import say
from reviews.refusals import ChangedMeanwhile, Refusal
from reviews.trail import audit
from scheduling.domain.moves import place
from scheduling.domain.moves import put_back as put_moves_back
from scheduling.domain.week import strand_members
from scheduling.models import Away, Room, Session, Site, WeekPlan
from scheduling.models.proposals import Result, is_running, why_it_stays
from scheduling.reading.problem import TWO, PlannedWeek, week_to_plan
from scheduling.solver.check import CannotPlan, refuse
from scheduling.solver.moves import take
from scheduling.solver.problem import Placement

TASK = "scheduling.domain.planner.plan_week"
MENDING = 10
# The preferences that a manager weighs, as the solver calls them.
WEIGHTS = (
    "even_load",
    "pairs_kept",
    "agency_together",
    "themes_spread",
    "spare_slot",
    "few_journeys",
)


class PlannedAlready(Refusal):
    sentence = "A plan is being made already. Wait until it is there, or stop it."


class WeekCannotBePlanned(Refusal):
    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))


class NothingToTake(Refusal):
    sentence = "There is no proposal any more. Ask for a new one."


class MovesBreakRules(Refusal):
    """Taken without the others, these moves would break a rule."""

    def __init__(self, sentences: Sequence[str]) -> None:
        more = len(sentences) - 3
        words = " ".join(sentences[:3])
        if more > 0:
            words += f" And {say.counted(more, 'more reason')}."
        super().__init__(
            f"Nothing was changed. These moves by themselves do not go together: {words}"
        )


def week_of(
    review: Review, now: dt.datetime, weights: Mapping[str, int] | None = None
) -> PlannedWeek:
    """The week as it stands, as the solver takes it."""
    pairs = strand_members(review)
    return week_to_plan(review, pairs, now=now, weights=weights)


# --- a proposal -------------------------------------------------------------------------


@transaction.atomic
def ask(
    *,
    review: Review,
    kind: str,
    seconds: int,
    weights: Mapping[str, int],
    now: dt.datetime,
    by: User,
    at: dt.datetime,
) -> WeekPlan:
    """Have the worker make a proposal. Raises PlannedAlready, WeekCannotBePlanned."""
    Review.objects.lock(review.pk)
    there = WeekPlan.objects.filter(review=review).first()
    if there is not None and is_running(there):
        raise PlannedAlready
    week = week_of(review, now, weights)
    try:
        refuse(week.problem)
    except CannotPlan as cannot:
        raise WeekCannotBePlanned(cannot.sentences) from cannot
    if not week.problem.sessions:
        raise WeekCannotBePlanned(
            [
                "In the hours that are planned no pair of peers meets anybody, so there is "
                "nothing to plan."
            ]
        )
    plan, _ = WeekPlan.objects.update_or_create(
        review=review,
        defaults={
            "kind": kind,
            "state": WeekPlan.State.RUNNING,
            "begins_at": timezone.make_aware(now),
            "seconds": seconds if kind == WeekPlan.Kind.WHOLE else MENDING,
            "weights": {name: weights[name] for name in WEIGHTS if name in weights},
            "stop_asked": False,
            "placed": 0,
            "sessions": len(week.problem.sessions),
            "percent": 0,
            "result": "",
            "undo": [],
        },
    )
    plan.job = background.enqueue(TASK, review.pk, review=review)
    # Sealed anew: a seal names the row, and a new row had no number yet.
    plan.save(update_fields=["job", "result"])
    _record("timetable.plan_asked", review, by=by, at=at, kind=kind)
    return plan


def stop(*, review: Review) -> None:
    """The worker ends with the best that it has."""
    WeekPlan.objects.filter(review=review, state=WeekPlan.State.RUNNING).update(
        stop_asked=True
    )


@transaction.atomic
def take_moves(
    *,
    review: Review,
    chosen: Collection[int],
    now: dt.datetime,
    by: User,
    at: dt.datetime,
) -> int:
    """Make the chosen moves and drop the others; says how many sessions were moved.

    Raises NothingToTake, ChangedMeanwhile where one of the sessions now has to stay, and
    MovesBreakRules where some without the others do not go together.
    """
    Review.objects.lock(review.pk)
    plan = WeekPlan.objects.filter(review=review, state=WeekPlan.State.READY).first()
    if plan is None:
        raise NothingToTake
    plan.review = review
    moves = Result.from_text(plan.result).moves
    wanted = [
        each for each in moves if each.session in chosen and each.after is not None
    ]
    # What has no place stays where it is, as a clash, and stands in nobody's way.
    without = [each for each in moves if each.after is None]
    week = week_of(review, now, plan.weights)
    for each in wanted:
        session = week.sessions.get(str(each.session))
        if session is None or why_it_stays(session, each, now):
            raise ChangedMeanwhile
    taken = take(week.problem, week.now, [each.move for each in (*wanted, *without)])
    if taken.refused:
        raise MovesBreakRules(taken.refused)
    plan.undo = [
        _place(week.sessions[str(each.session)], each.after, by=by, at=at)
        for each in wanted
        if each.after is not None
    ]
    plan.state = WeekPlan.State.TAKEN
    plan.result = ""
    plan.save(update_fields=["undo", "state", "result"])
    _record("timetable.plan_taken", review, by=by, at=at, sessions=len(wanted))
    return len(wanted)


@transaction.atomic
def drop(*, review: Review, by: User, at: dt.datetime) -> None:
    """Leave the week as it is."""
    gone, _ = WeekPlan.objects.filter(
        review=review, state__in=[WeekPlan.State.READY, WeekPlan.State.FAILED]
    ).delete()
    if gone:
        _record("timetable.plan_dropped", review, by=by, at=at)


@transaction.atomic
def put_back(*, review: Review, by: User, at: dt.datetime) -> int:
    """Undo what was taken last, except sessions that somebody has changed since."""
    Review.objects.lock(review.pk)
    plan = WeekPlan.objects.filter(review=review, state=WeekPlan.State.TAKEN).first()
    if plan is None or not plan.undo:
        raise NothingToTake
    number = put_moves_back(review=review, rows=plan.undo, by=by, at=at)
    plan.delete()
    _record("timetable.plan_undone", review, by=by, at=at, sessions=number)
    return number


def _place(
    session: Session, placed: Placement, *, by: User, at: dt.datetime
) -> dict[str, Any]:
    review = session.review
    members = list(
        review.memberships.filter(pk__in=placed.peers).select_related("user")
    )
    strand = _strand_with(review, members, session.strand)
    return place(session, placed, strand=strand, by=by, at=at)


def _strand_with(review: Review, members: Sequence[Membership], now: str) -> str:
    """The strand whose pair holds it now, with whoever comes besides; the old one if no pair does."""
    there = {each.pk for each in members}
    lane, _, more = now.partition("+")
    codes = {each.code for each in review.pack.strands}
    for code, pair in strand_members(review).items():
        if "+" in code or len(pair) != TWO or not {each.pk for each in pair} <= there:
            continue
        if code == lane:
            return now
        together = f"{code}+{more}" if more else code
        return together if together in codes else code
    return now


# --- what is not free, and what stays ---------------------------------------------------


@transaction.atomic
def add_away(
    *,
    review: Review,
    whose: Membership | Room | Session | Site | None,
    day: dt.date,
    begins: dt.time,
    ends: dt.time,
    agency: Agency | None = None,
    by: User,
    at: dt.datetime,
) -> Away:
    """A time when a peer, a room, a building or the people of a session are not to be had.

    ``whose`` None is the main building; ``agency`` is that of the contact who enters it. Times of
    one that overlap or touch become one.
    """
    Review.objects.lock(review.pk)
    away = Away(review=review, agency=agency, day=day, begins=begins, ends=ends)
    if isinstance(whose, Membership):
        away.membership = whose
    elif isinstance(whose, Room):
        away.room = whose
    elif isinstance(whose, Session):
        away.session = whose
    elif isinstance(whose, Site):
        away.site = whose
    else:
        away.main_building = True
    same = (
        *("membership", "room", "session", "site", "main_building"),
        *("agency", "reply", "day"),
    )
    near = review.away.filter(
        **{name: getattr(away, name) for name in same},
        begins__lte=ends,
        ends__gte=begins,
    )
    for each in near:
        away.begins = min(away.begins, each.begins)
        away.ends = max(away.ends, each.ends)
    near.delete()
    away.save(force_insert=True)
    _record("timetable.away_added", review, by=by, at=at)
    return away


@transaction.atomic
def remove_away(*, away: Away, by: User, at: dt.datetime) -> None:
    review = away.review
    away.delete()
    _record("timetable.away_removed", review, by=by, at=at)


@transaction.atomic
def pin(*, session: Session, pinned: bool, by: User, at: dt.datetime) -> None:
    """Planning leaves a pinned session where it is."""
    changed = Session.objects.filter(pk=session.pk, pinned=not pinned).update(
        pinned=pinned
    )
    if changed:
        audit.record(
            "session.pinned" if pinned else "session.unpinned",
            review=session.review,
            by=by,
            at=at,
            object_kind="session",
            object_id=session.code,
        )


def _record(
    action: str, review: Review, *, by: User, at: dt.datetime, **detail: Any
) -> None:
    audit.record(action, review=review, by=by, at=at, detail=detail)
