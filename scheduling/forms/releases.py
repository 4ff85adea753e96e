"""Publishing the week, and saying whether one can come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from reviews.pages.form import PageForm, choose
from reviews.screening import names, scan


class PublishForm(PageForm):
    submit_label = "Publish"

    name = forms.CharField(
        label="Name of this release",
        error_messages={"required": "Enter the name of this release"},
        max_length=100,
        help_text="For example, “Draft for the council” or “Final”. Name no person",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    # Stands for the week that was looked at.
    seen = forms.CharField(widget=forms.HiddenInput, max_length=64)


COMES = (("yes", "Yes, I can come"), ("no", "No, I cannot come"))


class AnswerForm(PageForm):
    """Of one meeting; ``prefix`` keeps several of them on one page apart."""

    submit_label = "Send my answer"

    answer = forms.ChoiceField(
        label="Can you come?", choices=COMES, widget=forms.RadioSelect
    )
    free = forms.MultipleChoiceField(
        label="If not, when could you come?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    times = forms.CharField(
        label="Anything else about times",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Days and times only. Write nothing about any case, child or family",
    )
    asked = forms.CharField(widget=forms.HiddenInput, max_length=40)

    def __init__(
        self,
        *args: Any,
        halves: Sequence[tuple[str, str]] = (),
        case_reference: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.case_reference = case_reference
        choose(self, "free", list(halves))
        if not halves:
            del self.fields["free"]

    def clean_times(self) -> str:
        times: str = self.cleaned_data["times"]
        marks = scan.find(
            times, roster=names.Roster(), case_reference=self.case_reference
        )
        if scan.refusals(marks):
            raise forms.ValidationError(
                "Write days and times only, without numbers or addresses of people"
            )
        return times
