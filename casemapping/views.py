"""Pages of case mapping: the team's cases and maps, and the agencies' own sheets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from casemapping import domain, reading, steps
from casemapping.forms import (
    FORMS,
    AgenciesForm,
    AttendanceForm,
    CaseDetailsForm,
    CaseForm,
    FacilitatorsForm,
    RiskForm,
    ScreenedForm,
)
from casemapping.models import CaseMap, CaseRecord, PreparationSheet
from casemapping.texts import NamesSomebody
from reviews.access import Action, ReviewRequest, can, review_view
from reviews.models import AccessRole, Review
from reviews.refusals import ChangedMeanwhile, Refusal

WRITE, READ, SHEET = (
    Action.WRITE_CASE_MAP,
    Action.READ_CASE_MAP,
    Action.WRITE_CASE_SHEET,
)


def _case(
    request: ReviewRequest, review: Review, case_id: UUID, action: Action = WRITE
) -> CaseMap:
    """The case, if this member may do it there: 404 off the review, 403 to the rest."""
    case = get_object_or_404(review.case_maps.standing(), pk=case_id)
    mine = review.case_maps.open_to(request.membership, action)
    if not mine.filter(pk=case.pk).exists():
        raise PermissionDenied
    case.review = review
    return case


def _record(case: CaseMap, kind: str, record_id: UUID) -> CaseRecord:
    rows = steps.KINDS[kind].objects.filter(case=case).standing()
    record: CaseRecord = get_object_or_404(rows, pk=record_id)
    record.case = case
    return record


def _fresh(row: CaseRecord) -> CaseRecord:
    """The row as somebody else has just saved it."""
    saved: Any = type(row)._base_manager.get(pk=row.pk)
    saved.case = row.case
    return cast(CaseRecord, saved)


def _save(form: ScreenedForm, save: Callable[[str], object]) -> Refusal | None:
    """Store what the form holds; what was refused goes back into the form's own boxes."""
    try:
        save(form.confirmed)
    except NamesSomebody as refusal:
        form.show_marks(refusal)
        return refusal
    return None


# --- cases ----------------------------------------------------------------------------


@review_view(WRITE, READ)
@require_safe
def cases(request: ReviewRequest, review: Review) -> HttpResponse:
    return render(
        request,
        "casemapping/cases.html",
        {
            "rows": reading.cases_of(request.membership),
            "may_add": _may_manage(request),
            "hidden": len(reading.set_aside(request.membership)),
        },
    )


def _may_manage(request: ReviewRequest) -> bool:
    return request.membership.access_role == AccessRole.RM and can(
        request.membership, WRITE
    )


@review_view(WRITE)
def case_new(request: ReviewRequest, review: Review) -> HttpResponse:
    if not _may_manage(request):
        raise PermissionDenied
    form = CaseForm(request.POST or None, review=review)
    if form.is_valid():
        try:
            case = domain.create_case(
                review=review,
                values=form.values(),
                confirmed=form.confirmed,
                by=request.user,
                at=timezone.now(),
            )
        except NamesSomebody as refusal:
            form.show_marks(refusal)
        else:
            return redirect("casemapping:facilitators", review.pk, case.pk)
    return render(request, "casemapping/case_new.html", {"form": form})


@review_view(WRITE)
def case_details(request: ReviewRequest, review: Review, case_id: UUID) -> HttpResponse:
    if not _may_manage(request):
        raise PermissionDenied
    case = _case(request, review, case_id)
    form = CaseDetailsForm(
        request.POST or None,
        review=review,
        initial=CaseDetailsForm.initial_of(case),
    )
    return _change_case(request, review, case, form, "casemapping/case_details.html")


@review_view(WRITE)
def attendance(request: ReviewRequest, review: Review, case_id: UUID) -> HttpResponse:
    case = _case(request, review, case_id)
    form = AttendanceForm(request.POST or None, initial=AttendanceForm.initial_of(case))
    return _change_case(request, review, case, form, "casemapping/attendance.html")


def _change_case(
    request: ReviewRequest,
    review: Review,
    case: CaseMap,
    form: CaseDetailsForm | AttendanceForm,
    template: str,
) -> HttpResponse:
    theirs = None
    if form.is_valid():
        try:
            refused = _save(
                form,
                lambda confirmed: domain.change_case(
                    case=case,
                    version=form.cleaned_data["version"],
                    values=form.values(),
                    confirmed=confirmed,
                    by=request.user,
                    at=timezone.now(),
                ),
            )
        except ChangedMeanwhile as refusal:
            saved = review.case_maps.get(pk=case.pk)
            theirs = form.keep_both(form.initial_of(saved), refusal)
        else:
            if refused is None:
                return redirect("casemapping:case", review.pk, case.pk)
    return render(request, template, {"form": form, "case": case, "theirs": theirs})


@review_view(WRITE)
def facilitators(request: ReviewRequest, review: Review, case_id: UUID) -> HttpResponse:
    if not _may_manage(request):
        raise PermissionDenied
    case = _case(request, review, case_id)
    form = FacilitatorsForm(
        request.POST or None,
        review=review,
        initial=FacilitatorsForm.initial_of(case, domain.who_facilitates(case)),
    )
    theirs = None
    if form.is_valid():
        try:
            domain.set_facilitators(
                case=case,
                members=form.cleaned_data["facilitators"],
                seen=form.cleaned_data["version"],
                by=request.user,
                at=timezone.now(),
            )
        except ChangedMeanwhile as refusal:
            now = FacilitatorsForm.initial_of(case, domain.who_facilitates(case))
            theirs = form.keep_both(now, refusal)
        else:
            if case.sheets.exists():
                return redirect("casemapping:case", review.pk, case.pk)
            return redirect("casemapping:agencies", review.pk, case.pk)
    return render(
        request,
        "casemapping/facilitators.html",
        {"form": form, "case": case, "theirs": theirs},
    )


@review_view(WRITE)
def agencies(request: ReviewRequest, review: Review, case_id: UUID) -> HttpResponse:
    """Which agencies are asked for a sheet; the letters to them wait in the outbox."""
    case = _case(request, review, case_id)
    form = AgenciesForm(
        request.POST or None,
        review=review,
        initial=AgenciesForm.initial_of(case, domain.who_is_asked(case)),
    )
    theirs = None
    if form.is_valid():
        try:
            asked = domain.ask_agencies(
                case=case,
                agencies=form.cleaned_data["agencies"],
                seen=form.cleaned_data["version"],
                by=request.user,
                at=timezone.now(),
            )
        except ChangedMeanwhile as refusal:
            now = AgenciesForm.initial_of(case, domain.who_is_asked(case))
            theirs = form.keep_both(now, refusal)
        else:
            if words := reading.asked_words(asked):
                messages.success(request, words)
            if asked.batch and can(request.membership, Action.READ_OUTBOX):
                return redirect("reviews:outbox-batch", review.pk, asked.batch.pk)
            return redirect("casemapping:case", review.pk, case.pk)
    return render(
        request,
        "casemapping/agencies.html",
        {"form": form, "case": case, "theirs": theirs},
    )


@review_view(WRITE)
@require_safe
def case(request: ReviewRequest, review: Review, case_id: UUID) -> HttpResponse:
    """The workshop's page: its steps by name, and one of them open with its records and form."""
    found = _case(request, review, case_id)
    sheets = list(found.sheets.select_related("agency"))
    workshop = reading.workshop_steps(reading.Map.of(found), sheets)
    step = reading.step_to_open(workshop, request.GET.get("step", ""))
    form = None
    if step and step.group:
        kind = step.group.kind
        action = reverse("casemapping:record-add", args=[review.pk, found.pk, kind])
        form = FORMS[kind](case=found, auto_id=f"{kind}_%s", action=action)
        form.secondary = True  # the page's own button is the case's next step
    return render(
        request,
        "casemapping/case.html",
        {
            "case": found,
            "colour": reading.STATUS_COLOURS[CaseMap.Status(found.status)],
            "steps": workshop,
            "step": step,
            "form": form,
            "sheets": sheets,
            "people": found.facilitators.select_related("user"),
            "moves": reading.moves(found),
            "may_manage": _may_manage(request),
            "may_read": can(request.membership, READ),
        },
    )


@review_view(WRITE)
@require_POST
def case_move(request: ReviewRequest, review: Review, case_id: UUID) -> HttpResponse:
    """One step on or back; where the map looks thin, a page asks first."""
    found = _case(request, review, case_id)
    to = request.POST.get("to", "")
    try:
        domain.move(
            case=found,
            to=to,
            confirmed=request.POST.get("confirmed") == "yes",
            by=request.user,
            at=timezone.now(),
        )
    except domain.AsksFirst as doubt:
        return render(
            request,
            "casemapping/case_move.html",
            {"case": found, "to": to, "doubts": doubt.doubts},
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("casemapping:case", review.pk, found.pk)


# --- the map --------------------------------------------------------------------------


@review_view(READ, WRITE)
@require_safe
def case_map(request: ReviewRequest, review: Review, case_id: UUID) -> HttpResponse:
    found = _readable(request, review, case_id)
    whole = reading.Map.of(found)
    return render(
        request,
        "casemapping/case_map.html",
        {
            "case": found,
            "months": reading.months(whole),
            "involved": whole.lines("involvement"),
            "helped": [line for line in whole.lines("factor") if line.tag == "Helped"],
            "hindered": [
                line for line in whole.lines("factor") if line.tag == "Hindered"
            ],
            "learning": whole.lines("learning"),
            "may_write": _may_write(request, review, found),
        },
    )


@review_view(READ, WRITE)
@require_safe
def case_text(request: ReviewRequest, review: Review, case_id: UUID) -> HttpResponse:
    found = _readable(request, review, case_id)
    whole = reading.Map.of(found)
    return render(
        request,
        "casemapping/case_text.html",
        {
            "case": found,
            "story": reading.story(whole),
            "factors": whole.lines("factor"),
            "learning": whole.lines("learning"),
        },
    )


def _readable(request: ReviewRequest, review: Review, case_id: UUID) -> CaseMap:
    action = READ if can(request.membership, READ) else WRITE
    return _case(request, review, case_id, action)


def _may_write(request: ReviewRequest, review: Review, found: CaseMap) -> bool:
    mine = review.case_maps.open_to(request.membership, WRITE)
    return mine.filter(pk=found.pk).exists()


# --- records --------------------------------------------------------------------------


@review_view(WRITE)
def record_add(
    request: ReviewRequest, review: Review, case_id: UUID, kind: str
) -> HttpResponse:
    found = _case(request, review, case_id)
    form = FORMS[kind](request.POST or None, case=found)
    if form.is_valid():
        refused = _save(
            form,
            lambda confirmed: domain.add_record(
                kind=kind,
                case=found,
                values=form.values(),
                confirmed=confirmed,
                by=request.user,
                at=timezone.now(),
            ),
        )
        if refused is None:
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
    found = _case(request, review, case_id)
    row = _record(found, kind, record_id)
    form = FORMS[kind](request.POST or None, case=found, record=row)
    form_and_theirs = _change_record(request, row, form, on_sheet=False)
    if form_and_theirs is None:
        return _back(review, found, kind)
    context = {
        "case": found,
        "record": row,
        "kind": kind,
        "noun": reading.NOUNS[kind],
        "back": _step_of(review, found, kind),
        **form_and_theirs,
    }
    return render(request, "casemapping/record.html", context)


def _change_record(
    request: ReviewRequest, row: CaseRecord, form: Any, *, on_sheet: bool
) -> dict[str, Any] | None:
    """Save a change; the page's context when it has to be shown again, else None."""
    theirs = None
    if form.is_valid():
        try:
            refused = _save(
                form,
                lambda confirmed: domain.change_record(
                    record=row,
                    version=form.cleaned_data["version"],
                    values=form.values(),
                    confirmed=confirmed,
                    on_sheet=on_sheet,
                    by=request.user,
                    at=timezone.now(),
                ),
            )
        except ChangedMeanwhile as refusal:
            saved = _fresh(row)
            theirs = form.keep_both(form.initial_of(saved), refusal)
        except domain.SheetIsIn as refusal:
            form.add_error(None, str(refusal))
        else:
            if refused is None:
                return None
    return {"form": form, "theirs": theirs}


@review_view(WRITE)
def record_remove(
    request: ReviewRequest, review: Review, case_id: UUID, kind: str, record_id: UUID
) -> HttpResponse:
    found = _case(request, review, case_id)
    row = _record(found, kind, record_id)
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
        **_button_words(reading.NOUNS[kind]),
    }


def _button_words(noun: str) -> dict[str, str]:
    """What the red buttons say: each names what is lost."""
    return {
        "remove_words": f"Remove this {noun}",
        "aside_words": f"Set this {noun} aside",
        "destroy_words": f"Destroy this {noun} for good",
    }


@review_view(WRITE)
def record_wrong_data(
    request: ReviewRequest, review: Review, case_id: UUID, kind: str, record_id: UUID
) -> HttpResponse:
    """Hide a line from everybody; asked once more first."""
    found = _case(request, review, case_id)
    row = _record(found, kind, record_id)
    if request.method == "POST":
        domain.set_aside(row=row, by=request.user, at=timezone.now())
        messages.success(request, _HIDDEN)
        return _back(review, found, kind)
    return render(
        request, "casemapping/record_wrong_data.html", _about(found, kind, row, review)
    )


_HIDDEN = "Set aside. Nobody can read it now. A second person has to destroy it."


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


@review_view(WRITE)
def case_wrong_data(
    request: ReviewRequest, review: Review, case_id: UUID
) -> HttpResponse:
    found = _case(request, review, case_id)
    if request.method == "POST":
        domain.set_aside(row=found, by=request.user, at=timezone.now())
        messages.success(request, _HIDDEN)
        return redirect("casemapping:cases", review.pk)
    return render(
        request,
        "casemapping/case_wrong_data.html",
        {"case": found, "aside_words": f"Set {found.code} aside"},
    )


@review_view(WRITE)
@require_safe
def set_aside(request: ReviewRequest, review: Review) -> HttpResponse:
    rows = reading.set_aside(request.membership)
    return render(request, "casemapping/set_aside.html", {"rows": rows})


@review_view(WRITE)
def destroy(
    request: ReviewRequest, review: Review, kind: str, row_id: UUID
) -> HttpResponse:
    hidden = _hidden(request, kind, row_id)
    if request.method == "POST":
        try:
            domain.destroy(row=hidden.row, by=request.user, at=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return redirect("casemapping:set-aside", review.pk)
    return render(
        request,
        "casemapping/destroy.html",
        {"hidden": hidden, **_button_words(hidden.noun)},
    )


@review_view(WRITE)
@require_POST
def put_back(
    request: ReviewRequest, review: Review, kind: str, row_id: UUID
) -> HttpResponse:
    hidden = _hidden(request, kind, row_id)
    try:
        domain.put_back(row=hidden.row, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("casemapping:set-aside", review.pk)


def _hidden(request: ReviewRequest, kind: str, row_id: UUID) -> reading.Hidden:
    for hidden in reading.set_aside(request.membership):
        if hidden.kind == kind and hidden.row.pk == row_id:
            return hidden
    get_object_or_404(CaseMap.objects.none())
    raise AssertionError


# --- preparation sheets ---------------------------------------------------------------


@review_view(SHEET)
@require_safe
def sheets(request: ReviewRequest, review: Review) -> HttpResponse:
    if request.membership.in_team:
        return redirect("casemapping:cases", review.pk)
    page = reading.sheets_page(request.membership)
    return render(request, "casemapping/sheets.html", {"page": page})


def _sheet(request: ReviewRequest, review: Review, sheet_id: UUID) -> PreparationSheet:
    """A sheet of the person's own agency, or of a case that the team member works on."""
    rows = PreparationSheet.objects.filter(case__review=review)
    sheet = get_object_or_404(rows.select_related("case", "agency"), pk=sheet_id)
    if request.membership.in_team:
        sheet.case = _case(request, review, sheet.case_id, SHEET)
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
                (group, forms[group.kind]) for group in reading.sheet_groups(found)
            ],
        },
    )


@review_view(SHEET)
def sheet_record_add(
    request: ReviewRequest, review: Review, sheet_id: UUID, kind: str
) -> HttpResponse:
    found = _sheet(request, review, sheet_id)
    form = FORMS[kind](request.POST or None, case=found.case, on_sheet=True)
    if form.is_valid():
        try:
            refused = _save(
                form,
                lambda confirmed: domain.add_record(
                    kind=kind,
                    case=found.case,
                    sheet=found,
                    values=form.values(),
                    confirmed=confirmed,
                    by=request.user,
                    at=timezone.now(),
                ),
            )
        except domain.SheetIsIn as refusal:
            form.add_error(None, str(refusal))
        else:
            if refused is None:
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
    form_and_theirs = _change_record(request, row, form, on_sheet=True)
    if form_and_theirs is None:
        return _back_to_sheet(review, found, kind)
    context = {
        "sheet": found,
        "record": row,
        "noun": reading.NOUNS[kind],
        **form_and_theirs,
    }
    return render(request, "casemapping/sheet_record.html", context)


@review_view(SHEET)
def sheet_record_remove(
    request: ReviewRequest, review: Review, sheet_id: UUID, kind: str, record_id: UUID
) -> HttpResponse:
    found = _sheet(request, review, sheet_id)
    row = _sheet_record(found, kind, record_id)
    if request.method == "POST":
        try:
            domain.remove_record(record=row, on_sheet=True)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        return _back_to_sheet(review, found, kind)
    return render(
        request, "casemapping/sheet_record_remove.html", _about_line(found, kind, row)
    )


def _about_line(sheet: PreparationSheet, kind: str, row: CaseRecord) -> dict[str, Any]:
    noun = reading.NOUNS[kind]
    line = reading.line_of(sheet.case, kind, row)
    return {"sheet": sheet, "noun": noun, "line": line, **_button_words(noun)}


@review_view(SHEET)
def sheet_wrong_data(
    request: ReviewRequest, review: Review, sheet_id: UUID, kind: str, record_id: UUID
) -> HttpResponse:
    found = _sheet(request, review, sheet_id)
    row = _sheet_record(found, kind, record_id)
    if request.method == "POST":
        domain.set_aside(row=row, by=request.user, at=timezone.now())
        messages.success(request, _HIDDEN)
        return _back_to_sheet(review, found, kind)
    return render(
        request, "casemapping/sheet_wrong_data.html", _about_line(found, kind, row)
    )


@review_view(SHEET)
@require_POST
def sheet_hand_in(
    request: ReviewRequest, review: Review, sheet_id: UUID
) -> HttpResponse:
    found = _sheet(request, review, sheet_id)
    try:
        domain.hand_in(sheet=found, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
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


# --- a child at risk ------------------------------------------------------------------


@review_view(Action.READ_SUMMARY)
def child_at_risk(request: ReviewRequest, review: Review) -> HttpResponse:
    """Whom to ring now; then who was told, and when. Open to everybody on the review."""
    codes = reading.codes_for(request.membership)
    wanted = request.GET.get("case", "")
    form = RiskForm(
        request.POST or None,
        codes=codes,
        initial={"case_code": wanted if wanted in codes else ""},
    )
    alert = None
    if form.is_valid():
        alert = domain.record_risk(
            review=review,
            case_code=form.cleaned_data["case_code"],
            person_told=form.cleaned_data["person_told"],
            by=request.user,
            at=timezone.now(),
        )
        return redirect("casemapping:child-at-risk-recorded", review.pk, alert.pk)
    return render(request, "casemapping/child_at_risk.html", {"form": form})


@review_view(Action.READ_SUMMARY)
@require_safe
def child_at_risk_recorded(
    request: ReviewRequest, review: Review, alert_id: UUID
) -> HttpResponse:
    alerts = review.risk_alerts.filter(raised_by=request.user)
    alert = get_object_or_404(alerts, pk=alert_id)
    return render(request, "casemapping/child_at_risk_recorded.html", {"alert": alert})
