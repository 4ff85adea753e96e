"""Forms of a question: its kind, its words, of whom it is asked. They save nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from questionnaires.domain.questions import MOST_OPTIONS, Asked
from questionnaires.models import Question, Questionnaire, Section
from questionnaires.rules.kinds import KINDS, LARGEST
from reviews.pages.form import PageForm, choose

# Each kind has at most one of these: what its entry names.
OF_SOME_KINDS = ("answers", "groups", "reversed")


class KindForm(PageForm):
    """The first step of a new question: what its answers look like decides the second."""

    submit_label = "Continue"
    method = "get"

    kind = forms.ChoiceField(
        label="What kind of answer do you want?",
        widget=forms.RadioSelect,
        choices=Question.Kind.choices,
        error_messages={"required": "Select a kind of answer"},
    )
    # Without an answer the address would be that of a page nobody has answered yet.
    asked = forms.CharField(widget=forms.HiddenInput, initial="1", required=False)


class QuestionForm(PageForm):
    """One question of a kind that is settled. Fields that its kind has no use for are not there."""

    submit_label = "Save the question"

    text = forms.CharField(
        label="Question",
        error_messages={"required": "Enter the question"},
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    hint = forms.CharField(
        label="Hint",
        max_length=200,
        required=False,
        help_text="One short sentence without a full stop",
    )
    answers = forms.CharField(
        label="Answers to choose from",
        error_messages={"required": "Enter the answers to choose from"},
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=f"One a line, 2 to {MOST_OPTIONS} of them",
    )
    groups = forms.CharField(
        label="Where each group of numbers begins",
        max_length=200,
        help_text="For example 0, 10, 20: results say how many answered in each group",
    )
    theme = forms.ChoiceField(label="Theme", required=False)
    section = forms.TypedChoiceField(
        label="Section", error_messages={"required": "Select a section"}, coerce=int
    )
    required = forms.BooleanField(
        label="It has to be answered",
        required=False,
        help_text="Most people answer more when little is required",
    )
    reversed = forms.BooleanField(
        label="Agreeing is the unfavourable answer", required=False
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        kind: str,
        questionnaire: Questionnaire,
        section: Section,
        question: Question | None = None,
        **kwargs: Any,
    ) -> None:
        self.kind, self.question = kind, question
        kwargs.setdefault("initial", _initial(question, section))
        super().__init__(*args, **kwargs)
        for name in OF_SOME_KINDS:
            if name != KINDS[kind].field:
                del self.fields[name]
        self.fields["text"].label = KINDS[kind].called
        themes = questionnaire.review.pack.themes
        choose(
            self,
            "theme",
            [
                ("", "No theme"),
                *((theme.code, f"{theme.number} {theme.title}") for theme in themes),
            ],
        )
        choose(
            self,
            "section",
            [(each.pk, each.title) for each in questionnaire.sections.all()],
        )

    def clean_answers(self) -> list[dict[str, str]]:
        lines = [
            " ".join(line.split()) for line in self.cleaned_data["answers"].splitlines()
        ]
        labels = [line for line in lines if line]
        if not 2 <= len(labels) <= MOST_OPTIONS:
            raise forms.ValidationError(
                f"Enter 2 to {MOST_OPTIONS} answers, one a line"
            )
        if len({label.lower() for label in labels}) < len(labels):
            raise forms.ValidationError("Each answer must be different from the others")
        if any(len(label) > 120 for label in labels):
            raise forms.ValidationError("Each answer must be 120 characters or fewer")
        before = self.question.options if self.question else []
        known = {each["label"]: each["code"] for each in before}
        # Other words in the same place are the same answer, on which questions may depend.
        for label, each in zip(labels, before, strict=False):
            if label not in known and each["label"] not in labels:
                known[label] = each["code"]
        free = iter(
            code for code in "abcdefghijklmnop" if code not in set(known.values())
        )
        return [
            {"code": known.get(label) or next(free), "label": label} for label in labels
        ]

    def clean_groups(self) -> list[dict[str, Any]]:
        words = self.cleaned_data["groups"].replace(",", " ").split()
        if not all(word.isascii() and word.isdigit() for word in words):
            raise forms.ValidationError("Enter whole numbers, for example 0, 10, 20")
        begins = [int(word) for word in words]
        if not 2 <= len(begins) <= MOST_OPTIONS or begins[0] != 0:
            raise forms.ValidationError(
                f"Enter 2 to {MOST_OPTIONS} numbers, the first of them 0"
            )
        if begins != sorted(set(begins)) or begins[-1] > LARGEST:
            raise forms.ValidationError(
                f"Each number must be larger than the one before, up to {LARGEST:,}"
            )
        ends = [*(begin - 1 for begin in begins[1:]), None]
        return [
            {"code": f"g{begin}", "label": _group(begin, end), "least": begin}
            for begin, end in zip(begins, ends, strict=True)
        ]

    @property
    def asked(self) -> Asked:
        given = self.cleaned_data
        return Asked(
            kind=self.kind,
            text=" ".join(given["text"].split()),
            hint=given["hint"],
            theme=given["theme"],
            required=given["required"],
            reversed=given.get("reversed", False),
            options=given.get("answers") or given.get("groups") or [],
            condition=self.question.condition if self.question else {},
        )


def _group(begin: int, end: int | None) -> str:
    if end is None:
        return f"{begin} and over"
    return str(begin) if begin == end else f"{begin} to {end}"


def _initial(question: Question | None, section: Section) -> dict[str, Any]:
    if question is None:
        return {"section": section.pk}
    return {
        "text": question.text,
        "hint": question.hint,
        "theme": question.theme,
        "section": section.pk,
        "required": question.required,
        "reversed": question.reversed,
        "answers": "\n".join(each["label"] for each in question.options),
        "groups": ", ".join(str(each.get("least", "")) for each in question.options),
        "version": question.version,
    }


class DependsOnForm(PageForm):
    """The first step of a condition: on which earlier question it depends."""

    submit_label = "Continue"
    method = "get"

    on = forms.ChoiceField(
        label="Which question decides whether this one is asked?", required=False
    )

    def __init__(self, *args: Any, earlier: Iterable[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(
            self,
            "on",
            [
                ("", "None: everybody is asked"),
                *((each.code, each.text) for each in earlier),
            ],
        )


class ConditionForm(PageForm):
    """The second step: after which answers it is asked."""

    submit_label = "Save"

    answers = forms.MultipleChoiceField(
        label="Ask it only of people who answered",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one answer"},
    )

    def __init__(
        self, *args: Any, options: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "answers", list(options))


class BankForm(PageForm):
    submit_label = "Add these questions"

    codes = forms.MultipleChoiceField(
        label="Questions of the framework that are not asked yet",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one question"},
    )

    def __init__(
        self, *args: Any, choices: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        choose(self, "codes", list(choices))
