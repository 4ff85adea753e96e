"""Forms of documents. They save nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, cast

from django import forms

from reviews.access import Sight, sees
from reviews.apps_above import known_names
from reviews.files import uploads
from reviews.models import (
    Agency,
    Document,
    DocumentRequest,
    Membership,
    Need,
    Review,
)
from reviews.pages import say
from reviews.pages.form import DatePartsField, PageForm, choose
from reviews.reading.asked import Answer, agencies_asked, asks_each_agency
from reviews.screening import scan


class TitledForm(PageForm):
    """A form whose title everybody on the review may read, so it is screened.

    What looks like somebody's name is asked about, with a box to tick; a number or a birth date is
    refused. The box comes into the form when it is needed. ``member`` is whoever types: they are
    answered by the names that they see anyway.
    """

    BOX = "names_nobody"

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member, self.review = member, member.review
        if self.add_prefix(self.BOX) in self.data:
            self._ask()

    def _ask(self) -> None:
        self.fields[self.BOX] = forms.BooleanField(
            label="The title names no child, no family and no member of staff",
            required=False,
        )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        ticked = values.pop(self.BOX, False)
        title = values.get("title", "")
        if not title:
            return values
        marks = scan.find(
            title,
            roster=known_names.roster_for(self.member),
            case_reference=self.review.case_reference,
        )
        named = [mark for mark in marks if mark.rule in ("name", "roster name")]
        if scan.refusals(marks):
            self.add_error(
                "title",
                "Title must not hold a number, address or birth date of a person",
            )
        elif named and not ticked:
            self._ask()
            words = say.listed([f"“{title[m.start : m.end]}”" for m in named])
            self.add_error(
                "title",
                f"Title may name somebody: {words}. Say it without, or tick the box that says "
                "it names nobody",
            )
        return values


def _theme_choices(review: Review) -> list[tuple[str, str]]:
    return [(each.code, f"{each.number}. {each.title}") for each in review.pack.themes]


class RequestForm(TitledForm):
    """What is asked for, of whom, by when."""

    submit_label = "Save the request"

    title = forms.CharField(label="What do you ask for?", max_length=200)
    owner_role = forms.ChoiceField(
        label="Who should provide it?",
        help_text="A contact of an agency answers for that agency alone",
    )
    agency = forms.ModelChoiceField(
        label="Which agency?",
        queryset=Agency.objects.none(),
        required=False,
        empty_label="Every agency, or the council as a whole",
        help_text="Leave empty to ask every agency",
    )
    due_on = DatePartsField(
        label="Due date", error_messages={"required": "Enter the due date"}
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
        initial=Need.SHOULD,
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        review = self.review
        choose(self, "themes", _theme_choices(review))
        choose(
            self,
            "owner_role",
            [(role.code, role.title) for role in review.pack.roles if role.is_host],
        )
        agency = cast("forms.ModelChoiceField[Agency]", self.fields["agency"])
        agency.queryset = review.agencies.all()
        day = review.day_zero - dt.timedelta(days=28)
        self.fields["due_on"].help_text = f"For example, {say.as_typed(day)}"


class NoneForm(PageForm):
    """Who says that there is none, where somebody may say so for several, and why."""

    submit_label = "Save that there is none"

    agency = forms.ChoiceField(label="Which agency says so?", widget=forms.RadioSelect)
    because = forms.CharField(
        label="Why is there no such document?",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The team reads it, and that there is none is never a fault",
    )

    def __init__(self, *args: Any, answers: Sequence[Answer], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answers = answers
        if len(answers) == 1:
            del self.fields["agency"]
            self.initial.setdefault("because", answers[0].because)
        else:
            field = cast(forms.ChoiceField, self.fields["agency"])
            field.choices = [(_key(each), each.who) for each in answers]

    def clean_because(self) -> str:
        because: str = self.cleaned_data["because"].strip()
        if not because:
            raise forms.ValidationError(
                self.fields["because"].error_messages["required"]
            )
        return because

    @property
    def chosen(self) -> Answer:
        if len(self.answers) == 1:
            return self.answers[0]
        key = self.cleaned_data["agency"]
        return next(each for each in self.answers if _key(each) == key)


def _key(answer: Answer) -> str:
    return str(answer.agency.pk) if answer.agency else "council"


class UploadForm(TitledForm):
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
        error_messages={"required": "Enter the title"},
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
        super().__init__(*args, member=member, **kwargs)
        self.request, self.document = request, document
        review = self.review
        choose(self, "themes", _theme_choices(review))
        if request or document:
            del self.fields["title"]
        if request or document or not sees(member, Sight.EVERY_DOCUMENT):
            del self.fields["themes"], self.fields["need"]
        self._limit_agencies()

    def _limit_agencies(self) -> None:
        field = cast("forms.ModelChoiceField[Agency]", self.fields["agency"])
        asked = self.request.agency if self.request else None
        review = self.member.review
        agencies = review.agencies.all()
        each = self.request if self.request and not asked else None
        self.only: Agency | None = None
        if self.document:
            self.only = self.document.agency
        elif not sees(self.member, Sight.COUNCIL_DOCUMENTS):
            self.only = self.member.agency
        elif not sees(self.member, Sight.EVERY_DOCUMENT):
            agencies = agencies.filter(kind=Agency.Kind.COUNCIL)
            own = list(agencies[:2])
            self.only = own[0] if len(own) == 1 else None
        elif each and asks_each_agency(review, each):
            # It counts for the agency that it is from, so it has to say which.
            numbers = [agency.pk for agency in agencies_asked(review, each.owner_role)]
            agencies = agencies.filter(pk__in=numbers)
            field.label = "Which agency is it from?"
            field.empty_label = "Choose an agency"
        else:
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
            "title_unread": "title" in self.fields
            and not sees(self.member, Sight.KEPT_NAMES),
        }


class TitleForm(TitledForm):
    """How the team reads the title of a document that somebody outside it sent in."""

    submit_label = "Save the title"

    title = forms.CharField(
        label="Title for the team",
        error_messages={"required": "Enter the title"},
        max_length=200,
        help_text="Whoever sent it in goes on reading their own title",
    )
