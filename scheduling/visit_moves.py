"""The week goes with the visit: every session, cancelled ones too, by as many days."""

import datetime as dt
from collections import Counter

from django.db.models import F
from django.urls import reverse

from reviews.apps_above.visit_moves import Line
from reviews.models import Review
from reviews.pages import say
from reviews.rules import lead_in
from scheduling.models import Away, Session, SessionPerson


def lines(review: Review, day_zero: dt.date) -> list[Line]:
    days = [each.day for each in review.sessions.all() if not each.cancelled]
    if not days:
        return []
    by = day_zero - review.day_zero
    found = [
        Line(
            f"{say.counted(len(days), 'session')} of the timetable, "
            f"{say.day_range(min(days) + by, max(days) + by)}."
        )
    ]
    off = [
        day
        for day in days
        if lead_in.is_working_day(day) and not lead_in.is_working_day(day + by)
    ]
    if off:
        verb = "falls" if len(off) == 1 else "fall"
        found.append(
            Line(
                f"{say.counted(len(off), 'session')} of them then {verb} on a weekend "
                "or a bank holiday. Move them in the timetable.",
                stays=True,
            )
        )
    return [*found, *_met_in_private(review)]


def _met_in_private(review: Review) -> list[Line]:
    """No contact can tell them that their session moves: none knows that they are heard."""
    number = len(_people(review, names_kept=True))
    if not number:
        return []
    people = say.counted(number, "person", "people")
    return [
        Line(
            f"{people} whom the team hears in private: no contact tells them that they move.",
            url=reverse("scheduling:timetable", args=[review.pk]),
            link="Tell them when their session is now",
            stays=True,
        )
    ]


def people_named(review: Review) -> dict[int | None, int]:
    """How many people the sessions name, each once, by number of their agency.

    Contacts are told it, so those whom the team hears in private are not among them.
    """
    people = _people(review, names_kept=False)
    return dict(Counter(agency for agency, _ in people))


def _people(review: Review, *, names_kept: bool) -> set[tuple[int | None, str]]:
    return {
        (each.agency_id, each.name.strip().casefold())
        for each in SessionPerson.objects.filter(
            session__review=review,
            session__cancelled=False,
            session__names_kept=names_kept,
        ).select_related("session")
    }


def move(review: Review, before: dt.date, after: dt.date) -> None:
    sessions = list(review.sessions.all())
    for session in sessions:
        session.day += after - before
    Session.objects.bulk_update(sessions, ["day"])
    # Whoever has one of them open is told that it changed.
    review.sessions.update(version=F("version") + 1)
    away = list(review.away.all())
    for each in away:
        each.day += after - before
    Away.objects.bulk_update(away, ["day"])
