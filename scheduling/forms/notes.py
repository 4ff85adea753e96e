"""What is typed as a note, and put in place of words of a note."""

from __future__ import annotations

from typing import Any, cast
from uuid import uuid4

from django import forms
from django.http import QueryDict

from reviews.models import Review
from reviews.pages.form import PageForm, choose
from reviews.refusals import Refusal
from scheduling.models import Session
from scheduling.models.notebooks import Body
from scheduling.rules import marks

NOTE_LENGTH = 2000


class WordsForm(PageForm):
    """A form whose words may be refused because they may name somebody."""

    def clean_text(self) -> str:
        """What was typed, without our own marks and with one kind of line end."""
        typed = marks.plain(self.cleaned_data["text"])
        return typed.replace("\r\n", "\n").strip()

    def refuse(self, refusal: Refusal, beside: str = "") -> None:
        """Give the words back into their own box with the places marked."""
        if not isinstance(refusal, marks.NamesSomebody):
            return super().refuse(refusal, beside)
        data = cast(QueryDict, self.data).copy()
        data[self.add_prefix("text")] = marks.shown(
            self.cleaned_data["text"], refusal.marks
        )
        self.data = data
        for sentence in marks.sentences(refusal.marks):
            self.add_error(
                "text", f"{sentence} The place is marked with [[ ]]. Take it out"
            )


class NoteForm(WordsForm):
    """One point that was heard. Its kind is the button that saves it."""

    text = forms.CharField(
        label="What did you hear or see?",
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="One point a note, in your own words, without names or places",
        error_messages={"required": "Enter what you heard or saw"},
    )
    themes = forms.MultipleChoiceField(
        label="Theme",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Select at least one theme"},
    )
    line = forms.ChoiceField(label="Line of enquiry", required=False)
    ready = forms.BooleanField(
        label="Share it with the team at the next gathering", required=False
    )
    kind = forms.ChoiceField(
        label="Kind of note",
        error_messages={"required": "Save it as one of the kinds below the note"},
    )
    one_time_key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        review: Review,
        session: Session | None = None,
        body: Body | None = None,
        ready: bool = False,
        **options: Any,
    ) -> None:
        initial: dict[str, Any] = {"one_time_key": uuid4(), "ready": ready}
        if body is not None:
            initial |= {"text": body.text, "themes": body.themes, "line": body.line}
        elif session is not None and len(session.themes) <= 2:
            # With more, the session says nothing about the point; the peer does.
            initial["themes"] = session.themes
        super().__init__(data, initial=initial, **options)
        pack = review.pack
        choose(
            self,
            "themes",
            [(t.code, f"{t.number}. {t.title}") for t in pack.themes],
        )
        choose(self, "kind", [(k.code, k.title) for k in pack.note_kinds])
        choose(
            self,
            "line",
            [
                ("", "Not said"),
                *(
                    (
                        f"Theme {theme.number}",
                        [
                            (each.code, f"{each.code} {each.title}")
                            for each in theme.lines
                        ],
                    )
                    for theme in pack.themes
                ),
            ],
        )

    @property
    def line_is_open(self) -> bool:
        """Whether the line of enquiry is worth opening: one is said, or something is wrong."""
        return bool(self["line"].value() or self["line"].errors)

    @property
    def key(self) -> Any:
        return self.cleaned_data["one_time_key"] or uuid4()

    def values(self) -> dict[str, Any]:
        return {
            name: self.cleaned_data[name]
            for name in ("themes", "kind", "line", "text", "ready")
        }


class RedactForm(WordsForm):
    """Other words for a note, as a rule one that may name somebody."""

    submit_label = "Save the new words"

    text = forms.CharField(
        label="New words for the note",
        error_messages={"required": "Enter the new words for the note"},
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="The old words are overwritten and kept nowhere",
    )
    seen = forms.CharField(widget=forms.HiddenInput)
