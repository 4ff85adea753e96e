"""What the close of a review needs of this app; found by name by the app that closes."""

import json

from reviews.apps_above.closing import Chapter, Unfinished
from reviews.models import Review
from scheduling.models import WeekPlan


def blockers(review: Review) -> list[str]:
    if WeekPlan.objects.filter(review=review, state=WeekPlan.State.RUNNING).exists():
        return ["A proposal for the week is being worked out. Wait for it, or stop it."]
    return []


def unfinished(review: Review) -> list[Unfinished]:
    return []


def kept_files(review: Review) -> dict[str, bytes]:
    """The timetable without a name: when, how long and of what kind. How many were met, to the
    nearest ten."""
    sessions = review.sessions.filter(cancelled=False).order_by("day", "start", "pk")
    met = [each for each in sessions if each.meets_people]
    came = sum(each.came or 0 for each in met)
    whole = {
        "sessions with people": len(met),
        "people met, to the nearest ten": round(came / 10) * 10,
        "timetable": [
            {
                "day": each.day.isoformat(),
                "start": each.start.isoformat("minutes"),
                "minutes": each.minutes,
                "kind": review.pack.session_type(each.type).title,
            }
            for each in sessions
        ],
    }
    return {"visit.json": json.dumps(whole, ensure_ascii=False, indent=1).encode()}


def chapters(review: Review) -> list[Chapter]:
    """Numbers and days, which their files say plainly enough."""
    return []


def forget(review: Review) -> None:
    """Nothing of this app stays."""
