"""Who is asked for which document, and how each of them stands. Nothing here writes.

A request names one agency, or the council, or, where its owner is a role of the agencies, each
agency for itself: one agency's file or "there is none" says nothing of the others.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reviews.models import (
    AccessRole,
    Agency,
    DocumentRequest,
    NoSuchDocument,
    Review,
    Stage,
)
from reviews.pages import say


class State(StrEnum):
    """The order is that of urgency."""

    LATE = "late"
    WAITING = "waiting"
    MISSED = "missed"
    NONE = "none"
    RECEIVED = "received"

    @property
    def words(self) -> str:
        return {
            State.MISSED: "Did not come",
            State.NONE: "Does not exist",
        }.get(self, self.value.capitalize())

    @property
    def colour(self) -> str:
        return {
            State.LATE: "red",
            State.WAITING: "blue",
            State.MISSED: "grey",
            State.NONE: "grey",
        }.get(self, "")

    @property
    def is_open(self) -> bool:
        return self in (State.LATE, State.WAITING)


@dataclass(frozen=True)
class Answer:
    """How one of those who are asked stands. Without an agency it is the council."""

    agency: Agency | None
    state: State
    because: str = ""

    @property
    def is_open(self) -> bool:
        return self.state.is_open

    @property
    def who(self) -> str:
        return self.agency.name if self.agency else "The council"


def asks_an_agency(review: Review, request: DocumentRequest) -> bool:
    """Whether contacts of agencies are asked, not the council."""
    role = next(
        (each for each in review.pack.roles if each.code == request.owner_role), None
    )
    return role is not None and role.for_an_agency


def asks_each_agency(review: Review, request: DocumentRequest) -> bool:
    """Whether each agency answers for itself."""
    return not request.agency_id and asks_an_agency(review, request)


def agencies_asked(review: Review, role: str) -> list[Agency]:
    """Those that answer where each agency is asked: the ones with a contact in that role, and
    partners that have no contact yet."""
    contacts: dict[int, set[str]] = {}
    for agency, code in review.memberships.filter(
        access_role=AccessRole.PC, agency__isnull=False
    ).values_list("agency_id", "role"):
        contacts.setdefault(agency, set()).add(code)
    return [
        each
        for each in review.agencies.all()
        if role in contacts.get(each.pk, ())
        or (each.kind == Agency.Kind.PARTNER and each.pk not in contacts)
    ]


def answers_of(
    review: Review, requests: Iterable[DocumentRequest], *, today: dt.date
) -> dict[int, list[Answer]]:
    """By number of the request, how everybody stands who is asked.

    In a fixed number of queries, however many requests there are.
    """
    came = set(
        review.documents.filter(
            versions__number__gt=0, request__isnull=False
        ).values_list("request_id", "agency_id")
    )
    nones = {
        (each.request_id, each.agency_id): each.because
        for each in NoSuchDocument.objects.filter(request__review=review)
    }
    by_role: dict[str, list[Agency]] = {}
    found: dict[int, list[Answer]] = {}
    for request in requests:
        asked: Sequence[Agency | None] = [request.agency]
        each_agency = asks_each_agency(review, request)
        if each_agency:
            role = request.owner_role
            if role not in by_role:
                by_role[role] = agencies_asked(review, role)
            asked = by_role[role]
        senders = {agency for number, agency in came if number == request.pk}
        found[request.pk] = []
        for agency in asked:
            number = agency.pk if agency else None
            here = (
                number in senders
                if each_agency
                # What somebody else sent in for it is there too.
                else bool(senders if agency is None else senders & {number, None})
            )
            because = nones.get((request.pk, number), "")
            state = _state(review, request, here, because, today)
            found[request.pk].append(Answer(agency, state, because))
    return found


def _state(
    review: Review, request: DocumentRequest, came: bool, because: str, today: dt.date
) -> State:
    if came:
        return State.RECEIVED
    if because:
        return State.NONE
    if review.stage > Stage.ON_SITE:
        return State.MISSED
    return State.LATE if request.due_on < today else State.WAITING


def all_answers(review: Review, *, today: dt.date) -> list[Answer]:
    """Every answer of the review, for counts."""
    requests = review.document_requests.select_related("agency")
    by_request = answers_of(review, requests, today=today)
    return [answer for answers in by_request.values() for answer in answers]


def late_count(answers: Iterable[Answer]) -> int:
    return sum(answer.state == State.LATE for answer in answers)


def late_words(number: int) -> str:
    """As in "1 document is late": the same on every page that says it."""
    return f"{say.counted(number, 'document')} {'is' if number == 1 else 'are'} late"


def still_asked(review: Review) -> list[DocumentRequest]:
    """Requests that somebody has not answered yet."""
    requests = list(review.document_requests.select_related("agency"))
    # Whether an open one is late already makes no difference here.
    answers = answers_of(review, requests, today=dt.date.min)
    return [
        each for each in requests if any(answer.is_open for answer in answers[each.pk])
    ]


def together(answers: Sequence[Answer]) -> tuple[State, str]:
    """How a request stands as a whole, in one state and in words.

    As in "3 of 7 received, 1 late"; of a single answer its own words.
    """
    if len(answers) == 1:
        return answers[0].state, answers[0].state.words
    if not answers:
        return State.WAITING, "No agency is asked yet"
    counted = Counter(answer.state for answer in answers)
    worst = next(state for state in State if counted[state])
    parts = [f"{counted[State.RECEIVED]} of {len(answers)} received"]
    parts += [
        f"{counted[state]} {words}"
        for state, words in (
            (State.LATE, "late"),
            (State.NONE, "without one"),
            (State.MISSED, "did not come"),
        )
        if counted[state]
    ]
    return worst, ", ".join(parts)
