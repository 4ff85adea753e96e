"""Workshops during the visit go with it; one before it was arranged with people, so it stays."""

import datetime as dt

from django.db.models import F
from django.urls import reverse

from casemapping.models import CaseMap
from reviews.apps_above.visit_moves import Line
from reviews.models import Review
from reviews.pages import say

# A workshop of these is still to come.
AHEAD = (CaseMap.Status.PROPOSED, CaseMap.Status.CHOSEN, CaseMap.Status.PREPARED)


def _dated(review: Review, mode: CaseMap.Mode) -> list[CaseMap]:
    found = review.case_maps.filter(mode=mode, set_aside_by=None, status__in=AHEAD)
    return list(found.exclude(workshop_on=None))


def lines(review: Review, day_zero: dt.date) -> list[Line]:
    before = [each.workshop_on for each in _dated(review, CaseMap.Mode.PRE_VISIT)]
    days = sorted({day for day in before if day})
    if not days:
        return []
    workshops = say.counted(len(before), "case mapping workshop")
    verb = "is" if len(before) == 1 else "are"
    return [
        Line(
            f"{workshops} before the visit {verb} arranged, on "
            f"{say.listed([say.day(day) for day in days])}. "
            f"{'That date stays' if len(days) == 1 else 'Those dates stay'}.",
            url=reverse("casemapping:cases", args=[review.pk]),
            link="Change it with its case" if len(before) == 1 else "Change them",
            stays=True,
        )
    ]


def move(review: Review, before: dt.date, after: dt.date) -> None:
    cases = _dated(review, CaseMap.Mode.ON_SITE)
    for case in cases:
        if case.workshop_on:
            case.workshop_on += after - before
    CaseMap.objects.bulk_update(cases, ["workshop_on"])
    # Whoever has one of them open is told that it changed.
    numbers = [case.pk for case in cases]
    review.case_maps.filter(pk__in=numbers).update(version=F("version") + 1)
