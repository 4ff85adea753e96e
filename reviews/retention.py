"""How long things are kept: each period stands here, once. Pure.

What pages, letters, frameworks and documents say of a period is made from its figure, or held to it by
``tests/house/test_retention_words.py``.
"""

import datetime as dt

# What people said, notes and case maps, and requests to be heard: counted from the first day on site.
# A review begins with it and may set its own (``Review.keep_words_weeks``).
WORDS = dt.timedelta(weeks=6)
# Names and addresses of those invited to answer: counted from the release.
ADDRESSES = dt.timedelta(weeks=2)
# What a review may set for WORDS until anybody was told of it, and a questionnaire for ADDRESSES
# before it opens: weeks and days.
WORDS_WEEKS, ADDRESSES_DAYS = (1, 12), (1, 28)
# Findings, report and trail: counted from the close. The nightly task ends it.
RECORD_YEARS = 6
# Backups, which whoever runs the site makes and deletes. Those of the keys last the shorter time: from
# then on what a destroyed key sealed is lost in every backup.
BACKUPS = dt.timedelta(days=14)
KEY_BACKUPS = dt.timedelta(weeks=1)
# An uploaded file or set of figures that its uploader has not confirmed, and a list of people.
UNCONFIRMED = dt.timedelta(days=1)
UNCONFIRMED_LIST = dt.timedelta(weeks=1)
# The sealed file of a whole review that waits to be fetched.
MOVED_FILE = dt.timedelta(days=1)
# Letters of no review, such as those about a sign-in: counted from the day they were written.
OWN_LETTERS = dt.timedelta(days=30)
# That somebody was reminded of what is due.
DIGESTS = dt.timedelta(days=30)

_NUMBERS = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
    *("ten", "eleven", "twelve"),
)


def in_words(period: dt.timedelta) -> str:
    """As in six weeks, ten days, 30 days."""
    if period.days % 7 == 0:
        return counted(weeks(period), "week")
    return in_days(period)


def in_days(period: dt.timedelta) -> str:
    """As in seven days, 14 days."""
    return counted(period.days, "day")


def counted(number: int, noun: str) -> str:
    """As in one week, six years, 14 days."""
    said = _NUMBERS[number] if number < len(_NUMBERS) else str(number)
    return f"{said} {noun if number == 1 else f'{noun}s'}"


def weeks(period: dt.timedelta) -> int:
    """Raises ValueError where it is not weeks, since nobody may be told of fewer days."""
    whole, over = divmod(period, dt.timedelta(weeks=1))
    if over:
        raise ValueError(period)
    return whole


def by_name(words: dt.timedelta) -> dict[str, str]:
    """What a framework's words may ask for: ``$words_kept`` and so on; ``words`` are the review's."""
    return {
        "words_kept": in_words(words),
        "addresses_kept": in_words(ADDRESSES),
        "keys_kept": in_words(KEY_BACKUPS),
        "record_kept": counted(RECORD_YEARS, "year"),
    }


def years_after(day: dt.date, years: int = RECORD_YEARS) -> dt.date:
    """The same day ``years`` later; 29 February becomes 1 March."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return dt.date(day.year + years, 3, 1)
