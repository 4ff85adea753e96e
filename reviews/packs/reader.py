"""Plain values become a pack's parts; what does not fit is said with its place and line."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from reviews.refusals import Refusal

MOST_ITEMS = 1000
MOST_NUMBER = 100_000


@dataclass(frozen=True)
class Fault:
    """What does not fit, where (names and numbers from the top of the pack), and on which line."""

    path: tuple[Any, ...]
    sentence: str
    line: int | None = None

    def __str__(self) -> str:
        where = f"Line {self.line}: " if self.line else ""
        place = place_words(self.path)
        return f"{where}{place} {self.sentence}." if place else self.sentence


def place_words(path: Sequence[Any]) -> str:
    """As in "roles, item 3, title"."""
    return ", ".join(
        f"item {each + 1}" if isinstance(each, int) else str(each) for each in path
    )


class PackFault(Refusal):
    """The pack cannot be used; ``faults`` are sentences, each with its line where it has one."""

    def __init__(self, faults: Sequence[str | Fault]) -> None:
        self.found = tuple(
            each if isinstance(each, Fault) else Fault((), each) for each in faults
        )
        self.faults = tuple(str(each) for each in self.found)
        super().__init__(" ".join(self.faults))


Shape = TypeVar("Shape")
# What YAML cannot hold as it is.
_UNWRITABLE = re.compile(
    "[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)


def _wrong_number(value: Any) -> str:
    if not isinstance(value, int) or isinstance(value, bool):
        return "must be a whole number"
    return f"must be a number up to {MOST_NUMBER:,}" if abs(value) > MOST_NUMBER else ""


def _wrong_truth(value: Any) -> str:
    return "" if isinstance(value, bool) else "must be true or false"


def _wrong_text(value: Any) -> str:
    if not isinstance(value, str):
        return "must be text (put it in quotes)"
    if len(value) > 4000:
        return "must be shorter than 4,000 characters"
    if _UNWRITABLE.search(value):
        return "has a character that cannot stand in a file"
    return ""


# What is wrong with a value of each simple kind; nothing when it fits.
_SIMPLE: dict[Any, Callable[[Any], str]] = {
    int: _wrong_number,
    bool: _wrong_truth,
    str: _wrong_text,
}


@cache
def _parts_of(shape: Any) -> tuple[dict[str, Any], dict[str, dataclasses.Field[Any]]]:
    """The type and the field of each name of a dataclass: a pack has thousands of items."""
    return get_type_hints(shape), {f.name: f for f in dataclasses.fields(shape)}


class Reader:
    """Turns plain values into a pack's dataclasses and collects what does not fit."""

    def __init__(self, lines: Mapping[tuple[Any, ...], int]) -> None:
        self.lines = lines
        self.faults: list[Fault] = []

    def fault(self, path: tuple[Any, ...], sentence: str) -> None:
        known = path
        while known not in self.lines and known:
            known = known[:-1]
        self.faults.append(Fault(path, sentence, self.lines.get(known)))

    def within(self, path: tuple[Any, ...], value: int, least: int, most: int) -> None:
        if not least <= value <= most:
            self.fault(path, f"must be between {least} and {most}")

    def shape(
        self, shape: type[Shape], value: Any, path: tuple[Any, ...]
    ) -> Shape | None:
        if not isinstance(value, Mapping):
            self.fault(path or ("the pack",), "must be a group of named values")
            return None
        hints, fields = _parts_of(cast(Any, shape))
        for name in value:
            if name not in fields:
                self.fault((*path, name), "is not known")
        given: dict[str, Any] = {}
        for name, field in fields.items():
            if name in value:
                given[name] = self.value(hints[name], value[name], (*path, name))
            elif (
                field.default is dataclasses.MISSING
                and field.default_factory is dataclasses.MISSING
            ):
                self.fault((*path, name), "is missing")
        return shape(**given) if not self.faults else None

    def value(self, hint: Any, value: Any, path: tuple[Any, ...]) -> Any:
        if get_origin(hint) is tuple:
            return self.items(get_args(hint)[0], value, path)
        if get_origin(hint) in (Union, UnionType):
            if value is None:
                return None
            hint = next(arg for arg in get_args(hint) if arg is not type(None))
        if dataclasses.is_dataclass(hint):
            return self.shape(hint, value, path)  # type: ignore[arg-type]
        wrong = _SIMPLE[hint](value)
        if wrong:
            self.fault(path, wrong)
        return value

    def items(self, hint: Any, value: Any, path: tuple[Any, ...]) -> tuple[Any, ...]:
        if not isinstance(value, list | tuple):
            self.fault(path, "must be a list")
            return ()
        if len(value) > MOST_ITEMS:
            self.fault(path, f"must have at most {MOST_ITEMS:,} items")
            return ()
        return tuple(
            self.value(hint, item, (*path, number)) for number, item in enumerate(value)
        )
