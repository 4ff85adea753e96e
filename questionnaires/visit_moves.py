"""A closing date that people were told never moves unseen: it is pointed at instead."""

import datetime as dt

from django.urls import reverse

from questionnaires.models import Questionnaire
from reviews.apps_above.visit_moves import Line
from reviews.models import Review
from reviews.pages import say

OPEN = (Questionnaire.State.OPENING, Questionnaire.State.OPEN)


def lines(review: Review, day_zero: dt.date) -> list[Line]:
    found = []
    opened = list(review.questionnaires.filter(state__in=OPEN))
    for each in opened:
        if each.closes_on is None:
            continue
        which = "The questionnaire" if len(opened) == 1 else f"“{each.title}”"
        words = (
            f"{which} is open until {say.day(each.closes_on)}, and people were told so. "
            "That date stays."
        )
        if each.closes_on >= day_zero:
            words += " It would then close after the visit has begun."
        found.append(
            Line(
                words,
                url=reverse("questionnaires:closing-date", args=[review.pk, each.pk]),
                link="Change its closing date",
                stays=True,
            )
        )
    return found


def move(review: Review, before: dt.date, after: dt.date) -> None:
    """Nothing: what people were told stands until somebody changes it."""
