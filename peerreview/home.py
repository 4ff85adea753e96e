"""The review's home page and its stages: the only place that sees every app's progress."""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

import casemapping.reading
import feedback.reading
import questionnaires.reading
import scheduling.reading
from reviews import domain, reading
from reviews.access import GRANTS, Action, ReviewRequest, can, review_view
from reviews.models import TEAM, AccessRole, Membership, Milestone, Review, Stage
from reviews.pages import say
from reviews.pages.progress import Progress, ToDo
from reviews.reading import PlanRow, closing, facts, idle
from reviews.reading.asked import late_words
from reviews.reading.documents import late_of_others
from reviews.reading.history import BY_ITSELF
from reviews.reading.outbox import mail_that_waits
from reviews.refusals import Refusal
from reviews.rules.key_days import DESTRUCTION
from reviews.templatetags.ui import day

APPS = (questionnaires, casemapping, scheduling, feedback)

# What a stage opens and closes, as what people can do there: each right that comes or goes before the
# close has its words, in the order of the table of rights.
ACTION_WORDS = {
    Action.CONFIGURE_REVIEW: "change the set-up",
    Action.DELETE_REVIEW: "delete the review as a mistake",
    Action.SIGN_TERMS: "sign the terms",
    Action.APPROVE_SCOPE: "approve the scope and the key questions",
    Action.EDIT_OWN_PROFILE: "write their own profile",
    Action.DECLARE_INTEREST: "declare interests",
    Action.READ_INTERESTS: "read declared interests",
    Action.ACCEPT_PROFILES: "accept peers’ profiles",
    Action.WRITE_BLOCKED_DATES: "enter days to keep away from",
    Action.READ_SPEAK_REQUESTS: "read who asks to speak to the team",
    Action.REQUEST_DOCUMENTS: "ask for documents",
    Action.ADD_EVIDENCE_FILE: "add documents",
    Action.READ_EVIDENCE_FILE: "open documents",
    Action.READ_READING_PACK: "work through the reading pack",
    Action.IMPORT_FIGURES: "add performance figures",
    Action.READ_FIGURES: "read performance figures",
    Action.WRITE_HYPOTHESIS: "write hypotheses and lines of enquiry",
    Action.READ_HYPOTHESES: "read hypotheses and lines of enquiry",
    Action.IMPORT_INVITATIONS: "add people to the questionnaire’s list",
    Action.REISSUE_INVITATION: "replace the questionnaire’s link of one person",
    Action.RUN_QUESTIONNAIRE: "build, open, close and send questionnaires",
    Action.READ_TURNOUT: "see how many have answered the questionnaire",
    Action.READ_RESPONSE_RATE: "see the questionnaire’s response rate",
    Action.RUN_RELEASE: "release the questionnaire’s results",
    Action.READ_RESULTS: "read the questionnaire’s results",
    Action.SCREEN_COMMENTS: "screen the questionnaire’s comments",
    Action.FILE_RESULT: "file results as evidence",
    Action.COMPARE_RESULTS: "add earlier results to compare with",
    Action.WRITE_CASE_SHEET: "fill in case preparation sheets",
    Action.WRITE_CASE_MAP: "write case maps",
    Action.READ_CASE_MAP: "read case maps",
    Action.WRITE_TIMETABLE: "change the timetable",
    Action.PLAN_TIMETABLE: "plan the timetable",
    Action.ENTER_TIMES: "say when they are not free",
    Action.HOLD_SESSION: "say that a session was held",
    Action.READ_COVERAGE: "see who has been heard",
    Action.PUBLISH_TIMETABLE: "publish the timetable",
    Action.FOLLOW_TIMETABLE: "follow their sessions in a calendar",
    Action.READ_TIMETABLE: "read the timetable",
    Action.WRITE_NOTE: "write notes",
    Action.GATHER_NOTES: "gather notes",
    Action.RUN_NOTE_PROOF: "run the self-test of notes",
    Action.READ_NOTES: "read the gathered notes",
    Action.SCREEN_NOTES: "screen notes",
    Action.WRITE_EXCERPT: "choose evidence",
    Action.CLEAR_EXCERPT: "clear evidence that somebody else has chosen",
    Action.WRITE_FINDING: "write findings",
    Action.AGREE_FINDING: "agree findings",
    Action.BUILD_REPORT: "write and build the report",
    Action.APPROVE_REPORT: "approve the report",
    Action.ISSUE_REPORT: "issue the report",
    Action.DOWNLOAD_REPORT: "read and download the report, once there is one for them",
    Action.READ_CLOSING: "see what a close keeps and destroys",
    Action.ASK_TO_CLOSE: "ask for the close",
    Action.CONFIRM_CLOSE: "confirm the close",
    Action.WITHDRAW_CLOSE: "take a request to close back, or send it back",
}
# Who that is, the largest group first.
GROUPS: tuple[tuple[frozenset[AccessRole], str], ...] = (
    (frozenset(TEAM), "the team"),
    (
        frozenset({AccessRole.CS, AccessRole.CC, AccessRole.PC}),
        "the council and its agencies",
    ),
    (frozenset({AccessRole.CS, AccessRole.CC}), "the council"),
    (frozenset({AccessRole.RM}), "the review manager"),
    (frozenset({AccessRole.TL}), "the team leader"),
    (frozenset({AccessRole.AP}), "the analyst peer"),
    (frozenset({AccessRole.P}), "the other peers"),
    (frozenset({AccessRole.CS}), "the council’s sponsor"),
    (frozenset({AccessRole.CC}), "the council’s contact"),
    (frozenset({AccessRole.PC}), "the agencies’ contacts"),
)


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


# Where a milestone is worked at: the first page of these that the reader may open.
PAGES: dict[str, tuple[tuple[str, tuple[Action, ...]], ...]] = {
    "set-up": (("reviews:set-up", (Action.CONFIGURE_REVIEW,)),),
    "scope": (("reviews:scope", (Action.READ_TERMS,)),),
    "terms": (("reviews:terms", (Action.READ_TERMS,)),),
    "team": (
        ("reviews:team", (Action.MANAGE_TEAM,)),
        ("reviews:profiles", (Action.ACCEPT_PROFILES,)),
    ),
    "interests": (("reviews:interest", (Action.DECLARE_INTEREST,)),),
    "regulator": (("reviews:regulator", (Action.READ_REGULATOR,)),),
    "briefing": (("reviews:briefing", (Action.READ_SUMMARY,)),),
    "documents": (
        ("reviews:documents", (Action.ADD_EVIDENCE_FILE, Action.REQUEST_DOCUMENTS)),
    ),
    "reading": (("reviews:reading", (Action.READ_READING_PACK,)),),
    "hypotheses": (("reviews:hypotheses", (Action.READ_HYPOTHESES,)),),
    "questionnaire": (
        (
            "questionnaires:index",
            (
                Action.RUN_QUESTIONNAIRE,
                Action.READ_TURNOUT,
                Action.READ_RESPONSE_RATE,
                Action.IMPORT_INVITATIONS,
            ),
        ),
        ("questionnaires:results-index", (Action.READ_RESULTS,)),
    ),
    "cases": (
        ("casemapping:cases", (Action.WRITE_CASE_MAP, Action.READ_CASE_MAP)),
        ("casemapping:sheets", (Action.WRITE_CASE_SHEET,)),
    ),
    "sheets": (("casemapping:sheets", (Action.WRITE_CASE_SHEET,)),),
    "timetable": (
        ("scheduling:timetable", (Action.WRITE_TIMETABLE, Action.READ_TIMETABLE)),
    ),
    "notes": (("scheduling:notes", (Action.READ_NOTES,)),),
    "findings": (("feedback:findings", (Action.WRITE_FINDING,)),),
    "report": (
        (
            "feedback:report",
            (Action.BUILD_REPORT, Action.APPROVE_REPORT, Action.DOWNLOAD_REPORT),
        ),
    ),
}
# What waits on these pages is said by the pages themselves to whoever does not run the plan.
TOLD_BY_THE_PAGE = ("sheets", "documents", "questionnaire")


def _address(review: Review, member: Membership, page: str) -> str:
    for name, actions in PAGES.get(page, ()):
        if any(can(member, action) for action in actions):
            return reverse(name, args=[review.pk])
    return ""


def _when(row: PlanRow, review: Review, today: dt.date) -> str:
    due = row.milestone.due_on
    if due < today:
        days = (today - due).days
        return f"{days} day{'s' if days != 1 else ''} late, was due {day(due)}"
    # What happens in the week happens on its day; all else is done by then.
    first = review.day_zero - dt.timedelta(days=1)
    return f"{'on' if first <= due <= review.last_day else 'by'} {day(due)}"


def _as_to_do(
    rows: list[PlanRow], review: Review, member: Membership, today: dt.date
) -> list[ToDo]:
    return [
        ToDo(
            title=row.milestone.title,
            when=_when(row, review, today),
            url=_address(
                review, member, review.pack.milestone_page(row.milestone.code)
            ),
            late=row.milestone.due_on < today,
        )
        for row in rows
    ]


def _for_me(
    review: Review,
    member: Membership,
    plan: list[PlanRow],
    today: dt.date,
    at: dt.datetime,
) -> list[ToDo]:
    """What the apps' own pages have for the reader, then their milestones, late ones first.

    Before all of it, what the review itself waits for, and what keeps the team from being whole.
    """
    told = mail_that_waits(member, at=at)
    told += [each for app in APPS for each in app.reading.to_do(review, member, today)]
    told += reading.to_sign(member)
    told += reading.documents_to_send(member, today=today)
    owned = review.pack.owned_by(member.role, member.access_role)
    rows = [
        row
        for row in plan
        if row.milestone.is_open
        and row.milestone.owner_role in owned
        and not (
            not can(member, Action.READ_PLAN)
            and review.pack.milestone_page(row.milestone.code) in TOLD_BY_THE_PAGE
        )
    ]
    found = told + _as_to_do(rows, review, member, today)
    first = [
        *closing.to_do(member),
        *idle.idle_to_do(member, at=at),
        *reading.invitations_to_do(member, today=today),
    ]
    return first + sorted(found, key=lambda each: not each.late)


@dataclass(frozen=True)
class Row:
    """A milestone of somebody else's, with who sees to it and when."""

    title: str
    words: str


def _of_others(rows: list[PlanRow], review: Review, today: dt.date) -> list[Row]:
    """One line a title: what happens every evening stands here once."""
    found: dict[str, Row] = {}
    for row in rows:
        title = row.milestone.title
        words = f"{_by_whom(row, review)}, {_when(row, review, today)}"
        found.setdefault(title, Row(title, words))
    return list(found.values())


def _by_whom(row: PlanRow, review: Review) -> str:
    """What people said is destroyed in its night, whoever has it in the plan."""
    planned = review.pack.milestone(row.milestone.code)
    if planned and planned.done_by == DESTRUCTION:
        return BY_ITSELF
    return row.owner_title


def _late_documents(member: Membership, today: dt.date) -> list[Row]:
    """Documents that are late and not the reader's own to send: those are in the list of what
    to do, and so are all of them for the manager."""
    late = late_of_others(member, today=today)
    return [Row(late_words(late), "of the council or its partners")] if late else []


@review_view(Action.READ_SUMMARY)
def home(request: ReviewRequest, review: Review) -> HttpResponse:
    member = request.membership
    if review.stage == Stage.CLOSED and not can(member, Action.READ_PLAN):
        return _closed(request, review)
    now = timezone.now()
    today = review.today(now)
    plan = reading.plan_of(review, today=today)
    sees_plan = can(member, Action.READ_PLAN)
    # Of a closed review nothing is late and nothing comes.
    ahead = [] if review.stage == Stage.CLOSED else plan
    owned = review.pack.owned_by(member.role, member.access_role)
    theirs = [
        row
        for row in ahead
        if row.milestone.is_open and row.milestone.owner_role not in owned
    ]
    late = [row for row in theirs if row.milestone.is_late(today)]
    mine = _for_me(review, member, ahead, today, now)
    marks = can(member, Action.CONFIGURE_REVIEW)
    return render(
        request,
        "reviews/home.html",
        {
            "journey": _journey(review),
            "where": _where(review, today),
            "moves_on": Stage(review.stage) in domain.NEXT_STAGE,
            "is_closed": review.stage == Stage.CLOSED,
            "sees_plan": sees_plan,
            "mine": mine,
            "mine_late": any(each.late for each in mine),
            "late": [*_late_documents(member, today), *_of_others(late, review, today)]
            if sees_plan
            else [],
            "coming": _of_others(
                [row for row in theirs if row not in late], review, today
            )
            if sees_plan
            else [],
            # Of a closed review the apps have nothing to tell.
            "progress": []
            if review.stage == Stage.CLOSED
            else _progress(review, member),
            "suggestions": facts.suggestions(review, [row.milestone for row in plan])
            if marks
            else [],
            "done": sum(row.milestone.status == Milestone.Status.DONE for row in plan),
            "planned": len(plan),
        },
    )


def _closed(request: ReviewRequest, review: Review) -> HttpResponse:
    """All that is left for peers and agencies' contacts: what became of the review."""
    done = closing.closing_of(review)
    issued = review.report_versions.exclude(issued_on=None).order_by("number").last()
    return render(
        request,
        "reviews/closed.html",
        {"closing": done, "issued_on": issued.issued_on if issued else None},
    )


def _changes(before: int, after: int) -> tuple[list[str], list[str]]:
    """What opens and what closes between two stages: "The team can no longer write notes"."""
    opens, closes = [], []
    for action, words in ACTION_WORDS.items():
        grants = GRANTS[action]
        gains = {
            role for role, at in grants.items() if after in at and before not in at
        }
        loses = {
            role for role, at in grants.items() if before in at and after not in at
        }
        if gains:
            opens.append(f"{_people(gains)} can {words}")
        if loses:
            closes.append(f"{_people(loses)} can no longer {words}")
    return opens, closes


def _people(roles: set[AccessRole]) -> str:
    left, named = set(roles), []
    for group, words in GROUPS:
        if group <= left:
            named.append(words)
            left -= group
    words = say.listed(named)
    return f"{words[:1].upper()}{words[1:]}"


def _where(review: Review, today: dt.date) -> str:
    """Where the review is, by its stage and, around the visit, by the day."""
    stage, to_go = Stage(review.stage), (review.day_zero - today).days
    if stage == Stage.REPORTING:
        return "The report is being written"
    if stage == Stage.FEEDBACK:
        return "The council is given its feedback"
    if stage == Stage.CLOSED:
        return "The review is closed"
    if to_go > 1:
        return f"{to_go} days to the visit"
    if to_go == 1:
        return "The visit begins tomorrow"
    if today > review.last_day:
        return "The visit is over"
    if stage != Stage.ON_SITE:
        return "The visit begins today" if to_go == 0 else "The visit has begun"
    return f"The team is on site, day {1 - to_go} of {review.on_site_days}"


def _unfinished(review: Review, today: dt.date) -> list[reading.Task]:
    """What is left of the set-up. It stops nobody, and is said before there is no way back."""
    if review.stage != Stage.SET_UP:
        return []
    tasks = reading.set_up_tasks(review, today=today)
    return [task for task in tasks if not task.completed]


@review_view(Action.MOVE_STAGE)
def stage(request: ReviewRequest, review: Review) -> HttpResponse:
    """What the next stage opens and closes, what stands in its way, and the button."""
    to = domain.NEXT_STAGE.get(Stage(review.stage))
    if to is None:
        return redirect("reviews:closing", review.pk)
    blockers = [each for app in APPS for each in app.reading.stage_blockers(review, to)]
    refusal = None
    if request.method == "POST":
        try:
            domain.move_stage(
                review=review,
                to=Stage(int(request.POST.get("to", "0") or 0)),
                blockers=[each.sentence for each in blockers],
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
            "move_words": f"Move to “{to.label}”",
            "opens": opens,
            "closes": closes,
            "blockers": blockers,
            "warnings": [
                each for app in APPS for each in app.reading.stage_warnings(review, to)
            ],
            "unfinished": _unfinished(review, review.today(timezone.now())),
            "refusal": refusal,
        },
    )
