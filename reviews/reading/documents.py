"""Documents asked for and documents here: what a page says of each."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse

from reviews.access import Action, Sight, can, own_agency, sees
from reviews.models import (
    Agency,
    Document,
    DocumentRequest,
    DocumentVersion,
    Membership,
    Need,
    Review,
    Stage,
)
from reviews.pages import say
from reviews.pages.progress import ToDo
from reviews.reading.asked import (
    Answer,
    State,
    all_answers,
    answers_of,
    asks_an_agency,
    asks_each_agency,
    late_count,
    late_words,
    together,
)
from reviews.reading.filters import Choice
from reviews.reading.titles import as_read_by

NEED_ORDER = {need: number for number, need in enumerate(Need.values)}


def requests_for(member: Membership) -> QuerySet[DocumentRequest]:
    """All of them for the team and the council's contact; a partner sees its own."""
    asked = member.review.document_requests.select_related("agency")
    if sees(member, Sight.OTHER_AGENCIES):
        return asked
    return asked.filter(
        Q(agency=member.agency) | Q(agency=None, owner_role=member.role)
    )


def documents_for(member: Membership) -> QuerySet[Document]:
    """Taken documents: the team reads all, the council's contact the council's, a partner its own."""
    found = member.review.documents.filter(versions__number__gt=0).distinct()
    if sees(member, Sight.EVERY_DOCUMENT):
        return found
    if sees(member, Sight.COUNCIL_DOCUMENTS):
        return found.filter(agency__kind=Agency.Kind.COUNCIL)
    return found.filter(agency=member.agency, agency__isnull=False)


def versions_for(member: Membership) -> QuerySet[DocumentVersion]:
    """Every taken version that this member may open."""
    return member.review.document_versions.filter(
        number__gt=0, document__in=documents_for(member)
    ).select_related("document")


def waiting_for(member: Membership) -> QuerySet[DocumentVersion]:
    """What this member uploaded and has not confirmed."""
    return member.review.document_versions.filter(
        number=0, uploaded_by=member.user
    ).select_related("document", "document__agency", "review")


@dataclass(frozen=True)
class DocumentRow:
    """A document with its newest version."""

    document: Document
    newest: DocumentVersion
    versions: int
    agency: str
    theme_words: str
    read: bool = False
    readers: int = 0

    @property
    def need_words(self) -> str:
        return self.document.get_need_display()

    @property
    def is_missed(self) -> bool:
        """The team is on site, and the reader has not read what everybody must."""
        review = self.document.review
        return (
            review.stage >= Stage.ON_SITE
            and self.document.need == Need.MUST
            and not self.read
        )

    @property
    def is_unread(self) -> bool:
        """The team is on site, and nobody has read what everybody must."""
        return self.is_missed and not self.readers


def document_rows(
    member: Membership, *, documents: QuerySet[Document] | None = None
) -> list[DocumentRow]:
    """In a fixed number of queries, however many there are."""
    found = documents_for(member) if documents is None else documents
    found = found.select_related("agency", "request").prefetch_related(
        Prefetch("versions", DocumentVersion.objects.filter(number__gt=0).defer("name"))
    )
    review = member.review
    readers = dict(
        review.document_reads.values_list("document_id").annotate(n=Count("pk"))
    )
    mine = set(member.document_reads.values_list("document_id", flat=True))
    rows = []
    for document in as_read_by(member, found):
        document.review = review
        versions = list(document.versions.all())
        rows.append(
            DocumentRow(
                document,
                versions[0],
                len(versions),
                document.agency.name if document.agency else "",
                theme_words(review, document.themes),
                document.pk in mine,
                readers.get(document.pk, 0),
            )
        )
    return sorted(rows, key=_reading_order)


def _reading_order(row: DocumentRow) -> tuple[int, str, str]:
    document = row.document
    code = document.request.code if document.request else "~"
    return NEED_ORDER.get(document.need, 9), code, document.title


def theme_words(review: Review, codes: Sequence[str]) -> str:
    """As in "Theme 3, Working together", "Themes 1 and 3" or "All themes"."""
    themes = [each for each in review.pack.themes if each.code in codes]
    if len(themes) in (0, len(review.pack.themes)):
        return "All themes"
    if len(themes) == 1:
        return f"Theme {themes[0].number}, {themes[0].title}"
    return f"Themes {say.listed([str(each.number) for each in themes])}"


@dataclass(frozen=True)
class RequestRow:
    """One request, and how it stands for whoever looks."""

    request: DocumentRequest
    owner: str
    theme_words: str
    answers: list[Answer]
    each_agency: bool
    may_answer: bool
    documents: list[DocumentRow] = field(default_factory=list)

    @property
    def state(self) -> State:
        return together(self.answers)[0]

    @property
    def status(self) -> str:
        return together(self.answers)[1]

    @property
    def colour(self) -> str:
        return self.state.colour

    @property
    def is_open(self) -> bool:
        return any(answer.is_open for answer in self.answers)

    @property
    def late(self) -> list[Answer]:
        return [each for each in self.answers if each.state == State.LATE]

    @property
    def reasons(self) -> list[str]:
        """Why there is none, with who said so where several were asked."""
        return [
            f"{each.who}: {each.because}" if len(self.answers) > 1 else each.because
            for each in self.answers
            if each.because
        ]

    @property
    def still_to_come(self) -> str:
        """The agencies of which nothing came yet; empty where one alone is asked."""
        if len(self.answers) < 2:
            return ""
        return say.listed([each.who for each in self.answers if each.is_open])


def request_rows(
    member: Membership, rows: list[DocumentRow], today: dt.date
) -> list[RequestRow]:
    """Requests with what came for each of them: what is late first, then what is open.

    A partner sees its own answers alone. The council's contact sees that a partner has sent
    something, never what.
    """
    by_request: dict[int, list[DocumentRow]] = defaultdict(list)
    for row in rows:
        if row.document.request_id:
            by_request[row.document.request_id].append(row)
    review = member.review
    requests = list(requests_for(member))
    answers = answers_of(review, requests, today=today)
    titles = review.pack.owner_titles
    every = sees(member, Sight.OTHER_AGENCIES)
    found = []
    for request in requests:
        owner = titles.get(request.owner_role, request.owner_role)
        each_agency = asks_each_agency(review, request)
        if request.agency:
            owner = f"{owner}, {request.agency.name}"
        elif each_agency and every:
            owner = f"{owner} of each agency"
        own = [
            _as_seen_by(member, each)
            for each in answers[request.pk]
            if every or each.agency == member.agency
        ]
        found.append(
            RequestRow(
                request,
                owner,
                theme_words(review, request.themes),
                own,
                each_agency,
                bool(answerers(member, request, own)),
                by_request.get(request.pk, []),
            )
        )
    order = list(State)
    found.sort(key=lambda row: order.index(row.state))
    return found


def _as_seen_by(member: Membership, answer: Answer) -> Answer:
    """A partner's reasons are for the team and itself."""
    of_partner = answer.agency and answer.agency.kind == Agency.Kind.PARTNER
    own = answer.agency == own_agency(member)
    if of_partner and not (own or sees(member, Sight.EVERY_DOCUMENT)):
        return replace(answer, because="")
    return answer


def answerers(
    member: Membership, request: DocumentRequest, answers: Sequence[Answer]
) -> list[Answer]:
    """Those of the answers that this member may give: its own agency's, the council's, or for
    somebody of the team everybody's."""
    if not can(member, Action.ADD_EVIDENCE_FILE):
        return []
    if sees(member, Sight.EVERY_DOCUMENT):
        return list(answers)
    if not sees(member, Sight.COUNCIL_DOCUMENTS):
        return [each for each in answers if each.agency == member.agency]
    if not asks_an_agency(member.review, request):
        return list(answers)
    return [
        each
        for each in answers
        if each.agency and each.agency.kind == Agency.Kind.COUNCIL
    ]


def answers_for(
    member: Membership, request: DocumentRequest, *, today: dt.date
) -> list[Answer]:
    """How those stand for whom this member may answer the request."""
    answers = answers_of(member.review, [request], today=today)[request.pk]
    return answerers(member, request, answers)


def documents_to_send(member: Membership, *, today: dt.date) -> list[ToDo]:
    """What this member's agency or role is still asked for, in one line.

    Whoever asks for documents is told what is late; the rest of the team is asked nothing.
    """
    if can(member, Action.REQUEST_DOCUMENTS):
        return _late_documents(member, today)
    open_rows = owed_by(member, today=today)
    if not open_rows:
        return []
    late = sum(bool(row.late) for row in open_rows)
    first = min(row.request.due_on for row in open_rows)
    return [
        ToDo(
            title=f"{say.counted(len(open_rows), 'document')} to send in",
            when=f"{late} late" if late else f"the first by {say.day(first)}",
            url=reverse("reviews:documents", args=[member.review_id]),
            late=bool(late),
        )
    ]


def owed_by(member: Membership, *, today: dt.date) -> list[RequestRow]:
    """What this contact's agency or role is asked for and has not answered; of the team nothing."""
    if sees(member, Sight.EVERY_DOCUMENT) or not can(member, Action.ADD_EVIDENCE_FILE):
        return []
    owned = member.review.pack.owned_by(member.role, member.access_role)
    return [
        row
        for row in request_rows(member, [], today)
        if row.is_open and (own_agency(member) or row.request.owner_role in owned)
    ]


def late_of_others(member: Membership, *, today: dt.date) -> int:
    """How many documents are late that this member reads of and is not to send or to chase."""
    if own_agency(member) or can(member, Action.REQUEST_DOCUMENTS):
        return 0
    if not can(member, Action.READ_EVIDENCE_FILE):
        return 0
    own = {row.request.pk for row in owed_by(member, today=today)}
    rows = request_rows(member, [], today)
    return sum(len(row.late) for row in rows if row.request.pk not in own)


def _late_documents(member: Membership, today: dt.date) -> list[ToDo]:
    late = late_count(all_answers(member.review, today=today))
    if not late:
        return []
    return [
        ToDo(
            title=late_words(late),
            url=reverse("reviews:documents", args=[member.review_id]),
            late=True,
        )
    ]


COUNCIL = "council"
BY_NOBODY, NOT_BY_ME = Choice("nobody", "By nobody"), Choice("not-me", "Not by me")


@dataclass(frozen=True)
class Standing:
    """How many of the documents that are asked for stand how; “Nobody has read” how many."""

    asked: int
    received: int
    late: int
    none: int
    missed: int
    unread: int

    @property
    def late_words(self) -> str:
        return late_words(self.late)


def standing(requests: list[RequestRow], rows: list[DocumentRow]) -> Standing:
    states = Counter(each.state for row in requests for each in row.answers)
    return Standing(
        asked=sum(states.values()),
        received=states[State.RECEIVED],
        late=states[State.LATE],
        none=states[State.NONE],
        missed=states[State.MISSED],
        unread=sum(not row.readers for row in rows),
    )


RULES = {
    "nhs number": ("place looks like an NHS number", "places look like an NHS number"),
    "upn": ("place looks like a pupil number", "places look like a pupil number"),
    "case reference": (
        "place looks like a case reference",
        "places look like a case reference",
    ),
    "date of birth": (
        "date stands beside “born” or “DOB”",
        "dates stand beside “born” or “DOB”",
    ),
}


def mark_sentences(version: DocumentVersion) -> list[str]:
    """What was found in a file, in words and numbers; never the place itself."""
    return [
        f"{count} {RULES[rule][count != 1]}"
        for rule, count in sorted(version.marks.items())
        if rule in RULES
    ]
