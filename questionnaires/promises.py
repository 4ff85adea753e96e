"""Whether respondents were told for how long their words are kept: letters, first page and poster."""

from questionnaires.models import Questionnaire
from reviews.models import Review


def was_made(review: Review) -> bool:
    made = Questionnaire.objects.filter(review=review)
    return made.exclude(state=Questionnaire.State.DRAFT).exists()
