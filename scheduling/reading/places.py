"""Rooms, buildings and the minutes between them, as the page shows them. Nothing here writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from reviews.models import Membership, Review
from reviews.pages import say
from scheduling.models import Away, Room, Session, Site
from scheduling.reading.sessions import veiled

MAIN = "Main building"
# Where nobody has said how far it is.
USUAL = 15


def travel_of(review: Review) -> dict[tuple[str, str], int]:
    """Minutes by (building, other building), where somebody entered them; "" is the main one."""
    rows = review.travel.values_list("first_id", "second_id", "minutes")
    return {(str(first or ""), str(second)): minutes for first, second, minutes in rows}


def shuts(away: Away, room: Room) -> bool:
    """The room itself, or the building that it is in."""
    if away.room_id is not None:
        return away.room_id == room.pk
    if room.on_the_move:
        return False
    if away.main_building:
        return room.site_id is None
    return away.site_id is not None and away.site_id == room.site_id


@dataclass(frozen=True)
class RoomLine:
    """``held``: what is there, with its day and time. ``crowded``: what has too few places."""

    room: Room
    where: str
    held: list[tuple[Session, str]]
    crowded: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class SiteLine:
    site: Site
    rooms: int


@dataclass(frozen=True)
class Way:
    """Two buildings; ``first`` None is the main one."""

    first: Site | None
    second: Site
    minutes: int

    @property
    def name(self) -> str:
        return f"way_{self.first.pk if self.first else 0}_{self.second.pk}"

    @property
    def label(self) -> str:
        return f"{self.first.title if self.first else MAIN} to {self.second.title}"


@dataclass(frozen=True)
class RoomsPage:
    rooms: list[RoomLine]
    retired: list[Room]
    sites: list[SiteLine]


def rooms_page(membership: Membership) -> RoomsPage:
    """Four queries, however many rooms there are."""
    review = membership.review
    sessions = veiled(membership, review.sessions.filter(cancelled=False))
    held: dict[int, list[Session]] = {}
    for each in sessions:
        held.setdefault(each.room_id, []).append(each)
    rooms = list(review.rooms.select_related("site"))
    in_use = [each for each in rooms if not each.retired or each.pk in held]
    return RoomsPage(
        rooms=[
            RoomLine(
                each,
                _where(each),
                [(one, when(one)) for one in held.get(each.pk, ())],
                _crowded(each, held.get(each.pk, ())),
            )
            for each in in_use
        ],
        retired=[each for each in rooms if each not in in_use],
        sites=[
            SiteLine(site, sum(each.site_id == site.pk for each in in_use))
            for site in review.sites.all()
        ],
    )


def _where(room: Room) -> str:
    if room.on_the_move:
        return "Where the people are"
    return room.site.title if room.site else MAIN


def _crowded(room: Room, sessions: Sequence[Session]) -> list[str]:
    return [
        f"{each.people_expected} people are expected: {each.title}, {when(each)}"
        for each in sessions
        if each.people_expected > room.places
    ]


def when(session: Session) -> str:
    return f"{session.day:%A} {say.clock(session.start)}"


def ways(review: Review) -> list[Way]:
    """Every two buildings, each pair once."""
    sites: list[Site | None] = [None, *review.sites.all()]
    given = travel_of(review)
    found = []
    for place, second in enumerate(sites):
        if second is None:
            continue
        for first in sites[:place]:
            key = (str(first.pk) if first else "", str(second.pk))
            found.append(Way(first, second, given.get(key, USUAL)))
    return found
