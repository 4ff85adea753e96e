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
            "paper": reading.paper_of(questionnaire),
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
    paper = reading.paper_of(questionnaire)
    second = request.GET.get("lang") == questionnaire.language != ""
    answers = {
        code: asking.taken(item, request.POST.getlist(code))
        for code, item in paper.items.items()
        if code in request.POST
    }
    errors: dict[str, str] = {}
    language = page_language.language_of(questionnaire, second=second)
    with translation.override(language.interface):
        if request.method == "POST" and 0 < number <= len(paper.pages):
            page = paper.page(number)
            go = request.POST.get("go", "next")
            if go == "back":
                number = paper.before(number, answers) or 0
            else:
                errors = reading.faults(paper, page, answers)
                if not errors:
                    number = paper.after(number, answers) or len(paper.pages) + 1
        return render(
            request,
            "questionnaires/preview_page.html",
            {
                "questionnaire": questionnaire,
                "language": language,
                "number": number,
                "total": 0 if paper.branches else len(paper.pages),
                "last": len(paper.pages),
                "shown": reading.shown(
                    paper, paper.page(number), answers, second=second, errors=errors
                )
                if 0 < number <= len(paper.pages)
                else None,
                "groups": reading.check_groups(paper, answers, second=second)
                if number > len(paper.pages)
                else None,
                "carried": [(c, v) for c, v in answers.items() if v],
                "phone": request.GET.get("phone") == "yes",
                "query": request.GET.urlencode(),
            },
        )
