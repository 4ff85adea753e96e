"""Who is heard about what: themes against agencies and against groups of people, planned and held.

Counted from sessions alone: what was said there, and by whom, is in no number here. Nothing writes.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from reviews.models import Membership, Review
from reviews.pages import say
from scheduling.models import Session
from scheduling.reading.spots import Spot, Wish, places_for
from scheduling.reading.week import agencies_of, lanes_of, sessions_for

# What a meeting offered for tomorrow would take.
LENGTH = 45
# A theme is heard about from at least so many groups of people, or it is asked about again.
FEW_GROUPS = 3


@dataclass(frozen=True)
class Cell:
    planned: int
    held: int

    @property
    def words(self) -> str:
        """As in "3, 1 held": all that are not cancelled, and those held of them."""
        if not self.planned:
            return "None"
        return f"{self.planned}, {self.held} held" if self.held else str(self.planned)


@dataclass(frozen=True)
class Row:
    title: str
    cells: list[Cell]
    total: Cell


@dataclass(frozen=True)
class Gap:
    """Somebody who is not heard, or a theme that few speak of; and the title of a session for it."""

    sentence: str
    title: str = ""
    theme: str = ""
    source_class: str = ""

    @property
    def wishes(self) -> str:
        pairs = {
            "title": self.title,
            "themes": self.theme,
            "source_class": self.source_class,
        }
        return urlencode({name: each for name, each in pairs.items() if each})


@dataclass(frozen=True)
class FreeSlot:
    """A pair of peers and a room that are free."""

    strand: str
    title: str
    peers: list[int]
    spots: list[Spot]

    def address(self, spot: Spot) -> str:
        return urlencode(
            {
                "day": f"{spot.begins:%Y-%m-%d}",
                "start": say.clock(spot.begins),
                "minutes": LENGTH,
                "strand": self.strand,
                "room": spot.room.pk,
                "peers": self.peers,
            },
            doseq=True,
        )

    @property
    def choices(self) -> list[tuple[str, str]]:
        """(words, what the page that adds a session is given), for each time."""
        return [
            (
                f"{say.clock(spot.begins).capitalize()}, {spot.room.title}",
                self.address(spot),
            )
            for spot in self.spots
        ]


@dataclass(frozen=True)
class Coverage:
    themes: list[str]
    agencies: list[Row]
    groups: list[Row]
    gaps: list[Gap]
    day: dt.date | None
    free: list[FreeSlot]


def coverage_of(membership: Membership, now: dt.datetime) -> Coverage:
    """``now`` is on the clock of the place; free slots are those of the next day of the visit."""
    review = membership.review
    week = sessions_for(membership)
    sessions = [each for each in week if not each.cancelled and each.meets_people]
    names = dict(review.agencies.values_list("pk", "name"))
    codes = [theme.code for theme in review.pack.themes]
    by_agency: dict[int, list[Session]] = {key: [] for key in names}
    for each in sessions:
        for key in agencies_of(each, names):
            by_agency[key].append(each)
    by_group = _by_group(review, sessions)
    next_day = next(
        (day for day in review.on_site_dates if day > now.date()),
        None,
    )
    return Coverage(
        themes=[f"Theme {theme.number}" for theme in review.pack.themes],
        agencies=[_row(names[key], held, codes) for key, held in by_agency.items()],
        groups=[_row(title, held, codes) for _, title, held in by_group],
        gaps=_gaps(review, names, by_agency, by_group),
        day=next_day,
        free=_free(membership, week, next_day, now) if next_day else [],
    )


def _by_group(
    review: Review, sessions: Sequence[Session]
) -> list[tuple[str, str, list[Session]]]:
    """(code, title, sessions) of each group of people, in the order of the framework."""
    found: dict[str, list[Session]] = defaultdict(list)
    for each in sessions:
        found[each.source_class].append(each)
    parents = {each.parent for each in review.pack.source_classes}
    return [
        (each.code, each.title, found[each.code])
        for each in review.pack.source_classes
        # A wider group is heard when one within it is.
        if found[each.code] or each.code not in parents
    ]


def _row(title: str, sessions: Sequence[Session], themes: Sequence[str]) -> Row:
    return Row(
        title=title,
        cells=[
            _cell(each for each in sessions if code in each.themes) for code in themes
        ],
        total=_cell(sessions),
    )


def _cell(sessions: Iterable[Session]) -> Cell:
    found = list(sessions)
    return Cell(len(found), sum(each.held for each in found))


def _gaps(
    review: Review,
    names: Mapping[int, str],
    by_agency: Mapping[int, Sequence[Session]],
    by_group: Sequence[tuple[str, str, Sequence[Session]]],
) -> list[Gap]:
    found = [
        Gap(f"Nobody from {names[key]} is to be met.", title=names[key])
        for key, sessions in by_agency.items()
        if not sessions
    ]
    found += [
        Gap(f"{title}: no session is planned.", title=title, source_class=code)
        for code, title, sessions in by_group
        if not sessions
    ]
    for theme in review.pack.themes:
        groups = {
            title
            for _, title, sessions in by_group
            if any(theme.code in each.themes for each in sessions)
        }
        if len(groups) < FEW_GROUPS:
            heard = say.listed(sorted(groups)) if groups else "nobody"
            found.append(
                Gap(
                    f"Theme {theme.number}, {theme.title}: asked of {heard} alone.",
                    theme=theme.code,
                )
            )
    return found


def _free(
    membership: Membership,
    sessions: Sequence[Session],
    day: dt.date,
    now: dt.datetime,
) -> list[FreeSlot]:
    found = []
    review = membership.review
    pairs = _pairs(sessions)
    offered: list[Spot] = []
    for lane in lanes_of(review):
        wish = Wish(minutes=LENGTH, peers=frozenset(pairs.get(lane.code, ())))
        spots = next(
            (
                each.spots
                for each in places_for(wish, membership, now=now, sessions=sessions)
                if each.day == day
            ),
            [],
        )
        if spots and wish.peers:
            spots = [_elsewhere(spot, offered) for spot in spots]
            offered += spots
            found.append(FreeSlot(lane.code, lane.title, sorted(wish.peers), spots))
    return found


def _elsewhere(spot: Spot, offered: Iterable[Spot]) -> Spot:
    """The same time in a room that no other strand is offered then, if there is one."""
    length = dt.timedelta(minutes=LENGTH)
    taken = {
        each.room.pk for each in offered if abs(each.begins - spot.begins) < length
    }
    rooms = sorted(spot.rooms, key=lambda room: room.pk in taken)
    return Spot(spot.begins, tuple(rooms))


def _pairs(week: Iterable[Session]) -> dict[str, set[int]]:
    """Whoever goes with each strand, as its sessions have it: those in most of them."""
    counts: dict[str, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    sessions: dict[str, int] = defaultdict(int)
    for session in week:
        if session.cancelled:
            continue
        lane = session.strand.split("+")[0]
        sessions[lane] += 1
        for peer in session.peers.all():
            counts[lane][peer.pk] += 1
    return {
        lane: {pk for pk, number in found.items() if 2 * number > sessions[lane]}
        for lane, found in counts.items()
    }
