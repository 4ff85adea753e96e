"""What pages show of documents: the requests, who owes what, and the peers' reading pack."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse

from reviews import say
from reviews.access import Action, can
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
)
from reviews.packs import Theme
from reviews.progress import ToDo

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


def theme_words(review: Review, codes: list[str]) -> str:
    numbers = [str(each.number) for each in review.pack.themes if each.code in codes]
    if not numbers:
        return "All themes"
    if len(numbers) == 1:
        return f"Theme {numbers[0]}"
    return f"Themes {', '.join(numbers[:-1])} and {numbers[-1]}"


@dataclass(frozen=True)
class RequestRow:
    """One request, and how it stands for whoever looks."""

    request: DocumentRequest
    owner: str
    theme_words: str
    status: str
    colour: str
    documents: list[DocumentRow] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        return self.status in ("Late", "Waiting")


def request_rows(
    member: Membership, rows: list[DocumentRow], today: dt.date
) -> list[RequestRow]:
    """Requests with what came for each of them, and what is late."""
    by_request: dict[int, list[DocumentRow]] = defaultdict(list)
    for row in rows:
        if row.document.request_id:
            by_request[row.document.request_id].append(row)
    came = set(by_request)
    if member.access_role == AccessRole.CC:
        # The council's contact sees that a partner has sent something, never what.
        came |= set(
            member.review.documents.filter(
                versions__number__gt=0, request__isnull=False
            ).values_list("request_id", flat=True)
        )
    titles = member.review.pack.owner_titles
    found = []
    for request in requests_for(member):
        status, colour = _standing(request, request.pk in came, today)
        owner = titles.get(request.owner_role, request.owner_role)
        if request.agency:
            owner = f"{owner}, {request.agency.name}"
        words = theme_words(member.review, request.themes)
        documents = by_request.get(request.pk, [])
        found.append(RequestRow(request, owner, words, status, colour, documents))
    return found


def _standing(request: DocumentRequest, came: bool, today: dt.date) -> tuple[str, str]:
    if came:
        return "Received", ""
    if request.none_because:
        return "Does not exist", "grey"
    if request.is_late(today):
        return "Late", "red"
    return "Waiting", "blue"


def documents_to_send(member: Membership, *, today: dt.date) -> list[ToDo]:
    """What this member's agency or role is still asked for, in one line; the team is asked nothing."""
    if not can(member, Action.ADD_EVIDENCE_FILE) or member.access_role in TEAM:
        return []
    owned = member.review.pack.owned_by(member.role, member.access_role)
    open_rows = [
        row
        for row in request_rows(member, document_rows(member), today)
        if row.is_open
        and (member.access_role == AccessRole.PC or row.request.owner_role in owned)
    ]
    if not open_rows:
        return []
    late = sum(row.status == "Late" for row in open_rows)
    first = min(row.request.due_on for row in open_rows)
    return [
        ToDo(
            title=f"{say.counted(len(open_rows), 'document')} to send in",
            when=f"{late} late" if late else f"the first by {say.day(first)}",
            url=reverse("reviews:documents", args=[member.review_id]),
            late=bool(late),
        )
    ]


@dataclass(frozen=True)
class Standing:
    """How many of the requests stand how."""

    asked: int
    received: int
    late: int
    none: int
    unread: int


def standing(requests: list[RequestRow], rows: list[DocumentRow]) -> Standing:
    states = [row.status for row in requests]
    return Standing(
        asked=len(states),
        received=states.count("Received"),
        late=states.count("Late"),
        none=states.count("Does not exist"),
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
