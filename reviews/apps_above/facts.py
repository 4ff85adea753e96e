"""What has happened on a review, so that the plan can offer to mark it. Nothing here writes.

Each app says so in its own module ``facts``: ``facts(review)`` gives a day for each event of
``packs.MILESTONE_EVENTS`` that it knows to have happened. The plan marks nothing by
itself but that what people said is destroyed (``domain.plan.mark_destroyed``).
"""

import datetime as dt

from reviews.models import Review
from reviews.trail import audit

Facts = dict[str, dt.date]


def told(review: Review, *actions: str) -> dt.date | None:
    """The day of the newest event of the trail with one of these actions."""
    found = audit.events(review).filter(action__in=actions).first()
    return found.on if found else None


def known(**days: dt.date | None) -> Facts:
    """Of those that happened; an underscore stands for a hyphen."""
    return {name.replace("_", "-"): day for name, day in days.items() if day}
