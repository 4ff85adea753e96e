"""What the team and the council see while a questionnaire is prepared and open."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count
from django.urls import reverse

from questionnaires.models import (
    LONGEST_OPEN,
    Invitation,
    OpenLink,
    PendingImport,
    Questionnaire,
)
from questionnaires.reading.building import texts_of
from questionnaires.reading.late import LateOffer, late_offer
from questionnaires.reading.listing import agency_counts
from questionnaires.reading.proof import proof_task
from questionnaires.reading.told import places_left, places_of, saved_drafts
from questionnaires.reading.turnout import people_words
from questionnaires.reading.work import of_questionnaire, waiting
from questionnaires.rules import languages
from reviews.access import GRANTS, Action, allowed, can
from reviews.models import Delivery, Membership, Review
from reviews.pages import say
from reviews.pages.progress import Work
from reviews.reading import Task
from reviews.secrets import keystore

State = Questionnaire.State
Sending = Questionnaire.Sending


@dataclass(frozen=True)
class QuestionnaireRow:
    """One questionnaire of a review in its list."""

    questionnaire: Questionnaire
    questions: int
    people: str


def rows_of(review: Review) -> list[QuestionnaireRow]:
    found = review.questionnaires.annotate(
        number=Count("questions", distinct=True),
        invited=Count("invitations", distinct=True),
    ).order_by("pk")
    return [
        QuestionnaireRow(
            each,
            each.number,
            people_words(each, each.invited).removesuffix(" people")
            if each.is_late
            else f"{each.invited:,}",
        )
        for each in found
    ]


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
    State.DESTROYED: 0,
    State.RELEASED: 0,
    State.DRAFT: 1,
    State.RELEASING: 2,
    State.CLOSED: 2,
    State.OPENING: 3,
    State.OPEN: 3,
}


def latest_released(review: Review) -> Questionnaire | None:
    """A late round has its results beside those of the first, never in their place."""
    found = (
        review.questionnaires.filter(state=State.RELEASED, late_of=None)
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
class Overview:
    """Where the questionnaire stands and what can be done with it now."""

    questionnaire: Questionnaire
    where: str
    # What becomes of answers that are not released in time; "" where none waits.
    in_time: str
    work: Work | None
    invited: int
    people: str
    unsent: int
    deliveries: tuple[DeliveryRow, ...]
    faulty: tuple[Invitation, ...]
    faulty_more: int
    stuck: int
    drafts: str
    open_links: tuple[OpenLinkRow, ...]
    agencies: tuple[tuple[str, int], ...]
    may_import: bool
    runs: bool
    may_send: bool
    stopped: str
    can_stop: bool
    reminders_left: int
    next_reminder: str
    pending: PendingImport | None
    second_person: str
    tasks: tuple[Task, ...]
    others: bool
    late: LateOffer | None


@dataclass(frozen=True)
class OpenLinkRow:
    """An agency's open link: its places before the opening, what is left of them afterwards."""

    link: OpenLink
    agency: str
    places: int
    left: str
    made: bool


# More addresses than this are not read out on the overview.
FAULTY_SHOWN = 100
_FAULTY = (Delivery.NO_ADDRESS, Delivery.MAILBOX, Delivery.FAILED, Delivery.UNKNOWN)


def overview(
    questionnaire: Questionnaire, membership: Membership, today: dt.date
) -> Overview:
    """A fixed number of queries, however many people are on the list.

    Of a late round nothing that counts its list, and none of its addresses.
    """
    states = delivery_counts(questionnaire)
    late = questionnaire.is_late
    runs = can(membership, Action.RUN_QUESTIONNAIRE)
    draft = questionnaire.state == State.DRAFT
    is_open = questionnaire.state == State.OPEN
    counts = agency_counts(questionnaire, membership)
    names = {agency.code: agency.name for agency in questionnaire.review.agencies.all()}
    invited = sum(states.values())
    faulty = sum(states[state] for state in _FAULTY)
    earliest = questionnaire.next_reminder_on
    return Overview(
        questionnaire=questionnaire,
        where=_where(questionnaire, invited),
        in_time=_in_time(questionnaire),
        work=of_questionnaire(questionnaire),
        invited=invited,
        people=people_words(questionnaire, invited),
        unsent=states[Delivery.NEW],
        deliveries=_deliveries(questionnaire, states)
        if runs and not draft and not late
        else (),
        faulty=_faulty(questionnaire) if runs and faulty and not late else (),
        faulty_more=max(0, faulty - FAULTY_SHOWN),
        stuck=sum(
            states[state]
            for state in (Delivery.FAILED, Delivery.UNKNOWN, Delivery.MAILBOX)
        ),
        drafts=saved_drafts(questionnaire)
        if is_open and can(membership, Action.READ_TURNOUT)
        else "",
        open_links=open_link_rows(questionnaire) if runs else (),
        agencies=tuple(
            sorted((names.get(code, code), number) for code, number in counts.items())
        )
        if not late
        else (),
        may_import=draft and not late and can(membership, Action.IMPORT_INVITATIONS),
        runs=runs,
        may_send=runs and is_open,
        stopped=_stopped(questionnaire) if runs and is_open else "",
        can_stop=runs and is_open and questionnaire.is_sending,
        reminders_left=questionnaire.most_reminders - questionnaire.reminders,
        next_reminder=say.day(earliest) if earliest and earliest > today else "",
        pending=questionnaire.pending_imports.filter(
            uploaded_by=membership.user_id
        ).first()
        if draft
        else None,
        second_person=_second_person(questionnaire, membership),
        tasks=_tasks(questionnaire, invited, membership) if runs and draft else (),
        others=questionnaire.review.questionnaires.count() > 1,
        late=late_offer(questionnaire)
        if runs and not late and questionnaire.state == State.RELEASED
        else None,
    )


def delivery_counts(questionnaire: Questionnaire) -> Counter[str]:
    rows = questionnaire.invitations.order_by().values_list("delivery_state")
    return Counter(dict(rows.annotate(n=Count("pk"))))


def _where(questionnaire: Questionnaire, invited: int) -> str:
    """The one line that says where it stands."""
    number = people_words(questionnaire, invited)
    closes = questionnaire.closes_on
    until = say.day(closes) if closes else ""
    match questionnaire.state:
        case State.DRAFT if questionnaire.is_late:
            return _late_draft(questionnaire, number)
        case State.DRAFT:
            return f"A draft, with {number if invited else 'nobody'} on the list."
        case State.OPENING:
            return f"It is being opened for {number}, until the end of {until}."
        case State.OPEN:
            return f"Open until the end of {until}."
        case State.CLOSED:
            return f"Closed on {until}. The answers are sealed."
        case State.RELEASING:
            return f"Closed on {until}. The results are being released."
        case State.DESTROYED:
            return (
                f"It ended on {until}. Its answers had not been released on the day until which "
                "what people say is kept, so they were destroyed unread, with the list of people."
            )
    return f"Closed on {until}, and released to the team."


def _in_time(questionnaire: Questionnaire) -> str:
    if questionnaire.state in (State.DRAFT, State.RELEASED, State.DESTROYED):
        return ""
    return (
        f"Answers that are not released before {say.day(questionnaire.review.words_until)} are "
        "destroyed unread on that day."
    )


def _late_draft(questionnaire: Questionnaire, number: str) -> str:
    if not questionnaire.late_counts["invited"]:
        return "A draft of a late round, by links of whole agencies."
    if not questionnaire.invitations.exists():
        return "A draft of a late round. The addresses of those it would ask have been destroyed."
    return f"A draft of a late round, for {number} who had not answered."


def _deliveries(
    questionnaire: Questionnaire, states: Counter[str]
) -> tuple[DeliveryRow, ...]:
    """Of a reminder that is going out, whoever waits for it had the first message: how many they
    are would say how many have answered."""
    shown = Counter(states)
    if questionnaire.letter == Questionnaire.Letter.REMINDER:
        for state in (Delivery.QUEUED, Delivery.SENDING):
            shown[Delivery.SENT] += shown.pop(state, 0)
    return tuple(
        DeliveryRow(str(state.label), shown[state])
        for state in Delivery
        if shown[state]
    )


def _faulty(questionnaire: Questionnaire) -> tuple[Invitation, ...]:
    rows = questionnaire.invitations.filter(delivery_state__in=_FAULTY)[:FAULTY_SHOWN]
    with keystore.held():
        return tuple(sorted(rows, key=lambda each: str(each.email)))


def _stopped(questionnaire: Questionnaire) -> str:
    """What is left of a round that was stopped."""
    if questionnaire.sending != Sending.STOPPED:
        return ""
    if questionnaire.letter == Questionnaire.Letter.REMINDER:
        return "The reminder was stopped in the middle."
    if questionnaire.is_late:
        return "Sending was stopped. Some messages have not gone."
    if not questionnaire.round_size:
        return "Sending was stopped before anything had gone."
    left = say.counted(waiting(questionnaire), "message")
    return f"Sending was stopped. {left} of {questionnaire.round_size:,} have not gone."


def _second_person(questionnaire: Questionnaire, membership: Membership) -> str:
    """Who can agree to a release that was asked for, so that one knows whom to speak to."""
    asked = questionnaire.release_asked_by_id
    if questionnaire.state != State.CLOSED or asked is None:
        return ""
    roles = [
        role
        for role in GRANTS[Action.RUN_RELEASE]
        if allowed(Action.RUN_RELEASE, role, questionnaire.review.stage)
    ]
    names = [
        member.name
        for member in questionnaire.review.memberships.filter(access_role__in=roles)
        .exclude(user=asked)
        .select_related("user")
        .order_by("user__full_name")
    ]
    return say.listed(names) if names else ""


def open_link_rows(questionnaire: Questionnaire) -> tuple[OpenLinkRow, ...]:
    names = {agency.code: agency.name for agency in questionnaire.review.agencies.all()}
    places = places_of(questionnaire)
    rows = []
    for link in questionnaire.open_links.all():
        code = link.leaf.partition("/")[0]
        rows.append(
            OpenLinkRow(
                link,
                names.get(code, code),
                places.get(link.leaf, link.remaining),
                places_left(questionnaire, link),
                made=link.link_hash is not None,
            )
        )
    return tuple(sorted(rows, key=lambda row: row.agency))


def suggested_close(questionnaire: Questionnaire, today: dt.date) -> dt.date | None:
    """The day that the plan has for it, else three weeks from today; always one that is allowed."""
    review = questionnaire.review
    planned = next(
        (
            milestone.due_on
            for milestone in review.milestones.all()
            if review.pack.milestone_page(milestone.code) == "questionnaire"
            and "clos" in milestone.title.lower()
        ),
        None,
    )
    day = planned if planned and planned > today else today + USUAL_OPEN
    day = min(day, today + LONGEST_OPEN)
    if today < review.day_zero <= day:
        day = review.day_zero - dt.timedelta(days=1)
    return day if day > today else None


USUAL_OPEN = dt.timedelta(days=21)


def _tasks(
    questionnaire: Questionnaire, invited: int, membership: Membership
) -> tuple[Task, ...]:
    """What a draft needs before it opens, each with its page.

    A late round has its people and its smallest group from the first.
    """

    def page(name: str) -> str:
        return reverse(
            f"questionnaires:{name}", args=[questionnaire.review_id, questionnaire.pk]
        )

    asked = questionnaire.asked().count()
    places = sum(questionnaire.open_links.values_list("remaining", flat=True))
    small = questionnaire.k < Questionnaire.SMALL_K
    agreed = not small or questionnaire.small_k_agreed_by_id
    enough = invited + places >= questionnaire.k
    late = questionnaire.is_late
    lists = can(membership, Action.IMPORT_INVITATIONS)
    tasks: list[Task | None] = [
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
        )
        if not (late and agreed)
        else None,
        Task(
            "Choose a second language",
            page("translation") if questionnaire.language else page("language"),
            _translated(questionnaire),
            languages.name_of(questionnaire.language) or "English only",
        ),
        Task(
            "Draw up the list of people",
            page("people"),
            "Completed" if enough else "Incomplete",
            f"{say.counted(invited, 'person', 'people')} on the list",
        )
        if lists and not late
        else None,
        Task(
            "Give links to agencies without addresses",
            page("open-links"),
            "Completed",
            f"{say.counted(places, 'place')} by a link of their agency"
            if places
            else "None",
        )
        if not late
        or any(questionnaire.may_have_link(leaf) for leaf in _links(questionnaire))
        else None,
        Task("See what people will get", page("preview"), "Completed"),
        proof_task(questionnaire),
    ]
    return tuple(task for task in tasks if task)


def _links(questionnaire: Questionnaire) -> list[str]:
    agencies = questionnaire.review.agencies.all()
    return [f"{agency.code}/{OpenLink.GROUP}" for agency in agencies]


def _translated(questionnaire: Questionnaire) -> str:
    if not questionnaire.language:
        return "Completed"
    missing = any(group.missing for group in texts_of(questionnaire))
    return "Incomplete" if missing else "Completed"
