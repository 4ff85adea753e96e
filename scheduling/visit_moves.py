"""The week goes with the visit: every session, cancelled ones too, by as many days."""

import datetime as dt
from collections import Counter

from django.db.models import F

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
    return found


def people_named(review: Review) -> dict[int | None, int]:
    """How many people the sessions name, each once, by number of their agency."""
    people = {
        (each.agency_id, each.name.strip().casefold())
        for each in SessionPerson.objects.filter(
            session__review=review, session__cancelled=False
        ).select_related("session")
    }
    return dict(Counter(agency for agency, _ in people))


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
