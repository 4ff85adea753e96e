"""The file that a review is imported from."""

from django import forms

from reviews.pages.form import PageForm


class ImportReviewForm(PageForm):
    submit_label = "Import the review"

    file = forms.FileField(
        label="The exported file",
        help_text="A .json file that this product exported, up to 2MB",
        max_length=200,
    )

    def ask_again(self) -> None:
        """Offer to make a second review of the same council and day."""
        self.fields["again"] = forms.BooleanField(
            label="Make a second review of the same council and day", required=False
        )
