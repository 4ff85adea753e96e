"""The file that a review is imported from."""

from django import forms

from reviews.domain.export import DamagedExport, ThereAlready
from reviews.pages.form import PageForm
from reviews.refusals import Refusal


class ImportReviewForm(PageForm):
    submit_label = "Import the review"

    file = forms.FileField(
        label="The exported file",
        help_text="A .json file that this product exported, up to 2MB",
        max_length=200,
    )

    def refuse(self, refusal: Refusal, beside: str = "") -> None:
        """All that is wrong with the file; or the offer to make a second review."""
        if isinstance(refusal, DamagedExport):
            for sentence in refusal.faults:
                self.add_error(beside, sentence)
            return
        super().refuse(refusal, beside)
        if isinstance(refusal, ThereAlready):
            self.fields["again"] = forms.BooleanField(
                label="Make a second review of the same council and day",
                required=False,
            )
