"""Pages of the second language."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from questionnaires import reading
from questionnaires.domain import translating
from questionnaires.forms.translating import LanguageForm, TranslationForm
from questionnaires.models import Questionnaire
from questionnaires.rules import languages
from questionnaires.views.loading import questionnaire_view, to
from reviews.access import Action, ReviewRequest
from reviews.pages.saving import save

RUN = Action.RUN_QUESTIONNAIRE


@questionnaire_view(RUN)
def language(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    form = LanguageForm(
        request.POST or None, initial={"language": questionnaire.language}
    )
    attempt = save(
        form,
        lambda: translating.choose_language(
            questionnaire=questionnaire,
            code=form.cleaned_data["language"],
            by=request.user,
            at=timezone.now(),
        ),
    )
    if attempt.done:
        onwards = "translation" if form.cleaned_data["language"] else "overview"
        return to(f"questionnaires:{onwards}", questionnaire)
    return render(
        request,
        "questionnaires/language.html",
        {"form": form, "questionnaire": questionnaire},
    )


@questionnaire_view(RUN)
def translation_page(
    request: ReviewRequest, questionnaire: Questionnaire
) -> HttpResponse:
    """One group of texts at a time, chosen by the address."""
    if not questionnaire.language:
        return to("questionnaires:language", questionnaire)
    groups = reading.texts_of(questionnaire)
    wanted = request.GET.get("part", "0")
    number = int(wanted) if wanted.isdecimal() and int(wanted) < len(groups) else 0
    form = TranslationForm(
        request.POST or None,
        texts=[(t.key, t.words, t.translated, t.longest) for t in groups[number].texts],
    )
    attempt = save(
        form,
        lambda: translating.translate(
            questionnaire=questionnaire,
            words=form.cleaned_data,
            by=request.user,
            at=timezone.now(),
        ),
    )
    if attempt.done:
        messages.success(request, f"“{groups[number].title}” is saved.")
        return redirect(f"{request.path}?part={min(number + 1, len(groups) - 1)}")
    return render(
        request,
        "questionnaires/translation.html",
        {
            "form": form,
            "questionnaire": questionnaire,
            "groups": groups,
            "number": number,
            "name": languages.name_of(questionnaire.language),
        },
    )
