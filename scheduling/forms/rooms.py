"""Forms of rooms and buildings. They save nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms

from reviews.models import Review
from reviews.pages.form import PageForm
from scheduling.models import Room, Site
from scheduling.reading.places import MAIN, Way

LONGEST_WAY = 240
NUMBER = {"class": "govuk-input--width-3", "inputmode": "numeric"}


class RoomForm(PageForm):
    submit_label = "Save the room"

    title = forms.CharField(
        label="What the room is called",
        max_length=100,
        help_text="For example, Interview room 4",
    )
    places = forms.IntegerField(
        label="Places",
        min_value=1,
        max_value=500,
        widget=forms.TextInput(attrs=NUMBER),
        help_text="How many people can be met in it, not counting the peers",
        error_messages={
            "required": "Enter how many people can be met in it",
            "min_value": "Places must be 1 or more",
            "max_value": "Places must be 500 or fewer",
        },
    )
    site = forms.ModelChoiceField(
        label="Building",
        queryset=Site.objects.none(),
        required=False,
        empty_label=MAIN,
    )
    on_the_move = forms.BooleanField(
        label="Not a room but a visit: the peers go to where the people are",
        required=False,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        review: Review,
        room: Room | None = None,
        **options: Any,
    ) -> None:
        names = ("title", "places", "site", "on_the_move", "version")
        if room is not None:
            options["initial"] = {name: getattr(room, name) for name in names}
        super().__init__(data, **options)
        if room is not None:
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)
        site = cast("forms.ModelChoiceField[Site]", self.fields["site"])
        site.queryset = review.sites.all()
        self._others = review.rooms.exclude(pk=room.pk if room else 0)

    def clean_title(self) -> str:
        title: str = self.cleaned_data["title"].strip()
        if any(
            each.title.lower() == title.lower()
            for each in self._others
            if not each.retired
        ):
            raise forms.ValidationError(
                "Another room has this name. Say which is which"
            )
        return title

    def values(self) -> dict[str, Any]:
        return {
            name: self.cleaned_data[name]
            for name in ("title", "places", "site", "on_the_move")
        }


class SiteForm(PageForm):
    submit_label = "Save the building"

    title = forms.CharField(
        label="What the building is called",
        max_length=100,
        help_text="For example, Eastside children’s centre",
    )
    address = forms.CharField(label="Address", max_length=200, required=False)

    def __init__(
        self, data: Any = None, *, site: Site | None = None, **options: Any
    ) -> None:
        if site is not None:
            options["initial"] = {
                name: getattr(site, name) for name in ("title", "address", "version")
            }
        super().__init__(data, **options)
        if site is not None:
            self.fields["version"] = forms.IntegerField(widget=forms.HiddenInput)

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("title", "address")}


class MainBuildingForm(PageForm):
    """People who are to be met read both in their message and calendar."""

    submit_label = "Save"

    title = forms.CharField(
        label="What the building is called",
        max_length=100,
        required=False,
        help_text="For example, the Town Hall",
    )
    address = forms.CharField(label="Address", max_length=200, required=False)


class TravelForm(PageForm):
    """One box for every two buildings."""

    submit_label = "Save the minutes"
    secondary = True

    def __init__(
        self, data: Any = None, *, ways: Sequence[Way], **options: Any
    ) -> None:
        super().__init__(data, **options)
        self.ways = ways
        for way in ways:
            self.fields[way.name] = forms.IntegerField(
                label=way.label,
                min_value=0,
                max_value=LONGEST_WAY,
                initial=way.minutes,
                widget=forms.TextInput(attrs=NUMBER),
                error_messages={
                    "required": f"Enter the minutes from {way.label}",
                    "min_value": f"{way.label} must be 0 minutes or more",
                    "max_value": f"{way.label} must be {LONGEST_WAY} minutes or fewer",
                },
            )

    def minutes(self) -> list[tuple[Way, int]]:
        return [(way, self.cleaned_data[way.name]) for way in self.ways]
