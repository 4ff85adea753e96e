"""The file that a review is imported from."""

from django import forms

from reviews.page_form import PageForm


class ImportReviewForm(PageForm):
    submit_label = "Import the review"

    file = forms.FileField(
        label="The exported file",
        help_text="A .json file that this product exported, up to 2MB",
        max_length=200,
    )
