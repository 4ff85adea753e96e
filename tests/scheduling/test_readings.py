"""Each reader has a reading of the timetable, field by field; paper and spreadsheets keep to it."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from reviews.models import Review, Stage, User
from scheduling.domain.week import Person, cancel_session
from scheduling.models import Session
from scheduling.reading import prints
from scheduling.reading.sessions import people_of, sessions_for
from scheduling.rules.audiences import FIELDS, Reading, reading_of, row_of
from tests.make import move
from tests.make_scheduling import NOW, make_session

SignIn = Callable[[User], Client]
# What each may read, written by hand: a field more is a promise broken.
PERMITTED = {
    "team": "day start end title kind room strand peers people expected themes state",
    "organiser": "day start end title kind room people expected state",
    "contact": "day start end title room people state",
    "sponsor": "day start end title kind room state",
    "wall": "day start end room in_use",
}
NAMES = ("Mavis Clay", "Theo Brand", "Ines Holt")


def url(name: str, *ids: Any) -> str:
    return reverse(f"scheduling:{name}", args=ids)


@pytest.fixture
def week(
    review: Review, manager: User, leader: User, member_peer: User, partner: User
) -> list[Session]:
    """A focus group with a partner's person and another, and somebody who is heard privately."""
    agency = review.memberships.get(user=partner).agency
    group = make_session(
        review,
        by=manager,
        peers=[leader, member_peer],
        people=[
            Person("Mavis Clay", "Ward sister", "mavis@example.org", agency),
            Person("Theo Brand", "Social worker", "theo@example.org"),
        ],
    )
    private = make_session(
        review,
        by=manager,
        title="Team interview",
        people=[Person("Ines Holt", "Nurse", "ines@example.org", agency)],
        names_kept=True,
        room="R2",
    )
    move(review, Stage.LEAD_IN)
    return [group, private]


def test_each_reading_is_a_list_of_fields_and_no_row_has_another(
    review: Review, week: list[Session]
) -> None:
    assert {each.value for each in Reading} == set(PERMITTED)
    for reading in Reading:
        permitted = PERMITTED[reading.value].split()
        assert list(FIELDS[reading]) == permitted, reading
        week[0].review = review
        assert list(row_of(week[0], reading, week[0].people.all())) == permitted


def test_what_the_wall_reads_says_nothing_of_whom_and_what(
    review: Review, week: list[Session]
) -> None:
    week[0].review = review
    said = " ".join(row_of(week[0], Reading.WALL, week[0].people.all()).values())
    for secret in (*NAMES, "Newly qualified", "Focus group", "Okafor", "Strand"):
        assert secret not in said
    assert "10:15am" in said
    assert "Interview room 1" in said


@pytest.mark.parametrize(
    ("who", "reading", "names"),
    [
        ("leader", Reading.TEAM, {"Mavis Clay", "Theo Brand", "Ines Holt"}),
        ("organiser", Reading.ORGANISER, {"Mavis Clay", "Theo Brand"}),
        ("sponsor", Reading.SPONSOR, set()),
        ("partner", Reading.CONTACT, {"Mavis Clay"}),
    ],
)
def test_the_spreadsheet_holds_what_the_reader_may_see_and_no_more(
    request: pytest.FixtureRequest,
    review: Review,
    week: list[Session],
    sign_in: SignIn,
    who: str,
    reading: Reading,
    names: set[str],
) -> None:
    user = request.getfixturevalue(who)
    member = review.memberships.get(user=user)
    assert reading_of(member) == reading

    answer = sign_in(user).get(url("timetable-xlsx", review.pk))

    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    rows = list(sheet.iter_rows(values_only=True))
    assert len(rows[0]) == len(FIELDS[reading])
    everything = " ".join(str(cell) for row in rows for cell in row)
    assert {name for name in NAMES if name in everything} == names
    assert ("Okafor" in everything) == (reading == Reading.TEAM)
    assert "example.org" not in everything
    # Nobody else learns that somebody is heard privately, a partner not even of the hour.
    assert ("Team interview" in everything) == (reading == Reading.TEAM)
    hidden = reading in (Reading.ORGANISER, Reading.SPONSOR)
    assert ("Team time" in everything) == hidden


def test_a_title_that_looks_like_a_formula_is_text_in_the_spreadsheet(
    review: Review, week: list[Session], manager: User, sign_in: SignIn
) -> None:
    review.sessions.filter(pk=week[0].pk).update(title="=1+1")
    answer = sign_in(manager).get(url("timetable-xlsx", review.pk))
    sheet = load_workbook(io.BytesIO(answer.content)).worksheets[0]
    cells = [
        cell for row in sheet.iter_rows() for cell in row if "1+1" in str(cell.value)
    ]
    assert cells
    assert all(cell.data_type == "s" for cell in cells)


@pytest.mark.parametrize(
    ("who", "ways"),
    [
        ("leader", ["day", "peer", "room", "doors"]),
        ("organiser", ["day", "room", "doors"]),
        ("partner", ["day"]),
    ],
)
def test_paper_is_made_by_day_peer_and_room_for_those_who_may(
    request: pytest.FixtureRequest,
    review: Review,
    week: list[Session],
    sign_in: SignIn,
    who: str,
    ways: list[str],
) -> None:
    user = request.getfixturevalue(who)
    member = review.memberships.get(user=user)
    assert [way for way, _ in prints.ways_of(member)] == ways
    client = sign_in(user)
    for way in ("peer", "doors"):
        answer = client.get(
            url("timetable-print", review.pk), {"what": way, "paper": "A3"}
        )
        is_pdf = answer.content[:5] == b"%PDF-"
        assert is_pdf == (way in ways)


def test_the_button_asks_for_the_pdf_in_the_one_way_that_is_answered(
    review: Review, week: list[Session], partner: User, sign_in: SignIn
) -> None:
    """The address of a print is the PDF's own, so the form is sent as a question."""
    client = sign_in(partner)

    page = client.get(url("timetable-print", review.pk)).content.decode()

    [form] = re.findall(r"<form[^>]*app-form[^>]*>.*?</form>", page, re.DOTALL)
    assert 'method="get"' in form
    assert "csrf" not in form
    sent = dict(re.findall(r'name="(\w+)"\s+value="(\w+)"[^>]*checked', form))
    answer = client.get(url("timetable-print", review.pk), sent)
    assert answer.content[:5] == b"%PDF-"


def test_a_door_sign_says_when_a_room_is_in_use_and_nothing_else(
    review: Review, week: list[Session], manager: User, organiser: User
) -> None:
    gone = make_session(review, by=manager, room="R3")
    cancel_session(session=gone, by=manager, at=NOW)
    member = review.memberships.get(user=organiser)
    found = prints.print_of(member, prints.DOORS, wide=False)
    said = [
        (sheet.title, row) for sheet in found.sheets for row in sheet.rows if sheet.door
    ]
    assert said == [
        ("Interview room 1, Monday 4 February", ["10:15am", "11:15am", "In use"]),
        ("Interview room 2, Monday 4 February", ["10:15am", "11:15am", "In use"]),
    ]


def test_pages_by_day_and_room_hold_the_reader_s_fields_alone(
    review: Review, week: list[Session], organiser: User, leader: User
) -> None:
    def text(user: User, way: str) -> str:
        member = review.memberships.get(user=user)
        found = prints.print_of(member, way, wide=False)
        return " ".join(
            [
                cell
                for sheet in found.sheets
                for row in [sheet.columns, *sheet.rows]
                for cell in row
            ]
        )

    for way in (prints.BY_DAY, prints.BY_ROOM):
        assert "Okafor" not in text(organiser, way)
        assert "Ines Holt" not in text(organiser, way)
        assert "Okafor" in text(leader, way)
        assert "Ines Holt" in text(leader, way)


def test_people_are_those_whom_the_pages_show(
    review: Review, week: list[Session], partner: User
) -> None:
    member = review.memberships.get(user=partner)
    shown = {
        person.name
        for session in sessions_for(member)
        for person in people_of(session, member)
    }
    printed = {
        name
        for _, row in prints.readable(member)
        for name in NAMES
        if name in row["people"]
    }
    assert printed == shown == {"Mavis Clay"}
