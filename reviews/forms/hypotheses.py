"""The form of a hypothesis or a first line of enquiry. It saves nothing."""

from typing import Any

from django import forms

from reviews.models import Hypothesis, Review
from reviews.pages.form import PageForm, choose


class HypothesisForm(PageForm):
    submit_label = "Save"

    theme = forms.ChoiceField(
        label="Theme", error_messages={"required": "Select a theme"}
    )
    kind = forms.ChoiceField(
        label="What is it?",
        choices=Hypothesis.Kind.choices,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(
        label="What do you expect to find, or want to ask?",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="In a sentence or two, with no name of a person",
    )
    basis = forms.MultipleChoiceField(
        label="What does it rest on?",
        choices=Hypothesis.Basis.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one thing that it rests on"},
    )
    state = forms.ChoiceField(
        label="Where does it stand?",
        choices=Hypothesis.State.choices,
        widget=forms.RadioSelect,
        initial=Hypothesis.State.PROPOSED,
        help_text="What is agreed stands beside every note of its theme",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(
            self,
            "theme",
            [
                (each.code, f"{each.number}. {each.title}")
                for each in review.pack.themes
            ],
        )
