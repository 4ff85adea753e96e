"""Pages of what a draft asks, section by section."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from questionnaires import reading
from questionnaires.domain import sections
from questionnaires.forms.sections import SectionForm
from questionnaires.models import Questionnaire, Section
from questionnaires.views.loading import confirmed, questionnaire_view, to
from reviews.access import Action, ReviewRequest
from reviews.refusals import ChangedMeanwhile, Refusal

RUN = Action.RUN_QUESTIONNAIRE


@questionnaire_view(RUN)
def questions(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    return render(
        request,
        "questionnaires/questions.html",
        {
            "questionnaire": questionnaire,
            "contents": reading.contents_of(questionnaire),
            "may_change": questionnaire.state == Questionnaire.State.DRAFT,
        },
    )


def section_of(questionnaire: Questionnaire, section_id: int) -> Section:
    found: Section = get_object_or_404(questionnaire.sections, pk=section_id)
    found.questionnaire = questionnaire
    return found


@questionnaire_view(RUN)
def section_new(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    form = SectionForm(request.POST or None)
    if form.is_valid():
        try:
            sections.add_section(
                questionnaire=questionnaire,
                title=form.cleaned_data["title"],
                introduction=form.cleaned_data["introduction"],
                by=request.user,
                at=timezone.now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return to("questionnaires:questions", questionnaire)
    return render(
        request,
        "questionnaires/section.html",
        {"form": form, "questionnaire": questionnaire},
    )


@questionnaire_view(RUN)
def section(
    request: ReviewRequest, questionnaire: Questionnaire, section_id: int
) -> HttpResponse:
    row = section_of(questionnaire, section_id)
    form = SectionForm(
        request.POST or None,
        initial={
            "title": row.title,
            "introduction": row.introduction,
            "version": row.version,
        },
    )
    theirs = None
    if form.is_valid():
        try:
            sections.change_section(
                section=row,
                version=form.cleaned_data["version"] or 0,
                title=form.cleaned_data["title"],
                introduction=form.cleaned_data["introduction"],
                by=request.user,
                at=timezone.now(),
            )
        except ChangedMeanwhile as refusal:
            row.refresh_from_db()
            theirs = form.keep_both(row, refusal)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return to("questionnaires:questions", questionnaire)
    return render(
        request,
        "questionnaires/section.html",
        {
            "form": form,
            "questionnaire": questionnaire,
            "section": row,
            "theirs": theirs,
        },
    )


@questionnaire_view(RUN)
@require_http_methods(["GET", "POST"])
def section_remove(
    request: ReviewRequest, questionnaire: Questionnaire, section_id: int
) -> HttpResponse:
    row = section_of(questionnaire, section_id)
    return confirmed(
        request,
        questionnaire,
        "section_remove",
        {"section": row, "number": row.questions.count()},
        lambda: sections.remove_section(
            section=row, by=request.user, at=timezone.now()
        ),
        then="questionnaires:questions",
    )


@questionnaire_view(RUN)
@require_POST
def section_do(
    request: ReviewRequest, questionnaire: Questionnaire, section_id: int
) -> HttpResponse:
    """Up, down or copied, by the button that was pressed."""
    row = section_of(questionnaire, section_id)
    now = timezone.now()
    try:
        if request.POST.get("do") == "copy":
            sections.copy_section(section=row, by=request.user, at=now)
        else:
            sections.move_section(
                section=row,
                up=request.POST.get("do") == "up",
                by=request.user,
                at=now,
            )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return to("questionnaires:questions", questionnaire)
