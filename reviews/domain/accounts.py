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
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from reviews.mail import mailer
from reviews.mail.kinds import ACCOUNT_INVITATION, INVITATION
from reviews.mail.letters import invitation
from reviews.models import Delivery, Membership, Message, Review, User
from reviews.reading.team import whom_to_ask
from reviews.refusals import Refusal
from reviews.secrets import keystore
from reviews.trail import audit

_SECRETS_KEY = "installation-secrets"
_NONCE = 12
INVITATIONS = (ACCOUNT_INVITATION, INVITATION)
JUST_NOW = 5 * 60


class AccountExists(Refusal):
    def __init__(self, email: str) -> None:
        super().__init__(f"There is already an account for {email}.")


class AnsweredAlready(Refusal):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name} has accepted the invitation already.")


# Of what somebody does to their own account, what they should hear of if it was not them.
_TOLD = frozenset(
    [
        "account/email/password_reset",
        "account/email/password_changed",
        "mfa/email/totp_deactivated",
        "mfa/email/recovery_codes_generated",
    ]
)


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

    def get_reset_password_from_key_url(self, key: str) -> str:
        return f"{settings.SITE_ADDRESS}{_password_path(key)}"

    def send_mail(
        self, template_prefix: str, email: str, context: dict[str, Any]
    ) -> None:
        user = User.objects.filter(email=email).first()
        words = {
            **context,
            "email": email,
            "timestamp": timezone.now(),
            "site": settings.SITE_ADDRESS,
            "until": timezone.now()
            + dt.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT),
            "contacts": whom_to_ask(user) if user else [],
            "support": settings.SUPPORT_CONTACT,
        }
        subject = render_to_string(f"{template_prefix}_subject.txt", words)
        text = render_to_string(f"{template_prefix}_message.txt", words)
        mailer.queue(
            review=None,
            kind=f"account {template_prefix.rpartition('/')[2]}"[:60],
            to=email,
            subject=" ".join(subject.split()),
            text=text.strip() + "\n",
        )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Whoever chooses a first password, or sets up a first app, knows it without a letter."""
        if template_prefix in _TOLD and not never_signed_in(user):
            self.send_mail(template_prefix, email or user.email, context or {})


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seeds and recovery codes are sealed, so that a dump of the database signs nobody in."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "That is not the code the app shows now. Wait for the next one.",
    }

    def build_totp_svg(self, url: str) -> str:
        """Our page draws the code itself; allauth's would be drawn on each visit and not shown."""
        return ""

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


def never_signed_in(user: User) -> bool:
    return user.last_login is None


def needs_link(user: User) -> bool:
    """Whether ``user`` has yet to choose a password; a letter to them holds the address for it."""
    return never_signed_in(user) and not user.has_usable_password()


def password_address(user: User) -> str:
    """A one-time address at which ``user`` sets a password."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    return f"{settings.SITE_ADDRESS}{_password_path(key)}"


def _password_path(key: str) -> str:
    uid, _, token = key.partition("-")
    return reverse(
        "account_reset_password_from_key", kwargs={"uidb36": uid, "key": token}
    )


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
def account_for(
    *, email: str, full_name: str, review: Review, by: User, at: dt.datetime
) -> User:
    """The account of ``email``, opened if there is none. Nobody is told yet."""
    known = User.objects.filter(email=email.strip().lower()).first()
    if known:
        return known
    user = open_account(email=email, full_name=full_name)
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
def invite(*, member: Membership, by: User, at: dt.datetime) -> Message:
    """Write the invitation to ``member``: with a one-time address if they have no password yet."""
    user = member.user
    link = password_address(user) if needs_link(user) else ""
    words = invitation(member, by=by, link=link, at=at)
    member.invited_at = at
    member.save(update_fields=["invited_at"])
    return mailer.queue(
        review=member.review,
        kind=ACCOUNT_INVITATION if link else INVITATION,
        to=user.email,
        subject=words.subject,
        text=words.text,
        at=at,
    )


@transaction.atomic
def invite_again(*, member: Membership, by: User, at: dt.datetime) -> Message:
    """A fresh letter in place of the one before, whose address no longer works.

    Raises AnsweredAlready.
    """
    if member.has_accepted:
        raise AnsweredAlready(member.name)
    take_back_letters(member)
    if needs_link(member.user):
        # Addresses depend on the password that is not one yet: the earlier ones die with it.
        member.user.set_unusable_password()
        member.user.save(update_fields=["password"])
    audit.record(
        # Somebody of a review that was moved here has had no letter from here yet.
        "member.invited_again" if member.invited_at else "member.invited",
        review=member.review,
        by=by,
        at=at,
        object_kind="user",
        object_id=member.user_id,
    )
    return invite(member=member, by=by, at=at)


def not_written_to(review: Review) -> list[Membership]:
    """Members of a review that was moved here who have had no letter from here yet."""
    waiting = review.memberships.filter(
        answer=Membership.Answer.WAITING, invited_at=None
    )
    return list(waiting.select_related("user", "agency"))


@transaction.atomic
def invite_all(*, review: Review, by: User, at: dt.datetime) -> int:
    """An invitation to each who has had none; says how many there were."""
    Review.objects.lock(review.pk)
    found = not_written_to(review)
    for member in found:
        member.review = review
        invite_again(member=member, by=by, at=at)
    return len(found)


def letters_to(member: Membership) -> list[Message]:
    """The invitations of this review to ``member``, the newest first."""
    letters = member.review.messages.filter(kind__in=INVITATIONS)
    return [each for each in letters if each.to == member.user.email]


def member_of_letter(message: Message) -> Membership | None:
    """Whom an invitation invites, while they have not answered it."""
    if message.review is None or message.kind not in INVITATIONS:
        return None
    waiting = message.review.memberships.filter(
        user__email=message.to, answer=Membership.Answer.WAITING
    )
    return waiting.select_related("user", "review").first()


def take_back_letters(member: Membership) -> None:
    """Invitations that have not reached ``member`` are in nobody's way any more."""
    for letter in letters_to(member):
        batch = letter.batch
        rows = Message.objects.filter(pk=letter.pk)
        rows.exclude(state__in=[Delivery.SENT, Delivery.SENDING]).delete()
        if batch and not batch.messages.exists():
            batch.delete()


@transaction.atomic
def renew_letter(*, message: Message, by: User, at: dt.datetime) -> None:
    """An invitation that has waited lets its address count from now; one that nobody has to
    answer any more goes."""
    member = member_of_letter(message)
    if member is None:
        message.delete()
    elif message.holds_a_secret:
        link = password_address(member.user) if needs_link(member.user) else ""
        message.text = invitation(member, by=by, link=link, at=at).text
        message.save(update_fields=["text"])


def _is_unused(user: User) -> bool:
    """Nobody has signed in to it, and it was opened for nothing but an invitation."""
    flagged = user.may_create_reviews or user.is_system_administrator
    return never_signed_in(user) and not flagged


def is_unused_but_for(member: Membership) -> bool:
    """Whether the account goes if ``member`` does."""
    others = member.user.memberships.exclude(pk=member.pk)
    return _is_unused(member.user) and not others.exists()


@transaction.atomic
def close_unused(*, user: User, review: Review, by: User, at: dt.datetime) -> None:
    """An account that nobody has signed in to, on no review, goes: its address opens nothing."""
    if not _is_unused(user) or user.memberships.exists():
        return
    audit.record(
        "account.closed",
        review=review,
        by=by,
        at=at,
        object_kind="user",
        object_id=user.pk,
    )
    user.delete()


def end_sessions(user: User) -> None:
    """Sign ``user`` out everywhere: what they may do has changed."""
    for session in Session.objects.filter(expire_date__gt=timezone.now()):
        if str(session.get_decoded().get(SESSION_KEY)) == str(user.pk):
            session.delete()


@transaction.atomic
def change_telephone(*, user: User, telephone: str) -> None:
    """A person's own number, for the team pages of their reviews; "" for none."""
    user.telephone = telephone.strip()
    user.save(update_fields=["telephone"])


@transaction.atomic
def make_manager(
    *, email: str, full_name: str, at: dt.datetime, operator: bool = False
) -> str:
    """The first manager's account; returns the one-time address for the password.

    ``operator``: of somebody who runs the installation instead. They may create no review.
    """
    user = open_account(
        email=email,
        full_name=full_name,
        may_create_reviews=not operator,
        is_system_administrator=operator,
    )
    audit.record(
        "account.opened",
        review=None,
        by=None,
        at=at,
        object_kind="user",
        object_id=user.pk,
    )
    return password_address(user)
