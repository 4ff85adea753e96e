"""The close of a review: what it would do, who asks and confirms, how far it is, its certificates."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from reviews.access import Action, ReviewRequest, can, review_view
from reviews.domain import closing as verbs
from reviews.domain.destroying import archive_path
from reviews.files import attachments
from reviews.files.archive import lock
from reviews.forms.closing import AskToCloseForm, PassphraseForm
from reviews.models import Certificate, Review
from reviews.pages.saving import confirm, press, save
from reviews.reading import closing as reading
from reviews.reading.speech import is_gone
from reviews.secrets.typed_back import shown


@review_view(Action.READ_CLOSING)
@require_safe
def closing(request: ReviewRequest, review: Review) -> HttpResponse:
    return _page(request)


def _page(request: ReviewRequest) -> HttpResponse:
    review = request.membership.review
    found = reading.page_of(request.membership)
    over = review.today(timezone.now()) >= review.words_until
    told = {
        "found": found,
        "closing": found.closing,
        "work": reading.work_of(found.closing),
        "words_gone": over and is_gone(review),
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
    """What is accepted, then the passphrase, then the passphrase typed back: only then it is asked."""
    if reading.closing_of(review) is not None:
        return redirect("reviews:closing", review.pk)
    if "token" in request.POST:
        return _typed_back(
            request,
            _OUTER,
            lambda form: verbs.ask_to_close(
                member=request.membership,
                accepted=form.codes(),
                lock=lock(form.words),
                by=request.user,
                at=timezone.now(),
            ),
        )
    blockers = reading.blockers(review)
    form = AskToCloseForm(
        request.POST if request.method == "POST" else None,
        unfinished=reading.unfinished(review),
    )
    if form.is_valid() and not blockers:
        return _shown(request, _OUTER, form.codes())
    return render(
        request, "reviews/closing_ask.html", {"form": form, "blockers": blockers}
    )


@dataclass(frozen=True)
class _Half:
    """One of the archive's two passphrases: what its page says, does and says when it is done."""

    name: str
    title: str
    submit: str
    done: str
    begins: bool = False


_OUTER = _Half(
    "outer",
    "Ask for the close of this review",
    "Ask for the close",
    "You asked for the close. The team leader, or a peer in the leader’s place, finds it on the "
    "home page of the review.",
)
_INNER = _Half(
    "inner",
    "Close this review",
    "Close the review",
    "The close has begun.",
    begins=True,
)


def _whose(request: ReviewRequest, half: _Half) -> str:
    return f"{request.membership.review_id}-{request.user.pk}-{half.name}"


def _shown(
    request: ReviewRequest, half: _Half, accepted: Sequence[str] = ()
) -> HttpResponse:
    """The passphrase stands on the answer to this press, and nowhere afterwards."""
    words, token = shown(_whose(request, half))
    told = {"words": words, "token": token, "half": half, "accepted": accepted}
    return render(request, "reviews/closing_passphrase.html", told)


def _typed_back(
    request: ReviewRequest, half: _Half, verb: Callable[[PassphraseForm], object]
) -> HttpResponse:
    """Nothing is begun before the passphrase is known to be written down, so an answer that never
    arrives loses nothing."""
    form = PassphraseForm(
        request.POST if "passphrase" in request.POST else None,
        initial={
            "token": request.POST["token"],
            "accepted": request.POST.getlist("accepted"),
        },
        whose=_whose(request, half),
        submit=half.submit,
    )
    try:
        attempt = save(form, lambda: verb(form), leaves=(verbs.BegunAlready,))
    except verbs.BegunAlready as refusal:
        messages.info(request, str(refusal))
        return _onward(request)
    if attempt.done:
        messages.success(request, half.done)
        return _onward(request)
    return render(
        request, "reviews/closing_type_back.html", {"form": form, "half": half}
    )


def _onward(request: ReviewRequest) -> HttpResponse:
    """A peer who confirmed in the leader's place does not follow a close from its page."""
    member = request.membership
    page = "reviews:closing" if can(member, Action.READ_CLOSING) else "home:home"
    return redirect(page, member.review_id)


@review_view(Action.CONFIRM_CLOSE)
@reauthentication_required  # type: ignore[untyped-decorator]
@never_cache
@require_http_methods(["GET", "POST"])
def closing_confirm(request: ReviewRequest, review: Review) -> HttpResponse:
    """What it does, then the passphrase, then the passphrase typed back: only then it begins."""
    if "token" in request.POST:
        return _typed_back(
            request,
            _INNER,
            lambda form: verbs.confirm_close(
                member=request.membership,
                lock=lock(form.words),
                by=request.user,
                at=timezone.now(),
            ),
        )
    found = reading.page_of(request.membership)
    if not found.may_confirm:
        return redirect("reviews:closing", review.pk)
    attempt = confirm(
        request,
        lambda: verbs.check_confirming(
            member=request.membership, by=request.user, at=timezone.now()
        ),
    )
    if attempt.done:
        return _shown(request, _INNER)
    return render(
        request,
        "reviews/closing_confirm.html",
        {"found": found, "closing": found.closing, "refusal": attempt.refusal},
    )


@review_view(Action.WITHDRAW_CLOSE)
@require_POST
def closing_take_back(request: ReviewRequest, review: Review) -> HttpResponse:
    mine = can(request.membership, Action.ASK_TO_CLOSE)
    press(
        request,
        lambda: verbs.take_back(
            member=request.membership, by=request.user, at=timezone.now()
        ),
        says="The request to close the review was "
        f"{'taken' if mine else 'sent'} back. Its passphrase opens nothing.",
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
    return _file(
        bytes(found.pdf),
        "application/pdf",
        _name_of(review, f"certificate-{kind}", "pdf"),
    )


@review_view(Action.READ_CERTIFICATE)
@require_safe
def certificate_signed(
    request: ReviewRequest, review: Review, kind: str
) -> HttpResponse:
    """The small file that proves it away from here."""
    found = _certificate(review, kind)
    return _file(
        bytes(found.signed),
        "application/json",
        _name_of(review, f"certificate-{kind}", "json"),
    )


def _name_of(review: Review, what: str, ending: str) -> str:
    """As in trafford-council-2013-02-certificate-interim.json: files of reviews lie side by side."""
    council = attachments.plain(review.council).lower()
    return f"{council}-{review.day_zero:%Y-%m}-{what}.{ending}"


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
    return _file(content, "application/zip", _name_of(review, "archive", "zip"))
