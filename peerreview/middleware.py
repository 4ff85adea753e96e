"""Site-wide rules of access that need no database of their own: deny by default, the second
factor, the length of a session. Who may do what in a review is in ``reviews.access``.
"""

import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.cache import add_never_cache_headers

from reviews.domain.accounts import has_second_factor
from reviews.models import TEAM, Membership, Stage
from reviews.secrets import keystore

GetResponse = Callable[[HttpRequest], HttpResponse]

IDLE = 30 * 60
IDLE_ON_SITE = 12 * 60 * 60
LONGEST = 12 * 60 * 60

# Third-party pages that carry no mark of ours. A test lists every address behind them.
UNMARKED = ("allauth.account.", "allauth.mfa.", "django.contrib.staticfiles.")


def _module(view: Callable[..., HttpResponseBase]) -> str:
    view_class = getattr(view, "view_class", None)
    return (view_class or view).__module__


class DenyByDefault:
    """A view that does not say who may open it opens to nobody."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.user.is_authenticated:
            add_never_cache_headers(response)
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> None:
        marked = hasattr(view, "access")
        if not marked and not _module(view).startswith(UNMARKED):
            raise PermissionDenied


class SessionLimits:
    """Signed out after 30 minutes without a page, on site after 12 hours, and after 12 in all."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = int(time.time())
            session = request.session
            begun = session.setdefault("signed_in_at", now)
            idle = now - session.get("seen_at", begun)
            if idle > session.get("idle_limit", IDLE) or now - begun > LONGEST:
                logout(request)
            elif idle > 60 or "seen_at" not in session:
                # A review may have gone on site since the sign-in.
                session["idle_limit"] = _idle_limit(request)
                session["seen_at"] = now  # at most one write a minute
        return self.get_response(request)


def _idle_limit(request: HttpRequest) -> int:
    on_site = Membership.objects.filter(
        user=request.user.pk, access_role__in=TEAM, review__stage=Stage.ON_SITE
    ).exists()
    return IDLE_ON_SITE if on_site else IDLE


class SecondFactorRequired:
    """Before any page of ours, somebody signed in sets up a second factor."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> HttpResponse | None:
        if settings.DEMO or not request.user.is_authenticated:
            return None
        access = getattr(view, "access", None)
        if access is None or str(access).startswith(("open", "second step")):
            return None
        if request.session.get("second_factor_set"):
            return None
        if has_second_factor(request.user):
            request.session["second_factor_set"] = True
            return None
        return redirect("mfa_activate_totp")


class PolicyHeaders:
    """What a browser may not do on our pages, beside the content-security policy."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response["Permissions-Policy"] = (
            "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        return response


class KeysHeld:
    """A page fetches each key once, however many values it opens. None outlives its answer."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with keystore.held():
            return self.get_response(request)
