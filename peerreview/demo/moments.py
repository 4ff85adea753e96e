"""The days on which things happen in the demonstration, so that its plan and its trail agree."""

import datetime as dt
from zoneinfo import ZoneInfo

_HERE = ZoneInfo("Europe/London")


def _at(
    year: int, month: int, day: int, hour: int = 10, minute: int = 0
) -> dt.datetime:
    return dt.datetime(year, month, day, hour, minute, tzinfo=_HERE)


OWN_PACK = _at(2013, 1, 7)
SECOND_BEGUN = _at(2013, 1, 9)
CREATED = _at(2012, 11, 12)
SETTING_UP = _at(2012, 11, 16)
TEAM_COMPLETE = _at(2012, 12, 3)
LEAD_IN = _at(2012, 11, 19)
TERMS_SIGNED = _at(2012, 11, 17, 15)
BRIEFED = _at(2012, 12, 10, 14)
PROFILES_ACCEPTED = _at(2012, 12, 5, 15)
INVITATIONS_RETURNED = _at(2012, 12, 17)
PROVED = _at(2012, 12, 20)
OPENED = _at(2012, 12, 24, 9)
CASES_CHOSEN = _at(2012, 12, 31)
MIDWAY = _at(2013, 1, 4, 11)
PRE_SITE = _at(2013, 1, 14, 12)
CLOSED = _at(2013, 1, 14, 18)
RELEASED = _at(2013, 1, 15, 9)
COMMENTS_SCREENED = _at(2013, 1, 21)
CASES_MAPPED = _at(2013, 1, 28)
TIMETABLE_FINAL = _at(2013, 1, 28, 15)
ON_SITE = _at(2013, 2, 4, 8)
WEDNESDAY = _at(2013, 2, 6, 15, 30)
REPORTING = _at(2013, 2, 8, 16)
APPROVED = _at(2013, 2, 25, 11)
FEEDBACK = _at(2013, 3, 11, 10)
ISSUED = _at(2013, 3, 11, 11)
AFTERWARDS = _at(2013, 3, 13, 9)
CLOSED_BY_TWO = _at(2013, 4, 22, 9)


def evening(day: dt.date) -> dt.datetime:
    """When that day's notes are gathered."""
    return _at(day.year, day.month, day.day, 17)
