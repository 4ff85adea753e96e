"""What case mapping says of itself on the review's home page and at its stages."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

from django.db.models import Q
from django.urls import reverse

from casemapping.models import (
    AgencyInvolvement,
    CaseMap,
    PreparationSheet,
    TimelineEvent,
    Typed,
)
from casemapping.rules import steps
from reviews.access import Action, Sight, can, sees
from reviews.models import Membership, Review, Stage
from reviews.pages import say
from reviews.pages.progress import Obstacle, Progress, ToDo

Status = CaseMap.Status


def progress(review: Review, membership: Membership) -> list[Progress]:
    """How far case mapping is: for the team the cases, for host people their sheets."""
    if not sees(membership, Sight.CASES):
        return _sheet_progress(review, membership)
    if not (
        can(membership, Action.WRITE_CASE_MAP) or can(membership, Action.READ_CASE_MAP)
    ):
        return []
    statuses = list(
        review.case_maps.filter(set_aside_by__isnull=True)
        .exclude(status=Status.PURGED)
        .values_list("status", flat=True)
    )
    url = reverse("casemapping:cases", args=[review.pk])
    if not statuses:
        said = "No case has been proposed yet."
        if review.case_maps.filter(status=Status.PURGED).exists():
            said = "What was written on the cases has been destroyed."
        return [Progress("Case mapping", said, url)]
    mapped = sum(status in (Status.MAPPED, Status.DISCUSSED) for status in statuses)
    discussed = sum(status == Status.DISCUSSED for status in statuses)
    whole = len(statuses)
    return [
        Progress(
            "Case mapping",
            f"{say.counted(whole, 'case')}: {mapped} mapped, {discussed} discussed.",
            url,
            # Half the way is the map, the other half the talk about it.
            100 * (mapped + discussed) // (2 * whole),
        )
    ]


def _sheet_progress(review: Review, membership: Membership) -> list[Progress]:
    states = list(
        PreparationSheet.objects.of_host(membership).values_list("is_in", flat=True)
    )
    if not states:
        return []
    return [
        Progress(
            "Case preparation sheets",
            f"{sum(states)} of {len(states)} handed in.",
            reverse("casemapping:sheets", args=[review.pk]),
            100 * sum(states) // len(states),
        )
    ]


def to_do(review: Review, membership: Membership, today: dt.date) -> list[ToDo]:
    """Sheets that the reader's agency has not handed in, and cases that keep the week open."""
    if not sees(membership, Sight.CASES):
        out = PreparationSheet.objects.of_host(membership).filter(is_in=False).count()
        if not out or not can(membership, Action.WRITE_CASE_SHEET):
            return []
        return [
            ToDo(
                f"Hand in {say.counted(out, 'case preparation sheet')}",
                url=reverse("casemapping:sheets", args=[review.pk]),
            )
        ]
    found = _to_look_at(review, membership)
    if review.stage != Stage.ON_SITE or not can(membership, Action.WRITE_CASE_MAP):
        return found
    left = review.case_maps.filter(
        set_aside_by__isnull=True, status=Status.MAPPED
    ).count()
    if left:
        found.append(
            ToDo(
                f"Discuss {say.counted(left, 'case')} with the team",
                when="before the review can move on",
                url=reverse("casemapping:cases", args=[review.pk]),
            )
        )
    return found


def _to_look_at(review: Review, membership: Membership) -> list[ToDo]:
    """The cases with lines of a sheet that may name somebody, for those who facilitate them."""
    mine = CaseMap.objects.open_to(membership, Action.WRITE_CASE_MAP).standing()
    waiting: Counter[CaseMap] = Counter()
    for model in (AgencyInvolvement, TimelineEvent):
        rows: Any = model.objects.filter(
            case__in=mine, screening=Typed.Screening.MARKED, off_map=False
        )
        waiting.update(row.case for row in rows.standing().select_related("case"))
    return [
        ToDo(
            f"Look at {say.counted(number, 'line')} of {case.code} that may name somebody",
            url=reverse("casemapping:case", args=[review.pk, case.pk]),
        )
        for case, number in sorted(waiting.items(), key=lambda each: each[0].number)
    ]


def stage_blockers(review: Review, to: Stage) -> list[Obstacle]:
    """What of case mapping is not done, before the review moves on."""
    wanted = {
        Stage.ON_SITE: (Status.MAPPED, Status.DISCUSSED),
        Stage.REPORTING: (Status.DISCUSSED,),
    }.get(to)
    if wanted is None:
        return []
    cases = review.case_maps.filter(set_aside_by__isnull=True).exclude(
        status__in=[*wanted, Status.PURGED]
    )
    if to == Stage.ON_SITE:
        cases = cases.filter(mode=CaseMap.Mode.PRE_VISIT)
    done, act = ("mapped", "map it")
    if to == Stage.REPORTING:
        done, act = ("discussed with the team", "discuss it, then mark it as discussed")
    return [
        Obstacle(
            f"{case.code} has not been {done} yet: {act}",
            reverse("casemapping:case", args=[review.pk, case.pk]),
        )
        for case in cases
    ]


def stage_warnings(review: Review, to: Stage) -> list[Obstacle]:
    """What of case mapping can no longer be done after moving on."""
    found = []
    if to == Stage.ON_SITE:
        out = PreparationSheet.objects.filter(
            case__in=review.case_maps.standing(), is_in=False
        ).count()
        if out:
            sheets = say.counted(out, "case preparation sheet")
            words = (
                f"{sheets} {'has' if out == 1 else 'have'} not been handed in, "
                "and agencies can no longer do it"
            )
            found.append(
                Obstacle(words, reverse("casemapping:cases", args=[review.pk]))
            )
    if to == Stage.REPORTING and _waits_for_destruction(review):
        words = "Wrong data that is set aside waits for a second person to destroy it"
        found.append(
            Obstacle(words, reverse("casemapping:set-aside", args=[review.pk]))
        )
    return found


def _waits_for_destruction(review: Review) -> bool:
    hidden = Q(set_aside_by__isnull=False)
    return review.case_maps.filter(hidden).exists() or any(
        model._base_manager.filter(hidden, case__review=review).exists()
        for model in steps.KINDS.values()
    )
