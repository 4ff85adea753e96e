"""Small weeks made by hand, and the sample week of the framework with people made up."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from scheduling.solver.problem import (
    Block,
    BlockKind,
    Peer,
    Person,
    Placement,
    Problem,
    Room,
    Session,
    Site,
    Strand,
    Timetable,
    Window,
)
from tests.scheduling.solver.instances import MONDAY, at

LEADER = Peer("P1", "the team leader", frozenset(["director"]))
MEMBER = Peer("P2", "the member peer", frozenset(["member"]))
HEALTH = Peer("P3", "the health peer", frozenset(["health"]))
ANALYST = Peer("P4", "the analyst peer", frozenset(["data"]))
ROOMS = (
    Room("R1", "interview room 1", "hall", 8),
    Room("R2", "interview room 2", "hall", 8),
)


def on(day: int, begins: str, ends: str) -> Window:
    return Window(at(day, begins), at(day, ends))


def week(*sessions: Session, **changed: Any) -> Problem:
    """Two mornings, four peers in two strands and two rooms, unless something is changed."""
    problem = Problem(
        days=(on(0, "9:00", "12:00"), on(1, "9:00", "12:00")),
        home="hall",
        sites=(Site("hall", "the town hall"),),
        rooms=ROOMS,
        peers=(LEADER, MEMBER, HEALTH, ANALYST),
        strands=(
            Strand("A", "strand A", ("P1", "P2")),
            Strand("B", "strand B", ("P3", "P4")),
        ),
        people=(),
        sessions=sessions,
    )
    return replace(problem, **changed)


PACK = Path("reviews/frameworks/safeguarding-children-2012.yaml")
# What the team does by itself, or with hosts who come to it at fixed times.
FIXED = {"TEAM", "NOTES", "BREAK", "KIT", "PRES", "WKS", "MTG"}
TEAM = {
    "TL": LEADER,
    "MP": MEMBER,
    "OP1": Peer("P5", "the first operational peer", frozenset(["social care"])),
    "HP": HEALTH,
    "OP2": Peer("P6", "the second operational peer", frozenset(["social care"])),
    "AP": ANALYST,
}
STRANDS = {"A": ("P1", "P2"), "B": ("P5", "P3"), "C": ("P6", "P4")}
ASKED = {"P-HEALTH": "health", "C-CLLR": "member"}
KINDS = {"NOTES": BlockKind.NOTES, "TEAM": BlockKind.TEAM, "BREAK": BlockKind.LUNCH}


def sample() -> tuple[Problem, Timetable]:
    """The week of the framework, and where the framework has put its sessions."""
    rows = yaml.safe_load(PACK.read_text())["sessions"]
    met = [row for row in rows if row["type"] not in FIXED | {"GAP"}]
    people, sessions, placements = [], [], {}
    for row in met:
        named = [f"{row['code']}-{n}" for n in range(min(row["people"], 3))]
        begins = at(row["day"], row["start"])
        ends = begins + dt.timedelta(minutes=row["minutes"])
        people += [
            Person(
                key,
                f"person {key}",
                row["source_class"],
                "",
                _can_come(begins, ends, n),
            )
            for n, key in enumerate(named)
        ]
        background = ASKED.get(row["source_class"])
        sessions.append(
            Session(
                key=row["code"],
                label=row["title"],
                minutes=row["minutes"],
                agency=row["source_class"],
                people=tuple(named),
                expected=row["people"],
                one_level=row["type"] == "FG",
                themes=tuple(row["themes"]),
                backgrounds=frozenset([background]) if background else frozenset(),
                on_the_move=row["room"] == "EXT",
                hard_to_get=row["source_class"] == "C-LEAD",
            )
        )
        strand = STRANDS[row["strand"].split("+")[0]]
        placements[row["code"]] = Placement(begins, row["room"], strand)
    blocks = [
        Block(
            row["code"],
            row["title"],
            at(row["day"], row["start"]),
            row["minutes"],
            KINDS.get(row["type"], BlockKind.OTHER),
            None if row["strand"] == "ALL" else frozenset(["P1"]),
            "" if row["room"] == "EXT" else row["room"],
        )
        for row in rows
        if row["type"] in FIXED and 0 <= row["day"] < 4
    ]
    rooms = [
        Room("BASE", "the base room", "hall", 14, team_only=True),
        *(Room(f"R{n}", f"interview room {n}", "hall", 10) for n in (1, 2, 3)),
        Room("BIG", "the large room", "hall", 60),
        Room("EXT", "away from the building", "hall", 60, on_the_move=True),
    ]
    problem = Problem(
        days=(
            on(0, "10:15", "16:15"),
            *(on(day, "9:15", "16:15") for day in (1, 2, 3)),
        ),
        home="hall",
        sites=(Site("hall", "the town hall"),),
        rooms=tuple(rooms),
        peers=tuple(TEAM.values()),
        strands=tuple(
            Strand(key, f"strand {key}", pair) for key, pair in STRANDS.items()
        ),
        people=tuple(people),
        sessions=tuple(sessions),
        blocks=tuple(blocks),
        closing_day=MONDAY + dt.timedelta(days=3),
    )
    return problem, Timetable(placements)


def _can_come(
    begins: dt.datetime, ends: dt.datetime, number: int
) -> tuple[Window, ...]:
    """The half-day of their session in the framework, and one other day."""
    noon = dt.datetime.combine(begins.date(), dt.time(12, 30))
    morning = begins < noon
    day = dt.datetime.combine(begins.date(), dt.time(8, 30))
    half = (
        Window(day, max(noon, ends))
        if morning
        else Window(noon.replace(minute=0), day.replace(hour=17))
    )
    other = at((begins.date() - MONDAY).days + 1 + number % 2, "8:30")
    return (half, Window(other, other.replace(hour=17)))
