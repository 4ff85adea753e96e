"""What is typed about a case: its details, who prepares it, who leads it, a child at risk."""

from __future__ import annotations

from collections.abc import Container
from typing import TYPE_CHECKING, Any, cast

from django import forms

from casemapping.mail import contacts_of, is_too_late
from casemapping.models import (
    CaseMap,
    DecisionPoint,
)
from reviews.models import Agency, Membership, Review
from reviews.pages import say
from reviews.pages.form import DatePartsField, PageForm, choose
from reviews.pages.merging import Theirs

if TYPE_CHECKING:
    _AgencyChoice = forms.ModelMultipleChoiceField[Agency]
else:
    _AgencyChoice = forms.ModelMultipleChoiceField

if TYPE_CHECKING:
    _PointChoice = forms.ModelChoiceField[DecisionPoint]
else:
    _PointChoice = forms.ModelChoiceField
from casemapping.forms.fields import ScreenedForm, choose_of, only, text


class CaseForm(ScreenedForm):
    """What a case is about, in codes, and why it was picked."""

    submit_label = "Propose this case"

    category = forms.ChoiceField(
        label="Kind of case",
        error_messages={"required": "Select a kind of case"},
        widget=forms.RadioSelect,
    )
    age_band = forms.ChoiceField(
        label="Age of the child at the first contact",
        error_messages={"required": "Select the age of the child at the first contact"},
        widget=forms.RadioSelect,
    )
    selection_reason = text(
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
        choose_of(self, "category", review.pack.case_map.categories)
        choose_of(self, "age_band", review.pack.case_map.age_bands)

    def values(self) -> dict[str, Any]:
        return only(self, "category", "age_band", "selection_reason", "mode")


class CaseDetailsForm(CaseForm):
    submit_label = "Save the change"

    version = forms.IntegerField(widget=forms.HiddenInput)
    workshop_on = DatePartsField(
        label="Date of the workshop",
        required=False,
        help_text="For example, 28 1 2013",
    )

    def values(self) -> dict[str, Any]:
        return super().values() | only(self, "workshop_on")

    @staticmethod
    def initial_of(case: CaseMap) -> dict[str, Any]:
        names = ("category", "age_band", "selection_reason", "mode", "workshop_on")
        return {name: getattr(case, name) for name in (*names, "version")}


class AttendanceForm(ScreenedForm):
    """Step 1 of the workshop."""

    submit_label = "Save who was there"

    version = forms.IntegerField(widget=forms.HiddenInput)
    attendance = text(
        "Who was there, by agency and role",
        help_text="Roles only, for example: health visitor, class teacher, social worker",
    )

    def values(self) -> dict[str, Any]:
        return only(self, "attendance")

    @staticmethod
    def initial_of(case: CaseMap) -> dict[str, Any]:
        return {"attendance": case.attendance or "", "version": case.version}


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
        field.queryset = review.team_members().select_related("user", "review")

    @staticmethod
    def initial_of(case: CaseMap, version: str) -> dict[str, Any]:
        return {"facilitators": list(case.facilitators.all()), "version": version}

    def keep_both(self, saved: Any, refusal: Exception) -> list[Theirs]:
        names = sorted(each.name for each in saved["facilitators"])
        words = say.listed(names) or "Nobody"
        return [
            each._replace(words=words) for each in super().keep_both(saved, refusal)
        ]


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
        choose(
            self,
            "case_code",
            [
                ("", "Not about a mapped case"),
                *((code, code) for code in codes),
            ],
        )
