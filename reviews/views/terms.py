"""Pages of what is agreed before a review: its terms, and its scope with the key questions."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from reviews import domain
from reviews.access import Action, ReviewRequest, review_view
from reviews.forms.terms import SignForm, TermsForm
from reviews.models import Review, SignOff, Terms
from reviews.pages.saving import save
from reviews.reading import terms as reading

TERMS, SCOPE = SignOff.Subject.TERMS, SignOff.Subject.SCOPE


def _page(
    request: ReviewRequest,
    review: Review,
    subject: SignOff.Subject,
    form: SignForm | None = None,
) -> HttpResponse:
    party = reading.party_of(request.membership, subject)
    if form is None and reading.waits_for(request.membership, subject):
        form = _form(request, review, subject, bound=False)
    context: dict[str, Any] = {
        "form": form,
        "signatures": reading.signatures(review, subject),
        "party": party,
    }
    if subject == TERMS:
        context["sections"] = reading.sections_of(review)
    else:
        context["questions"] = review.key_questions.all()
    return render(request, f"reviews/{subject.value}.html", context)


def _form(
    request: ReviewRequest, review: Review, subject: SignOff.Subject, *, bound: bool
) -> SignForm:
    name = "terms-sign" if subject == TERMS else "scope-approve"
    return SignForm(
        request.POST if bound else None,
        subject=subject,
        party=reading.party_of(request.membership, subject) or "",
        initial={"seen": reading.wording(review, subject)},
        action=reverse(f"reviews:{name}", args=[review.pk]),
    )


def _sign(
    request: ReviewRequest, review: Review, subject: SignOff.Subject, thanks: str
) -> HttpResponse:
    if request.method != "POST":
        return redirect(f"reviews:{subject.value}", review.pk)
    form = _form(request, review, subject, bound=True)
    attempt = save(
        form,
        lambda: domain.sign(
            member=request.membership,
            subject=subject,
            seen=form.cleaned_data["seen"],
            agreed=form.agreed,
            reason=form.cleaned_data.get("reason", ""),
            by=request.user,
            at=timezone.now(),
        ),
    )
    if attempt.done:
        words = thanks if form.agreed else "The review manager sees what should change."
        messages.success(request, words)
        return redirect(f"reviews:{subject.value}", review.pk)
    return _page(request, review, subject, form)


@review_view(Action.READ_TERMS)
@require_GET
def terms(request: ReviewRequest, review: Review) -> HttpResponse:
    return _page(request, review, TERMS)


@review_view(Action.SIGN_TERMS)
@require_http_methods(["GET", "POST"])
def terms_sign(request: ReviewRequest, review: Review) -> HttpResponse:
    return _sign(request, review, TERMS, "You have signed the terms.")


@review_view(Action.CONFIGURE_REVIEW)
@require_http_methods(["GET", "POST"])
def terms_change(request: ReviewRequest, review: Review) -> HttpResponse:
    sections = reading.sections_of(review)
    row = Terms.objects.filter(review=review).first()
    form = TermsForm(
        request.POST or None, sections=sections, version=row.version if row else 0
    )
    attempt = save(
        form,
        lambda: domain.change_terms(
            review=review,
            texts=form.texts(),
            version=form.cleaned_data["version"],
            by=request.user,
            at=timezone.now(),
        ),
        saved=lambda: {
            **{each.code: each.text for each in sections},
            "version": row.version if row else 0,
        },
    )
    if attempt.done:
        messages.success(request, "The terms were saved.")
        return redirect("reviews:terms", review.pk)
    return render(
        request,
        "reviews/terms_change.html",
        {
            "form": form,
            "theirs": attempt.theirs,
            "signed": any(each.agreed for each in reading.signatures(review, TERMS)),
        },
    )


@review_view(Action.READ_TERMS)
@require_GET
def scope(request: ReviewRequest, review: Review) -> HttpResponse:
    return _page(request, review, SCOPE)


@review_view(Action.APPROVE_SCOPE)
@require_http_methods(["GET", "POST"])
def scope_approve(request: ReviewRequest, review: Review) -> HttpResponse:
    return _sign(request, review, SCOPE, "You have approved the scope.")
