"""What people said, as far as it is still here; found by name by the app that destroys its key."""

from questionnaires.models import Comment, Questionnaire, ReleasedAnswer
from reviews.models import Review

State = Questionnaire.State


def is_left(review: Review) -> bool:
    """Also answers that are still sealed: they would be opened into what this key seals."""
    made = Questionnaire.objects.filter(review=review)
    over = (State.DRAFT, State.RELEASED, State.DESTROYED)
    return made.exclude(state__in=over).exists() or any(
        model.objects.filter(release__questionnaire__review=review).exists()
        for model in (Comment, ReleasedAnswer)
    )
