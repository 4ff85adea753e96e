"""Pages of inviting, sending, closing and releasing."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from questionnaires import importer, mail, reading
from questionnaires.domain import inviting, releasing, sending
from questionnaires.forms.running import (
    ClosingDateForm,
    ListForm,
    NewLinkForm,
    OpenForm,
)
from questionnaires.models import Questionnaire
from questionnaires.views.loading import confirmed, questionnaire_view, to
from reviews.access import Action, ReviewRequest, can, review_view
from reviews.models import AccessRole, Review
from reviews.refusals import Refusal

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SEES = (
    Action.RUN_QUESTIONNAIRE,
    Action.READ_TURNOUT,
    Action.READ_RESPONSE_RATE,
    Action.IMPORT_INVITATIONS,
)


@review_view(*SEES)
def index(request: ReviewRequest, review: Review) -> HttpResponse:
    """All questionnaires of the review; with one alone, straight to it."""
    rows = reading.rows_of(review)
    runs = can(request.membership, Action.RUN_QUESTIONNAIRE)
    if len(rows) == 1 and "all" not in request.GET:
        return to("questionnaires:overview", rows[0].questionnaire)
    return render(request, "questionnaires/index.html", {"rows": rows, "runs": runs})


@questionnaire_view(*SEES)
def overview(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    member = request.membership
    return render(
        request,
        "questionnaires/overview.html",
        {
            "overview": reading.overview(questionnaire, member),
            "questionnaire": questionnaire,
            "turnout": reading.turnout(questionnaire, member),
            "exact": can(member, Action.READ_TURNOUT),
            "may_release": can(member, Action.RUN_RELEASE),
        },
    )


@questionnaire_view(Action.IMPORT_INVITATIONS)
def list_import(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    """Choose a file; it is read and checked, and nothing is added yet."""
    form = ListForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        only = (
            request.membership.agency
            if request.membership.access_role == AccessRole.PC
            else None
        )
        try:
            found = importer.read(
                form.cleaned_data["file"].read(importer.MOST_BYTES + 1),
                review=questionnaire.review,
                known=inviting.addresses(questionnaire),
                only=only,
            )
            pending = inviting.keep_pending(
                questionnaire=questionnaire,
                rows=found.rows,
                faults=[
                    [fault.row, fault.column, fault.sentence, fault.stops]
                    for fault in found.faults
                ],
            )
        except Refusal as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect(
                "questionnaires:list-confirm",
                questionnaire.review_id,
                questionnaire.pk,
                pending.pk,
            )
    return render(
        request,
        "questionnaires/list_import.html",
        {"form": form, "questionnaire": questionnaire},
    )


@questionnaire_view(Action.IMPORT_INVITATIONS)
def list_blank(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    response = HttpResponse(
        importer.blank_list(questionnaire.review), content_type=XLSX
    )
    response["Content-Disposition"] = 'attachment; filename="people-to-invite.xlsx"'
    return response


@questionnaire_view(Action.IMPORT_INVITATIONS)
@require_http_methods(["GET", "POST"])
def list_confirm(
    request: ReviewRequest, questionnaire: Questionnaire, pending_id: uuid.UUID
) -> HttpResponse:
    """What was read: who would be added, and every row that would not."""
    pending = get_object_or_404(
        questionnaire.pending_imports.select_related("questionnaire__review"),
        pk=pending_id,
    )
    refusal = None
    if request.method == "POST":
        try:
            added = inviting.confirm_import(
                pending=pending, by=request.user, at=timezone.now()
            )
        except Refusal as error:
            refusal = error
        else:
            people = "1 person was" if added == 1 else f"{added} people were"
            messages.success(request, f"{people} added to the list.")
            return to("questionnaires:overview", questionnaire)
    faults = [importer.Fault(*fault) for fault in pending.faults]
    return render(
        request,
        "questionnaires/list_confirm.html",
        {
            "pending": pending,
            "number": len(pending.rows),
            "left_out": len({fault.row for fault in faults if fault.stops}),
            "faults": faults,
            "refusal": refusal,
        },
    )


@questionnaire_view(Action.RUN_QUESTIONNAIRE)
@require_http_methods(["GET", "POST"])
def list_empty(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    return confirmed(
        request,
        questionnaire,
        "list_empty",
        {"number": questionnaire.invitations.count()},
        lambda: inviting.empty_list(
            questionnaire=questionnaire, by=request.user, at=timezone.now()
        ),
    )


@questionnaire_view(Action.RUN_QUESTIONNAIRE)
def open_it(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    now = timezone.now()
    today = questionnaire.review.today(now)
    form = OpenForm(
        request.POST or None, today=today, visit=questionnaire.review.day_zero
    )
    if form.is_valid():
        try:
            inviting.ask_to_open(
                questionnaire=questionnaire,
                closes_on=form.cleaned_data["closes_on"],
                by=request.user,
                at=now,
                today=today,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return to("questionnaires:overview", questionnaire)
    return render(
        request,
        "questionnaires/open.html",
        {
            "form": form,
            "questionnaire": questionnaire,
            "number": questionnaire.invitations.count(),
        },
    )


@questionnaire_view(Action.RUN_QUESTIONNAIRE)
def closing_date(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    now = timezone.now()
    today = questionnaire.review.today(now)
    form = ClosingDateForm(
        request.POST or None,
        today=today,
        visit=questionnaire.review.day_zero,
        initial={"closes_on": questionnaire.closes_on},
    )
    if form.is_valid():
        try:
            inviting.move_closing_date(
                questionnaire=questionnaire,
                closes_on=form.cleaned_data["closes_on"],
                by=request.user,
                at=now,
                today=today,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return to("questionnaires:overview", questionnaire)
    return render(
        request,
        "questionnaires/closing_date.html",
        {"form": form, "questionnaire": questionnaire},
    )


@questionnaire_view(Action.RUN_QUESTIONNAIRE)
@require_http_methods(["GET", "POST"])
def send(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    now = timezone.now()
    return confirmed(
        request,
        questionnaire,
        "send",
        {
            "letter": mail.preview(questionnaire),
            "number": reading.overview(questionnaire, request.membership).unsent,
        },
        lambda: sending.queue_invitations(
            questionnaire=questionnaire,
            by=request.user,
            at=now,
            today=questionnaire.review.today(now),
        ),
    )


@questionnaire_view(Action.RUN_QUESTIONNAIRE)
@require_http_methods(["GET", "POST"])
def remind(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    now = timezone.now()
    return confirmed(
        request,
        questionnaire,
        "remind",
        {"letter": mail.reminder_preview(questionnaire)},
        lambda: sending.queue_reminders(
            questionnaire=questionnaire,
            by=request.user,
            at=now,
            today=questionnaire.review.today(now),
        ),
    )


@questionnaire_view(Action.RUN_QUESTIONNAIRE)
@require_http_methods(["GET", "POST"])
def send_again(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    now = timezone.now()
    return confirmed(
        request,
        questionnaire,
        "send_again",
        {"number": reading.overview(questionnaire, request.membership).stuck},
        lambda: sending.queue_again(
            questionnaire=questionnaire,
            by=request.user,
            at=now,
            today=questionnaire.review.today(now),
        ),
    )


@questionnaire_view(Action.REISSUE_INVITATION)
def new_link(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    """For somebody whose link was lost or has got into other hands."""
    form = NewLinkForm(request.POST or None)
    if form.is_valid():
        try:
            sending.reissue(
                questionnaire=questionnaire,
                email=form.cleaned_data["email"],
                by=request.user,
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error("email", str(refusal))
        else:
            messages.success(request, "A new link is on its way.")
            return to("questionnaires:overview", questionnaire)
    return render(
        request,
        "questionnaires/new_link.html",
        {"form": form, "questionnaire": questionnaire},
    )


@questionnaire_view(Action.RUN_QUESTIONNAIRE)
@require_http_methods(["GET", "POST"])
def close(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    return confirmed(
        request,
        questionnaire,
        "close",
        {"questionnaire": questionnaire},
        lambda: releasing.close(
            questionnaire=questionnaire, by=request.user, at=timezone.now()
        ),
    )


@questionnaire_view(Action.RUN_RELEASE)
@require_http_methods(["GET", "POST"])
def release(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    """One person asks, a second agrees, the worker releases."""
    asked = questionnaire.release_asked_by
    verb = releasing.approve_release if asked else releasing.ask_for_release
    return confirmed(
        request,
        questionnaire,
        "release",
        {
            "questionnaire": questionnaire,
            "asked_by": asked,
            "mine": asked == request.user,
        },
        lambda: verb(questionnaire=questionnaire, by=request.user, at=timezone.now()),
    )
