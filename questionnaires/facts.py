"""What has happened with the questionnaire, for the plan to offer."""

from questionnaires.models import Questionnaire, Release
from reviews.facts import Facts, known, told
from reviews.models import Review

OVER = (
    Questionnaire.State.CLOSED,
    Questionnaire.State.RELEASING,
    Questionnaire.State.RELEASED,
)


def facts(review: Review) -> Facts:
    last = review.questionnaires.order_by("pk").last()
    if last is None:
        return {}
    release = Release.objects.filter(questionnaire=last).order_by("round").first()
    return known(
        questionnaire_opened=last.opened_on,
        reminded_once=last.last_sent_on if last.reminders >= 1 else None,
        reminded_twice=last.last_sent_on if last.reminders >= 2 else None,
        questionnaire_closed=told(review, "questionnaire.closed")
        if last.state in OVER
        else None,
        results_released=release.on if release else None,
    )
