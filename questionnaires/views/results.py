"""Pages of what was released: results and comments, for the team alone."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from questionnaires import reading
from questionnaires.domain import releasing
from questionnaires.forms.running import CommentForm
from questionnaires.models import Questionnaire
from questionnaires.views.loading import questionnaire_view, to
from reviews import roster, screening
from reviews.access import Action, ReviewRequest, can, review_view
from reviews.models import Review


@review_view(Action.READ_RESULTS)
def results_index(request: ReviewRequest, review: Review) -> HttpResponse:
    """To the results of the questionnaire that was released last."""
    found = reading.latest_released(review)
    if found is None:
        return render(request, "questionnaires/no_results.html")
    return to("questionnaires:results", found)


@questionnaire_view(Action.READ_RESULTS)
def results(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    found = reading.latest_release(questionnaire)
    if found is None:
        return render(
            request, "questionnaires/no_results.html", {"questionnaire": questionnaire}
        )
    return render(
        request,
        "questionnaires/results.html",
        {
            "questionnaire": questionnaire,
            "results": reading.results(found, group=request.GET.get("group", "")),
            "may_screen": can(request.membership, Action.SCREEN_COMMENTS),
        },
    )


@questionnaire_view(Action.READ_RESULTS)
def comments(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    found = reading.latest_release(questionnaire)
    if found is None:
        return render(
            request, "questionnaires/no_results.html", {"questionnaire": questionnaire}
        )
    return render(
        request,
        "questionnaires/comments.html",
        {
            "questionnaire": questionnaire,
            "groups": reading.comments(found),
            "waiting": reading.to_screen(found),
            "may_screen": can(request.membership, Action.SCREEN_COMMENTS),
        },
    )


@questionnaire_view(Action.SCREEN_COMMENTS)
@require_http_methods(["GET", "POST"])
def comments_screen(
    request: ReviewRequest, questionnaire: Questionnaire
) -> HttpResponse:
    """The next 20 in which nothing is marked, to read and let pass together."""
    found = reading.latest_release(questionnaire)
    if found is None:
        return to("questionnaires:comments", questionnaire)
    if request.method == "POST":
        releasing.clear_comments(
            release=found,
            at=timezone.now(),
            ids=request.POST.getlist("comment"),
        )
        return to("questionnaires:comments-screen", questionnaire)
    return render(
        request,
        "questionnaires/comments_screen.html",
        {"screening": reading.to_screen(found), "questionnaire": questionnaire},
    )


@questionnaire_view(Action.SCREEN_COMMENTS)
def comment_screen(
    request: ReviewRequest, questionnaire: Questionnaire, comment_id: uuid.UUID
) -> HttpResponse:
    """One comment with its marks shown: let it pass, or replace what names somebody."""
    found = reading.latest_release(questionnaire)
    if found is None:
        raise Http404
    comment = get_object_or_404(found.comments, pk=comment_id)
    form = CommentForm(request.POST or None, initial={"text": comment.text})
    if form.is_valid():
        releasing.settle_comment(
            comment=comment,
            text=form.cleaned_data["text"],
            at=timezone.now(),
            review=questionnaire.review,
        )
        return to("questionnaires:comments-screen", questionnaire)
    marks = screening.scan(
        comment.text,
        roster=roster.load(questionnaire.review),
        case_reference=questionnaire.review.case_reference,
    )
    return render(
        request,
        "questionnaires/comment_screen.html",
        {
            "questionnaire": questionnaire,
            "form": form,
            "pieces": reading.marked_pieces(comment.text, marks),
        },
    )
