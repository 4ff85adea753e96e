"""The game: made-up peers write notes from the framework's sample week, evening by evening.

Their notes are gathered as real ones are, in a review that no page knows (``rehearsals``).
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from reviews.domain import rehearsals
from reviews.models import Membership, Review, User
from reviews.rules.chance import luck
from scheduling.domain.gathering import gather
from scheduling.domain.week import seed_timetable
from scheduling.models import NoteDraft, Session, notebooks
from scheduling.models.notebooks import Body
from scheduling.rules import note_attacks
from scheduling.rules.note_attacks import Heard, Row, Scores
from scheduling.rules.sample_week import usual_notes

PAIRS = 3


@dataclass
class World:
    """A review on site with the framework's sample week, and pairs of peers in its lanes.

    ``evening`` is that on which a session got its name.
    """

    review: Review
    sessions: list[Session]
    pairs: dict[int, list[Membership]]
    evening: dict[int, int] = field(default_factory=dict)

    @property
    def days(self) -> list[dt.date]:
        return sorted({each.day for each in self.sessions})

    def peers_of(self, session: Session) -> frozenset[int]:
        return frozenset(each.pk for each in self.pairs[session.pk])


def make_world(review: Review) -> World:
    role = review.pack.roles[0].code
    members = [rehearsals.make_peer(review, role=role) for _ in range(2 * PAIRS)]
    seed_timetable(review=review, by=User(full_name="Rehearsal"), at=timezone.now())
    sessions = [
        each for each in review.sessions.select_related("review") if each.meets_people
    ]
    lanes = sorted({_lane(each) for each in sessions})
    pairs = {}
    for each in sessions:
        first = 2 * (lanes.index(_lane(each)) % PAIRS)
        pairs[each.pk] = members[first : first + 2]
        each.peers.set(pairs[each.pk])
    return World(review, sessions, pairs)


def _lane(session: Session) -> str:
    return session.strand.split("+")[0]


def usual(session: Session) -> int:
    return usual_notes(session.people_expected)


def write(world: World, day: dt.date, rand: random.Random) -> None:
    """The drafts of a day, in the order of its sessions. Whose each is stands in its words."""
    rows = []
    notebook = notebooks.name(world.review, day)
    for session in world.sessions:
        if session.day != day:
            continue
        for number in range(max(1, usual(session) + rand.randint(-1, 1))):
            writer = world.pairs[session.pk][number % 2].user
            draft = NoteDraft(
                locator=notebooks.locator(world.review, writer),
                review=world.review,
                ready=True,
            )
            theme = (session.themes or [world.review.pack.themes[0].code])[0]
            kind = world.review.pack.note_kinds[0].code
            said = Body(session.pk, (theme,), kind, "", f"{session.pk} {number}")
            notebooks.write(draft, said, notebook=notebook)
            rows.append(draft)
    NoteDraft.objects.bulk_create(rows)


def truth(words: str) -> int:
    return int(words.split()[0])


def night(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(23), tzinfo=dt.UTC)


def dump(review: Review) -> dict[UUID, dict[str, Any]]:
    """Of each note what a copy of the database holds without keys, but for its class."""
    places = (
        "rowid AS place"
        if connection.vendor == "sqlite"
        else "ctid::text AS place, xmin::text::bigint AS transaction"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id, body, source_box, {places} FROM scheduling_note"  # noqa: S608
            " WHERE review_id = %s",
            [review.pk],
        )
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {UUID(str(row["id"])): _orders(row) for row in rows}


def _orders(row: Mapping[str, Any]) -> dict[str, Any]:
    found = {
        "key": str(row["id"]).replace("-", ""),
        "seal": bytes(row["body"])[17:],
        "box": bytes(row["source_box"])[17:],
        "place": row["place"],
    }
    if isinstance(row["place"], str):  # "(page,number)"
        page, number = row["place"].strip("()").split(",")
        found["place"] = (int(page), int(number))
        found["transaction"] = row["transaction"]
    return found


def opened(review: Review) -> dict[UUID, tuple[str, str]]:
    """Whoever has the key, or looks at the page: words and class of each note."""
    return {note.pk: (note.said.text, note.source_class) for note in review.notes.all()}


def week_of(world: World) -> list[Heard]:
    """The timetable, with what each session is told as and when it was: both stand in a dump."""
    told = dict(world.review.sessions.values_list("pk", "told_as"))
    return [
        Heard(
            session.pk,
            told[session.pk],
            world.evening[session.pk],
            session.begins,
            world.peers_of(session),
            float(usual(session)),
        )
        for session in world.sessions
        if told[session.pk]
    ]


@dataclass(frozen=True)
class Played:
    """What is known at the end from one dump, and what from one of each night."""

    world: World
    at_the_end: list[Row]
    by_night: list[Row]
    # Keys, seals and boxes that stood in two dumps: whoever has both follows a note by them.
    found_again: int


def play(world: World, rand: random.Random) -> Played:
    review = world.review
    by_night: list[Row] = []
    known: set[str] = set()
    before: set[object] = set()
    found_again = 0
    for evening, day in enumerate(world.days):
        write(world, day, rand)
        gather(review=review, by=User(full_name="Rehearsal"), at=night(day))
        told = review.sessions.exclude(told_as="").values_list("pk", flat=True)
        for session in told:
            world.evening.setdefault(session, evening)
        words, places = opened(review), dump(review)
        now = {row[name] for row in places.values() for name in ("key", "seal", "box")}
        found_again += len(before & now)
        before = now
        by_night += [
            Row(words[pk][1], truth(words[pk][0]), places[pk], evening)
            for pk in words
            if words[pk][0] not in known
        ]
        known = {text for text, _ in words.values()}
    words, places = opened(review), dump(review)
    at_the_end = [
        Row(label, truth(text), places[pk]) for pk, (text, label) in words.items()
    ]
    return Played(world, at_the_end, by_night, found_again)


def naive(world: World, rand: random.Random) -> tuple[list[Row], list[Heard]]:
    """The same notes kept as was once done: added evening by evening, under the class of the week.

    How many came on which day, the trail tells.
    """
    days = world.days
    rows: list[Row] = []
    for evening, day in enumerate(days):
        block = [
            (each.source_class, each.pk)
            for each in world.sessions
            if each.day == day
            for _ in range(max(1, usual(each) + rand.randint(-1, 1)))
        ]
        rand.shuffle(block)
        rows += [
            Row(label, session, {"place": len(rows) + number}, evening)
            for number, (label, session) in enumerate(block)
        ]
    week = [
        Heard(
            each.pk,
            each.source_class,
            days.index(each.day),
            each.begins,
            world.peers_of(each),
            float(usual(each)),
        )
        for each in world.sessions
    ]
    return rows, week


@dataclass(frozen=True)
class Strength:
    """How far an attacker came: shares of notes led to the right session, from 0 to 1."""

    programs: int
    best: float
    chance: float
    limit: float

    @property
    def held(self) -> bool:
        return self.best <= self.limit


@dataclass(frozen=True)
class Result:
    notes: int
    smallest: int
    found_again: int
    one_dump: Strength
    each_night: Strength
    naive: float
    # Nearly all that the naive design could give away, or the programs find nothing anywhere.
    passed: bool


# A naive design gives at least so much away; else the programs prove nothing.
BROKEN = 0.5


def measured(ends: Scores, nights: Scores, control: Scores, found_again: int) -> Result:
    one_dump, each_night = _strength(ends), _strength(nights)
    return Result(
        notes=ends.notes,
        smallest=nights.smallest_cell,
        found_again=found_again,
        one_dump=one_dump,
        each_night=each_night,
        naive=control.best,
        passed=one_dump.held
        and each_night.held
        and not found_again
        and control.best > BROKEN,
    )


def _strength(scores: Scores) -> Strength:
    """Of the program that did best beside its own luck."""
    tries = 2 * len(scores.by_program)
    limits = {
        name: luck(score.luck, tries) for name, score in scores.by_program.items()
    }
    name = max(
        scores.by_program, key=lambda each: scores.by_program[each].right - limits[each]
    )
    score = scores.by_program[name]
    return Strength(
        programs=len(scores.by_program),
        best=score.right / scores.notes,
        chance=score.luck / scores.notes,
        limit=limits[name] / scores.notes,
    )


def attack(played: Played, ends: Scores, nights: Scores) -> None:
    week = week_of(played.world)
    note_attacks.attack(ends, played.at_the_end, week)
    note_attacks.attack(nights, played.by_night, week)
