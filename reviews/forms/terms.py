"""Forms of the terms and of putting one's name to something. They save nothing."""

from collections.abc import Sequence
from typing import Any

from django import forms

from reviews.models import SignOff
from reviews.pages.form import PageForm
from reviews.reading.terms import Section
from reviews.refusals import Refusal

# The question of the sponsor, and what to say when it is not answered.
ASKED = {
    SignOff.Subject.TERMS: (
        "Do you agree to these terms for the council?",
        "Select yes if you agree to the terms",
    ),
    SignOff.Subject.SCOPE: (
        "Do you approve the scope and the key questions?",
        "Select yes if you approve them",
    ),
}


class TermsForm(PageForm):
    """One box for each section, by its code."""

    submit_label = "Save the terms"

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, sections: Sequence[Section], version: int, **kwargs: Any
    ) -> None:
        kwargs.setdefault("initial", {"version": version})
        super().__init__(*args, **kwargs)
        for each in sections:
            self.fields[each.code] = forms.CharField(
                label=each.title,
                max_length=4000,
                widget=forms.Textarea(attrs={"rows": 9}),
                initial=each.text,
                error_messages={"required": f"“{each.title}” must not be empty"},
            )

    def texts(self) -> dict[str, str]:
        return {
            name: value.replace("\r\n", "\n")
            for name, value in self.cleaned_data.items()
            if name != "version"
        }


class SignForm(PageForm):
    """The manager signs what the manager wrote; the sponsor may ask for a change instead."""

    submit_label = "Save your answer"

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    decision = forms.ChoiceField(
        choices=[("yes", "Yes"), ("no", "Not yet")], widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label="If not yet, what should change?",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The whole team and the council’s contact can read it; the review manager comes back to you",
    )

    def __init__(
        self, *args: Any, subject: SignOff.Subject, party: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        decision = self.fields["decision"]
        decision.label, decision.error_messages["required"] = ASKED[subject]
        if party == SignOff.Party.MANAGER:
            self.submit_label = "Sign the terms"
            del self.fields["decision"], self.fields["reason"]

    def refuse(self, refusal: Refusal, beside: str = "") -> None:
        """The words may have changed: the next answer is to those that now stand there."""
        super().refuse(refusal, beside)
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data["seen"] = self.initial["seen"]  # type: ignore[index]

    @property
    def agreed(self) -> bool:
        return bool(self.cleaned_data.get("decision", "yes") == "yes")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("decision") == "no" and not values.get("reason", "").strip():
            self.add_error("reason", "Say what should change")
        return values
