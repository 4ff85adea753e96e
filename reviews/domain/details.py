"""The review's own details: what it is about, who answers for it, and for how long it keeps words."""

import datetime as dt

from django.db import transaction

from reviews.apps_above import promises
from reviews.domain.joining import refuse_own_people
from reviews.domain.review import set_due
from reviews.models import Review, User
from reviews.pages import say
from reviews.pages.concurrency import save_if_unchanged
from reviews.refusals import Refusal
from reviews.rules import key_days, lead_in
from reviews.trail import audit

REVIEW_DETAILS = (
    "council",
    "programme",
    "scope",
    "duty_contact",
    "case_reference",
    "keep_words_weeks",
    "contact_name",
    "contact_email",
    "contact_phone",
    "council_contact_name",
    "council_contact_title",
    "council_contact_email",
    "council_contact_phone",
    "second_contact_name",
    "second_contact_title",
    "second_contact_email",
    "second_contact_phone",
)


# Told with what stood there before. People's names and addresses stay out of the trail, which
# outlives the review.
PLAIN_DETAILS = (
    *("council", "programme", "scope", "duty_contact", "case_reference"),
    "keep_words_weeks",
)


class WeeksAreTold(Refusal):
    """They are not made more, and not made fewer either: both would make untrue what was read."""

    def __init__(self, weeks: int) -> None:
        super().__init__(
            f"What people say is kept for {say.counted(weeks, 'week')} after the visit begins. That "
            "has been signed or told, or people are being heard, so it does not change any more."
        )


class WeeksTooFew(Refusal):
    def __init__(self, last: dt.date) -> None:
        super().__init__(
            f"The visit lasts until {say.day(last)}. What people say in it cannot be destroyed before "
            "it is over."
        )


@transaction.atomic
def change_details(
    *, review: Review, version: int, by: User, at: dt.datetime, **details: str | int
) -> None:
    """Save the review's own words. Raises ChangedMeanwhile, PeersFromThere, WeeksAreTold, WeeksTooFew."""
    before = audit.values_of(review, details)
    changed = [name for name in details if before[name] != details[name]]
    if "council" in changed:
        refuse_own_people(review, str(details["council"]))
    if "keep_words_weeks" in changed:
        # Whoever sends or opens something at this moment waits, or has come first.
        Review.objects.lock(review.pk)
        if promises.was_made(review):
            raise WeeksAreTold(review.keep_words_weeks)
    day_before = review.words_until
    for name in changed:
        setattr(review, name, details[name])
    if review.words_until <= review.last_day:
        raise WeeksTooFew(review.last_day)
    save_if_unchanged(review, version=version, fields=changed)
    if "keep_words_weeks" in changed:
        _move_destruction(review, day_before)
    if changed:
        told = audit.differences(
            before, {name: details[name] for name in changed if name in PLAIN_DETAILS}
        )
        untold = [name for name in changed if name not in PLAIN_DETAILS]
        audit.record(
            "review.details_changed",
            review=review,
            by=by,
            at=at,
            detail=told | ({"fields": untold} if untold else {}),
        )


def _move_destruction(review: Review, before: dt.date) -> None:
    """The plan's day for it follows, unless somebody has put it elsewhere."""
    codes = [
        each.code
        for each in review.pack.milestones
        if each.done_by == key_days.DESTRUCTION
    ]
    for milestone in review.milestones.filter(code__in=codes):
        keeps_weekend = review.pack.milestone_keeps_weekend(milestone.code)
        days = (before - review.day_zero).days
        usual = lead_in.due_on(review.day_zero, days, keeps_weekend=keeps_weekend)
        if milestone.is_open and milestone.due_on == usual:
            set_due(milestone, review.words_until)
            milestone.version += 1
            milestone.save(update_fields=["due_on", "shift_days", "version"])
