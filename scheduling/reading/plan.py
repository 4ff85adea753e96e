"""A proposal for the week as its page shows it. Nothing here writes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from reviews.models import Membership, Review
from reviews.pages import say
from reviews.pages.progress import Work
from scheduling.models import Away, Room, Session, WeekPlan
from scheduling.models.proposals import Result, has_failed, is_running, why_it_stays
from scheduling.solver.problem import Placement


@dataclass(frozen=True)
class MoveLine:
    """One move: now and then in words, and why it can no longer be taken, if so."""

    session: Session
    now: list[str]
    then: list[str]
    because: tuple[str, ...]
    has_place: bool
    stays: str

    @property
    def can_be_taken(self) -> bool:
        return self.has_place and not self.stays


@dataclass(frozen=True)
class AwayLine:
    away: Away
    who: str
    when: str


@dataclass(frozen=True)
class PlanPage:
    """``work`` while the worker has it; ``result`` once it is there."""

    plan: WeekPlan | None
    running: bool
    failed: bool
    result: Result | None
    summary: str
    moves: list[MoveLine]
    can_be_undone: int
    away: list[AwayLine]
    pinned: list[Session]


def plan_of(review: Review) -> WeekPlan | None:
    found = WeekPlan.objects.filter(review=review).select_related("job").first()
    if found is not None:
        found.review = review
    return found


def work_of(plan: WeekPlan | None) -> Work | None:
    """How far the worker is; None once it is over."""
    if plan is None or not is_running(plan):
        return None
    if plan.stop_asked:
        return Work("It is about to stop with the best that it has.", plan.percent)
    if not plan.placed:
        return Work("The week is being looked at.", plan.percent)
    placed = f"{plan.placed} of {say.counted(plan.sessions, 'session')}"
    have = "has" if plan.placed == 1 else "have"
    return Work(
        f"{placed} {have} a place. It is looking for a better week.", plan.percent
    )


def plan_page(review: Review, now: dt.datetime) -> PlanPage:
    plan = plan_of(review)
    running = plan is not None and is_running(plan)
    failed = plan is not None and not running and has_failed(plan)
    result = (
        Result.from_text(plan.result)
        if plan is not None and plan.state == WeekPlan.State.READY
        else None
    )
    sessions = list(review.sessions.filter(cancelled=False).select_related("room"))
    for each in sessions:
        each.review = review
    return PlanPage(
        plan=plan,
        running=running,
        failed=failed,
        result=result,
        summary=_summary(plan, result) if plan and result else "",
        moves=_lines(review, result, sessions, now) if result else [],
        can_be_undone=len(plan.undo)
        if plan and plan.state == WeekPlan.State.TAKEN
        else 0,
        away=away_lines(review),
        pinned=[each for each in sessions if each.pinned],
    )


def _summary(plan: WeekPlan, result: Result) -> str:
    have = "has" if result.placed == 1 else "have"
    words = (
        f"{result.placed} of {say.counted(result.sessions, 'session')} {have} a place."
    )
    if plan.kind == WeekPlan.Kind.MEND:
        return words
    if result.optimal:
        return f"{words} No better week exists for what matters to you."
    if result.points and result.bound:
        share = round(100 * (result.points - result.bound) / result.points)
        return f"{words} The best week there could be is at most {share}% better for what matters to you."
    return f"{words} How much better a week could be is not known: more time might show it."


def _lines(
    review: Review, result: Result, sessions: list[Session], now: dt.datetime
) -> list[MoveLine]:
    by_key = {each.pk: each for each in sessions}
    rooms = {str(room.pk): room for room in review.rooms.all()}
    team = review.team_members().select_related("user")
    members = {str(each.pk): each for each in team}
    found = []
    for move in result.moves:
        session = by_key.get(move.session)
        if session is None:
            continue
        before = _words(move.before, rooms, members)
        then = _words(move.after, rooms, members)
        same = [words for words in then if words in before] if move.after else []
        found.append(
            MoveLine(
                session=session,
                now=before,
                then=[words for words in then if words not in same],
                because=move.because,
                has_place=move.after is not None,
                stays=why_it_stays(session, move, now),
            )
        )
    return found


def _words(
    placed: Placement | None,
    rooms: Mapping[str, Room],
    members: Mapping[str, Membership],
) -> list[str]:
    if placed is None:
        return ["No place: it stays where it is, as a clash"]
    room = rooms.get(placed.room)
    names = sorted(members[each].name for each in placed.peers if each in members)
    return [
        f"{placed.begins:%A} {say.clock(placed.begins)}",
        room.title if room else "A room that is gone",
        say.listed(names),
    ]


def away_lines(review: Review) -> list[AwayLine]:
    rows = review.away.select_related("membership__user", "room", "session", "site")
    return [AwayLine(each, _whose(each), _when(each)) for each in rows]


def _whose(away: Away) -> str:
    if away.membership is not None:
        return away.membership.name
    if away.room is not None:
        return away.room.title
    if away.main_building:
        return "Every room of the main building"
    if away.site is not None:
        return f"Every room of {away.site}"
    return f"The people of {away.session}"


def _when(away: Away) -> str:
    begins = dt.datetime.combine(away.day, away.begins)
    return f"{say.weekday(away.day)}, {say.clock(begins)} to {say.clock(away.ends)}"
