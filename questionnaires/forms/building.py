"""Forms of what a draft asks: settings, sections, questions, languages. They save nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast

from django import forms

from questionnaires import languages
from questionnaires.asking import LARGEST
from questionnaires.domain.building import MOST_OPTIONS, Asked
from questionnaires.models import Question, Questionnaire, Section
from reviews import retention
from reviews.models import Review
from reviews.page_form import PageForm

Kind = Question.Kind


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
        field = cast(forms.ChoiceField, self.fields["begins"])
        field.choices = [
            ("bank", f"The framework’s own {number} questions: “{bank.title}”"),
            ("empty", "No questions yet"),
        ]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if given.get("begins") == "empty" and not given.get("title"):
            self.add_error("title", "Enter a title")
        return given


class SettingsForm(PageForm):
    """What stands around the questions, and what is promised."""

    submit_label = "Save the settings"

    title = forms.CharField(label="Title", max_length=200)
    introduction = forms.CharField(
        label="Introduction",
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
        min_value=1,
        max_value=100,
        help_text="Per cent of those invited; surveys of this kind reach 25 to 45",
    )
    most_reminders = forms.TypedChoiceField(
        label="Reminders, at most",
        coerce=int,
        choices=[(n, str(n)) for n in range(Questionnaire.MOST_REMINDERS + 1)],
        help_text="They go at your press, at least 3 days apart",
    )
    statements_a_page = forms.IntegerField(
        label="Statements on a page, at most",
        min_value=1,
        max_value=8,
        help_text="Fewer are easier on a phone",
    )
    keep_addresses_days = forms.IntegerField(
        label="Days for which names and addresses are kept after the release",
        min_value=retention.ADDRESSES_DAYS[0],
        max_value=retention.ADDRESSES_DAYS[1],
    )
    keep_words_weeks = forms.IntegerField(
        label="Weeks for which comments are kept after the visit begins",
        min_value=retention.WORDS_WEEKS[0],
        max_value=retention.WORDS_WEEKS[1],
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
        coerce=int,
        choices=[
            (n, f"{n} people")
            for n in range(Questionnaire.LEAST_K, Questionnaire.MOST_K + 1)
        ],
        help_text="Below 8 people a second person of the team has to agree",
    )


class SectionForm(PageForm):
    submit_label = "Save the section"

    title = forms.CharField(
        label="Title", max_length=200, help_text="The heading of its pages"
    )
    introduction = forms.CharField(
        label="Why you ask",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="A sentence at the top of its pages",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class KindForm(PageForm):
    """The first step of a new question: what its answers look like decides the second."""

    submit_label = "Continue"

    kind = forms.ChoiceField(
        label="What kind of answer do you want?",
        widget=forms.RadioSelect,
        choices=Kind.choices,
    )


class QuestionForm(PageForm):
    """One question of a kind that is settled. Fields that its kind has no use for are not there."""

    submit_label = "Save the question"

    text = forms.CharField(
        label="Question",
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
    section = forms.TypedChoiceField(label="Section", coerce=int)
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
        if kind not in Question.CHOICES:
            del self.fields["answers"]
        if kind != Kind.NUMBER:
            del self.fields["groups"]
        if kind != Kind.STATEMENT:
            del self.fields["reversed"]
        else:
            self.fields["text"].label = "Statement"
        themes = questionnaire.review.pack.themes
        field = cast(forms.ChoiceField, self.fields["theme"])
        field.choices = [
            ("", "No theme"),
            *((theme.code, f"{theme.number} {theme.title}") for theme in themes),
        ]
        chooser = cast(forms.TypedChoiceField, self.fields["section"])
        chooser.choices = [
            (each.pk, each.title) for each in questionnaire.sections.all()
        ]

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
        known = {
            each["label"]: each["code"]
            for each in (self.question.options if self.question else [])
        }
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
        field = cast(forms.ChoiceField, self.fields["on"])
        field.choices = [
            ("", "None: everybody is asked"),
            *((each.code, each.text) for each in earlier),
        ]


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
        cast(forms.MultipleChoiceField, self.fields["answers"]).choices = list(options)


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
        cast(forms.MultipleChoiceField, self.fields["codes"]).choices = list(choices)


class LanguageForm(PageForm):
    submit_label = "Save the language"

    language = forms.ChoiceField(
        label="Second language",
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("", "None, English only"),
            *((code, f"{name} ({own})") for code, name, own, _ in languages.LANGUAGES),
        ],
        help_text="People can switch between the two on every page",
    )


class TranslationForm(PageForm):
    """All texts of the questionnaire, each with a box for it in the second language."""

    submit_label = "Save the translation"

    def __init__(
        self, *args: Any, texts: Iterable[tuple[str, str, str, int]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for key, words, translated, longest in texts:
            long = longest > 200 or len(words) > 80
            self.fields[key] = forms.CharField(
                label=words,
                required=False,
                initial=translated,
                max_length=longest,
                widget=forms.Textarea(attrs={"rows": 2}) if long else forms.TextInput(),
            )
