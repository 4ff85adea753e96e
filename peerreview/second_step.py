"""The account page, and what the second step needs beside django-allauth's own pages.

The picture that an authenticator app reads is a page of its own, since our content policy allows
no picture inside an address.
"""

import io
from dataclasses import dataclass
from typing import Any

import segno
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from allauth.mfa.totp.views import DeactivateTOTPView
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse, reverse_lazy

from reviews.models import User
from reviews.pages import say


def second_step_picture(request: HttpRequest) -> HttpResponse:
    """The secret of this session's set-up page as a QR code, in SVG."""
    secret = request.session.get(SECRET_SESSION_KEY)
    if not secret:
        raise Http404
    address = get_adapter().build_totp_url(request.user, secret)
    picture = io.BytesIO()
    segno.make(address).save(picture, kind="svg", scale=6, border=2)
    return HttpResponse(picture.getvalue(), content_type="image/svg+xml")


second_step_picture.access = "second step"  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Row:
    """One line of the account page, with what can be done about it."""

    key: str
    value: str
    url: str = ""
    action: str = "Change"
    hidden: str = ""


def your_account(request: HttpRequest) -> HttpResponse:
    """Who somebody is here, and how they sign in. Open before the second step is set up."""
    user = request.user
    if not isinstance(user, User):
        raise Http404
    return render(
        request,
        "account/your_account.html",
        {"about": _about(user), "signing_in": _signing_in(user)},
    )


your_account.access = "second step"  # type: ignore[attr-defined]


def _about(user: User) -> list[tuple[str, str]]:
    return [
        ("Full name", user.full_name),
        ("Email", user.email),
        ("Telephone", user.telephone or "Not given"),
    ]


def _signing_in(user: User) -> list[Row]:
    """[] for the demonstration's people, who have no password."""
    if not user.has_usable_password():
        return []
    found = {each.type: each for each in Authenticator.objects.filter(user=user)}
    has_app = Authenticator.Type.TOTP in found
    rows = [
        Row(
            "Password",
            "Chosen by you",
            reverse("account_change_password"),
            hidden="your password",
        ),
        Row(
            "Authenticator app",
            "On" if has_app else "Off",
            reverse("mfa_deactivate_totp" if has_app else "mfa_activate_totp"),
            "Change to another app" if has_app else "Set up",
            "for your second step",
        ),
    ]
    codes = found.get(Authenticator.Type.RECOVERY_CODES)
    if codes is not None:
        left = len(codes.wrap().get_unused_codes())
        rows.append(
            Row(
                "Recovery codes",
                f"{say.counted(left, 'code')} left",
                reverse("mfa_view_recovery_codes"),
                "See them",
                "in your list of recovery codes",
            )
        )
    return rows


class ChangeApp(DeactivateTOTPView):  # type: ignore[misc]
    """The app goes, and with it what this session knew of a second step: a new one comes first."""

    success_url = reverse_lazy("mfa_activate_totp")

    def form_valid(self, form: Any) -> HttpResponse:
        self.request.session.pop("second_factor_set", None)
        response: HttpResponse = super().form_valid(form)
        return response


change_app = ChangeApp.as_view()
change_app.access = "second step"
