"""Every way in which a group can have answered, and what the published shares let one be sure of.

How many answered is taken as known: the turnout may tell it.
"""

import itertools
from collections.abc import Iterator

from questionnaires.rules import disclosure

World = tuple[int, ...]
# Counts below this are protected inside a group.
T = 3


def compositions(n: int, parts: int) -> Iterator[World]:
    """Every way in which ``n`` people can give one answer each of ``parts``."""
    if parts == 1:
        yield (n,)
        return
    for first in range(n + 1):
        for rest in compositions(n - first, parts - 1):
            yield (first, *rest)


def pinned_by_statement(n: int) -> list[str]:
    """Certain small counts of favourable, unfavourable, don't know, and the middle that remains."""
    worlds: dict[object, set[World]] = {}
    for world in compositions(n, 4):
        good, bad, unsure, _ = world
        part = disclosure.shown(
            favourable=good, unfavourable=bad, dont_know=unsure, n=n
        )
        shown = (
            part.words(part.favourable),
            part.words(part.unfavourable),
            part.words(part.dont_know),
        )
        worlds.setdefault(shown, set()).add(world)
    return _pinned(worlds, n)


def pinned_by_choice(n: int, answers: int, *, one: bool) -> list[str]:
    """The same of answers to choose from: ``one`` of them each, or any number but none."""
    codes = "abcdefgh"[:answers]
    every = (
        compositions(n, answers)
        if one
        else (
            world
            for world in itertools.product(range(n + 1), repeat=answers)
            if sum(world) >= n
        )
    )
    worlds: dict[object, set[World]] = {}
    for world in every:
        part = disclosure.chosen(dict(zip(codes, world, strict=True)), n=n, one=one)
        shown = tuple(part.words(code) for code in codes)
        worlds.setdefault(shown, set()).add(world)
    return _pinned(worlds, n)


def _pinned(worlds: dict[object, set[World]], n: int) -> list[str]:
    """Whatever follows for certain: nobody, everybody, one or two, all but one or two."""
    small = set(range(1, T))
    found = []
    for shown, possible in worlds.items():
        for place, counts in enumerate(
            {world[k] for world in possible} for k in range(len(next(iter(possible))))
        ):
            others = {n - count for count in counts}
            for sure, what in (
                (counts == {0}, "nobody"),
                (others == {0}, "everybody"),
                (counts <= small, "one or two"),
                (others <= small, "all but one or two"),
            ):
                if sure:
                    found.append(f"{shown} of {n}: {what} gave answer {place}")
    return found
