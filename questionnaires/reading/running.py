"""What the team and the council see while a questionnaire is prepared and open."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse

from questionnaires import languages
from questionnaires.models import Invitation, PendingImport, Questionnaire
from questionnaires.reading.building import texts_of
from questionnaires.reading.proof import proof_task
from reviews import say
from reviews.access import Action, can
from reviews.models import AccessRole, Delivery, Job, Membership, Review
from reviews.reading import Task

SMALLEST_TURNOUT = 10
State = Questionnaire.State


@dataclass(frozen=True)
class QuestionnaireRow:
    """One questionnaire of a review in its list."""

    questionnaire: Questionnaire
    questions: int
    invited: int


def rows_of(review: Review) -> list[QuestionnaireRow]:
    found = review.questionnaires.annotate(
        number=Count("questions", distinct=True),
        invited=Count("invitations", distinct=True),
    ).order_by("pk")
    return [QuestionnaireRow(each, each.number, each.invited) for each in found]


def current(review: Review) -> Questionnaire | None:
    """The one that matters now: open or waiting for its release before drafts and past ones."""
    found = sorted(
        review.questionnaires.all(),
        key=lambda each: (_URGENCY[State(each.state)], each.pk),
    )
    if not found:
        return None
    found[-1].review = review
    return found[-1]


_URGENCY = {
    State.RELEASED: 0,
    State.DRAFT: 1,
    State.RELEASING: 2,
    State.CLOSED: 2,
    State.OPENING: 3,
    State.OPEN: 3,
}


def latest_released(review: Review) -> Questionnaire | None:
    found = (
        review.questionnaires.filter(state=State.RELEASED)
        .order_by("releases__on", "pk")
        .last()
    )
    if found:
        found.review = review
    return found


@dataclass(frozen=True)
class DeliveryRow:
    label: str
    number: int


@dataclass(frozen=True)
class Turnout:
    """A group and how many of it have answered. ``share`` is None where it is too small to say."""

    title: str
    invited: int
    answered: int | None
    share: int | None


@dataclass(frozen=True)
class Overview:
    """Where the questionnaire stands and what can be done with it now."""

    questionnaire: Questionnaire
    invited: int
    unsent: int
    deliveries: tuple[DeliveryRow, ...]
    faulty: tuple[Invitation, ...]
    stuck: int
    groups: tuple[tuple[str, int], ...]
    questions: int
    may_import: bool
    runs: bool
    may_send: bool
    reminders_left: int
    pending: PendingImport | None
    job: Job | None
    tasks: tuple[Task, ...]
    others: bool


def overview(questionnaire: Questionnaire, membership: Membership) -> Overview:
    invitations = questionnaire.invitations.all()
    states = Counter(invitations.values_list("delivery_state", flat=True))
    bad = [Delivery.NO_ADDRESS, Delivery.MAILBOX, Delivery.FAILED, Delivery.UNKNOWN]
    runs = can(membership, Action.RUN_QUESTIONNAIRE)
    faulty = invitations.filter(delivery_state__in=bad).select_related("questionnaire")
    draft = questionnaire.state == State.DRAFT
    return Overview(
        questionnaire=questionnaire,
        invited=sum(states.values()),
        unsent=states[Delivery.NEW],
        deliveries=tuple(
            DeliveryRow(str(state.label), states[state])
            for state in Delivery
            if states[state]
        ),
        faulty=tuple(sorted(faulty, key=lambda each: each.email)) if runs else (),
        stuck=questionnaire.stuck().count(),
        groups=_invited_by_agency(questionnaire, membership),
        questions=questionnaire.questions.count(),
        may_import=draft and can(membership, Action.IMPORT_INVITATIONS),
        runs=runs,
        may_send=runs and questionnaire.state == State.OPEN,
        reminders_left=Questionnaire.MOST_REMINDERS - questionnaire.reminders,
        pending=questionnaire.pending_imports.first() if draft else None,
        job=_latest_job(questionnaire) if runs else None,
        tasks=_tasks(questionnaire) if runs and draft else (),
        others=questionnaire.review.questionnaires.count() > 1,
    )


def _tasks(questionnaire: Questionnaire) -> tuple[Task, ...]:
    """What a draft needs before it opens, each with its page."""

    def page(name: str) -> str:
        return reverse(
            f"questionnaires:{name}", args=[questionnaire.review_id, questionnaire.pk]
        )

    asked = questionnaire.asked().count()
    invited = questionnaire.invitations.count()
    small = questionnaire.k < Questionnaire.SMALL_K
    agreed = not small or questionnaire.small_k_agreed_by_id
    tasks = [
        Task(
            "Choose and word the questions",
            page("questions"),
            "Completed" if asked else "Incomplete",
            say.counted(asked, "question"),
        ),
        Task(
            "Read the settings and what is promised",
            page("settings"),
            "Completed",
            f"You hope to hear from {questionnaire.target}%",
        ),
        Task(
            "Choose the smallest group with results",
            page("group-size") if agreed else page("small-groups"),
            "Completed" if agreed else "Incomplete",
            f"{questionnaire.k} people"
            if agreed
            else f"A second person has to agree to groups of {questionnaire.k}",
        ),
        Task(
            "Choose a second language",
            page("translation") if questionnaire.language else page("language"),
            _translated(questionnaire),
            languages.name_of(questionnaire.language) or "English only",
        ),
        Task(
            "Add people from a list",
            page("list-import"),
            "Completed" if invited >= questionnaire.k else "Incomplete",
            f"{say.counted(invited, 'person', 'people')} on the list",
        ),
        Task("See what people will get", page("preview"), "Completed"),
        proof_task(questionnaire),
    ]
    return tuple(tasks)


def _translated(questionnaire: Questionnaire) -> str:
    if not questionnaire.language:
        return "Completed"
    missing = any(group.missing for group in texts_of(questionnaire))
    return "Incomplete" if missing else "Completed"


def _latest_job(questionnaire: Questionnaire) -> Job | None:
    return questionnaire.review.jobs.filter(
        kind__startswith="questionnaires.", subject=str(questionnaire.pk)
    ).first()


def _invited_by_agency(
    questionnaire: Questionnaire, membership: Membership
) -> tuple[tuple[str, int], ...]:
    """How many each agency has on the list; a partner contact sees their own agency only."""
    names = {agency.code: agency.name for agency in questionnaire.review.agencies.all()}
    counts: Counter[str] = Counter()
    for leaf in questionnaire.invitations.values_list("leaf", flat=True):
        counts[leaf.split("/")[0]] += 1
    if membership.access_role == AccessRole.PC:
        own = membership.agency.code if membership.agency else ""
        counts = Counter({own: counts[own]})
    return tuple(
        sorted((names.get(code, code), number) for code, number in counts.items())
    )


def turnout(questionnaire: Questionnaire, membership: Membership) -> list[Turnout]:
    """Counted turnout of groups with at least 10 invited: counts for the team, rates for others.

    Nobody is counted one by one (count_turnout), so no row here changes with one answer.
    """
    exact = can(membership, Action.READ_TURNOUT)
    if not exact and not can(membership, Action.READ_RESPONSE_RATE):
        return []
    invited: Counter[str] = Counter()
    answered: Counter[str] = Counter()
    for leaf, counted in questionnaire.invitations.values_list("leaf", "counted_in"):
        invited[leaf] += 1
        answered[leaf] += counted
    own = membership.agency.code if membership.agency else ""
    rows: list[tuple[str, str, tuple[str, ...]]] = []
    for agency in questionnaire.root.children:
        if membership.access_role == AccessRole.PC and agency.key != own:
            continue
        if exact:
            rows += [(leaf.key, leaf.title, (leaf.key,)) for leaf in agency.children]
        else:
            rows.append((agency.key, agency.title, agency.leaves()))
    found = []
    for _, title, leaves in rows:
        size = sum(invited[leaf] for leaf in leaves)
        back = sum(answered[leaf] for leaf in leaves)
        tells = size >= SMALLEST_TURNOUT
        share = 100 * back / size if size else 0
        found.append(
            Turnout(
                title=title,
                invited=size,
                answered=back if exact and tells else None,
                share=(round(share) if exact else round(share / 10) * 10)
                if tells
                else None,
            )
        )
    return found
