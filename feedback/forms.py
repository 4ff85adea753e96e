"""Forms of findings, excerpts and the report's words. Nothing is saved here."""

from __future__ import annotations

from typing import Any

from django import forms

from feedback.domain.findings import NamesSomebody, RepeatsItWhole, TooCloseToTheSource
from feedback.models import Finding
from feedback.reading.desk import SectionRow
from feedback.rules.wording import BY_CHANCE, LONGEST_QUOTE
from reviews.evidence_item import Kind
from reviews.models import Review
from reviews.pages.form import PageForm, choose
from reviews.refusals import Refusal


class TellingForm(PageForm):
    """A form whose texts may be refused because they identify somebody."""

    def refuse(self, refusal: Refusal, beside: str = "") -> None:
        """Say beside each box what was found; the text stays in the box and nowhere else."""
        if not isinstance(refusal, NamesSomebody):
            return super().refuse(refusal, beside)
        for name, sentences in refusal.fields.items():
            for sentence in sentences:
                self.add_error(name, sentence)


class FindingForm(TellingForm):
    submit_label = "Save finding"

    theme = forms.ChoiceField(
        label="Theme",
        error_messages={"required": "Select a theme"},
        widget=forms.RadioSelect,
    )
    kind = forms.ChoiceField(
        label="Kind",
        error_messages={"required": "Select a kind"},
        choices=Finding.Type.choices,
        widget=forms.RadioSelect,
    )
    title = forms.CharField(
        label="Title",
        error_messages={"required": "Enter the title"},
        max_length=120,
        help_text="A line that says the finding, as in “A front door that is calm and quick”",
    )
    text = forms.CharField(
        label="What the team found",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text="Evidence before opinion, without names or posts that one person holds",
    )
    consider = forms.CharField(
        label="What you ask the council to consider",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="For areas for further consideration; it is printed again in the appendix",
    )
    key_questions = forms.TypedMultipleChoiceField(
        label="Key questions that it helps to answer",
        required=False,
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(
            self,
            "theme",
            [(t.code, f"{t.number}. {t.title}") for t in review.pack.themes],
        )
        questions = [(q.number, q.text) for q in review.key_questions.all()]
        if questions:
            choose(self, "key_questions", questions)
        else:
            del self.fields["key_questions"]

    def values(self) -> dict[str, Any]:
        names = ("theme", "kind", "title", "text", "consider")
        values = {name: self.cleaned_data[name] for name in names}
        return {**values, "key_questions": self.cleaned_data.get("key_questions", [])}

    @staticmethod
    def initial_of(finding: Finding) -> dict[str, Any]:
        names = (
            "theme",
            "kind",
            "title",
            "text",
            "consider",
            "key_questions",
            "version",
        )
        return {name: getattr(finding, name) for name in names}


class ExcerptForm(TellingForm):
    submit_label = "Propose this excerpt"

    finding = forms.ChoiceField(
        label="Finding", error_messages={"required": "Select a finding"}
    )
    text = forms.CharField(
        label="In the team’s own words",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=(
            f"No more than {BY_CHANCE} words in a row may be the same, "
            f"or {LONGEST_QUOTE} where 3 or more sources said it"
        ),
    )
    against = forms.BooleanField(
        label="It speaks against the finding",
        required=False,
    )
    # Of the evidence: it is found by it, should notes be mixed anew meanwhile.
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        findings: list[tuple[str, str]],
        kind: Kind = Kind.NOTE,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if kind == Kind.RESULT:
            self.submit_label = "Put it under this finding"
            self.fields["text"].help_text = "What the figures say, in a sentence or two"
        elif kind == Kind.CASE:
            self.fields[
                "text"
            ].help_text = f"No more than {LONGEST_QUOTE} words in a row may be the same"
        choices = [("", "Choose a finding"), *findings]
        choose(self, "finding", choices)

    def refuse(self, refusal: Refusal, beside: str = "") -> None:
        of_words = isinstance(refusal, TooCloseToTheSource | RepeatsItWhole)
        super().refuse(refusal, "text" if of_words else beside)


class SectionForm(TellingForm):
    submit_label = "Save these words"

    text = forms.CharField(
        label="The team’s words",
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text="Leave an empty line between paragraphs",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    @staticmethod
    def initial_of(row: SectionRow) -> dict[str, Any]:
        return {"text": row.text, "version": row.version}


class AgreeForm(TellingForm):
    """The leader's word on the words that stand on the page, with a reason where one is needed."""

    submit_label = "Agree this finding"

    version = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Why should it be printed on one kind of source?",
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept with the finding for the team, and not printed",
        error_messages={
            "required": "Enter why it should be printed on one kind of source"
        },
    )

    def __init__(self, *args: Any, needs_reason: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_reason:
            del self.fields["reason"]
