"""What whoever asks for the close of a review accepts as unfinished, and the passphrases of both."""

from collections.abc import Sequence
from typing import Any

from django import forms

from reviews.apps_above.closing import Unfinished
from reviews.domain.closing import NotAccepted
from reviews.pages.form import PageForm
from reviews.refusals import Refusal
from reviews.secrets.typed_back import typed_back


class AskToCloseForm(PageForm):
    """One box for each thing that stays unfinished; without any, the button alone."""

    submit_label = "Go on to the passphrase"

    accepted = forms.MultipleChoiceField(
        label="What stays unfinished",
        help_text="Tick each line that you accept.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": NotAccepted.sentence},
    )

    def __init__(
        self, *args: Any, unfinished: Sequence[Unfinished], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if unfinished:
            self.fields["accepted"].choices = [  # type: ignore[attr-defined]
                (each.code, each.sentence) for each in unfinished
            ]
        else:
            del self.fields["accepted"]

    def codes(self) -> list[str]:
        return list(self.cleaned_data.get("accepted", ()))


class PassphraseForm(PageForm):
    """The passphrase as its reader wrote it down; the rest comes along from the page that showed it.

    ``whose``: who was shown it, and for what. ``words`` is the passphrase once the form is valid.
    """

    warning = True

    passphrase = forms.CharField(
        label="The passphrase, from what you wrote down",
        help_text="Capitals, spaces and hyphens do not matter.",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter the passphrase that you wrote down"},
    )
    token = forms.CharField(widget=forms.HiddenInput, required=False)
    accepted = forms.Field(widget=forms.MultipleHiddenInput, required=False)

    def __init__(self, *args: Any, whose: str, submit: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.whose, self.submit_label = whose, submit
        self.words = ""

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if typed := values.get("passphrase"):
            try:
                self.words = typed_back(
                    typed, values.get("token", ""), whose=self.whose
                )
            except Refusal as refusal:
                self.add_error("passphrase", str(refusal))
        return values

    def codes(self) -> list[str]:
        return list(self.cleaned_data.get("accepted") or ())
