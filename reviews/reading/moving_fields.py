"""Which rows and columns of a review move to another installation, read off the classes of record.

Both ways use it: what goes into the file, and what a file may hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from django.db import models
from django.db.models import Model

from reviews.apps_above.records import Rows
from reviews.models import Review, User
from reviews.reading.records import of_a_review
from reviews.secrets.sealing import SealedTextField

# What people said, whom it was asked of, and names that texts are screened for.
STAYING_SCOPES = ("speech", "invitees", "roster", "samples")
# Of rows that move. Who is a member is said anew: nobody accepts on somebody's behalf.
_STAYING = {
    "reviews.Review": ("demonstration", "demonstration_day", "rehearsal"),
    "reviews.Membership": ("answer", "invited_at", "answered_at", "name_given"),
    # Nor is an account made for somebody who left or declined.
    "reviews.Departure": ("user",),
}
# Columns whose bytes lie in files of their own beside the rows.
FILES = {
    "reviews.DocumentVersion": "stored_as",
    "feedback.ReportVersion": "pdf",
}


@dataclass(frozen=True)
class Moving:
    """One model of which rows move.

    ``values`` are plain columns; ``links`` lead to other models that move, ``people`` to accounts,
    ``many`` to several rows. ``emptied`` stay behind: they are empty in the new row. ``file`` is
    the column whose bytes lie beside, "" for most.
    """

    model: type[Model]
    rows: tuple[Rows, ...]
    values: tuple[models.Field[Any, Any], ...]
    links: dict[str, str]
    people: tuple[str, ...]
    many: dict[str, str]
    emptied: tuple[str, ...]
    file: str

    @property
    def label(self) -> str:
        return self.model._meta.label

    @property
    def names(self) -> frozenset[str]:
        """What a row of the file says."""
        return frozenset(
            [
                "id",
                *(field.name for field in self.values),
                *self.links,
                *self.people,
                *self.many,
                *([self.file] if self.file else ()),
            ]
        )

    def column(self, name: str) -> str:
        """The attribute that holds the number which a link leads to."""
        return cast("models.Field[Any, Any]", self.model._meta.get_field(name)).attname

    def is_needed(self, name: str) -> bool:
        """Whether a row cannot be without what this link leads to."""
        return not self.model._meta.get_field(name).null


@cache
def plan() -> tuple[Moving, ...]:
    """Every model that moves, each after those that it links to."""
    rows: dict[str, list[Rows]] = {}
    for record in of_a_review():
        for each in record.rows:
            if record.moves and each.moves is not None:
                rows.setdefault(each.label, []).append(each)
    found = {
        label: _moving(tuple(each), frozenset(rows)) for label, each in rows.items()
    }
    return tuple(_in_order(found))


def _moving(rows: tuple[Rows, ...], all_labels: frozenset[str]) -> Moving:
    model = rows[0].model
    label = model._meta.label
    staying, file = _STAYING.get(label, ()), FILES.get(label, "")
    values, links, people, emptied = [], {}, [], []
    for field in model._meta.concrete_fields:
        if field.primary_key or field.name in (*staying, file):
            continue
        if isinstance(field, models.ForeignKey):
            target = field.related_model
            if target is User:
                people.append(field.name)
            elif target is not Review and target._meta.label in all_labels:
                links[field.name] = target._meta.label
            elif target is not Review:
                emptied.append(field.name)
        elif isinstance(field, SealedTextField) and field.scope in STAYING_SCOPES:
            emptied.append(field.name)
        else:
            values.append(field)
    return Moving(
        model=model,
        rows=rows,
        values=tuple(values),
        links=links,
        people=tuple(people),
        many={
            field.name: field.related_model._meta.label
            for field in model._meta.local_many_to_many
        },
        emptied=tuple(emptied),
        file=file,
    )


def _in_order(found: dict[str, Moving]) -> list[Moving]:
    placed: dict[str, Moving] = {}
    while len(placed) < len(found):
        ready = [
            each
            for label, each in sorted(found.items())
            if label not in placed
            and {*each.links.values(), *each.many.values()} - {label} <= placed.keys()
        ]
        if not ready:
            raise ValueError(sorted(found.keys() - placed.keys()))
        placed |= {each.label: each for each in ready}
    return list(placed.values())
