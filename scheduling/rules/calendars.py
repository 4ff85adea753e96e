"""Meetings as iCalendar text (RFC 5545, RFC 5546). Pure: it knows neither database nor clock.

*Which method.* A file in a message is a REQUEST, or a CANCEL, of one meeting from the review manager
to one reader. Outlook and Thunderbird then look for the UID in the reader's calendar and change or
strike out what stands there when SEQUENCE is higher. They do that for one meeting a file: Outlook
opens a file of several as a second calendar, and a PUBLISH that is opened twice as a second
meeting. So each meeting is a file of its own. Nobody is asked to answer in the calendar
(RSVP=FALSE): the answer is given on the page that the message links to. A feed is a PUBLISH of
everything: a calendar program reads it anew as a whole, so what is gone from it goes there too.

*Which clock.* Moments are in UTC. A meeting happens once, so nothing has to be worked out on both
sides of a clock change; every program shows it on its own clock, and none has to read a VTIMEZONE,
which is where they differ.

*Which stamp.* DTSTAMP has the day and no clock time: a file does not say when somebody pressed a
button. Programs go by SEQUENCE first, which is another for every release.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from zoneinfo import ZoneInfo

PRODUCT = "-//Critical Friend//Timetable//EN"
DOMAIN = "review.invalid"
MOST_OCTETS = 75
REQUEST, CANCEL, PUBLISH = "REQUEST", "CANCEL", "PUBLISH"


@dataclass(frozen=True)
class Party:
    name: str
    email: str


@dataclass(frozen=True)
class Meeting:
    """What a calendar knows of a session. ``begins`` is on the clock of the place."""

    uid: str
    sequence: int
    begins: dt.datetime
    minutes: int
    title: str
    place: str
    words: str = ""
    cancelled: bool = False


def message(
    meeting: Meeting,
    *,
    organiser: Party,
    reader: Party,
    zone: ZoneInfo,
    stamp: dt.datetime,
) -> str:
    """One meeting for one reader: put into the calendar, changed in it or taken out of it."""
    method = CANCEL if meeting.cancelled else REQUEST
    parties = [
        f"ORGANIZER{_named(organiser)}:mailto:{_address(organiser)}",
        f"ATTENDEE{_named(reader)};ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;"
        f"RSVP=FALSE:mailto:{_address(reader)}",
    ]
    return _calendar(method, [], [_event(meeting, zone, stamp, parties)])


def feed(
    meetings: Iterable[Meeting], *, title: str, zone: ZoneInfo, stamp: dt.datetime
) -> str:
    """Everything of one person, for a program that asks again and again."""
    head = [
        f"X-WR-CALNAME:{escaped(title)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        "X-PUBLISHED-TTL:PT1H",
    ]
    events = [_event(meeting, zone, stamp, []) for meeting in meetings]
    return _calendar(PUBLISH, head, events)


def _calendar(method: str, head: list[str], events: list[list[str]]) -> str:
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        f"METHOD:{method}",
        *head,
        *(line for event in events for line in event),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def _event(
    meeting: Meeting, zone: ZoneInfo, stamp: dt.datetime, parties: list[str]
) -> list[str]:
    begins = meeting.begins.replace(tzinfo=zone).astimezone(dt.UTC)
    lines = [
        "BEGIN:VEVENT",
        f"UID:{meeting.uid}@{DOMAIN}",
        f"SEQUENCE:{meeting.sequence}",
        f"DTSTAMP:{_day(stamp)}",
        f"DTSTART:{_moment(begins)}",
        f"DTEND:{_moment(begins + dt.timedelta(minutes=meeting.minutes))}",
        f"SUMMARY:{escaped(meeting.title)}",
        f"LOCATION:{escaped(meeting.place)}",
    ]
    if meeting.words:
        lines.append(f"DESCRIPTION:{escaped(meeting.words)}")
    lines += [
        f"STATUS:{'CANCELLED' if meeting.cancelled else 'CONFIRMED'}",
        "CLASS:PRIVATE",
        "TRANSP:OPAQUE",
        *parties,
        "END:VEVENT",
    ]
    return lines


def _moment(value: dt.datetime) -> str:
    return f"{value.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def _day(value: dt.datetime) -> str:
    return f"{value.astimezone(dt.UTC):%Y%m%d}T000000Z"


def escaped(text: str) -> str:
    """Text as a value: backslash, comma, semicolon and line break would mean something there."""
    lines = "\n".join(text.splitlines())
    # Any other control character is not allowed at all.
    lines = "".join(sign for sign in lines if sign == "\n" or sign.isprintable())
    for sign in "\\;,":
        lines = lines.replace(sign, f"\\{sign}")
    return lines.replace("\n", "\\n")


def _named(party: Party) -> str:
    """The name as a parameter. Quotes and control characters cannot stand in one."""
    name = "".join(sign for sign in party.name if sign.isprintable() and sign != '"')
    return f';CN="{name}"' if name else ""


def _address(party: Party) -> str:
    return "".join(sign for sign in party.email if sign.isprintable())


def folded(line: str) -> str:
    """At most 75 octets a line, the next begins with a space; no letter is cut in two."""
    parts, size, part = [], 0, ""
    for sign in line:
        octets = len(sign.encode())
        if size + octets > MOST_OCTETS:
            parts.append(part)
            part, size = "", 1  # the space that goes before it
        part += sign
        size += octets
    return "\r\n ".join([*parts, part])
