"""What the days on which keys die follow from (``rules.key_days``), gathered from all apps.

An app that knows some of it says so in its own module ``key_facts``: ``known(review)`` gives values
for the fields of ``Facts`` that are its own.
"""

import datetime as dt
from typing import Any

from reviews import apps_above
from reviews.apps_above import promises
from reviews.models import Review, Stage
from reviews.rules import key_days, lead_in


def facts_of(
    review: Review, *, today: dt.date, closed_on: dt.date | None = None
) -> key_days.Facts:
    """``closed_on``: the day of the close; of a closed review whose day is not known it is today."""
    if closed_on is None and review.stage == Stage.CLOSED:
        closed_on = today
    known: dict[str, Any] = {}
    for module in apps_above.modules("key_facts"):
        known |= module.known(review)
    return key_days.Facts(
        review=review.pk,
        begun=review.stage > Stage.SET_UP or promises.was_made(review),
        day_zero=review.day_zero,
        last_day=review.last_day,
        words=review.words_kept,
        planned_on=planned_on(review),
        closed_on=closed_on,
        **known,
    )


def planned_on(review: Review) -> dt.date | None:
    """When the plan has what people said destroyed, counted from the visit as it stands now: a
    milestone that was marked as done does not move with it."""
    codes = [
        each.code
        for each in review.pack.milestones
        if each.done_by == key_days.DESTRUCTION
    ]
    days = [
        lead_in.due_on(
            review.day_zero,
            milestone.days_from_visit,
            keeps_weekend=review.pack.milestone_keeps_weekend(milestone.code),
        )
        for milestone in review.milestones.filter(code__in=codes)
    ]
    return min(days, default=None)
