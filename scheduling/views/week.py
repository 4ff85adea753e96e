"""The pages of the whole week."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import (
    require_POST,
    require_safe,
)

from reviews.access import Action, ReviewRequest, Sight, can, review_view, sees
from reviews.models import Review
from reviews.pages.once import Once
from reviews.pages.saving import press
from scheduling import reading
from scheduling.domain.week import (
    seed_timetable,
)
from scheduling.views.moves import last_move


@review_view(Action.READ_TIMETABLE)
@require_safe
def timetable(request: ReviewRequest, review: Review) -> HttpResponse:
    """The week as picture and tables, narrowed down by the address to a day or a person."""
    today = review.today(timezone.now())
    wanted = reading.Wanted(
        day=request.GET.get("day", ""),
        who=request.GET.get("who", ""),
        by=request.GET.get("by", ""),
    )
    return render(
        request,
        "scheduling/timetable.html",
        {
            "week": _drawn(request, review, today, wanted),
            "undo": last_move(request, review),
        },
    )


@dataclass(frozen=True)
class Drawn:
    """The week as HTML: its clashes, and its days."""

    empty: bool
    wanted: reading.Wanted
    top: str
    body: str


# Drawing a full week takes a hundred milliseconds, and everybody looks at it all day. A drawing is
# used again for readers with the same rights as long as no row behind it has changed. One that
# names people who are met is not kept: their names are gone from everywhere when the review closes.
_kept: Once[object, Drawn] = Once(40)


def _drawn(
    request: ReviewRequest, review: Review, today: dt.date, wanted: reading.Wanted
) -> Drawn:
    member = request.membership
    key = (
        reading.stamp_of(member),
        member.access_role,
        None if sees(member, Sight.OTHER_AGENCIES) else member.agency_id,
        review.stage,
        today,
        wanted,
    )
    drawn = _kept.find(key)
    if drawn is None:
        week = reading.week_of(member, today, wanted)
        context = {
            "review": review,
            "week": week,
            "board": reading.board_of(week),
            "picture": reading.picture_of(week),
            "can_move": can(member, Action.WRITE_TIMETABLE),
            "sees_people": reading.sees_people(member),
            "today": today,
        }
        drawn = Drawn(
            empty=week.empty,
            wanted=week.wanted,
            top=render_to_string("scheduling/week_top.html", context),
            body=render_to_string("scheduling/week_body.html", context),
        )
        made_up = week.wanted != wanted
        if not (made_up or week.names_people):
            _kept.keep(key, drawn)
    return drawn


@review_view(Action.WRITE_TIMETABLE)
@require_POST
def timetable_seed(request: ReviewRequest, review: Review) -> HttpResponse:
    press(
        request,
        lambda: seed_timetable(review=review, by=request.user, at=timezone.now()),
        says="The sample week is filled in. Change it until it fits.",
    )
    return redirect("scheduling:timetable", review.pk)
