"""Respondents leave no trace: the first thing that a request for a questionnaire's page meets.

Whoever answers has no session here, and no code below this line can learn an address, a browser
or anything else that a log, an error report or a slip of ours could keep (specification 2.3).
"""

import hashlib
import hmac
import ipaddress
import logging
import secrets
import time
from collections import deque
from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

logger = logging.getLogger(__name__)

PREFIX = "/q/"
LINK_COOKIE = "__Secure-q" if settings.HTTPS else "q"

_KEPT = {
    "HTTP_ACCEPT",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_COOKIE",
    "HTTP_HOST",
    "HTTP_ORIGIN",
}
_KEPT_TOO = {"HTTP_X_FORWARDED_PROTO"}


class _Attempts:
    """How often links that open nothing were tried, by a digest whose key lives an hour.

    In this process's memory only; 10 minutes long.
    """

    MOST = 60
    LIFE = 10 * 60
    KEY_LIFE = 60 * 60
    MOST_CALLERS = 10_000

    def __init__(self) -> None:
        self._renew(0.0)

    def _renew(self, now: float) -> None:
        self._key, self._made = secrets.token_bytes(32), now
        self._failed: dict[bytes, deque[float]] = {}

    def caller(self, address: str, *, now: float) -> bytes:
        """What stands for an address: a keyed digest of its network, not of itself."""
        if now - self._made > self.KEY_LIFE or len(self._failed) > self.MOST_CALLERS:
            self._renew(now)
        network = _network(address).encode()
        return hmac.new(self._key, network, hashlib.sha256).digest()

    def too_many(self, caller: bytes, *, now: float) -> bool:
        failed = self._failed.get(caller)
        if not failed:
            return False
        while failed and now - failed[0] > self.LIFE:
            failed.popleft()
        if not failed:
            del self._failed[caller]
            return False
        return len(failed) >= self.MOST

    def failed(self, caller: bytes, *, now: float) -> None:
        self._failed.setdefault(caller, deque(maxlen=self.MOST)).append(now)


def _network(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    size = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network((parsed, size), strict=False))


attempts = _Attempts()


class NoTraceMiddleware:
    """Takes away what identifies a machine, throttles guessing, and keeps faults to itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        now = time.monotonic()
        caller = attempts.caller(_address(request), now=now)
        strip(request)
        if attempts.too_many(caller, now=now):
            response = render(
                request, "questionnaires/public/slow_down.html", status=429
            )
        else:
            response = self.get_response(request)
            if getattr(request, "opened_nothing", False):
                attempts.failed(caller, now=now)
        response["Referrer-Policy"] = "no-referrer"
        # Django would log a refused address, and the address is the link.
        response._has_been_logged = True  # type: ignore[attr-defined]
        return response

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """Our own page, and a log line that says nothing but the kind of fault."""
        if not request.path_info.startswith(PREFIX) or isinstance(exception, Http404):
            return None
        logger.error(
            "respondent's page failed", extra={"code": type(exception).__name__}
        )
        return render(request, "questionnaires/public/trouble.html", status=500)


def _address(request: HttpRequest) -> str:
    # Behind a proxy the last forwarded address is the one that our own proxy saw.
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "") if settings.HTTPS else ""
    return forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")


def strip(request: HttpRequest) -> None:
    """Leave of the request what its answer needs and nothing that tells who asks."""
    for name in list(request.META):
        of_a_browser = name.startswith("HTTP_") and name not in _KEPT | _KEPT_TOO
        if of_a_browser or name.startswith("REMOTE_"):
            del request.META[name]
    request.META["REMOTE_ADDR"] = ""
    if request.META.get("HTTP_ORIGIN") == "null":
        # A page without referrer posts with this origin. The form's own token and its strict
        # cookie still guard the post.
        request.META["HTTP_ORIGIN"] = f"{request.scheme}://{request.get_host()}"
    kept = (LINK_COOKIE, settings.CSRF_COOKIE_NAME)
    cookies = {name: request.COOKIES[name] for name in kept if name in request.COOKIES}
    request.META["HTTP_COOKIE"] = "; ".join(f"{n}={v}" for n, v in cookies.items())
    request.COOKIES = cookies
