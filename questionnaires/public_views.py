"""The respondent's side: one link, one form from page to page, and nothing kept until sent.

No Django session, no user, no time. Answers travel in the form itself (drafts.carry), so the
Back button, two tabs and a restart of the server do no harm, and no script is needed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation

from questionnaires import reading
from questionnaires.domain import answering
from questionnaires.models import OpenLink, Questionnaire
from questionnaires.no_trace import LINK_COOKIE
from questionnaires.reading import AccessLink, page_language
from questionnaires.rules import asking, drafts, links
from questionnaires.rules.asking import Answers, Page, RespondentForm
from reviews.access import open_view
from reviews.secrets import keystore

WHY = "a respondent has a link and no account"
SENT = "sent"


@dataclass(frozen=True)
class Visit:
    """Somebody in the middle of answering: their link, their resume code once they have one, and
    whether they read the second language."""

    token: str
    code: str
    access_link: AccessLink
    second: bool = False

    @property
    def questionnaire(self) -> Questionnaire:
        return self.access_link.questionnaire

    @property
    def shared(self) -> bool:
        """They came by a poster: nobody wrote to them, and the link is not theirs alone."""
        return isinstance(self.access_link, OpenLink)

    @cached_property
    def respondent_form(self) -> RespondentForm:
        return reading.respondent_form_of(self.questionnaire)

    @cached_property
    def state_key(self) -> bytes:
        return keystore.read(self.questionnaire.key("state"))

    @property
    def draft(self) -> drafts.DraftKey | None:
        return drafts.draft_key(self.token, self.code) if self.code else None


def _visit(request: HttpRequest) -> Visit:
    """The visit of this browser. Raises NoSuchLink."""
    token, _, code = request.COOKIES.get(LINK_COOKIE, "").partition(".")
    access_link = answering.find(token)
    return Visit(
        token, code, access_link, _reads_second(request, access_link.questionnaire)
    )


def _reads_second(request: HttpRequest, questionnaire: Questionnaire) -> bool:
    """The language that was switched to: it travels with the form, or in a first page's address."""
    wanted = request.POST.get("lang") or request.GET.get("lang", "")
    return bool(wanted) and wanted == questionnaire.language


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
    context: Mapping[str, Any] | None = None,
    *,
    second: bool = False,
    kept: bool = False,
) -> HttpResponse:
    """A page of a questionnaire; ``kept`` pages may stay in the browser for its Back button."""
    language = page_language.language_of(questionnaire, second=second)
    with translation.override(language.interface):
        response = render(
            request,
            f"questionnaires/public/{name}.html",
            {
                "questionnaire": questionnaire,
                "review": questionnaire.review,
                "language": language,
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
    response = render(
        request,
        "questionnaires/public/unknown.html",
        {"language": page_language.PageLanguage()},
        status=404,
    )
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
        access_link = answering.find(token)
    except answering.NoSuchLink:
        return unknown(request, token)
    questionnaire = access_link.questionnaire
    second = _reads_second(request, questionnaire)
    if request.method != "POST":
        context = {"token": token, "shared": isinstance(access_link, OpenLink)}
        return _page(request, "introduction", questionnaire, context, second=second)
    if answering.has_answered(access_link):
        return _page(request, "answered", questionnaire, second=second)
    held, _, code = request.COOKIES.get(LINK_COOKIE, "").partition(".")
    where = (
        reverse("respond:resume")
        if request.POST.get("go") == "resume"
        else reverse("respond:questions", args=[1])
    )
    response = HttpResponseRedirect(_in_language(where, questionnaire, second))
    _remember(response, f"{token}.{code}" if held == token and code else token)
    return response


def _in_language(where: str, questionnaire: Questionnaire, second: bool) -> str:
    return f"{where}?lang={questionnaire.language}" if second else where


@open_view(WHY)
def leave(request: HttpRequest) -> HttpResponse:
    """“Leave this page”: away at once, to a page that says nothing of this one."""
    response = HttpResponseRedirect(settings.LEAVE_TO)
    response.delete_cookie(LINK_COOKIE, path="/q/")
    response["Clear-Site-Data"] = '"cache"'
    response["Cache-Control"] = "no-store"
    return response


@open_view(WHY)
def kept(request: HttpRequest) -> HttpResponse:
    """What is kept, what never is and what could still give somebody away, in plain words."""
    try:
        visit = _visit(request)
    except answering.NoSuchLink:
        return render(
            request,
            "questionnaires/public/kept.html",
            {
                "language": page_language.PageLanguage(),
                "visiting": False,
                "own": True,
                "shared": True,
                # Unless a questionnaire says otherwise.
                "tells_by_letter": True,
            },
        )
    tells = visit.questionnaire.tells_by_letter
    return _page(
        request,
        "kept",
        visit.questionnaire,
        {
            "visiting": True,
            "own": not visit.shared,
            "shared": visit.shared,
            "tells_by_letter": tells and not visit.shared,
        },
        second=visit.second,
    )


@open_view(WHY)
def questions(request: HttpRequest, number: int) -> HttpResponse:
    """Page ``number``: shown when asked for, and where its answers are posted to."""
    try:
        visit = _visit(request)
    except answering.NoSuchLink:
        return _no_visit(request)
    if answering.has_answered(visit.access_link):
        return _page(request, "answered", visit.questionnaire, second=visit.second)
    page = visit.respondent_form.page(number)
    if request.method != "POST":
        return _questions_page(request, visit, page, _saved(visit))
    answers = drafts.carried(
        visit.state_key, visit.token, request.POST.get("state", "")
    )
    if answers is None:
        return _questions_page(
            request, visit, visit.respondent_form.page(1), {}, lost=True
        )
    if request.POST.get("page") != "check":
        answers = _with_posted(visit.respondent_form, answers, page, request)
    return _go(request, visit, page, answers)


def _saved(visit: Visit) -> Answers:
    where = visit.draft
    return (answering.open_draft(where=where) if where else None) or {}


def _with_posted(
    respondent_form: RespondentForm, answers: Answers, page: Page, request: HttpRequest
) -> Answers:
    """The answers so far with those of the page that was sent."""
    found = dict(answers)
    cleared = request.POST.get("go", "").removeprefix("clear:")
    for item in respondent_form.asked_on(page, answers):
        value = asking.taken(item, request.POST.getlist(item.code))
        found.pop(item.code, None)
        if value and item.code != cleared:
            found[item.code] = value
    return found


def _go(
    request: HttpRequest, visit: Visit, page: Page, answers: Answers
) -> HttpResponse:
    """Where the button that was pressed leads, with the answers in hand."""
    go, _, target = request.POST.get("go", "next").partition(":")
    checking = request.POST.get("page") == "check"
    if go == "save":
        return _save(request, visit, page.number, answers)
    if go == "back":
        number = len(visit.respondent_form.pages) + 1 if checking else page.number
        earlier = visit.respondent_form.before(number, answers)
        if earlier is None:
            return redirect(
                _in_language(
                    reverse("respond:link", args=[visit.token]),
                    visit.questionnaire,
                    visit.second,
                )
            )
        return _questions_page(
            request, visit, visit.respondent_form.page(earlier), answers
        )
    if go == "change" and target.isdecimal():
        chosen = visit.respondent_form.page(int(target))
        return _questions_page(request, visit, chosen, answers, changing=True)
    if go == "send":
        return _send(request, visit, answers)
    if go == "switch":
        other = Visit(visit.token, visit.code, visit.access_link, not visit.second)
        if checking:
            return _check_page(request, other, answers)
        return _questions_page(
            request, other, page, answers, changing=_changing(request)
        )
    if go == "clear":
        return _questions_page(
            request, visit, page, answers, changing=_changing(request)
        )
    return _go_on(request, visit, page, answers)


def _changing(request: HttpRequest) -> bool:
    return bool(request.POST.get("changing"))


def _go_on(
    request: HttpRequest, visit: Visit, page: Page, answers: Answers
) -> HttpResponse:
    """ "Continue": to the next page, or to the check page when that is where one came from."""
    changing = _changing(request)
    if errors := _faults(visit, page, answers):
        return _questions_page(
            request, visit, page, answers, errors=errors, changing=changing
        )
    later = visit.respondent_form.after(page.number, answers)
    if later is None or (changing and not _opened_by(visit.respondent_form, answers)):
        return _check_page(request, visit, answers)
    if changing:
        later = _opened_by(visit.respondent_form, answers)
    return _questions_page(
        request,
        visit,
        visit.respondent_form.page(later or 1),
        answers,
        changing=changing,
    )


def _opened_by(respondent_form: RespondentForm, answers: Answers) -> int | None:
    """The page of a question that must be answered and only now is asked."""
    return next((page.number for page, _ in respondent_form.missing(answers)), None)


def _faults(visit: Visit, page: Page, answers: Answers) -> dict[str, str]:
    language = page_language.language_of(visit.questionnaire, second=visit.second)
    with translation.override(language.interface):
        return reading.faults(visit.respondent_form, page, answers)


def _questions_page(
    request: HttpRequest,
    visit: Visit,
    page: Page,
    answers: Answers,
    errors: Mapping[str, str] | None = None,
    **context: Any,
) -> HttpResponse:
    respondent_form = visit.respondent_form
    shown = reading.shown(
        respondent_form, page, answers, second=visit.second, errors=errors
    )
    return _page(
        request,
        "questions",
        visit.questionnaire,
        {
            "shown": shown,
            "number": page.number,
            "total": 0 if respondent_form.branches else len(respondent_form.pages),
            "state": drafts.carry(visit.state_key, visit.token, answers),
            "address": reverse("respond:questions", args=[page.number]),
            **context,
        },
        second=visit.second,
        kept=True,
    )


def _check_page(
    request: HttpRequest,
    visit: Visit,
    answers: Answers,
    refusal: Exception | None = None,
) -> HttpResponse:
    respondent_form = visit.respondent_form
    answers = respondent_form.kept(answers)
    asked = [
        i for p in respondent_form.pages for i in respondent_form.asked_on(p, answers)
    ]
    language = page_language.language_of(visit.questionnaire, second=visit.second)
    with translation.override(language.interface):
        groups = reading.check_groups(respondent_form, answers, second=visit.second)
    return _page(
        request,
        "check",
        visit.questionnaire,
        {
            "groups": groups,
            "answered": sum(bool(answers.get(item.code)) for item in asked),
            "asked": len(asked),
            "address": reverse(
                "respond:questions", args=[respondent_form.last(answers)]
            ),
            "state": drafts.carry(visit.state_key, visit.token, answers),
            "refusal": refusal,
        },
        second=visit.second,
    )


def _send(request: HttpRequest, visit: Visit, answers: Answers) -> HttpResponse:
    answers = visit.respondent_form.kept(answers)
    for page, _ in visit.respondent_form.missing(answers):
        errors = _faults(visit, page, answers)
        return _questions_page(
            request, visit, page, answers, errors=errors, changing=True
        )
    try:
        answering.submit_response(
            access_link=visit.access_link,
            respondent_form=visit.respondent_form,
            answers=answers,
            draft=visit.draft,
        )
    except answering.AlreadyAnswered:
        return _page(request, "answered", visit.questionnaire, second=visit.second)
    except (answering.TooManyWords, answering.NothingSaid) as refusal:
        return _check_page(request, visit, answers, refusal)
    response = HttpResponseRedirect(
        _in_language(reverse("respond:sent"), visit.questionnaire, visit.second)
    )
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
        {
            "code": code,
            "carry_on": _in_language(
                reverse("respond:questions", args=[number]),
                visit.questionnaire,
                visit.second,
            ),
        },
        second=visit.second,
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
            response = HttpResponseRedirect(
                _in_language(
                    reverse("respond:questions", args=[1]),
                    visit.questionnaire,
                    visit.second,
                )
            )
            _remember(response, f"{visit.token}.{links.tidy(typed)}")
            return response
        request.opened_nothing = True  # type: ignore[attr-defined]
    return _page(
        request,
        "resume",
        visit.questionnaire,
        {"typed": typed, "wrong": request.method == "POST"},
        second=visit.second,
    )


@open_view(WHY)
def sent(request: HttpRequest) -> HttpResponse:
    """The receipt. It identifies nobody and can be kept or printed."""
    mark, _, number = request.COOKIES.get(LINK_COOKIE, "").partition(".")
    questionnaire = reading.by_number(number) if mark == SENT else None
    if questionnaire is None:
        return unknown(request)
    return _page(
        request,
        "sent",
        questionnaire,
        second=_reads_second(request, questionnaire),
    )
