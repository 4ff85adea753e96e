"""The file of a whole review, and the passphrase that opens it."""

from django import forms

from reviews.domain.export import ThereAlready
from reviews.domain.moving_in import DamagedFile, WrongPassphrase
from reviews.files import uploads
from reviews.pages.form import PageForm
from reviews.refusals import Refusal


class MoveInForm(PageForm):
    submit_label = "Move the review here"

    file = forms.FileField(
        label="The file of the whole review",
        help_text="An .age file that this product made, up to 25MB. Whoever runs this system can "
        "take in a larger one.",
        max_length=200,
    )
    passphrase = forms.CharField(
        label="Its passphrase",
        error_messages={"required": "Enter the passphrase of the file"},
        help_text="Seven words. Capitals, spaces and hyphens do not matter.",
        max_length=200,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "spellcheck": "false",
                "autocapitalize": "off",
            }
        ),
    )

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if file.size > uploads.MOST_BYTES:
            raise forms.ValidationError("The selected file must be smaller than 25MB")
        return file

    def refuse(self, refusal: Refusal, beside: str = "") -> None:
        """All that is wrong with the file, or the passphrase; or the offer to make a second review."""
        if isinstance(refusal, DamagedFile):
            for sentence in refusal.faults:
                self.add_error("file", sentence)
            return
        is_words = isinstance(refusal, WrongPassphrase)
        super().refuse(refusal, "passphrase" if is_words else beside)
        if isinstance(refusal, ThereAlready):
            self.fields["again"] = forms.BooleanField(
                label="Make a second review of the same council and day",
                required=False,
            )
