"""Queries and small values for the pages of set-up. Nothing here writes."""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse

from reviews.models import Milestone, Review, Stage, User
from reviews.reading.team import team_of


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
            if milestone.owner_role
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


@dataclass(frozen=True)
class Task:
    """One row of the set-up task list."""

    title: str
    url: str
    status: str
    hint: str = ""

    @property
    def completed(self) -> bool:
        return self.status == "Completed"


def set_up_tasks(review: Review) -> list[Task]:
    """What a review needs before the lead-in, with what is missing said in words."""

    def address(name: str) -> str:
        return reverse(f"reviews:{name}", kwargs={"review_id": review.pk})

    def task(title: str, name: str, missing: str) -> Task:
        return Task(
            title, address(name), "Incomplete" if missing else "Completed", missing
        )

    questions = review.key_questions.count()
    agencies = review.agencies.count()
    vacancies = [slot.role_title for slot in team_of(review).vacancies]
    contacts = review.council_contact_name and review.council_contact_email
    return [
        task(
            "Say what the review is about",
            "details",
            "The scope is not written yet"
            if not review.scope
            else ""
            if contacts
            else "The council’s contact is not named yet",
        ),
        task(
            "Agree the key questions",
            "key-questions",
            "" if questions >= 3 else f"{questions} of at least 3 are written",
        ),
        task(
            "List the agencies",
            "agencies",
            "" if agencies >= 2 else "At least two agencies take part",
        ),
        task(
            "Build the team",
            "team",
            f"Still to be found: {', '.join(vacancies).lower()}" if vacancies else "",
        ),
        task("Check the twelve-week plan", "plan", ""),
    ]
