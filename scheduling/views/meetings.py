"""Somebody who is to be met says whether they can come: by secret link, without an account."""

from __future__ import annotations

import datetime as dt
from typing import cast

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from reviews.access import open_view
from reviews.models import Stage
from reviews.refusals import Refusal
from scheduling.domain import replies
from scheduling.forms.releases import AnswerForm
from scheduling.models.releases import Invitee
from scheduling.reading import releases
from scheduling.reading.now import clock_of_the_place
from scheduling.reading.releases import Appointment
from scheduling.rules import letters

WHY = "people who are to be met have no account; the address is a 256-bit secret"


@open_view(WHY)
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Their own meetings, day, time and place. Looking changes nothing."""
    invitee = releases.invitee_of(token)
    if invitee is None or invitee.review.stage > Stage.ON_SITE:
        return _nothing(request)
    now = clock_of_the_place(invitee.review, timezone.now())
    meetings = releases.appointments(invitee, now)
    data = cast(QueryDict, request.POST)
    rows = [(each, _form(each, invitee, data, now)) for each in meetings]
    bound = next((form for _, form in rows if form.is_bound), None)
    refusal: Refusal | None = None
    if request.method == "POST" and bound is None:
        refusal = replies.MeetingMoved()
    for meeting, form in rows:
        if not form.is_valid():
            continue
        try:
            replies.answer(
                invitee=invitee,
                session=meeting.session,
                asked=form.cleaned_data["asked"],
                can_come=form.cleaned_data["answer"] == "yes",
                times=form.cleaned_data["times"],
                free=form.cleaned_data.get("free", ()),
                now=now,
            )
        except Refusal as error:
            refusal = error
            # The page asks about the meeting as it is now.
            rows = [(each, _form(each, invitee, QueryDict(), now)) for each in meetings]
            bound = None
            break
        else:
            return redirect("meeting:answer", token)
    title, promise = letters.promise(invitee.review)
    response = render(
        request,
        "scheduling/meeting.html",
        {
            "review": invitee.review,
            "rows": rows,
            "form": bound,
            "refusal": refusal,
            "meeting_words": letters.MEETING,
            "promise_title": title,
            "promise": promise,
        },
    )
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    return response


def _form(
    meeting: Appointment, invitee: Invitee, data: QueryDict, now: dt.datetime
) -> AnswerForm:
    """Bound only when it is this one that was sent."""
    halves = releases.half_days(invitee.review, now.date())
    prefix = f"m{meeting.session}"
    return AnswerForm(
        data if f"{prefix}-asked" in data else None,
        prefix=prefix,
        halves=[(each.key, each.words) for each in halves],
        case_reference=invitee.review.case_reference,
        initial={"asked": meeting.asked, "answer": meeting.answer},
    )


def _nothing(request: HttpRequest) -> HttpResponse:
    """One answer for links that are unknown and for those of a visit that is over."""
    request.opened_nothing = True  # type: ignore[attr-defined]
    response = render(request, "scheduling/meeting_unknown.html", status=404)
    response["Cache-Control"] = "no-store"
    return response
