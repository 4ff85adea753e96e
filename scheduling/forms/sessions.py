"""What is typed about a session: when, where, with whom; cancelled, held."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any, cast

from django import forms
from django.db.models import Q
from django.http import QueryDict

from reviews.models import Membership, Review
from reviews.pages import merging, say
from reviews.pages.form import PageForm, choose
from reviews.pages.merging import Theirs
from scheduling.domain.week import SESSION_FIELDS, Person
from scheduling.models import Room, Session
from scheduling.rules.clashes import EARLIEST, LATEST

_TIME = re.compile(r"(\d{1,2})(?:[:.h]?(\d{2}))?\s*(am|pm|a\.m\.|p\.m\.)?", re.I)


class ClockField(forms.CharField):
    """A time of day: "9:30am", "9.30" or "14:15"."""

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "widget", forms.TextInput(attrs={"class": "govuk-input--width-5"})
        )
        super().__init__(**options)

    def prepare_value(self, value: Any) -> Any:
        return say.clock(value) if isinstance(value, dt.time) else value

    def clean(self, value: Any) -> Any:
        typed = str(super().clean(value) or "").strip().lower()
        if typed in ("midday", "noon"):
            return dt.time(12)
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
            f"{self.label} must be a time such as 9:30am or 2:15pm"
        )


CHOOSE = ("", "Choose")
NOBODY = "none"
MOST_PEOPLE = 60
PERSON = ("name", "post", "email", "agency")
# Whoever reads no more of a session than day, time, room and peers changes no more of it.
TEAMS_OWN = ("title", "type", "themes", "source_class", "people_expected")


class SessionForm(PageForm):
    """A session of the week with everybody who goes there.

    Each person whom the peers meet has four boxes. "Add another person" posts and adds four more.
    ``for_team``: somebody of the team fills it in, who may keep the names within the team.
    """

    submit_label = "Save the session"

    title = forms.CharField(
        label="What the session is",
        max_length=200,
        help_text="For example, Newly qualified social workers",
    )
    type = forms.ChoiceField(
        label="Kind of session", error_messages={"required": "Select a kind of session"}
    )
    day = forms.TypedChoiceField(
        label="Day",
        error_messages={"required": "Select a day"},
        widget=forms.RadioSelect,
        coerce=dt.date.fromisoformat,
    )
    start = ClockField(
        label="Start",
        error_messages={"required": "Enter the start"},
        help_text="For example, 9:30am or 2:15pm",
    )
    minutes = forms.IntegerField(
        label="Length in minutes",
        min_value=10,
        max_value=600,
        widget=forms.TextInput(
            attrs={"class": "govuk-input--width-3", "inputmode": "numeric"}
        ),
        help_text="Interviews take 45, focus groups 60, visits 75 to 120 with travel",
        error_messages={
            "required": "Enter the length in minutes",
            "min_value": "Length in minutes must be 10 or more",
            "max_value": "Length in minutes must be 600 or fewer",
        },
    )
    strand = forms.ChoiceField(
        label="Strand",
        error_messages={"required": "Select a strand"},
        help_text="The pair of peers that it belongs to",
    )
    room = forms.ModelChoiceField(
        label="Room",
        error_messages={"required": "Select a room"},
        queryset=Room.objects.none(),
        empty_label="Choose",
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
        help_text="Needed wherever people are met: notes name this group, or a wider one if it is small",
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
    names_kept = forms.BooleanField(
        label="Show the names below to the team alone, and not to the council’s organiser",
        required=False,
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        review: Review,
        session: Session | None = None,
        for_team: bool = True,
        **options: Any,
    ) -> None:
        more = data is not None and "more" in data
        if session is not None:
            options.setdefault("initial", initial_of(session))
        initial = options.get("initial") or {}
        if more and data is not None:
            # Not an answer yet: the page comes back as it was typed, with boxes for one more.
            options["initial"] = initial | self._as_typed(data)
        super().__init__(None if more else data, **options)
        self.review = review
        # What the team does by itself is the team's to word, and so is what looks like it.
        self.sees_names = not (session and session.is_veiled)
        if session is not None:
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)
        else:
            self.fields["peers"].help_text = "With none ticked, those of the strand go"
        if not for_team:
            del self.fields["names_kept"]
        self._choices(review, session)
        self.people = 0
        if not self.sees_names:
            for name in TEAMS_OWN:
                del self.fields[name]
        else:
            self._add_people(data, initial.get("people", ()), more=more)

    def _choices(self, review: Review, session: Session | None) -> None:
        pack = review.pack
        days = sorted(
            {
                review.day_zero - dt.timedelta(days=1),
                *review.on_site_dates,
                *([session.day] if session else []),
            }
        )
        choose(self, "day", [(d.isoformat(), say.weekday(d)) for d in days])
        choose(self, "type", [CHOOSE, *((t.code, t.title) for t in pack.session_types)])
        choose(self, "strand", [CHOOSE, *((s.code, s.title) for s in pack.strands)])
        choose(
            self,
            "themes",
            [(t.code, f"Theme {t.number}: {t.title}") for t in pack.themes],
        )
        choose(
            self,
            "source_class",
            [
                CHOOSE,
                (NOBODY, "Nobody outside the team"),
                *((c.code, c.title) for c in pack.source_classes),
            ],
        )
        room = cast("forms.ModelChoiceField[Room]", self.fields["room"])
        room.queryset = review.rooms.filter(
            Q(retired=False) | Q(pk=session.room_id if session else None)
        )
        peers = cast("forms.ModelMultipleChoiceField[Any]", self.fields["peers"])
        peers.queryset = review.team_members().select_related("user", "review")

    # The people, four boxes each

    def _add_people(
        self, data: QueryDict | None, people: Sequence[Person], *, more: bool
    ) -> None:
        given = str(data.get("people", "")) if data is not None else ""
        number = int(given) if given.isdecimal() else len(people) + 1
        self.people = min(number + more, MOST_PEOPLE)
        self.fields["people"] = forms.CharField(
            widget=forms.HiddenInput, required=False, initial=str(self.people)
        )
        self.initial["people"] = str(self.people)
        agencies = self.review.agencies.all()
        for place in range(self.people):
            person = people[place] if place < len(people) else Person("")
            boxes: dict[str, forms.Field] = {
                "name": forms.CharField(
                    label="Full name", required=False, max_length=200
                ),
                "post": forms.CharField(label="Post", required=False, max_length=200),
                "email": forms.EmailField(
                    label="Email address",
                    required=False,
                    max_length=254,
                    widget=forms.EmailInput(attrs={"autocomplete": "off"}),
                ),
                "agency": forms.ModelChoiceField(
                    label="Agency",
                    queryset=agencies,
                    required=False,
                    empty_label="Not said",
                ),
            }
            for part, box in boxes.items():
                name = f"person_{place}_{part}"
                self.fields[name] = box
                self.initial.setdefault(name, getattr(person, part))

    @staticmethod
    def _as_typed(data: QueryDict) -> dict[str, Any]:
        several = ("peers", "themes")
        return {
            name: data.getlist(name) if name in several else data[name]
            for name in data
            if name not in ("csrfmiddlewaretoken", "more")
        }

    @property
    def person_rows(self) -> list[tuple[int, list[forms.BoundField]]]:
        """(number of the person, their boxes), for the page."""
        return [
            (place + 1, [self[f"person_{place}_{part}"] for part in PERSON])
            for place in range(self.people)
        ]

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [
            self[name]
            for name in self.fields
            if not name.startswith("person_") and name != "names_kept"
        ]

    def _people(self) -> list[Person]:
        found = []
        for place in range(self.people):
            name, post, email, agency = (
                self.cleaned_data.get(f"person_{place}_{part}") for part in PERSON
            )
            if name:
                found.append(Person(name, post or "", email or "", agency))
            elif post or email or agency:
                self.add_error(f"person_{place}_name", "Enter a full name")
        return found

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        kind, heard = values.get("type"), values.get("source_class")
        if heard == NOBODY:
            values["source_class"] = ""
            if kind and self.review.pack.session_type(kind).meets_people:
                self.add_error("source_class", "Select who is heard in this session")
        self._check_hours(values.get("start"), values.get("minutes"))
        if self.sees_names:
            values["people"] = self._people()
        return values

    def _check_hours(self, start: dt.time | None, minutes: int | None) -> None:
        if start is None:
            return
        if not EARLIEST <= start < LATEST:
            self.add_error(
                "start",
                f"Start must be between {say.clock(EARLIEST)} and {say.clock(LATEST)}",
            )
        elif minutes is not None:
            begins = dt.datetime.combine(dt.date.min, start)
            ends = begins + dt.timedelta(minutes=minutes)
            if ends > dt.datetime.combine(dt.date.min, LATEST):
                self.add_error(
                    "minutes",
                    f"The session would end at {say.clock(ends)}: "
                    f"it must be over by {say.clock(LATEST)}",
                )

    @property
    def met(self) -> list[Person] | None:
        """Whom the peers meet; None where the one who fills it in is not shown them."""
        return self.cleaned_data["people"] if self.sees_names else None

    def values(self) -> dict[str, Any]:
        names = [name for name in SESSION_FIELDS if name in self.fields]
        given = {name: self.cleaned_data[name] for name in names}
        if "people_expected" in given:
            given["people_expected"] = given["people_expected"] or len(self.met or ())
        return given

    def keep_both(self, saved: Any, refusal: Exception) -> list[Theirs]:
        """As on every page; the people are one answer, and not one for each of their boxes."""
        flat = {name: value for name, value in saved.items() if name != "people"}
        words, label = self._in_words(saved), "People whom the peers meet"
        differ = (
            label in words and words[label] != self._in_words(self.cleaned_data)[label]
        )
        taken = differ and self._take_people(saved["people"])
        for name in self.fields:
            if name == "people" or name.startswith("person_"):
                flat[name] = self[name].data
        found = [
            each._replace(words=words.get(each.label, each.words))
            for each in super().keep_both(flat, refusal)
        ]
        return [*found, Theirs(label, words[label], taken)] if differ else found

    def _take_people(self, people: Sequence[Person]) -> bool:
        """Into the boxes, unless somebody was changed there; says whether."""
        before = self._seen_by_the_person()
        boxes = [name for name in self.fields if name.startswith("person_")]
        if any(
            merging.fingerprint(self.fields[name], self[name].data) != before.get(name)
            for name in boxes
        ):
            return False
        data = cast(QueryDict, self.data).copy()
        data["people"] = str(len(people) + 1)
        self.data = data
        self._add_people(data, people, more=False)
        for place in range(self.people):
            person = people[place] if place < len(people) else Person("")
            for part in PERSON:
                name = f"person_{place}_{part}"
                field = self.fields[name]
                sent = merging.as_sent(field, getattr(person, part))
                merging.put(data, self[name].html_name, field, sent)
        return True

    def _in_words(self, values: Mapping[str, Any]) -> dict[str, str]:
        pack = self.review.pack
        kinds = {each.code: each.title for each in pack.session_types}
        strands = {each.code: each.title for each in pack.strands}
        heard = {each.code: each.title for each in pack.source_classes}
        themes = [t.title for t in pack.themes if t.code in values["themes"]]
        words = {
            "What the session is": values["title"],
            "Kind of session": kinds.get(values["type"], ""),
            "Day": say.weekday(values["day"]),
            "Start": say.clock(values["start"]),
            "Length in minutes": str(values["minutes"]),
            "Strand": strands.get(values["strand"], ""),
            "Room": values["room"].title,
            "Peers who go": ", ".join(sorted(each.name for each in values["peers"])),
            "Themes": "; ".join(themes),
            "Who is heard": heard.get(values["source_class"], "Nobody"),
            "How many people are expected": str(values["people_expected"] or 0),
        }
        if self.sees_names:
            words["People whom the peers meet"] = "\n".join(
                sorted(_person_line(each) for each in values["people"])
            )
        return words


def _person_line(person: Person) -> str:
    agency = person.agency.name if person.agency else ""
    return ", ".join(filter(None, (person.name, person.post, person.email, agency)))


def initial_of(session: Session) -> dict[str, Any]:
    """What the form of a saved session begins with; compared with it when two people save."""
    given = {name: getattr(session, name) for name in SESSION_FIELDS}
    people = sorted(session.people.select_related("agency"), key=lambda row: row.name)
    return given | {
        "source_class": session.source_class or NOBODY,
        "peers": list(session.peers.all()),
        "people": [Person(row.name, row.post, row.email, row.agency) for row in people],
        "version": session.version,
    }


class CancelForm(PageForm):
    because = forms.ChoiceField(
        label="Why is it cancelled?",
        choices=Session.Because.choices,
        widget=forms.RadioSelect,
        help_text="Everybody who sees the timetable sees the reason",
    )


class HeldForm(forms.Form):
    """How many came; empty where nobody counted."""

    came = forms.IntegerField(
        label="How many came",
        required=False,
        min_value=0,
        max_value=500,
        error_messages={
            "invalid": "How many came must be a number",
            "min_value": "How many came must be 0 or more",
            "max_value": "How many came must be 500 or fewer",
        },
    )
