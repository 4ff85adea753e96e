"""The page that makes a late round: a press, and what it says before."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from questionnaires import reading
from questionnaires.domain import late
from questionnaires.models import Questionnaire
from questionnaires.views.loading import questionnaire_view, to
from reviews.access import Action, ReviewRequest
from reviews.pages.saving import confirm


@questionnaire_view(Action.RUN_QUESTIONNAIRE)
@require_http_methods(["GET", "POST"])
def late_round(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    """Ask those who have not answered once more, in a round of its own."""
    attempt = confirm(
        request,
        lambda: late.make_late_round(
            questionnaire=questionnaire, by=request.user, at=timezone.now()
        ),
    )
    if attempt.done:
        messages.success(
            request, "This is the late round. Nothing has gone to anybody yet."
        )
        return to("questionnaires:overview", attempt.made)
    return render(
        request,
        "questionnaires/late_round.html",
        {
            "questionnaire": questionnaire,
            "late": reading.late_offer(questionnaire),
            "refusal": attempt.refusal,
        },
    )
