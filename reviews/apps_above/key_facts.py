"""What the days on which keys die follow from (``rules.key_days``), gathered from all apps.

An app that knows some of it says so in its own module ``key_facts``: ``known(review)`` gives values
for the fields of ``Facts`` that are its own.
"""

import datetime as dt
from typing import Any

from reviews import apps_above
from reviews.apps_above import promises
from reviews.models import Closing, Review, Stage
from reviews.pages import say
from reviews.rules import key_days, lead_in


def facts_of(review: Review, *, today: dt.date) -> key_days.Facts:
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
        closed_on=_closed_on(review, today),
        **known,
    )


def _closed_on(review: Review, today: dt.date) -> dt.date | None:
    """The day on which two people closed it; where a closed review has none, today."""
    if review.stage != Stage.CLOSED:
        return None
    closing = Closing.objects.filter(review=review).first()
    if closing is None or closing.confirmed_at is None:
        return today
    return min(say.local_day(closing.confirmed_at), today)


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
