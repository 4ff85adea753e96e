"""What the apps say when a whole review moves to another installation.

Each app says so in its own module ``moving``. ``SHAPES``: of what form the plain values in a column
of lists have to be. ``CODES``: columns that hold a code of the framework. ``TURNED``: columns whose
values name rows by number, and what they say once the rows have others. ``settle(review, ids)``: what
has to be done once all rows are there, with a sentence for each thing that pages could not read;
``names(review)``: (name, post) of people whom texts are screened for. ``stage_faults(review)``: what
the stage at which the review stands needs and its rows do not have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from reviews import apps_above
from reviews.models import Review
from reviews.rules import shapes
from reviews.rules.shapes import Fits


class Ids:
    """What rows of the file are called here."""

    def __init__(self) -> None:
        self._new: dict[tuple[str, str], Any] = {}

    def put(self, label: str, old: Any, new: Any) -> None:
        self._new[label, str(old)] = new

    def new(self, label: str, old: Any) -> Any:
        """None for what is not in the file."""
        return self._new.get((label, str(old)))

    def has(self, label: str, old: Any) -> bool:
        return (label, str(old)) in self._new

    def pairs(self, label: str) -> Iterable[tuple[str, Any]]:
        return [(old, new) for (of, old), new in self._new.items() if of == label]


Turn = Callable[[Any, Ids], Any]

_TEXT = shapes.is_text
_SHAPES: dict[str, Fits] = {
    # What is wrong with a framework its own reader says, in sentences.
    "reviews.Review.framework": shapes.values_of(lambda value: True),
    "reviews.DocumentRequest.themes": shapes.list_of(_TEXT),
    "reviews.Document.themes": shapes.list_of(_TEXT),
    "reviews.DocumentVersion.marks": shapes.values_of(shapes.is_number),
    "reviews.Hypothesis.basis": shapes.list_of(_TEXT),
    "reviews.Terms.sections": shapes.list_of(
        shapes.having(code=_TEXT, title=_TEXT, text=_TEXT)
    ),
    "reviews.Message.fields": shapes.values_of(_TEXT),
    "reviews.Message.files": shapes.list_of(
        shapes.either(shapes.list_of(_TEXT), shapes.values_of(_TEXT))
    ),
    # Of an earlier trail its chain is checked.
    "reviews.EarlierTrail.content": shapes.list_of(
        shapes.values_of(lambda value: True)
    ),
}
_CODES = {
    "reviews.Membership.role": "roles",
    "reviews.Departure.role": "roles",
    "reviews.Milestone.owner_role": "roles",
    "reviews.DocumentRequest.owner_role": "roles",
    "reviews.DocumentRequest.themes": "themes",
    "reviews.Document.themes": "themes",
    "reviews.Hypothesis.theme": "themes",
    "reviews.Figure.theme": "themes",
}


def all_shapes() -> dict[str, Fits]:
    return _SHAPES | _merged("SHAPES")


def all_codes() -> dict[str, str]:
    """Column to the part of the framework that its codes are of."""
    return _CODES | _merged("CODES")


def all_turned() -> dict[str, Turn]:
    return _merged("TURNED")


def _merged(name: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for module in apps_above.modules("moving"):
        found |= getattr(module, name)
    return found


def settle(review: Review, ids: Ids) -> list[str]:
    return [
        sentence
        for module in apps_above.modules("moving")
        for sentence in module.settle(review, ids)
    ]


def stage_faults(review: Review) -> list[str]:
    return [
        sentence
        for module in apps_above.modules("moving")
        for sentence in module.stage_faults(review)
    ]


def names(review: Review) -> list[tuple[str, str]]:
    return [
        pair for module in apps_above.modules("moving") for pair in module.names(review)
    ]
