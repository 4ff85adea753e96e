"""Forms of documents. They save nothing."""

from __future__ import annotations

from typing import Any, cast

from django import forms

from reviews import uploads
from reviews.models import (
    HOST,
    TEAM,
    AccessRole,
    Agency,
    Document,
    DocumentRequest,
    Membership,
    Need,
    Review,
)
from reviews.page_form import DatePartsField, PageForm


def _theme_choices(review: Review) -> list[tuple[str, str]]:
    return [(each.code, f"{each.number}. {each.title}") for each in review.pack.themes]


class RequestForm(PageForm):
    """What is asked for, of whom, by when."""

    submit_label = "Save the request"

    title = forms.CharField(label="What do you ask for?", max_length=200)
    themes = forms.MultipleChoiceField(
        label="Which themes does it bear on?",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Leave all empty when it bears on every theme",
    )
    need = forms.ChoiceField(
        label="How much do peers need it?",
        choices=Need.choices,
        widget=forms.RadioSelect,
        initial=Need.SHOULD,
    )
    owner_role = forms.ChoiceField(label="Who sees to it")
    agency = forms.ModelChoiceField(
        label="Agency",
        queryset=Agency.objects.none(),
        required=False,
        empty_label="Not one agency alone",
        help_text="What agency leads are asked for without one, each answers for itself",
    )
    due_on = DatePartsField(label="Due date", help_text="For example, 18 1 2027")
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, review: Review, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        themes = cast(forms.MultipleChoiceField, self.fields["themes"])
        themes.choices = _theme_choices(review)
        owner = cast(forms.ChoiceField, self.fields["owner_role"])
        owner.choices = [
            (role.code, role.title)
            for role in review.pack.roles
            if role.access_role in HOST
        ]
        agency = cast("forms.ModelChoiceField[Agency]", self.fields["agency"])
        agency.queryset = review.agencies.all()


class NoneForm(PageForm):
    submit_label = "Save that there is none"

    because = forms.CharField(
        label="Why is there no such document?",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The team reads it. That there is none can be a finding, never a fault",
    )


class UploadForm(PageForm):
    """A file, and what has to be known of it that the request does not say."""

    submit_label = "Upload"

    file = forms.FileField(
        label="The file",
        allow_empty_file=True,
        help_text="A PDF, DOCX, XLSX, PNG or JPG, smaller than 25MB",
        widget=forms.ClearableFileInput(
            attrs={"accept": ".pdf,.docx,.xlsx,.png,.jpg,.jpeg"}
        ),
    )
    title = forms.CharField(
        label="Title",
        max_length=200,
        help_text="What the team calls it, with no name of a child or a family",
    )
    agency = forms.ModelChoiceField(
        label="Whose document is it?", queryset=Agency.objects.none()
    )
    themes = forms.MultipleChoiceField(
        label="Which themes does it bear on?",
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text="Leave all empty when it bears on every theme",
    )
    need = forms.ChoiceField(
        label="How much do peers need it?",
        choices=Need.choices,
        widget=forms.RadioSelect,
        initial=Need.REFERENCE,
    )
    looked = forms.BooleanField(
        label="I have looked through it, and it names no child and no family",
        error_messages={
            "required": "Look through the file, then say that it names no child and no family"
        },
    )

    def __init__(
        self,
        *args: Any,
        member: Membership,
        request: DocumentRequest | None = None,
        document: Document | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.member, self.request, self.document = member, request, document
        review = member.review
        themes = cast(forms.MultipleChoiceField, self.fields["themes"])
        themes.choices = _theme_choices(review)
        if request or document:
            del self.fields["title"]
        in_team = member.access_role in TEAM
        if request or document or not in_team:
            del self.fields["themes"], self.fields["need"]
        self._limit_agencies(in_team)

    def _limit_agencies(self, in_team: bool) -> None:
        field = cast("forms.ModelChoiceField[Agency]", self.fields["agency"])
        asked = self.request.agency if self.request else None
        agencies = self.member.review.agencies.all()
        self.only: Agency | None = None
        if self.document:
            self.only = self.document.agency
        elif self.member.access_role == AccessRole.PC:
            self.only = self.member.agency
        elif self.member.access_role == AccessRole.CC:
            agencies = agencies.filter(kind=Agency.Kind.COUNCIL)
            own = list(agencies[:2])
            self.only = own[0] if len(own) == 1 else None
        elif in_team:
            field.required = False
            field.empty_label = "The team’s own, or no agency’s"
        field.queryset = agencies
        if asked:
            self.initial.setdefault("agency", asked.pk)
        if self.document or self.only:
            del self.fields["agency"]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > uploads.MOST_BYTES:
            raise forms.ValidationError("The selected file must be smaller than 25MB")
        return file

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"].strip()
        review = self.member.review
        if uploads.names_a_child(title, case_reference=review.case_reference):
            raise forms.ValidationError(
                "Title must not hold a number or a birth date of a person"
            )
        return title

    def values(self) -> dict[str, Any]:
        """What the domain takes, the file apart."""
        given = self.cleaned_data
        title = given.get("title") or (
            self.request.title if self.request else str(self.document)
        )
        return {
            "title": title,
            "agency": given.get("agency") or self.only,
            "themes": given.get("themes", []),
            "need": given.get("need") or Need.REFERENCE,
        }
