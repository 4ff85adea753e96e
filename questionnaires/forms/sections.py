"""The form of a section. It saves nothing."""

from __future__ import annotations

from django import forms

from reviews.pages.form import PageForm


class SectionForm(PageForm):
    submit_label = "Save the section"

    title = forms.CharField(
        label="Title",
        error_messages={"required": "Enter the title"},
        max_length=200,
        help_text="The heading of its pages",
    )
    introduction = forms.CharField(
        label="Why you ask",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="A sentence at the top of its pages",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
