"""Forms of the timetable and of notes. They save nothing."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import QueryDict
from django.template.defaultfilters import date as date_words

from reviews.models import TEAM, Membership, Review
from reviews.page_form import PageForm
from scheduling import marks, reading
from scheduling.domain import SESSION_FIELDS, Person
from scheduling.models import Room, Session
from scheduling.notebooks import Body

NOTE_LENGTH = 2000
_TIME = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*(am|pm|a\.m\.|p\.m\.)?", re.I)


class ClockField(forms.CharField):
    """A time of day: "9:30am", "9.30" or "14:15"."""

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "widget", forms.TextInput(attrs={"class": "govuk-input--width-5"})
        )
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dt.time):
            half = "am" if value.hour < 12 else "pm"
            return f"{value.hour % 12 or 12}:{value:%M}{half}"
        return value

    def clean(self, value: Any) -> Any:
        typed = str(super().clean(value) or "").strip().lower()
        found = _TIME.fullmatch(typed)
        if found is None:
            raise self._wrong()
        hour, minute = int(found[1]), int(found[2] or 0)
        if found[3]:
            if not 1 <= hour <= 12:
                raise self._wrong()
            hour = hour % 12 + (12 if found[3].startswith("p") else 0)
        try:
            return dt.time(hour, minute)
        except ValueError as error:
            raise self._wrong() from error

    def _wrong(self) -> forms.ValidationError:
        return forms.ValidationError(
            f"{self.label} must be a time such as 9:30am or 14:15"
        )


class PeopleField(forms.CharField):
    """One person a line: full name, post, email address, agency."""

    widget = forms.Textarea(attrs={"rows": 6})
    review: Review

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, list):
            return "\n".join(_person_line(each) for each in value)
        return value

    def clean(self, value: Any) -> Any:
        typed = str(super().clean(value) or "")
        known = reading.agencies_by_name(self.review)
        people, faults = [], []
        for number, line in enumerate(typed.splitlines(), start=1):
            if not line.strip():
                continue
            parts = [part.strip() for part in re.split(r"[,;\t]", line)]
            name, post, email, agency = (parts + [""] * 4)[:4]
            if len(parts) > 4:
                faults.append(f"Line {number} has more than four parts")
            if not name:
                faults.append(f"Line {number} has no name")
            if email and not _is_email(email):
                faults.append(
                    f"Line {number}: the third part must be an email address, "
                    "in the form name@example.org"
                )
            if agency and agency.lower() not in known:
                faults.append(f"Line {number}: no agency of this review has that name")
            people.append(Person(name, post, email, known.get(agency.lower())))
        if faults:
            raise forms.ValidationError(faults)
        return people


def _person_line(person: Person) -> str:
    agency = person.agency.name if person.agency else ""
    parts = [person.name, person.post, person.email, agency]
    while parts and not parts[-1]:
        parts.pop()
    # Commas part the entries of a line, so those of an agency's name have to go.
    return ", ".join(part.replace(",", "") for part in parts)


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True


class SessionForm(PageForm):
    """A session of the week with everybody who goes there."""

    submit_label = "Save the session"

    title = forms.CharField(
        label="What the session is",
        max_length=200,
        help_text="For example, Newly qualified social workers",
    )
    type = forms.ChoiceField(label="Kind of session")
    day = forms.TypedChoiceField(
        label="Day", widget=forms.RadioSelect, coerce=dt.date.fromisoformat
    )
    start = ClockField(label="Start", help_text="For example, 9:30am or 14:15")
    minutes = forms.IntegerField(
        label="Length in minutes",
        min_value=5,
        max_value=600,
        widget=forms.TextInput(
            attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}
        ),
        help_text="Interviews take 45, focus groups 60, visits 75 to 120 with travel",
        error_messages={
            "min_value": "Length in minutes must be 5 or more",
            "max_value": "Length in minutes must be 600 or fewer",
        },
    )
    strand = forms.ChoiceField(label="Strand")
    room = forms.ModelChoiceField(
        label="Room", queryset=Room.objects.none(), empty_label=None
    )
    peers = forms.ModelMultipleChoiceField(
        label="Peers who go",
        queryset=Membership.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Two to an interview or a group: one leads, one takes notes",
    )
    themes = forms.MultipleChoiceField(
        label="Themes", required=False, widget=forms.CheckboxSelectMultiple
    )
    source_class = forms.ChoiceField(
        label="Who is heard",
        required=False,
        help_text="Needed wherever people are heard. Notes name this group, or a wider one when it is small",
    )
    people_expected = forms.IntegerField(
        label="How many people are expected",
        required=False,
        min_value=0,
        max_value=500,
        widget=forms.TextInput(
            attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}
        ),
        error_messages={
            "min_value": "How many people are expected must be 0 or more",
            "max_value": "How many people are expected must be 500 or fewer",
        },
    )
    people = PeopleField(
        label="People whom the peers meet",
        required=False,
        help_text="One person a line: full name, post, email address, agency",
    )

    def __init__(
        self, *args: Any, review: Review, session: Session | None = None, **options: Any
    ) -> None:
        if session is not None:
            options.setdefault("initial", initial_of(session))
        super().__init__(*args, **options)
        if session is not None:
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)
        pack = review.pack
        days = sorted(
            {
                review.day_zero - dt.timedelta(days=1),
                *review.on_site_dates,
                *([session.day] if session else []),
            }
        )
        _choose(self, "day", [(d.isoformat(), date_words(d, "l j F")) for d in days])
        _choose(self, "type", [(t.code, t.title) for t in pack.session_types])
        _choose(self, "strand", [(s.code, s.title) for s in pack.strands])
        _choose(
            self,
            "themes",
            [(t.code, f"Theme {t.number}: {t.title}") for t in pack.themes],
        )
        _choose(
            self,
            "source_class",
            [("", "Nobody outside the team")]
            + [(c.code, c.title) for c in pack.source_classes],
        )
        cast(PeopleField, self.fields["people"]).review = review
        room = cast("forms.ModelChoiceField[Room]", self.fields["room"])
        room.queryset = review.rooms.all()
        peers = cast("forms.ModelMultipleChoiceField[Any]", self.fields["peers"])
        peers.queryset = review.memberships.filter(access_role__in=TEAM).select_related(
            "user", "review"
        )
        self.review = review

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        kind = values.get("type")
        if (
            kind
            and self.review.pack.session_type(kind).meets_people
            and not values.get("source_class")
            and "source_class" not in self.errors
        ):
            self.add_error("source_class", "Select who is heard in this session")
        return values

    def values(self) -> dict[str, Any]:
        given = {name: self.cleaned_data[name] for name in SESSION_FIELDS}
        given["people_expected"] = given["people_expected"] or len(
            self.cleaned_data["people"]
        )
        return given


def initial_of(session: Session) -> dict[str, Any]:
    """What the form of a saved session begins with; compared with it when two people save."""
    given = {name: getattr(session, name) for name in SESSION_FIELDS}
    people = sorted(session.people.select_related("agency"), key=lambda row: row.name)
    return given | {
        "peers": list(session.peers.all()),
        "people": [Person(row.name, row.post, row.email, row.agency) for row in people],
        "version": session.version,
    }


def saved_words(session: Session, form: SessionForm) -> dict[str, Any]:
    """The saved session in the form's own values, for showing beside what was typed."""
    return {
        name: value
        for name, value in initial_of(session).items()
        if name in form.fields
    }


def _choose(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    cast(forms.ChoiceField, form.fields[name]).choices = choices


class NoteForm(PageForm):
    """One point that was heard. Its kind is the button that saves it."""

    text = forms.CharField(
        label="What did you hear or see?",
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 7}),
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
        label="Share it with the team at the next gathering",
        required=False,
        initial=True,
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
        ready: bool = True,
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
        _choose(
            self,
            "themes",
            [(t.code, f"{t.number}. {t.title}") for t in pack.themes],
        )
        _choose(self, "kind", [(k.code, k.title) for k in pack.note_kinds])
        line = cast(forms.ChoiceField, self.fields["line"])
        line.choices = [
            ("", "Not said"),
            *(
                (
                    f"Theme {theme.number}",
                    [(each.code, f"{each.code} {each.title}") for each in theme.lines],
                )
                for theme in pack.themes
            ),
        ]

    def clean_text(self) -> str:
        return typed_text(self.cleaned_data["text"])

    @property
    def shown_fields(self) -> list[forms.BoundField]:
        return [
            self[name] for name in ("one_time_key", "text", "themes", "line", "ready")
        ]

    @property
    def key(self) -> Any:
        return self.cleaned_data["one_time_key"] or uuid4()

    def values(self) -> dict[str, Any]:
        return {
            name: self.cleaned_data[name]
            for name in ("themes", "kind", "line", "text", "ready")
        }

    def show_marks(self, refusal: marks.NamesSomebody) -> None:
        """Give the words back into their own box with the places marked."""
        show_marks(self, refusal)


class RedactForm(PageForm):
    """Other words for a note that may name somebody."""

    submit_label = "Save these words instead"
    secondary = True

    text = forms.CharField(
        label="The note without what gives somebody away",
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="The old words are overwritten and kept nowhere",
    )
    seen = forms.CharField(widget=forms.HiddenInput)

    def clean_text(self) -> str:
        return typed_text(self.cleaned_data["text"])

    def show_marks(self, refusal: marks.NamesSomebody) -> None:
        show_marks(self, refusal)


def typed_text(given: str) -> str:
    """What was typed, without our own marks and with one kind of line end."""
    return marks.plain(given).replace("\r\n", "\n").strip()


def show_marks(form: PageForm, refusal: marks.NamesSomebody) -> None:
    data = cast(QueryDict, form.data).copy()
    data[form.add_prefix("text")] = marks.shown(
        form.cleaned_data["text"], refusal.marks
    )
    form.data = data
    for sentence in marks.sentences(refusal.marks):
        form.add_error(
            "text", f"{sentence} The place is marked with [[ ]]. Take it out"
        )
