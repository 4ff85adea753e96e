"""The base of every form: GOV.UK look through crispy, our words for what is missing.

One template pack draws all widgets; a form adds a layout only if it must. Nothing is saved here.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.db.models import Model, QuerySet
from django.utils.html import format_html

from reviews.pages import merging, say
from reviews.refusals import Refusal

MONTHS = {
    name: number
    for number, names in enumerate(
        [
            ("january", "jan"),
            ("february", "feb"),
            ("march", "mar"),
            ("april", "apr"),
            ("may",),
            ("june", "jun"),
            ("july", "jul"),
            ("august", "aug"),
            ("september", "sep", "sept"),
            ("october", "oct"),
            ("november", "nov"),
            ("december", "dec"),
        ],
        start=1,
    )
    for name in names
}

_CLASSES: tuple[tuple[type[forms.Widget], str], ...] = (
    # In Django a list of checkboxes is a kind of radio buttons: it has to be asked first.
    (forms.CheckboxSelectMultiple, "govuk-checkboxes__input"),
    (forms.RadioSelect, "govuk-radios__input"),
    (forms.CheckboxInput, "govuk-checkboxes__input"),
    (forms.SelectMultiple, "govuk-select"),
    (forms.Select, "govuk-select"),
    (forms.Textarea, "govuk-textarea"),
    (forms.FileInput, "govuk-file-upload"),
    (forms.HiddenInput, ""),
    (forms.MultiWidget, ""),
    (forms.widgets.Input, "govuk-input"),
)


def _lower_first(label: str) -> str:
    head = label.split(" ", 1)[0]
    return label if head.isupper() else label[:1].lower() + label[1:]


def _missing_words(field: forms.Field) -> str:
    """What to say when a required field is empty and does not say it itself.

    Its label is a question, or reads on: "what happened". Any other field gives its own words.
    """
    if isinstance(field, forms.FileField):
        return "Select a file"
    label = str(field.label or "an answer")
    choosing = isinstance(
        field.widget, forms.RadioSelect | forms.Select | forms.CheckboxInput
    )
    if label.endswith("?"):
        return f"{'Select an answer to' if choosing else 'Answer'} “{label}”"
    return f"{'Select' if choosing else 'Enter'} {_lower_first(label)}"


@dataclass(frozen=True)
class Revealed:
    """Questions that stand under one answer of a radio question, and apply with it alone.

    With scripts they show when that answer is chosen, and without scripts always. ``needed``
    are those that this answer cannot do without.
    """

    by: str
    answer: str
    fields: tuple[str, ...]
    needed: tuple[str, ...] = ()


class PageForm(forms.Form):
    """A form that is one page's business.

    ``submit_label`` says what the button does; ``action`` posts it elsewhere than to the page.
    ``method`` "get" puts the answers into the address, where they change nothing.
    ``warning`` makes the button red. ``choice_hints`` are words under single answers, by field.
    """

    submit_label: str = "Save"
    method: str = "post"
    secondary: bool = False
    warning: bool = False
    reveals: Sequence[Revealed] = ()
    choice_hints: Mapping[str, Mapping[str, str]] = {}
    use_required_attribute = False

    def __init__(self, *args: Any, action: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.action = action

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.form_action = self.action
        helper.attrs = {"novalidate": ""}
        return helper

    def order_fields(self, field_order: Any) -> None:
        super().order_fields(field_order)
        for field in self.fields.values():
            dress(field)

    def __getitem__(self, name: str) -> forms.BoundField:
        if name in self.fields:
            dress(self.fields[name])  # added after the form was made
        return super().__getitem__(name)

    def clean(self) -> dict[str, Any]:
        """What stands under an answer that was not given would be lost in silence: it is asked about."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        for each in self.reveals:
            chosen = values.get(each.by)
            if str(chosen or "") == each.answer:
                for name in each.needed:
                    if name in values and not _given(values[name]):
                        self.add_error(
                            name, self.fields[name].error_messages["required"]
                        )
            elif chosen and any(_given(values.get(name)) for name in each.fields):
                self.add_error(each.by, self._choose_or_empty(each))
        return values

    def _choose_or_empty(self, each: Revealed) -> str:
        answer = dict(self.fields[each.by].choices).get(each.answer, each.answer)  # type: ignore[attr-defined]
        boxes = say.listed([f"“{self.fields[name].label}”" for name in each.fields])
        return f"Select “{answer}”, or leave {boxes} empty"

    def is_needed(self, name: str) -> bool:
        """Whether some answer makes the question ``name`` one that has to be answered."""
        return self.fields[name].required or any(
            name in each.needed for each in self.reveals
        )

    @property
    def seen_before(self) -> str:
        """Hidden: what every value was when this person began, as fingerprints."""
        if "version" not in self.fields:
            return ""
        if self.is_bound:
            prints = self._seen_by_the_person()
        else:
            prints = {
                name: merging.fingerprint(
                    field,
                    merging.as_sent(field, self.get_initial_for_field(field, name)),
                )
                for name, field in self.fields.items()
                if name != "version"
            }
        return format_html(
            '<input type="hidden" name="{}" value="{}">',
            self.add_prefix(merging.SEEN),
            merging.written(prints),
        )

    def _seen_by_the_person(self) -> dict[str, str]:
        return merging.read(str(self.data.get(self.add_prefix(merging.SEEN), "")))

    def values(self) -> dict[str, Any]:
        """What was answered; the version that the page was shown with is no answer."""
        given = self.cleaned_data.items()
        return {name: value for name, value in given if name != "version"}

    def refuse(self, refusal: Refusal, beside: str = "") -> None:
        """Say why it was not done: beside the box ``beside``, or above the form."""
        self.add_error(beside if beside in self.fields else None, str(refusal))

    def keep_both(
        self, saved: Model | Mapping[str, Any], refusal: Exception
    ) -> list[merging.Theirs]:
        """Somebody saved first: say so, merge both by field, and return their words to show.

        What only they changed is taken into the form; what only this person changed stays; where
        both did, this person's stays and theirs is shown beside it. The next save of this page
        goes through, since it has now seen theirs.
        """

        def theirs(name: str) -> Any:
            return (
                saved.get(name)
                if isinstance(saved, Mapping)
                else getattr(saved, name, None)
            )

        self.add_error(None, str(refusal))
        self.data = data = self.data.copy()  # type: ignore[attr-defined]
        before, now, found = self._seen_by_the_person(), dict[str, str](), []
        for name, field in self.fields.items():
            if name == "version":
                data[self.add_prefix(name)] = str(theirs(name))
                continue
            sent = merging.as_sent(field, theirs(name))
            now[name] = merging.fingerprint(field, sent)
            mine = merging.fingerprint(field, self[name].data)
            if mine == now[name] or before.get(name) == now[name]:
                continue
            taken = mine == before.get(name)
            if taken:
                merging.put(data, self[name].html_name, field, sent)
            words = _words(field, theirs(name))
            found.append(merging.Theirs(str(field.label), words, taken))
        data[self.add_prefix(merging.SEEN)] = merging.written(now)
        return found


def _given(value: Any) -> bool:
    """Whether there is an answer: a word, a tick, a thing chosen."""
    if isinstance(value, str):
        return bool(value.strip())
    return bool(value.exists()) if hasattr(value, "exists") else bool(value)


class PageModelForm(PageForm, forms.ModelForm):  # type: ignore[type-arg]
    """The same over a model's fields; still saves nothing by itself."""


def _words(field: forms.Field, value: Any) -> str:
    """A saved value as people read it."""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, dt.date):
        return say.day(value)
    labels: dict[str, str] = {}
    if isinstance(field, forms.ChoiceField):
        labels = {str(key): str(label) for key, label in field.widget.choices}
    if isinstance(value, list | tuple | QuerySet):
        return ", ".join(labels.get(str(each), str(each)) for each in value)
    return "" if value is None else labels.get(str(value), str(value))


def dress(field: forms.Field) -> None:
    """GOV.UK classes on the widget, and our words where Django's would say "required"."""
    widget = field.widget
    for kind, css in _CLASSES:
        if isinstance(widget, kind):
            if css and css not in widget.attrs.get("class", "").split():
                given = widget.attrs.get("class", "")
                widget.attrs["class"] = f"{css} {given}".strip()
            break
    if isinstance(widget, forms.Textarea):
        # Counted, never cut off: the browser's own limit would cut a paste short.
        widget.attrs.pop("maxlength", None)
        if isinstance(field, forms.CharField) and field.max_length:
            widget.attrs["data-longest"] = str(field.max_length)
            widget.attrs["class"] += " govuk-js-character-count"
    if isinstance(widget, forms.PasswordInput):
        if "govuk-password-input__input" not in widget.attrs["class"]:
            widget.attrs["class"] += (
                " govuk-password-input__input govuk-js-password-input-input"
            )
        widget.attrs |= {"spellcheck": "false", "autocapitalize": "none"}
    if isinstance(widget, forms.EmailInput):
        widget.attrs.setdefault("autocomplete", "email")
        widget.attrs["spellcheck"] = "false"
    _use_our_words(field)


_FILE_WORDS = {
    "missing": "Select a file",
    "invalid": "Select a file",
    "empty": "The selected file is empty",
    "max_length": "The name of the selected file must be shorter",
}


def _use_our_words(field: forms.Field) -> None:
    if str(field.error_messages.get("required", "")).startswith("This field"):
        field.error_messages["required"] = _missing_words(field)
    if isinstance(field, forms.EmailField):
        wrong = "Enter an email address in the form name@example.org"
        field.error_messages["invalid"] = wrong
        _say_instead(field, "invalid", wrong)
    label = str(field.label or "This")
    if isinstance(field, forms.FileField):
        field.error_messages |= _FILE_WORDS
    if isinstance(field, forms.ChoiceField):
        field.error_messages["invalid_choice"] = (
            f"Select one of the answers to “{label}” that are shown"
        )
    if isinstance(field, forms.IntegerField):
        field.error_messages["invalid"] = f"{label} must be a whole number"
    if isinstance(field, forms.CharField) and field.max_length:
        _say_instead(
            field,
            "max_length",
            f"{label} must be {field.max_length:,} characters or fewer",
        )


def _say_instead(field: forms.Field, code: str, sentence: str) -> None:
    """Our sentence for what a field's own validators refuse."""
    for validator in field.validators:
        if getattr(validator, "code", "") == code:
            validator.message = sentence  # type: ignore[attr-defined]


class DatePartsWidget(forms.MultiWidget):
    """Day, month and year as three text boxes; no jumping from one to the next."""

    template_name = "critical_friend/date_parts.html"
    use_fieldset = True
    names: ClassVar[list[str]] = ["Day", "Month", "Year"]

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        boxes = [
            forms.TextInput(
                attrs={
                    "class": f"govuk-input govuk-date-input__input govuk-input--width-{width}",
                    "inputmode": mode,
                }
            )
            for width, mode in ((2, "numeric"), (5, "text"), (4, "numeric"))
        ]
        super().__init__(boxes, attrs)

    def decompress(self, value: dt.date | None) -> list[Any]:
        return [value.day, value.month, value.year] if value else [None, None, None]


class DatePartsField(forms.Field):
    """A date from three boxes; month names are taken too."""

    widget = DatePartsWidget

    def clean(self, value: Any) -> dt.date | None:
        parts = [str(part or "").strip() for part in (value or ["", "", ""])]
        label = str(self.label or "The date")
        if not any(parts):
            if self.required:
                raise forms.ValidationError(self.error_messages["required"])
            return None
        missing = [
            name.lower()
            for name, part in zip(DatePartsWidget.names, parts, strict=True)
            if not part
        ]
        if missing:
            raise forms.ValidationError(
                f"{label} must include a {' and a '.join(missing)}"
            )
        month = MONTHS.get(parts[1].lower(), parts[1])
        try:
            year = int(parts[2])
            return dt.date(year, int(month), int(parts[0]))
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError(
                f"{label} must be a real date, for example 27 3 2026"
            ) from error

    def has_changed(self, initial: Any, data: Any) -> bool:
        given = initial if isinstance(initial, dt.date) else None
        return bool(DatePartsWidget().decompress(given) != data)


def choose(form: forms.BaseForm, name: str, choices: Iterable[Any]) -> None:
    """Offer ``choices``, pairs of a value and its words, for a field that is known only by now."""
    cast(forms.ChoiceField, form.fields[name]).choices = list(choices)
