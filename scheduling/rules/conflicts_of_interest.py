"""Whom a session of the sample week takes along, when a peer has an interest in an agency. Pure.

A session is an agency's when its title names that agency, or when its people come from there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """A session to be filled. ``agencies`` are those whose people are met there."""

    key: str
    begins: dt.datetime
    minutes: int
    agencies: frozenset[int]

    def overlaps(self, other: Place) -> bool:
        return self.begins < other.ends and other.begins < self.ends

    @property
    def ends(self) -> dt.datetime:
        return self.begins + dt.timedelta(minutes=self.minutes)


def named_in(title: str, agencies: Mapping[int, str]) -> frozenset[int]:
    """The agencies whose whole name stands in the title: "Police" in "Police public protection lead"."""
    words = f" {_plain(title)} "
    return frozenset(
        key for key, name in agencies.items() if f" {_plain(name)} " in words
    )


def _plain(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.lower()).split())


def without_conflicts(
    places: Sequence[Place],
    goers: Mapping[str, Sequence[int]],
    roles: Mapping[int, str],
    conflicts: Collection[tuple[int, int]],
) -> dict[str, list[int]]:
    """Who goes where, with peers kept out of the sessions of agencies they have an interest in.

    ``goers``: the peers of each place by its key; ``roles``: every peer's role; ``conflicts``:
    (peer, agency). Somebody else with the role goes instead, if they have no such interest and
    nothing else at that time. Is there nobody, the peer stays, and the timetable warns.
    """
    found = {place.key: list(goers.get(place.key, ())) for place in places}
    concerned = set(conflicts)

    def interested(peer: int, place: Place) -> bool:
        return any((peer, agency) in concerned for agency in place.agencies)

    def busy(peer: int, place: Place) -> bool:
        return any(
            peer in found[other.key]
            for other in places
            if other.key != place.key and other.overlaps(place)
        )

    for place in places:
        there = found[place.key]
        for peer in [each for each in there if interested(each, place)]:
            same = [each for each in roles if roles[each] == roles.get(peer)]
            if any(each in there and not interested(each, place) for each in same):
                there.remove(
                    peer
                )  # the role is covered by somebody who is there anyway
                continue
            free = [
                each
                for each in same
                if each not in there
                and not interested(each, place)
                and not busy(each, place)
            ]
            if free:
                there[there.index(peer)] = free[0]
    return found
