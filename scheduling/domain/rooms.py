"""What can be done to rooms, buildings and the minutes between them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from reviews.models import Membership, Review, User
from reviews.pages import say
from reviews.pages.concurrency import save_if_unchanged
from reviews.refusals import Refusal
from reviews.trail import audit
from scheduling.domain import week
from scheduling.models import MainBuilding, Room, Site, Travel
from scheduling.reading.places import Way, when
from scheduling.reading.sessions import veiled

NAMED_AT_MOST = 3
MOST_SITES = 12
ROOM_FIELDS = ("title", "places", "site", "on_the_move")
SITE_FIELDS = ("title", "address")


class RoomInUse(Refusal):
    def __init__(self, room: Room, sessions: Iterable[str]) -> None:
        super().__init__(
            f"{room.title} is in use: {_named(sessions)}. Move or cancel these sessions first."
        )


class NameTaken(Refusal):
    def __init__(self, room: Room) -> None:
        super().__init__(
            f"Another room is called {room.title} by now. Give that one another name first."
        )


class SiteInUse(Refusal):
    def __init__(self, site: Site, rooms: Iterable[str]) -> None:
        super().__init__(
            f"{site.title} has rooms: {_named(rooms)}. Put them in another building first."
        )


class TooManySites(Refusal):
    sentence = (
        f"There can be {MOST_SITES} buildings besides the main one, and there are. "
        "Take one out first."
    )


def _named(words: Iterable[str]) -> str:
    names = list(words)
    if len(names) > NAMED_AT_MOST:
        more = say.counted(len(names) - NAMED_AT_MOST, "other")
        names = [*names[:NAMED_AT_MOST], more]
    return say.listed(names)


@transaction.atomic
def add_room(
    *, review: Review, values: Mapping[str, Any], by: User, at: dt.datetime
) -> Room:
    Review.objects.lock(review.pk)
    # The framework's rooms first, so that no code is taken twice.
    week.ensure_rooms(review=review)
    taken = set(review.rooms.values_list("code", flat=True))
    number = 1
    while f"X{number:02d}" in taken:
        number += 1
    room = Room.objects.create(review=review, code=f"X{number:02d}", **values)
    _record("timetable.room_added", review, room.code, by=by, at=at)
    return room


@transaction.atomic
def change_room(
    *, room: Room, version: int, values: Mapping[str, Any], by: User, at: dt.datetime
) -> None:
    """Raises ChangedMeanwhile."""
    for name in ROOM_FIELDS:
        setattr(room, name, values[name])
    save_if_unchanged(room, version=version, fields=ROOM_FIELDS)
    _record("timetable.room_changed", room.review, room.code, by=by, at=at)


@transaction.atomic
def retire_room(*, room: Room, member: Membership, at: dt.datetime) -> None:
    """Take it out of the list; it can be put back.

    Raises RoomInUse, which names sessions as ``member`` reads them.
    """
    Review.objects.lock(room.review_id)
    held = [
        f"“{each.title}” on {when(each)}"
        for each in veiled(member, room.sessions.filter(cancelled=False))
    ]
    if held:
        raise RoomInUse(room, held)
    if Room.objects.filter(pk=room.pk, retired=False).update(retired=True):
        _record("timetable.room_retired", room.review, room.code, by=member.user, at=at)


@transaction.atomic
def restore_room(*, room: Room, by: User, at: dt.datetime) -> None:
    """Raises NameTaken."""
    Review.objects.lock(room.review_id)
    others = Room.objects.filter(review=room.review_id, retired=False)
    taken = {each.title.lower() for each in others.exclude(pk=room.pk)}
    if room.title.lower() in taken:
        raise NameTaken(room)
    if Room.objects.filter(pk=room.pk, retired=True).update(retired=False):
        _record("timetable.room_restored", room.review, room.code, by=by, at=at)


@transaction.atomic
def add_site(
    *, review: Review, values: Mapping[str, Any], by: User, at: dt.datetime
) -> Site:
    """Raises TooManySites."""
    Review.objects.lock(review.pk)
    if review.sites.count() >= MOST_SITES:
        raise TooManySites
    site = Site.objects.create(review=review, **values)
    _record("timetable.site_added", review, site.pk, by=by, at=at)
    return site


@transaction.atomic
def set_main_building(
    *, review: Review, values: Mapping[str, Any], by: User, at: dt.datetime
) -> None:
    """Its name and address, for messages to people who come there."""
    Review.objects.lock(review.pk)
    MainBuilding.objects.update_or_create(review=review, defaults=values)
    _record("timetable.main_building_set", review, "main", by=by, at=at)


@transaction.atomic
def change_site(
    *, site: Site, version: int, values: Mapping[str, Any], by: User, at: dt.datetime
) -> None:
    """Raises ChangedMeanwhile."""
    for name in SITE_FIELDS:
        setattr(site, name, values[name])
    save_if_unchanged(site, version=version, fields=SITE_FIELDS)
    _record("timetable.site_changed", site.review, site.pk, by=by, at=at)


@transaction.atomic
def remove_site(*, site: Site, by: User, at: dt.datetime) -> None:
    """Raises SiteInUse. A room that is not used any more goes back to the main building."""
    Review.objects.lock(site.review_id)
    rooms = [
        each.title
        for each in site.rooms.all()
        if not each.retired or each.sessions.filter(cancelled=False).exists()
    ]
    if rooms:
        raise SiteInUse(site, rooms)
    review, number = site.review, site.pk
    site.delete()
    _record("timetable.site_removed", review, number, by=by, at=at)


@transaction.atomic
def set_travel(
    *, review: Review, minutes: Iterable[tuple[Way, int]], by: User, at: dt.datetime
) -> None:
    """How far the buildings are from each other."""
    Review.objects.lock(review.pk)
    Travel.objects.filter(review=review).delete()
    Travel.objects.bulk_create(
        Travel(review=review, first=way.first, second=way.second, minutes=each)
        for way, each in minutes
    )
    audit.record("timetable.travel_set", review=review, by=by, at=at)


def _record(
    action: str, review: Review, key: object, *, by: User, at: dt.datetime
) -> None:
    audit.record(
        action,
        review=review,
        by=by,
        at=at,
        object_kind=action.removeprefix("timetable.").partition("_")[0],
        object_id=key,
    )
