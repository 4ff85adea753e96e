"""The lists of documents and of what is asked for: filtered, sorted, and as spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.utils import timezone

from reviews.access import Sight, sees
from reviews.files.workbook import workbook
from reviews.models import (
    Membership,
    Need,
    Review,
)
from reviews.reading.asked import (
    Answer,
    State,
)
from reviews.reading.documents import (
    BY_NOBODY,
    COUNCIL,
    NOT_BY_ME,
    DocumentRow,
    RequestRow,
)
from reviews.reading.filters import Box, Choice, Filters, choices

SORTS = (
    Choice("urgency", "Urgency"),
    Choice("date", "Due date"),
    Choice("title", "Title"),
    Choice("themes", "Themes"),
)
STATES = (Choice("open", "Late or waiting"), *choices((s, s.words) for s in State))


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
    return boxes if sees(member, Sight.OTHER_AGENCIES) else boxes[1:]


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


def list_boxes(member: Membership) -> tuple[Box, ...]:
    """The boxes over the list of documents. How many have read is the manager's to know."""
    review = member.review
    agencies = choices((each.pk, each.name) for each in review.agencies.all())
    boxes = [
        Box("theme", "Theme", _themes(review), "Any theme"),
        Box("need", "Need", choices(Need.choices), "Any need"),
    ]
    if sees(member, Sight.EVERY_DOCUMENT):
        team = Choice(TEAMS_OWN, "The team’s own")
        boxes.insert(0, Box("from", "From", (team, *agencies), "Everybody"))
        read = (BY_NOBODY, NOT_BY_ME) if sees(member, Sight.READERS) else (NOT_BY_ME,)
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
