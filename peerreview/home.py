"""The review's home page and its stages: the only place that sees every app's progress."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

import casemapping.reading
import feedback.reading
import questionnaires.reading
import scheduling.reading
from reviews import domain, reading
from reviews.access import GRANTS, Action, ReviewRequest, can, review_view
from reviews.models import AccessRole, Membership, Milestone, Review, Stage
from reviews.progress import Progress
from reviews.refusals import Refusal

APPS = (questionnaires, casemapping, scheduling, feedback)

# What a stage opens and closes, in the words of the pages that it touches.
ACTION_WORDS = {
    Action.CONFIGURE_REVIEW: "changing the set-up",
    Action.IMPORT_INVITATIONS: "adding people to the questionnaire’s list",
    Action.READ_TURNOUT: "counts of questionnaires answered",
    Action.READ_RESPONSE_RATE: "the response rate for the council",
    Action.RUN_RELEASE: "releasing the questionnaire’s results",
    Action.READ_RESULTS: "the questionnaire’s results",
    Action.SCREEN_COMMENTS: "screening comments",
    Action.WRITE_CASE_SHEET: "agencies’ case sheets",
    Action.WRITE_CASE_MAP: "writing case maps",
    Action.READ_CASE_MAP: "reading case maps",
    Action.WRITE_TIMETABLE: "changing the timetable",
    Action.READ_TIMETABLE: "the timetable",
    Action.WRITE_NOTE: "writing notes",
    Action.GATHER_NOTES: "gathering notes",
    Action.READ_NOTES: "the team’s notes",
    Action.WRITE_EXCERPT: "choosing evidence",
    Action.WRITE_FINDING: "writing findings",
    Action.BUILD_REPORT: "building the report",
    Action.DOWNLOAD_REPORT: "the report",
}


@dataclass(frozen=True)
class StageStep:
    """One step of the drawn journey from set-up to closed."""

    number: int
    label: str
    state: str  # "done", "now" or "ahead"


def _journey(review: Review) -> list[StageStep]:
    return [
        StageStep(
            stage.value,
            stage.label,
            "done"
            if stage < review.stage
            else "now"
            if stage == review.stage
            else "ahead",
        )
        for stage in Stage
    ]


def _progress(review: Review, membership: Membership) -> list[Progress]:
    return [card for app in APPS for card in app.reading.progress(review, membership)]


@review_view(Action.READ_SUMMARY)
def home(request: ReviewRequest, review: Review) -> HttpResponse:
    member = request.membership
    today = review.today(timezone.now())
    plan = reading.plan_of(review, today=today)
    open_rows = [row for row in plan if row.milestone.is_open]
    late = [row for row in open_rows if row.milestone.is_late(today)]
    mine = [
        row
        for row in open_rows
        if row.milestone.owner_role == member.role and row not in late
    ]
    coming = [row for row in open_rows if row not in late]
    sees_plan = can(member, Action.READ_PLAN)
    return render(
        request,
        "reviews/home.html",
        {
            "journey": _journey(review),
            "days_to_go": (review.day_zero - today).days,
            "today": today,
            "sees_plan": sees_plan,
            "late": late if sees_plan else [],
            "mine": mine[:3],
            "coming": [row for row in coming if row not in mine][:4]
            if sees_plan
            else [],
            "progress": _progress(review, member),
            "team": reading.team_of(review),
            "done": sum(row.milestone.status == Milestone.Status.DONE for row in plan),
            "planned": len(plan),
        },
    )


def _changes(before: int, after: int) -> tuple[list[str], list[str]]:
    """What opens and what closes between two stages, one sentence a kind of page."""
    opens, closes = [], []
    for action, words in ACTION_WORDS.items():
        grants = GRANTS[action]
        gains = [
            role for role, at in grants.items() if after in at and before not in at
        ]
        loses = [
            role for role, at in grants.items() if before in at and after not in at
        ]
        if gains:
            opens.append(f"{words[0].upper()}{words[1:]}: {_people(gains)}")
        if loses:
            closes.append(f"{words[0].upper()}{words[1:]}: {_people(loses)}")
    return opens, closes


def _people(roles: list[AccessRole]) -> str:
    return ", ".join(AccessRole(role).label.lower() for role in roles)


def _unfinished(review: Review) -> list[reading.Task]:
    """What is left of the set-up. It stops nobody, and is said before there is no way back."""
    if review.stage != Stage.SET_UP:
        return []
    return [task for task in reading.set_up_tasks(review) if not task.completed]


@review_view(Action.MOVE_STAGE)
def stage(request: ReviewRequest, review: Review) -> HttpResponse:
    """What the next stage opens and closes, what stands in its way, and the button."""
    to = domain.NEXT_STAGE.get(Stage(review.stage))
    if to is None:
        return render(request, "reviews/stage.html", {"to": None})
    blockers = [
        reason for app in APPS for reason in app.reading.stage_blockers(review, to)
    ]
    refusal = None
    if request.method == "POST":
        try:
            domain.move_stage(
                review=review,
                to=Stage(int(request.POST.get("to", "0") or 0)),
                blockers=blockers,
                by=request.user,
                at=timezone.now(),
            )
        except (Refusal, ValueError) as error:
            refusal = error
        else:
            return redirect("home:home", review.pk)
    opens, closes = _changes(review.stage, to)
    return render(
        request,
        "reviews/stage.html",
        {
            "to": to,
            "opens": opens,
            "closes": closes,
            "blockers": blockers,
            "unfinished": _unfinished(review),
            "refusal": refusal,
        },
    )
