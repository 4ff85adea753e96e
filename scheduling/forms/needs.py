"""The form of somebody who must be seen. It saves nothing."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from reviews.access import Sight, sees
from reviews.models import Agency, Hypothesis, KeyQuestion, Membership
from reviews.pages.form import PageForm, choose
from scheduling.domain.needs import FIELDS, Asked
from scheduling.models import Need
from scheduling.reading import lanes_of
from scheduling.reading.needs import (
    backgrounds,
    people_of_need,
    reads_questions,
)

CHOOSE = ("", "Choose")
AWAY = "away"
MOST_PEOPLE = 60
# What the team wants to find out: neither the council nor an agency sees it.
TEAMS_OWN = ("key_questions", "hypotheses", "questions")
NUMBER = {"class": "govuk-input--width-3", "inputmode": "numeric"}


class NeedForm(PageForm):
    """Who, how long, by whom. Names and key questions are there for those who may read them."""

    submit_label = "Save"

    title = forms.CharField(
        label="Who must be seen",
        max_length=200,
        help_text="A post or a group. For example, Newly qualified social workers",
    )
    type = forms.ChoiceField(
        label="Kind of session", error_messages={"required": "Select a kind of session"}
    )
    source_class = forms.ChoiceField(
        label="Group of people",
        error_messages={"required": "Select a group of people"},
        help_text="What notes may say of where they come from",
    )
    agency = forms.ModelChoiceField(
        label="Agency",
        queryset=Agency.objects.none(),
        required=False,
        empty_label="Several, or not said",
    )
    minutes = forms.IntegerField(
        label="Length in minutes",
        min_value=10,
        max_value=600,
        widget=forms.TextInput(attrs=NUMBER),
        help_text="Interviews take 45, focus groups 60, visits 75 to 120 with travel",
        error_messages={
            "required": "Enter the length in minutes",
            "min_value": "Length in minutes must be 10 or more",
            "max_value": "Length in minutes must be 600 or fewer",
        },
    )
    people_expected = forms.IntegerField(
        label="How many people",
        required=False,
        min_value=0,
        max_value=500,
        widget=forms.TextInput(attrs=NUMBER),
        error_messages={
            "min_value": "How many people must be 0 or more",
            "max_value": "How many people must be 500 or fewer",
        },
    )
    people = forms.CharField(
        label="Their names",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One person a line: full name, post, email address. Post and address can be left out",
    )
    names_kept = forms.BooleanField(
        label="Show the names to the team alone, and not to the council’s organiser",
        required=False,
    )
    place = forms.ChoiceField(label="Where", required=False)
    background = forms.ChoiceField(
        label="What one of the two peers knows", required=False
    )
    strand = forms.ChoiceField(label="Which pair of peers", required=False)
    priority = forms.TypedChoiceField(
        label="How much it matters",
        choices=Need.Priority.choices,
        coerce=int,
        widget=forms.RadioSelect,
        initial=Need.Priority.NEEDED,
        help_text="If not everybody has a place in the week, these go first",
    )
    hard_to_get = forms.BooleanField(
        label="Hard to get: plan early in the week", required=False
    )
    themes = forms.MultipleChoiceField(
        label="Themes", required=False, widget=forms.CheckboxSelectMultiple
    )
    key_questions = forms.ModelMultipleChoiceField(
        label="Key questions",
        queryset=KeyQuestion.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Which of them these people help to answer. Shown to the team alone",
    )
    hypotheses = forms.ModelMultipleChoiceField(
        label="Hypotheses and lines of enquiry",
        queryset=Hypothesis.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Shown to the team alone",
    )
    questions = forms.CharField(
        label="What else the team wants to ask",
        required=False,
        max_length=900,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One a line, with no name of a person. Shown to the team alone",
    )

    def __init__(
        self,
        data: Any = None,
        *,
        member: Membership,
        need: Need | None = None,
        **options: Any,
    ) -> None:
        if need is not None:
            options["initial"] = initial_of(need)
        super().__init__(data, **options)
        self.sees_questions = reads_questions(member)
        if need is not None:
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)
        if not sees(member, Sight.KEPT_NAMES):
            del self.fields["names_kept"]
        if not self.sees_questions:
            for name in TEAMS_OWN:
                del self.fields[name]
        self._choices(member)

    def _choices(self, member: Membership) -> None:
        review = self.review = member.review
        pack = review.pack
        choose(
            self,
            "type",
            [
                CHOOSE,
                *((t.code, t.title) for t in pack.session_types if t.meets_people),
            ],
        )
        choose(
            self,
            "source_class",
            [CHOOSE, *((c.code, c.title) for c in pack.source_classes)],
        )
        agency = cast("forms.ModelChoiceField[Agency]", self.fields["agency"])
        agency.queryset = review.agencies.all()
        self.sites = {str(each.pk): each for each in review.sites.all()}
        choose(
            self,
            "place",
            [
                ("", "In any building"),
                *((key, each.title) for key, each in self.sites.items()),
                (AWAY, "Where the people are"),
            ],
        )
        choose(
            self,
            "background",
            [
                ("", "As the group of people asks for"),
                *((each, each[:1].upper() + each[1:]) for each in backgrounds(review)),
            ],
        )
        choose(
            self,
            "strand",
            [("", "Any"), *((each.code, each.title) for each in lanes_of(review))],
        )
        choose(
            self,
            "themes",
            [(t.code, f"Theme {t.number}: {t.title}") for t in pack.themes],
        )
        if self.sees_questions:
            asked = cast(
                "forms.ModelMultipleChoiceField[KeyQuestion]",
                self.fields["key_questions"],
            )
            asked.queryset = review.key_questions.all()
            if not asked.queryset:
                del self.fields["key_questions"]
            ideas = cast(
                "forms.ModelMultipleChoiceField[Hypothesis]", self.fields["hypotheses"]
            )
            ideas.queryset = review.hypotheses.all()
            if not ideas.queryset:
                del self.fields["hypotheses"]
            ideas.label_from_instance = _words_of  # type: ignore[method-assign]

    def clean_people(self) -> str:
        typed: str = self.cleaned_data["people"]
        lines = [line for line in typed.splitlines() if line.strip(" ,")]
        if len(lines) > MOST_PEOPLE:
            raise forms.ValidationError(
                f"There can be {MOST_PEOPLE} names. Say the number of people instead"
            )
        for line in lines:
            person = _person(line)
            if not person[0]:
                raise forms.ValidationError(
                    f"Enter a full name before “{line.strip()}”"
                )
        return typed

    def values(self) -> dict[str, Any]:
        given = self.cleaned_data
        place = given["place"]
        return {
            **{name: given[name] for name in FIELDS if name in given},
            "people_expected": given["people_expected"] or 0,
            "site": self.sites.get(place),
            "on_the_move": place == AWAY,
        }

    @property
    def people_given(self) -> list[tuple[str, str, str]]:
        lines = self.cleaned_data["people"].splitlines()
        return [_person(line) for line in lines if line.strip(" ,")]

    @property
    def names_kept_given(self) -> bool | None:
        return self.cleaned_data.get("names_kept")

    @property
    def asked(self) -> Asked | None:
        if not self.sees_questions:
            return None
        given = self.cleaned_data
        return Asked(
            list(given.get("key_questions", ())),
            list(given.get("hypotheses", ())),
            given["questions"],
        )


def _words_of(obj: Hypothesis) -> str:
    return str(obj.text)


def _person(line: str) -> tuple[str, str, str]:
    """Name, post and address; the address is whichever part holds an at sign."""
    parts = [each.strip() for each in line.split(",") if each.strip()]
    email = next((each for each in parts if "@" in each), "")
    name, *post = [each for each in parts if each != email] or [""]
    return name[:200], ", ".join(post)[:200], email[:254]


def initial_of(need: Need) -> dict[str, Any]:
    """What the form of a saved need begins with; compared with it when two people save."""
    given = {name: getattr(need, name) for name in FIELDS}
    return given | {
        "names_kept": need.names_kept,
        "people": "\n".join(
            ", ".join(part for part in each if part) for each in people_of_need(need)
        ),
        "place": AWAY if need.on_the_move else str(need.site_id or ""),
        "key_questions": [each.pk for each in need.key_questions.all()],
        "hypotheses": [each.pk for each in need.hypotheses.all()],
        "questions": need.questions,
        "version": need.version,
    }
