"""A framework in words: its codes as titles, its days as weeks; its parts as tables. Pure."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reviews import packs
from reviews.packs.parts import Part, label_of
from reviews.pages import say

# What the words that the product knows are called.
CHOICES: dict[str, tuple[tuple[str, str], ...]] = {
    "need": (
        ("must", "Must read"),
        ("should", "Should read"),
        ("reference", "For reference"),
    ),
    "kind": (("council", "Council"), ("partner", "Partner")),
    "category": (
        ("favourable", "Favourable"),
        ("middle", "In the middle"),
        ("unfavourable", "Unfavourable"),
        ("apart", "Counted apart"),
    ),
    "asks_for": (
        ("strength", "What works well"),
        ("area", "What could work better"),
        ("context", "Neither"),
    ),
    "counts_as": (
        ("strength", "A strength"),
        ("area", "An area for further consideration"),
        ("context", "Context"),
        ("follow-up", "A question to follow up"),
        ("practice", "Practice worth sharing"),
    ),
    "records": tuple((each, each.capitalize()) for each in packs.RECORDS),
    "holds": tuple((each, each.capitalize()) for each in packs.HOLDS),
    "lists": (
        ("roles", "The team’s roles"),
        ("themes", "Themes"),
        ("dates", "Dates"),
        ("agencies", "Agencies"),
        ("contacts", "Whom to ask"),
        ("speak", "How to speak to the team"),
    ),
    "page": tuple((each, each.capitalize()) for each in packs.MILESTONE_PAGES),
    "access_role": (
        ("RM", "Review manager"),
        ("TL", "Team leader"),
        ("AP", "Analyst peer"),
        ("P", "Peer"),
        ("CS", "Council sponsor"),
        ("CC", "Council contact"),
        ("PC", "Partner contact"),
    ),
}
# Fields that name items of another list of the same framework.
REFERS = {
    "owner": "roles",
    "roles": "roles",
    "stands_for": "roles",
    "theme": "themes",
    "themes": "themes",
    "parent": "source_classes",
    "type": "session_types",
    "strand": "strands",
    "room": "rooms",
    "source_class": "source_classes",
    "milestones": "milestones",
}
WEEK = 7


def from_visit(days: int) -> str:
    """A day counted from the first on site, as in 12 weeks before."""
    if days == 0:
        return "the first day on site"
    if 0 < days < WEEK:
        return f"day {days + 1} of the visit"
    side = "before" if days < 0 else "after"
    number = abs(days)
    if number % WEEK:
        return f"{say.counted(number, 'day')} {side}"
    return f"{say.counted(number // WEEK, 'week')} {side}"


def _day(number: int) -> str:
    return f"Day {number + 1}" if number >= 0 else from_visit(number)


def _clock(text: str) -> str:
    return say.clock(dt.time.fromisoformat(text))


# Fields whose values are said by a rule and not by a title.
_BY_RULE: dict[str, Callable[[Any], str]] = {
    "offset": from_visit,
    "offsets": from_visit,
    "day": _day,
    "start": _clock,
}


class Words:
    """Says the values of one framework; titles are looked up once."""

    def __init__(self, pack: packs.Pack) -> None:
        self.pack = pack
        self._titles: dict[str, dict[str, str]] = {}

    def titles(self, name: str) -> Mapping[str, str]:
        """What the codes of a list are called."""
        if name not in self._titles:
            self._titles[name] = {
                each.code: each.title for each in getattr(self.pack, name)
            }
        return self._titles[name]

    def say(self, name: str, value: Any) -> str:
        """A value as a page says it; several of them each on a line of its own."""
        if name == "themes" and len(value) == len(self.pack.themes) > 1:
            return "All themes"
        return "\n".join(self.pieces(name, value))

    def pieces(self, name: str, value: Any) -> tuple[str, ...]:
        """Each of several values in words, or the one that there is."""
        if isinstance(value, tuple):
            return tuple(self._one(name, each) for each in value)
        words = self._one(name, value)
        return (words,) if words else ()

    def _one(self, name: str, value: Any) -> str:
        if value is True:
            return "Yes"
        if value is False or value is None:
            return ""
        if dataclasses.is_dataclass(value):
            return self.row_title(value)
        known = _BY_RULE.get(name)
        return known(value) if known else self._titled(name, str(value))

    def _titled(self, name: str, text: str) -> str:
        """A code as its title; anything else as it is."""
        known = dict(CHOICES.get(name, ()))
        if name == "stands_for":
            known = dict(CHOICES["access_role"])
        if name in REFERS:
            known = {**known, **self.titles(REFERS[name])}
        return known.get(text, text)

    def row_title(self, item: Any) -> str:
        """What a row is called: its title, or whatever comes nearest."""
        for name in ("title", "name", "label", "text", "code"):
            if words := getattr(item, name, ""):
                number = getattr(item, "number", None)
                return f"{number}. {words}" if number else str(words)
        return ""


@dataclass(frozen=True)
class Cell:
    label: str
    words: str


@dataclass(frozen=True)
class Row:
    """``title`` heads the row."""

    title: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A part as a page lists it; a column that nothing stands in is left out."""

    part: Part
    first: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


TITLES = ("title", "name", "label", "text")


def table_of(part: Part, pack: packs.Pack) -> Table:
    words = Words(pack)
    if part.names:
        values = part.of(pack)
        rows = tuple(
            Row(label_of(name), (Cell("", words.say(name, values[name])),))
            for name in part.names
        )
        return Table(part, "", (), rows)
    items = part.items(pack)
    if part.item is None:
        return Table(part, "", (), tuple(Row(str(each), ()) for each in items))
    names = [field.name for field in dataclasses.fields(part.item)]
    counted = {f.name for f in dataclasses.fields(part.item) if f.default == 0}

    def cell(item: Any, name: str) -> str:
        value = getattr(item, name)
        return "" if name in counted and not value else words.say(name, value)

    first = next(name for name in TITLES if name in names)
    columns = [
        name
        for name in names
        # The code is for files; a number stands before the title.
        if name not in (first, "code", "number")
        and any(cell(item, name) for item in items)
    ]
    return Table(
        part,
        label_of(first),
        tuple(label_of(name) for name in columns),
        tuple(
            Row(
                words.row_title(item),
                tuple(Cell(label_of(name), cell(item, name)) for name in columns),
            )
            for item in items
        ),
    )


# Two frameworks part by part


@dataclass(frozen=True)
class Difference:
    """One field of a row: what it said before, and says now."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class RowDifference:
    """``what`` is "new", "gone" or "changed"."""

    what: str
    title: str
    fields: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class PartDifference:
    part: Part
    rows: tuple[RowDifference, ...]
    # The same rows, some of them in another place.
    moved: bool = False


def differences(
    parts: Iterable[Part], before: packs.Pack, after: packs.Pack
) -> list[PartDifference]:
    """What differs between two frameworks, in words; parts that are alike are left out."""
    old, new = Words(before), Words(after)
    found = []
    for part in parts:
        rows = tuple(_row_differences(part, old, new))
        moved = not rows and part.of(before) != part.of(after)
        if rows or moved:
            found.append(PartDifference(part, rows, moved))
    return found


def _row_differences(part: Part, old: Words, new: Words) -> Iterable[RowDifference]:
    there, here = _fields(part, old), _fields(part, new)
    for key, (title, fields) in here.items():
        if key not in there:
            yield RowDifference("new", title, _changed({}, fields))
        elif changed := _changed(there[key][1], fields):
            yield RowDifference("changed", there[key][0], changed)
    for key, (title, _) in there.items():
        if key not in here:
            yield RowDifference("gone", title)


# By label, what a field holds and how each piece of it is said. What is compared is what it
# holds: a role of another title is no other role.
Fields = dict[str, tuple[Any, tuple[str, ...]]]


def _fields(part: Part, words: Words) -> dict[str, tuple[str, Fields]]:
    """Every row by its code: what it is called, and each of its fields in words."""
    if part.names:
        values = part.of(words.pack)
        return {
            name: (
                label_of(name),
                {label_of(name): (values[name], words.pieces(name, values[name]))},
            )
            for name in part.names
        }
    items = part.items(words.pack)
    if part.item is None:
        return {str(each): (str(each), {}) for each in items}
    found: dict[str, tuple[str, Fields]] = {}
    for item in items:
        found[_key(item)] = (words.row_title(item), _said(words, item))
        for line in getattr(item, "lines", ()):
            title = f"{words.row_title(item)}: {line.title}"
            found[f"{_key(item)}/{line.code}"] = (title, _said(words, line))
    return found


def _key(item: Any) -> str:
    return str(getattr(item, "code", getattr(item, "number", "")))


def _said(words: Words, item: Any) -> Fields:
    return {
        label_of(field.name): (value, words.pieces(field.name, value))
        for field in dataclasses.fields(item)
        # Lines of enquiry are rows of their own.
        if field.name != "lines"
        for value in [getattr(item, field.name)]
    }


def _changed(before: Fields, after: Fields) -> tuple[Difference, ...]:
    found = []
    for label, (value, said) in after.items():
        old, was = before.get(label, (None, ()))
        # What says nothing is not worth a line, where the row itself is new.
        if old == value or not (before or said):
            continue
        if isinstance(old, tuple) and isinstance(value, tuple):
            was, said = _apart(old, value, was, said)
        found.append(Difference(label, "\n".join(was), "\n".join(said)))
    return tuple(found)


def _apart(
    old: tuple[Any, ...],
    new: tuple[Any, ...],
    was: tuple[str, ...],
    said: tuple[str, ...],
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Of two lists what is in one of them alone; both whole when only their order differs."""
    if set(old) == set(new):
        return was, said
    return (
        tuple(w for w, each in zip(was, old, strict=True) if each not in new),
        tuple(w for w, each in zip(said, new, strict=True) if each not in old),
    )
