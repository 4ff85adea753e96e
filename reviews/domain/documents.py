"""Verbs of documents: ask, upload, confirm, say that there is none, tick as read, take away."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import uuid4

from django.db import transaction
from django.db.models import F, Max, Q

from reviews import background, retention
from reviews.files import store, uploads
from reviews.models import (
    Agency,
    Document,
    DocumentRead,
    DocumentRequest,
    DocumentVersion,
    Membership,
    NoSuchDocument,
    Review,
    Stage,
    TitleScreening,
    User,
)
from reviews.pages.concurrency import save_if_unchanged
from reviews.reading import titles
from reviews.reading.asked import asks_each_agency, still_asked
from reviews.refusals import Refusal
from reviews.rules import lead_in
from reviews.screening import roster
from reviews.secrets import keystore
from reviews.secrets.sealing import key_name
from reviews.trail import audit

SCREEN = "reviews.tasks.screen_titles"
REQUEST_FIELDS = (
    "title",
    "themes",
    "need",
    "owner_role",
    "agency",
    "due_on",
)


class TakenAlready(Refusal):
    sentence = "This file was taken or put aside already."


class HasDocuments(Refusal):
    sentence = "Documents have come for this request. Change it instead of removing it."


class ItCame(Refusal):
    sentence = "The document has come. Remove it first, if there is none."


class NoReasonGiven(Refusal):
    sentence = "Say why there is no such document."


class RemovedMeanwhile(Refusal):
    sentence = (
        "What this file is for was removed while the file was on its way. "
        "Nothing was kept."
    )


def ask_as_framework_says(review: Review) -> None:
    """The framework's list of documents, each with its date."""
    DocumentRequest.objects.bulk_create(
        DocumentRequest(
            review=review,
            code=asked.code,
            title=asked.title,
            themes=list(asked.themes),
            need=asked.need,
            owner_role=asked.owner,
            offset_days=asked.offset,
            due_on=lead_in.due_on(review.day_zero, asked.offset, keeps_weekend=False),
        )
        for asked in review.pack.document_requests
    )


def move_with_visit(review: Review) -> None:
    """What somebody still owes is due as many days before the new first day as before the old."""
    moved = still_asked(review)
    for request in moved:
        request.due_on = lead_in.due_on(
            review.day_zero, request.offset_days, keeps_weekend=False
        )
    DocumentRequest.objects.bulk_update(moved, ["due_on"])
    numbers = [request.pk for request in moved]
    review.document_requests.filter(pk__in=numbers).update(version=F("version") + 1)


@transaction.atomic
def add_request(
    *,
    review: Review,
    title: str,
    themes: Sequence[str],
    need: str,
    owner_role: str,
    agency: Agency | None,
    due_on: dt.date,
    by: User,
    at: dt.datetime,
) -> DocumentRequest:
    """Ask for one more document."""
    taken = set(review.document_requests.values_list("code", flat=True))
    number = 1
    while f"D{number:02d}" in taken:
        number += 1
    request = DocumentRequest.objects.create(
        review=review,
        code=f"D{number:02d}",
        title=title,
        themes=list(themes),
        need=need,
        owner_role=owner_role,
        agency=agency,
        due_on=due_on,
        offset_days=(due_on - review.day_zero).days,
    )
    _record("document.asked_for", request, by=by, at=at)
    return request


@transaction.atomic
def change_request(
    *,
    request: DocumentRequest,
    version: int,
    title: str,
    themes: Sequence[str],
    need: str,
    owner_role: str,
    agency: Agency | None,
    due_on: dt.date,
    by: User,
    at: dt.datetime,
) -> None:
    """Save a request; its documents follow its themes and need. Raises ChangedMeanwhile."""
    before = audit.values_of(request, REQUEST_FIELDS)
    request.title, request.themes, request.need = title, list(themes), need
    request.owner_role, request.agency = owner_role, agency
    request.due_on = due_on
    request.offset_days = (due_on - request.review.day_zero).days
    save_if_unchanged(request, version=version, fields=[*REQUEST_FIELDS, "offset_days"])
    request.documents.update(themes=request.themes, need=request.need)
    after = audit.values_of(request, REQUEST_FIELDS)
    changed = [name for name in REQUEST_FIELDS if before[name] != after[name]]
    _record("document.request_changed", request, by=by, at=at, fields=changed)


@transaction.atomic
def remove_request(*, request: DocumentRequest, by: User, at: dt.datetime) -> None:
    """Ask no more. Raises HasDocuments."""
    if request.documents.exists():
        raise HasDocuments
    _record("document.request_removed", request, by=by, at=at)
    request.delete()


@transaction.atomic
def say_there_is_none(
    *,
    request: DocumentRequest,
    agency: Agency | None,
    because: str,
    by: User,
    at: dt.datetime,
) -> None:
    """``agency``, or the council without one, has no such document. Raises ItCame, NoReasonGiven."""
    came = request.documents.filter(versions__number__gt=0)
    if agency is not None:
        theirs = Q(agency=agency)
        if request.agency_id:
            # What the council sent in for the one agency that is asked is there too.
            theirs |= Q(agency=None)
        came = came.filter(theirs)
    if came.exists():
        raise ItCame
    if not because.strip():
        raise NoReasonGiven
    NoSuchDocument.objects.update_or_create(
        request=request, agency=agency, defaults={"because": because.strip()}
    )
    _record("document.none_exists", request, by=by, at=at)


@transaction.atomic
def expect_again(
    *, request: DocumentRequest, agency: Agency | None, by: User, at: dt.datetime
) -> None:
    """There may be such a document after all: it is asked for again."""
    gone, _ = request.nones.filter(agency=agency).delete()
    if gone:
        _record("document.expected", request, by=by, at=at)


def upload(
    *,
    review: Review,
    name: str,
    content: bytes,
    title: str,
    by: User,
    at: dt.datetime,
    request: DocumentRequest | None = None,
    document: Document | None = None,
    agency: Agency | None = None,
    themes: Sequence[str] = (),
    need: str = "reference",
    title_unread: bool = False,
) -> DocumentVersion:
    """Take a file as a new document or as a version of ``document``.

    ``title_unread``: whoever typed the title is not of the team, so the worker looks at it. With marks in its text it is kept aside (number 0) until its uploader confirms it.
    Raises uploads.FileRefused, RemovedMeanwhile.
    """
    # Outside the transaction: looking at 25MB takes its time, and others would wait.
    checked = uploads.check(name, content, case_reference=review.case_reference)
    number = uuid4()
    stored_as = store.write(checked.content, review_id=review.pk, owner=str(number))
    try:
        with transaction.atomic():
            _refuse_removed(document, request)
            version = DocumentVersion.objects.create(
                id=number,
                review=review,
                document=document
                or Document.objects.create(
                    review=review,
                    request=request,
                    agency=agency,
                    title=title,
                    themes=list(request.themes if request else themes),
                    need=request.need if request else need,
                    screening=TitleScreening.UNREAD
                    if title_unread
                    else TitleScreening.CLEAR,
                ),
                name=name[-200:],
                kind=checked.kind,
                size=len(checked.content),
                stored_as=stored_as,
                marks=checked.marks,
                uploaded_by=by,
                uploaded_by_name=by.full_name,
                uploaded_at=at,
            )
            if not checked.marks:
                _take(version, by=by, at=at)
    except BaseException:
        store.remove([stored_as])
        raise
    return version


def _refuse_removed(document: Document | None, request: DocumentRequest | None) -> None:
    if document and not Document.objects.filter(pk=document.pk).exists():
        raise RemovedMeanwhile
    if request and not DocumentRequest.objects.filter(pk=request.pk).exists():
        raise RemovedMeanwhile


def _take(version: DocumentVersion, *, by: User, at: dt.datetime) -> None:
    document = version.document
    # Whoever comes second with a version of the same document waits here.
    Document.objects.select_for_update().get(pk=document.pk)
    last = document.versions.aggregate(last=Max("number"))["last"] or 0
    version.number = last + 1
    version.save(update_fields=["number"])
    if document.screening == TitleScreening.UNREAD:
        # Out of sight and time of whoever sends it in.
        background.enqueue(SCREEN, version.review_id, review=version.review)
    # A new version has been read by nobody.
    document.reads.all().delete()
    if document.request:
        nones = document.request.nones
        # Where each agency was asked, one's file says nothing of the others.
        each = asks_each_agency(version.review, document.request)
        (nones.filter(agency=document.agency) if each else nones.all()).delete()
    audit.record(
        "document.uploaded",
        review=version.review,
        by=by,
        at=at,
        object_kind="document",
        object_id=document.pk,
        # By its number alone: what it is goes at the close.
        detail={"version": version.number},
    )


@transaction.atomic
def confirm(*, version: DocumentVersion, by: User, at: dt.datetime) -> None:
    """The uploader has looked: what was found names nobody. Raises TakenAlready."""
    version = _waiting(version)
    audit.record(
        "document.marks_confirmed",
        review=version.review,
        by=by,
        at=at,
        object_kind="document",
        object_id=version.document_id,
    )
    _take(version, by=by, at=at)


@transaction.atomic
def put_aside(*, version: DocumentVersion) -> None:
    """The uploader takes back what was not taken yet; nothing of it stays. Raises TakenAlready."""
    _delete_versions([_waiting(version)])


def _waiting(version: DocumentVersion) -> DocumentVersion:
    """The row as it stands now, held until the transaction ends. Raises TakenAlready."""
    rows = DocumentVersion.objects.select_for_update()
    found = rows.filter(pk=version.pk, number=0).first()
    if found is None:
        raise TakenAlready
    return found


@transaction.atomic
def remove_document(*, document: Document, by: User, at: dt.datetime) -> None:
    """Take a document away with all its versions."""
    audit.record(
        "document.removed",
        review=document.review,
        by=by,
        at=at,
        object_kind="document",
        object_id=document.pk,
    )
    _delete_versions(list(document.versions.all()))
    document.delete()


def _delete_versions(versions: Sequence[DocumentVersion]) -> None:
    names = [version.stored_as for version in versions]
    documents = {version.document_id for version in versions}
    DocumentVersion.objects.filter(pk__in=[each.pk for each in versions]).delete()
    Document.objects.filter(pk__in=documents, versions=None).delete()
    transaction.on_commit(lambda: store.remove(names))


@transaction.atomic
def tick_read(
    *, member: Membership, shown: Iterable[Document], ticked: Iterable[Document]
) -> None:
    """A peer's own ticks for the documents of one page; nothing of it is audited."""
    read = {document.pk for document in ticked}
    seen = {document.pk: document for document in shown}
    before = set(
        member.document_reads.filter(document__in=seen).values_list(
            "document_id", flat=True
        )
    )
    member.document_reads.filter(document__in=before - read).delete()
    DocumentRead.objects.bulk_create(
        DocumentRead(review=member.review, document=seen[pk], membership=member)
        for pk in read & seen.keys() - before
    )


# Titles that were typed outside the team


def screen_titles(*, review: Review) -> None:
    """In the worker: each title that nobody of the team typed is held against the whole roster."""
    names = roster.load(review)
    rows = review.documents.filter(screening=TitleScreening.UNREAD)
    for document in rows.filter(versions__number__gt=0).distinct():
        found = titles.named(document.title, review, names)
        state = TitleScreening.MARKED if found else TitleScreening.CLEAR
        review.documents.filter(pk=document.pk, screening=TitleScreening.UNREAD).update(
            screening=state
        )


@transaction.atomic
def name_for_team(*, document: Document, title: str, by: User, at: dt.datetime) -> None:
    """Somebody of the team has looked at a title, and says how the team reads it.

    Whoever sent the document in reads their own title as before.
    """
    Document.objects.filter(pk=document.pk).update(
        screening=TitleScreening.CLEARED, team_title=title
    )
    audit.record(
        "document.title_settled",
        review=document.review,
        by=by,
        at=at,
        # Not of the document: its history is read by whoever sent it in.
        object_kind="document title",
        object_id=document.pk,
    )


# Nightly


def tidy_documents(*, at: dt.datetime) -> None:
    """What nobody confirmed goes in time, closed reviews' files with the review, and files
    that no row knows."""
    left = DocumentVersion.objects.filter(
        number=0, uploaded_at__lt=at - retention.UNCONFIRMED
    )
    with transaction.atomic():
        _delete_versions(list(left))
    for review in Review.objects.filter(stage=Stage.CLOSED).exclude(documents=None):
        # The key first: what is left of a night that breaks off cannot be read.
        keystore.destroy(key_name(store.SCOPE, review.pk))
        with transaction.atomic():
            number = review.documents.count()
            _delete_versions(list(review.document_versions.all()))
            review.documents.all().delete()
            audit.record(
                "documents.destroyed",
                review=review,
                by=None,
                at=at,
                detail={"number": number},
            )
    _remove_strays(at)


def _remove_strays(at: dt.datetime) -> None:
    # A day's grace: an upload writes its file before its row.
    old = {
        path.name
        for path in store.stored()
        if path.stat().st_mtime < (at - retention.UNCONFIRMED).timestamp()
    }
    store.remove(old - known_files())


def known_files() -> set[str]:
    """The files that some row stands for."""
    return set(DocumentVersion.objects.values_list("stored_as", flat=True))


def stored_names(review: Review) -> list[str]:
    """The files of a review, for whoever removes the review itself."""
    return list(review.document_versions.values_list("stored_as", flat=True))


def _record(
    action: str, request: DocumentRequest, *, by: User, at: dt.datetime, **detail: Any
) -> None:
    audit.record(
        action,
        review=request.review,
        by=by,
        at=at,
        object_kind="document request",
        object_id=request.pk,
        detail=detail,
    )
