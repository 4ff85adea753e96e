"""Attack programs and how their success is counted. Pure: rows in, figures out.

A row is all that an attacker knows of one person or of one answer. ``truth`` on either side is
known to the referee alone.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from reviews.rules.chance import luck

Row = dict[str, Any]
TRUTH = "truth"
# How much is played: so many games of so many people each.
GAMES, PEOPLE = 3, 20


class Kind(StrEnum):
    """What an attack goes by."""

    KEY = "key"
    ORDER = "order"
    TRANSACTION = "transaction"
    TIME = "time"
    TASKS = "tasks"
    LOGS = "logs"
    MAIL = "mail"
    COPIES = "copies"
    LENGTH = "length"
    PAIR = "pair"
    SEARCH = "search"


# What the columns that ``capture`` adds to a row are called, and what they go by.
HIDDEN_ORDER = "hidden_order"
HIDDEN_PLACE = "hidden_place"
PAGE_OFFSET = "page offset"
HIDDEN_ROWID = "hidden_rowid"
HIDDEN_XMIN = "hidden_xmin"
VISIT = "visit order"
MAIL_ORDER = "mail order"
LOG_LINE = "log line"
TASK_ROW = "task row"
COPY = "first seen in copy"
LENGTH = "length of "
_GOES_BY = {
    HIDDEN_ORDER: Kind.ORDER,
    HIDDEN_PLACE: Kind.ORDER,
    PAGE_OFFSET: Kind.ORDER,
    HIDDEN_ROWID: Kind.TRANSACTION,
    HIDDEN_XMIN: Kind.TRANSACTION,
    VISIT: Kind.TIME,
    MAIL_ORDER: Kind.MAIL,
    LOG_LINE: Kind.LOGS,
    TASK_ROW: Kind.TASKS,
    COPY: Kind.COPIES,
}


def goes_by(column: str) -> Kind:
    """The kind of a column; a table's own are keys and sealed text."""
    if column.startswith(LENGTH):
        return Kind.LENGTH
    return _GOES_BY.get(column, Kind.KEY)


@dataclass(frozen=True)
class Match:
    """One attack program: a column of either side, and how the two orders are laid together."""

    mine: str
    theirs: str
    turned: bool
    target: str = ""

    @property
    def kind(self) -> Kind:
        if self.target == Kind.PAIR:
            return Kind.PAIR
        by_length = Kind.LENGTH in (goes_by(self.mine), goes_by(self.theirs))
        return Kind.LENGTH if by_length else goes_by(self.mine)

    def guess(
        self, people: Sequence[Row], answers: Sequence[Row]
    ) -> list[tuple[Row, Row]]:
        """Who is said to have given which answer, each once."""
        left = sorted(people, key=lambda row: row[self.mine])
        right = sorted(answers, key=lambda row: row[self.theirs], reverse=self.turned)
        return list(zip(left, right, strict=False))


def programs(
    people: Sequence[Row], answers: Sequence[Row], *, target: str = ""
) -> list[Match]:
    """Every pair of columns that puts both sides into an order, forwards and backwards."""
    return [
        Match(mine, theirs, turned, target)
        for mine in _orders(people)
        for theirs in _orders(answers)
        for turned in (False, True)
    ]


def _orders(rows: Sequence[Row]) -> list[str]:
    found = []
    for name in rows[0] if rows else ():
        values = [row[name] for row in rows]
        if name == TRUTH or any(value is None for value in values):
            continue
        try:
            ordered = sorted(values)
        except TypeError:
            continue
        if ordered[0] != ordered[-1]:
            found.append(name)
    return found


@dataclass(frozen=True)
class Sides:
    """What one game leaves: the sides to join, and the words that ought to be found nowhere."""

    people: list[Row]
    answers: list[Row]
    comments: list[Row]
    words: frozenset[str]
    found: frozenset[str]


@dataclass
class Score:
    """What each program got right over all games against one target, and what chance gives it."""

    target: str = ""
    games: int = 0
    expected: float = 0.0
    matches: dict[Match, int] = field(default_factory=dict)

    def add(
        self, people: Sequence[Row], answers: Sequence[Row], *, atoms: int = 1
    ) -> None:
        """One game. Within each atom a blind one-to-one guess is right once on average."""
        self.games += 1
        self.expected += atoms
        # Ties must not be broken by the referee's own order.
        left, right = _shuffled(people), _shuffled(answers)
        for program in programs(left, right, target=self.target):
            correct = sum(
                one[TRUTH] == other[TRUTH] for one, other in program.guess(left, right)
            )
            self.matches[program] = self.matches.get(program, 0) + correct

    @property
    def best(self) -> tuple[Match, int]:
        return max(self.matches.items(), key=lambda item: item[1])

    @property
    def limit(self) -> int:
        """How far luck alone takes the best of all programs: beyond it, something was found."""
        return luck(self.expected, len(self.matches))


@dataclass(frozen=True)
class Outcome:
    """How many programs of one kind were tried, and what the best of them got right."""

    tries: int = 0
    best: int = 0


def by_kind(scores: Iterable[Score]) -> dict[Kind, Outcome]:
    found: dict[Kind, Outcome] = {}
    for score in scores:
        for program, correct in score.matches.items():
            so_far = found.get(program.kind, Outcome())
            found[program.kind] = Outcome(so_far.tries + 1, max(so_far.best, correct))
    return found


def _shuffled(rows: Sequence[Row]) -> list[Row]:
    mixed = list(rows)
    random.SystemRandom().shuffle(mixed)
    return mixed
