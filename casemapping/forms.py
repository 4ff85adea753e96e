"""Forms of case mapping. What was refused goes back into its own box, nowhere else."""

from __future__ import annotations

import re
from collections.abc import Container
from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms
from django.http import QueryDict

from casemapping import texts
from casemapping.mail import contacts_of, is_too_late
from casemapping.models import (
    LATEST_MONTH,
    AgencyInvolvement,
    CaseMap,
    CaseRecord,
    Certainty,
    ChildVoice,
    DecisionPoint,
    Factor,
    Learning,
    Season,
)
from reviews.models import TEAM, Agency, Membership, Review
from reviews.pages import say
from reviews.pages.form import DatePartsField, PageForm
from reviews.pages.merging import Theirs

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


def _text(label: str, *, rows: int = 3, **options: Any) -> forms.CharField:
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

    def show_marks(self, refusal: texts.NamesSomebody) -> None:
        """Give the texts back with the places marked, and ask where a person may decide."""
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
            cast(forms.ChoiceField, self.fields["confirmed"]).choices = choices
            return
        self.fields["confirmed"] = forms.MultipleChoiceField(
            label="Confirm the marked places",
            required=False,
            choices=choices,
            widget=forms.CheckboxSelectMultiple,
            help_text="Your name is kept with this confirmation, the text is not",
        )


class CaseForm(ScreenedForm):
    """What a case is about, in codes, and why it was picked."""

    submit_label = "Propose this case"

    category = forms.ChoiceField(label="Kind of case", widget=forms.RadioSelect)
    age_band = forms.ChoiceField(
        label="Age of the child at the first contact", widget=forms.RadioSelect
    )
    selection_reason = _text(
        "Why this case was picked",
        help_text="What it may teach about working together, in two or three sentences",
    )
    mode = forms.ChoiceField(
        label="When the workshop takes place",
        choices=CaseMap.Mode.choices,
        initial=CaseMap.Mode.PRE_VISIT,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, review: Review, **options: Any) -> None:
        super().__init__(*args, **options)
        _choose(self, "category", review.pack.case_map.categories)
        _choose(self, "age_band", review.pack.case_map.age_bands)

    def values(self) -> dict[str, Any]:
        return _only(self, "category", "age_band", "selection_reason", "mode")


class CaseDetailsForm(CaseForm):
    submit_label = "Save the change"

    version = forms.IntegerField(widget=forms.HiddenInput)
    workshop_on = DatePartsField(
        label="Date of the workshop",
        required=False,
        help_text="For example, 28 1 2013",
    )

    def values(self) -> dict[str, Any]:
        return super().values() | _only(self, "workshop_on")

    @staticmethod
    def initial_of(case: CaseMap) -> dict[str, Any]:
        names = ("category", "age_band", "selection_reason", "mode", "workshop_on")
        return {name: getattr(case, name) for name in (*names, "version")}


class AttendanceForm(ScreenedForm):
    """Step 1 of the workshop."""

    submit_label = "Save who was there"

    version = forms.IntegerField(widget=forms.HiddenInput)
    attendance = _text(
        "Who was there, by agency and role",
        help_text="Roles only, for example: health visitor, class teacher, social worker",
    )

    def values(self) -> dict[str, Any]:
        return _only(self, "attendance")

    @staticmethod
    def initial_of(case: CaseMap) -> dict[str, Any]:
        return {"attendance": case.attendance, "version": case.version}


class FacilitatorsForm(PageForm):
    submit_label = "Save the facilitators"

    # Stands for the people whom the page showed, so that a second save does not undo a first.
    version = forms.CharField(widget=forms.HiddenInput, required=False)
    facilitators = forms.ModelMultipleChoiceField(
        label="Who facilitates this case?",
        queryset=Membership.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text="Only they and the review manager write on the map; two are usual",
        error_messages={"required": "Select who facilitates this case"},
    )

    def __init__(self, *args: Any, review: Review, **options: Any) -> None:
        super().__init__(*args, **options)
        field = cast("forms.ModelMultipleChoiceField[Any]", self.fields["facilitators"])
        field.queryset = review.memberships.filter(access_role__in=TEAM).select_related(
            "user", "review"
        )

    @staticmethod
    def initial_of(case: CaseMap, version: str) -> dict[str, Any]:
        return {"facilitators": list(case.facilitators.all()), "version": version}

    def keep_both(self, saved: Any, refusal: Exception) -> list[Theirs]:
        names = sorted(each.user.full_name for each in saved["facilitators"])
        words = say.listed(names) or "Nobody"
        return [
            each._replace(words=words) for each in super().keep_both(saved, refusal)
        ]


if TYPE_CHECKING:
    _AgencyChoice = forms.ModelMultipleChoiceField[Agency]
else:
    _AgencyChoice = forms.ModelMultipleChoiceField


class AgenciesField(_AgencyChoice):
    """Agencies to tick, each with whether anybody there can be written to."""

    contacts: Container[int] = ()

    def label_from_instance(self, obj: Agency) -> str:
        known = obj.pk in self.contacts
        return obj.name if known else f"{obj.name} (nobody there to write to yet)"


class AgenciesForm(PageForm):
    submit_label = "Ask these agencies"

    version = forms.CharField(widget=forms.HiddenInput, required=False)
    agencies = AgenciesField(
        label="Which agencies knew this child?",
        queryset=Agency.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one agency"},
        help_text="A letter to their contacts waits in the outbox until it is sent",
    )

    def __init__(self, *args: Any, review: Review, **options: Any) -> None:
        super().__init__(*args, **options)
        field = cast("forms.ModelMultipleChoiceField[Any]", self.fields["agencies"])
        field.queryset = review.agencies.all()
        cast(AgenciesField, field).contacts = contacts_of(review)
        if is_too_late(review):
            field.help_text = (
                "No letter is written now: the agencies can no longer open their sheets, "
                "so the team fills them in"
            )

    @staticmethod
    def initial_of(case: CaseMap, version: str) -> dict[str, Any]:
        asked = [sheet.agency for sheet in case.sheets.select_related("agency")]
        return {"agencies": asked, "version": version}

    def keep_both(self, saved: Any, refusal: Exception) -> list[Theirs]:
        words = say.listed([each.name for each in saved["agencies"]]) or "None"
        return [
            each._replace(words=words) for each in super().keep_both(saved, refusal)
        ]


class RecordForm(ScreenedForm):
    """One line of the map. ``names`` are the model fields that it fills as they stand."""

    names: ClassVar[tuple[str, ...]] = ()

    def __init__(
        self,
        *args: Any,
        case: CaseMap,
        on_sheet: bool = False,
        record: CaseRecord | None = None,
        **options: Any,
    ) -> None:
        if record is not None:
            options.setdefault("initial", self.initial_of(record))
        super().__init__(*args, **options)
        self.case = case
        if record is not None:
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)
            self.submit_label = "Save the change"
        if on_sheet:
            self.fields.pop("agency", None)
        field = self.fields.get("agency") or self.fields.get("agencies")
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = case.review.agencies.all()
        self.fill()

    def fill(self) -> None:
        """Choices that come from the framework."""

    def keep_both(self, saved: Any, refusal: Exception) -> list[Theirs]:
        months = {
            str(field.label): str(field.prepare_value(saved[name]))
            for name, field in self.fields.items()
            if isinstance(field, MonthField)
        }
        return [
            each._replace(words=months.get(each.label, each.words))
            for each in super().keep_both(saved, refusal)
        ]

    def values(self) -> dict[str, Any]:
        given = _only(self, *(name for name in self.names if name in self.fields))
        if "month" in self.fields:
            given["month"], given["certainty"] = self.cleaned_data["month"]
            given["season"] = self.cleaned_data["season"]
        return given

    @classmethod
    def initial_of(cls, record: Any) -> dict[str, Any]:
        given = {name: getattr(record, name) for name in cls.names}
        if hasattr(record, "month"):
            given |= {
                "month": (record.month, record.certainty),
                "season": record.season,
            }
        return given | {"version": record.version}


_MONTH_HINT = "Months since the first contact, for example 7, about 7, or unknown"


class DatedForm(RecordForm):
    month = MonthField(label="Month", help_text=_MONTH_HINT)
    season = forms.ChoiceField(
        label="Season, if somebody said it",
        choices=[("", "Not said"), *Season.choices],
        required=False,
    )


class InvolvementForm(RecordForm):
    submit_label = "Add who was involved"
    names = ("agency", "role_group", "lead_professional")

    agency = forms.ModelChoiceField(
        label="Agency", queryset=Agency.objects.none(), empty_label=""
    )
    role_group = forms.CharField(
        label="Role or team", max_length=200, help_text="For example, health visitor"
    )
    start = MonthField(
        label="From month",
        help_text=_MONTH_HINT,
        error_messages={"required": "Enter the month from which they were involved"},
    )
    end = MonthField(
        label="To month",
        open_ended=True,
        help_text="Leave empty if they were still involved at the end",
    )
    lead_professional = forms.BooleanField(
        label="Lead professional for some of this time", required=False
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        (start, _), (end, _) = (
            values.get("start", (None, "")),
            values.get("end", (None, "")),
        )
        if start is not None and end is not None and end < start:
            self.add_error(
                "end", "The last month must not be before the month they began in"
            )
        return values

    def values(self) -> dict[str, Any]:
        given = super().values()
        given["start_month"], given["start_certainty"] = self.cleaned_data["start"]
        given["end_month"], given["end_certainty"] = self.cleaned_data["end"]
        return given

    @classmethod
    def initial_of(cls, record: AgencyInvolvement) -> dict[str, Any]:
        return super().initial_of(record) | {
            "start": (record.start_month, record.start_certainty),
            "end": (record.end_month, record.end_certainty),
        }


class EventForm(DatedForm):
    submit_label = "Add the event"
    names = ("agency", "type", "text")
    field_order = ("month", "season", "agency", "type", "text")

    agency = forms.ModelChoiceField(
        label="Agency", queryset=Agency.objects.none(), empty_label=""
    )
    type = forms.ChoiceField(label="Kind of event")
    text = _text(
        "What happened", help_text="Say “the child”, “the mother”, “the nurse”"
    )

    def fill(self) -> None:
        _choose(self, "type", self.case.review.pack.case_map.event_types, empty=True)


class DecisionForm(DatedForm):
    submit_label = "Add the decision point"
    names = (
        "question",
        "known_then",
        "decision",
        "alternatives",
        "view_sought",
        "effect",
    )
    field_order = (
        "month",
        "season",
        "question",
        "known_then",
        "decision",
        "agencies",
        "alternatives",
        "view_sought",
        "effect",
    )

    question = _text("The question that people faced", rows=2)
    known_then = _text("What was known then", required=False)
    decision = _text("What was decided", rows=2)
    agencies = forms.ModelMultipleChoiceField(
        label="By which agencies",
        queryset=Agency.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    alternatives = _text("What else could have been done", rows=2, required=False)
    view_sought = forms.ChoiceField(
        label="Was the child’s view sought?",
        choices=DecisionPoint.Sought.choices,
        widget=forms.RadioSelect,
    )
    effect = forms.ChoiceField(
        label="What the decision did for the child", widget=forms.RadioSelect
    )

    def fill(self) -> None:
        _choose(self, "effect", self.case.review.pack.case_map.effects)

    def values(self) -> dict[str, Any]:
        return super().values() | {"agencies": self.cleaned_data["agencies"]}

    @classmethod
    def initial_of(cls, record: DecisionPoint) -> dict[str, Any]:
        return super().initial_of(record) | {"agencies": list(record.agencies.all())}


class VoiceForm(DatedForm):
    submit_label = "Add what the child experienced"
    names = ("source", "text")
    field_order = ("month", "season", "source", "text", "acted_on")

    source = forms.ChoiceField(label="How it was heard or seen")
    text = _text("What it told you")
    acted_on = forms.ChoiceField(
        label="Was it acted on?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
    )

    def fill(self) -> None:
        sources = self.case.review.pack.case_map.voice_sources
        _choose(self, "source", sources, empty=True)

    def values(self) -> dict[str, Any]:
        return super().values() | {"acted_on": self.cleaned_data["acted_on"] == "yes"}

    @classmethod
    def initial_of(cls, record: ChildVoice) -> dict[str, Any]:
        acted_on = "yes" if record.acted_on else "no"
        return super().initial_of(record) | {"acted_on": acted_on}


if TYPE_CHECKING:
    _PointChoice = forms.ModelChoiceField[DecisionPoint]
else:
    _PointChoice = forms.ModelChoiceField


class PointField(_PointChoice):
    def label_from_instance(self, obj: DecisionPoint) -> str:
        return f"{obj.when[:1].upper()}{obj.when[1:]}: {obj.question[:80]}"


class FactorForm(RecordForm):
    submit_label = "Add what helped or hindered"
    names = ("direction", "kind", "text", "decision_point")

    direction = forms.ChoiceField(
        label="Did it help or hinder?",
        choices=Factor.Direction.choices,
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(label="What kind of thing it was")
    text = _text("What it was", rows=2)
    decision_point = PointField(
        label="At which decision point",
        queryset=DecisionPoint.objects.none(),
        required=False,
        empty_label="Throughout the case",
    )

    def fill(self) -> None:
        kinds = self.case.review.pack.case_map.factor_kinds
        _choose(self, "kind", kinds, empty=True)
        field = cast("forms.ModelChoiceField[Any]", self.fields["decision_point"])
        # The options open sealed words, so each point must know its case without asking.
        field.queryset = self.case.decisions.filter(
            set_aside_by__isnull=True
        ).select_related("case")


class LearningForm(RecordForm):
    submit_label = "Add the learning"
    names = ("kind", "theme", "direction", "text")

    kind = forms.ChoiceField(
        label="What it is",
        choices=Learning.Kind.choices,
        initial=Learning.Kind.LEARNING,
        widget=forms.RadioSelect,
        help_text="Only learning points become evidence; what it meant for this child stays here",
    )
    theme = forms.ChoiceField(label="Theme")
    direction = forms.ChoiceField(
        label="Strength or area",
        error_messages={
            "required": "Select whether it is a strength or an area for further consideration"
        },
        choices=Learning.Direction.choices,
        widget=forms.RadioSelect,
    )
    text = _text(
        "In words that could be said in public",
        rows=2,
        error_messages={
            "required": "Enter what was learned, in words that could be said in public"
        },
    )

    def fill(self) -> None:
        _choose(self, "theme", self.case.review.pack.themes, empty=True)


class RiskForm(PageForm):
    submit_label = "Record that you have told them"

    person_told = forms.CharField(
        label="Whom did you tell?",
        max_length=200,
        help_text="Name and role of the person on duty",
    )
    case_code = forms.ChoiceField(label="Which case is it about?", required=False)

    def __init__(self, *args: Any, codes: list[str], **options: Any) -> None:
        super().__init__(*args, **options)
        field = cast(forms.ChoiceField, self.fields["case_code"])
        field.choices = [
            ("", "Not about a mapped case"),
            *((code, code) for code in codes),
        ]


FORMS: dict[str, type[RecordForm]] = {
    "involvement": InvolvementForm,
    "event": EventForm,
    "decision": DecisionForm,
    "voice": VoiceForm,
    "factor": FactorForm,
    "learning": LearningForm,
}


def _only(form: forms.Form, *names: str) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in names}


def _choose(form: forms.Form, name: str, choices: Any, *, empty: bool = False) -> None:
    field = cast(forms.ChoiceField, form.fields[name])
    pairs = [(each.code, each.title) for each in choices]
    field.choices = [("", ""), *pairs] if empty else pairs
