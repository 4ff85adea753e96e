"""Forms that people of the team fill in about themselves, and the sponsor about them."""

from typing import Any, cast

from django import forms

from reviews.models import Agency, Review
from reviews.page_form import PageForm


class ProfileForm(PageForm):
    submit_label = "Save my profile"

    home_organisation = forms.CharField(
        label="Organisation you come from",
        max_length=200,
        help_text="Your home authority, or the body that you work for",
    )
    profile = forms.CharField(
        label="Short profile",
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="What you do now, and what you bring. The council reads it.",
    )
    attendance = forms.ChoiceField(
        label="Will you be on site?",
        choices=[("on_site", "On site"), ("remote", "Remote")],
        widget=forms.RadioSelect,
    )


class InterestForm(PageForm):
    submit_label = "Save my declaration"

    something = forms.ChoiceField(
        label="Do you have an interest to declare?",
        choices=[("no", "No, nothing"), ("yes", "Yes")],
        widget=forms.RadioSelect,
        help_text=(
            "For example, somebody close to you works there, you worked there yourself, "
            "or you have applied for a post there"
        ),
    )
    text = forms.CharField(
        label="What is the interest?",
        max_length=1500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The review manager and the team leader read it, nobody else",
    )
    agencies = forms.ModelMultipleChoiceField(
        label="Which agencies does it concern?",
        queryset=Agency.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="The timetable warns when you are to meet people from there",
    )
    sessions = forms.CharField(
        label="Which sessions should you not be in?",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agencies = cast(
            "forms.ModelMultipleChoiceField[Agency]", self.fields["agencies"]
        )
        agencies.queryset = review.agencies.all()

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("something") == "yes" and not values.get("text", "").strip():
            self.add_error("text", "Say what the interest is")
        return values


class DecisionForm(PageForm):
    submit_label = "Save the decision"

    decision = forms.ChoiceField(
        label="Do you accept this person on the team?",
        choices=[("accept", "Yes"), ("ask", "Not yet")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="If not yet, why?",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The review manager reads it and comes back to you",
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("decision") == "ask" and not values.get("reason", "").strip():
            self.add_error("reason", "Say why, so that the review manager can act")
        return values
