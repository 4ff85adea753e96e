"""What somebody who asks to be heard writes."""

from typing import Any

from django import forms

from reviews.pages.form import PageForm
from reviews.screening import scan


class SpeakForm(PageForm):
    submit_label = "Send"

    about = forms.CharField(
        label="What would you like to talk about, in a few words?",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Do not name any child, family or colleague",
    )
    reach = forms.CharField(
        label="How can we reach you?",
        max_length=200,
        help_text="A name and a telephone number or email address, better not your work’s",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    when = forms.CharField(
        label="When suits you?",
        max_length=200,
        required=False,
        help_text="Days and times, and when we should not call",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, case_reference: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case_reference = case_reference

    def clean_about(self) -> str:
        about: str = self.cleaned_data["about"]
        marks = scan.find(
            about,
            roster=scan.Roster(),
            case_reference=self.case_reference,
        )
        if scan.refusals(marks):
            raise forms.ValidationError(
                "Leave out numbers, addresses and anything else that says which child or family it is"
            )
        return about
