"""Writing to people, changing what waits, and which kinds wait."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms

from reviews.mail.kinds import KINDS
from reviews.models import HOST, TEAM, AccessRole, Membership, Review
from reviews.pages import say
from reviews.pages.form import PageForm, choose

# What may be filled in for each reader, in the words of the hint.
PLACEHOLDERS = {
    "name": "the reader’s name",
    "agency": "the reader’s agency",
    "council": "the council’s name",
    "sessions": "what to tell people whom sessions name",
    "meetings": "the reader’s own meetings",
    "answer": "the reader’s own link to answer",
    "expect": "what to expect, for whoever is told for the first time",
}
FOR_EVERYBODY = ("name", "agency", "council")
# A dollar sign before a word; one before a number is money and stays.
_NAMED = re.compile(r"\$\{?([A-Za-z_]+)\}?")


class WordsForm(PageForm):
    """Subject and text of a letter, in which ``$name`` and the like are filled in for each reader.

    ``known``: which of them.
    """

    subject = forms.CharField(
        label="Subject",
        error_messages={"required": "Enter the subject"},
        max_length=200,
    )
    text = forms.CharField(
        label="Text",
        error_messages={"required": "Enter the text"},
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 16}),
    )

    def __init__(self, *args: Any, known: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = [name for name in PLACEHOLDERS if name in known]
        if self.known:
            first, *others = (f"${name} becomes {PLACEHOLDERS[name]}" for name in known)
            rest = [each.replace(" becomes", "") for each in others]
            self.fields["text"].help_text = say.listed([first, *rest])

    def _filled_in(self, name: str) -> str:
        words: str = self.cleaned_data[name]
        unknown = [
            each
            for each in _NAMED.findall(words)
            if self.known and each not in self.known
        ]
        if unknown:
            listed = say.listed([f"${each}" for each in self.known])
            raise forms.ValidationError(
                f"“${unknown[0]}” cannot be filled in, only {listed} can"
            )
        return words

    def clean_subject(self) -> str:
        return self._filled_in("subject")

    def clean_text(self) -> str:
        return self._filled_in("text")


class BatchForm(WordsForm):
    submit_label = "Save the draft"
    secondary = True

    version = forms.IntegerField(widget=forms.HiddenInput)


READERS = {
    "team": ("The peer team", TEAM),
    "council": ("Sponsor and contacts at the council", (AccessRole.CS, AccessRole.CC)),
    "agencies": ("Contacts of the agencies", (AccessRole.PC,)),
    "hosts": ("Everybody at the council and its agencies", HOST),
    "all": ("Everybody on this review", (*TEAM, *HOST)),
}


class AnnouncementForm(WordsForm):
    submit_label = "Write the drafts"
    field_order = ("readers", "subject", "text")

    readers = forms.ChoiceField(label="Who should have it", widget=forms.RadioSelect)

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, known=FOR_EVERYBODY, **kwargs)
        self.review = review
        choices = [
            (code, f"{title} ({self._members(code).count()})")
            for code, (title, _) in READERS.items()
        ]
        choose(self, "readers", choices)

    def _members(self, code: str) -> Any:
        return self.review.memberships.filter(
            access_role__in=READERS[code][1], user__is_active=True
        )

    def members(self) -> list[Membership]:
        chosen = self._members(self.cleaned_data["readers"])
        return list(chosen.select_related("user", "agency", "review"))


class MailRulesForm(PageForm):
    submit_label = "Save"

    by_itself = forms.MultipleChoiceField(
        label="Which mail goes without waiting for you?",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="What is not ticked waits in the outbox until you send it",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choose(
            self,
            "by_itself",
            [
                (kind.begins, f"{kind.title}: {kind.about[:1].lower()}{kind.about[1:]}")
                for kind in KINDS
                if not kind.fixed
            ],
        )

    def rules(self) -> dict[str, bool]:
        ticked = self.cleaned_data["by_itself"]
        return {kind.begins: kind.begins in ticked for kind in KINDS if not kind.fixed}
