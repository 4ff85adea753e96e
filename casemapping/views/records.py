"""What is written on a case: its lines, added, changed and removed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from casemapping import domain, reading
from casemapping.domain import screening
from casemapping.forms.records import FORMS, RecordForm
from casemapping.models import CaseMap, CaseRecord, Typed
from casemapping.reading.masks import masked_rows
from casemapping.views.rows import (
    HIDDEN,
    WRITE,
    button_words,
    case_of,
    fresh,
    record_of,
)
from reviews.access import ReviewRequest, review_view
from reviews.models import Review
from reviews.pages.saving import Saved, Shown, save


def may_write(request: ReviewRequest, review: Review, found: CaseMap) -> bool:
    mine = review.case_maps.open_to(request.membership, WRITE)
    return mine.filter(pk=found.pk).exists()


@review_view(WRITE)
def record_add(
    request: ReviewRequest, review: Review, case_id: UUID, kind: str
) -> HttpResponse:
    found = case_of(request, review, case_id)
    form = FORMS[kind](request.POST or None, case=found)
    attempt = save(
        form,
        lambda: domain.add_record(
            kind=kind,
            case=found,
            values=form.values(),
            confirmed=form.confirmed,
            by=request.user,
            at=timezone.now(),
        ),
    )
    if attempt.done:
        return _back(review, found, kind)
    context = {
        "form": form,
        "case": found,
        "noun": reading.NOUNS[kind],
        "kind": kind,
        "back": _step_of(review, found, kind),
    }
    return render(request, "casemapping/record.html", context)


@review_view(WRITE)
def record(
    request: ReviewRequest, review: Review, case_id: UUID, kind: str, record_id: UUID
) -> HttpResponse:
    found = case_of(request, review, case_id)
    row = record_of(found, kind, record_id)
    form = FORMS[kind](request.POST or None, case=found, record=row)
    attempt = change_record(request, row, form, on_sheet=False)
    if attempt.done:
        return _back(review, found, kind)
    context = {
        "case": found,
        "record": row,
        "kind": kind,
        "noun": reading.NOUNS[kind],
        "back": _step_of(review, found, kind),
        "form": form,
        "theirs": attempt.theirs,
        "masked": any(each.is_masked for each in masked_rows(found, [row])),
    }
    return render(request, "casemapping/record.html", context)


def change_record(
    request: ReviewRequest, row: CaseRecord, form: RecordForm, *, on_sheet: bool
) -> Saved[None] | Shown:
    return save(
        form,
        lambda: domain.change_record(
            record=row,
            version=form.cleaned_data["version"],
            values=form.values(),
            confirmed=form.confirmed,
            on_sheet=on_sheet,
            by=request.user,
            at=timezone.now(),
        ),
        saved=lambda: form.initial_of(fresh(row)),
    )


@review_view(WRITE)
@require_POST
def record_clear(
    request: ReviewRequest, review: Review, case_id: UUID, kind: str, record_id: UUID
) -> HttpResponse:
    """A line that may name somebody was looked at: it is shown as it was written."""
    found = case_of(request, review, case_id)
    row = record_of(found, kind, record_id)
    if isinstance(row, Typed) and screening.clear_line(record=row):
        messages.success(request, "The line is shown as it was written.")
    return _back(review, found, kind)


@review_view(WRITE)
def record_remove(
    request: ReviewRequest, review: Review, case_id: UUID, kind: str, record_id: UUID
) -> HttpResponse:
    found = case_of(request, review, case_id)
    row = record_of(found, kind, record_id)
    if request.method == "POST":
        domain.remove_record(record=row)
        return _back(review, found, kind)
    return render(
        request, "casemapping/record_remove.html", _about(found, kind, row, review)
    )


def _about(
    found: CaseMap, kind: str, row: CaseRecord, review: Review
) -> dict[str, Any]:
    """What a page that asks about one line of the map shows of it."""
    return {
        "case": found,
        "kind": kind,
        "noun": reading.NOUNS[kind],
        "line": reading.line_of(found, kind, row),
        "back": _step_of(review, found, kind),
        **button_words(reading.NOUNS[kind]),
    }


@review_view(WRITE)
def record_wrong_data(
    request: ReviewRequest, review: Review, case_id: UUID, kind: str, record_id: UUID
) -> HttpResponse:
    """Hide a line from everybody; asked once more first."""
    found = case_of(request, review, case_id)
    row = record_of(found, kind, record_id)
    if request.method == "POST":
        domain.set_aside(row=row, by=request.user, at=timezone.now())
        messages.success(request, HIDDEN)
        return _back(review, found, kind)
    return render(
        request, "casemapping/record_wrong_data.html", _about(found, kind, row, review)
    )


def _step_of(review: Review, found: CaseMap, kind: str) -> str:
    """The page of the case with the step open that holds these records."""
    url = reverse("casemapping:case", args=[review.pk, found.pk])
    records = next(
        (code for code, (each, _) in reading.STEPS.items() if each == kind), ""
    )
    return f"{url}?step={records}#step"


def _back(review: Review, found: CaseMap, kind: str) -> HttpResponse:
    """Back to the step that was being worked on."""
    return redirect(_step_of(review, found, kind))
