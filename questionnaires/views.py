"""Pages of the questionnaire for the team and the council. Respondents' are in public_views."""

import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from questionnaires import importer, mail, reading
from questionnaires.domain import building, releasing, sending
from questionnaires.forms import (
    ClosingDateForm,
    CommentForm,
    ListForm,
    NewLinkForm,
    OpenForm,
    WordingForm,
)
from questionnaires.models import Questionnaire, Release
from reviews import roster, screening
from reviews.access import Action, ReviewRequest, can, review_view
from reviews.models import AccessRole, Review
from reviews.refusals import Refusal

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _current(review: Review) -> Questionnaire:
    found = reading.current(review)
    if found is None:
        raise Http404
    return found


@review_view(
    Action.RUN_QUESTIONNAIRE,
    Action.READ_TURNOUT,
    Action.READ_RESPONSE_RATE,
    Action.IMPORT_INVITATIONS,
)
def overview(request: ReviewRequest, review: Review) -> HttpResponse:
    questionnaire = reading.current(review)
    member = request.membership
    if questionnaire is None:
        runs = can(member, Action.RUN_QUESTIONNAIRE)
        return render(request, "questionnaires/none_yet.html", {"runs": runs})
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


@review_view(Action.RUN_QUESTIONNAIRE)
@require_POST
def make(request: ReviewRequest, review: Review) -> HttpResponse:
    if reading.current(review) is None:
        building.make_from_pack(review=review, by=request.user, at=timezone.now())
    return redirect("questionnaires:overview", review.pk)


@review_view(Action.RUN_QUESTIONNAIRE)
def wording(request: ReviewRequest, review: Review) -> HttpResponse:
    questionnaire = _current(review)
    form = WordingForm(request.POST or None, questionnaire=questionnaire)
    if form.is_valid():
        try:
            building.change_wording(
                questionnaire=questionnaire,
                title=form.cleaned_data["title"],
                introduction=form.cleaned_data["introduction"],
                left_out=form.left_out(),
                by=request.user,
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("questionnaires:overview", review.pk)
    return render(request, "questionnaires/wording.html", {"form": form})


@review_view(Action.RUN_QUESTIONNAIRE, Action.READ_TURNOUT)
def preview(request: ReviewRequest, review: Review) -> HttpResponse:
    """What people get: the message, the first page and every question."""
    questionnaire = _current(review)
    pages = reading.question_pages(questionnaire)
    return render(
        request,
        "questionnaires/preview.html",
        {
            "questionnaire": questionnaire,
            "pages": pages,
            "letter": mail.preview(questionnaire),
        },
    )


@review_view(Action.IMPORT_INVITATIONS)
def list_import(request: ReviewRequest, review: Review) -> HttpResponse:
    """Choose a file; it is read and checked, and nothing is added yet."""
    questionnaire = _current(review)
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
                review=review,
                known=building.addresses(questionnaire),
                only=only,
            )
            pending = building.keep_pending(
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
            return redirect("questionnaires:list-confirm", review.pk, pending.pk)
    return render(
        request,
        "questionnaires/list_import.html",
        {"form": form, "questionnaire": questionnaire},
    )


@review_view(Action.IMPORT_INVITATIONS)
def list_blank(request: ReviewRequest, review: Review) -> HttpResponse:
    response = HttpResponse(importer.blank_list(review), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="people-to-invite.xlsx"'
    return response


@review_view(Action.IMPORT_INVITATIONS)
@require_http_methods(["GET", "POST"])
def list_confirm(
    request: ReviewRequest, review: Review, pending_id: uuid.UUID
) -> HttpResponse:
    """What was read: who would be added, and every row that would not."""
    questionnaire = _current(review)
    pending = get_object_or_404(
        questionnaire.pending_imports.select_related("questionnaire__review"),
        pk=pending_id,
    )
    refusal = None
    if request.method == "POST":
        try:
            added = building.confirm_import(
                pending=pending, by=request.user, at=timezone.now()
            )
        except Refusal as error:
            refusal = error
        else:
            people = "1 person was" if added == 1 else f"{added} people were"
            messages.success(request, f"{people} added to the list.")
            return redirect("questionnaires:overview", review.pk)
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


@review_view(Action.RUN_QUESTIONNAIRE)
@require_http_methods(["GET", "POST"])
def list_empty(request: ReviewRequest, review: Review) -> HttpResponse:
    questionnaire = _current(review)
    return _confirmed(
        request,
        review,
        "list_empty",
        {"number": questionnaire.invitations.count()},
        lambda: building.empty_list(
            questionnaire=questionnaire, by=request.user, at=timezone.now()
        ),
    )


@review_view(Action.RUN_QUESTIONNAIRE)
def open_it(request: ReviewRequest, review: Review) -> HttpResponse:
    questionnaire = _current(review)
    now = timezone.now()
    today = review.today(now)
    form = OpenForm(request.POST or None, today=today, visit=review.day_zero)
    if form.is_valid():
        try:
            building.ask_to_open(
                questionnaire=questionnaire,
                closes_on=form.cleaned_data["closes_on"],
                k=form.cleaned_data["k"],
                by=request.user,
                at=now,
                today=today,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("questionnaires:overview", review.pk)
    return render(
        request,
        "questionnaires/open.html",
        {
            "form": form,
            "questionnaire": questionnaire,
            "number": questionnaire.invitations.count(),
        },
    )


@review_view(Action.RUN_QUESTIONNAIRE)
def closing_date(request: ReviewRequest, review: Review) -> HttpResponse:
    questionnaire = _current(review)
    now = timezone.now()
    today = review.today(now)
    form = ClosingDateForm(
        request.POST or None,
        today=today,
        visit=review.day_zero,
        initial={"closes_on": questionnaire.closes_on},
    )
    if form.is_valid():
        try:
            building.move_closing_date(
                questionnaire=questionnaire,
                closes_on=form.cleaned_data["closes_on"],
                by=request.user,
                at=now,
                today=today,
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("questionnaires:overview", review.pk)
    return render(request, "questionnaires/closing_date.html", {"form": form})


def _confirmed(
    request: ReviewRequest,
    review: Review,
    name: str,
    context: dict[str, Any],
    act: Callable[[], object],
) -> HttpResponse:
    """A page that says what would happen and, when its button was pressed, does it."""
    refusal = None
    if request.method == "POST":
        try:
            act()
        except Refusal as error:
            refusal = error
        else:
            return redirect("questionnaires:overview", review.pk)
    return render(
        request, f"questionnaires/{name}.html", {**context, "refusal": refusal}
    )


@review_view(Action.RUN_QUESTIONNAIRE)
@require_http_methods(["GET", "POST"])
def send(request: ReviewRequest, review: Review) -> HttpResponse:
    questionnaire = _current(review)
    now = timezone.now()
    return _confirmed(
        request,
        review,
        "send",
        {
            "letter": mail.preview(questionnaire),
            "number": reading.overview(questionnaire, request.membership).unsent,
        },
        lambda: sending.queue_invitations(
            questionnaire=questionnaire,
            by=request.user,
            at=now,
            today=review.today(now),
        ),
    )


@review_view(Action.RUN_QUESTIONNAIRE)
@require_http_methods(["GET", "POST"])
def remind(request: ReviewRequest, review: Review) -> HttpResponse:
    questionnaire = _current(review)
    now = timezone.now()
    return _confirmed(
        request,
        review,
        "remind",
        {"letter": mail.reminder_preview(questionnaire)},
        lambda: sending.queue_reminders(
            questionnaire=questionnaire,
            by=request.user,
            at=now,
            today=review.today(now),
        ),
    )


@review_view(Action.RUN_QUESTIONNAIRE)
@require_http_methods(["GET", "POST"])
def send_again(request: ReviewRequest, review: Review) -> HttpResponse:
    questionnaire = _current(review)
    now = timezone.now()
    return _confirmed(
        request,
        review,
        "send_again",
        {"number": reading.overview(questionnaire, request.membership).stuck},
        lambda: sending.queue_again(
            questionnaire=questionnaire,
            by=request.user,
            at=now,
            today=review.today(now),
        ),
    )


@review_view(Action.REISSUE_INVITATION)
def new_link(request: ReviewRequest, review: Review) -> HttpResponse:
    """For somebody whose link was lost or has got into other hands."""
    questionnaire = _current(review)
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
            return redirect("questionnaires:overview", review.pk)
    return render(request, "questionnaires/new_link.html", {"form": form})


@review_view(Action.RUN_QUESTIONNAIRE)
@require_http_methods(["GET", "POST"])
def close(request: ReviewRequest, review: Review) -> HttpResponse:
    questionnaire = _current(review)
    return _confirmed(
        request,
        review,
        "close",
        {"questionnaire": questionnaire},
        lambda: releasing.close(
            questionnaire=questionnaire, by=request.user, at=timezone.now()
        ),
    )


@review_view(Action.RUN_RELEASE)
@require_http_methods(["GET", "POST"])
def release(request: ReviewRequest, review: Review) -> HttpResponse:
    """One person asks, a second agrees, the worker releases."""
    questionnaire = _current(review)
    asked = questionnaire.release_asked_by
    verb = releasing.approve_release if asked else releasing.ask_for_release
    return _confirmed(
        request,
        review,
        "release",
        {
            "questionnaire": questionnaire,
            "asked_by": asked,
            "mine": asked == request.user,
        },
        lambda: verb(questionnaire=questionnaire, by=request.user, at=timezone.now()),
    )


def _release(review: Review) -> Release | None:
    questionnaire = reading.current(review)
    return reading.latest_release(questionnaire) if questionnaire else None


@review_view(Action.READ_RESULTS)
def results(request: ReviewRequest, review: Review) -> HttpResponse:
    found = _release(review)
    if found is None:
        return render(request, "questionnaires/no_results.html")
    return render(
        request,
        "questionnaires/results.html",
        {
            "results": reading.results(found, group=request.GET.get("group", "")),
            "may_screen": can(request.membership, Action.SCREEN_COMMENTS),
        },
    )


@review_view(Action.READ_RESULTS)
def comments(request: ReviewRequest, review: Review) -> HttpResponse:
    found = _release(review)
    if found is None:
        return render(request, "questionnaires/no_results.html")
    return render(
        request,
        "questionnaires/comments.html",
        {
            "groups": reading.comments(found),
            "waiting": reading.to_screen(found),
            "may_screen": can(request.membership, Action.SCREEN_COMMENTS),
        },
    )


@review_view(Action.SCREEN_COMMENTS)
@require_http_methods(["GET", "POST"])
def comments_screen(request: ReviewRequest, review: Review) -> HttpResponse:
    """The next 20 in which nothing is marked, to read and let pass together."""
    found = _release(review)
    if found is None:
        return redirect("questionnaires:comments", review.pk)
    if request.method == "POST":
        releasing.clear_comments(
            release=found,
            at=timezone.now(),
            ids=request.POST.getlist("comment"),
        )
        return redirect("questionnaires:comments-screen", review.pk)
    return render(
        request,
        "questionnaires/comments_screen.html",
        {"screening": reading.to_screen(found)},
    )


@review_view(Action.SCREEN_COMMENTS)
def comment_screen(
    request: ReviewRequest, review: Review, comment_id: uuid.UUID
) -> HttpResponse:
    """One comment with its marks shown: let it pass, or replace what names somebody."""
    found = _release(review)
    if found is None:
        raise Http404
    comment = get_object_or_404(found.comments, pk=comment_id)
    form = CommentForm(request.POST or None, initial={"text": comment.text})
    if form.is_valid():
        releasing.settle_comment(
            comment=comment,
            text=form.cleaned_data["text"],
            at=timezone.now(),
            review=review,
        )
        return redirect("questionnaires:comments-screen", review.pk)
    marks = screening.scan(
        comment.text,
        roster=roster.load(review),
        case_reference=review.case_reference,
    )
    return render(
        request,
        "questionnaires/comment_screen.html",
        {"form": form, "pieces": reading.marked_pieces(comment.text, marks)},
    )
