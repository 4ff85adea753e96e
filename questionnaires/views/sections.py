"""Pages of what a draft asks, section by section."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

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
from reviews.pages.saving import press, read_again, save

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
    attempt = save(
        form,
        lambda: sections.add_section(
            questionnaire=questionnaire,
            title=form.cleaned_data["title"],
            introduction=form.cleaned_data["introduction"],
            by=request.user,
            at=timezone.now(),
        ),
    )
    if attempt.done:
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
    attempt = save(
        form,
        lambda: sections.change_section(
            section=row,
            version=form.cleaned_data["version"] or 0,
            title=form.cleaned_data["title"],
            introduction=form.cleaned_data["introduction"],
            by=request.user,
            at=timezone.now(),
        ),
        saved=lambda: read_again(row),
    )
    if attempt.done:
        return to("questionnaires:questions", questionnaire)
    return render(
        request,
        "questionnaires/section.html",
        {
            "form": form,
            "questionnaire": questionnaire,
            "section": row,
            "theirs": attempt.theirs,
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
    do = request.POST.get("do")
    verb: Callable[..., object] = partial(sections.move_section, up=do == "up")
    if do == "copy":
        verb = sections.copy_section
    press(request, lambda: verb(section=row, by=request.user, at=timezone.now()))
    return to("questionnaires:questions", questionnaire)
