"""What has happened with the questionnaire, for the plan to offer."""

from questionnaires.models import Questionnaire, Release
from reviews.apps_above.facts import Facts, known, told
from reviews.models import Review

OVER = (
    Questionnaire.State.CLOSED,
    Questionnaire.State.RELEASING,
    Questionnaire.State.RELEASED,
)


def facts(review: Review) -> Facts:
    """Of the one that opened first: it is the one of the lead-in, whatever is asked later."""
    first = (
        review.questionnaires.exclude(opened_on=None)
        .order_by("opened_on", "pk")
        .first()
    )
    if first is None:
        return {}
    release = Release.objects.filter(questionnaire=first).order_by("round").first()
    return known(
        questionnaire_opened=first.opened_on,
        reminded_once=first.last_sent_on if first.reminders >= 1 else None,
        reminded_twice=first.last_sent_on if first.reminders >= 2 else None,
        questionnaire_closed=told(review, "questionnaire.closed")
        if first.state in OVER
        else None,
        results_released=release.on if release else None,
    )
