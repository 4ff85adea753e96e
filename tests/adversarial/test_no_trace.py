"""T6: a whole journey leaves no link, hash or cookie in any log. T18: nor does a fault on any page
leave what was posted. T19: the letters follow nobody."""

import email
import email.policy
import functools
import io
import logging
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from django.views.debug import ExceptionReporter

from peerreview.silence import AllowedFields, NoTraceFilter
from questionnaires.domain import sending
from questionnaires.domain.inviting import Invitee
from questionnaires.models import Questionnaire
from questionnaires.no_trace import LINK_COOKIE
from questionnaires.proof.capture import names_of
from questionnaires.rules import drafts, links
from reviews.models import Review, Stage, User
from reviews.secrets import keystore
from tests.adversarial import capture
from tests.adversarial.game import everything_heard
from tests.adversarial.journey import first_of, saved, sent, started
from tests.adversarial.policy import Page, address, pages
from tests.make import move
from tests.make_questionnaires import make_open, run_jobs, send_all, token_of

ADDRESS, BROWSER = "192.0.2.177", "Canary Browser 7"
SAID = "canary: the plan is on paper only"


# T6


def test_a_whole_journey_leaves_no_link_hash_or_cookie_in_any_log(
    review: Review, manager: User
) -> None:
    with everything_heard() as heard:
        questionnaire = make_open(review, by=manager)
        send_all(questionnaire, by=manager)
        invitation = first_of(questionnaire)
        invitation.refresh_from_db()
        token = token_of(invitation)
        machine = {"REMOTE_ADDR": ADDRESS, "HTTP_USER_AGENT": BROWSER}
        browser = started(invitation, **machine)
        code = saved(browser, FT4=SAID)
        browser.post("/q/resume", {"code": "0000-0000-0000"})
        browser.post("/q/resume", {"code": code})
        cookie = browser.cookies[LINK_COOKIE].value
        receipt = sent(browser, FT4=SAID)
        browser.get("/q/sent")
        browser.post(f"/q/{token}", {"go": "start"})  # a used link
        browser.get(f"/q/{token[:-1]}9")  # a mistyped one
        browser.put(f"/q/{token}")
        logging.getLogger("control").debug("heard %s", "the control")

    assert receipt["Location"] == "/q/sent"
    log = "\n".join(heard.lines)
    null = links.nullifier(keystore.read(questionnaire.key("null")), invitation.pk)
    locator = drafts.draft_key(token, code).locator
    for secret in (
        token,
        code,
        cookie,
        str(invitation.link_hash),
        null,
        locator,
        str(invitation.email),
        *names_of(invitation.pk.hex),
        ADDRESS,
        BROWSER,
        SAID,
    ):
        assert secret not in log
    assert "heard the control" in log


# T18


def patterns() -> Iterator[URLPattern]:
    def walk(found: Any) -> Iterator[URLPattern]:
        for each in found:
            if isinstance(each, URLResolver):
                yield from walk(each.url_patterns)
            else:
                yield each

    return walk(get_resolver().url_patterns)


class Broken(Exception):
    """A fault of ours whose text quotes what was posted, as careless code does."""


@contextmanager
def every_view_broken(reports: list[str]) -> Iterator[None]:
    """Each view raises; what an error report would hold at that place is kept for the referee."""
    ours = [each for each in patterns() if not _is_foreign(each)]
    before = [each.callback for each in ours]

    def broken(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def raises(request: Any, *args: Any, **kwargs: Any) -> Any:
            words = request.POST.get("text", "")
            try:
                raise Broken
            except Broken:
                report = ExceptionReporter(request, *sys.exc_info())
                reports.append(report.get_traceback_text())
                reports.append(report.get_traceback_html())
            raise Broken(f"could not save {words}")

        return raises

    for each in ours:
        each.callback = broken(each.callback)
    try:
        yield
    finally:
        for each, view in zip(ours, before, strict=True):
            each.callback = view


def _is_foreign(pattern: URLPattern) -> bool:
    return not Page("", "", pattern.callback).is_ours


@contextmanager
def the_log_of_an_installation() -> Iterator[io.StringIO]:
    """The handler of the settings on every logger that a line can leave through."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.addFilter(NoTraceFilter())
    handler.setFormatter(AllowedFields())
    loggers = [logging.getLogger(name) for name in ("", "django", "django-q")]
    for each in loggers:
        each.addHandler(handler)
    try:
        yield written
    finally:
        for each in loggers:
            each.removeHandler(handler)


@pytest.mark.adversarial
def test_a_fault_on_any_page_tells_no_log_and_no_report_what_was_posted(
    review: Review, manager: User, sign_in: Callable[[User], Client]
) -> None:
    browser = sign_in(manager)
    browser.raise_request_exception = False
    browser.cookies["canary"] = "canarycookie"
    reports: list[str] = []
    tried = 0

    with the_log_of_an_installation() as log, every_view_broken(reports):
        for page in pages():
            if not page.is_ours:
                continue
            answer = browser.post(
                address(page.name, review.pk),
                {"text": SAID, "password": "canarypassword"},
                REMOTE_ADDR=ADDRESS,
                HTTP_USER_AGENT=BROWSER,
            )
            tried += 1
            assert answer.status_code == 500, page.name
            assert SAID not in answer.content.decode(), page.name
            assert "Broken" not in answer.content.decode(), page.name

    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    kept = {
        "log": log.getvalue(),
        "reports": "\n".join(reports),
        "rows": capture.dump().decode(),
    }
    for name, text in kept.items():
        for canary in (SAID, "canarypassword", "canarycookie", ADDRESS, BROWSER):
            assert canary not in text, (name, canary)
    assert session not in kept["log"] + kept["reports"]
    assert tried > 100
    assert log.getvalue().count('"error": "Broken"') > 80
    assert "Broken" in kept["reports"]
    assert settings.ADMINS == settings.MANAGERS == []


def test_control_djangos_own_report_would_have_told(
    settings: Any, rf: RequestFactory
) -> None:
    """The control: the same search finds the words in an ordinary report."""
    settings.DEFAULT_EXCEPTION_REPORTER_FILTER = (
        "django.views.debug.SafeExceptionReporterFilter"
    )
    request = rf.post("/somewhere", {"text": SAID}, REMOTE_ADDR=ADDRESS)
    request.COOKIES["canary"] = "canarycookie"

    from django.views.debug import get_default_exception_reporter_filter

    get_default_exception_reporter_filter.cache_clear()  # type: ignore[attr-defined]
    try:
        raise Broken
    except Broken:
        report = ExceptionReporter(request, *sys.exc_info()).get_traceback_text()
    finally:
        get_default_exception_reporter_filter.cache_clear()  # type: ignore[attr-defined]

    for canary in (SAID, ADDRESS, "canarycookie"):
        assert canary in report


# T19


PEOPLE = [
    Invitee("CSC", "SW", f"hester.quillon{n}@csc.example", f"Hester Quillon{n}")
    for n in range(12)
]


def letters(review: Review, manager: User) -> list[mail.EmailMessage]:
    """An invitation, a reminder and a new link for everybody."""
    questionnaire = make_open(review, by=manager, rows=PEOPLE)
    send_all(questionnaire, by=manager)
    Questionnaire.objects.filter(pk=questionnaire.pk).update(last_sent_on="2012-01-01")
    questionnaire = Questionnaire.objects.select_related("review").get(
        pk=questionnaire.pk
    )
    sending.queue_reminders(
        questionnaire=questionnaire,
        by=manager,
        at=timezone.now(),
        today=timezone.localdate(),
    )
    run_jobs()
    sending.reissue(
        questionnaire=questionnaire,
        email=PEOPLE[0].email,
        by=manager,
        at=timezone.now(),
    )
    run_jobs()
    return list(mail.outbox)


def test_letters_hold_no_picture_one_address_and_no_name_outside_their_greeting(
    review: Review, manager: User
) -> None:
    sent_ones = letters(move(review, Stage.LEAD_IN), manager)

    assert len(sent_ones) == 25
    subjects = set()
    for each in sent_ones:
        parsed = email.message_from_bytes(
            each.message().as_bytes(), policy=email.policy.default
        )
        assert parsed.get_content_type() == "text/plain"
        assert not parsed.is_multipart()
        body = parsed.get_content()
        assert "<" not in body
        assert "cid:" not in body
        addresses = re.findall(r"https?://\S+", body)
        assert len(addresses) == 1
        assert urlsplit(addresses[0]).netloc == urlsplit(settings.SITE_ADDRESS).netloc
        assert re.fullmatch(r"/q/[0-9a-z]{26}", urlsplit(addresses[0]).path)
        assert not urlsplit(addresses[0]).query
        assert len(each.recipients()) == 1
        subjects.add(str(parsed["Subject"]))
        beside = {name.lower() for name in parsed} - {"to"}
        assert beside <= {
            "content-type",
            "mime-version",
            "content-transfer-encoding",
            "subject",
            "from",
            "reply-to",
            "date",
            "message-id",
            "auto-submitted",
            "x-auto-response-suppress",
        }
        # The same on all, so that nothing is told by it.
        assert parsed["X-Auto-Response-Suppress"] == "OOF, AutoReply"
        for name, value in parsed.items():
            if name.lower() != "to":
                assert "quillon" not in str(value).lower(), name
    assert len(subjects) == 2, "one for invitations and one for reminders"
