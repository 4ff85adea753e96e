"""What can be done to the list of who must be seen: keep it, and put it into the week."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from reviews.domain.hypotheses import checked
from reviews.models import Hypothesis, KeyQuestion, Membership, Review, User
from reviews.packs import SessionTemplate
from reviews.pages.concurrency import save_if_unchanged
from reviews.screening import roster
from reviews.trail import audit
from scheduling import reading
from scheduling.domain import week
from scheduling.domain.week import Person
from scheduling.models import Away, Need, Room, Session
from scheduling.reading.needs import is_planned, people_of_need
from scheduling.reading.places import shuts
from scheduling.reading.problem import FIRST
from scheduling.reading.sessions import background_of
from scheduling.rules import first_fit, source_classes
from scheduling.rules.first_fit import Held, Hours, Place, Week
from scheduling.solver.problem import Rules

FIELDS = (
    "title",
    "type",
    "minutes",
    "source_class",
    "agency",
    "background",
    "themes",
    "people_expected",
    "strand",
    "priority",
    "hard_to_get",
    "site",
    "on_the_move",
)


# No room has this number.
NOWHERE = 0


@dataclass(frozen=True)
class Asked:
    """What the team wants to know of them: what the council asked, its hypotheses, its own words."""

    key_questions: Sequence[KeyQuestion] = ()
    hypotheses: Sequence[Hypothesis] = ()
    questions: str = ""


@dataclass(frozen=True)
class Filled:
    made: int
    linked: int


@dataclass(frozen=True)
class Placed:
    """How many sessions were made, and how many of them stand where something else is."""

    sessions: int
    clashing: int


def _people_text(people: Sequence[tuple[str, str, str]]) -> str:
    return json.dumps([list(each) for each in people], ensure_ascii=False)


@transaction.atomic
def add_need(
    *,
    review: Review,
    values: Mapping[str, Any],
    people: Sequence[tuple[str, str, str]] = (),
    names_kept: bool = False,
    asked: Asked | None = None,
    by: User,
    at: dt.datetime,
) -> Need:
    """Raises MayNameSomebody, of the team's own questions."""
    need = Need(review=review, names_kept=names_kept, **values)
    need.people = _people_text(people)
    need.questions = checked(review, asked.questions) if asked else ""
    need.save(force_insert=True)
    if asked:
        need.key_questions.set(asked.key_questions)
        need.hypotheses.set(asked.hypotheses)
    _remember(review, people)
    _record("timetable.need_added", need, by=by, at=at)
    return need


@transaction.atomic
def change_need(
    *,
    need: Need,
    version: int,
    values: Mapping[str, Any],
    people: Sequence[tuple[str, str, str]],
    names_kept: bool | None,
    asked: Asked | None,
    by: User,
    at: dt.datetime,
) -> None:
    """None leaves whose names are kept, or what is asked, as it is.

    Whose names are kept goes on to the session that was made of it. Raises ChangedMeanwhile,
    MayNameSomebody.
    """
    Review.objects.lock(need.review_id)
    fields = list(FIELDS)
    kept_before = need.names_kept
    for name in FIELDS:
        setattr(need, name, values[name])
    need.people = _people_text(people)
    fields.append("people")
    if names_kept is not None:
        need.names_kept = names_kept
        fields.append("names_kept")
    if asked is not None:
        need.questions = checked(need.review, asked.questions)
        fields.append("questions")
    save_if_unchanged(need, version=version, fields=fields)
    if asked is not None:
        need.key_questions.set(asked.key_questions)
        need.hypotheses.set(asked.hypotheses)
    if need.names_kept != kept_before and need.session is not None:
        week.keep_names(session=need.session, kept=need.names_kept, by=by, at=at)
    _remember(need.review, people or ())
    _record("timetable.need_changed", need, by=by, at=at)


@transaction.atomic
def remove_need(*, need: Need, by: User, at: dt.datetime) -> None:
    """A session that was made of it stays."""
    _record("timetable.need_removed", need, by=by, at=at)
    need.delete()


def _remember(review: Review, people: Sequence[tuple[str, str, str]]) -> None:
    """Texts are screened for their names from now on."""
    if people:
        roster.add(review, people=[(name, post) for name, post, _ in people])


# --- from the framework -----------------------------------------------------------------


@transaction.atomic
def fill_needs(*, review: Review, by: User, at: dt.datetime) -> Filled:
    """The people of the framework's sample week. What is in the list stays as it is.

    Where its session stands in the timetable, the two are tied together; private ones are not,
    since whoever keeps the list may not know of them.
    """
    Review.objects.lock(review.pk)
    pack = review.pack
    there = {each.code: each for each in review.needs.exclude(code="")}
    sessions = {
        each.code: each
        for each in review.sessions.filter(cancelled=False, names_kept=False)
    }
    tied = set(review.needs.exclude(session=None).values_list("session_id", flat=True))
    made = linked = 0
    for each in pack.sessions:
        if not pack.session_type(each.type).meets_people:
            continue
        session = sessions.get(each.code)
        if session is not None and session.pk in tied:
            session = None
        need = there.get(each.code)
        if need is None:
            need = _from_template(review, each, session)
            need.save(force_insert=True)
            made += 1
        elif need.session_id is None and session is not None and not need.names_kept:
            need.session = session
            need.save(update_fields=["session"])
        else:
            continue
        linked += session is not None
    if made or linked:
        audit.record("timetable.needs_filled", review=review, by=by, at=at)
    return Filled(made, linked)


def _from_template(
    review: Review, each: SessionTemplate, session: Session | None
) -> Need:
    pack = review.pack
    lanes = {lane.code for lane in reading.lanes_of(review)}
    lane = each.strand.split("+")[0]
    moving = {room.code for room in pack.rooms if room.on_the_move}
    return Need(
        review=review,
        code=each.code,
        title=each.title,
        type=each.type,
        minutes=each.minutes,
        source_class=each.source_class or source_classes.root(pack.source_classes),
        themes=list(each.themes),
        people_expected=each.people,
        strand=lane if lane in lanes else "",
        on_the_move=each.room in moving,
        session=session,
    )


# --- into the week ----------------------------------------------------------------------


@transaction.atomic
def place_needs(
    *,
    review: Review,
    now: dt.datetime,
    by: User,
    at: dt.datetime,
    waiting: QuerySet[Need] | None = None,
) -> Placed:
    """A session for everybody who is not planned yet, each at the first place that is free.

    ``waiting``: of these alone, since whoever presses may not know of all. Where nothing is free it stands at the first hour, as a clash. ``now`` is on the clock of the
    place: nothing begins before it.
    """
    Review.objects.lock(review.pk)
    week.ensure_rooms(review=review)
    every = review.needs.all() if waiting is None else waiting
    rows = every.select_related("agency", "session").order_by(
        "-priority", "-hard_to_get", "title", "pk"
    )
    left = [each for each in rows if not is_planned(each)]
    if not left:
        return Placed(0, 0)
    planning = _Planning(review, now)
    number = clashing = 0
    for need in left:
        need.review = review
        place = planning.place(need)
        if place is None:
            continue
        need.session = planning.session(need, place, by=by, at=at)
        need.save(update_fields=["session"])
        number += 1
        clashing += not place.free
    if number:
        audit.record(
            "timetable.needs_placed",
            review=review,
            by=by,
            at=at,
            detail={"sessions": number},
        )
    return Placed(number, clashing)


class _Planning:
    """The week while needs are put into it."""

    def __init__(self, review: Review, now: dt.datetime) -> None:
        self.review = review
        self.pairs: dict[str, list[Membership]] = week.strand_members(review)
        # Where the team does not divide, all of it goes.
        self.lanes = [each.code for each in reading.lanes_of(review)] or [
            each.code for each in review.pack.strands[:1]
        ]
        sessions = list(
            review.sessions.filter(cancelled=False).prefetch_related("peers")
        )
        for each in sessions:
            each.review = review
        self.rooms = [each for each in review.rooms.all() if not each.retired]
        away = [held for each in review.away.all() for held in _away(each, self.rooms)]
        self.for_people = _for_people(review, sessions)
        self.week = Week(
            _hours(review, now),
            [*(self._held(each) for each in sessions), *away],
            {
                lane: [each.pk for each in self.pairs.get(lane, ())]
                for lane in self.lanes
            },
            [each.pk for each in self.rooms if each.on_the_move],
        )

    def _held(self, session: Session) -> Held:
        peers = {each.pk for each in session.peers.all()}
        # Nobody is named yet: whoever goes with the strand.
        peers = peers or {each.pk for each in self.pairs.get(session.strand, ())}
        return Held(
            session.begins,
            session.begins + dt.timedelta(minutes=session.minutes),
            session.room_id,
            session.strand.split("+")[0],
            frozenset(peers),
            session.meets_people,
        )

    def place(self, need: Need) -> Place | None:
        return self.week.take(need.minutes, self._lanes(need), self._rooms(need))

    def _lanes(self, need: Need) -> list[str]:
        if need.strand in self.lanes:
            return [need.strand]
        wanted = need.background or background_of(self.review, need.source_class)
        roles = {each.code: each.background for each in self.review.pack.roles}
        fitting = [
            lane
            for lane in self.lanes
            if wanted in {roles.get(m.role, "") for m in self.pairs.get(lane, ())}
        ]
        return fitting or self.lanes

    def _rooms(self, need: Need) -> list[int]:
        """The smallest that holds them comes first; where none does, the largest alone."""
        rooms = [each for each in self.rooms if each.on_the_move == need.on_the_move]
        if need.site_id and not need.on_the_move:
            rooms = [each for each in rooms if each.site_id == need.site_id] or rooms
        rooms = [each for each in rooms if each.pk in self.for_people] or rooms
        rooms.sort(key=lambda each: (each.places, each.pk))
        number = _number(need)
        enough = [each.pk for each in rooms if each.places >= number]
        return enough or [each.pk for each in rooms[-1:]]

    def session(
        self, need: Need, place: Place, *, by: User, at: dt.datetime
    ) -> Session:
        return week.add_session(
            review=self.review,
            values={
                "title": need.title,
                "day": place.begins.date(),
                "start": place.begins.time(),
                "minutes": need.minutes,
                "type": need.type,
                "strand": place.lane,
                "room": next(each for each in self.rooms if each.pk == place.room),
                "source_class": need.source_class,
                "people_expected": _number(need),
                "themes": list(need.themes),
                "names_kept": need.names_kept,
            },
            peers=self.pairs.get(place.lane, ()),
            people=[
                Person(name, post, email, need.agency)
                for name, post, email in people_of_need(need)
            ],
            by=by,
            at=at,
        )


def _away(away: Away, rooms: Sequence[Room]) -> list[Held]:
    """What a time that is not free takes up: a peer, or one room or several."""
    begins = dt.datetime.combine(away.day, away.begins)
    ends = dt.datetime.combine(away.day, away.ends)
    if away.membership_id is not None:
        peers = frozenset([away.membership_id])
        return [Held(begins, ends, NOWHERE, "", peers, meets_people=False)]
    return [
        Held(begins, ends, each.pk, "", frozenset(), meets_people=False)
        for each in rooms
        if shuts(away, each)
    ]


def _number(need: Need) -> int:
    return max(need.people_expected, len(people_of_need(need)))


def _hours(review: Review, now: dt.datetime) -> list[Hours]:
    """The days on which people are met: all but the last. What is over is over."""
    dates = review.on_site_dates
    days = [
        (dt.datetime.combine(day, FIRST), dt.datetime.combine(day, Rules().last_end))
        for day in (dates[:-1] if len(dates) > 1 else dates)
    ]
    found = []
    for begins, ends in days:
        first = begins
        while first <= now:
            first += first_fit.STEP
        if first < ends:
            found.append(Hours(first, ends))
    return found


def _for_people(review: Review, sessions: Sequence[Session]) -> set[int]:
    """Rooms in which the team does not sit by itself, as the framework or the week has it."""
    pack = review.pack
    met = {
        each.room for each in pack.sessions if pack.session_type(each.type).meets_people
    }
    alone = {each.room for each in pack.sessions} - met
    held = {each.room_id for each in sessions if each.meets_people}
    rooms: Sequence[Room] = list(review.rooms.all())
    return {each.pk for each in rooms if each.code not in alone or each.pk in held}


def _record(action: str, need: Need, *, by: User, at: dt.datetime) -> None:
    audit.record(
        action,
        review=need.review,
        by=by,
        at=at,
        object_kind="need",
        object_id=need.pk,
    )
