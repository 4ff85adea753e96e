"""The preparation sheets of the agencies."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from casemapping import domain, reading
from casemapping.forms.records import FORMS
from casemapping.models import CaseRecord, PreparationSheet
from casemapping.rules import steps
from casemapping.views.records import change_record
from casemapping.views.rows import (
    HIDDEN,
    SHEET,
    WRITE,
    button_words,
    case_of,
)
from reviews.access import ReviewRequest, Sight, review_view, sees
from reviews.models import Review
from reviews.pages.saving import press, save


@review_view(SHEET)
@require_safe
def sheets(request: ReviewRequest, review: Review) -> HttpResponse:
    if sees(request.membership, Sight.CASES):
        return redirect("casemapping:cases", review.pk)
    page = reading.sheets_page(request.membership)
    return render(request, "casemapping/sheets.html", {"page": page})


def _sheet(request: ReviewRequest, review: Review, sheet_id: UUID) -> PreparationSheet:
    """A sheet of the person's own agency, or of a case that the team member works on."""
    rows = PreparationSheet.objects.filter(case__review=review)
    sheet = get_object_or_404(rows.select_related("case", "agency"), pk=sheet_id)
    if sees(request.membership, Sight.CASES):
        sheet.case = case_of(request, review, sheet.case_id, SHEET)
        return sheet
    mine = PreparationSheet.objects.of_host(request.membership)
    if not mine.filter(pk=sheet.pk).exists():
        raise PermissionDenied
    sheet.case.review = review
    return sheet


@review_view(SHEET)
@require_safe
def sheet(request: ReviewRequest, review: Review, sheet_id: UUID) -> HttpResponse:
    found = _sheet(request, review, sheet_id)
    of_team = sees(request.membership, Sight.CASES)
    forms = {
        kind: FORMS[kind](
            case=found.case,
            on_sheet=True,
            auto_id=f"{kind}_%s",
            action=reverse(
                "casemapping:sheet-record-add", args=[review.pk, found.pk, kind]
            ),
        )
        for kind in steps.SHEET_KINDS
    }
    for form in forms.values():
        form.secondary = True  # the page's own button hands the sheet in
    return render(
        request,
        "casemapping/sheet.html",
        {
            "sheet": found,
            "due": reading.sheets_due(review),
            "groups": [
                (group, forms[group.kind])
                for group in reading.sheet_groups(found, for_team=of_team)
            ],
        },
    )


@review_view(SHEET)
def sheet_record_add(
    request: ReviewRequest, review: Review, sheet_id: UUID, kind: str
) -> HttpResponse:
    found = _sheet(request, review, sheet_id)
    form = FORMS[kind](request.POST or None, case=found.case, on_sheet=True)
    attempt = save(
        form,
        lambda: domain.add_record(
            kind=kind,
            case=found.case,
            sheet=found,
            values=form.values(),
            confirmed=form.confirmed,
            by=request.user,
            at=timezone.now(),
        ),
    )
    if attempt.done:
        return _back_to_sheet(review, found, kind)
    context = {"form": form, "sheet": found, "noun": reading.NOUNS[kind]}
    return render(request, "casemapping/sheet_record.html", context)


def _sheet_record(sheet: PreparationSheet, kind: str, record_id: UUID) -> CaseRecord:
    rows = steps.KINDS[kind].objects.filter(sheet=sheet).standing()
    row: CaseRecord = get_object_or_404(rows, pk=record_id)
    row.case = sheet.case
    return row


@review_view(SHEET)
def sheet_record(
    request: ReviewRequest, review: Review, sheet_id: UUID, kind: str, record_id: UUID
) -> HttpResponse:
    found = _sheet(request, review, sheet_id)
    row = _sheet_record(found, kind, record_id)
    form = FORMS[kind](request.POST or None, case=found.case, record=row, on_sheet=True)
    attempt = change_record(request, row, form, on_sheet=True)
    if attempt.done:
        return _back_to_sheet(review, found, kind)
    context = {
        "sheet": found,
        "record": row,
        "noun": reading.NOUNS[kind],
        "form": form,
        "theirs": attempt.theirs,
    }
    return render(request, "casemapping/sheet_record.html", context)


@review_view(SHEET)
def sheet_record_remove(
    request: ReviewRequest, review: Review, sheet_id: UUID, kind: str, record_id: UUID
) -> HttpResponse:
    found = _sheet(request, review, sheet_id)
    row = _sheet_record(found, kind, record_id)
    if request.method == "POST":
        press(request, lambda: domain.remove_record(record=row, on_sheet=True))
        return _back_to_sheet(review, found, kind)
    return render(
        request,
        "casemapping/sheet_record_remove.html",
        _about_line(request, found, kind, row),
    )


def _about_line(
    request: ReviewRequest, sheet: PreparationSheet, kind: str, row: CaseRecord
) -> dict[str, Any]:
    noun = reading.NOUNS[kind]
    of_team = sees(request.membership, Sight.CASES)
    line = reading.line_of(sheet.case, kind, row, for_team=of_team)
    return {
        "sheet": sheet,
        "kind": kind,
        "noun": noun,
        "line": line,
        **button_words(noun),
    }


@review_view(SHEET)
def sheet_wrong_data(
    request: ReviewRequest, review: Review, sheet_id: UUID, kind: str, record_id: UUID
) -> HttpResponse:
    found = _sheet(request, review, sheet_id)
    row = _sheet_record(found, kind, record_id)
    if request.method == "POST":
        domain.set_aside(row=row, by=request.user, at=timezone.now())
        messages.success(request, HIDDEN)
        return _back_to_sheet(review, found, kind)
    return render(
        request,
        "casemapping/sheet_wrong_data.html",
        _about_line(request, found, kind, row),
    )


@review_view(SHEET)
@require_POST
def sheet_hand_in(
    request: ReviewRequest, review: Review, sheet_id: UUID
) -> HttpResponse:
    found = _sheet(request, review, sheet_id)
    press(
        request,
        lambda: domain.hand_in(sheet=found, by=request.user, at=timezone.now()),
    )
    return redirect("casemapping:sheet", review.pk, found.pk)


@review_view(WRITE)
@require_POST
def sheet_reopen(
    request: ReviewRequest, review: Review, sheet_id: UUID
) -> HttpResponse:
    found = _sheet(request, review, sheet_id)
    domain.reopen_sheet(sheet=found, by=request.user, at=timezone.now())
    return redirect("casemapping:case", review.pk, found.case_id)


def _back_to_sheet(review: Review, found: PreparationSheet, kind: str) -> HttpResponse:
    url = reverse("casemapping:sheet", args=[review.pk, found.pk])
    return redirect(f"{url}#{kind}")
