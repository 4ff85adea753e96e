"""Which source class a note may name, so that it never points at one or two sessions. Pure.

A class stands when at least 3 sessions with at least 5 people are told apart by its name;
else its sessions go under the parent's name. What is counted is what the name still covers
after its children took theirs: otherwise the one session directly under "Partner agencies"
would be given away by being the only one that says so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from reviews.packs import SourceClass

LEAST_SESSIONS, LEAST_PEOPLE = 3, 5


@dataclass
class _Heard:
    sessions: int = 0
    people: int = 0

    @property
    def enough(self) -> bool:
        return self.sessions >= LEAST_SESSIONS and self.people >= LEAST_PEOPLE

    def take(self, other: _Heard) -> None:
        self.sessions += other.sessions
        self.people += other.people
        other.sessions = other.people = 0


def root(tree: Iterable[SourceClass]) -> str:
    return next(each.code for each in tree if not each.parent)


def names(
    tree: Iterable[SourceClass], sessions: Iterable[tuple[str, int]]
) -> dict[str, str]:
    """For each class the one that its notes name; ``sessions`` are (class, people), held ones."""
    parents = {each.code: each.parent for each in tree}
    top = next(code for code, parent in parents.items() if not parent)
    heard: dict[str, _Heard] = defaultdict(_Heard)
    for code, people in sessions:
        heard[code if code in parents else top].take(_Heard(1, people))
    deepest_first = sorted(parents, key=lambda code: -_depth(code, parents))
    stands = {top}
    for code in deepest_first:
        if code == top:
            continue
        if heard[code].enough:
            stands.add(code)
        else:
            heard[parents[code]].take(heard[code])

    def name(code: str) -> str:
        while code not in stands:
            code = parents[code]
        return code

    # What is left at the top must not be a handful either: the smallest class joins it.
    while heard[top].sessions and not heard[top].enough and len(stands) > 1:
        below = [code for code in stands - {top} if name(parents[code]) == top]
        smallest = min(below, key=lambda code: (heard[code].people, code))
        stands.discard(smallest)
        heard[top].take(heard[smallest])
    return {code: name(code) for code in parents}


def top_level(code: str, tree: Iterable[SourceClass]) -> str:
    """The class below the root that ``code`` belongs to; the root for itself."""
    parents = {each.code: each.parent for each in tree}
    top = next(each for each, parent in parents.items() if not parent)
    while code in parents and parents[code] not in ("", top):
        code = parents[code]
    return code if code in parents else top


def _depth(code: str, parents: Mapping[str, str]) -> int:
    depth = 0
    while parents[code]:
        code, depth = parents[code], depth + 1
    return depth
