"""The briefing note for members and by secret address, and requests to speak to the team.

What stands under a secret address runs under the no-trace rules of the respondent's pages.
"""

from functools import lru_cache
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from reviews import domain
from reviews.access import Action, ReviewRequest, can, open_view, review_view
from reviews.files import pdf
from reviews.forms.briefing import SpeakForm
from reviews.mail import mailer
from reviews.mail.kinds import BRIEFING
from reviews.models import BriefingAddress, Review, SpeakRequest, Stage
from reviews.pages.saving import confirm, save
from reviews.reading import briefing_file
from reviews.reading.briefing import (
    Briefing,
    addresses_of,
    briefing_of,
    contacts_by_agency,
    new_requests,
)

WHY = "staff and partners read the briefing note without accounts; the address is a 256-bit secret"
PDF = "application/pdf"
# What stands in the timetable for somebody who asked to be heard: neither their name nor that
# anybody asked, since the council's organiser reads it too.
SESSION_TITLE = "Team interview"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


# Drawing takes a second and the note is read by many. It holds nothing that is secret but, made
# under an address, where to ask to be heard; it stays in memory alone.
@lru_cache(maxsize=8)
def _drawn(briefing: Briefing, kind: str) -> bytes:
    if kind == WORD:
        return briefing_file.draw(briefing)
    return pdf.draw_html(
        render_to_string("reviews/briefing_document.html", {"briefing": briefing})
    )


def _download(review: Review, kind: str, token: str = "") -> HttpResponse:
    name = "briefing.docx" if kind == WORD else "briefing.pdf"
    address = _speak_address(review, token)
    whole = f"{settings.SITE_ADDRESS}{address}" if address else ""
    return HttpResponse(
        _drawn(briefing_of(review, speak_address=whole), kind),
        content_type=kind,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": "sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


def _speak_address(review: Review, token: str) -> str:
    """Where to ask to be heard, while the team still hears people."""
    if not token or review.stage > Stage.ON_SITE:
        return ""
    return reverse("briefing:speak", args=[token])


# For members


@review_view(Action.READ_SUMMARY)
@require_GET
def briefing(request: ReviewRequest, review: Review) -> HttpResponse:
    asked = can(request.membership, Action.READ_SPEAK_REQUESTS)
    return render(
        request,
        "reviews/briefing.html",
        {
            "briefing": briefing_of(review),
            "new_requests": new_requests(review) if asked else 0,
        },
    )


@review_view(Action.READ_SUMMARY)
@require_GET
def briefing_pdf(request: ReviewRequest, review: Review) -> HttpResponse:
    return _download(review, PDF)


@review_view(Action.READ_SUMMARY)
@require_GET
def briefing_word(request: ReviewRequest, review: Review) -> HttpResponse:
    return _download(review, WORD)


@review_view(Action.WRITE_MAIL)
@require_http_methods(["GET", "POST"])
def briefing_send(request: ReviewRequest, review: Review) -> HttpResponse:
    """Write to the agencies, or make and end secret addresses; one is shown once."""
    now, by = timezone.now(), request.user
    address, refusal = "", None
    match request.POST.get("do") if request.method == "POST" else None:
        case "mail":
            attempt = confirm(
                request, lambda: domain.send_briefing(review=review, by=by, at=now)
            )
            if attempt.done:
                if batch := attempt.made:
                    return redirect("reviews:outbox-batch", review.pk, batch.pk)
                messages.success(request, "The briefing note is on its way.")
                return redirect("reviews:outbox", review.pk)
            refusal = attempt.refusal
        case "show":
            address = domain.make_briefing_address(
                review=review, purpose=BriefingAddress.Purpose.SHOWN, by=by, at=now
            )
        case "end":
            domain.end_briefing_addresses(review=review, by=by, at=now)
            messages.success(request, "No address opens the note any more.")
            return redirect("reviews:briefing-send", review.pk)
    return render(
        request,
        "reviews/briefing_send.html",
        {
            "address": address,
            "refusal": refusal,
            "contacts": contacts_by_agency(review),
            "addresses": addresses_of(review),
            "waits": not mailer.goes_by_itself(review, BRIEFING),
        },
    )


@review_view(Action.READ_SPEAK_REQUESTS)
@require_GET
def speak_requests(request: ReviewRequest, review: Review) -> HttpResponse:
    rows = list(review.speak_requests.all())
    order = list(SpeakRequest.State)
    rows.sort(key=lambda row: order.index(SpeakRequest.State(row.state)))
    kinds = [each.code for each in review.pack.session_types if each.meets_people]
    wishes = {"title": SESSION_TITLE, "names_kept": "yes"}
    session = urlencode({"type": kinds[0] if kinds else "", **wishes})
    return render(
        request, "reviews/speak_requests.html", {"rows": rows, "session": session}
    )


@review_view(Action.READ_SPEAK_REQUESTS)
@require_http_methods(["POST"])
def speak_settle(
    request: ReviewRequest, review: Review, request_id: str
) -> HttpResponse:
    row = get_object_or_404(review.speak_requests, pk=request_id)
    state = request.POST.get("state", "")
    if state in SpeakRequest.State.values:
        domain.settle_speak_request(request=row, state=state, on=timezone.localdate())
    return redirect("reviews:speak-requests", review.pk)


# By secret address


def _nothing(request: HttpRequest) -> HttpResponse:
    """One answer for addresses that are unknown, ended or of a closed review."""
    request.opened_nothing = True  # type: ignore[attr-defined]
    response = render(request, "reviews/briefing_unknown.html", status=404)
    response["Cache-Control"] = "no-store"
    return response


def _page(
    request: HttpRequest, name: str, review: Review, **context: object
) -> HttpResponse:
    response = render(
        request, f"reviews/briefing_{name}.html", {"review": review, **context}
    )
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


@open_view(WHY)
@require_GET
def note(request: HttpRequest, token: str) -> HttpResponse:
    review = domain.review_of_briefing(token)
    if review is None:
        return _nothing(request)
    return _page(
        request,
        "note",
        review,
        briefing=briefing_of(review, speak_address=_speak_address(review, token)),
        token=token,
    )


@open_view(WHY)
@require_GET
def note_pdf(request: HttpRequest, token: str) -> HttpResponse:
    review = domain.review_of_briefing(token)
    return _download(review, PDF, token) if review else _nothing(request)


@open_view(WHY)
@require_GET
def note_word(request: HttpRequest, token: str) -> HttpResponse:
    review = domain.review_of_briefing(token)
    return _download(review, WORD, token) if review else _nothing(request)


@open_view(WHY)
@require_http_methods(["GET", "POST"])
def speak(request: HttpRequest, token: str) -> HttpResponse:
    """Ask to be heard. Looking changes nothing; what is sent says nothing of who sent it."""
    review = domain.review_of_briefing(token)
    if review is None:
        return _nothing(request)
    form = SpeakForm(request.POST or None, case_reference=review.case_reference)
    attempt = save(
        form, lambda: domain.ask_to_speak(review=review, **form.cleaned_data)
    )
    if attempt.done:
        return redirect("briefing:thanks", token)
    return _page(request, "speak", review, form=form, token=token)


@open_view(WHY)
@require_GET
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """The same page for everybody, whether or not anything was sent."""
    review = domain.review_of_briefing(token)
    if review is None:
        return _nothing(request)
    return _page(request, "thanks", review, token=token)
