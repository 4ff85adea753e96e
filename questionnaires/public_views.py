"""The respondent's side: one link, one form from page to page, and nothing kept until sent.

No Django session, no user, no time. Answers travel in the form itself (drafts.carry), so the
Back button, two tabs and a restart of the server do no harm, and no script is needed.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from questionnaires import drafts, links, reading
from questionnaires.domain import answering
from questionnaires.drafts import Answers
from questionnaires.models import Invitation, Questionnaire
from questionnaires.no_trace import LINK_COOKIE
from questionnaires.reading import QuestionPage
from reviews import keystore
from reviews.access import open_view

WHY = "a respondent has a link and no account"
SENT = "sent"


@dataclass(frozen=True)
class Visit:
    """Somebody in the middle of answering: their link, and their resume code once they have one."""

    token: str
    code: str
    invitation: Invitation

    @property
    def questionnaire(self) -> Questionnaire:
        return self.invitation.questionnaire

    @property
    def state_key(self) -> bytes:
        return keystore.read(self.questionnaire.key("state"))

    @property
    def draft(self) -> drafts.DraftKey | None:
        return drafts.draft_key(self.token, self.code) if self.code else None


def _visit(request: HttpRequest) -> Visit:
    """The visit of this browser. Raises NoSuchLink."""
    token, _, code = request.COOKIES.get(LINK_COOKIE, "").partition(".")
    return Visit(token, code, answering.find(token))


def _remember(response: HttpResponse, value: str) -> None:
    response.set_cookie(
        LINK_COOKIE,
        value,
        path="/q/",
        secure=settings.HTTPS,
        httponly=True,
        samesite="Strict",
    )


def _page(
    request: HttpRequest,
    name: str,
    questionnaire: Questionnaire,
    context: dict[str, Any] | None = None,
    *,
    kept: bool = False,
) -> HttpResponse:
    """A page of a questionnaire; ``kept`` pages may stay in the browser for its Back button."""
    response = render(
        request,
        f"questionnaires/public/{name}.html",
        {
            "questionnaire": questionnaire,
            "review": questionnaire.review,
            **(context or {}),
        },
    )
    response["Cache-Control"] = "private, no-cache" if kept else "no-store"
    return response


@open_view(WHY)
def unknown(request: HttpRequest, token: str = "") -> HttpResponse:
    """One answer for links that are unknown, replaced, used up by a newer one, or closed."""
    # Only a link that was tried counts as a guess, not a page opened without one.
    request.opened_nothing = bool(token)  # type: ignore[attr-defined]
    response = render(request, "questionnaires/public/unknown.html", status=404)
    response["Cache-Control"] = "no-store"
    return response


def _no_visit(request: HttpRequest) -> HttpResponse:
    """Nothing to answer with this cookie; who has just sent is shown the receipt again."""
    token, _, number = request.COOKIES.get(LINK_COOKIE, "").partition(".")
    questionnaire = reading.by_number(number) if token == SENT else None
    if questionnaire and request.method == "POST":
        # From a page that was open beside it: what it holds was not sent, and is not now.
        return _page(request, "answered", questionnaire)
    if questionnaire:
        return redirect("respond:sent")
    return unknown(request, request.COOKIES.get(LINK_COOKIE, ""))


@open_view(WHY)
def link(request: HttpRequest, token: str) -> HttpResponse:
    """The introduction; looking at it changes nothing, so mail scanners spend nothing."""
    token = links.tidy(token)
    try:
        invitation = answering.find(token)
    except answering.NoSuchLink:
        return unknown(request, token)
    questionnaire = invitation.questionnaire
    if request.method != "POST":
        return _page(request, "introduction", questionnaire)
    if answering.has_answered(invitation):
        return _page(request, "answered", questionnaire)
    held, _, code = request.COOKIES.get(LINK_COOKIE, "").partition(".")
    where = (
        "respond:resume" if request.POST.get("go") == "resume" else "respond:questions"
    )
    arguments = [] if where == "respond:resume" else [1]
    response = redirect(reverse(where, args=arguments))
    _remember(response, f"{token}.{code}" if held == token and code else token)
    return response


@open_view(WHY)
def questions(request: HttpRequest, number: int) -> HttpResponse:
    """Page ``number``: shown when asked for, and where its answers are posted to."""
    try:
        visit = _visit(request)
    except answering.NoSuchLink:
        return _no_visit(request)
    if answering.has_answered(visit.invitation):
        return _page(request, "answered", visit.questionnaire)
    pages = reading.question_pages(visit.questionnaire)
    number = max(1, min(number, len(pages)))
    if request.method != "POST":
        return _questions_page(request, visit, pages, number, _saved(visit))
    answers = drafts.carried(
        visit.state_key, visit.token, request.POST.get("state", "")
    )
    if answers is None:
        return _questions_page(request, visit, pages, 1, {}, lost=True)
    if request.POST.get("page") != "check":
        answers = _with_posted(answers, pages[number - 1], request)
    return _go(request, visit, pages, number, answers)


def _saved(visit: Visit) -> Answers:
    where = visit.draft
    return (answering.open_draft(where=where) if where else None) or {}


def _with_posted(answers: Answers, page: QuestionPage, request: HttpRequest) -> Answers:
    """The answers so far with those of the page that was sent."""
    found = dict(answers)
    for question in page.questions:
        value = request.POST.get(question.code, "").strip()
        found.pop(question.code, None)
        if value:
            found[question.code] = value
    return found


def _go(
    request: HttpRequest,
    visit: Visit,
    pages: list[QuestionPage],
    number: int,
    answers: Answers,
) -> HttpResponse:
    """Where the button that was pressed leads, with the answers in hand."""
    go, _, target = request.POST.get("go", "next").partition(":")
    if go == "save":
        return _save(request, visit, number, answers)
    if go == "back":
        earlier = len(pages) if request.POST.get("page") == "check" else number - 1
        if earlier < 1:
            return redirect("respond:link", visit.token)
        return _questions_page(request, visit, pages, earlier, answers)
    if go == "change" and target.isdecimal():
        chosen = max(1, min(int(target), len(pages)))
        return _questions_page(request, visit, pages, chosen, answers, changing=True)
    if go == "send":
        return _send(request, visit, pages, answers)
    too_long = reading.too_long(pages[number - 1], answers)
    if too_long:
        return _questions_page(
            request,
            visit,
            pages,
            number,
            answers,
            refusal=answering.TooManyWords(),
            changing=bool(request.POST.get("changing")),
        )
    if number == len(pages) or request.POST.get("changing"):
        return _check_page(request, visit, pages, answers)
    return _questions_page(request, visit, pages, number + 1, answers)


def _questions_page(
    request: HttpRequest,
    visit: Visit,
    pages: list[QuestionPage],
    number: int,
    answers: Answers,
    **context: Any,
) -> HttpResponse:
    page = pages[number - 1]
    return _page(
        request,
        "questions",
        visit.questionnaire,
        {
            "page": page,
            "rows": reading.question_rows(visit.questionnaire, page, answers),
            "number": number,
            "total": len(pages),
            "state": drafts.carry(visit.state_key, visit.token, answers),
            **context,
        },
        kept=True,
    )


def _check_page(
    request: HttpRequest,
    visit: Visit,
    pages: list[QuestionPage],
    answers: Answers,
    refusal: Exception | None = None,
) -> HttpResponse:
    return _page(
        request,
        "check",
        visit.questionnaire,
        {
            "groups": reading.check_groups(visit.questionnaire, pages, answers),
            "last": len(pages),
            "state": drafts.carry(visit.state_key, visit.token, answers),
            "refusal": refusal,
        },
    )


def _send(
    request: HttpRequest, visit: Visit, pages: list[QuestionPage], answers: Answers
) -> HttpResponse:
    try:
        answering.submit_response(
            invitation=visit.invitation, answers=answers, draft=visit.draft
        )
    except answering.AlreadyAnswered:
        return _page(request, "answered", visit.questionnaire)
    except (answering.TooManyWords, answering.NothingSaid) as refusal:
        return _check_page(request, visit, pages, answers, refusal)
    response = redirect("respond:sent")
    # The receipt can be looked at again; it names the questionnaire and nobody.
    _remember(response, f"{SENT}.{visit.questionnaire.pk}")
    return response


def _save(
    request: HttpRequest, visit: Visit, number: int, answers: Answers
) -> HttpResponse:
    """Keep the answers under a code that only this page shows."""
    code = visit.code or drafts.new_code()
    answering.save_draft(
        questionnaire=visit.questionnaire,
        where=drafts.draft_key(visit.token, code),
        answers=answers,
    )
    response = _page(
        request,
        "saved",
        visit.questionnaire,
        {"code": code, "number": number},
    )
    _remember(response, f"{visit.token}.{code}")
    return response


@open_view(WHY)
def resume(request: HttpRequest) -> HttpResponse:
    """Open saved answers with the code; a wrong code and no draft are one answer."""
    try:
        visit = _visit(request)
    except answering.NoSuchLink:
        return _no_visit(request)
    typed = request.POST.get("code", "")
    if request.method == "POST":
        where = drafts.draft_key(visit.token, typed)
        if answering.open_draft(where=where) is not None:
            response = redirect("respond:questions", 1)
            _remember(response, f"{visit.token}.{links.tidy(typed)}")
            return response
        request.opened_nothing = True  # type: ignore[attr-defined]
    return _page(
        request,
        "resume",
        visit.questionnaire,
        {"typed": typed, "wrong": request.method == "POST"},
    )


@open_view(WHY)
def sent(request: HttpRequest) -> HttpResponse:
    """The receipt. It identifies nobody and can be kept or printed."""
    mark, _, number = request.COOKIES.get(LINK_COOKIE, "").partition(".")
    questionnaire = reading.by_number(number) if mark == SENT else None
    if questionnaire is None:
        return unknown(request)
    return _page(request, "sent", questionnaire)
