"""Whether those who are met were told what becomes of what they say: by the timetable's letters."""

from reviews.models import Review


def was_made(review: Review) -> bool:
    return review.timetable_releases.exists()
