"""What has happened with the timetable and the notes, for the plan to offer."""

from reviews.apps_above.facts import Facts, known, told
from reviews.models import Review


def facts(review: Review) -> Facts:
    seeded = told(review, "timetable.seeded") if review.sessions.exists() else None
    return known(
        timetable_seeded=seeded, words_destroyed=told(review, "notes.destroyed")
    )
