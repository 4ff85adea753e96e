"""Programs that try to lead notes back to their sessions, and how often luck would. Pure.

Each has what somebody could carry off: the notes in some order, the class that each names, perhaps
the evening on which it came, and the timetable. It lays the notes of one class out over the
sessions that the class can mean, in their order in time; ``shares`` say how many it gives to each.
What it gets right is held against what the same layout gets right of notes in random order.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Heard:
    """A session of the timetable, as everybody knows it. ``usual`` is how many notes one expects."""

    session: int
    label: str
    evening: int
    begins: Any
    pair: frozenset[int]
    usual: float = 1.0


@dataclass(frozen=True)
class Row:
    """A note as it was found. ``places`` are orders in which it stands among the others."""

    label: str
    truth: int
    places: Mapping[str, Any]
    evening: int | None = None


@dataclass
class Score:
    """Of one program: notes led to their session and to their pair, and what luck would have."""

    right: int = 0
    luck: float = 0.0
    pairs_right: int = 0
    pairs_luck: float = 0.0

    def add(self, other: Score) -> None:
        self.right += other.right
        self.luck += other.luck
        self.pairs_right += other.pairs_right
        self.pairs_luck += other.pairs_luck


@dataclass
class Scores:
    """By program, over all games."""

    notes: int = 0
    smallest_cell: int = 10**9
    by_program: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))

    @property
    def best(self) -> float:
        """The share of notes that the best of them led to the right session."""
        right = max((each.right for each in self.by_program.values()), default=0)
        return right / self.notes if self.notes else 0.0


def uniform(sessions: Sequence[Heard]) -> list[float]:
    return [1 / len(sessions)] * len(sessions)


def usual(sessions: Sequence[Heard]) -> list[float]:
    """Who knows that a focus group gives more notes than an interview."""
    whole = sum(each.usual for each in sessions)
    return [each.usual / whole for each in sessions]


SHARES: dict[str, Callable[[Sequence[Heard]], list[float]]] = {
    "uniform": uniform,
    "usual": usual,
}


def attack(scores: Scores, rows: Sequence[Row], week: Sequence[Heard]) -> None:
    """Let each program loose on one game, and add what it got right."""
    cells: dict[tuple[int | None, str], list[Row]] = defaultdict(list)
    for row in rows:
        cells[row.evening, row.label].append(row)
    scores.notes += len(rows)
    for (evening, label), found in cells.items():
        sessions = sorted(
            (
                each
                for each in week
                if each.label == label and evening in (None, each.evening)
            ),
            key=lambda each: (each.begins, each.session),
        )
        scores.smallest_cell = min(scores.smallest_cell, len(sessions))
        for place in found[0].places:
            ordered = sorted(found, key=lambda row: row.places[place])
            for way, notes in (("forwards", ordered), ("backwards", ordered[::-1])):
                for name, shares in SHARES.items():
                    program = f"{place}, {way}, {name}"
                    scores.by_program[program].add(
                        _laid_out(notes, sessions, shares(sessions))
                    )


def _laid_out(
    notes: Sequence[Row], sessions: Sequence[Heard], shares: Sequence[float]
) -> Score:
    score = Score()
    pairs = {each.session: each.pair for each in sessions}
    of_session = {
        each.session: share for each, share in zip(sessions, shares, strict=True)
    }
    of_pair: dict[frozenset[int], float] = defaultdict(float)
    for each, share in zip(sessions, shares, strict=True):
        of_pair[each.pair] += share
    for guess, note in zip(_guesses(len(notes), sessions, shares), notes, strict=True):
        score.right += guess == note.truth
        score.luck += of_session[note.truth]
        score.pairs_right += pairs[guess] == pairs[note.truth]
        score.pairs_luck += of_pair[pairs[note.truth]]
    return score


def _guesses(
    number: int, sessions: Sequence[Heard], shares: Sequence[float]
) -> list[int]:
    """A block of notes for each session, as long as its share."""
    guesses: list[int] = []
    upto = 0.0
    for each, share in zip(sessions, shares, strict=True):
        upto += share
        guesses += [each.session] * (round(upto * number) - len(guesses))
    return guesses + [sessions[-1].session] * (number - len(guesses))
