"""Queries and small values for the pages of set-up. Nothing here writes."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse

from reviews.models import Agency, Milestone, NoSuchDocument, Review, Stage, User
from reviews.pages import say
from reviews.reading.checks import Result, results


@dataclass(frozen=True)
class WorkRow:
    """One review on somebody's "my work" page."""

    review: Review
    role_title: str
    late: int
    next_milestone: Milestone | None
    today: dt.date
    # Invited, and not answered yet.
    invited: bool = False

    @property
    def is_late(self) -> bool:
        """The next one was due before today: it comes first, not out of sight."""
        return bool(self.next_milestone and self.next_milestone.is_late(self.today))


def work_of(user: User, *, at: dt.datetime) -> list[WorkRow]:
    """Every review that ``user`` is on, those still to come or going on first, in two queries."""
    members = list(
        user.memberships.select_related("review").order_by("review__day_zero", "pk")
    )
    by_review: dict[int, list[Milestone]] = {}
    for milestone in Milestone.objects.filter(
        review__memberships__user=user,
        status__in=[Milestone.Status.OPEN, Milestone.Status.IN_PROGRESS],
    ):
        by_review.setdefault(milestone.review_id, []).append(milestone)
    rows = []
    # Invitations first. What is over stands below what is coming, each by its date.
    members.sort(
        key=lambda member: (
            member.has_accepted,
            member.review.stage == Stage.CLOSED,
        )
    )
    for member in members:
        today = member.review.today(at)
        mine = [
            milestone
            for milestone in by_review.get(member.review_id, [])
            if member.review.stage != Stage.CLOSED
            and milestone.owner_role
            in member.review.pack.owned_by(member.role, member.access_role)
        ]
        rows.append(
            WorkRow(
                review=member.review,
                role_title=member.role_title,
                late=sum(milestone.is_late(today) for milestone in mine),
                next_milestone=next(iter(mine), None),
                today=today,
                invited=not member.has_accepted,
            )
        )
    return rows


def same_review(user: User, *, council: str, day_zero: dt.date) -> bool:
    """Whether this person is on a review of the same council that begins on the same day."""
    return Review.objects.filter(
        memberships__user=user, council__iexact=council.strip(), day_zero=day_zero
    ).exists()


def reasons_to_keep(review: Review) -> list[str]:
    """Why a review cannot be deleted as a mistake; empty while nobody has said anything in it."""
    if review.stage != Stage.SET_UP:
        return ["This review is past its set-up, so it stays."]
    found = []
    if review.speak_requests.exists():
        found.append("Somebody has asked to speak to the team.")
    if review.interests.exists():
        found.append("A peer has declared their interests.")
    if review.profile_decisions.exists():
        found.append("The sponsor has decided on a profile.")
    return found


def what_goes_with(agency: Agency) -> list[str]:
    """What is lost with an agency, and what stays without it."""
    review = agency.review
    documents = review.documents.filter(agency=agency).count()
    requests = review.document_requests.filter(agency=agency).count()
    nones = NoSuchDocument.objects.filter(agency=agency).count()
    found = []
    if nones:
        found.append(
            f"{say.counted(nones, 'answer')} of theirs that there is no such document "
            f"{'goes' if nones == 1 else 'go'}"
        )
    if documents:
        found.append(
            f"{say.counted(documents, 'document')} of theirs "
            f"{'stays' if documents == 1 else 'stay'} with the team, and the agency is no "
            "longer named on "
            f"{'it' if documents == 1 else 'them'}"
        )
    if requests:
        found.append(
            f"{say.counted(requests, 'request')} for a document "
            f"{'is' if requests == 1 else 'are'} then addressed to no one agency"
        )
    return found


def key_questions_print(texts: Sequence[str]) -> str:
    """Tells whether somebody changed the key questions in between."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Task:
    """One row of the set-up task list. ``hint`` says what is missing."""

    title: str
    url: str
    status: str
    hint: str = ""

    @property
    def completed(self) -> bool:
        return self.status == "Completed"

    @property
    def can_start(self) -> bool:
        return self.status != "Cannot start yet"


@dataclass(frozen=True)
class Step:
    """Tasks that belong together, under one heading."""

    title: str
    tasks: list[Task]


@dataclass(frozen=True)
class _Work:
    """A task as the product knows it: it is done when none of its checks finds anything."""

    title: str
    page: str
    codes: tuple[str, ...]


STEPS: tuple[tuple[str, tuple[_Work, ...]], ...] = (
    (
        "What the review is about",
        (
            _Work(
                "Say what the review is about",
                "details",
                ("scope", "duty-contact", "council-contact"),
            ),
            _Work("Agree the key questions", "key-questions", ("key-questions",)),
            _Work("Have the scope approved", "scope", ("scope-approved",)),
            _Work("Agree the terms", "terms", ("terms",)),
        ),
    ),
    (
        "Who takes part",
        (
            _Work("List the agencies", "agencies", ("partner-agencies",)),
            _Work("Name the agencies’ contacts", "team", ("agency-contacts",)),
            _Work("Build the team", "team", ("team", "peer-homes")),
            _Work("Have the profiles accepted", "profiles", ("interests", "profiles")),
        ),
    ),
    (
        "When it happens",
        (
            _Work("Check the plan", "plan", ("milestones",)),
            _Work("Keep clear of other dates", "clashes", ("visit-dates",)),
            _Work("Tell the regulator", "regulator", ("regulator",)),
        ),
    ),
)


def set_up_steps(review: Review, found: Iterable[Result]) -> list[Step]:
    """What a review needs before the lead-in, as the checks have found it."""
    missing = {
        result.check.code: [each.sentence for each in result.missing]
        for result in found
    }
    return [
        Step(
            title,
            [
                _task(review, work, missing)
                for work in works
                # A framework without the check asks nothing of it.
                if any(code in missing for code in work.codes)
            ],
        )
        for title, works in STEPS
    ]


def set_up_tasks(review: Review, *, today: dt.date) -> list[Task]:
    steps = set_up_steps(review, results(review, today=today))
    return [task for step in steps for task in step.tasks]


def _task(review: Review, work: _Work, missing: dict[str, list[str]]) -> Task:
    found = [words for code in work.codes for words in missing.get(code, ())]
    status = "Incomplete" if found else "Completed"
    hint = _hint(found)
    if work.page == "scope" and not review.scope.strip():
        status, hint = "Cannot start yet", "The scope comes first"
    elif work.page == "plan" and not found and _untouched(review):
        status, hint = "Not started", "No milestone is done or in progress"
    elif work.page == "agencies" and not found:
        number = say.counted(review.agencies.count(), "agency", "agencies")
        hint = f"{number} listed"
    elif work.page == "clashes" and not found:
        hint = "The visit meets no date that is known here"
    elif work.codes == ("agency-contacts",) and found:
        hint = f"{say.counted(len(found), 'contact')} missing"
    url = reverse(f"reviews:{work.page}", kwargs={"review_id": review.pk})
    return Task(title=work.title, url=url, status=status, hint=hint)


def _hint(found: list[str]) -> str:
    """The first thing that is missing, and how many more; a hint has no full stop."""
    if not found:
        return ""
    first = found[0].rstrip(".")
    return first if len(found) == 1 else f"{first}, and {len(found) - 1} more"


def _untouched(review: Review) -> bool:
    return not review.milestones.exclude(status=Milestone.Status.OPEN).exists()
