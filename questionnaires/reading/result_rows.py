"""What the pages of results show, row by row, and what their address asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from questionnaires.models import Question, Release
from questionnaires.reading.bars import Bar, Range
from questionnaires.reading.earlier import Earlier
from questionnaires.rules.disclosure import NOT_SHOWN

# What the address asks for


@dataclass(frozen=True)
class Narrowed:
    """What the address asks for; "" narrows nothing down."""

    theme: str = ""
    group: str = ""
    sort: str = ""

    def address(self, **changes: str) -> str:
        """The same with something else chosen, as the rest of an address."""
        wanted = replace(self, **changes)
        pairs = {"theme": wanted.theme, "group": wanted.group, "sort": wanted.sort}
        kept = {name: value for name, value in pairs.items() if value}
        return f"?{urlencode(kept)}" if kept else ""


@dataclass(frozen=True)
class Option:
    value: str
    title: str
    chosen: bool


# What stands on the pages


@dataclass(frozen=True)
class Filing:
    """Whether a result is on the evidence board; ``value`` is what a button sends."""

    value: str
    state: str  # "always", "filed", "open" or "theme": its question has none, so one is chosen


@dataclass(frozen=True)
class Row:
    """A statement as everybody, or one group, answered it.

    ``everybody`` and ``compared`` are empty but on a group's page, ``since`` without earlier results.
    """

    question: Question
    bar: Bar
    favourable: str
    unfavourable: str
    dont_know: str
    filing: Filing
    everybody: str = ""
    compared: str = ""
    since: str = ""
    share: float = 0.0


@dataclass(frozen=True)
class Answer:
    """One answer to choose from, as everybody or one group chose it."""

    label: str
    bar: Bar
    share: str
    since: str = ""


@dataclass(frozen=True)
class Choice:
    """A question with answers to choose from."""

    question: Question
    answers: tuple[Answer, ...]
    sentence: str
    filing: Filing


@dataclass(frozen=True)
class Table:
    """The statements of one theme, or all of them in another order; then its other questions."""

    title: str
    anchor: str
    sentence: str
    rows: tuple[Row, ...]
    choices: tuple[Choice, ...]


@dataclass(frozen=True)
class Gap:
    """Two groups whose shares are further apart than rounding can explain."""

    question: Question
    most: str
    most_share: str
    least: str
    least_share: str
    apart: float
    range: Range
    filing: Filing

    @property
    def says(self) -> str:
        return f"From {self.least_share} to {self.most_share} favourable"


@dataclass(frozen=True)
class Results:
    """A release for the team, narrowed down as the address asks."""

    release: Release
    outcome: str
    base: str
    chosen: Narrowed
    group_title: str
    themes: tuple[Option, ...]
    groups: tuple[Option, ...]
    sorts: tuple[Option, ...]
    tables: tuple[Table, ...]
    highest: tuple[Row, ...]
    lowest: tuple[Row, ...]
    stands_out: tuple[Row, ...]
    gaps: tuple[Gap, ...]
    unshown: tuple[Question, ...]
    earlier: Earlier | None

    @property
    def shows_dont_know(self) -> bool:
        """Whether any row has this share: small groups show fewer of them."""
        return any(
            row.dont_know != NOT_SHOWN for table in self.tables for row in table.rows
        )

    @property
    def shows_hidden(self) -> bool:
        return any(row.bar.hides for table in self.tables for row in table.rows)

    @property
    def few_words(self) -> str:
        """Why there are comments and no figures."""
        k = self.release.questionnaire.k
        return (
            f"At least 5 people answered, and fewer than {k}. A figure about so few could point "
            "to a person, so none was made. What they wrote does not say which group it is from."
        )
