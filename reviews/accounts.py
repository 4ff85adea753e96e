"""Accounts: by invitation only, with a second factor. The glue to django-allauth.

What a signed-in person may do is not here but in ``access``.
"""

import base64
import datetime as dt
import secrets
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.forms import default_token_generator
from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.urls import reverse

from reviews import audit, keystore, mailer
from reviews.models import Review, User
from reviews.refusals import Refusal

_SECRETS_KEY = "installation-secrets"
_NONCE = 12
JUST_NOW = 5 * 60


class AccountExists(Refusal):
    def __init__(self, email: str) -> None:
        super().__init__(f"There is already an account for {email}.")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up; mail goes through our outbox."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "The email address or the password is not right",
        "incorrect_password": "That is not the password",
        "enter_current_password": "That is not your current password",
        "too_many_login_attempts": "Too many tries. Wait a few minutes, then try again.",
        "rate_limited": "Too many tries. Wait a few minutes, then try again.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """Somebody who signed in a moment ago is not asked for the password a second time."""
        request = self.request
        records = get_authentication_records(request, request.user)
        age = time.time() - records[-1]["at"] if records else JUST_NOW
        return age >= JUST_NOW and bool(
            super().is_reauthentication_required(app=app, **kwargs)
        )

    def send_mail(
        self, template_prefix: str, email: str, context: dict[str, Any]
    ) -> None:
        rendered = self.render_mail(template_prefix, email, context)
        mailer.queue(
            review=None,
            kind=f"account {template_prefix.rpartition('/')[2]}"[:60],
            to=email,
            subject=str(rendered.subject),
            text=str(rendered.body),
        )


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seeds and recovery codes are sealed, so that a dump of the database signs nobody in."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "That is not the code the app shows now. Wait for the next one.",
    }

    def encrypt(self, text: str) -> str:
        keystore.ensure(_SECRETS_KEY)
        nonce = secrets.token_bytes(_NONCE)
        key = AESGCM(keystore.read(_SECRETS_KEY))
        return base64.b64encode(
            nonce + key.encrypt(nonce, text.encode(), None)
        ).decode()

    def decrypt(self, encrypted_text: str) -> str:
        sealed = base64.b64decode(encrypted_text)
        key = AESGCM(keystore.read(_SECRETS_KEY))
        return key.decrypt(sealed[:_NONCE], sealed[_NONCE:], None).decode()


def has_second_factor(user: User) -> bool:
    return bool(
        Authenticator.objects.filter(
            user=user,
            type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN],
        ).exists()
    )


def password_address(user: User) -> str:
    """A one-time address at which ``user`` sets a password."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    uid, _, token = key.partition("-")
    path = reverse(
        "account_reset_password_from_key", kwargs={"uidb36": uid, "key": token}
    )
    return f"{settings.SITE_ADDRESS}{path}"


@transaction.atomic
def open_account(*, email: str, full_name: str, **flags: bool) -> User:
    """An account without a password yet. Raises AccountExists."""
    email = email.strip().lower()
    if User.objects.filter(email=email).exists():
        raise AccountExists(email)
    user = User.objects.create_user(email, full_name.strip(), None, **flags)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


@transaction.atomic
def invite(
    *, email: str, full_name: str, review: Review, by: User, at: dt.datetime
) -> User:
    """The account of ``email``, made and told of by mail if it is new."""
    known = User.objects.filter(email=email.strip().lower()).first()
    if known:
        return known
    user = open_account(email=email, full_name=full_name)
    mailer.queue(
        review=review,
        kind="account invitation",
        to=user.email,
        subject=f"Your account for the peer review of {review.council}",
        text=(
            f"{by.full_name} has added you to the {review.programme} of "
            f"{review.council}.\n\n"
            "Open this address to choose a password. It works once.\n\n"
            f"{password_address(user)}\n\n"
            "After that you set up a second step for signing in, with an app on "
            "your phone.\n\n"
            f"Questions: {review.contact_name}, {review.contact_email}\n"
        ),
        at=at,
    )
    audit.record(
        "account.opened",
        review=review,
        by=by,
        at=at,
        object_kind="user",
        object_id=user.pk,
    )
    return user


@transaction.atomic
def make_manager(*, email: str, full_name: str, at: dt.datetime) -> str:
    """The first manager's account; returns the one-time address for the password."""
    user = open_account(email=email, full_name=full_name, may_create_reviews=True)
    audit.record(
        "account.opened",
        review=None,
        by=None,
        at=at,
        object_kind="user",
        object_id=user.pk,
    )
    return password_address(user)
