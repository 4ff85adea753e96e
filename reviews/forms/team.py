"""Forms about the people of a review: who is added and changed, what they answer and say of
themselves, and the sponsor about them."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms

from reviews import domain
from reviews.apps_above.team_use import SessionChoice
from reviews.models import Agency, Membership, Review
from reviews.pages.form import PageForm, Revealed, choose
from reviews.reading.team import RoleChoice, roles_of
from reviews.refusals import Refusal

ATTENDANCE = [("on_site", "On site"), ("remote", "Remote")]


class _TelephoneBox(forms.TextInput):
    input_type = "tel"


def _telephone() -> forms.CharField:
    return forms.CharField(
        label="Telephone number",
        max_length=60,
        required=False,
        help_text="Shown on the team page of each of your reviews",
        widget=_TelephoneBox(
            attrs={"autocomplete": "tel", "class": "govuk-input--width-20"}
        ),
    )


# Beside which question a refusal stands; any other is about the whole form.
FIELD_OF: dict[type[Refusal], str] = {
    domain.AlreadyOnReview: "email",
    domain.FromTheCouncil: "home_organisation",
    domain.LastManager: "role",
    domain.NeedsAgency: "agency",
    domain.NeedsHome: "home_organisation",
    domain.OtherSide: "role",
    domain.RoleTaken: "role",
}


class _MemberForm(PageForm):
    """About one person; what is refused of them stands beside its question."""

    def refuse(self, refusal: Refusal, beside: str = "") -> None:
        super().refuse(refusal, FIELD_OF.get(type(refusal), beside))


class _PlaceForm(_MemberForm):
    """The role that somebody has, and where they come from. What is full is named, not offered."""

    role = forms.ChoiceField(
        label="Role",
        error_messages={"required": "Select a role"},
        widget=forms.RadioSelect,
    )
    agency = forms.ModelChoiceField(
        label="Agency",
        queryset=Agency.objects.none(),
        required=False,
        empty_label="Choose an agency",
        error_messages={"required": "Select the agency that they are the contact for"},
    )
    home_organisation = forms.CharField(
        label="Organisation they come from",
        max_length=200,
        required=False,
        help_text="A peer’s home authority or service; leave empty for the council’s own people",
    )
    attendance = forms.ChoiceField(
        label="Will they be on site?",
        choices=ATTENDANCE,
        initial="on_site",
        widget=forms.RadioSelect,
    )

    def __init__(
        self,
        *args: Any,
        review: Review,
        keeps: Membership | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        agency = cast("forms.ModelChoiceField[Agency]", self.fields["agency"])
        agency.queryset = review.agencies.all()
        roles = roles_of(review, keeps=keeps)
        free = [each for each in roles if not each.full]
        self.full: list[RoleChoice] = [each for each in roles if each.full]
        choose(self, "role", [(each.role.code, each.role.title) for each in free])
        self.choice_hints: Mapping[str, Mapping[str, str]] = {
            "role": {each.role.code: each.words for each in free}
        }
        self._ask_agency([each for each in free if each.role.for_an_agency])

    def _ask_agency(self, of_one_agency: list[RoleChoice]) -> None:
        """Under the one role that needs an agency; where several do, as a question of its own."""
        match of_one_agency:
            case []:
                del self.fields["agency"]
            case [only]:
                self.reveals = (
                    Revealed("role", only.role.code, ("agency",), ("agency",)),
                )
            case several:
                names = " or ".join(each.role.title.lower() for each in several)
                self.fields["agency"].help_text = f"Only for {names}"

    def is_needed(self, name: str) -> bool:
        """A peer's home has to be said: the box is not marked as one that may be left empty."""
        return name == "home_organisation" or super().is_needed(name)

    def place(self) -> dict[str, Any]:
        """Where they stand, in the words of the domain."""
        values = self.cleaned_data
        return {
            "role_code": values["role"],
            "home_organisation": values["home_organisation"],
            "agency": values.get("agency"),
            "on_site": values["attendance"] == "on_site",
        }


class MemberForm(_PlaceForm):
    submit_label = "Add and invite this person"

    full_name = forms.CharField(
        label="Full name",
        error_messages={"required": "Enter the full name"},
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label="Email address",
        error_messages={"required": "Enter the email address"},
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    field_order = [
        "role",
        "full_name",
        "email",
        "home_organisation",
        "agency",
        "attendance",
    ]


class MemberChangeForm(_PlaceForm):
    submit_label = "Save the changes"

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, keeps: Membership, **kwargs: Any) -> None:
        super().__init__(*args, keeps=keeps, **kwargs)
        if keeps.in_team:
            self.fields[
                "home_organisation"
            ].help_text = "Their home authority or service"


class InvitationForm(PageForm):
    submit_label = "Send my answer"
    reveals = (
        Revealed("answer", "yes", ("telephone",)),
        Revealed("answer", "no", ("reason",), needed=("reason",)),
    )

    answer = forms.ChoiceField(
        label="Do you accept?",
        choices=[("yes", "Yes, I accept"), ("no", "No, I cannot take part")],
        widget=forms.RadioSelect,
    )
    telephone = _telephone()
    reason = forms.CharField(
        label="Why not?",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The review manager reads it",
        error_messages={"required": "Say in a few words why you cannot take part"},
    )


class ProfileForm(_MemberForm):
    submit_label = "Save my profile"

    version = forms.IntegerField(widget=forms.HiddenInput)
    home_organisation = forms.CharField(
        label="Organisation you come from",
        error_messages={"required": "Enter the organisation you come from"},
        max_length=200,
        help_text="Your home authority, or the body that you work for",
    )
    profile = forms.CharField(
        label="Short profile",
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="What you do now and what you bring, for the council to read",
    )
    attendance = forms.ChoiceField(
        label="Will you be on site?", choices=ATTENDANCE, widget=forms.RadioSelect
    )
    telephone = _telephone()


class TelephoneForm(PageForm):
    submit_label = "Save the number"

    telephone = _telephone()


class InterestForm(PageForm):
    submit_label = "Save my declaration"

    something = forms.ChoiceField(
        label="Do you have an interest to declare?",
        choices=[("no", "No, nothing"), ("yes", "Yes")],
        widget=forms.RadioSelect,
        help_text=(
            "For example, somebody close to you works there, you worked there yourself, "
            "or you have applied for a post there"
        ),
    )
    text = forms.CharField(
        label="What is the interest?",
        max_length=1500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The review manager and the team leader read it, nobody else",
        error_messages={"required": "Say what the interest is"},
    )
    agencies = forms.ModelMultipleChoiceField(
        label="Which agencies does it concern?",
        queryset=Agency.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="The timetable warns when you are to meet people from there",
    )
    not_in = forms.MultipleChoiceField(
        label="Which sessions should you not be in?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="The timetable warns when you are put into one of them",
    )
    sessions = forms.CharField(
        label="Which meetings should you not be in?",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="The timetable does not exist yet, so say it in your own words",
    )

    def __init__(
        self,
        *args: Any,
        review: Review,
        sessions: list[SessionChoice],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        agencies = cast(
            "forms.ModelMultipleChoiceField[Agency]", self.fields["agencies"]
        )
        agencies.queryset = review.agencies.all()
        choose(self, "not_in", [(each.key, each.label) for each in sessions])
        if not sessions:
            del self.fields["not_in"]
        elif not self.initial.get("sessions"):
            # Once there is a timetable, one ticks. Words from before stay where they are read.
            del self.fields["sessions"]
        else:
            self.fields[
                "sessions"
            ].help_text = "As you said before there was a timetable"
        under = [
            n for n in ("text", "agencies", "not_in", "sessions") if n in self.fields
        ]
        self.reveals = (Revealed("something", "yes", tuple(under), needed=("text",)),)


class DecisionForm(PageForm):
    submit_label = "Save the decision"
    reveals = (Revealed("decision", "ask", ("reason",), needed=("reason",)),)

    decision = forms.ChoiceField(
        label="Your decision",
        choices=[("accept", "Yes, I accept"), ("ask", "Not yet")],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Why not yet?",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The whole team and the council’s contact can read it; the review manager comes back to you",
        error_messages={"required": "Say why, so that the review manager can act"},
    )
