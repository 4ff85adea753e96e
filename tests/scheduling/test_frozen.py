"""What differs between two releases, in the words of the page."""

import datetime as dt
from dataclasses import fields, replace
from typing import Any

import pytest

from scheduling.rules import frozen
from scheduling.rules.frozen import Frozen, Met

TEN = dt.datetime(2013, 2, 4, 10)  # noqa: DTZ001 - on the clock of the place
SESSION = Frozen(
    session=1,
    uid="u",
    sequence=1,
    code="M03",
    title="Talk",
    begins=TEN,
    minutes=45,
    type="INT",
    strand="A",
    room="Room 1",
    meets=True,
    cancelled=False,
    names_kept=False,
    peers=((1, "Leila Okafor"),),
    people=(Met("Ada Quill", "Manager", "ada@example.org", 2),),
)


def said(before: Frozen | None, after: Frozen) -> list[str]:
    found = frozen.changes({1: before} if before else {}, {1: after})
    return [sentence for each in found for sentence in each.sentences]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {"begins": TEN + dt.timedelta(days=1, hours=2)},
            "It moves from Monday 4 February at 10:00am to Tuesday 5 February at midday.",
        ),
        ({"minutes": 60}, "It takes 60 minutes instead of 45."),
        ({"room": "Room 2"}, "It is in Room 2 instead of Room 1."),
        ({"title": "Chat"}, "It was called “Talk”."),
        ({"strand": "B"}, "It is of another kind or strand."),
        (
            {"cancelled": True},
            "It is cancelled. It was on Monday 4 February at 10:00am.",
        ),
        (
            {"peers": ((1, "Leila Okafor"), (2, "Odette Parrish"))},
            "Peers: Odette Parrish.",
        ),
        ({"peers": ()}, "No longer among the peers: Leila Okafor."),
        ({"people": ()}, "No longer to be met: Ada Quill."),
        ({"names_kept": True}, "Whom the peers meet is now for the team alone."),
    ],
)
def test_each_change_is_a_sentence(change: dict[str, object], words: str) -> None:
    assert said(SESSION, replace(SESSION, **change)) == [words]  # type: ignore[arg-type]


# What a release adds itself, and what follows from a field that is told.
SILENT = {"session", "uid", "sequence", "code", "meets", "away"}


@pytest.mark.parametrize(
    "name", [each.name for each in fields(Frozen) if each.name not in SILENT]
)
def test_no_field_changes_without_a_sentence(name: str) -> None:
    """A new field that nobody would be told of fails here."""
    value = getattr(SESSION, name)
    others: dict[type, Any] = {
        bool: not value,
        str: "Other",
        int: 60,
        dt.datetime: TEN.replace(hour=12),
    }

    changed = replace(SESSION, **{name: others.get(type(value), ())})

    assert said(SESSION, changed) != []


def test_a_new_session_is_told_whole_and_one_that_is_put_back_too() -> None:
    assert said(None, SESSION) == [
        "New: Monday 4 February, 10:00am to 10:45am, Room 1.",
        "Peers: Leila Okafor.",
        "To be met: Ada Quill.",
    ]
    again = said(replace(SESSION, cancelled=True), SESSION)
    assert again[0].startswith("It takes place after all: Monday 4 February")


def test_nothing_is_said_of_what_is_the_same_or_was_never_held() -> None:
    off = replace(SESSION, cancelled=True)

    assert said(SESSION, SESSION) == []
    assert said(None, off) == []
    assert said(off, replace(off, room="Room 2")) == []


def test_of_a_private_session_two_rows_differ_outside_the_team_by_place_and_time_alone() -> (
    None
):
    other = replace(
        SESSION,
        title="Somebody else",
        type="VIS",
        people=(Met("Zadie Hushe"),),
        names_kept=True,
    )
    old, new = frozen.veiled(SESSION, "Team time"), frozen.veiled(other, "Team time")

    assert old == new
    assert said(SESSION, other)
    assert said(old, new) == []
    assert "Zadie" not in " ".join(said(None, new))
    moved = frozen.veiled(replace(other, room="Room 2"), "Team time")
    assert said(old, moved) == [f"It is in Room 2 instead of {SESSION.room}."]


def test_a_session_keeps_its_number_until_something_of_it_changes() -> None:
    other = replace(SESSION, session=2, sequence=0)
    moved = replace(SESSION, room="Room 2", sequence=0)
    before = {1: SESSION, 2: replace(other, sequence=3)}

    week = frozen.numbered({1: moved, 2: other}, before, 7)

    assert [week[1].sequence, week[2].sequence] == [7, 3]


def test_a_session_comes_back_from_the_database_as_it_went() -> None:
    assert Frozen.from_json(SESSION.as_json()) == SESSION


def test_a_person_is_known_by_the_address_or_without_one_by_the_name() -> None:
    keys = {
        Met("Ada", email="Ada@Example.org ").key,
        Met("A. Quill", email="ada@example.org").key,
    }

    assert keys == {"ada@example.org"}
    assert Met("Ada Quill").key == "ada quill"


def test_whom_the_peers_meet_is_told_of_a_place_that_they_can_find() -> None:
    visit = replace(SESSION, room="Away from the building", away=True)
    elsewhere = replace(visit, room="By car")
    other_room = replace(SESSION, room="Room 2")

    def told(old: Frozen, row: Frozen) -> list[str]:
        return frozen.place_and_time(old, row, named=False)

    assert told(SESSION, visit) == ["The place is another one."]
    assert told(visit, elsewhere) == []
    assert told(SESSION, other_room) == ["It is in Room 2 instead of Room 1."]
