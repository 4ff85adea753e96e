"""What whoever asks for the close of a review accepts as unfinished, line by line."""

from collections.abc import Sequence
from typing import Any

from django import forms

from reviews.apps_above.closing import Unfinished
from reviews.domain.closing import NotAccepted
from reviews.pages.form import PageForm


class AskToCloseForm(PageForm):
    """One box for each thing that stays unfinished; without any, the button alone."""

    submit_label = "Ask for the close"
    warning = True

    accepted = forms.MultipleChoiceField(
        label="What stays unfinished",
        help_text="Tick each line that you accept.",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": NotAccepted.sentence},
    )

    def __init__(
        self, *args: Any, unfinished: Sequence[Unfinished], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if unfinished:
            self.fields["accepted"].choices = [  # type: ignore[attr-defined]
                (each.code, each.sentence) for each in unfinished
            ]
        else:
            del self.fields["accepted"]

    def codes(self) -> list[str]:
        return list(self.cleaned_data.get("accepted", ()))
