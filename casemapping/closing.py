"""What the close of a review needs of this app; found by name by the app that closes."""

import json

from casemapping.models import CaseMap
from reviews.apps_above.closing import Chapter, Unfinished
from reviews.models import Review


def blockers(review: Review) -> list[str]:
    return []


def unfinished(review: Review) -> list[Unfinished]:
    return []


def kept_files(review: Review) -> dict[str, bytes]:
    """How many cases were mapped, and the alerts that a child may be at risk."""
    alerts = [
        {
            "case": each.case_code,
            "told at": each.told_at.isoformat(),
            "raised by": review.name_of(each.raised_by),
            "person told": each.person_told,
        }
        for each in review.risk_alerts.select_related("raised_by").order_by("told_at")
    ]
    cases = {"cases mapped": CaseMap._base_manager.filter(review=review).count()}
    return {
        "alerts.json": json.dumps(alerts, ensure_ascii=False, indent=1).encode(),
        "cases.json": json.dumps(cases, indent=1).encode(),
    }


def chapters(review: Review) -> list[Chapter]:
    """Numbers and days, which their files say plainly enough."""
    return []


def forget(review: Review) -> None:
    """Nothing of this app that stays tells too much."""
