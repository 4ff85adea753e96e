"""What the questionnaire holds of the review's framework."""

from questionnaires.models import Question, Questionnaire
from reviews.apps_above.pack_use import Uses, use
from reviews.models import Review

PARTS = ("questionnaire", "scale", "statements", "own-words")


def uses(review: Review) -> Uses:
    made = Questionnaire.objects.filter(review=review)
    locked = {}
    if made:
        opened = [each for each in made if each.state != Questionnaire.State.DRAFT]
        why = (
            "The questionnaire was opened with it."
            if opened
            else "The questionnaire was made from it. Change its draft instead."
        )
        locked = dict.fromkeys(PARTS, why)
        locked["job-groups"] = "People are on the questionnaire’s list by job group."
    themes = Question.objects.filter(questionnaire__in=made)
    return Uses(
        (use("themes", themes.values_list("theme", flat=True), "the questionnaire"),),
        locked,
    )
