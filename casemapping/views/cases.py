"""The pages of cases: chosen, described, moved on, set aside and destroyed."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from casemapping import domain, reading
from casemapping.domain import risk
from casemapping.forms.cases import (
    AgenciesForm,
    AttendanceForm,
    CaseDetailsForm,
    CaseForm,
    FacilitatorsForm,
    RiskForm,
)
from casemapping.forms.records import FORMS
from casemapping.models import CaseMap
from casemapping.views.rows import HIDDEN, READ, WRITE, button_words, case_of
from reviews.access import Action, ReviewRequest, Sight, can, review_view, sees
from reviews.models import Review, Stage
from reviews.pages.saving import press, save


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
    return sees(request.membership, Sight.EVERY_CASE) and can(request.membership, WRITE)


@review_view(WRITE)
def case_new(request: ReviewRequest, review: Review) -> HttpResponse:
    if not _may_manage(request):
        raise PermissionDenied
    form = CaseForm(request.POST or None, review=review)
    attempt = save(
        form,
        lambda: domain.create_case(
            review=review,
            values=form.values(),
            confirmed=form.confirmed,
            by=request.user,
            at=timezone.now(),
        ),
    )
    if attempt.done:
        return redirect("casemapping:facilitators", review.pk, attempt.made.pk)
    return render(request, "casemapping/case_new.html", {"form": form})


@review_view(WRITE)
def case_details(request: ReviewRequest, review: Review, case_id: UUID) -> HttpResponse:
    if not _may_manage(request):
        raise PermissionDenied
    case = case_of(request, review, case_id)
    form = CaseDetailsForm(
        request.POST or None,
        review=review,
        initial=CaseDetailsForm.initial_of(case),
    )
    return _change_case(request, review, case, form, "casemapping/case_details.html")


@review_view(WRITE)
def attendance(request: ReviewRequest, review: Review, case_id: UUID) -> HttpResponse:
    case = case_of(request, review, case_id)
    form = AttendanceForm(request.POST or None, initial=AttendanceForm.initial_of(case))
    return _change_case(request, review, case, form, "casemapping/attendance.html")


def _change_case(
    request: ReviewRequest,
    review: Review,
    case: CaseMap,
    form: CaseDetailsForm | AttendanceForm,
    template: str,
) -> HttpResponse:
    attempt = save(
        form,
        lambda: domain.change_case(
            case=case,
            version=form.cleaned_data["version"],
            values=form.values(),
            confirmed=form.confirmed,
            by=request.user,
            at=timezone.now(),
        ),
        saved=lambda: form.initial_of(review.case_maps.get(pk=case.pk)),
    )
    if attempt.done:
        return redirect("casemapping:case", review.pk, case.pk)
    return render(
        request, template, {"form": form, "case": case, "theirs": attempt.theirs}
    )


@review_view(WRITE)
def facilitators(request: ReviewRequest, review: Review, case_id: UUID) -> HttpResponse:
    if not _may_manage(request):
        raise PermissionDenied
    case = case_of(request, review, case_id)
    form = FacilitatorsForm(
        request.POST or None,
        review=review,
        initial=FacilitatorsForm.initial_of(case, domain.who_facilitates(case)),
    )
    attempt = save(
        form,
        lambda: domain.set_facilitators(
            case=case,
            members=form.cleaned_data["facilitators"],
            seen=form.cleaned_data["version"],
            by=request.user,
            at=timezone.now(),
        ),
        saved=lambda: form.initial_of(case, domain.who_facilitates(case)),
    )
    if attempt.done:
        onwards = "case" if case.sheets.exists() else "agencies"
        return redirect(f"casemapping:{onwards}", review.pk, case.pk)
    return render(
        request,
        "casemapping/facilitators.html",
        {"form": form, "case": case, "theirs": attempt.theirs},
    )


@review_view(WRITE)
def agencies(request: ReviewRequest, review: Review, case_id: UUID) -> HttpResponse:
    """Which agencies are asked for a sheet; the letters to them wait in the outbox."""
    case = case_of(request, review, case_id)
    form = AgenciesForm(
        request.POST or None,
        review=review,
        initial=AgenciesForm.initial_of(case, domain.who_is_asked(case)),
    )
    attempt = save(
        form,
        lambda: domain.ask_agencies(
            case=case,
            agencies=form.cleaned_data["agencies"],
            seen=form.cleaned_data["version"],
            by=request.user,
            at=timezone.now(),
        ),
        saved=lambda: form.initial_of(case, domain.who_is_asked(case)),
    )
    if attempt.done:
        if words := reading.asked_words(attempt.made):
            messages.success(request, words)
        batch = attempt.made.batch
        if batch and can(request.membership, Action.READ_OUTBOX):
            return redirect("reviews:outbox-batch", review.pk, batch.pk)
        return redirect("casemapping:case", review.pk, case.pk)
    return render(
        request,
        "casemapping/agencies.html",
        {"form": form, "case": case, "theirs": attempt.theirs},
    )


@review_view(WRITE)
@require_safe
def case(request: ReviewRequest, review: Review, case_id: UUID) -> HttpResponse:
    """The workshop's page: its steps by name, and one of them open with its records and form."""
    found = case_of(request, review, case_id)
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
    found = case_of(request, review, case_id)
    to = request.POST.get("to", "")
    try:
        press(
            request,
            lambda: domain.move(
                case=found,
                to=to,
                confirmed=request.POST.get("confirmed") == "yes",
                by=request.user,
                at=timezone.now(),
            ),
            leaves=(domain.AsksFirst,),
        )
    except domain.AsksFirst as doubt:
        return render(
            request,
            "casemapping/case_move.html",
            {"case": found, "to": to, "doubts": doubt.doubts},
        )
    return redirect("casemapping:case", review.pk, found.pk)


@review_view(WRITE)
def case_wrong_data(
    request: ReviewRequest, review: Review, case_id: UUID
) -> HttpResponse:
    found = case_of(request, review, case_id)
    if request.method == "POST":
        domain.set_aside(row=found, by=request.user, at=timezone.now())
        messages.success(request, HIDDEN)
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
        press(
            request,
            lambda: domain.destroy(row=hidden.row, by=request.user, at=timezone.now()),
        )
        return redirect("casemapping:set-aside", review.pk)
    return render(
        request,
        "casemapping/destroy.html",
        {"hidden": hidden, **button_words(hidden.noun)},
    )


@review_view(WRITE)
@require_POST
def put_back(
    request: ReviewRequest, review: Review, kind: str, row_id: UUID
) -> HttpResponse:
    hidden = _hidden(request, kind, row_id)
    press(
        request,
        lambda: domain.put_back(row=hidden.row, by=request.user, at=timezone.now()),
    )
    return redirect("casemapping:set-aside", review.pk)


def _hidden(request: ReviewRequest, kind: str, row_id: UUID) -> reading.Hidden:
    for hidden in reading.set_aside(request.membership):
        if hidden.kind == kind and hidden.row.pk == row_id:
            return hidden
    get_object_or_404(CaseMap.objects.none())
    raise AssertionError


@review_view(Action.READ_SUMMARY)
def child_at_risk(request: ReviewRequest, review: Review) -> HttpResponse:
    """Whom to ring now; then who was told, and when. Open to everybody on the review.

    Of a closed review whom to ring alone: nothing could be read there again.
    """
    if review.stage == Stage.CLOSED:
        return render(request, "casemapping/child_at_risk_closed.html")
    codes = reading.codes_for(request.membership)
    wanted = request.GET.get("case", "")
    form = RiskForm(
        request.POST or None,
        codes=codes,
        initial={"case_code": wanted if wanted in codes else ""},
    )
    attempt = save(
        form,
        lambda: risk.record_risk(
            review=review,
            case_code=form.cleaned_data["case_code"],
            person_told=form.cleaned_data["person_told"],
            by=request.user,
            at=timezone.now(),
        ),
    )
    if attempt.done:
        alert = attempt.made
        return redirect("casemapping:child-at-risk-recorded", review.pk, alert.pk)
    return render(request, "casemapping/child_at_risk.html", {"form": form})


@review_view(Action.READ_SUMMARY)
@require_safe
def child_at_risk_recorded(
    request: ReviewRequest, review: Review, alert_id: UUID
) -> HttpResponse:
    if review.stage == Stage.CLOSED:
        return redirect("casemapping:child-at-risk", review.pk)
    alerts = review.risk_alerts.filter(raised_by=request.user)
    alert = get_object_or_404(alerts, pk=alert_id)
    return render(request, "casemapping/child_at_risk_recorded.html", {"alert": alert})
