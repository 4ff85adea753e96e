"""What the address of a list filters and sorts by: the same words in boxes, links and files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.http import QueryDict


@dataclass(frozen=True)
class Choice:
    code: str
    title: str


@dataclass(frozen=True)
class Box:
    """One box of the bar. ``every`` is its empty choice; a box without one always chooses.

    ``narrows``: it leaves rows out, as sorting does not.
    """

    name: str
    label: str
    choices: tuple[Choice, ...]
    every: str = ""
    narrows: bool = True
    chosen: str = ""

    @property
    def default(self) -> str:
        return "" if self.every else self.choices[0].code

    @property
    def is_on(self) -> bool:
        return self.chosen != self.default


@dataclass(frozen=True)
class Filters:
    """The boxes with what is chosen in each. Unknown words in an address choose nothing."""

    boxes: tuple[Box, ...]

    @classmethod
    def read(cls, query: QueryDict, boxes: Iterable[Box]) -> Filters:
        return cls(tuple(_chosen(box, query.get(box.name, "")) for box in boxes))

    def value(self, name: str) -> str:
        """What is chosen in a box; empty too where there is no such box."""
        return next((box.chosen for box in self.boxes if box.name == name), "")

    @property
    def is_on(self) -> bool:
        """Whether rows may be left out."""
        return any(box.narrows and box.is_on for box in self.boxes)

    @property
    def query(self) -> str:
        """The same filter as the part of an address behind the question mark."""
        query = QueryDict(mutable=True)
        for box in self.boxes:
            if box.is_on:
                query[box.name] = box.chosen
        return query.urlencode()

    def but(self, name: str, code: str) -> Filters:
        """The same with another choice in one box."""
        return Filters(
            tuple(_chosen(b, code) if b.name == name else b for b in self.boxes)
        )


def _chosen(box: Box, code: str) -> Box:
    known = {choice.code for choice in box.choices}
    return replace(box, chosen=code if code in known else box.default)


def choices(pairs: Iterable[tuple[object, object]]) -> tuple[Choice, ...]:
    return tuple(Choice(str(code), str(title)) for code, title in pairs)
