"""What people said, as far as it is still here; found by name by the app that destroys its key."""

from feedback.models import Excerpt
from reviews.models import Review


def is_left(review: Review) -> bool:
    return Excerpt.objects.filter(review=review).filter(text__isnull=False).exists()
