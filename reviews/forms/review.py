"""Forms of set-up: the review, its key questions, agencies, team and plan. They save nothing."""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.utils.text import slugify

from reviews import retention
from reviews.models import Agency, Milestone, Review
from reviews.pages import say
from reviews.pages.form import DatePartsField, PageForm, choose
from reviews.reading.packs import choices
from reviews.reading.review import key_questions_print
from reviews.rules import lead_in

KEY_QUESTIONS = 7


# A number that can be dialled: six digits at the least, in whatever groups.
_TELEPHONE = re.compile(r"(?:\d[\s().-]*){6,}")


def with_telephone(words: str) -> str:
    """Whom to ring, refused without a number to ring."""
    if not _TELEPHONE.search(words):
        raise forms.ValidationError(
            "Whom to ring must include a telephone number, for example 01632 960001"
        )
    return words


class NewReviewForm(PageForm):
    """What is needed to begin; everything else can follow in any order."""

    submit_label = "Create the review"

    council = forms.CharField(
        label="Name of the council",
        error_messages={"required": "Enter the name of the council"},
        max_length=200,
        help_text="For example, Trafford Council",
    )
    pack = forms.ChoiceField(
        label="Framework",
        error_messages={"required": "Select a framework"},
        widget=forms.RadioSelect,
    )
    day_zero = DatePartsField(
        label="First day on site",
        error_messages={"required": "Enter the first day on site"},
    )
    duty_contact = forms.CharField(
        label="Whom to ring if a child may be at risk now",
        max_length=300,
        help_text="The council’s duty team and its telephone number, day and night",
    )
    confirmed = forms.CharField(widget=forms.HiddenInput, required=False)
    contact_phone = forms.CharField(
        label="Your telephone number",
        max_length=60,
        required=False,
        help_text="Shown to staff who are invited to answer the questionnaire",
    )

    def __init__(self, *args: Any, today: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        field = cast(forms.ChoiceField, self.fields["pack"])
        field.choices = choices()
        if len(field.choices) == 1:
            field.initial = field.choices[0][0]
        self.fields["day_zero"].help_text = (
            "Usually a Monday at least 12 weeks away, for example "
            f"{say.as_typed(lead_in.usual_first_day(today + dt.timedelta(weeks=12)))}"
        )

    def unconfirmed(self, warnings: Sequence[str]) -> bool:
        """Whether these warnings have not been seen and waved through; the next press does it."""
        key = "|".join(warnings)
        if not warnings or self.cleaned_data["confirmed"] == key:
            return False
        self.data = self.data.copy()  # type: ignore[attr-defined]
        self.data[self.add_prefix("confirmed")] = key  # type: ignore[index]
        self.submit_label = "Create the review all the same"
        return True

    def clean_duty_contact(self) -> str:
        return with_telephone(self.cleaned_data["duty_contact"])

    def clean_day_zero(self) -> dt.date:
        day: dt.date = self.cleaned_data["day_zero"]
        if not dt.date(2010, 1, 1) <= day <= self.today + dt.timedelta(days=3 * 366):
            raise forms.ValidationError(
                "The first day on site must be between 2010 and three years from now"
            )
        return day


class DetailsForm(PageForm):
    submit_label = "Save and continue"

    version = forms.IntegerField(widget=forms.HiddenInput)
    council = forms.CharField(
        label="Name of the council",
        error_messages={"required": "Enter the name of the council"},
        max_length=200,
    )
    programme = forms.CharField(
        label="Name of the programme",
        error_messages={"required": "Enter the name of the programme"},
        max_length=200,
    )
    scope = forms.CharField(
        label="Scope",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text="What the council and the team have agreed to look at, and why",
    )
    duty_contact = forms.CharField(
        label="Whom to ring if a child may be at risk now",
        max_length=300,
        help_text="The council’s duty team and its telephone number, day and night",
    )
    case_reference = forms.CharField(
        label="Shape of the council’s case numbers",
        max_length=40,
        required=False,
        help_text="# stands for a digit and ? for a letter, for example LCS-######",
    )
    keep_words_weeks = forms.IntegerField(
        label="Weeks for which what people say is kept after the visit begins",
        error_messages={
            "required": "Enter the weeks for which what people say is kept after the visit begins"
        },
        min_value=retention.WORDS_WEEKS[0],
        max_value=retention.WORDS_WEEKS[1],
    )
    contact_name = forms.CharField(
        label="Review manager’s full name",
        error_messages={"required": "Enter the review manager’s full name"},
        max_length=200,
    )
    contact_email = forms.EmailField(
        label="Review manager’s email address",
        error_messages={"required": "Enter the review manager’s email address"},
        max_length=254,
        help_text="Replies to every message of this review go here",
    )
    contact_phone = forms.CharField(
        label="Review manager’s telephone number", max_length=60, required=False
    )
    council_contact_name = forms.CharField(
        label="Council contact’s full name",
        max_length=200,
        required=False,
        help_text="Staff ask this person whether a message is genuine",
    )
    council_contact_title = forms.CharField(
        label="Council contact’s job title", max_length=200, required=False
    )
    council_contact_email = forms.EmailField(
        label="Council contact’s email address", max_length=254, required=False
    )
    council_contact_phone = forms.CharField(
        label="Council contact’s telephone number", max_length=60, required=False
    )
    second_contact_name = forms.CharField(
        label="Second contact’s full name",
        max_length=200,
        required=False,
        help_text="Somebody else at the council who answers questions",
    )
    second_contact_title = forms.CharField(
        label="Second contact’s job title", max_length=200, required=False
    )
    second_contact_email = forms.EmailField(
        label="Second contact’s email address", max_length=254, required=False
    )
    second_contact_phone = forms.CharField(
        label="Second contact’s telephone number", max_length=60, required=False
    )

    # Under which heading each box stands.
    GROUPS = (
        ("The review", ("council", "programme", "scope")),
        ("Children at risk", ("duty_contact", "case_reference")),
        ("What people say", ("keep_words_weeks",)),
        ("Review manager", ("contact_name", "contact_email", "contact_phone")),
        (
            "The council’s contact",
            (
                "council_contact_name",
                "council_contact_title",
                "council_contact_email",
                "council_contact_phone",
            ),
        ),
        (
            "A second contact at the council",
            (
                "second_contact_name",
                "second_contact_title",
                "second_contact_email",
                "second_contact_phone",
            ),
        ),
    )

    def __init__(self, *args: Any, weeks_are_told: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        weeks = self.fields["keep_words_weeks"]
        if weeks_are_told:
            weeks.help_text = "It has been signed or told, or people are being heard, so it does not change any more"
            weeks.widget.attrs["readonly"] = True
        else:
            least, most = retention.WORDS_WEEKS
            weeks.help_text = (
                f"From {least} to {most}. On that day at the latest notes, comments, answers, case maps "
                "and requests to be heard are destroyed, whether or not the report is out. It cannot "
                "be changed once the terms are signed, or a letter or link has gone out"
            )

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The boxes by heading."""
        return [(title, [self[name] for name in names]) for title, names in self.GROUPS]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        for which, who in (("council", "council’s"), ("second", "second")):
            name = f"{which}_contact_name"
            rest = [f"{which}_contact_{each}" for each in ("title", "email", "phone")]
            if values.get(name) == "" and any(values.get(each) for each in rest):
                self.add_error(name, f"Enter the {who} contact’s full name")
        return values


def _rows_for(text: str) -> int:
    """So many that the words stand in their box without scrolling."""
    return max(2, -(-len(text) // 60) + 1)

    def clean_duty_contact(self) -> str:
        return with_telephone(self.cleaned_data["duty_contact"])


class KeyQuestionsForm(PageForm):
    submit_label = "Save and continue"

    # A fingerprint of all of them together: they are saved as one.
    version = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        texts = [question.text for question in review.key_questions.all()]
        super().__init__(*args, initial=self.initial_of(review), **kwargs)
        for number in range(1, KEY_QUESTIONS + 1):
            text = texts[number - 1] if number <= len(texts) else ""
            self.fields[f"question_{number}"] = forms.CharField(
                label=f"Key question {number}",
                required=number == 1,
                max_length=500,
                widget=forms.Textarea(attrs={"rows": _rows_for(text)}),
            )

    @classmethod
    def initial_of(cls, review: Review) -> dict[str, str]:
        texts = [question.text for question in review.key_questions.all()]
        padded = [*texts, *[""] * KEY_QUESTIONS][:KEY_QUESTIONS]
        return {
            "version": key_questions_print(texts),
            **{f"question_{n}": text for n, text in enumerate(padded, start=1)},
        }

    def questions(self) -> list[str]:
        """The questions that were filled in, without gaps."""
        given = [
            self.cleaned_data[f"question_{number}"].strip()
            for number in range(1, KEY_QUESTIONS + 1)
        ]
        return [text for text in given if text]


class AgencyForm(PageForm):
    submit_label = "Add the agency"

    name = forms.CharField(
        label="Name of the agency",
        error_messages={"required": "Enter the name of the agency"},
        max_length=200,
    )
    kind = forms.ChoiceField(
        label="Is it part of the council or a partner?",
        choices=Agency.Kind.choices,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.review = review

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if self.review.agencies.filter(name__iexact=name).exists():
            raise forms.ValidationError(f"{name} is on the list already")
        return name

    def code(self) -> str:
        """A code that no agency of the review has yet."""
        base = slugify(self.cleaned_data["name"])[:50] or "agency"
        taken = set(self.review.agencies.values_list("code", flat=True))
        code, number = base, 2
        while code in taken:
            code, number = f"{base}-{number}", number + 1
        return code


class MilestoneForm(PageForm):
    submit_label = "Save the milestone"

    version = forms.IntegerField(widget=forms.HiddenInput)
    due_on = DatePartsField(
        label="Due date", error_messages={"required": "Enter the due date"}
    )
    owner_role = forms.ChoiceField(label="Who sees to it?")
    status = forms.ChoiceField(
        label="Status",
        error_messages={"required": "Select a status"},
        choices=Milestone.Status.choices,
        widget=forms.RadioSelect,
    )
    evidence = forms.CharField(
        label="How do we know that it is done?",
        max_length=300,
        required=False,
        help_text="A date, a document or a name of a meeting",
    )

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(
            self, "owner_role", [(role.code, role.title) for role in review.pack.roles]
        )
        day = review.day_zero - dt.timedelta(weeks=10)
        self.fields["due_on"].help_text = f"For example, {say.as_typed(day)}"


class MoveVisitForm(PageForm):
    submit_label = "Show what would move"

    day_zero = DatePartsField(
        label="New first day on site",
        error_messages={"required": "Enter the new first day on site"},
    )

    clean_day_zero = NewReviewForm.clean_day_zero

    def __init__(
        self, *args: Any, review: Review, today: dt.date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        day = lead_in.usual_first_day(review.day_zero + dt.timedelta(weeks=2))
        self.fields["day_zero"].help_text = f"For example, {say.as_typed(day)}"
