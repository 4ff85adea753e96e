"""What is typed as a line of a case: events, decisions, the child's voice, factors, learning."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, cast

from django import forms

from casemapping.models import (
    AgencyInvolvement,
    CaseMap,
    CaseRecord,
    ChildVoice,
    DecisionPoint,
    Factor,
    Learning,
    Season,
)
from reviews.models import Agency
from reviews.pages.merging import Theirs

if TYPE_CHECKING:
    _AgencyChoice = forms.ModelMultipleChoiceField[Agency]
else:
    _AgencyChoice = forms.ModelMultipleChoiceField

if TYPE_CHECKING:
    _PointChoice = forms.ModelChoiceField[DecisionPoint]
else:
    _PointChoice = forms.ModelChoiceField
from casemapping.forms.fields import MonthField, ScreenedForm, choose_of, only, text


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
        given = only(self, *(name for name in self.names if name in self.fields))
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
    month = MonthField(
        label="Month",
        error_messages={"required": "Enter the month"},
        help_text=_MONTH_HINT,
    )
    season = forms.ChoiceField(
        label="Season, if somebody said it",
        choices=[("", "Not said"), *Season.choices],
        required=False,
    )


class InvolvementForm(RecordForm):
    submit_label = "Add who was involved"
    names = ("agency", "role_group", "lead_professional")

    agency = forms.ModelChoiceField(
        label="Agency",
        error_messages={"required": "Select an agency"},
        queryset=Agency.objects.none(),
        empty_label="",
    )
    role_group = forms.CharField(
        label="Role or team",
        error_messages={"required": "Enter the role or team"},
        max_length=200,
        help_text="For example, health visitor",
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
        label="Agency",
        error_messages={"required": "Select an agency"},
        queryset=Agency.objects.none(),
        empty_label="",
    )
    type = forms.ChoiceField(
        label="Kind of event", error_messages={"required": "Select a kind of event"}
    )
    text = text("What happened", help_text="Say “the child”, “the mother”, “the nurse”")

    def fill(self) -> None:
        choose_of(self, "type", self.case.review.pack.case_map.event_types, empty=True)


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

    question = text("The question that people faced", rows=2)
    known_then = text("What was known then", required=False)
    decision = text("What was decided", rows=2)
    agencies = forms.ModelMultipleChoiceField(
        label="By which agencies",
        queryset=Agency.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    alternatives = text("What else could have been done", rows=2, required=False)
    view_sought = forms.ChoiceField(
        label="Was the child’s view sought?",
        choices=DecisionPoint.Sought.choices,
        widget=forms.RadioSelect,
    )
    effect = forms.ChoiceField(
        label="What the decision did for the child", widget=forms.RadioSelect
    )

    def fill(self) -> None:
        choose_of(self, "effect", self.case.review.pack.case_map.effects)

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
    text = text("What it told you")
    acted_on = forms.ChoiceField(
        label="Was it acted on?",
        choices=[("yes", "Yes"), ("no", "No")],
        widget=forms.RadioSelect,
    )

    def fill(self) -> None:
        sources = self.case.review.pack.case_map.voice_sources
        choose_of(self, "source", sources, empty=True)

    def values(self) -> dict[str, Any]:
        return super().values() | {"acted_on": self.cleaned_data["acted_on"] == "yes"}

    @classmethod
    def initial_of(cls, record: ChildVoice) -> dict[str, Any]:
        acted_on = "yes" if record.acted_on else "no"
        return super().initial_of(record) | {"acted_on": acted_on}


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
    text = text("What it was", rows=2)
    decision_point = PointField(
        label="At which decision point",
        queryset=DecisionPoint.objects.none(),
        required=False,
        empty_label="Throughout the case",
    )

    def fill(self) -> None:
        kinds = self.case.review.pack.case_map.factor_kinds
        choose_of(self, "kind", kinds, empty=True)
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
    theme = forms.ChoiceField(
        label="Theme", error_messages={"required": "Select a theme"}
    )
    direction = forms.ChoiceField(
        label="Strength or area",
        error_messages={
            "required": "Select whether it is a strength or an area for further consideration"
        },
        choices=Learning.Direction.choices,
        widget=forms.RadioSelect,
    )
    text = text(
        "In words that could be said in public",
        rows=2,
        error_messages={
            "required": "Enter what was learned, in words that could be said in public"
        },
    )

    def fill(self) -> None:
        choose_of(self, "theme", self.case.review.pack.themes, empty=True)


FORMS: dict[str, type[RecordForm]] = {
    "involvement": InvolvementForm,
    "event": EventForm,
    "decision": DecisionForm,
    "voice": VoiceForm,
    "factor": FactorForm,
    "learning": LearningForm,
}
