"""The map of a case, as picture and as text."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from casemapping import reading
from casemapping.models import CaseMap
from casemapping.views.records import may_write
from casemapping.views.rows import READ, WRITE, case_of
from reviews.access import ReviewRequest, can, review_view
from reviews.models import Review


@review_view(READ, WRITE)
@require_safe
def case_map(request: ReviewRequest, review: Review, case_id: UUID) -> HttpResponse:
    found = _readable(request, review, case_id)
    whole = reading.Map.of(found)
    return render(
        request,
        "casemapping/case_map.html",
        {
            "case": found,
            "months": reading.months(whole),
            "involved": whole.lines("involvement"),
            "helped": [line for line in whole.lines("factor") if line.tag == "Helped"],
            "hindered": [
                line for line in whole.lines("factor") if line.tag == "Hindered"
            ],
            "learning": whole.lines("learning"),
            "may_write": may_write(request, review, found),
        },
    )


@review_view(READ, WRITE)
@require_safe
def case_text(request: ReviewRequest, review: Review, case_id: UUID) -> HttpResponse:
    found = _readable(request, review, case_id)
    whole = reading.Map.of(found)
    return render(
        request,
        "casemapping/case_text.html",
        {
            "case": found,
            "story": reading.story(whole),
            "factors": whole.lines("factor"),
            "learning": whole.lines("learning"),
        },
    )


def _readable(request: ReviewRequest, review: Review, case_id: UUID) -> CaseMap:
    action = READ if can(request.membership, READ) else WRITE
    return case_of(request, review, case_id, action)
