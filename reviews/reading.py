"""Queries and small values for the pages of set-up. Nothing here writes."""

import datetime as dt
from dataclasses import dataclass

from django.urls import reverse

from reviews import lead_in
from reviews.models import Membership, Milestone, Review, User


@dataclass(frozen=True)
class WorkRow:
    """One review on somebody's "my work" page."""

    review: Review
    role_title: str
    late: int
    next_milestone: Milestone | None


def work_of(user: User, *, today: dt.date) -> list[WorkRow]:
    """Every review that ``user`` is on, the newest visit first, in two queries."""
    members = list(
        user.memberships.select_related("review").order_by("-review__day_zero", "pk")
    )
    by_review: dict[int, list[Milestone]] = {}
    for milestone in Milestone.objects.filter(
        review__memberships__user=user,
        status__in=[Milestone.Status.OPEN, Milestone.Status.IN_PROGRESS],
    ):
        by_review.setdefault(milestone.review_id, []).append(milestone)
    rows = []
    for member in members:
        mine = [
            milestone
            for milestone in by_review.get(member.review_id, [])
            if milestone.owner_role == member.role
        ]
        rows.append(
            WorkRow(
                review=member.review,
                role_title=member.role_title,
                late=sum(milestone.is_late(today) for milestone in mine),
                next_milestone=next(
                    (each for each in mine if each.due_on >= today), None
                ),
            )
        )
    return rows


@dataclass(frozen=True)
class Slot:
    """A role of the framework with who holds it, or a vacancy."""

    role_title: str
    members: list[Membership]
    vacant: bool


@dataclass(frozen=True)
class Team:
    peers: list[Slot]
    hosts: list[Slot]

    @property
    def vacancies(self) -> list[Slot]:
        return [slot for slot in [*self.peers, *self.hosts] if slot.vacant]


def team_of(review: Review) -> Team:
    held: dict[str, list[Membership]] = {}
    for member in review.memberships.select_related("user", "agency"):
        held.setdefault(member.role, []).append(member)
    peers, hosts = [], []
    for role in review.pack.roles:
        if not role.has_account:
            continue
        members = held.get(role.code, [])
        slot = Slot(role.title, members, len(members) < role.least)
        if members or slot.vacant:
            (hosts if role.access_role in ("CS", "CC", "PC") else peers).append(slot)
    return Team(peers, hosts)


@dataclass(frozen=True)
class PlanRow:
    milestone: Milestone
    owner_title: str
    status: str
    colour: str
    weeks: str


def plan_of(review: Review, *, today: dt.date) -> list[PlanRow]:
    """The plan's rows in order of date, each with its status in words."""
    titles = {role.code: role.title for role in review.pack.roles}
    rows = []
    for milestone in review.milestones.all():
        status = lead_in.status_words(
            milestone.due_on,
            is_open=milestone.is_open,
            stored=milestone.get_status_display(),
            today=today,
        )
        rows.append(
            PlanRow(
                milestone=milestone,
                owner_title=titles.get(milestone.owner_role, milestone.owner_role),
                status=status,
                colour=STATUS_COLOURS.get(status, ""),
                weeks=_weeks(milestone.offset_days),
            )
        )
    return rows


STATUS_COLOURS = {"Late": "red", "Due soon": "yellow", "In progress": "light-blue"}


def _weeks(offset: int) -> str:
    """Where a milestone stands from the visit, in the words that people use."""
    if -7 < offset < 0:
        return "the day before" if offset == -1 else f"{-offset} days before"
    if 0 <= offset < 7:
        return f"day {offset + 1} of the visit"
    weeks, after = abs(offset) // 7, offset > 0
    unit = "week" if weeks == 1 else "weeks"
    return f"{weeks} {unit} {'after' if after else 'before'}"


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
