"""Pages of documents: what is asked for, uploads, downloads, and the peers' reading pack."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import (
    Http404,
    HttpResponse,
    HttpResponseRedirect,
    JsonResponse,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from reviews.access import Action, ReviewRequest, Sight, can, review_view, sees
from reviews.domain import documents as domain
from reviews.files import attachments, store, uploads
from reviews.forms.documents import NoneForm, RequestForm, UploadForm
from reviews.models import Document, DocumentRequest, Review
from reviews.pages.saving import confirm, press, save
from reviews.reading import document_lists
from reviews.reading.asked import Answer, State
from reviews.reading.documents import (
    DocumentRow,
    RequestRow,
    answers_for,
    document_rows,
    documents_for,
    mark_sentences,
    request_rows,
    requests_for,
    standing,
    theme_words,
    versions_for,
    waiting_for,
)
from reviews.reading.filters import Filters
from reviews.reading.reading_pack import reading_pack as reading_pack_of
from reviews.reading.titles import as_read_by
from reviews.rules import day_warnings
from reviews.screening.marks import HIDDEN
from reviews.secrets import keystore
from reviews.secrets.sealing import WrongSeal

PER_PAGE = 50
TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "png": "image/png",
    "jpg": "image/jpeg",
}


@review_view(Action.READ_EVIDENCE_FILE, Action.REQUEST_DOCUMENTS)
def documents(request: ReviewRequest, review: Review) -> HttpResponse:
    """What is asked for and how it stands, filtered as the address says."""
    member = request.membership
    rows, requests = _rows(request)
    chosen = Filters.read(request.GET, document_lists.request_boxes(member))
    return render(
        request,
        "reviews/documents.html",
        {
            "requests": document_lists.requests_shown(requests, chosen),
            "asked": len(requests),
            "filters": chosen,
            "late": chosen.but("status", State.LATE.value).query,
            "standing": standing(requests, rows),
            "others": [row for row in rows if not row.document.request_id][:PER_PAGE],
            "number": len(rows),
            "waiting": waiting_for(member),
            "may_add": can(member, Action.ADD_EVIDENCE_FILE),
            "may_ask": can(member, Action.REQUEST_DOCUMENTS),
        },
    )


def _rows(
    request: ReviewRequest,
) -> tuple[list[DocumentRow], list[RequestRow]]:
    member = request.membership
    rows = document_rows(member) if can(member, Action.READ_EVIDENCE_FILE) else []
    today = member.review.today(timezone.now())
    return rows, request_rows(member, rows, today)


@review_view(Action.READ_EVIDENCE_FILE, Action.REQUEST_DOCUMENTS)
@require_safe
def documents_xlsx(request: ReviewRequest, review: Review) -> HttpResponse:
    """What the page shows of the requests, as a spreadsheet."""
    _, requests = _rows(request)
    chosen = Filters.read(request.GET, document_lists.request_boxes(request.membership))
    rows = document_lists.requests_shown(requests, chosen)
    today = review.today(timezone.now())
    return attachments.spreadsheet(
        document_lists.requests_workbook(review, rows, chosen),
        attachments.file_name(review.council, "documents asked for", today, "xlsx"),
    )


@review_view(Action.READ_EVIDENCE_FILE)
def document_list(request: ReviewRequest, review: Review) -> HttpResponse:
    """Every document, in pages, filtered as the address says."""
    member = request.membership
    chosen = Filters.read(request.GET, document_lists.list_boxes(member))
    every = document_rows(member)
    rows = document_lists.documents_shown(every, chosen)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "reviews/document_list.html",
        {
            "page": page,
            "filters": chosen,
            "number": len(every),
            "manages": sees(member, Sight.READERS),
        },
    )


@review_view(Action.READ_EVIDENCE_FILE)
@require_safe
def document_list_xlsx(request: ReviewRequest, review: Review) -> HttpResponse:
    """The list as shown, as a spreadsheet."""
    member = request.membership
    chosen = Filters.read(request.GET, document_lists.list_boxes(member))
    rows = document_lists.documents_shown(document_rows(member), chosen)
    return attachments.spreadsheet(
        document_lists.documents_workbook(review, rows),
        attachments.file_name(
            review.council, "documents", review.today(timezone.now()), "xlsx"
        ),
    )


# Requests


@review_view(Action.REQUEST_DOCUMENTS)
def request_new(request: ReviewRequest, review: Review) -> HttpResponse:
    form = RequestForm(request.POST or None, member=request.membership)
    attempt = save(
        form,
        lambda: domain.add_request(
            review=review, by=request.user, at=timezone.now(), **form.values()
        ),
    )
    if attempt.done:
        _saved(request, "The request was added.", form.cleaned_data["due_on"])
        return redirect("reviews:documents", review.pk)
    return render(request, "reviews/document_request.html", {"form": form})


def _saved(request: ReviewRequest, sentence: str, due_on: dt.date) -> None:
    """Say that it was saved, and what speaks against its date."""
    review = request.membership.review
    today = review.today(timezone.now())
    warned = day_warnings.request(review, due_on, today=today)
    messages.success(request, " ".join([sentence, *warned]))


def _request(review: Review, request_id: int) -> DocumentRequest:
    return get_object_or_404(
        review.document_requests.select_related("review", "agency"), pk=request_id
    )


@review_view(Action.REQUEST_DOCUMENTS)
def request_change(
    request: ReviewRequest, review: Review, request_id: int
) -> HttpResponse:
    asked = _request(review, request_id)
    names = [*domain.REQUEST_FIELDS, "version"]
    form = RequestForm(
        request.POST or None,
        member=request.membership,
        initial={name: getattr(asked, name) for name in names},
    )
    attempt = save(
        form,
        lambda: domain.change_request(
            request=asked,
            version=form.cleaned_data["version"] or 0,
            by=request.user,
            at=timezone.now(),
            **form.values(),
        ),
        saved=lambda: _request(review, request_id),
    )
    if attempt.done:
        _saved(request, "The request was changed.", form.cleaned_data["due_on"])
        return redirect("reviews:documents", review.pk)
    return render(
        request,
        "reviews/document_request.html",
        {"form": form, "asked": asked, "theirs": attempt.theirs},
    )


@review_view(Action.REQUEST_DOCUMENTS)
@require_http_methods(["GET", "POST"])
def request_remove(
    request: ReviewRequest, review: Review, request_id: int
) -> HttpResponse:
    asked = _request(review, request_id)
    attempt = confirm(
        request,
        lambda: domain.remove_request(
            request=asked, by=request.user, at=timezone.now()
        ),
    )
    if attempt.done:
        messages.success(request, "The request was removed.")
        return redirect("reviews:documents", review.pk)
    refusal = attempt.refusal
    if not refusal and asked.documents.exists():
        refusal = domain.HasDocuments()
    return render(
        request,
        "reviews/document_request_remove.html",
        {"asked": asked, "refusal": refusal},
    )


@review_view(Action.ADD_EVIDENCE_FILE)
def request_none(
    request: ReviewRequest, review: Review, request_id: int
) -> HttpResponse:
    """Whoever is asked, or the manager for them, says that there is no such document."""
    asked = _own_request(request, request_id)
    now = timezone.now()
    answers = [
        each
        for each in answers_for(request.membership, asked, today=review.today(now))
        if each.state != State.RECEIVED
    ]
    if not answers:
        return render(request, "reviews/document_none.html", {"asked": asked})
    if request.POST.get("do") == "expect":
        return _expect_again(request, asked, answers)
    form = NoneForm(request.POST or None, answers=answers)
    attempt = save(
        form,
        lambda: domain.say_there_is_none(
            request=asked,
            agency=form.chosen.agency,
            because=form.cleaned_data["because"],
            by=request.user,
            at=now,
        ),
    )
    if attempt.done:
        messages.success(request, f"“{asked.title}”: there is none.")
        return redirect("reviews:documents", review.pk)
    return render(
        request,
        "reviews/document_none.html",
        {
            "form": form,
            "asked": asked,
            "said": [each for each in answers if each.state == State.NONE],
        },
    )


def _expect_again(
    request: ReviewRequest, asked: DocumentRequest, answers: Sequence[Answer]
) -> HttpResponse:
    """Somebody takes back that there is none."""
    sent = request.POST.get("agency", "")
    for each in answers:
        if sent == (str(each.agency.pk) if each.agency else ""):
            domain.expect_again(
                request=asked, agency=each.agency, by=request.user, at=timezone.now()
            )
            messages.success(request, f"“{asked.title}” is asked for again.")
    return redirect("reviews:documents", asked.review_id)


def _own_request(request: ReviewRequest, request_id: int) -> DocumentRequest:
    return get_object_or_404(
        requests_for(request.membership).select_related("review", "agency"),
        pk=request_id,
    )


# Uploads


@review_view(Action.ADD_EVIDENCE_FILE)
def upload(request: ReviewRequest, review: Review) -> HttpResponse:
    return _upload(request, review, UploadForm(**_given(request)))


@review_view(Action.ADD_EVIDENCE_FILE)
def upload_for_request(
    request: ReviewRequest, review: Review, request_id: int
) -> HttpResponse:
    asked = _own_request(request, request_id)
    today = review.today(timezone.now())
    if not answers_for(request.membership, asked, today=today):
        raise Http404
    return _upload(request, review, UploadForm(**_given(request), request=asked))


@review_view(Action.ADD_EVIDENCE_FILE)
def upload_version(
    request: ReviewRequest, review: Review, document_id: uuid.UUID
) -> HttpResponse:
    found = _document(request, document_id)
    return _upload(request, review, UploadForm(**_given(request), document=found))


def _given(request: ReviewRequest) -> dict[str, Any]:
    posted = request.method == "POST"
    return {
        "data": request.POST if posted else None,
        "files": request.FILES if posted else None,
        "member": request.membership,
    }


def _upload(request: ReviewRequest, review: Review, form: UploadForm) -> HttpResponse:
    attempt = save(
        form,
        lambda: domain.upload(
            review=review,
            name=form.cleaned_data["file"].name,
            content=form.cleaned_data["file"].read(),
            request=form.request,
            document=form.document,
            by=request.user,
            at=timezone.now(),
            **form.values(),
        ),
        beside="file",
    )
    if attempt.done:
        version = attempt.made
        if version.is_taken:
            messages.success(request, f"“{version.document.title}” was uploaded.")
            return _go(request, reverse("reviews:documents", args=[review.pk]))
        return _go(
            request,
            reverse("reviews:document-confirm", args=[review.pk, version.pk]),
        )
    return render(
        request,
        "reviews/document_upload.html",
        {"form": form, "asked": form.request, "document": form.document},
    )


def _go(request: ReviewRequest, url: str) -> HttpResponse:
    """Onwards; to the script that shows progress, as an address, so that no notice is lost."""
    if request.headers.get("X-Upload") == "with progress":
        return JsonResponse({"to": url})
    return HttpResponseRedirect(url)


@review_view(Action.ADD_EVIDENCE_FILE)
@require_http_methods(["GET", "POST"])
def upload_confirm(
    request: ReviewRequest, review: Review, version_id: uuid.UUID
) -> HttpResponse:
    """What was found in the file; its uploader takes it in after all, or puts it aside."""
    version = get_object_or_404(waiting_for(request.membership), pk=version_id)
    if request.method == "POST":
        title = version.document.title
        if request.POST.get("decision") == "take":
            press(
                request,
                lambda: domain.confirm(
                    version=version, by=request.user, at=timezone.now()
                ),
                says=f"“{title}” was uploaded.",
            )
        else:
            press(
                request,
                lambda: domain.put_aside(version=version),
                says=f"“{title}” was not uploaded. Nothing was kept.",
            )
        return redirect("reviews:documents", review.pk)
    return render(
        request,
        "reviews/document_confirm.html",
        {"version": version, "found": mark_sentences(version)},
    )


# One document


def _document(request: ReviewRequest, document_id: uuid.UUID) -> Document:
    found = get_object_or_404(
        documents_for(request.membership).select_related("review", "agency", "request"),
        pk=document_id,
    )
    return as_read_by(request.membership, [found])[0]


@review_view(Action.READ_EVIDENCE_FILE)
def document(
    request: ReviewRequest, review: Review, document_id: uuid.UUID
) -> HttpResponse:
    found = _document(request, document_id)
    return render(
        request,
        "reviews/document.html",
        {
            "document": found,
            "theme_words": theme_words(review, found.themes),
            "versions": found.versions.filter(number__gt=0),
            "may_add": can(request.membership, Action.ADD_EVIDENCE_FILE),
            "title_waits": found.waits
            and HIDDEN in found.title
            and sees(request.membership, Sight.KEPT_NAMES),
        },
    )


@review_view(Action.ADD_EVIDENCE_FILE)
@require_http_methods(["GET", "POST"])
def document_remove(
    request: ReviewRequest, review: Review, document_id: uuid.UUID
) -> HttpResponse:
    found = _document(request, document_id)
    if request.method == "POST":
        domain.remove_document(document=found, by=request.user, at=timezone.now())
        messages.success(request, f"“{found.title}” was removed.")
        return redirect("reviews:documents", review.pk)
    return render(
        request,
        "reviews/document_remove.html",
        {
            "document": found,
            "number": found.versions.filter(number__gt=0).count(),
        },
    )


@review_view(Action.READ_EVIDENCE_FILE)
@require_safe
def download(
    request: ReviewRequest, review: Review, version_id: uuid.UUID
) -> HttpResponse:
    version = get_object_or_404(versions_for(request.membership), pk=version_id)
    try:
        pieces = store.read(
            version.stored_as, review_id=review.pk, owner=str(version.pk)
        )
    except (keystore.KeyGone, WrongSeal) as error:
        raise Http404 from error
    (named,) = as_read_by(request.membership, [version.document])
    name = uploads.download_name(
        review.council, named.title, version.number, version.kind
    )
    response = StreamingHttpResponse(pieces, content_type=TYPES[version.kind])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Content-Length"] = str(version.size)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "no-store"
    return response  # type: ignore[return-value]


# Reading


@review_view(Action.READ_READING_PACK)
@require_http_methods(["GET", "HEAD", "POST"])
def reading_pack(request: ReviewRequest, review: Review) -> HttpResponse:
    """What to read, by theme. The ticks are the reader's own."""
    member = request.membership
    pack = reading_pack_of(member, request.GET.get("theme", ""))
    if request.method == "POST":
        found = [
            row.document
            for _, rows in pack.groups
            for row in rows
            if str(row.document.pk) == request.POST.get("document")
        ]
        ticked = found if request.POST.get("read") == "yes" else []
        domain.tick_read(member=member, shown=found, ticked=ticked)
        where = reverse("reviews:reading", args=[review.pk])
        place = f"#document-{found[0].pk}" if found else ""
        return redirect(f"{where}?theme={pack.shown.code}{place}")
    return render(request, "reviews/reading.html", {"pack": pack})
