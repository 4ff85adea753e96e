"""How a page of one questionnaire gets hold of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from questionnaires.models import Questionnaire
from reviews.access import Action, ReviewRequest, View, review_view
from reviews.models import Review
from reviews.pages.progress import Work
from reviews.pages.saving import confirm

Extra = ParamSpec("Extra")
Page = Callable[Concatenate[ReviewRequest, Questionnaire, Extra], HttpResponse]


def questionnaire_view(*actions: Action) -> Callable[[Page[Extra]], View]:
    """As ``review_view``, and hands on the questionnaire of the address: 404 for another review's."""

    def decorate(view: Page[Extra]) -> View:
        def loaded(
            request: ReviewRequest,
            review: Review,
            questionnaire_id: int,
            *args: Extra.args,
            **kwargs: Extra.kwargs,
        ) -> HttpResponse:
            found = get_object_or_404(review.questionnaires, pk=questionnaire_id)
            found.review = review
            return view(request, found, *args, **kwargs)

        return review_view(*actions)(wraps(view)(loaded))  # type: ignore[arg-type]

    return decorate


def confirmed(
    request: ReviewRequest,
    questionnaire: Questionnaire,
    name: str,
    context: dict[str, Any],
    act: Callable[[], object],
    *,
    then: str = "questionnaires:overview",
) -> HttpResponse:
    """A page that says what would happen and, when its button was pressed, does it."""
    attempt = confirm(request, act)
    if attempt.done:
        return to(then, questionnaire)
    return render(
        request,
        f"questionnaires/{name}.html",
        {**context, "questionnaire": questionnaire, "refusal": attempt.refusal},
    )


def part_of_page(request: ReviewRequest, work: Work | None) -> HttpResponse:
    """How far work has come, for a page that asks again and again; a header says when it is over."""
    response = render(request, "components/work.html", {"work": work})
    response["X-Work"] = "over" if work is None else "going on"
    return response


def to(name: str, questionnaire: Questionnaire) -> HttpResponse:
    return redirect(name, questionnaire.review_id, questionnaire.pk)
