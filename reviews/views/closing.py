"""The close of a review: what it would do, who asks and confirms, how far it is, its certificates."""

from allauth.account.decorators import reauthentication_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from reviews.access import Action, ReviewRequest, review_view
from reviews.domain import closing as verbs
from reviews.domain.destroying import archive_path
from reviews.forms.closing import AskToCloseForm
from reviews.models import Certificate, Review
from reviews.pages.saving import confirm, press, save
from reviews.reading import closing as reading
from reviews.refusals import Refusal


@review_view(Action.READ_CLOSING)
@require_safe
def closing(request: ReviewRequest, review: Review) -> HttpResponse:
    return _page(request)


def _page(request: ReviewRequest) -> HttpResponse:
    review = request.membership.review
    found = reading.page_of(request.membership)
    told = {
        "found": found,
        "closing": found.closing,
        "work": reading.work_of(found.closing),
        "words_over": review.outlives_what_was_said(review.today(timezone.now())),
        "archived": reading.ARCHIVED,
        "never_archived": reading.NEVER_ARCHIVED,
    }
    return render(request, "reviews/closing.html", told)


@review_view(Action.READ_CLOSING)
@require_safe
def closing_work(request: ReviewRequest, review: Review) -> HttpResponse:
    """How far the worker is, for a page that asks again and again."""
    work = reading.work_of(reading.closing_of(review))
    response = render(request, "components/work.html", {"work": work})
    response["X-Work"] = "over" if work is None else "going on"
    return response


@review_view(Action.ASK_TO_CLOSE)
@reauthentication_required  # type: ignore[untyped-decorator]
@never_cache
@require_http_methods(["GET", "POST"])
def closing_ask(request: ReviewRequest, review: Review) -> HttpResponse:
    """The passphrase stands on the answer to the press, and nowhere afterwards."""
    if reading.closing_of(review) is not None:
        return redirect("reviews:closing", review.pk)
    form = AskToCloseForm(
        request.POST if request.method == "POST" else None,
        unfinished=reading.unfinished(review),
    )
    attempt = save(
        form,
        lambda: verbs.ask_to_close(
            member=request.membership,
            accepted=form.codes(),
            by=request.user,
            at=timezone.now(),
        ),
        beside="accepted",
    )
    if attempt.done:
        return _passphrase(request, attempt.made, number=1)
    return render(
        request,
        "reviews/closing_ask.html",
        {"form": form, "blockers": reading.blockers(review)},
    )


def _passphrase(request: ReviewRequest, words: str, *, number: int) -> HttpResponse:
    return render(
        request, "reviews/closing_passphrase.html", {"words": words, "number": number}
    )


@review_view(Action.CONFIRM_CLOSE)
@reauthentication_required  # type: ignore[untyped-decorator]
@never_cache
@require_http_methods(["GET", "POST"])
def closing_confirm(request: ReviewRequest, review: Review) -> HttpResponse:
    attempt = confirm(
        request,
        lambda: verbs.confirm_close(
            member=request.membership, by=request.user, at=timezone.now()
        ),
    )
    if attempt.done:
        return _passphrase(request, attempt.made, number=2)
    found = reading.page_of(request.membership)
    refusal: Refusal | None = attempt.refusal
    if not found.may_confirm and refusal is None:
        return redirect("reviews:closing", review.pk)
    return render(
        request,
        "reviews/closing_confirm.html",
        {"found": found, "closing": found.closing, "refusal": refusal},
    )


@review_view(Action.ASK_TO_CLOSE)
@require_POST
def closing_take_back(request: ReviewRequest, review: Review) -> HttpResponse:
    press(
        request,
        lambda: verbs.take_back(
            member=request.membership, by=request.user, at=timezone.now()
        ),
        says="The request to close the review was taken back. Its passphrase opens nothing.",
    )
    return redirect("reviews:closing", review.pk)


@review_view(Action.READ_CLOSING)
@require_POST
def closing_go_on(request: ReviewRequest, review: Review) -> HttpResponse:
    press(request, lambda: verbs.go_on(review=review), says="The close goes on.")
    return redirect("reviews:closing", review.pk)


@review_view(Action.READ_CERTIFICATE)
@require_safe
def certificates(request: ReviewRequest, review: Review) -> HttpResponse:
    found = reading.closing_of(review)
    if found is None:
        raise Http404
    page = reading.page_of(request.membership)
    return render(
        request, "reviews/certificates.html", {"found": page, "closing": found}
    )


@review_view(Action.READ_CERTIFICATE)
@require_safe
def certificate_pdf(request: ReviewRequest, review: Review, kind: str) -> HttpResponse:
    found = _certificate(review, kind)
    return _file(bytes(found.pdf), "application/pdf", f"certificate-{kind}.pdf")


@review_view(Action.READ_CERTIFICATE)
@require_safe
def certificate_signed(
    request: ReviewRequest, review: Review, kind: str
) -> HttpResponse:
    """The small file that proves it away from here."""
    found = _certificate(review, kind)
    return _file(bytes(found.signed), "application/json", f"certificate-{kind}.json")


def _certificate(review: Review, kind: str) -> Certificate:
    return get_object_or_404(review.certificates, kind=kind)


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(content, content_type=kind, headers=_headers(name))


def _headers(name: str) -> dict[str, str]:
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Content-Security-Policy": "sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }


@review_view(Action.DOWNLOAD_ARCHIVE)
@require_safe
def closing_archive(request: ReviewRequest, review: Review) -> HttpResponse:
    found = reading.closing_of(review)
    if found is None or not found.archive_sha256:
        raise Http404
    try:
        content = archive_path(found).read_bytes()
    except FileNotFoundError as error:
        raise Http404 from error
    return _file(content, "application/octet-stream", "archive.age")
