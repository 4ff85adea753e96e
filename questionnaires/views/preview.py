"""The preview: what people get, before anybody gets it."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_http_methods

from questionnaires import reading
from questionnaires.mail import letters
from questionnaires.models import Questionnaire
from questionnaires.reading import page_language
from questionnaires.rules import asking
from questionnaires.views.loading import questionnaire_view
from reviews.access import Action, ReviewRequest


@questionnaire_view(Action.RUN_QUESTIONNAIRE, Action.READ_TURNOUT)
def preview(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    """What people get: the letters, and the pages to walk through."""
    return render(
        request,
        "questionnaires/preview.html",
        {
            "questionnaire": questionnaire,
            "letter": letters.preview(questionnaire),
            "reminder": letters.reminder_preview(questionnaire),
        },
    )


@questionnaire_view(Action.RUN_QUESTIONNAIRE, Action.READ_TURNOUT)
@require_http_methods(["GET", "POST"])
def preview_page(
    request: ReviewRequest, questionnaire: Questionnaire, number: int
) -> HttpResponse:
    """A page as a respondent sees it. Answers are followed from page to page and kept nowhere.

    Page 0 is the introduction; the one behind the last is the check page.
    """
    respondent_form = reading.respondent_form_of(questionnaire)
    second = request.GET.get("lang") == questionnaire.language != ""
    answers = {
        code: asking.taken(item, request.POST.getlist(code))
        for code, item in respondent_form.items.items()
        if code in request.POST
    }
    errors: dict[str, str] = {}
    language = page_language.language_of(questionnaire, second=second)
    with translation.override(language.interface):
        if request.method == "POST" and 0 < number <= len(respondent_form.pages):
            page = respondent_form.page(number)
            go = request.POST.get("go", "next")
            if go == "back":
                number = respondent_form.before(number, answers) or 0
            else:
                errors = reading.faults(respondent_form, page, answers)
                if not errors:
                    number = (
                        respondent_form.after(number, answers)
                        or len(respondent_form.pages) + 1
                    )
        return render(
            request,
            "questionnaires/preview_page.html",
            {
                "questionnaire": questionnaire,
                "language": language,
                "number": number,
                "total": 0 if respondent_form.branches else len(respondent_form.pages),
                "last": len(respondent_form.pages),
                "shown": reading.shown(
                    respondent_form,
                    respondent_form.page(number),
                    answers,
                    second=second,
                    errors=errors,
                )
                if 0 < number <= len(respondent_form.pages)
                else None,
                "groups": reading.check_groups(respondent_form, answers, second=second)
                if number > len(respondent_form.pages)
                else None,
                "carried": [(c, v) for c, v in answers.items() if v],
                "phone": request.GET.get("phone") == "yes",
                "query": request.GET.urlencode(),
            },
        )
