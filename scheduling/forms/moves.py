"""Forms that move sessions. They save nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any, cast

from django import forms
from django.db.models import Q
from django.http import QueryDict

from reviews.models import Review
from reviews.pages import say
from reviews.pages.form import PageForm, choose
from scheduling.forms.sessions import ClockField
from scheduling.models import Room, Session


class MoveForm(PageForm):
    """Any day, time, strand and room, free or not."""

    submit_label = "Move it there"

    day = forms.TypedChoiceField(
        label="Day",
        error_messages={"required": "Select a day"},
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
        error_messages={
            "required": "Enter the length in minutes",
            "min_value": "Length in minutes must be 10 or more",
            "max_value": "Length in minutes must be 600 or fewer",
        },
    )
    strand = forms.ChoiceField(
        label="Strand",
        error_messages={"required": "Select a strand"},
        help_text="Another strand brings its own pair of peers",
    )
    room = forms.ModelChoiceField(
        label="Room",
        error_messages={"required": "Select a room"},
        queryset=Room.objects.none(),
        empty_label=None,
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        session: Session,
        days: list[dt.date],
        **options: Any,
    ) -> None:
        options.setdefault(
            "initial",
            {
                "day": session.day.isoformat(),
                "start": session.start,
                "minutes": session.minutes,
                "strand": session.strand,
                "room": session.room_id,
                "version": session.version,
            },
        )
        super().__init__(data, **options)
        review = session.review
        dates = sorted({*days, session.day})
        choose(self, "day", [(d.isoformat(), say.weekday(d)) for d in dates])
        choose(self, "strand", [(s.code, s.title) for s in review.pack.strands])
        room = cast("forms.ModelChoiceField[Room]", self.fields["room"])
        room.queryset = review.rooms.filter(Q(retired=False) | Q(pk=session.room_id))


class DropForm(forms.Form):
    """What a drag says: a day, a time and the column; and the version that was dragged."""

    day = forms.DateField()
    start = forms.TimeField(input_formats=["%H:%M"])
    version = forms.IntegerField()
    by = forms.ChoiceField(
        choices=[("", ""), ("room", ""), ("peer", "")], required=False
    )
    lane = forms.CharField(required=False, max_length=20)
    lane_before = forms.CharField(required=False, max_length=20)


class RoomsForm(PageForm):
    """Another room for every session of one room, on one day or all."""

    submit_label = "Change the room"

    room = forms.ModelChoiceField(
        label="Sessions in",
        queryset=Room.objects.none(),
        empty_label="Choose",
        error_messages={"required": "Select the room that they are in now"},
    )
    day = forms.TypedChoiceField(
        label="On",
        required=False,
        coerce=dt.date.fromisoformat,
        empty_value=None,
    )
    to = forms.ModelChoiceField(
        label="Move to",
        queryset=Room.objects.none(),
        empty_label="Choose",
        error_messages={"required": "Select the room that they move to"},
    )

    def __init__(
        self, data: QueryDict | None = None, *, review: Review, days: list[dt.date]
    ) -> None:
        super().__init__(data)
        for name in ("room", "to"):
            field = cast("forms.ModelChoiceField[Room]", self.fields[name])
            rooms = review.rooms.all()
            field.queryset = rooms.filter(retired=False) if name == "to" else rooms
        choose(
            self,
            "day",
            [("", "Every day"), *((d.isoformat(), say.weekday(d)) for d in days)],
        )
