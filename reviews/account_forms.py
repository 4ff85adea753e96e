"""django-allauth's forms in our look and our words; its rules stay its own."""

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp

from reviews.page_form import PageForm, dress


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
        _without_placeholder(self, "password")


class _Code(PageForm):
    submit_label = "Continue"

    def order_fields(self, field_order: object) -> None:
        super().order_fields(field_order)
        self.fields["code"].label = "Code from your app"
        self.fields[
            "code"
        ].help_text = "Six digits; one of your recovery codes works too"
        self.fields["code"].widget.attrs["inputmode"] = "text"
        _without_placeholder(self, "code")


class Authenticate(_Code, mfa.AuthenticateForm):  # type: ignore[misc]
    pass


class ReauthenticateWithCode(_Code, mfa.ReauthenticateForm):  # type: ignore[misc]
    pass


class ActivateTotp(PageForm, totp.ActivateTOTPForm):  # type: ignore[misc]
    submit_label = "Turn on the second step"

    def order_fields(self, field_order: object) -> None:
        super().order_fields(field_order)
        self.fields["code"].label = "Six digits that the app shows"
        self.fields["code"].widget.attrs["inputmode"] = "numeric"
        _without_placeholder(self, "code")


class DeactivateTotp(PageForm, totp.DeactivateTOTPForm):  # type: ignore[misc]
    submit_label = "Remove this app"


def _without_placeholder(form: PageForm, name: str) -> None:
    """A placeholder vanishes as one types; the label stays."""
    field = form.fields[name]
    field.widget.attrs.pop("placeholder", None)
    field.error_messages["required"] = "This field"
    dress(field)
