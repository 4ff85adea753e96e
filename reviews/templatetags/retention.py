"""What pages and letters say of the periods for which things are kept."""

import datetime as dt

from django import template
from django.conf import settings
from django.template import Context
from django.utils import timezone

from reviews import retention
from reviews.reading import speech

register = template.Library()


def period(name: str | dt.timedelta) -> dt.timedelta:
    """The figure of that name, or a review's own; one that is not there must be loud."""
    if isinstance(name, dt.timedelta):
        return name
    if name == "account_link":
        return dt.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    found = getattr(retention, name.upper())
    if not isinstance(found, dt.timedelta):
        raise TypeError(name)
    return found


@register.simple_tag
def kept_for(name: str | dt.timedelta) -> str:
    """``{% kept_for review.words_kept %}``, ``{% kept_for "addresses" %}``: six weeks, two weeks."""
    return retention.in_words(period(name))


@register.simple_tag
def kept_for_days(name: str) -> str:
    """``{% kept_for_days "account_link" %}``: seven days."""
    return retention.in_days(period(name))


@register.simple_tag
def kept_for_years() -> str:
    """How long what outlives the close is kept after it: six years."""
    return retention.counted(retention.RECORD_YEARS, "year")


@register.simple_tag
def kept_for_weeks(name: str) -> int:
    """The number alone, for sentences that are translated."""
    return retention.weeks(period(name))


@register.simple_tag(takes_context=True)
def what_was_said(context: Context) -> str:
    """What became of notes, comments, answers and case texts; "" while they are kept."""
    review = context["review"]
    return speech.gone_words(review, review.today(timezone.now()))


@register.simple_tag(takes_context=True)
def takes_nothing_in(context: Context) -> bool:
    """Nothing that people say can be written any more: the key that would seal it is gone."""
    return speech.is_gone(context["review"])
