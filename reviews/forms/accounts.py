"""django-allauth's forms in our look and our words; its rules stay its own."""

from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django.http import HttpRequest

from reviews.pages.form import PageForm, dress


class Login(PageForm, account.LoginForm):  # type: ignore[misc]
    submit_label = "Sign in"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # allauth adds its fields once the form is made, so they get our words afterwards.
        super().__init__(*args, **kwargs)
        for name, label in (("login", "Email address"), ("password", "Password")):
            if name in self.fields:
                self.fields[name].label = label
                self.fields[name].help_text = ""
                _without_placeholder(self, name)


class ResetPassword(PageForm, account.ResetPasswordForm):  # type: ignore[misc]
    submit_label = "Send me a link"

    def order_fields(self, field_order: object) -> None:
        super().order_fields(field_order)
        self.fields["email"].label = "Email address"
        _without_placeholder(self, "email")

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Whoever has no account is told so by email and not on the page, which says the same to all."""
        email: str = self.cleaned_data["email"]
        if self.users:
            super().save(request, **kwargs)
        else:
            get_adapter(request).send_mail("account/email/unknown_account", email, {})
        return email


class _NewPassword(PageForm):
    submit_label = "Save the password"

    def order_fields(self, field_order: object) -> None:
        super().order_fields(field_order)
        labels = {
            "oldpassword": "Current password",
            "password1": "New password",
            "password2": "New password again",
        }
        for name, label in labels.items():
            if name in self.fields:
                self.fields[name].label = label
                self.fields[name].help_text = ""
                _without_placeholder(self, name)
        if "password1" in self.fields:
            self.fields[
                "password1"
            ].help_text = "12 characters or more; three words that do not belong together are good"


class ResetPasswordKey(_NewPassword, account.ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class ChangePassword(_NewPassword, account.ChangePasswordForm):  # type: ignore[misc]
    pass


class Reauthenticate(PageForm, account.ReauthenticateForm):  # type: ignore[misc]
    submit_label = "Continue"

    def order_fields(self, field_order: object) -> None:
        super().order_fields(field_order)
        self.fields["password"].label = "Password"
        self.fields["password"].help_text = ""
        _without_placeholder(self, "password")


class _Code(PageForm):
    """A box for six digits, or for the eight of a recovery code, however they are grouped."""

    submit_label = "Continue"
    label = "Code from your app"
    hint = "Six digits; one of your recovery codes works too"

    def order_fields(self, field_order: object) -> None:
        super().order_fields(field_order)
        field = self.fields["code"]
        field.label, field.help_text = self.label, self.hint
        field.widget.attrs["inputmode"] = "numeric"
        field.widget.attrs["class"] = "govuk-input--width-10"
        _without_placeholder(self, "code")

    def clean_code(self) -> str:
        typed = self.cleaned_data["code"]
        self.cleaned_data["code"] = "".join(c for c in typed if c.isalnum())
        code: str = super().clean_code()  # type: ignore[misc]
        return code


class Authenticate(_Code, mfa.AuthenticateForm):  # type: ignore[misc]
    pass


class ReauthenticateWithCode(_Code, mfa.ReauthenticateForm):  # type: ignore[misc]
    pass


class ActivateTotp(_Code, totp.ActivateTOTPForm):  # type: ignore[misc]
    submit_label = "Turn on the second step"
    label = "Six digits that the app shows"
    hint = ""


class DeactivateTotp(PageForm, totp.DeactivateTOTPForm):  # type: ignore[misc]
    submit_label = "Remove this app"
    warning = True


def _without_placeholder(form: PageForm, name: str) -> None:
    """A placeholder vanishes as one types; the label stays."""
    field = form.fields[name]
    field.widget.attrs.pop("placeholder", None)
    field.error_messages["required"] = "This field"
    dress(field)
