"""Pages of opening, sending, closing and releasing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from questionnaires import reading
from questionnaires.domain import inviting, releasing, sending
from questionnaires.forms.running import (
    ClosingDateForm,
    NewLinkForm,
    OpenForm,
    SendForm,
)
from questionnaires.mail import letters
from questionnaires.models import Questionnaire
from questionnaires.reading.running import Overview
from questionnaires.views.loading import confirmed, part_of_page, questionnaire_view, to
from reviews.access import Action, ReviewRequest, can, review_view
from reviews.models import Review
from reviews.pages.saving import press, save

SEES = (
    Action.RUN_QUESTIONNAIRE,
    Action.READ_TURNOUT,
    Action.READ_RESPONSE_RATE,
    Action.IMPORT_INVITATIONS,
)


@review_view(*SEES, Action.READ_RESULTS)
def index(request: ReviewRequest, review: Review) -> HttpResponse:
    """All questionnaires of the review; with one alone, straight to it.

    Whoever may read the results and nothing else of them comes to the results.
    """
    if not any(can(request.membership, action) for action in SEES):
        return redirect("questionnaires:results-index", review.pk)
    rows = reading.rows_of(review)
    runs = can(request.membership, Action.RUN_QUESTIONNAIRE)
    if len(rows) == 1 and "all" not in request.GET:
        return to("questionnaires:overview", rows[0].questionnaire)
    return render(request, "questionnaires/index.html", {"rows": rows, "runs": runs})


@questionnaire_view(*SEES)
def overview(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    member = request.membership
    today = questionnaire.review.today(timezone.now())
    counted = questionnaire.state not in (
        Questionnaire.State.DRAFT,
        Questionnaire.State.OPENING,
        Questionnaire.State.DESTROYED,
    )
    return render(
        request,
        "questionnaires/overview.html",
        {
            "overview": reading.overview(questionnaire, member, today),
            "questionnaire": questionnaire,
            "turnout": reading.turnout(questionnaire, member) if counted else None,
            "may_release": can(member, Action.RUN_RELEASE),
        },
    )


@questionnaire_view(Action.RUN_QUESTIONNAIRE)
@require_safe
def progress(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    """The part of the overview that says how far opening, sending or the release has come."""
    return part_of_page(request, reading.of_questionnaire(questionnaire))


@questionnaire_view(Action.RUN_QUESTIONNAIRE)
def open_it(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    now = timezone.now()
    today = questionnaire.review.today(now)
    form = OpenForm(
        request.POST or None,
        today=today,
        visit=questionnaire.review.day_zero,
        initial={"closes_on": reading.suggested_close(questionnaire, today)},
    )
    attempt = save(
        form,
        lambda: inviting.ask_to_open(
            questionnaire=questionnaire,
            closes_on=form.cleaned_data["closes_on"],
            by=request.user,
            at=now,
            today=today,
        ),
    )
    if attempt.done:
        return to("questionnaires:overview", questionnaire)
    return render(
        request,
        "questionnaires/open.html",
        {
            "form": form,
            "questionnaire": questionnaire,
            "overview": reading.overview(questionnaire, request.membership, today),
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
    attempt = save(
        form,
        lambda: inviting.move_closing_date(
            questionnaire=questionnaire,
            closes_on=form.cleaned_data["closes_on"],
            by=request.user,
            at=now,
            today=today,
        ),
    )
    if attempt.done:
        return to("questionnaires:overview", questionnaire)
    return render(
        request,
        "questionnaires/closing_date.html",
        {"form": form, "questionnaire": questionnaire},
    )


@questionnaire_view(Action.RUN_QUESTIONNAIRE)
def send(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    now = timezone.now()
    return _send_page(
        request,
        questionnaire,
        "send",
        "Send the invitations",
        lambda: {
            "letter": letters.preview(questionnaire),
            "overview": _overview(request, questionnaire),
        },
        lambda a_minute: sending.queue_invitations(
            questionnaire=questionnaire,
            by=request.user,
            at=now,
            today=questionnaire.review.today(now),
            a_minute=a_minute,
        ),
    )


@questionnaire_view(Action.RUN_QUESTIONNAIRE)
def remind(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    now = timezone.now()
    return _send_page(
        request,
        questionnaire,
        "remind",
        "Send the reminder",
        lambda: {
            "letter": letters.reminder_preview(questionnaire),
            "to": reading.reminder_to(questionnaire),
            "overview": _overview(request, questionnaire),
        },
        lambda a_minute: sending.queue_reminders(
            questionnaire=questionnaire,
            by=request.user,
            at=now,
            today=questionnaire.review.today(now),
            a_minute=a_minute,
        ),
    )


@questionnaire_view(Action.RUN_QUESTIONNAIRE)
def sending_resume(
    request: ReviewRequest, questionnaire: Questionnaire
) -> HttpResponse:
    """Carry on with what was stopped, at another rate if need be."""
    return _send_page(
        request,
        questionnaire,
        "sending_resume",
        "Carry on sending",
        lambda: {"overview": _overview(request, questionnaire)},
        lambda a_minute: sending.carry_on(
            questionnaire=questionnaire,
            by=request.user,
            at=timezone.now(),
            a_minute=a_minute,
        ),
    )


def _overview(request: ReviewRequest, questionnaire: Questionnaire) -> Overview:
    today = questionnaire.review.today(timezone.now())
    return reading.overview(questionnaire, request.membership, today)


def _send_page(
    request: ReviewRequest,
    questionnaire: Questionnaire,
    name: str,
    label: str,
    context: Callable[[], dict[str, Any]],
    act: Callable[[int | None], None],
) -> HttpResponse:
    """A page that says what would go to whom, and asks how fast. A press alone draws nothing."""
    form = SendForm(
        request.POST or None,
        submit_label=label,
        initial={"a_minute": questionnaire.a_minute},
        paced=not questionnaire.is_late,
    )
    attempt = save(form, lambda: act(form.cleaned_data.get("a_minute")))
    if attempt.done:
        return to("questionnaires:overview", questionnaire)
    return render(
        request,
        f"questionnaires/{name}.html",
        {**context(), "form": form, "questionnaire": questionnaire},
    )


@questionnaire_view(Action.RUN_QUESTIONNAIRE)
@require_POST
def sending_stop(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    press(
        request,
        lambda: sending.stop(
            questionnaire=questionnaire, by=request.user, at=timezone.now()
        ),
        level=messages.INFO,
    )
    return to("questionnaires:overview", questionnaire)


@questionnaire_view(Action.RUN_QUESTIONNAIRE)
@require_http_methods(["GET", "POST"])
def sending_end(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    return confirmed(
        request,
        questionnaire,
        "sending_end",
        {"overview": _overview(request, questionnaire)},
        lambda: sending.leave_out_the_rest(
            questionnaire=questionnaire, by=request.user, at=timezone.now()
        ),
    )


@questionnaire_view(Action.RUN_QUESTIONNAIRE)
@require_POST
def test_letter(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    """The letter to oneself; then back to where it was asked for."""
    reminder = request.POST.get("letter") == "reminder"
    sending.send_test(
        questionnaire=questionnaire,
        reminder=reminder,
        by=request.user,
        at=timezone.now(),
    )
    messages.success(
        request,
        f"A test is on its way to {request.user.email}. Its link opens the preview.",
    )
    pages = {"send": "send", "remind": "remind"}
    back = pages.get(request.POST.get("back", ""), "preview")
    return to(f"questionnaires:{back}", questionnaire)


@questionnaire_view(Action.RUN_QUESTIONNAIRE)
@require_http_methods(["GET", "POST"])
def send_again(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    now = timezone.now()
    return confirmed(
        request,
        questionnaire,
        "send_again",
        {"number": _overview(request, questionnaire).stuck},
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
    is_late = questionnaire.is_late
    form = NewLinkForm(None if is_late else request.POST or None)
    attempt = save(
        form,
        lambda: sending.reissue(
            questionnaire=questionnaire,
            email=form.cleaned_data["email"],
            by=request.user,
            at=timezone.now(),
        ),
        beside="email",
    )
    if attempt.done:
        messages.success(request, "A new link is on its way.")
        return to("questionnaires:overview", questionnaire)
    return render(
        request,
        "questionnaires/new_link.html",
        {"form": None if is_late else form, "questionnaire": questionnaire},
    )


@questionnaire_view(Action.RUN_QUESTIONNAIRE)
@require_http_methods(["GET", "POST"])
def close(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    """Now, instead of at the end of the day that people were told."""
    today = questionnaire.review.today(timezone.now())
    planned = questionnaire.closes_on
    return confirmed(
        request,
        questionnaire,
        "close",
        {
            "counted": reading.heads(questionnaire),
            "early": bool(planned and today < planned),
        },
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
