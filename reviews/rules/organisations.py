"""Are two names of organisations the same council? Pure."""

from collections.abc import Iterable, Iterator
from itertools import takewhile

# Words that a council's name may have or lack: "Trafford" is "Trafford Council".
_COMMON = frozenset(
    [
        "council",
        "city",
        "county",
        "borough",
        "metropolitan",
        "mbc",
        "london",
        "royal",
        "district",
        "unitary",
        "authority",
        "local",
        "cc",
        "bc",
    ]
)
_LINKING = frozenset(["the", "of", "and", "in", "at"])
# Beside a place's name, one of these makes it the council's and nobody else's.
_COUNCIL = frozenset(["council", "mbc", "cc", "bc", "borough", "authority"])
# What a council calls its parts. A hospital, a school or the police of the place are not among them.
_PARTS = frozenset(
    [
        "adult",
        "adults",
        "care",
        "child",
        "children",
        "childrens",
        "department",
        "directorate",
        "early",
        "education",
        "families",
        "family",
        "help",
        "people",
        "peoples",
        "s",
        "safeguarding",
        "service",
        "services",
        "social",
        "team",
        "work",
        "young",
        "youth",
    ]
)
# "North York" is not York.
_ELSEWHERE = frozenset(
    ["north", "south", "east", "west", "mid", "central", "greater", "upper", "lower"]
)


def same_organisation(one: str, other: str) -> bool:
    """Whether one of the two names is the other one's council, a part of it included.

    "Trafford", "Trafford MBC" and "Trafford Council Children's Services" are one council;
    "Trafford General Hospital" and "Greater Trafford Council" are something else.
    """
    return _within(one, other) or _within(other, one)


def _within(council: str, home: str) -> bool:
    """Whether ``home`` is ``council`` or holds its whole name."""
    core = _core(council)
    words = [word for word in _words(home) if word not in _LINKING] or _words(home)
    if not core:
        return False
    if _core(home) == core:
        return True
    for start in range(len(words) - len(core) + 1):
        end = start + len(core)
        before, after = words[:start], words[end:]
        if words[start:end] != core or (before and before[-1] in _ELSEWHERE):
            continue
        near = [*_run(reversed(before)), *_run(after)]
        if _COUNCIL & set(near) or {*before, *after} <= _COMMON | _PARTS:
            return True
    return False


def _run(words: Iterable[str]) -> Iterator[str]:
    """The words that stand next to the name and belong to what a council is called."""
    return takewhile(_COMMON.__contains__, words)


def _core(name: str) -> list[str]:
    """What is left of a council's name without the words that any council may have."""
    words = _words(name)
    kept = [word for word in words if word not in _COMMON | _LINKING]
    return kept or words


def _words(name: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in name.lower()).split()
