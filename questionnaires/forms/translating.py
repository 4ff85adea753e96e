"""Forms of the second language. They save nothing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms

from questionnaires.rules import languages
from reviews.pages.form import PageForm


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
