"""Forms of planning the week. They save nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast

from django import forms

from reviews.models import Membership, Review
from reviews.pages import say
from reviews.pages.form import PageForm, choose
from scheduling.domain.plans import WEIGHTS
from scheduling.forms.sessions import ClockField
from scheduling.models import Session, WeekPlan
from scheduling.reading.availability import Group
from scheduling.solver.problem import Weights

# In the words of a manager, in the order of the page.
PREFERENCES = {
    "even_load": "Every peer has about as much to do",
    "pairs_kept": "Pairs of peers stay together",
    "agency_together": "One agency’s people are met close together",
    "themes_spread": "Themes are spread over the week",
    "spare_slot": "Each strand keeps a slot spare on the last full day",
    "few_journeys": "Peers travel little",
}
HOW_MUCH = (
    ("0", "Not at all"),
    ("1", "A little"),
    ("3", "Somewhat"),
    ("6", "Much"),
    ("8", "Very much"),
)
LONG = ((10, "10 seconds"), (30, "30 seconds"), (60, "1 minute"))


def _nearest(weight: int) -> str:
    return min(
        (value for value, _ in HOW_MUCH), key=lambda each: abs(int(each) - weight)
    )


class PlanForm(PageForm):
    """What the worker is asked for. The last weights stand in it again."""

    submit_label = "Make a proposal"

    kind = forms.ChoiceField(
        label="What should it do?",
        choices=WeekPlan.Kind.choices,
        widget=forms.RadioSelect,
    )
    seconds = forms.TypedChoiceField(
        label="How long may planning the whole week take?",
        choices=LONG,
        coerce=int,
        initial=30,
        help_text="It can be stopped at any time, and keeps the best that it has found",
    )
    choice_hints = {
        "kind": {
            "whole": "Sessions may go anywhere that the rules allow, unless they are pinned",
            "mend": "For when somebody drops out: what still fits stays where it is",
        }
    }

    def __init__(
        self, data: Any = None, *, weights: dict[str, int], kind: str, **options: Any
    ) -> None:
        options["initial"] = {"kind": kind}
        super().__init__(data, **options)
        usual = Weights()
        for name in WEIGHTS:
            weight = weights.get(name, getattr(usual, name))
            self.fields[name] = forms.TypedChoiceField(
                label=PREFERENCES[name],
                choices=HOW_MUCH,
                coerce=int,
                initial=_nearest(weight),
                error_messages={
                    "required": f"Select an answer to “{PREFERENCES[name]}”"
                },
            )

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [self["kind"], self["seconds"]]

    @property
    def preferences(self) -> list[forms.BoundField]:
        return [self[name] for name in WEIGHTS]

    @property
    def weights(self) -> dict[str, int]:
        return {name: self.cleaned_data[name] for name in WEIGHTS}


class AwayForm(PageForm):
    """A time that is not free: of a peer, a room, a building or the people of a session."""

    submit_label = "Add this time"

    whose = forms.ChoiceField(label="Who or what is not free?")
    day = forms.TypedChoiceField(
        label="Day",
        error_messages={"required": "Select a day"},
        coerce=dt.date.fromisoformat,
    )
    begins = ClockField(
        label="From",
        help_text="For example, 9am",
        error_messages={"required": "Enter the time from which"},
    )
    ends = ClockField(
        label="Until",
        help_text="For example, 12:30pm",
        error_messages={"required": "Enter the time until which"},
    )

    def __init__(
        self,
        data: Any = None,
        *,
        review: Review,
        groups: Sequence[Group],
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        every = [each for group in groups for each in group.choices]
        self.by_key = {each.key: each.subject for each in every}
        choices: list[Any] = [("", "Choose")]
        for group in groups:
            named = [(each.key, each.words) for each in group.choices]
            choices.append((group.label, named))
        whose = cast(forms.ChoiceField, self.fields["whose"])
        whose.choices = choices
        if all(isinstance(each.subject, Session) for each in every):
            whose.label = "Who is not free?"
        if len(every) == 1:
            # There is nothing to choose: a peer's own times, or an agency's only session.
            whose.initial = every[0].key
            if isinstance(every[0].subject, Membership):
                whose.widget = forms.HiddenInput()
        choose(
            self,
            "day",
            [
                ("", "Choose"),
                *((day.isoformat(), say.weekday(day)) for day in review.on_site_dates),
            ],
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        begins, ends = values.get("begins"), values.get("ends")
        if begins and ends and ends <= begins:
            self.add_error("ends", f"Until must be later than {say.clock(begins)}")
        return values

    def values(self) -> dict[str, Any]:
        given = {name: self.cleaned_data[name] for name in ("day", "begins", "ends")}
        return {**given, "whose": self.by_key[self.cleaned_data["whose"]]}
