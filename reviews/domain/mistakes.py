"""Deleting a review that was made by mistake, with all that hangs on it."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Model, ProtectedError, QuerySet

from reviews.domain.documents import stored_names
from reviews.files import store
from reviews.models import Review, User
from reviews.reading.review import reasons_to_keep
from reviews.refusals import Refusal
from reviews.secrets import keystore
from reviews.trail import audit


class SomethingSaid(Refusal):
    """Something was said in the review, or it has gone on, so it stays."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__(" ".join(reasons))


@transaction.atomic
def delete_review(*, review: Review, by: User, at: dt.datetime) -> None:
    """Delete a review at set-up in which nobody has said anything. Raises SomethingSaid.

    The installation's own trail says who did it; the review's trail stays as every trail does.
    """
    Review.objects.lock(review.pk)
    reasons = reasons_to_keep(Review.objects.get(pk=review.pk))
    if reasons:
        raise SomethingSaid(reasons)
    number = review.pk
    audit.record(
        "review.deleted",
        review=None,
        by=by,
        at=at,
        object_kind="review",
        object_id=number,
        detail={
            "council": review.council,
            "day": review.day_zero.isoformat(),
            "people": review.memberships.count(),
        },
    )
    prefixes = key_prefixes(review)
    files = stored_names(review)
    delete_rows(review)
    transaction.on_commit(lambda: _destroy(prefixes, files))


def _destroy(prefixes: Sequence[str], files: Sequence[str]) -> None:
    store.remove(files)
    for name in keystore.names():
        if name.startswith(tuple(prefixes)):
            keystore.destroy(name)


def key_prefixes(review: Review) -> list[str]:
    """How the names of a review's keys begin, those of its questionnaires too."""
    found = [f"review-{review.pk}-"]
    for relation in Review._meta.related_objects:
        if relation.name == "questionnaires":
            rows = relation.related_model._base_manager.filter(review=review)
            found += [
                f"questionnaire-{pk}-" for pk in rows.values_list("pk", flat=True)
            ]
    return found


def delete_rows(review: Review) -> None:
    """Delete what hangs on the review, whatever protects what, and then the review."""
    clear(
        relation.related_model._base_manager.filter(review=review)
        for relation in Review._meta.related_objects
    )
    review.delete()


def clear(kinds: Iterable[QuerySet[Model]]) -> bool:
    """Delete rows that protect one another, and say whether all of them went.

    What one kind protects goes in a later round; a round in which nothing goes is the last.
    """
    waiting = list(kinds)
    while waiting:
        left = [rows for rows in waiting if not _deleted(rows)]
        if len(left) == len(waiting):
            return False
        waiting = left
    return True


def _deleted(rows: QuerySet[Model]) -> bool:
    try:
        with transaction.atomic():
            rows.delete()
    except ProtectedError:
        return False
    return True
