"""Pages of the list of people: files on their way in, and people one by one."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from questionnaires import reading
from questionnaires.domain import inviting, listing
from questionnaires.files import importer
from questionnaires.forms.running import ListForm, PersonForm
from questionnaires.models import PendingImport, Questionnaire
from questionnaires.views.loading import confirmed, part_of_page, questionnaire_view, to
from reviews.access import Action, ReviewRequest, View, can, own_agency
from reviews.files.sheets import XLSX
from reviews.pages.saving import confirm, save

IMPORT = Action.IMPORT_INVITATIONS

Extra = ParamSpec("Extra")
Page = Callable[Concatenate[ReviewRequest, Questionnaire, Extra], HttpResponse]


def list_view(
    *actions: Action, locked_too: bool = False
) -> Callable[[Page[Extra]], View]:
    """A page about the list while it can be changed; else one that says why it cannot.

    Of a late round no such page exists for anybody, whatever is asked of it or sent to it.
    """

    def decorate(view: Page[Extra]) -> View:
        @wraps(view)
        def guarded(
            request: ReviewRequest,
            questionnaire: Questionnaire,
            *args: Extra.args,
            **kwargs: Extra.kwargs,
        ) -> HttpResponse:
            is_draft = questionnaire.state == Questionnaire.State.DRAFT
            if questionnaire.is_late or not (is_draft or locked_too):
                return render(
                    request,
                    "questionnaires/list_locked.html",
                    {"questionnaire": questionnaire},
                )
            return view(request, questionnaire, *args, **kwargs)

        return questionnaire_view(*actions)(guarded)  # type: ignore[arg-type]

    return decorate


@list_view(IMPORT)
def list_import(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    """Choose a file; the worker reads it, and nothing is added yet."""
    form = ListForm(request.POST or None, request.FILES or None)
    attempt = save(
        form,
        lambda: listing.receive_list(
            questionnaire=questionnaire,
            content=form.cleaned_data["file"].read(importer.MOST_BYTES + 1),
            by=request.user,
            on=timezone.localdate(),
        ),
        beside="file",
    )
    if attempt.done:
        return _to_the_list(questionnaire, attempt.made)
    return render(
        request,
        "questionnaires/list_import.html",
        {
            "form": form,
            "questionnaire": questionnaire,
            "own": own_agency(request.membership),
        },
    )


def _to_the_list(questionnaire: Questionnaire, pending: PendingImport) -> HttpResponse:
    where = (questionnaire.review_id, questionnaire.pk, pending.pk)
    return redirect("questionnaires:list-confirm", *where)


@list_view(IMPORT)
def list_blank(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    response = HttpResponse(
        importer.blank_list(questionnaire.review), content_type=XLSX
    )
    response["Content-Disposition"] = 'attachment; filename="people-to-invite.xlsx"'
    return response


def _own_list(
    request: ReviewRequest, questionnaire: Questionnaire, pending_id: uuid.UUID
) -> PendingImport:
    """A pending list is its uploader's alone."""
    pending: PendingImport = get_object_or_404(
        questionnaire.pending_imports.select_related("job"),
        pk=pending_id,
        uploaded_by=request.user,
    )
    return pending


@list_view(IMPORT)
@require_http_methods(["GET", "POST"])
def list_confirm(
    request: ReviewRequest, questionnaire: Questionnaire, pending_id: uuid.UUID
) -> HttpResponse:
    """How far it has been read; then who would be added, and every row that would not."""
    if (gone := _added_meanwhile(request, questionnaire, pending_id)) is not None:
        return gone
    pending = _own_list(request, questionnaire, pending_id)
    attempt = confirm(request, lambda: listing.confirm_list(pending=pending))
    if attempt.done:
        watched = _to_the_list(questionnaire, pending)
        watched["Location"] += "?then=people"
        return watched
    if pending.state == PendingImport.State.REFUSED:
        return _refused(request, questionnaire, pending)
    return render(
        request,
        "questionnaires/list_confirm.html",
        {
            "questionnaire": questionnaire,
            "found": reading.pending_list(
                pending,
                show=request.GET.get("show", ""),
                agency=request.GET.get("agency", ""),
                page=request.GET.get("page"),
            ),
            "refusal": attempt.refusal,
        },
    )


def _added_meanwhile(
    request: ReviewRequest, questionnaire: Questionnaire, pending_id: uuid.UUID
) -> HttpResponse | None:
    """Whoever watched a list being added goes on to the people once it is gone."""
    watched = request.GET.get("then") == "people"
    there = questionnaire.pending_imports.filter(pk=pending_id).exists()
    return to("questionnaires:people", questionnaire) if watched and not there else None


def _refused(
    request: ReviewRequest, questionnaire: Questionnaire, pending: PendingImport
) -> HttpResponse:
    """The file as a whole was of no use: the form again, with the reason beside it."""
    where = to("questionnaires:list-import", questionnaire)["Location"]
    form = ListForm({}, {}, action=where)
    form.errors.clear()  # there is no file in this request: that is not what is wrong
    form.add_error("file", pending.refusal)
    return render(
        request,
        "questionnaires/list_import.html",
        {
            "form": form,
            "questionnaire": questionnaire,
            "own": own_agency(request.membership),
        },
    )


@questionnaire_view(IMPORT)
@require_safe
def list_progress(
    request: ReviewRequest, questionnaire: Questionnaire, pending_id: uuid.UUID
) -> HttpResponse:
    """The part of the page that says how far a list has come."""
    pending = (
        questionnaire.pending_imports.select_related("job")
        .filter(pk=pending_id, uploaded_by=request.user)
        .first()
    )
    return part_of_page(request, reading.of_list(pending) if pending else None)


@list_view(IMPORT)
@require_http_methods(["GET", "POST"])
def list_discard(
    request: ReviewRequest, questionnaire: Questionnaire, pending_id: uuid.UUID
) -> HttpResponse:
    pending = _own_list(request, questionnaire, pending_id)
    return confirmed(
        request,
        questionnaire,
        "list_discard",
        {"pending": pending, "number": len(pending.rows)},
        lambda: listing.throw_away(pending=pending),
        then="questionnaires:people",
    )


@list_view(Action.RUN_QUESTIONNAIRE)
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
        then="questionnaires:people",
    )


@list_view(IMPORT, locked_too=True)
@require_safe
def people(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    """Who is on the list, one agency at a time."""
    return render(
        request,
        "questionnaires/people.html",
        {
            "questionnaire": questionnaire,
            "people": reading.people(
                questionnaire,
                request.membership,
                agency=request.GET.get("agency", ""),
                page=request.GET.get("page"),
            ),
            "pending": questionnaire.pending_imports.filter(
                uploaded_by=request.user
            ).first(),
            "runs": can(request.membership, Action.RUN_QUESTIONNAIRE),
        },
    )


@list_view(IMPORT)
def person_add(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    form = PersonForm(
        request.POST or None,
        review=questionnaire.review,
        only=own_agency(request.membership),
        domains=reading.frequent_domains(questionnaire) if request.POST else (),
    )
    attempt = save(
        form,
        lambda: listing.add_person(
            questionnaire=questionnaire,
            row=form.invitee(),
            by=request.user,
            at=timezone.now(),
        ),
        beside="email",
    )
    if attempt.done:
        row = form.invitee()
        messages.success(request, f"{row.email} is on the list.")
        where = to("questionnaires:people", questionnaire)
        where["Location"] += f"?agency={row.agency}"
        return where
    return render(
        request,
        "questionnaires/person_add.html",
        {"form": form, "questionnaire": questionnaire},
    )


@list_view(IMPORT)
@require_http_methods(["GET", "POST"])
def person_remove(
    request: ReviewRequest, questionnaire: Questionnaire, invitation_id: uuid.UUID
) -> HttpResponse:
    rows = questionnaire.invitations.all()
    if own := own_agency(request.membership):
        rows = rows.filter(leaf__startswith=f"{own.code}/")
    invitation = get_object_or_404(rows, pk=invitation_id)
    return confirmed(
        request,
        questionnaire,
        "person_remove",
        {"email": invitation.email},
        lambda: listing.remove_person(
            invitation=invitation, by=request.user, at=timezone.now()
        ),
        then="questionnaires:people",
    )
