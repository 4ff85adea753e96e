"""Forms of a questionnaire that is about to open, is open, or was released. They save nothing."""

import datetime as dt
from typing import Any

from django import forms

from reviews import say
from reviews.page_form import DatePartsField, PageForm

LONGEST_OPEN = dt.timedelta(days=120)


class ListForm(PageForm):
    submit_label = "Read the list"

    file = forms.FileField(
        label="The list as an Excel workbook (.xlsx)",
        help_text="Up to 2,000 people and 2MB, with the headings of the blank list",
    )


class _ClosingForm(PageForm):
    """Asks for the closing date; ``visit`` is the first day on site."""

    closes_on = DatePartsField(
        label="Closing date",
        help_text="People can answer until the end of this day, for example 18 1 2027",
    )

    def __init__(
        self, *args: Any, today: dt.date, visit: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.visit = today, visit

    def clean_closes_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["closes_on"]
        if day <= self.today:
            raise forms.ValidationError("Closing date must be after today")
        if self.today < self.visit <= day:
            raise forms.ValidationError(
                "Closing date must be before the visit, which begins on "
                f"{say.day(self.visit)}"
            )
        if day > self.today + LONGEST_OPEN:
            raise forms.ValidationError("Closing date must be within the next 4 months")
        return day


class OpenForm(_ClosingForm):
    submit_label = "Open the questionnaire"


class ClosingDateForm(_ClosingForm):
    submit_label = "Move the closing date"


class NewLinkForm(PageForm):
    submit_label = "Send a new link"

    email = forms.EmailField(
        label="Email address",
        max_length=254,
        help_text="As it stands on the list",
    )
