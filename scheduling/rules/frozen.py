"""One session as a release froze it, and what differs between two releases. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reviews.pages import say

COMES_TO_THEM = "the team comes to you, or meets you where it was arranged"


@dataclass(frozen=True, order=True)
class Met:
    """Somebody whom the peers meet. Rows of people are made anew at each change, so a person is
    known by the address, or without one by the name."""

    name: str
    post: str = ""
    email: str = ""
    agency: int = 0

    @property
    def key(self) -> str:
        return (self.email or self.name).strip().casefold()


@dataclass(frozen=True)
class Frozen:
    """A session as it was released. ``sequence``: the number of the release that last changed it.

    ``peers`` are (number of the membership, name).
    """

    session: int
    uid: str
    sequence: int
    code: str
    title: str
    begins: dt.datetime
    minutes: int
    type: str
    strand: str
    room: str
    meets: bool
    cancelled: bool
    names_kept: bool
    peers: tuple[tuple[int, str], ...] = ()
    people: tuple[Met, ...] = ()
    # Away from the building: the room's name would send people nowhere.
    away: bool = False

    @property
    def place(self) -> str:
        """Where, for whoever is to be met."""
        return COMES_TO_THEM if self.away else self.room

    @property
    def ends(self) -> dt.datetime:
        return self.begins + dt.timedelta(minutes=self.minutes)

    @property
    def when(self) -> str:
        """As in Monday 4 February at 10:15am."""
        return f"{say.weekday(self.begins)} at {say.clock(self.begins)}"

    @property
    def times(self) -> str:
        """As in Monday 4 February, 10:15am to 11am."""
        return (
            f"{say.weekday(self.begins)}, {say.clock(self.begins)} "
            f"to {say.clock(self.ends)}"
        )

    def same_as(self, other: Frozen) -> bool:
        """Whether nothing differs but what a release adds itself."""
        return replace(self, uid="", sequence=0) == replace(other, uid="", sequence=0)

    def as_json(self) -> dict[str, Any]:
        return {
            **vars(self),
            "begins": self.begins.isoformat(),
            "peers": [list(each) for each in self.peers],
            "people": [[p.name, p.post, p.email, p.agency] for p in self.people],
        }

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Frozen:
        return cls(
            **{
                **values,
                "begins": dt.datetime.fromisoformat(values["begins"]),
                "peers": tuple((pk, name) for pk, name in values["peers"]),
                "people": tuple(Met(*each) for each in values["people"]),
            }
        )


Week = dict[int, Frozen]


def numbered(week: Week, before: Week, release: int) -> Week:
    """The week with each session's sequence: that of before, or ``release`` where it changed."""
    found = {}
    for key, row in week.items():
        old = before.get(key)
        same = old is not None and old.same_as(row)
        found[key] = replace(row, sequence=old.sequence if old and same else release)
    return found


def in_order(rows: Iterable[Frozen]) -> list[Frozen]:
    return sorted(rows, key=lambda row: (row.begins, row.code))


@dataclass(frozen=True)
class Change:
    """What became of one session, a sentence each; ``kind`` heads the list."""

    kind: str
    session: int
    title: str
    sentences: tuple[str, ...]


NEW, CANCELLED, CHANGED = "new", "cancelled", "changed"


def veiled(row: Frozen, title: str) -> Frozen:
    """The row as whoever is not of the team reads it: the team is by itself."""
    return replace(
        row, title=title, type="", people=(), meets=False, names_kept=False, uid=""
    )


def changes(before: Week, after: Week) -> list[Change]:
    """Session by session, in the order of the week; of what each reader may read (``veiled``)."""
    found = []
    for row in in_order(after.values()):
        old = before.get(row.session)
        change = _change(old, row)
        if change:
            found.append(change)
    for row in in_order(before.values()):
        if row.session not in after and not row.cancelled:
            words = (f"It is taken out. It was on {row.when}.",)
            found.append(Change(CANCELLED, row.session, row.title, words))
    return found


def _change(old: Frozen | None, row: Frozen) -> Change | None:
    if row.cancelled:
        if old is None or old.cancelled:
            return None
        words = [f"It is cancelled. It was on {old.when}."]
        return Change(CANCELLED, row.session, row.title, tuple(words))
    if old is None or old.cancelled:
        again = "It takes place after all" if old else "New"
        words = [f"{again}: {row.times}, {row.room}.", *_peers((), row.peers)]
        words += _people((), row.people)
        return Change(NEW, row.session, row.title, tuple(words))
    words = [*place_and_time(old, row), *_what(old, row)]
    words += _peers(old.peers, row.peers)
    words += _people(old.people, row.people)
    if old.names_kept != row.names_kept:
        words.append(
            "Whom the peers meet is now for the team alone."
            if row.names_kept
            else "Whom the peers meet is no longer for the team alone."
        )
    return Change(CHANGED, row.session, row.title, tuple(words)) if words else None


def _what(old: Frozen, row: Frozen) -> list[str]:
    words = [f"It was called “{old.title}”."] if old.title != row.title else []
    if (old.type, old.strand) != (row.type, row.strand):
        words.append("It is of another kind or strand.")
    return words


def place_and_time(old: Frozen, row: Frozen, *, named: bool = True) -> list[str]:
    """What differs for whoever is to be there. ``named``: in the words of the team."""
    words = []
    if old.begins != row.begins:
        words.append(f"It moves from {old.when} to {row.when}.")
    if old.minutes != row.minutes:
        words.append(f"It takes {row.minutes} minutes instead of {old.minutes}.")
    if not named and (old.away or row.away):
        return (
            [*words, "The place is another one."] if old.place != row.place else words
        )
    if old.room != row.room:
        words.append(f"It is in {row.room} instead of {old.room}.")
    return words


def _peers(old: Sequence[tuple[int, str]], now: Sequence[tuple[int, str]]) -> list[str]:
    before, after = dict(old), dict(now)
    come = sorted(name for pk, name in after.items() if pk not in before)
    gone = sorted(name for pk, name in before.items() if pk not in after)
    words = [f"Peers: {say.listed(come)}."] if come else []
    if gone:
        words.append(f"No longer among the peers: {say.listed(gone)}.")
    return words


def _people(old: Sequence[Met], now: Sequence[Met]) -> list[str]:
    before, after = {p.key: p for p in old}, {p.key: p for p in now}
    come = sorted(p.name for key, p in after.items() if key not in before)
    gone = sorted(p.name for key, p in before.items() if key not in after)
    words = [f"To be met: {say.listed(come)}."] if come else []
    if gone:
        words.append(f"No longer to be met: {say.listed(gone)}.")
    return words
