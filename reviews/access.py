"""Who may do what and when, and who sees how much: two tables anyone can audit, and what applies them.

``GRANTS`` opens a page or a deed, ``SIGHTS`` says how far somebody sees there.
``tests/policy_matrix.csv`` and ``tests/sight_matrix.csv`` say the same by hand, specification 7 with
the reasons; tests hold them against each other.
No superuser is known here.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum, auto
from functools import wraps
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from reviews.models import TEAM, AccessRole, Agency, Membership, Review, Stage, User
from reviews.pages import say

RM, TL, AP, P = AccessRole.RM, AccessRole.TL, AccessRole.AP, AccessRole.P
CS, CC, PC = AccessRole.CS, AccessRole.CC, AccessRole.PC


class Action(StrEnum):
    """What a page needs; the words are the objects and verbs of the access table."""

    CONFIGURE_REVIEW = auto()
    DELETE_REVIEW = auto()
    MOVE_REVIEW = auto()
    MOVE_STAGE = auto()
    MANAGE_TEAM = auto()
    ANSWER_INVITATION = auto()
    READ_SUMMARY = auto()
    READ_PLAN = auto()
    READ_TERMS = auto()
    SIGN_TERMS = auto()
    APPROVE_SCOPE = auto()
    EDIT_OWN_PROFILE = auto()
    DECLARE_INTEREST = auto()
    READ_INTERESTS = auto()
    ACCEPT_PROFILES = auto()
    READ_REGULATOR = auto()
    WRITE_BLOCKED_DATES = auto()
    READ_OUTBOX = auto()
    EXPORT_REVIEW = auto()
    WRITE_MAIL = auto()
    READ_SPEAK_REQUESTS = auto()
    READ_AUDIT = auto()
    REQUEST_DOCUMENTS = auto()
    ADD_EVIDENCE_FILE = auto()
    READ_EVIDENCE_FILE = auto()
    READ_READING_PACK = auto()
    IMPORT_FIGURES = auto()
    READ_FIGURES = auto()
    WRITE_HYPOTHESIS = auto()
    READ_HYPOTHESES = auto()
    IMPORT_INVITATIONS = auto()
    REISSUE_INVITATION = auto()
    RUN_QUESTIONNAIRE = auto()
    READ_PROOF = auto()
    READ_TURNOUT = auto()
    READ_RESPONSE_RATE = auto()
    RUN_RELEASE = auto()
    READ_RESULTS = auto()
    SCREEN_COMMENTS = auto()
    FILE_RESULT = auto()
    COMPARE_RESULTS = auto()
    WRITE_CASE_SHEET = auto()
    WRITE_CASE_MAP = auto()
    READ_CASE_MAP = auto()
    WRITE_TIMETABLE = auto()
    PLAN_TIMETABLE = auto()
    ENTER_TIMES = auto()
    HOLD_SESSION = auto()
    READ_COVERAGE = auto()
    PUBLISH_TIMETABLE = auto()
    FOLLOW_TIMETABLE = auto()
    READ_TIMETABLE = auto()
    WRITE_NOTE = auto()
    GATHER_NOTES = auto()
    RUN_NOTE_PROOF = auto()
    READ_NOTES = auto()
    SCREEN_NOTES = auto()
    WRITE_EXCERPT = auto()
    CLEAR_EXCERPT = auto()
    WRITE_FINDING = auto()
    AGREE_FINDING = auto()
    BUILD_REPORT = auto()
    APPROVE_REPORT = auto()
    ISSUE_REPORT = auto()
    DOWNLOAD_REPORT = auto()
    READ_RECORDS = auto()
    READ_CLOSING = auto()
    ASK_TO_CLOSE = auto()
    CONFIRM_CLOSE = auto()
    WITHDRAW_CLOSE = auto()
    READ_CERTIFICATE = auto()
    DOWNLOAD_ARCHIVE = auto()


def stages(first: int, last: int) -> frozenset[int]:
    return frozenset(range(first, last + 1))


def _team(first: int, last: int) -> dict[AccessRole, frozenset[int]]:
    return dict.fromkeys(TEAM, stages(first, last))


def _everybody(first: int, last: int) -> dict[AccessRole, frozenset[int]]:
    """Whoever can be on a review."""
    return dict.fromkeys([*TEAM, CS, CC, PC], stages(first, last))


GRANTS: dict[Action, dict[AccessRole, frozenset[int]]] = {
    Action.CONFIGURE_REVIEW: {RM: stages(1, 4)},
    Action.DELETE_REVIEW: {RM: stages(1, 1)},
    # Everything that may leave at once: a closed review stays where it is.
    Action.MOVE_REVIEW: {RM: stages(1, 6)},
    Action.MOVE_STAGE: {RM: stages(1, 6)},
    Action.MANAGE_TEAM: {RM: stages(1, 7)},
    Action.ANSWER_INVITATION: _everybody(1, 7),
    Action.READ_SUMMARY: _everybody(1, 7),
    Action.READ_PLAN: {
        RM: stages(1, 7),
        TL: stages(1, 7),
        AP: stages(1, 6),
        P: stages(1, 6),
        CS: stages(1, 7),
        CC: stages(1, 7),
    },
    Action.READ_TERMS: {
        RM: stages(1, 7),
        TL: stages(1, 7),
        AP: stages(1, 6),
        P: stages(1, 6),
        CS: stages(1, 7),
        CC: stages(1, 7),
    },
    Action.SIGN_TERMS: {RM: stages(1, 4), CS: stages(1, 4)},
    Action.APPROVE_SCOPE: {CS: stages(1, 4)},
    Action.EDIT_OWN_PROFILE: _team(1, 5),
    Action.DECLARE_INTEREST: _team(1, 5),
    Action.READ_INTERESTS: {RM: stages(1, 5), TL: stages(1, 5)},
    Action.ACCEPT_PROFILES: {CS: stages(1, 4)},
    Action.READ_REGULATOR: {RM: stages(1, 7), TL: stages(1, 7), CS: stages(1, 7)},
    Action.WRITE_BLOCKED_DATES: {
        RM: stages(1, 4),
        CS: stages(1, 4),
        CC: stages(1, 4),
    },
    Action.READ_OUTBOX: {RM: stages(1, 7)},
    Action.WRITE_MAIL: {RM: stages(1, 6)},
    Action.EXPORT_REVIEW: {RM: stages(1, 7)},
    Action.READ_SPEAK_REQUESTS: {RM: stages(1, 5)},
    Action.READ_AUDIT: {RM: stages(1, 7)},
    Action.REQUEST_DOCUMENTS: {RM: stages(1, 4)},
    Action.ADD_EVIDENCE_FILE: {
        RM: stages(2, 4),
        AP: stages(2, 4),
        CC: stages(2, 4),
        PC: stages(2, 3),
    },
    # The council's contact and a partner's: their own files only (reading.documents).
    Action.READ_EVIDENCE_FILE: {
        **_team(2, 6),
        CC: stages(2, 4),
        PC: stages(2, 3),
    },
    Action.READ_READING_PACK: _team(2, 6),
    # Figures are evidence of the council: as its files, without the partners.
    Action.IMPORT_FIGURES: {RM: stages(2, 4), AP: stages(2, 4), CC: stages(2, 4)},
    Action.READ_FIGURES: {**_team(2, 6), CC: stages(2, 4)},
    Action.WRITE_HYPOTHESIS: {RM: stages(2, 4), TL: stages(2, 4), AP: stages(2, 4)},
    Action.READ_HYPOTHESES: _team(2, 6),
    Action.IMPORT_INVITATIONS: {RM: stages(1, 2), CC: stages(1, 2), PC: stages(1, 2)},
    Action.REISSUE_INVITATION: {RM: stages(1, 2)},
    Action.RUN_QUESTIONNAIRE: {RM: stages(1, 3)},
    Action.READ_PROOF: _team(1, 6),
    Action.READ_TURNOUT: {RM: stages(2, 3), TL: stages(2, 3), AP: stages(2, 3)},
    Action.READ_RESPONSE_RATE: {CS: stages(2, 3), CC: stages(2, 3), PC: stages(2, 3)},
    Action.RUN_RELEASE: {RM: stages(3, 3), TL: stages(3, 3), AP: stages(3, 3)},
    Action.READ_RESULTS: _team(3, 6),
    Action.SCREEN_COMMENTS: {TL: stages(3, 5), AP: stages(3, 5)},
    Action.FILE_RESULT: _team(3, 5),
    Action.COMPARE_RESULTS: {RM: stages(3, 5), TL: stages(3, 5), AP: stages(3, 5)},
    Action.WRITE_CASE_SHEET: {
        **_team(2, 4),
        CC: stages(2, 3),
        PC: stages(2, 3),
    },
    Action.WRITE_CASE_MAP: _team(2, 4),
    Action.READ_CASE_MAP: _team(3, 6),
    Action.WRITE_TIMETABLE: {RM: stages(2, 4), TL: stages(2, 4), CC: stages(2, 4)},
    # Reasons name interests that peers declared and people whose names the team keeps.
    Action.PLAN_TIMETABLE: {RM: stages(2, 4), TL: stages(2, 4)},
    Action.ENTER_TIMES: {**_team(2, 4), CC: stages(2, 4), PC: stages(2, 4)},
    Action.HOLD_SESSION: {**_team(4, 4), CC: stages(4, 4)},
    Action.READ_COVERAGE: _team(2, 5),
    # Who is told names people whose names the team keeps, so the council does not publish.
    Action.PUBLISH_TIMETABLE: {RM: stages(2, 4), TL: stages(2, 4)},
    # A calendar of one's own sessions; nobody outside the team has any.
    Action.FOLLOW_TIMETABLE: _team(2, 5),
    Action.READ_TIMETABLE: {
        **_team(2, 5),
        CS: stages(2, 5),
        CC: stages(2, 5),
        PC: stages(2, 5),
    },
    Action.WRITE_NOTE: _team(4, 4),
    Action.GATHER_NOTES: {RM: stages(4, 4), TL: stages(4, 4)},
    Action.RUN_NOTE_PROOF: {RM: stages(2, 5), TL: stages(2, 5)},
    Action.READ_NOTES: _team(4, 5),
    Action.SCREEN_NOTES: _team(4, 5),
    Action.WRITE_EXCERPT: _team(4, 5),
    Action.CLEAR_EXCERPT: _team(4, 5),
    Action.WRITE_FINDING: _team(4, 5),
    Action.AGREE_FINDING: {TL: stages(4, 5)},
    Action.BUILD_REPORT: {RM: stages(5, 6)},
    Action.APPROVE_REPORT: {TL: stages(5, 6)},
    Action.ISSUE_REPORT: {RM: stages(5, 6)},
    Action.DOWNLOAD_REPORT: {
        RM: stages(5, 7),
        TL: stages(5, 7),
        AP: stages(5, 6),
        P: stages(5, 6),
        CS: stages(6, 7),
        CC: stages(6, 7),
    },
    # Standing texts of what is held, for whoever answers for information.
    Action.READ_RECORDS: {
        RM: stages(1, 7),
        TL: stages(1, 7),
        CS: stages(1, 7),
        CC: stages(1, 7),
    },
    # Two people of the team close a review. A peer may stand in for the leader, and only in the
    # stage in which it is done they see the page; afterwards manager and leader do.
    Action.READ_CLOSING: {**_team(6, 6), RM: stages(6, 7), TL: stages(6, 7)},
    Action.ASK_TO_CLOSE: {RM: stages(6, 6)},
    Action.CONFIRM_CLOSE: {TL: stages(6, 6), AP: stages(6, 6), P: stages(6, 6)},
    # Whoever asked, and whoever may confirm: it is taken back, or sent back.
    Action.WITHDRAW_CLOSE: _team(6, 6),
    Action.READ_CERTIFICATE: {
        RM: stages(7, 7),
        TL: stages(7, 7),
        CS: stages(7, 7),
        CC: stages(7, 7),
    },
    Action.DOWNLOAD_ARCHIVE: {RM: stages(7, 7), TL: stages(7, 7)},
}


class Sight(StrEnum):
    """What is seen inside a page that an action has opened, by some of those who may open it."""

    # Names of all who are met in the week; without it none, or those of the own agency.
    EVERY_NAME = auto()
    # Those whose names the team keeps to itself, and that they are met at all.
    KEPT_NAMES = auto()
    # What is not the own agency's: sessions, people, times, documents that are asked for, rates.
    OTHER_AGENCIES = auto()
    # What the council's own services sent in.
    COUNCIL_DOCUMENTS = auto()
    # What anybody sent in, and why a partner has none.
    EVERY_DOCUMENT = auto()
    # How many have read a document.
    READERS = auto()
    # How the questionnaire stands, where no page of it is open.
    QUESTIONNAIRE_PROGRESS = auto()
    # Cases; without it the sheets of the own agency.
    CASES = auto()
    # Cases that somebody else facilitates, before the maps are read.
    EVERY_CASE = auto()
    # Versions of the report before they are issued.
    UNISSUED_REPORT = auto()


_OF_TEAM = frozenset(TEAM)

# Whatever the stage: the action that opens the page has its own.
SIGHTS: dict[Sight, frozenset[AccessRole]] = {
    Sight.EVERY_NAME: _OF_TEAM | {CC},
    Sight.KEPT_NAMES: _OF_TEAM,
    Sight.OTHER_AGENCIES: _OF_TEAM | {CS, CC},
    Sight.COUNCIL_DOCUMENTS: _OF_TEAM | {CC},
    Sight.EVERY_DOCUMENT: _OF_TEAM,
    Sight.READERS: frozenset({RM}),
    Sight.QUESTIONNAIRE_PROGRESS: frozenset({CS, CC}),
    Sight.CASES: _OF_TEAM,
    Sight.EVERY_CASE: frozenset({RM}),
    Sight.UNISSUED_REPORT: _OF_TEAM,
}

# What a role may see and do, for whoever chooses one and for whoever is invited to it.
ROLE_WORDS: dict[AccessRole, str] = {
    RM: "Sets up the review, runs plan, questionnaire and outbox, and issues the report",
    TL: "Leads the peers, agrees findings, approves the report, reads declared interests",
    AP: "Prepares documents and figures, screens comments, takes notes, writes findings",
    P: "Reads documents and results, meets people, takes notes, writes findings",
    CS: "Accepts the team for the council, follows the plan, downloads the report",
    CC: "Sends documents, fills in the timetable for the council, never sees what people said",
    PC: "Sends documents, staff lists and case sheets of one agency, sees no other agency’s",
}


def allowed(action: Action, role: AccessRole | str, stage: int) -> bool:
    return stage in GRANTS[action].get(AccessRole(role), frozenset())


def can(membership: Membership | None, action: Action) -> bool:
    """May this member do it, in the stage their review is in?

    Until somebody has accepted their invitation, nothing but to answer it.
    """
    if membership is None:
        return False
    if not (membership.has_accepted or action == Action.ANSWER_INVITATION):
        return False
    return allowed(action, membership.access_role, membership.review.stage)


def sees(membership: Membership, sight: Sight) -> bool:
    """Does this member see it, on a page that they may open?"""
    return membership.access_role in SIGHTS[sight]


def own_agency(membership: Membership) -> Agency | None:
    """The one agency whose people and papers this member sees; None for those of all."""
    return None if sees(membership, Sight.OTHER_AGENCIES) else membership.agency


# What the page says to a member of a review to whom another does not open.
OTHER_STAGES = "Your role opens this page at {opens}. The review is at {now}."
NO_STAGE = "Your role does not open this page at any stage of a review."


class MemberRequest(HttpRequest):
    """A request of somebody signed in."""

    user: User


class ReviewRequest(MemberRequest):
    """A request of somebody who is on the review: what ``review_view`` hands on."""

    membership: Membership


Extra = ParamSpec("Extra")
View = Callable[..., HttpResponse]
ReviewView = Callable[Concatenate[ReviewRequest, Review, Extra], HttpResponse]


def review_view(*actions: Action) -> Callable[[ReviewView[Extra]], View]:
    """Load the review and check at once: 404 to strangers, 403 to members who may not (now).

    With several actions any one of them opens the page. Whoever is invited and has not answered
    yet comes to the invitation first, whatever page they asked for.
    """

    def decorate(view: ReviewView[Extra]) -> View:
        @wraps(view)
        def checked(
            request: HttpRequest,
            review_id: int,
            *args: Extra.args,
            **kwargs: Extra.kwargs,
        ) -> HttpResponse:
            membership = (
                Membership.objects.filter(review_id=review_id, user=request.user.pk)
                .select_related("review", "agency")
                .first()
            )
            if membership is None:
                raise Http404
            membership.user = cast(User, request.user)
            if not any(can(membership, action) for action in actions):
                if can(membership, Action.ANSWER_INVITATION) and not (
                    membership.has_accepted
                ):
                    return redirect("reviews:invitation", review_id)
                raise PermissionDenied(_why_not(membership, actions))
            theirs = cast(ReviewRequest, request)
            theirs.membership = membership
            return view(theirs, membership.review, *args, **kwargs)

        checked.access = actions  # type: ignore[attr-defined]
        return checked

    return decorate


def _why_not(membership: Membership, actions: tuple[Action, ...]) -> str:
    """Of the table alone: at which stages the page opens for somebody's role, never what is on it."""
    role = AccessRole(membership.access_role)
    opens = {at for action in actions for at in GRANTS[action].get(role, ())}
    if not opens:
        return NO_STAGE
    quoted = [f"“{Stage(at).label}”" for at in sorted(opens)]
    word = "stage" if len(quoted) == 1 else "stages"
    return OTHER_STAGES.format(
        opens=f"the {word} {say.listed(quoted)}",
        now=f"“{Stage(membership.review.stage).label}”",
    )


def member_view(
    allowed_to: Callable[[User], bool] = lambda user: True,
) -> Callable[[Callable[..., HttpResponse]], View]:
    """A page outside any review for somebody signed in, if ``allowed_to`` says so."""

    def decorate(view: Callable[..., HttpResponse]) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not allowed_to(cast(User, request.user)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        checked.access = "member"  # type: ignore[attr-defined]
        return checked

    return decorate


def open_view(why: str) -> Callable[[Callable[..., HttpResponse]], View]:
    """A page without sign-in; ``why`` is for whoever audits the list of them."""

    def decorate(view: Callable[..., HttpResponse]) -> View:
        opened = login_not_required(view)
        opened.access = f"open: {why}"  # type: ignore[attr-defined]
        return opened

    return decorate


class Permissions:
    """``can.WRITE_NOTE`` in templates."""

    def __init__(self, membership: Membership | None) -> None:
        self._membership = membership

    def __getitem__(self, name: str) -> bool:
        # Asked by templates only; an unknown name must be loud, not false.
        return can(self._membership, Action[name])


class Sights:
    """``sees.CASES`` in templates."""

    def __init__(self, membership: Membership | None) -> None:
        self._membership = membership

    def __getitem__(self, name: str) -> bool:
        sight = Sight[name]
        return self._membership is not None and sees(self._membership, sight)


def page_context(request: HttpRequest) -> dict[str, Any]:
    """What every page knows: the review, who is reading, what they may do and how far they see."""
    membership = getattr(request, "membership", None)
    review = membership.review if membership else None
    return {
        "membership": membership,
        "review": review,
        "stage": review.stage if review else None,
        "can": Permissions(membership),
        "sees": Sights(membership),
    }
