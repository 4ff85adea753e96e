"""Files that leave the house say on what day they are of, and never at what hour they were made."""

import datetime as dt
import io
import re
import zipfile
from pathlib import Path

import pytest
from django.core import mail
from django.utils import timezone

from reviews.files import word
from reviews.files.timeless import MADE, timeless
from reviews.mail import mailer
from reviews.models import Review, Stage
from reviews.reading import plan_files
from scheduling.rules import calendars
from tests.adversarial.policy import PAGES, Rule, address, rules
from tests.adversarial.real_objects import PAIRS, World, make_world, named
from tests.make import move

# What a page of the matrix gives, where that is a file.
KINDS = ("pdf", "docx", "xlsx", "csv", "yaml", "json")
FILES = [rule for rule in rules().values() if rule.does in KINDS]
# What a member has typed or sent in themselves, or what is a record of moments.
OF_MOMENTS = {"reviews:audit-xlsx", "reviews:document-download"}
_HOURS = re.compile(
    rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d|D:\d{10}|DTSTAMP:\d{8}T(?!000000Z)|LAST-MODIFIED|CREATED:"
)
_CONSTANT = f"{MADE:%Y-%m-%dT%H:%M}".encode()


def hours_of(content: bytes) -> list[str]:
    """Every clock time in a file, about its parts or in them."""
    found = []
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.infolist():
                if part.date_time != MADE.timetuple()[:6]:
                    found.append(f"{part.filename} at {part.date_time}")
                found += hours_of(archive.read(part))
        return found
    return [each.decode() for each in _HOURS.findall(content) if each != _CONSTANT]


@pytest.fixture
def world(db: None, tmp_path: Path) -> World:
    return make_world(tmp_path)


def test_the_matrix_has_every_kind_of_file() -> None:
    assert {rule.does for rule in FILES} == set(KINDS)
    assert {rule.name for rule in FILES} >= OF_MOMENTS


def test_no_file_says_at_what_hour_it_was_made(world: World) -> None:
    """Each as the first role that may have it. The print of the week is behind a form."""
    found, seen = {}, 0
    prints = Rule("scheduling:timetable-print", "review", {}, "", "pdf")
    for rule in [*FILES, prints]:
        if rule.name in OF_MOMENTS or set(named_parts(rule)) - set(
            world.things.get(rule.object, {})
        ):
            continue
        role, stage = next(
            (pair for pair in PAIRS if rule.allows(*pair)), ("RM", Stage.ON_SITE)
        )
        move(world.review, Stage(stage))
        where = address(rule.name, world.review.pk, **named(rule, world.things))
        asked = {"what": "day", "paper": "A4"} if rule is prints else {}
        answer = world.here[role].get(where, asked)
        content = b"".join(answer) if answer.streaming else answer.content
        assert answer.status_code == 200, rule.name
        assert content[:1] != b"<", rule.name
        seen += 1
        if hours := hours_of(content):
            found[rule.name] = hours

    assert found == {}
    assert seen >= len(FILES) - len(OF_MOMENTS)


def named_parts(rule: Rule) -> list[str]:
    return [
        part.partition(">")[0].rpartition(":")[2]
        for part in PAGES[rule.name].route.split("<")[1:]
        if "review_id" not in part
    ]


def test_a_word_file_as_its_library_saves_it_would_be_found() -> None:
    """The control, and the same once it went through our hands."""
    into = io.BytesIO()
    document = word.begin("A title")
    document.save(into)

    assert any("document.xml at" in each for each in hours_of(into.getvalue()))
    assert hours_of(timeless(into.getvalue())) == []
    assert hours_of(word.as_bytes(document)) == []


def test_calendars_say_the_day_alone(review: Review) -> None:
    moment = dt.datetime(2013, 1, 9, 14, 37, 5, tzinfo=dt.UTC)
    meeting = calendars.Meeting(
        uid="one",
        sequence=1,
        begins=dt.datetime(2013, 2, 5, 9, 30),  # noqa: DTZ001 - on the clock of the place
        minutes=60,
        title="Meeting",
        place="Room",
    )
    party = calendars.Party("Ada Lark", "ada@example.org")
    zone = timezone.get_default_timezone()
    sent = calendars.message(
        meeting, organiser=party, reader=party, zone=zone, stamp=moment
    )
    feed = calendars.feed([meeting], title="Week", zone=zone, stamp=moment)
    plan = plan_files.calendar(review, [], at=moment)

    for made in (sent.encode(), feed.encode(), plan):
        assert b"DTSTAMP:20130109T000000Z" in made
        assert hours_of(made) == []
    assert hours_of(sent.replace("T000000Z", "T143705Z").encode())


def test_a_letter_says_neither_moment_nor_process_beside_its_date(
    review: Review,
) -> None:
    """The Message-ID that Python makes is the moment, the process and a number; ours is chance."""
    ids = []
    for _ in range(3):
        with mailer.open_connection() as connection:
            mailer.deliver(
                connection, to="ada@example.org", subject="S", text="T", review=review
            )
        ids.append(mail.outbox[-1].message()["Message-ID"])

    assert len(set(ids)) == 3
    for each in ids:
        assert re.fullmatch(r"<[0-9a-f]{32}@review\.invalid>", each)
