"""Packs from files and from plain values, and back again."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from reviews.packs import yaml_file
from reviews.packs.checks import checked
from reviews.packs.kept import KeptFramework
from reviews.packs.model import Pack
from reviews.packs.reader import PackFault

FOLDER = Path(__file__).resolve().parents[1] / "frameworks"


@lru_cache(maxsize=8)
def load(code: str) -> Pack:
    """A shipped pack. Raises PackFault, also when there is none of that code."""
    file = FOLDER / f"{code}.yaml"
    if not code.replace("-", "").isalnum() or not file.is_file():
        raise PackFault([f"There is no framework called {code}."])
    return read(file.read_bytes())


@lru_cache(maxsize=1)
def shipped() -> tuple[Pack, ...]:
    return tuple(load(file.stem) for file in sorted(FOLDER.glob("*.yaml")))


def read(content: bytes) -> Pack:
    """A pack from the bytes of a YAML file. Raises PackFault with the line of every fault."""
    try:
        mapping, lines = yaml_file.read(content)
    except yaml_file.Unreadable as error:
        raise PackFault(error.faults) from error
    return checked(mapping, lines)


@lru_cache(maxsize=8)
def write(pack: Pack) -> str:
    """The pack as a YAML file that ``read`` reads back unchanged: some 60 ms the first time."""
    return yaml_file.write(plain(pack))


def parse(mapping: Mapping[str, Any]) -> Pack:
    """A pack from plain values, as a review keeps them. Raises PackFault and nothing else.

    Checking takes some 30 ms and every page needs its review's pack, so equal values are
    checked once; packs never change.
    """
    if isinstance(mapping, KeptFramework):
        return _parsed(mapping.text)
    try:
        return _parsed(json.dumps(mapping))
    except (TypeError, ValueError, RecursionError) as error:
        raise PackFault(
            ["The pack holds something that is not text or a number."]
        ) from error


@lru_cache(maxsize=32)
def _parsed(text: str) -> Pack:
    return checked(json.loads(text), {})


def as_mapping(pack: Pack) -> dict[str, Any]:
    """Plain values that ``parse`` reads back unchanged; a copy for the caller to change."""
    mapping: dict[str, Any] = json.loads(pack.text)
    return mapping


def plain(item: Any) -> Any:
    """As ``as_mapping``, leaving out what says no more than its default."""
    if isinstance(item, tuple):
        return [plain(each) for each in item]
    if not dataclasses.is_dataclass(item):
        return item
    return {
        field.name: plain(value)
        for field in dataclasses.fields(item)
        if (value := getattr(item, field.name)) != field.default
    }


@lru_cache(maxsize=8)
def read_kept(text: str) -> Pack:
    """A pack from a text that was checked when it was kept."""
    return read(text.encode())


def with_part(
    pack: Pack, path: Sequence[str], value: Any, lines: yaml_file.Lines | None = None
) -> Pack:
    """``pack`` with other values at ``path``. Raises PackFault.

    ``lines`` are those of a text that ``value`` was read from.
    """
    mapping = as_mapping(pack)
    place = mapping
    for name in path[:-1]:
        place = place[name]
    if path:
        place[path[-1]] = value
    else:
        place |= value
    return checked(
        mapping, {(*path, *rest): line for rest, line in (lines or {}).items()}
    )
