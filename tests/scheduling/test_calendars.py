"""Meetings in people's calendars, read back by a library that had no part in writing them."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar, Event

from scheduling.rules import calendars
from scheduling.rules.calendars import Meeting, Party

LONDON = ZoneInfo("Europe/London")
STAMP = dt.datetime(2013, 1, 7, 9, tzinfo=dt.UTC)
MANAGER = Party("Morgan Vale", "morgan@example.org")
READER = Party("Ada Quill", "ada@example.org")
SUMMER_ENDS = dt.date(2013, 10, 27)


def meeting(**changes: object) -> Meeting:
    return Meeting(
        **{
            "uid": "0d9f4c1e-52a7-4c0e-8d23-6d3f6a1b2c3d",
            "sequence": 1,
            "begins": dt.datetime(2013, 2, 4, 10, 15),  # noqa: DTZ001 - on the place's clock
            "minutes": 45,
            "title": "Meeting with the peer review team",
            "place": "Interview room 1",
            **changes,
        }  # type: ignore[arg-type]
    )


def sent(what: Meeting, reader: Party = READER) -> str:
    return calendars.message(
        what, organiser=MANAGER, reader=reader, zone=LONDON, stamp=STAMP
    )


def only(text: str) -> Event:
    (event,) = Calendar.from_ical(text).walk("VEVENT")
    assert isinstance(event, Event)
    return event


def as_a_client_keeps_it(*texts: str) -> dict[str, Event]:
    """What RFC 5546 has a calendar do: by UID, the higher SEQUENCE wins, CANCEL takes out."""
    kept: dict[str, Event] = {}
    for text in texts:
        calendar = Calendar.from_ical(text)
        for event in calendar.walk("VEVENT"):
            uid = str(event["UID"])
            if uid in kept and kept[uid]["SEQUENCE"] > event["SEQUENCE"]:
                continue
            if calendar["METHOD"] == "CANCEL":
                kept.pop(uid, None)
            else:
                kept[uid] = event  # type: ignore[assignment]
    return kept


@pytest.mark.parametrize(
    ("day", "utc"),
    [
        (SUMMER_ENDS - dt.timedelta(days=1), 9),  # still an hour ahead
        (SUMMER_ENDS + dt.timedelta(days=1), 10),
        (dt.date(2013, 3, 29), 10),  # the last Friday of winter
        (dt.date(2013, 4, 1), 9),
    ],
)
def test_the_time_is_right_on_both_sides_of_a_clock_change(
    day: dt.date, utc: int
) -> None:
    begins = dt.datetime.combine(day, dt.time(10, 15))

    event = only(sent(meeting(begins=begins)))

    assert event["DTSTART"].dt == dt.datetime.combine(day, dt.time(utc, 15), dt.UTC)
    local = event["DTSTART"].dt.astimezone(LONDON)
    assert local.replace(tzinfo=None) == begins
    assert event["DTEND"].dt - event["DTSTART"].dt == dt.timedelta(minutes=45)


def test_a_moved_meeting_replaces_the_one_that_stood_there() -> None:
    later = meeting(
        sequence=3,
        begins=dt.datetime(2013, 2, 5, 9),  # noqa: DTZ001
        place="Interview room 2",
    )

    kept = as_a_client_keeps_it(sent(meeting()), sent(later))

    (event,) = kept.values()
    assert event["DTSTART"].dt == dt.datetime(2013, 2, 5, 9, tzinfo=dt.UTC)
    assert event["LOCATION"] == "Interview room 2"
    assert event["SEQUENCE"] == 3
    # And an old message that is opened late changes nothing.
    (still,) = as_a_client_keeps_it(sent(later), sent(meeting())).values()
    assert still["LOCATION"] == "Interview room 2"


def test_a_cancelled_meeting_leaves_the_calendar() -> None:
    gone = sent(meeting(sequence=2, cancelled=True))

    assert as_a_client_keeps_it(sent(meeting()), gone) == {}
    assert Calendar.from_ical(gone)["METHOD"] == "CANCEL"
    assert only(gone)["STATUS"] == "CANCELLED"


def test_a_meeting_is_from_the_manager_to_one_reader_who_is_not_asked_to_answer_there() -> (
    None
):
    event = only(sent(meeting()))

    assert Calendar.from_ical(sent(meeting()))["METHOD"] == "REQUEST"
    assert event["ORGANIZER"] == "mailto:morgan@example.org"
    assert event["ATTENDEE"] == "mailto:ada@example.org"
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"


TRICKY = (
    "Room 1; first floor, left",
    "Back\\slash",
    "Two\nlines",
    "Ŵyn’s café – "
    + "a long name of a place with letters of two octets éééééééééééééééé" * 3,
    "quote \" and 'quote'",
)


@pytest.mark.parametrize("place", TRICKY)
def test_any_words_come_back_as_they_were(place: str) -> None:
    assert only(sent(meeting(place=place)))["LOCATION"] == place


@pytest.mark.parametrize("words", TRICKY)
def test_no_line_is_longer_than_75_octets_and_each_ends_as_it_should(
    words: str,
) -> None:
    text = sent(meeting(title=words, place=words, words=words * 4))

    assert text.endswith("END:VCALENDAR\r\n")
    lines = text.split("\r\n")
    assert max(len(line.encode()) for line in lines) <= 75
    assert all("\n" not in line and "\r" not in line for line in lines)


def test_a_name_or_address_cannot_add_a_line_of_its_own() -> None:
    bad = Party('A"\r\nX-EVIL:1', "a@example.org\r\nX-EVIL:2")

    text = sent(meeting(title="T\r\nX-EVIL:3", place="P\u2028X-EVIL:4\x07"), bad)

    assert [line for line in text.split("\r\n") if line.startswith("X-EVIL")] == []
    assert "x-evil" not in {key.lower() for key in only(text)}


def test_a_feed_holds_everything_and_is_asked_for_every_hour() -> None:
    other = meeting(
        uid="1e9f4c1e-52a7-4c0e-8d23-6d3f6a1b2c3d", title="Team meeting", sequence=4
    )

    text = calendars.feed(
        [meeting(), other], title="Peer review, Trafford", zone=LONDON, stamp=STAMP
    )

    calendar = Calendar.from_ical(text)
    assert calendar["METHOD"] == "PUBLISH"
    assert [str(each["SUMMARY"]) for each in calendar.walk("VEVENT")] == [
        "Meeting with the peer review team",
        "Team meeting",
    ]
    assert "REFRESH-INTERVAL;VALUE=DURATION:PT1H\r\n" in text
    # The same again is the same text, so that nothing seems to have changed.
    assert text == calendars.feed(
        [meeting(), other], title="Peer review, Trafford", zone=LONDON, stamp=STAMP
    )
