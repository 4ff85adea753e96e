"""What pages show of documents: the requests, who owes what, and the peers' reading pack."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from reviews.access import Action, can
from reviews.files.workbook import workbook
from reviews.models import (
    TEAM,
    AccessRole,
    Agency,
    Document,
    DocumentRequest,
    DocumentVersion,
    Membership,
    Need,
    Review,
    Stage,
)
from reviews.packs import Theme
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
from reviews.reading.filters import Box, Choice, Filters, choices

NEED_ORDER = {need: number for number, need in enumerate(Need.values)}


def requests_for(member: Membership) -> QuerySet[DocumentRequest]:
    """All of them for the team and the council's contact; a partner sees its own."""
    asked = member.review.document_requests.select_related("agency")
    if member.access_role != AccessRole.PC:
        return asked
    return asked.filter(
        Q(agency=member.agency) | Q(agency=None, owner_role=member.role)
    )


def documents_for(member: Membership) -> QuerySet[Document]:
    """Taken documents: the team reads all, the council's contact the council's, a partner its own."""
    found = member.review.documents.filter(versions__number__gt=0).distinct()
    if member.access_role in TEAM:
        return found
    if member.access_role == AccessRole.CC:
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
    for document in found:
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
    is_partner = member.access_role == AccessRole.PC
    found = []
    for request in requests:
        owner = titles.get(request.owner_role, request.owner_role)
        each_agency = asks_each_agency(review, request)
        if request.agency:
            owner = f"{owner}, {request.agency.name}"
        elif each_agency and not is_partner:
            owner = f"{owner} of each agency"
        own = [
            _as_seen_by(member, each)
            for each in answers[request.pk]
            if not is_partner or each.agency == member.agency
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
    theirs = answer.agency and answer.agency.kind == Agency.Kind.PARTNER
    if theirs and member.access_role == AccessRole.CC:
        return replace(answer, because="")
    return answer


def answerers(
    member: Membership, request: DocumentRequest, answers: Sequence[Answer]
) -> list[Answer]:
    """Those of the answers that this member may give: its own agency's, the council's, or for
    somebody of the team everybody's."""
    if not can(member, Action.ADD_EVIDENCE_FILE):
        return []
    if member.access_role == AccessRole.PC:
        return [each for each in answers if each.agency == member.agency]
    if member.access_role == AccessRole.CC:
        if not asks_an_agency(member.review, request):
            return list(answers)
        return [
            each
            for each in answers
            if each.agency and each.agency.kind == Agency.Kind.COUNCIL
        ]
    return list(answers)


def answers_for(
    member: Membership, request: DocumentRequest, *, today: dt.date
) -> list[Answer]:
    """How those stand for whom this member may answer the request."""
    answers = answers_of(member.review, [request], today=today)[request.pk]
    return answerers(member, request, answers)


def documents_to_send(member: Membership, *, today: dt.date) -> list[ToDo]:
    """What this member's agency or role is still asked for, in one line.

    The review manager is told what is late; the rest of the team is asked nothing.
    """
    if member.access_role == AccessRole.RM:
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
    if not can(member, Action.ADD_EVIDENCE_FILE) or member.access_role in TEAM:
        return []
    owned = member.review.pack.owned_by(member.role, member.access_role)
    return [
        row
        for row in request_rows(member, [], today)
        if row.is_open
        and (member.access_role == AccessRole.PC or row.request.owner_role in owned)
    ]


def late_of_others(member: Membership, *, today: dt.date) -> int:
    """How many documents are late that this member reads of and is not to send or to chase."""
    if member.access_role in (AccessRole.RM, AccessRole.PC):
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


# What the address of the page filters and sorts by

SORTS = (
    Choice("urgency", "Urgency"),
    Choice("date", "Due date"),
    Choice("title", "Title"),
    Choice("themes", "Themes"),
)
STATES = (Choice("open", "Late or waiting"), *choices((s, s.words) for s in State))
COUNCIL = "council"


def request_boxes(member: Membership) -> tuple[Box, ...]:
    """The boxes of the bar; a partner is shown its own alone, so it has no "who"."""
    review = member.review
    who = (
        Choice(COUNCIL, "The council"),
        *choices((each.pk, each.name) for each in review.agencies.all()),
    )
    boxes = (
        Box("who", "Who", who, "Everybody"),
        Box("status", "Status", STATES, "Any status"),
        Box("theme", "Theme", _themes(review), "Any theme"),
        Box("need", "Need", choices(Need.choices), "Any need"),
        Box("sort", "Sort by", SORTS, narrows=False),
    )
    return boxes[1:] if member.access_role == AccessRole.PC else boxes


def _themes(review: Review) -> tuple[Choice, ...]:
    return tuple(
        Choice(each.code, f"{each.number}. {each.title}") for each in review.pack.themes
    )


def requests_shown(rows: Sequence[RequestRow], chosen: Filters) -> list[RequestRow]:
    """Those of ``rows`` that the filter lets through; for one agency with its answer alone."""
    kept = []
    for row in rows:
        if not _bears_on(row.request.themes, row.request.need, chosen):
            continue
        narrowed = chosen.value("who") or chosen.value("status")
        if narrowed and not any(_answers_to(each, chosen) for each in row.answers):
            continue
        own = [each for each in row.answers if _is_from(each, chosen)]
        kept.append(replace(row, answers=own))
    if chosen.value("sort") == "date":
        kept.sort(key=lambda row: row.request.due_on)
    elif chosen.value("sort") == "title":
        kept.sort(key=lambda row: row.request.title.lower())
    elif chosen.value("sort") == "themes":
        kept.sort(key=lambda row: row.theme_words)
    return kept


def _is_from(answer: Answer, chosen: Filters) -> bool:
    key = str(answer.agency.pk) if answer.agency else COUNCIL
    return chosen.value("who") in ("", key)


def _answers_to(answer: Answer, chosen: Filters) -> bool:
    status = chosen.value("status")
    return _is_from(answer, chosen) and (
        not status or status == answer.state or (status == "open" and answer.is_open)
    )


def _bears_on(themes: Sequence[str], need: str, chosen: Filters) -> bool:
    theme = chosen.value("theme")
    return (not theme or not themes or theme in themes) and (
        not chosen.value("need") or chosen.value("need") == need
    )


LIST_SORTS = (
    Choice("need", "What peers need most"),
    Choice("title", "Title"),
    Choice("newest", "Newest first"),
)
BY_NOBODY, NOT_BY_ME = Choice("nobody", "By nobody"), Choice("not-me", "Not by me")


def list_boxes(member: Membership) -> tuple[Box, ...]:
    """The boxes over the list of documents. How many have read is the manager's to know."""
    review = member.review
    agencies = choices((each.pk, each.name) for each in review.agencies.all())
    boxes = [
        Box("theme", "Theme", _themes(review), "Any theme"),
        Box("need", "Need", choices(Need.choices), "Any need"),
    ]
    if member.access_role in TEAM:
        team = Choice(TEAMS_OWN, "The team’s own")
        boxes.insert(0, Box("from", "From", (team, *agencies), "Everybody"))
        read = (
            (BY_NOBODY, NOT_BY_ME)
            if member.access_role == AccessRole.RM
            else (NOT_BY_ME,)
        )
        boxes.append(Box("read", "Read", read, "By anybody or nobody"))
    return (*boxes, Box("sort", "Sort by", LIST_SORTS, narrows=False))


TEAMS_OWN = "team"


def documents_shown(rows: Sequence[DocumentRow], chosen: Filters) -> list[DocumentRow]:
    """Those of ``rows`` that the filter lets through, in its order."""
    kept = [
        row
        for row in rows
        if _bears_on(row.document.themes, row.document.need, chosen)
        and chosen.value("from") in ("", str(row.document.agency_id or TEAMS_OWN))
        and not (chosen.value("read") == BY_NOBODY.code and row.readers)
        and not (chosen.value("read") == NOT_BY_ME.code and row.read)
    ]
    if chosen.value("sort") == "title":
        kept.sort(key=lambda row: row.document.title.lower())
    elif chosen.value("sort") == "newest":
        kept.sort(key=lambda row: row.newest.uploaded_at, reverse=True)
    return kept


LIST_COLUMNS = (
    ("Document", 60),
    ("From", 28),
    ("Themes", 24),
    ("Need", 16),
    ("Version", 10),
    ("Uploaded", 12),
)


def documents_workbook(review: Review, rows: Iterable[DocumentRow]) -> bytes:
    """The list as shown. Who has read what does not stand in it."""
    return workbook(
        sheet="Documents",
        title=f"Documents of the peer review of {review.council}",
        columns=LIST_COLUMNS,
        rows=(
            (
                row.document.title,
                row.agency or "The team",
                row.theme_words,
                row.need_words,
                row.newest.number,
                timezone.localtime(row.newest.uploaded_at).date(),
            )
            for row in rows
        ),
    )


REQUEST_COLUMNS = (
    ("Document", 60),
    ("Who", 28),
    ("Due", 12),
    ("Status", 16),
    ("Why there is none", 40),
    ("Themes", 24),
    ("Need", 16),
)


def requests_workbook(
    review: Review, rows: Iterable[RequestRow], chosen: Filters
) -> bytes:
    """One line for each of those who are asked, as the filter says."""
    return workbook(
        sheet="Documents",
        title=f"Documents asked for in the peer review of {review.council}",
        columns=REQUEST_COLUMNS,
        rows=(
            (
                row.request.title,
                answer.agency.name if answer.agency else row.owner,
                row.request.due_on,
                answer.state.words,
                answer.because,
                row.theme_words,
                row.request.get_need_display(),
            )
            for row in rows
            for answer in row.answers
            if _answers_to(answer, chosen)
        ),
    )


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


@dataclass(frozen=True)
class PackTheme:
    """One theme of the reading pack, with how far the reader has come."""

    theme: Theme
    number: int
    read: int
    must: int
    must_read: int


@dataclass(frozen=True)
class ReadingPack:
    themes: list[PackTheme]
    shown: Theme
    groups: list[tuple[str, list[DocumentRow]]]

    @property
    def number(self) -> int:
        return sum(len(rows) for _, rows in self.groups)


def reading_pack(member: Membership, theme_code: str) -> ReadingPack:
    """What there is to read for one theme, the most needed first, with one's own ticks."""
    rows = document_rows(member)
    themes = member.review.pack.themes
    shown = next((each for each in themes if each.code == theme_code), themes[0])
    by_theme = {
        theme.code: [
            row
            for row in rows
            if not row.document.themes or theme.code in row.document.themes
        ]
        for theme in themes
    }
    counted = [
        PackTheme(
            theme,
            len(by_theme[theme.code]),
            sum(row.read for row in by_theme[theme.code]),
            sum(row.document.need == Need.MUST for row in by_theme[theme.code]),
            sum(
                row.document.need == Need.MUST and row.read
                for row in by_theme[theme.code]
            ),
        )
        for theme in themes
    ]
    groups = [
        (
            str(label),
            [row for row in by_theme[shown.code] if row.document.need == need],
        )
        for need, label in Need.choices
    ]
    return ReadingPack(counted, shown, [group for group in groups if group[1]])


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
