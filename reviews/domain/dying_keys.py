"""Each key of a review dies on its day, and with it every copy of what it sealed.

The days stand in ``rules.key_days``. The rows go first, by the app that has them. A night in which
something is left tries again, and the operator is shown what is overdue (``reading.overdue_keys``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from reviews.apps_above.key_facts import facts_of
from reviews.domain.plan import mark_destroyed
from reviews.models import Review, Stage
from reviews.reading.speech import is_gone, is_left
from reviews.rules import key_days
from reviews.screening import roster
from reviews.secrets import keystore
from reviews.secrets.sealing import key_name


def destroy_due(*, at: dt.datetime) -> None:
    """Of every review the keys whose day has come, at whatever stage it stands."""
    there = keystore.names()
    for review in Review.objects.all():
        # Of before keys by purpose: all that it sealed stands under others.
        if (old := key_name("text", review.pk)) in there:
            keystore.destroy(old)
        today = review.today(at)
        if any(name.startswith(f"review-{review.pk}-") for name in there):
            destroy_due_of(review, there, today=today)
        if _is_over(review, today):
            mark_destroyed(review=review, on=today, at=at)


def _is_over(review: Review, today: dt.date) -> bool:
    """The day of what people said has come, and neither a row nor the key is there. A review that
    is being closed says so itself."""
    if review.stage in (Stage.SET_UP, Stage.CLOSED) or today < review.words_until:
        return False
    return is_gone(review) and not is_left(review)


def destroy_due_of(review: Review, there: list[str], *, today: dt.date) -> None:
    """``there``: names of the keys that there are."""
    for key in key_days.keys_of(facts_of(review, today=today)):
        ready = READY.get(key.purpose)
        names = key.names(there)
        if names and ready and key.due and key.due <= today and ready(review):
            for name in names:
                keystore.destroy(name)


def _nothing_left(review: Review) -> bool:
    return not is_left(review)


def _roster_forgotten(review: Review) -> bool:
    roster.forget(review)
    return True


# Whether the rows are gone that a key opens. What is not here dies where its rows do: a
# questionnaire's keys in ``questionnaires.domain``, files in ``documents``, the rest at the close.
READY: dict[str, Callable[[Review], bool]] = {
    "speech": _nothing_left,
    "notebook": _nothing_left,
    # Nothing of a row is read by it but by the worker's count: the rows go with speech.
    "sources": lambda review: True,
    "sources-public": _nothing_left,
    "roster": _roster_forgotten,
}
