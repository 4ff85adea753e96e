"""Fields and the form that every page of case mapping stands on: screened, then saved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.http import QueryDict

from casemapping.models import (
    LATEST_MONTH,
    Certainty,
    DecisionPoint,
)
from casemapping.rules import texts
from reviews.models import Agency
from reviews.pages.form import PageForm, choose
from reviews.refusals import Refusal

if TYPE_CHECKING:
    _AgencyChoice = forms.ModelMultipleChoiceField[Agency]
else:
    _AgencyChoice = forms.ModelMultipleChoiceField

if TYPE_CHECKING:
    _PointChoice = forms.ModelChoiceField[DecisionPoint]
else:
    _PointChoice = forms.ModelChoiceField


Month = tuple[int | None, str]
# Nothing happened in the case before the first contact.
FIRST_MONTH = 0
_MONTH = re.compile(
    r"(about|around|approx\.?|c\.?|~)?\s*m?(?:onth)?\s*(-?\d{1,3})", re.I
)
_UNKNOWN = {"unknown", "not known", "don't know", "?"}
_NOW = {"now", "still involved", "ongoing", "open"}


class MonthField(forms.CharField):
    """Months since the first contact: "7", "about 7" or "unknown" in one box."""

    def __init__(self, *, open_ended: bool = False, **options: Any) -> None:
        options.setdefault("required", not open_ended)
        options.setdefault(
            "widget",
            forms.TextInput(attrs={"class": "govuk-input--width-10"}),
        )
        super().__init__(**options)
        self.open_ended = open_ended

    def prepare_value(self, value: Any) -> Any:
        if not isinstance(value, tuple):
            return value
        month, certainty = value
        if certainty == Certainty.UNKNOWN:
            return "unknown"
        if month is None:
            return ""
        return f"about {month}" if certainty == Certainty.ABOUT else str(month)

    def clean(self, value: Any) -> Month:
        typed = str(super().clean(value) or "").strip().lower()
        if self.open_ended and (not typed or typed in _NOW):
            return None, Certainty.EXACT
        if typed in _UNKNOWN:
            return None, Certainty.UNKNOWN
        found = _MONTH.fullmatch(typed)
        if found is None:
            raise forms.ValidationError(
                f"{self.label} must be a number such as 7, or “about 7”, or “unknown”"
            )
        month = int(found[2])
        if not FIRST_MONTH <= month <= LATEST_MONTH:
            raise forms.ValidationError(
                f"{self.label} must be between {FIRST_MONTH} and {LATEST_MONTH}: "
                "months count from the first contact of any agency, which is 0"
            )
        return month, Certainty.ABOUT if found[1] else Certainty.EXACT


def text(label: str, *, rows: int = 3, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": rows}),
        **options,
    )


class ScreenedForm(PageForm):
    """A form whose texts are screened when they are stored."""

    def __init__(self, data: QueryDict | None = None, **options: Any) -> None:
        super().__init__(data, **options)
        if data is not None and data.get("confirmed"):
            self._offer_confirmation(str(data["confirmed"]))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        for name, value in values.items():
            if isinstance(value, str) and name != "confirmed":
                values[name] = texts.unmarked(value)
        return values

    @property
    def confirmed(self) -> str:
        given = self.cleaned_data.get("confirmed") or [""]
        return str(given[0])

    def refuse(self, refusal: Refusal, beside: str = "") -> None:
        """Give texts back with the places marked, and ask where a person may decide."""
        if not isinstance(refusal, texts.NamesSomebody):
            return super().refuse(refusal, beside)
        data = cast(QueryDict, self.data).copy()
        data.pop("confirmed", None)
        for name, marks in refusal.marks.items():
            data[self.add_prefix(name)] = texts.marked(self.cleaned_data[name], marks)
        if refusal.can_confirm:
            self._offer_confirmation(refusal.confirmation)
        else:
            self.fields.pop("confirmed", None)
        self.data = data
        for name in refusal.marks:
            for sentence in refusal.sentences(name):
                self.add_error(
                    name,
                    f"{sentence} The place is marked with [[ ]]. Change it"
                    + (" or confirm below" if refusal.can_confirm else ""),
                )

    def _offer_confirmation(self, value: str) -> None:
        choices = [(value, "I have read the marked places, and they give nobody away")]
        if "confirmed" in self.fields:
            # The field may have been drawn or checked already: changed where it is.
            choose(self, "confirmed", choices)
            return
        self.fields["confirmed"] = forms.MultipleChoiceField(
            label="Confirm the marked places",
            required=False,
            choices=choices,
            widget=forms.CheckboxSelectMultiple,
            help_text="Your name is kept with this confirmation, the text is not",
        )


def only(form: forms.Form, *names: str) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in names}


def choose_of(form: forms.Form, name: str, items: Any, *, empty: bool = False) -> None:
    """Offer the framework's ``items``, which have a code and a title."""
    pairs = [(each.code, each.title) for each in items]
    choose(form, name, [("", ""), *pairs] if empty else pairs)
