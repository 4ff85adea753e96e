"""Forms of the regulator's page and of the calendar of clashes."""

import datetime as dt
from typing import Any

from django import forms

from reviews.forms.review import NewReviewForm
from reviews.models import BlockedPeriod, RegulatorNotice, Review
from reviews.pages import say
from reviews.pages.form import DatePartsField, PageForm

LONGEST = 366


class NoticeForm(PageForm):
    submit_label = "Save the record"

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    told_on = DatePartsField(label="Date they were told")
    told_by = forms.CharField(label="Name of whoever told them", max_length=200)
    told_to = forms.CharField(
        label="Name and post of whoever was told",
        max_length=200,
        help_text="For example, the lead of the Children’s Improvement Board, for Ofsted",
    )
    how = forms.ChoiceField(
        label="How were they told?",
        choices=RegulatorNotice.How.choices,
        widget=forms.RadioSelect,
    )
    said = forms.CharField(
        label="What was said",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    replied_on = DatePartsField(
        label="Date of the answer",
        required=False,
        help_text="Leave empty until they answer",
    )
    reply = forms.CharField(
        label="What they answered",
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.fields["told_on"].help_text = f"For example, {say.as_typed(today)}"

    def clean_told_on(self) -> dt.date:
        day: dt.date = self.cleaned_data["told_on"]
        if day > self.today:
            raise forms.ValidationError("The day they were told must not be to come")
        return day

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        told, replied = values.get("told_on"), values.get("replied_on")
        if told and replied and replied < told:
            self.add_error("replied_on", "They cannot have answered before being told")
        if values.get("reply") and not replied and "replied_on" not in self.errors:
            self.add_error("replied_on", "Enter the day on which they answered")
        return values


class PeriodForm(PageForm):
    submit_label = "Add to the calendar"

    kind = forms.ChoiceField(
        label="What is it?",
        choices=BlockedPeriod.Kind.choices,
        widget=forms.RadioSelect,
    )
    title = forms.CharField(
        label="Title",
        max_length=200,
        help_text="For example, spring half term, or budget council",
    )
    first = DatePartsField(label="First day")
    last = DatePartsField(
        label="Last day", required=False, help_text="Leave empty for a single day"
    )

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first"].help_text = f"For example, {say.as_typed(review.day_zero)}"

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first = values.get("first")
        if first and "last" not in self.errors:
            values["last"] = last = values.get("last") or first
            if last < first:
                self.add_error("last", "The last day must not be before the first")
            elif (last - first).days > LONGEST:
                self.add_error("last", "One entry can be a year long at most")
        return values


class AnnounceForm(PageForm):
    submit_label = "Show what would move"

    first = DatePartsField(label="First day of the inspection")
    last = DatePartsField(label="Last day of the inspection")
    day_zero = DatePartsField(
        label="New first day of the peer review on site",
        help_text="A weekday after the inspection, usually a Monday",
    )

    clean_day_zero = NewReviewForm.clean_day_zero

    def __init__(
        self, *args: Any, review: Review, today: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.on_site_days = review.on_site_days
        self.fields["first"].help_text = f"For example, {say.as_typed(review.day_zero)}"

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        first, last, day = (values.get(n) for n in ("first", "last", "day_zero"))
        if first and last and not 0 <= (last - first).days <= LONGEST:
            self.add_error(
                "last", "The last day must be after the first, within a year"
            )
        elif first and last and day:
            ends = day + dt.timedelta(days=self.on_site_days - 1)
            if day <= last and ends >= first:
                self.add_error(
                    "day_zero", "The review would be on site during the inspection"
                )
        return values


class LetterForm(PageForm):
    """To whom the letter goes; it becomes a draft in the outbox."""

    submit_label = "Write it as a draft"
    secondary = True

    to = forms.EmailField(
        label="Email address of whoever tells Ofsted",
        max_length=254,
        help_text="Usually the safeguarding lead of the Children’s Improvement Board",
    )
