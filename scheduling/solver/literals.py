"""What the model is made of: literals of the solver, and what follows from their values."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from scheduling.solver.frame import Candidate
from scheduling.solver.problem import Session
from scheduling.solver.rooms import Kind

# How a literal and a sum of them look to a type checker that cannot see into the solver.
Literal = Any


class Occupied(NamedTuple):
    """A literal, and the stretch and site that somebody is taken for if it is true."""

    start: int
    end: int
    site: str
    literal: Literal


def at_each_start(taken: Sequence[Occupied], gap: int) -> Iterator[list[int]]:
    """The places in the list of those that are taken, or were less than ``gap`` ago.

    Once for each moment at which somebody begins, the earliest first.
    """
    beginning: dict[int, list[int]] = defaultdict(list)
    for place, each in enumerate(taken):
        beginning[each.start].append(place)
    now: list[int] = []
    for start in sorted(beginning):
        still = [place for place in now if start < taken[place].end + gap]
        now = sorted(still + beginning[start])
        yield now


@dataclass
class Placing:
    """What the model decides about one session."""

    session: Session
    out: Literal
    ways: dict[tuple[int, str], list[tuple[Candidate, Literal]]] = field(
        default_factory=dict
    )
    moments: dict[tuple[int, str], Literal] = field(default_factory=dict)
    # Where one kind of room will always do, it is ``ample``; else there is a literal for each.
    ample: Kind | None = None
    in_rooms: dict[Kind, Literal] = field(default_factory=dict)


# Who may hold a session: every crew that may, as keys of peers.
Crews = Callable[[Session], list[tuple[str, ...]]]
Values = dict[int, int]


def any_of(literals: Iterable[Literal]) -> Callable[[Values], int]:
    indexes = [literal.index for literal in literals]
    return lambda values: max(values[index] for index in indexes)


def none_of(indexes: list[int]) -> Callable[[Values], int]:
    return lambda values: int(not any(values[index] for index in indexes))


def sum_of(indexes: Iterable[int]) -> Callable[[Values], int]:
    indexes = tuple(indexes)
    return lambda values: sum(values[index] for index in indexes)


def weighed(parts: Iterable[tuple[int, int]]) -> Callable[[Values], int]:
    """Parts are (how much, index)."""
    parts = tuple(parts)
    return lambda values: sum(much * values[index] for much, index in parts)
