"""Pages on which sessions are moved by hand, and put back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from reviews.access import Action, ReviewRequest, review_view
from reviews.models import Membership, Review
from reviews.packs import Strand
from reviews.pages import say
from reviews.pages.saving import confirm, press, save
from scheduling import reading
from scheduling.domain import moves, week
from scheduling.domain.moves import Place
from scheduling.forms.moves import DropForm, MoveForm, RoomsForm
from scheduling.models import Session
from scheduling.reading.now import now_at
from scheduling.reading.week import BY_PEER, BY_ROOM

# How many moves the manager can take back, the last one first.
REMEMBERED = 20


def _session(membership: Membership, session_id: int) -> Session:
    found = reading.session_for(membership, session_id)
    if found is None:
        raise Http404
    return found


# --- what can be taken back -------------------------------------------------------------


def _stack(request: ReviewRequest, review: Review) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = request.session.get(f"moves-{review.pk}", [])
    return found


def _remember(
    request: ReviewRequest, review: Review, words: str, rows: Sequence[dict[str, Any]]
) -> None:
    stack = [*_stack(request, review), {"words": words, "rows": list(rows)}]
    request.session[f"moves-{review.pk}"] = stack[-REMEMBERED:]


def last_move(request: ReviewRequest, review: Review) -> str:
    """What the next press of Undo takes back, in words; empty where there is nothing."""
    stack = _stack(request, review)
    return stack[-1]["words"] if stack else ""


@review_view(Action.WRITE_TIMETABLE)
@require_POST
def undo(request: ReviewRequest, review: Review) -> HttpResponse:
    """The last move of this person, in this sign-in, is taken back."""
    stack = _stack(request, review)
    if stack:
        last = stack.pop()
        request.session[f"moves-{review.pk}"] = stack
        number = moves.put_back(
            review=review, rows=last["rows"], by=request.user, at=timezone.now()
        )
        if not number:
            words = "Nothing was put back: it has been changed or pinned since."
            messages.error(request, words)
        elif number < len(last["rows"]):
            left = say.counted(len(last["rows"]) - number, "session")
            messages.success(
                request,
                f"Taken back: {last['words']} Except {left}, changed or pinned since.",
            )
        else:
            messages.success(request, f"Taken back: {last['words']}")
    return redirect(_week(review, request.POST))


def _week(review: Review, given: QueryDict) -> str:
    """The timetable as it was looked at."""
    wanted = reading.Wanted(
        day=given.get("show_day", ""),
        who=given.get("show_who", ""),
        by=given.get("show_by", ""),
    )
    return f"{reverse('scheduling:timetable', args=[review.pk])}{wanted.address()}"


# --- one session ------------------------------------------------------------------------


def _where(session: Session) -> str:
    return (
        f"{say.weekday(session.day)}, {say.clock(session.start)}, {session.room.title}"
    )


def _tell(request: ReviewRequest, session: Session) -> None:
    """Where it is now, and what it clashes with there."""
    found = [
        clash.sentence for clash in reading.clashes_with(request.membership, session)
    ]
    now = f"“{session.title}” is now on {_where(session)}."
    messages.success(request, " ".join([now, *found]))


def _move(request: ReviewRequest, session: Session, version: int, to: Place) -> None:
    """Raises what ``moves.move`` raises."""
    before = _where(session)
    row = moves.move(
        session=session, version=version, to=to, by=request.user, at=timezone.now()
    )
    _remember(request, session.review, f"“{session.title}” is back on {before}.", [row])
    _tell(request, session)


@review_view(Action.WRITE_TIMETABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def session_move(
    request: ReviewRequest, review: Review, session_id: int
) -> HttpResponse:
    """Free places, each one press; and any other day, time and room."""
    session = _session(request.membership, session_id)
    data = cast(QueryDict, request.POST)
    spot = data.get("to", "")
    form = MoveForm(
        data if data and not spot else None,
        session=session,
        days=moves.days_of(review),
    )
    refusal = None
    if spot or form.is_valid():
        where = (
            _spot(session, spot, data.get("version", ""))
            if spot
            else _any_place(form.cleaned_data)
        )
        attempt = confirm(request, lambda: _move(request, session, *where))
        if attempt.done:
            return redirect(_shown(review, session))
        refusal = attempt.refusal
    if isinstance(refusal, moves.MovedMeanwhile):
        session = _session(request.membership, session_id)
        form = MoveForm(session=session, days=moves.days_of(review))
    return render(
        request,
        "scheduling/session_move.html",
        {
            "session": session,
            "form": form,
            "refusal": refusal,
            "groups": _places(request.membership, session),
        },
    )


@dataclass(frozen=True)
class Places:
    """Free places with one pair of peers. ``strand`` is empty for those who go now."""

    title: str
    strand: str
    days: list[reading.FreeDay]

    @property
    def full(self) -> bool:
        return not any(each.spots for each in self.days)

    @property
    def shown(self) -> list[reading.FreeDay]:
        """Day by day, unless all that there is to say is that none has a place."""
        return [] if self.full else self.days


def _places(membership: Membership, session: Session) -> list[Places]:
    """Places for those who go now, and for the pairs of other strands where they have any."""
    now = now_at(session.review)
    found = [
        Places("", "", reading.free_places(session, membership, now=now)),
    ]
    for lane, peers in _other_pairs(session):
        days = reading.free_places(session, membership, now=now, peers=peers)
        with_spots = [each for each in days if each.spots]
        if with_spots:
            found.append(Places(lane.title, lane.code, with_spots))
    return found


def _other_pairs(session: Session) -> list[tuple[Strand, set[int]]]:
    """For each other strand whoever would go: its pair, and those who come besides their own."""
    review = session.review
    lanes = reading.lanes_of(review)
    if session.strand not in {lane.code for lane in lanes}:
        return []
    strands = week.strand_members(review)
    besides = {each.pk for each in session.peers.all()} - {
        each.pk for each in strands.get(session.strand, [])
    }
    return [
        (lane, besides | {each.pk for each in strands.get(lane.code, [])})
        for lane in lanes
        if lane.code != session.strand
    ]


def _any_place(given: dict[str, Any]) -> tuple[int, Place]:
    """The version that was seen, and the place that the form names."""
    names = ("day", "start", "room", "strand", "minutes")
    return given["version"], Place(*(given[name] for name in names))


def _spot(session: Session, spot: str, version: str) -> tuple[int, Place]:
    """The version that was seen, and the free place whose button was pressed."""
    when, room_id, strand = (*spot.split("/"), "", "")[:3]
    try:
        begins = dt.datetime.fromisoformat(when)
        room = session.review.rooms.get(pk=int(room_id))
        seen = int(version)
    except (ValueError, session.review.rooms.model.DoesNotExist) as error:
        raise BadRequest from error
    if strand and strand not in {each.code for each in session.review.pack.strands}:
        raise BadRequest
    return seen, Place(begins.date(), begins.time(), room, strand or None)


def _shown(review: Review, session: Session) -> str:
    wanted = reading.Wanted(day=session.day.isoformat())
    address = reverse("scheduling:timetable", args=[review.pk])
    return f"{address}{wanted.address()}#session-{session.pk}"


@review_view(Action.WRITE_TIMETABLE)
@require_POST
def session_drop(
    request: ReviewRequest, review: Review, session_id: int
) -> HttpResponse:
    """A session was dragged to a day, a time and a column."""
    session = reading.place_of(request.membership, session_id)
    if session is None:
        raise Http404
    form = DropForm(request.POST)
    if not form.is_valid():
        raise BadRequest
    given = form.cleaned_data
    to = _column(review, given["by"], given["lane"], given["lane_before"])
    place = Place(given["day"], given["start"], **to)
    press(request, lambda: _move(request, session, given["version"], place))
    return redirect(f"{_week(review, request.POST)}#session-{session.pk}")


def _column(review: Review, by: str, lane: str, before: str) -> dict[str, Any]:
    """What it means to be dropped into a column; into its own or across all, nothing."""
    if not lane or lane == before:
        return {}
    if by == BY_ROOM:
        room = review.rooms.filter(pk=int(lane) if lane.isdecimal() else 0).first()
        return {"room": room} if room else {}
    if by == BY_PEER:
        team = {str(each.pk): each for each in review.team_members()}
        pair = team.get(before), team.get(lane)
        return {"instead": pair} if None not in pair else {}
    strands = {each.code for each in review.pack.strands}
    return {"strand": lane} if lane in strands else {}


@review_view(Action.WRITE_TIMETABLE)
@require_safe
def session_places(
    request: ReviewRequest, review: Review, session_id: int
) -> JsonResponse:
    """Free places for a page that shows them while a session is dragged.

    By strand, day and time of beginning: the rooms that are free then.
    """
    session = _session(request.membership, session_id)
    now = now_at(review)
    mine = session.strand.split("+")[0]
    goers: list[tuple[str, set[int] | None]] = [
        (mine, None),
        *((lane.code, peers) for lane, peers in _other_pairs(session)),
    ]
    found = {}
    for code, peers in goers:
        days = reading.free_places(session, request.membership, now=now, peers=peers)
        found[code] = {
            each.day.isoformat(): {
                f"{spot.begins:%H:%M}": [room.pk for room in spot.rooms]
                for spot in each.spots
            }
            for each in days
        }
    return JsonResponse({"mine": mine, "free": found})


# --- many sessions ----------------------------------------------------------------------


@review_view(Action.WRITE_TIMETABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def rooms_change(request: ReviewRequest, review: Review) -> HttpResponse:
    """Every session of one room goes to another."""
    days = sorted({each.day for each in review.sessions.filter(cancelled=False)})
    form = RoomsForm(cast(QueryDict, request.POST) or None, review=review, days=days)
    attempt = save(
        form,
        lambda: moves.change_rooms(
            review=review,
            sessions=_in_room(request.membership, form.cleaned_data),
            to=form.cleaned_data["to"],
            by=request.user,
            at=timezone.now(),
        ),
    )
    if attempt.done:
        given, rows = form.cleaned_data, attempt.made
        moved = say.counted(len(rows), "session")
        back = f"{moved} {'is' if len(rows) == 1 else 'are'} back in {given['room']}."
        _remember(request, review, back, rows)
        messages.success(request, f"{moved} moved to {given['to']}.")
        return redirect("scheduling:timetable", review.pk)
    return render(request, "scheduling/rooms_change.html", {"form": form})


def _in_room(membership: Membership, given: dict[str, Any]) -> list[Session]:
    """The sessions that the form is about: of one room, on one day or on all."""
    return [
        each
        for each in reading.sessions_for(membership)
        if each.room_id == given["room"].pk
        and not each.cancelled
        and given["day"] in (None, each.day)
    ]
