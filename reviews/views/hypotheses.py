"""The analyst peer's page: hypotheses and first lines of enquiry by theme."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from reviews.access import Action, ReviewRequest, can, review_view
from reviews.domain import hypotheses as domain
from reviews.forms.hypotheses import HypothesisForm
from reviews.models import Hypothesis, Review
from reviews.pages.saving import save
from reviews.reading import hypotheses as reading


@review_view(Action.READ_HYPOTHESES)
def hypotheses(request: ReviewRequest, review: Review) -> HttpResponse:
    return render(
        request,
        "reviews/hypotheses.html",
        {
            "themes": reading.sources_by_theme(review),
            "may_write": can(request.membership, Action.WRITE_HYPOTHESIS),
        },
    )


@review_view(Action.WRITE_HYPOTHESIS)
def hypothesis_new(request: ReviewRequest, review: Review) -> HttpResponse:
    form = HypothesisForm(
        request.POST or None,
        review=review,
        initial={"theme": request.GET.get("theme", "")},
    )
    attempt = save(
        form,
        lambda: domain.write_hypothesis(
            review=review, by=request.user, at=timezone.now(), **form.values()
        ),
        beside="text",
    )
    if attempt.done:
        named = _named(form.cleaned_data["kind"])
        messages.success(request, f"The {named} was added.")
        return redirect("reviews:hypotheses", review.pk)
    return render(request, "reviews/hypothesis.html", {"form": form})


def _named(kind: str) -> str:
    """As in "hypothesis" or "first line of enquiry"."""
    return str(Hypothesis.Kind(kind).label).lower()


def _hypothesis(review: Review, hypothesis_id: uuid.UUID) -> Hypothesis:
    return get_object_or_404(
        review.hypotheses.select_related("review"), pk=hypothesis_id
    )


@review_view(Action.WRITE_HYPOTHESIS)
def hypothesis_change(
    request: ReviewRequest, review: Review, hypothesis_id: uuid.UUID
) -> HttpResponse:
    found = _hypothesis(review, hypothesis_id)
    names = [*domain.FIELDS, "version"]
    form = HypothesisForm(
        request.POST or None,
        review=review,
        initial={name: getattr(found, name) for name in names},
    )
    attempt = save(
        form,
        lambda: domain.change_hypothesis(
            hypothesis=found,
            version=form.cleaned_data["version"] or 0,
            by=request.user,
            at=timezone.now(),
            **form.values(),
        ),
        beside="text",
        saved=lambda: _hypothesis(review, hypothesis_id),
    )
    if attempt.done:
        named = _named(form.cleaned_data["kind"])
        messages.success(request, f"The {named} was saved.")
        return redirect("reviews:hypotheses", review.pk)
    return render(
        request,
        "reviews/hypothesis.html",
        {
            "form": form,
            "hypothesis": found,
            "theirs": attempt.theirs,
            "named": _named(found.kind),
        },
    )


@review_view(Action.WRITE_HYPOTHESIS)
@require_http_methods(["GET", "POST"])
def hypothesis_remove(
    request: ReviewRequest, review: Review, hypothesis_id: uuid.UUID
) -> HttpResponse:
    found = _hypothesis(review, hypothesis_id)
    if request.method == "POST":
        domain.remove_hypothesis(hypothesis=found, by=request.user, at=timezone.now())
        messages.success(request, f"The {_named(found.kind)} was removed.")
        return redirect("reviews:hypotheses", review.pk)
    return render(
        request,
        "reviews/hypothesis_remove.html",
        {"hypothesis": found, "named": _named(found.kind)},
    )
