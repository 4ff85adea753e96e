"""Writing to people, changing what waits, and which kinds wait."""

from string import Template
from typing import Any, cast

from django import forms

from reviews.mail_kinds import KINDS
from reviews.models import HOST, TEAM, AccessRole, Membership, Review
from reviews.page_form import PageForm

FIELDS = ("name", "agency", "council")


class WordsForm(PageForm):
    """Subject and text of a letter, in which ``$name`` and the like are filled in for each reader."""

    subject = forms.CharField(label="Subject", max_length=200)
    text = forms.CharField(
        label="Text",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 16}),
        help_text="$name, $agency and $council are filled in for each reader. Write $$ for a dollar sign.",
    )

    def _filled_in(self, name: str) -> str:
        words: str = self.cleaned_data[name]
        template = Template(words)
        if not template.is_valid() or set(template.get_identifiers()) - set(FIELDS):
            raise forms.ValidationError(
                "Only $name, $agency and $council can be filled in. Write $$ for a dollar sign"
            )
        return words

    def clean_subject(self) -> str:
        return self._filled_in("subject")

    def clean_text(self) -> str:
        return self._filled_in("text")


class BatchForm(WordsForm):
    submit_label = "Save the draft"

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
        super().__init__(*args, **kwargs)
        self.review = review
        choices = [
            (code, f"{title} ({self._members(code).count()})")
            for code, (title, _) in READERS.items()
        ]
        cast(forms.ChoiceField, self.fields["readers"]).choices = choices

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
        label="Which mail goes by itself",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="What is not ticked waits in the outbox until you send it",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(forms.MultipleChoiceField, self.fields["by_itself"]).choices = [
            (kind.begins, kind.title) for kind in KINDS if not kind.fixed
        ]

    def rules(self) -> dict[str, bool]:
        ticked = self.cleaned_data["by_itself"]
        return {kind.begins: kind.begins in ticked for kind in KINDS if not kind.fixed}
