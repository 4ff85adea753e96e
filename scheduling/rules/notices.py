"""Who is told of a release, and what: each person their own changes and nobody else's. Pure.

Peers are told of the sessions that they are in. Somebody who is to be met is told day, time and
place of their own meetings, never what is talked about or with whom besides. An agency's contact is
told the same of the agency's people; of those whose names the team keeps, nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from scheduling.rules.frozen import Frozen, Met, Week, in_order, place_and_time

PEERS, PEOPLE, CONTACTS = "peers", "people", "contacts"
GROUPS = (PEERS, PEOPLE, CONTACTS)


@dataclass(frozen=True)
class Line:
    """A sentence on one meeting, and the row that its calendar file is made of.

    ``gone``: the reader is not to be there any more.
    """

    sentence: str
    row: Frozen
    gone: bool = False


@dataclass
class Notice:
    """All that one person is told. ``first``: they have not been told of any meeting before."""

    key: str
    name: str
    lines: list[Line] = field(default_factory=list)
    first: bool = False


def for_peers(before: Week, after: Week, now: dt.datetime) -> list[Notice]:
    """By number of the membership."""
    found: dict[str, Notice] = {}
    told = {pk for row in before.values() for pk, _ in row.peers}
    for old, row in _pairs(before, after, now):
        was, will_be = _peers(old), _peers(row)
        for pk in sorted(was.keys() | will_be.keys()):
            line = _line(
                old if pk in was else None,
                row if pk in will_be else None,
                named=True,
                off=row is None or row.cancelled,
            )
            if line:
                name = will_be.get(pk) or was[pk]
                notice = found.setdefault(str(pk), Notice(str(pk), name))
                notice.first = pk not in told
                notice.lines.append(line)
    return list(found.values())


def for_people(before: Week, after: Week, now: dt.datetime) -> list[Notice]:
    """Those who can be written to, by address."""
    found: dict[str, Notice] = {}
    told = {met.key for row in before.values() for met in row.people}
    for old, row in _pairs(before, after, now):
        was, will_be = _people(old), _people(row)
        for key in sorted(was.keys() | will_be.keys()):
            met = will_be.get(key) or was[key]
            if not met.email:
                continue
            line = _line(
                old if key in was else None,
                row if key in will_be else None,
                named=False,
            )
            if line:
                notice = found.setdefault(key, Notice(key, met.name))
                notice.first = key not in told
                notice.lines.append(line)
    return list(found.values())


def for_contacts(
    before: Week, after: Week, now: dt.datetime, contacts: Mapping[int, str]
) -> list[Notice]:
    """``contacts``: the agencies that somebody answers for, by number, with their names."""
    found: dict[str, Notice] = {}
    for old, row in _pairs(before, after, now):
        if any(each is not None and each.names_kept for each in (old, row)):
            # Not even that it is kept now is for them to learn from a message.
            continue
        was, will_be = _people(old), _people(row)
        for key in sorted(was.keys() | will_be.keys()):
            met = will_be.get(key) or was[key]
            if met.agency not in contacts:
                continue
            line = _line(
                old if key in was else None,
                row if key in will_be else None,
                named=False,
            )
            if line:
                number = str(met.agency)
                notice = found.setdefault(number, Notice(number, contacts[met.agency]))
                words = f"{met.name}: {line.sentence}"
                notice.lines.append(Line(words, line.row, line.gone))
    return list(found.values())


def without_address(before: Week, after: Week, now: dt.datetime) -> list[Met]:
    """Those whom a release concerns and who cannot be written to."""
    found: dict[str, Met] = {}
    for old, row in _pairs(before, after, now):
        was, will_be = _people(old), _people(row)
        for key in was.keys() | will_be.keys():
            met = will_be.get(key) or was[key]
            changed = _line(
                old if key in was else None,
                row if key in will_be else None,
                named=False,
            )
            if changed and not met.email:
                found[key] = met
    return sorted(found.values())


def _pairs(
    before: Week, after: Week, now: dt.datetime
) -> Iterable[tuple[Frozen | None, Frozen | None]]:
    """Each session as it was told and as it is now; what is over is nobody's news."""
    latest = {**before, **after}
    for row in in_order(latest.values()):
        old, new = before.get(row.session), after.get(row.session)
        if any(each is not None and each.ends > now for each in (old, new)):
            yield old, new


def _peers(row: Frozen | None) -> dict[int, str]:
    return dict(row.peers) if row and not row.cancelled else {}


def _people(row: Frozen | None) -> dict[str, Met]:
    if row is None or row.cancelled or not row.meets:
        return {}
    return {met.key: met for met in row.people}


def _line(
    old: Frozen | None, row: Frozen | None, *, named: bool, off: bool = True
) -> Line | None:
    """What one person is told of one session, as it was or is. ``named``: with its title, for the team.

    ``off``: it takes place for nobody.
    """
    there = next(each for each in (row, old) if each is not None)
    title = f"“{there.title}”, " if named else ""
    if old is None:
        return Line(f"{title}{there.times}, {_place(there, named)}.", there)
    if row is None:
        words = "cancelled" if off else "you are no longer in it"
        return Line(f"{title}{there.when}: {words}.", there, gone=True)
    changed = place_and_time(old, row, named=named)
    if named and old.title != row.title:
        changed.append(f"It was called “{old.title}”.")
    if not changed:
        return None
    where = f"{title}{row.times}, {_place(row, named)}."
    return Line(f"{where} {' '.join(changed)}", row)


def _place(row: Frozen, named: bool) -> str:
    return row.room if named else row.place
