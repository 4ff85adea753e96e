"""What speaks against a day, one sentence each. A warning never refuses. Pure but for the review
that it is handed."""

import datetime as dt

from reviews.models import Milestone, Review
from reviews.packs import Pack
from reviews.pages import say
from reviews.rules import lead_in

# So far from where a date belongs, it is a slip of the pen more often than meant.
FAR = dt.timedelta(days=365)
WEEKEND = 5


def past(day: dt.date, today: dt.date) -> list[str]:
    return [f"{say.day(day)} is in the past."] if day < today else []


def days_on_site(day_zero: dt.date, days: int) -> list[str]:
    """Weekends, bank holidays and elections that a visit of so many days meets."""
    last = day_zero + dt.timedelta(days=days - 1)
    found = []
    if day_zero.weekday() >= WEEKEND:
        found.append(f"{say.day(day_zero)} is a {day_zero:%A}.")
    elif last.weekday() >= WEEKEND or (last - day_zero).days >= 7 - day_zero.weekday():
        found.append(f"The visit, {say.day_range(day_zero, last)}, meets a weekend.")
    found += [
        f"{name}, {say.day(day)}, is a bank holiday."
        for day, name in lead_in.named_bank_holidays(day_zero, last)
    ]
    found += [
        f"{say.day(day)} is the day of local elections."
        for day in lead_in.local_elections(day_zero, last)
    ]
    return found


def new_visit(pack: Pack, day_zero: dt.date, *, today: dt.date) -> list[str]:
    """What speaks against beginning a review with this first day."""
    if day_zero < today:
        return [
            *past(day_zero, today),
            *days_on_site(day_zero, pack.on_site_days),
        ]
    planned = lead_in.milestones(day_zero, pack.milestones)
    missed = sum(item.due_on < today for item in planned)
    return days_on_site(day_zero, pack.on_site_days) + _too_soon(
        missed, day_zero, today
    )


def moved_visit(review: Review, day_zero: dt.date, *, today: dt.date) -> list[str]:
    """What speaks against moving the visit to this first day."""
    last = day_zero + dt.timedelta(days=review.on_site_days - 1)
    found = past(day_zero, today) + days_on_site(day_zero, review.on_site_days)
    found += [
        f"{each.title}: {each.get_kind_display().lower()}, "
        f"{say.day_range(each.first, each.last)}."
        for each in review.blocked_periods.all()
        if each.first <= last and each.last >= day_zero
    ]
    missed = sum(
        lead_in.due_on(
            day_zero,
            row.days_from_visit,
            keeps_weekend=review.pack.milestone_keeps_weekend(row.code),
        )
        < today
        for row in review.milestones.all()
        if row.is_open
    )
    return found + (_too_soon(missed, day_zero, today) if day_zero >= today else [])


def _too_soon(missed: int, day_zero: dt.date, today: dt.date) -> list[str]:
    if not missed:
        return []
    days = (day_zero - today).days
    return [
        f"The visit would be {say.counted(days, 'day')} away, and "
        f"{say.counted(missed, 'milestone')} would be due before today."
    ]


def milestone(row: Milestone, due_on: dt.date, *, today: dt.date) -> list[str]:
    """What speaks against a milestone on this day."""
    review = row.review
    found = past(due_on, today) if row.is_open else []
    if row.offset_days < 0 and due_on > review.last_day:
        found.append(
            f"It belongs before the visit, which ends on {say.day(review.last_day)}."
        )
    elif row.offset_days >= review.on_site_days and due_on < review.day_zero:
        found.append(
            f"It belongs after the visit, which begins on {say.day(review.day_zero)}."
        )
    own = review.day_zero + dt.timedelta(days=row.offset_days)
    if abs(due_on - own) >= FAR:
        found.append(
            f"That is more than a year from {say.day(own)}, where the framework puts it."
        )
    return found


def request(review: Review, due_on: dt.date, *, today: dt.date) -> list[str]:
    """What speaks against asking for a document by this day."""
    found = past(due_on, today)
    if due_on >= review.day_zero:
        found.append(
            "The team reads before the visit, which begins on "
            f"{say.day(review.day_zero)}."
        )
    return found + _far_from_visit(review, due_on)


def period(
    review: Review, first: dt.date, last: dt.date, *, today: dt.date
) -> list[str]:
    """What speaks against entering these days into the calendar."""
    found = ["These days are in the past."] if last < today else []
    return found + _far_from_visit(review, first)


def _far_from_visit(review: Review, day: dt.date) -> list[str]:
    if abs(day - review.day_zero) < FAR:
        return []
    return [
        f"{say.day(day)} is a year or more from the visit, which begins on "
        f"{say.day(review.day_zero)}."
    ]
