"""The classes of record of a review: each model of the product stands in one of them.

Each app says so in its own module ``records``: a tuple ``RECORDS``. The pages for an information
officer, the three piles of the close and what is destroyed then are made from this table alone, so
a model without a class would be forgotten by all of them; a test refuses one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, cast

from django.apps import apps
from django.db.models import Field, Model, Q, QuerySet

from reviews import apps_above
from reviews.models import Review

_ALL = Q()


class Life(StrEnum):
    """Until when a class of record is held; ``reading.records`` has the words and the day."""

    RELEASE = "release"
    ADDRESSES = "addresses"
    WORDS = "words"
    SOURCES = "sources"
    ROSTER = "roster"
    CLOSE = "close"
    RECORD = "record"
    # Of the installation, not of a review.
    ACCOUNT = "account"
    INSTALLATION = "installation"


class Tie(StrEnum):
    """Whom a class of record may name."""

    # Somebody who was met, invited or asked to be heard, and whoever is on the review.
    STAFF = "staff"
    # People on the review and those they dealt with, for what they did there.
    ON_REVIEW = "on the review"
    NOBODY = "nobody"


# What the council is given of a class of record: none of it, or what its own copy of the report says.
NONE = ""
PRINTED = "what the report prints of it"


@dataclass(frozen=True)
class Rows:
    """Rows of one model. ``review`` is the way from a row to its review's number, "" where there is
    none; ``only`` narrows down which of its rows are meant.

    ``moves``: which of them go along where their class moves to another installation; None for none.
    ``husks``: which of them have lost their content on its day and stay as a number alone.
    """

    label: str
    review: str = "review"
    only: Q = field(default_factory=Q)
    moves: Q | None = field(default_factory=Q)
    husks: Q | None = None

    @property
    def model(self) -> type[Model]:
        return apps.get_model(self.label)

    def of(self, review: Review) -> QuerySet[Model]:
        """Raises ValueError for rows that no review has."""
        if not self.review:
            raise ValueError(self.label)
        rows = self.model._base_manager.filter(**{self.review: review.pk})
        return rows.filter(self.only)

    def full(self, review: Review) -> QuerySet[Model]:
        """Those that still have their content."""
        rows = self.of(review)
        return rows if self.husks is None else rows.exclude(self.husks)

    def moving(self, review: Review) -> QuerySet[Model]:
        """Raises ValueError for rows that never move."""
        if self.moves is None:
            raise ValueError(self.label)
        # A row is one row, however many others a condition goes by.
        chosen = self.of(review).filter(self.moves).values("pk")
        return self.model._base_manager.filter(pk__in=chosen)


@dataclass(frozen=True)
class Column:
    """A column of rows that stay, which the close empties: its content is of a class that goes."""

    label: str
    name: str
    review: str = "review"

    @property
    def model(self) -> type[Model]:
        return apps.get_model(self.label)

    def of(self, review: Review) -> QuerySet[Model]:
        """The rows of the review in which something stands."""
        rows = self.model._base_manager.filter(**{self.review: review.pk})
        return rows.exclude(**{self.name: self._empty})

    def empty(self, review: Review) -> None:
        self.of(review).update(**{self.name: self._empty})

    @property
    def _empty(self) -> object:
        return cast(
            "Field[Any, Any]", self.model._meta.get_field(self.name)
        ).get_default()


@dataclass(frozen=True)
class Record:
    """One class of record, in words that stand whatever a review holds.

    ``title`` is a plural or a mass noun; ``about`` says what it is, ``why`` what it is held for and
    ``who`` who can open it, each as a sentence. ``council`` says what the council is given of it, as
    an object of that verb, or ``NONE`` or ``PRINTED``; ``person`` where in it one person would stand,
    as a sentence. ``kept``: it outlives the close. ``moves``: it goes along when the whole review
    moves to another installation (``reading.moving``). ``columns``: what of it stands in rows of a
    class that stays.
    """

    code: str
    title: str
    about: str
    why: str
    who: str
    council: str
    life: Life
    tie: Tie
    person: str
    rows: tuple[Rows, ...]
    moves: bool
    # What of it moves, where that is not all: an ending of "What goes along" on the page.
    moves_as: str = ""
    columns: tuple[Column, ...] = ()

    @property
    def held(self) -> list[Rows | Column]:
        """Where anything of it stands."""
        return [*self.rows, *self.columns]

    @property
    def kept(self) -> bool:
        return self.life == Life.RECORD

    @property
    def of_a_review(self) -> bool:
        return self.life not in (Life.ACCOUNT, Life.INSTALLATION)


def labelled(
    *labels: str, review: str = "review", moves: Q | None = _ALL
) -> tuple[Rows, ...]:
    """The same of several models."""
    return tuple(Rows(label, review, moves=moves) for label in labels)


def of_apps_above() -> list[Record]:
    return [each for module in apps_above.modules("records") for each in module.RECORDS]
