"""What is kept of respondents, and the self-test that tries to find them out."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST

from questionnaires import reading
from questionnaires.models import Questionnaire
from questionnaires.proof import proving
from questionnaires.views.loading import questionnaire_view, to
from reviews.access import Action, ReviewRequest, can
from reviews.pages.saving import confirm
from reviews.refusals import Refusal


@questionnaire_view(Action.READ_PROOF)
def proof(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    return _page(request, questionnaire)


@questionnaire_view(Action.RUN_QUESTIONNAIRE)
@require_POST
def proof_run(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    attempt = confirm(
        request,
        lambda: proving.ask_for_proof(
            questionnaire=questionnaire, by=request.user, at=timezone.now()
        ),
    )
    if attempt.done:
        return to("questionnaires:proof", questionnaire)
    return _page(request, questionnaire, attempt.refusal)


def _page(
    request: ReviewRequest, questionnaire: Questionnaire, refusal: Refusal | None = None
) -> HttpResponse:
    return render(
        request,
        "questionnaires/proof.html",
        {
            "questionnaire": questionnaire,
            "page": reading.proof_page(questionnaire),
            "may_run": can(request.membership, Action.RUN_QUESTIONNAIRE),
            "may_see_overview": any(
                can(request.membership, action)
                for action in (Action.RUN_QUESTIONNAIRE, Action.READ_TURNOUT)
            ),
            "refusal": refusal,
        },
    )
