"""When questionnaires were released: on it depends when their keys die."""

import datetime as dt
from typing import Any

from questionnaires.models import Questionnaire, Release
from reviews.models import Review
from reviews.rules.key_days import Round


def known(review: Review) -> dict[str, Any]:
    return {"rounds": rounds_of(review)}


def rounds_of(review: Review) -> tuple[Round, ...]:
    found = list(Questionnaire.objects.filter(review=review).order_by("pk"))
    days: dict[int, dt.date] = {}
    releases = Release.objects.filter(questionnaire__review=review).order_by("-round")
    for pk, on in releases.values_list("questionnaire_id", "on"):
        days[pk] = on
    kept = {each.pk: each.keep_addresses_days for each in found}

    def round_of(each: Questionnaire) -> Round:
        # A late round that was never opened has a list that the first promised to forget.
        unopened = each.late_of_id and each.state == Questionnaire.State.DRAFT
        first = each.late_of_id if unopened and each.late_of_id else each.pk
        return Round(each.pk, dt.timedelta(days=kept[first]), days.get(first))

    return tuple(map(round_of, found))
