"""Forms about what was released. They save nothing."""

from typing import Any

from django import forms

from reviews.models import Review
from reviews.pages.form import PageForm


class CommentForm(PageForm):
    """Other words for a comment that may name somebody. ``seen`` stands for it as it was shown."""

    submit_label = "Let it pass in these words"

    text = forms.CharField(
        label="The comment as the team will read it",
        max_length=12_000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="Write a word such as “a colleague” where something is hidden",
    )
    seen = forms.CharField(widget=forms.HiddenInput)


class EarlierForm(PageForm):
    submit_label = "Compare with this file"

    file = forms.FileField(
        label="Results of an earlier questionnaire (.xlsx)",
        help_text="The file of published values that was downloaded from its results, up to 2MB",
    )


class ThemeForm(PageForm):
    """For a result whose question belongs to no theme."""

    submit_label = "File as evidence"
    secondary = True

    theme = forms.ChoiceField(label="Theme that it bears on")
    file = forms.CharField(widget=forms.HiddenInput)
    back = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["theme"] = forms.ChoiceField(
            label="Theme that it bears on",
            choices=[
                ("", "Choose a theme"),
                *(
                    (theme.code, f"{theme.number}. {theme.title}")
                    for theme in review.pack.themes
                ),
            ],
        )
