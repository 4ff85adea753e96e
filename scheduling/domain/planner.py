"""The worker's part of planning a week. It reads the week, and writes the proposal alone.

Apart from ``tasks``, so that a worker which never plans never loads the solver.
"""

from __future__ import annotations

import datetime as dt
import time

from django.utils import timezone

from reviews.background import task
from reviews.models import Job, Review
from scheduling.domain import plans
from scheduling.models import WeekPlan
from scheduling.models.proposals import Proposed, Result
from scheduling.reading.problem import PlannedWeek
from scheduling.solver.explain import explain
from scheduling.solver.mend import mend
from scheduling.solver.problem import Placement, Timetable
from scheduling.solver.solve import Progress, solve

# How often progress is written and the wish to stop is looked for, in seconds.
LOOK = 1.0
REASONS = 10.0


@task()
def plan_week(subject: str, job: Job) -> None:
    """Make the proposal that was asked for. What was killed is not tried again by itself."""
    review = Review.objects.get(pk=int(subject))
    plan = WeekPlan.objects.get(review=review, state=WeekPlan.State.RUNNING)
    plan.review = review
    now = timezone.make_naive(plan.begins_at)
    week = plans.week_of(review, now, plan.weights)
    try:
        found = (
            _mended(week) if plan.kind == WeekPlan.Kind.MEND else _planned(plan, week)
        )
    except Exception:
        WeekPlan.objects.filter(pk=plan.pk).update(state=WeekPlan.State.FAILED)
        raise
    plan.result = found.to_text()
    plan.state = WeekPlan.State.READY
    plan.placed, plan.sessions, plan.percent = found.placed, found.sessions, 100
    plan.save(update_fields=["result", "state", "placed", "sessions", "percent"])


class _Looking:
    """Says how far it is, and hears of a wish to stop; neither more often than each second."""

    def __init__(self, plan: WeekPlan) -> None:
        self.plan = plan
        self.stopping = False
        self.told_at = self.asked_at = 0.0

    def told(self, progress: Progress) -> None:
        if time.monotonic() - self.told_at < LOOK:
            return
        self.told_at = time.monotonic()
        WeekPlan.objects.filter(pk=self.plan.pk).update(
            placed=progress.placed,
            sessions=progress.sessions,
            percent=min(99, int(100 * progress.seconds / self.plan.seconds)),
        )

    def stop(self) -> bool:
        if not self.stopping and time.monotonic() - self.asked_at >= LOOK:
            self.asked_at = time.monotonic()
            self.stopping = WeekPlan.objects.filter(
                pk=self.plan.pk, stop_asked=True
            ).exists()
        return self.stopping


def _planned(plan: WeekPlan, week: PlannedWeek) -> Result:
    looking = _Looking(plan)
    answer = solve(
        week.problem, seconds=plan.seconds, told=looking.told, stop=looking.stop
    )
    reasons = (
        explain(week.problem, answer.timetable, seconds=REASONS)
        if answer.left_out
        else []
    )
    return Result(
        moves=_moves(week, answer.timetable),
        reasons=tuple((each.sentence, each.helps) for each in reasons),
        remarks=answer.remarks,
        costs=tuple(each.sentence for each in answer.costs),
        placed=len(answer.timetable.placements),
        sessions=len(week.problem.sessions),
        points=answer.points,
        bound=answer.bound,
        optimal=answer.optimal,
        stopped=answer.stopped,
        seconds=answer.seconds,
    )


def _mended(week: PlannedWeek) -> Result:
    found = mend(week.problem, week.now, seconds=plans.MENDING)
    because = {each.session: each.because for each in found.moves}
    return Result(
        moves=_moves(week, found.timetable, because),
        reasons=tuple((each.sentence, each.helps) for each in found.reasons),
        placed=len(found.timetable.placements),
        sessions=len(week.problem.sessions),
        seconds=found.seconds,
    )


def _moves(
    week: PlannedWeek,
    after: Timetable,
    because: dict[str, tuple[str, ...]] | None = None,
) -> tuple[Proposed, ...]:
    """Every session that would be elsewhere, in the order of the week as it would be."""
    found = []
    for each in week.problem.sessions:
        old, new = week.now.placements.get(each.key), after.placements.get(each.key)
        if _same(old, new):
            continue
        session = week.sessions[each.key]
        found.append(
            Proposed(
                session.pk, session.version, old, new, (because or {}).get(each.key, ())
            )
        )
    return tuple(
        sorted(
            found,
            key=lambda move: (
                move.after is None,
                (move.after or move.before or _NOWHERE).begins,
                move.session,
            ),
        )
    )


def _same(old: Placement | None, new: Placement | None) -> bool:
    if old is None or new is None:
        return old is new
    return (old.begins, old.room, set(old.peers)) == (
        new.begins,
        new.room,
        set(new.peers),
    )


_NOWHERE = Placement(dt.datetime(1, 1, 1), "", ())  # noqa: DTZ001 - never shown
