"""What people said, as far as it is still here; found by name by the app that destroys its key."""

from casemapping.models import CaseMap
from reviews.models import Review


def is_left(review: Review) -> bool:
    cases = CaseMap._base_manager.filter(review=review)
    return cases.exclude(status=CaseMap.Status.PURGED).exists()
