"""Pages of a questionnaire as a whole while it is a draft: made, copied, removed, its settings and groups."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from questionnaires import reading
from questionnaires.domain import building
from questionnaires.forms.building import GroupSizeForm, NewForm, SettingsForm
from questionnaires.models import Questionnaire
from questionnaires.views.loading import confirmed, questionnaire_view, to
from reviews.access import Action, ReviewRequest, review_view
from reviews.models import Review
from reviews.pages.saving import confirm, read_again, save

RUN = Action.RUN_QUESTIONNAIRE


@review_view(RUN)
def new(request: ReviewRequest, review: Review) -> HttpResponse:
    form = NewForm(request.POST or None, review=review)
    now = timezone.now()
    attempt = save(
        form,
        lambda: (
            building.make_from_pack(review=review, by=request.user, at=now)
            if form.cleaned_data["begins"] == "bank"
            else building.make_empty(
                review=review,
                title=form.cleaned_data["title"],
                by=request.user,
                at=now,
            )
        ),
    )
    if attempt.done:
        return to("questionnaires:overview", attempt.made)
    return render(request, "questionnaires/new.html", {"form": form})


@questionnaire_view(RUN)
@require_http_methods(["GET", "POST"])
def copy(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    if request.method == "POST":
        made = building.copy_questionnaire(
            questionnaire=questionnaire, by=request.user, at=timezone.now()
        )
        messages.success(request, "This is the copy. It asks the same of nobody yet.")
        return to("questionnaires:overview", made)
    return render(request, "questionnaires/copy.html", {"questionnaire": questionnaire})


@questionnaire_view(RUN)
@require_http_methods(["GET", "POST"])
def remove(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    attempt = confirm(
        request,
        lambda: building.remove_questionnaire(
            questionnaire=questionnaire, by=request.user, at=timezone.now()
        ),
    )
    if attempt.done:
        messages.success(request, "The draft is gone.")
        return redirect("questionnaires:index", questionnaire.review_id)
    return render(
        request,
        "questionnaires/remove.html",
        {
            "questionnaire": questionnaire,
            "people": reading.people_words(
                questionnaire, questionnaire.invitations.count()
            ),
            "refusal": attempt.refusal,
        },
    )


@questionnaire_view(RUN)
def settings(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    form = SettingsForm(request.POST or None, questionnaire=questionnaire)
    attempt = save(
        form,
        lambda: building.change_settings(
            questionnaire=questionnaire,
            version=form.cleaned_data["version"],
            values=form.values(),
            by=request.user,
            at=timezone.now(),
        ),
        saved=lambda: read_again(questionnaire),
    )
    if attempt.done:
        return to("questionnaires:overview", questionnaire)
    return render(
        request,
        "questionnaires/settings.html",
        {"form": form, "questionnaire": questionnaire, "theirs": attempt.theirs},
    )


@questionnaire_view(RUN)
def group_size(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    form = GroupSizeForm(request.POST or None, initial={"k": questionnaire.k})
    attempt = save(
        form,
        lambda: building.choose_k(
            questionnaire=questionnaire,
            k=form.cleaned_data["k"],
            by=request.user,
            at=timezone.now(),
        ),
    )
    if attempt.done:
        return to("questionnaires:overview", questionnaire)
    return render(
        request,
        "questionnaires/group_size.html",
        {"form": form, "questionnaire": questionnaire},
    )


@questionnaire_view(RUN, Action.READ_TURNOUT)
@require_http_methods(["GET", "POST"])
def small_groups(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    """A second person of the team agrees to groups of fewer than 8 people."""
    return confirmed(
        request,
        questionnaire,
        "small_groups",
        {"mine": questionnaire.small_k_asked_by_id == request.user.pk},
        lambda: building.agree_small_k(
            questionnaire=questionnaire, by=request.user, at=timezone.now()
        ),
    )
