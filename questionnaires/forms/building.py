"""Forms of a draft as a whole: how it begins, its settings, its groups. They save nothing."""

from __future__ import annotations

from typing import Any

from django import forms

from questionnaires.models import Questionnaire
from reviews import retention
from reviews.models import Review
from reviews.pages.form import PageForm, choose


class NewForm(PageForm):
    """How a questionnaire begins: with the framework's questions, or with none."""

    submit_label = "Begin the questionnaire"

    begins = forms.ChoiceField(
        label="What should it begin with?",
        widget=forms.RadioSelect,
        initial="bank",
    )
    title = forms.CharField(
        label="Title",
        max_length=200,
        required=False,
        help_text="Needed only if you begin without questions",
    )

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bank = review.pack.questionnaire
        number = len(bank.statements) + len(bank.free_texts)
        choose(
            self,
            "begins",
            [
                ("bank", f"The framework’s own {number} questions: “{bank.title}”"),
                ("empty", "No questions yet"),
            ],
        )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("begins") == "empty" and not given.get("title"):
            self.add_error("title", "Enter a title")
        return given


class SettingsForm(PageForm):
    """What stands around the questions, and what is promised."""

    submit_label = "Save the settings"

    title = forms.CharField(
        label="Title", error_messages={"required": "Enter the title"}, max_length=200
    )
    introduction = forms.CharField(
        label="Introduction",
        error_messages={"required": "Enter the introduction"},
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="People read it before they start",
    )
    free_text_hint = forms.CharField(
        label="Hint under each box for own words",
        max_length=300,
        required=False,
        help_text="One short sentence, for example Do not name any child or colleague",
    )
    target = forms.IntegerField(
        label="Share of people that you hope to hear from",
        error_messages={
            "required": "Enter the share of people that you hope to hear from"
        },
        min_value=1,
        max_value=100,
        help_text="Per cent of those invited; surveys of this kind reach 25 to 45",
    )
    most_reminders = forms.TypedChoiceField(
        label="Reminders, at most",
        error_messages={"required": "Select how many reminders, at most"},
        coerce=int,
        choices=[(n, str(n)) for n in range(Questionnaire.MOST_REMINDERS + 1)],
        help_text="They go at your press, at least 3 days apart",
    )
    remind_everybody = forms.BooleanField(
        label="Remind everybody, also those who have answered",
        required=False,
        help_text=(
            "Otherwise reminders go to those not counted in, and whoever reads a mailbox can tell "
            "that it got none. If you tick this, there is no late round: its letter would tell the "
            "same. It cannot be changed once the questionnaire is open, as people are told of it"
        ),
    )
    statements_a_page = forms.IntegerField(
        label="Statements on a page, at most",
        error_messages={"required": "Enter the statements on a page, at most"},
        min_value=1,
        max_value=8,
        help_text="Fewer are easier on a phone",
    )
    keep_addresses_days = forms.IntegerField(
        label="Days for which names and addresses are kept after the release",
        error_messages={
            "required": "Enter the days for which names and addresses are kept after the release"
        },
        min_value=retention.ADDRESSES_DAYS[0],
        max_value=retention.ADDRESSES_DAYS[1],
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, questionnaire: Questionnaire, **kwargs: Any) -> None:
        kwargs.setdefault(
            "initial",
            {name: getattr(questionnaire, name) for name in self.base_fields},
        )
        super().__init__(*args, **kwargs)


class GroupSizeForm(PageForm):
    submit_label = "Save the group size"

    k = forms.TypedChoiceField(
        label="Smallest group with results of its own",
        error_messages={
            "required": "Select the smallest group with results of its own"
        },
        coerce=int,
        choices=[
            (n, f"{n} people")
            for n in range(Questionnaire.LEAST_K, Questionnaire.MOST_K + 1)
        ],
        help_text="Below 8 people a second person of the team has to agree",
    )
