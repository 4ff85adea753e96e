"""Keys that should be gone and are still there, for whoever operates the installation.

A review's number and council, what the key is for and since when: nothing of what it opens.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from reviews.apps_above.key_facts import facts_of
from reviews.models import Review
from reviews.rules import key_days
from reviews.secrets import keystore


@dataclass(frozen=True)
class OverdueKey:
    review: int
    council: str
    purpose: str
    due: dt.date


def overdue_keys(*, at: dt.datetime) -> list[OverdueKey]:
    """Those whose day came before yesterday: a night had its chance. The oldest first."""
    there = keystore.names()
    found = {
        OverdueKey(review.pk, review.council, key.title, key.due)
        for review in Review.objects.all()
        for key in key_days.keys_of(facts_of(review, today=review.today(at)))
        if key.due and key.due < review.today(at) - key_days.DAY and key.names(there)
    }
    return sorted(found, key=lambda row: (row.due, row.review, row.purpose))
