"""Which source class a session's notes name, so that an evening never points at a session. Pure.

Whoever looks each evening, or keeps nightly copies, knows on which evening a note came. So a name
is given for the sessions of one evening's window, once and for all, and only where that window
bears it: at least 3 sessions, 5 people and 2 pairs of peers under each name. Among all ways to
name them the one that tells most is taken. How much a name tells depends on the whole week's
timetable, never on what was written.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from reviews.packs import SourceClass

LEAST_SESSIONS, LEAST_PEOPLE, LEAST_PAIRS = 3, 5, 2
# Of the ways to leave sessions to a higher name, so many are kept at each class. A sample week
# needs a few dozen.
_MOST_WAYS = 2_000
# Of two lists of ways, so many pairs are tried at most: a framework with dozens of classes under
# one would take minutes.
_MOST_PAIRS = 40_000


@dataclass(frozen=True)
class Heard:
    """A session that meets people: ``people`` who came, or are expected; ``pair`` is who went."""

    session: int
    source_class: str
    people: int
    pair: frozenset[int]


def enough(sessions: Collection[Heard]) -> bool:
    """Whether one name may stand for these, and for no others of their window."""
    return (
        len(sessions) >= LEAST_SESSIONS
        and sum(each.people for each in sessions) >= LEAST_PEOPLE
        and len({each.pair for each in sessions if each.pair}) >= LEAST_PAIRS
    )


def root(tree: Iterable[SourceClass]) -> str:
    return next(each.code for each in tree if not each.parent)


@dataclass(frozen=True)
class _Way:
    """How much is told by ``names``, given to sessions so far; the others are still to be named.

    Of two that tell as much the one with the narrower words is better: ``depth`` below the root.
    """

    told: float
    depth: int = 0
    names: tuple[tuple[int, str], ...] = ()

    def and_also(self, other: _Way) -> _Way:
        return _Way(
            self.told + other.told, self.depth + other.depth, self.names + other.names
        )


_Ways = dict[frozenset[Heard], _Way]


def cut(
    tree: Iterable[SourceClass], window: Collection[Heard], week: Iterable[Heard]
) -> dict[int, str]:
    """For each session of ``window`` the class that its notes name; nothing if there are too few.

    ``week`` are all sessions of the review that meet people, those of the window among them.
    """
    if not enough(window):
        return {}
    parents = {each.code: each.parent for each in tree}
    top = next(code for code, parent in parents.items() if not parent)
    told = _told(parents, top, [*week, *window])
    own: dict[str, list[Heard]] = defaultdict(list)
    for each in window:
        own[each.source_class if each.source_class in parents else top].append(each)
    children: dict[str, list[str]] = defaultdict(list)
    for code, parent in parents.items():
        children[parent].append(code)

    def ways(code: str, depth: int) -> _Ways:
        below = [ways(child, depth + 1) for child in children[code]]
        return _named(code, _together(below, own[code]), told.get(code, 0.0), depth)

    best = ways(top, 0)[frozenset()]
    return dict(best.names)


def named(
    tree: Iterable[SourceClass],
    window: Collection[Heard],
    to_come: Collection[Heard],
    week: Iterable[Heard],
) -> dict[int, str]:
    """What the sessions of an evening's window are told as; nothing while they have to wait.

    ``to_come`` are those of later: a handful left would stand alone, and so would be told.
    """
    if to_come and not enough(to_come):
        return {}
    return cut(tree, window, week)


def _told(
    parents: Mapping[str, str], top: str, week: Iterable[Heard]
) -> dict[str, float]:
    """In bits: how much smaller the crowd is that a name stands for than the whole week."""
    below: Counter[str] = Counter()
    for each in set(week):
        code = each.source_class if each.source_class in parents else top
        while code:
            below[code] += 1
            code = parents[code]
    return {code: math.log2(below[top] / number) for code, number in below.items()}


def _together(below: Iterable[_Ways], own: Iterable[Heard]) -> _Ways:
    """Each way of each class below with each of the others; what they leave rises with ``own``."""
    found: _Ways = {frozenset(own): _Way(0.0)}
    for ways in below:
        merged: _Ways = {}
        if len(found) * len(ways) > _MOST_PAIRS:
            most = math.isqrt(_MOST_PAIRS)
            found, ways = _fewer(found, most), _fewer(ways, most)
        for (left, way), (more, other) in product(found.items(), ways.items()):
            _keep_better(merged, left | more, way.and_also(other))
        found = _fewer(merged, _MOST_WAYS)
    return found


def _named(code: str, found: _Ways, told: float, depth: int) -> _Ways:
    """Whatever rises to ``code`` may be named there, if it is enough, or rise further."""
    ways = dict(found)
    for left, way in found.items():
        if left and enough(left):
            names = tuple((each.session, code) for each in left)
            here = _Way(told * len(left), depth * len(left), names)
            _keep_better(ways, frozenset(), way.and_also(here))
    return ways


def _keep_better(ways: _Ways, left: frozenset[Heard], way: _Way) -> None:
    there = ways.get(left)
    if there is None or _rank(way) > _rank(there):
        ways[left] = way


def _rank(way: _Way) -> tuple[float, int, tuple[tuple[int, str], ...]]:
    # The names themselves settle what is equal, so that the same timetable is named the same.
    return round(way.told, 9), way.depth, tuple(sorted(way.names))


def _fewer(ways: _Ways, most: int) -> _Ways:
    """The best of them, and that which leaves everything: from it a name can always be found."""
    if len(ways) <= most:
        return ways
    everything = max(ways, key=len)
    best = sorted(ways, key=lambda left: _rank(ways[left]), reverse=True)[:most]
    return {left: ways[left] for left in [*best, everything]}


def groups_apart(codes: Collection[str], tree: Iterable[SourceClass]) -> int:
    """How many of these classes do not lie within one another. The root tells of none."""
    parents = {each.code: each.parent for each in tree}
    wider: set[str] = set()
    for code in codes:
        above = parents.get(code, "")
        while above:
            wider.add(above)
            above = parents[above]
    return sum(bool(parents.get(code)) for code in set(codes) - wider)
