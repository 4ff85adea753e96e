"""Verbs of performance information: keep what was read, take it in, take it away."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from reviews import retention
from reviews.models import Figure, PendingFigures, Review, User
from reviews.refusals import Refusal
from reviews.rules.figures import Reading, Row
from reviews.trail import audit


class NothingToTake(Refusal):
    def __init__(self) -> None:
        super().__init__("There is no row without a fault, so nothing can be added.")


@transaction.atomic
def keep_figures(*, review: Review, found: Reading, at: dt.datetime) -> PendingFigures:
    """Keep what was read until somebody confirms it; an earlier reading makes way."""
    review.pending_figures.all().delete()
    return PendingFigures.objects.create(
        review=review,
        rows=[row.plain() for row in found.rows],
        faults=[[fault.row, fault.column, fault.sentence] for fault in found.faults],
        read_at=at,
    )


def rows_of(pending: PendingFigures) -> list[Row]:
    return [Row.of(plain) for plain in pending.rows]


@transaction.atomic
def take_figures(*, pending: PendingFigures, by: User, at: dt.datetime) -> int:
    """Add what was read; a measure and period that are there already are replaced.

    Says how many rows. Raises NothingToTake.
    """
    review, rows = pending.review, rows_of(pending)
    if not rows:
        raise NothingToTake
    there = {
        (each.name.lower(), each.period.lower()): each for each in review.figures.all()
    }
    next_number = max((each.number for each in there.values()), default=0) + 1
    _replace(review, rows, there, next_number)
    pending.delete()
    audit.record(
        "figures.imported", review=review, by=by, at=at, detail={"number": len(rows)}
    )
    return len(rows)


def _replace(
    review: Review,
    rows: Sequence[Row],
    there: dict[tuple[str, str], Figure],
    number: int,
) -> None:
    replaced = [
        there[key]
        for row in rows
        if (key := (row.name.lower(), row.period.lower())) in there
    ]
    review.figures.filter(pk__in=[each.pk for each in replaced]).delete()
    Figure.objects.bulk_create(
        Figure(
            review=review,
            number=number + place,
            theme=row.theme,
            name=row.name,
            unit=row.unit,
            period=row.period,
            council=row.council,
            neighbours=row.neighbours,
            england=row.england,
            source=row.source,
        )
        for place, row in enumerate(rows)
    )


@transaction.atomic
def remove_measure(*, review: Review, name: str, by: User, at: dt.datetime) -> int:
    """Take one measure away, in all its periods."""
    number, _ = review.figures.filter(name=name).delete()
    if number:
        audit.record("figures.removed", review=review, by=by, at=at)
    return number


def tidy_figures(*, at: dt.datetime) -> None:
    """What nobody confirmed goes in time."""
    PendingFigures.objects.filter(read_at__lt=at - retention.UNCONFIRMED).delete()
