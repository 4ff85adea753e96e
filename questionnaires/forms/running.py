"""Forms of a questionnaire that is about to open, is open, or was released. They save nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django import forms

from questionnaires.domain.inviting import MOST_PLACES, Invitee
from questionnaires.models import LONGEST_OPEN, OpenLink, Questionnaire
from questionnaires.rules import addresses
from reviews.models import Agency, Review
from reviews.pages import say
from reviews.pages.form import DatePartsField, PageForm


class ListForm(PageForm):
    submit_label = "Read the list"

    file = forms.FileField(
        label="The list, as an Excel workbook (.xlsx) or a .csv file",
        help_text="Up to 10,000 people and 2MB, with the headings of the blank list",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
    )


class PersonForm(PageForm):
    """One person to add. A likely misspelling is asked about once and then taken as it is."""

    submit_label = "Add this person"

    email = forms.CharField(
        label="Email address",
        error_messages={"required": "Enter the email address"},
        max_length=addresses.LONGEST,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    agency = forms.ChoiceField(
        label="Agency",
        error_messages={"required": "Select an agency"},
        widget=forms.Select,
    )
    job_group = forms.ChoiceField(
        label="Job group",
        error_messages={"required": "Select a job group"},
        widget=forms.Select,
    )
    name = forms.CharField(
        label="Full name",
        max_length=200,
        required=False,
        help_text="Shown on this list, and used to find names in what people write",
    )
    sure = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        review: Review,
        only: Agency | None,
        domains: Collection[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.domains = domains
        agencies = [only] if only else list(review.agencies.all())
        self.fields["agency"].choices = [  # type: ignore[attr-defined]
            *([] if only else [("", "Choose an agency")]),
            *((agency.code, agency.name) for agency in agencies),
        ]
        self.fields["job_group"].choices = [  # type: ignore[attr-defined]
            ("", "Choose a job group"),
            *((group.code, group.title) for group in review.pack.job_groups),
        ]

    def clean_email(self) -> str:
        address = addresses.read(self.cleaned_data["email"])
        if address.fault:
            raise forms.ValidationError(address.fault)
        return address.email

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        email = values.get("email", "")
        doubt = addresses.suspicion(email, self.domains) if email else ""
        if doubt and values.get("sure") != email:
            self.add_error("email", f"{doubt}. Press the button again if it is right")
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data["sure"] = email  # type: ignore[index]
        return values

    def invitee(self) -> Invitee:
        values = self.cleaned_data
        name = " ".join(values["name"].split())
        return Invitee(values["agency"], values["job_group"], values["email"], name)


class OpenLinksForm(PageForm):
    """A number of places for each agency; empty or 0 is no link."""

    submit_label = "Save the places"

    def __init__(self, *args: Any, questionnaire: Questionnaire, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = {each.leaf: each.remaining for each in questionnaire.open_links.all()}
        self.agencies = [
            agency
            for agency in questionnaire.review.agencies.all()
            if questionnaire.may_have_link(f"{agency.code}/{OpenLink.GROUP}")
        ]
        for agency in self.agencies:
            self.fields[f"agency_{agency.pk}"] = forms.IntegerField(
                label=agency.name,
                required=False,
                min_value=0,
                max_value=MOST_PLACES,
                initial=places.get(f"{agency.code}/{OpenLink.GROUP}"),
                widget=forms.NumberInput(
                    attrs={
                        "inputmode": "numeric",
                        "class": "govuk-input govuk-input--width-5",
                    }
                ),
                error_messages={
                    "min_value": f"Places for {agency.name} must be 0 or more",
                    "max_value": f"Places for {agency.name} must be {MOST_PLACES:,} or fewer",
                },
            )

    def places(self) -> dict[Agency, int]:
        return {
            agency: self.cleaned_data[f"agency_{agency.pk}"] or 0
            for agency in self.agencies
        }


class SendForm(PageForm):
    """How fast messages go out; what goes stands on the page."""

    a_minute = forms.IntegerField(
        label="Messages a minute, at most",
        required=False,
        min_value=Questionnaire.SLOWEST,
        max_value=100_000,
        help_text="Leave it empty to send as fast as the mail server takes them",
        widget=forms.NumberInput(
            attrs={
                "inputmode": "numeric",
                "class": "govuk-input govuk-input--width-5",
            }
        ),
        error_messages={
            "min_value": f"Messages a minute must be {Questionnaire.SLOWEST} or more",
            "max_value": "Messages a minute must be 100,000 or fewer",
        },
    )

    def __init__(
        self, *args: Any, submit_label: str, paced: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.submit_label = submit_label
        if not paced:
            del self.fields["a_minute"]


class _ClosingForm(PageForm):
    """Asks for the closing date; ``visit`` is the first day on site."""

    closes_on = DatePartsField(
        label="Closing date",
        error_messages={"required": "Enter the closing date"},
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
        latest = self.today + LONGEST_OPEN
        if day > latest:
            raise forms.ValidationError(
                f"Closing date must be {say.day(latest)} or earlier: "
                "a questionnaire is open for 4 months at most"
            )
        return day


class OpenForm(_ClosingForm):
    submit_label = "Open the questionnaire"


class ClosingDateForm(_ClosingForm):
    submit_label = "Move the closing date"


class NewLinkForm(PageForm):
    submit_label = "Send a new link"

    email = forms.EmailField(
        label="Email address",
        error_messages={"required": "Enter the email address"},
        max_length=254,
        help_text="As it stands on the list",
    )
