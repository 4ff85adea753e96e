"""T23: what the team reads of results follows from the table of atoms alone. T24: the council's pages
say nothing that depends on an answer, a comment or a note. T41: no file that is handed out computes."""

import csv
import datetime as dt
import difflib
import io
import random
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import openpyxl
import pytest
from django.apps import apps
from django.conf import settings
from django.db import models, transaction
from django.test import Client
from django.utils import timezone

from questionnaires import reading
from questionnaires.domain import answering, releasing, sending
from questionnaires.models import Invitation, Question, Questionnaire
from questionnaires.rules import asking
from reviews.models import Review, Stage, User
from reviews.secrets.sealing import SealedTextField
from tests.adversarial import crawl
from tests.make import move
from tests.make_casemapping import make_case, make_event
from tests.make_feedback import make_agreed
from tests.make_questionnaires import (
    again,
    close_and_release,
    make_open,
    make_questionnaire,
    people,
    run_jobs,
    send_all,
)
from tests.make_scheduling import make_notes, make_session

SignIn = Callable[[User], Client]
# Both worlds live at one moment, so that no page differs by the time of day alone.
NOON = dt.datetime(2013, 1, 9, 12, tzinfo=dt.UTC)
GROUPS = (("CSC", "SW", 30), ("POL", "PO", 18), ("SCH", "DSL", 12))
# Who of each group answers: the last two make up one atom.
ANSWERING = {"CSC": 21, "POL": 9, "SCH": 6}
ATOMS = (("CSC",), ("POL", "SCH"))


@pytest.fixture
def questionnaire(review: Review, manager: User) -> Questionnaire:
    made = make_open(review, by=manager, rows=people(GROUPS))
    send_all(made, by=manager)
    return again(made)


@pytest.fixture(autouse=True)
def clock_stands_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOON)


@contextmanager
def another_world() -> Iterator[None]:
    """Everything that happens in it is undone, keys included."""
    folder = Path(settings.KEYSTORE_DIR)
    aside = folder.with_name("keys-of-before")
    shutil.copytree(folder, aside)
    kept = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(kept)
        shutil.rmtree(folder)
        aside.rename(folder)


def of_agency(questionnaire: Questionnaire, code: str, number: int) -> list[Invitation]:
    rows = questionnaire.invitations.select_related("questionnaire__review")
    mine = [each for each in rows.order_by("pk") if each.leaf.startswith(code)]
    return mine[:number]


def make_rooms(review: Review, browser: Client) -> None:
    """Rooms are made when first asked for; in either world they are there already."""
    browser.get(f"/reviews/{review.pk}/timetable/new/")


def submit(invitation: Invitation, answers: asking.Answers) -> None:
    answering.submit_response(
        access_link=invitation,
        respondent_form=reading.respondent_form_of(invitation.questionnaire),
        answers=answers,
        draft=None,
    )


def release(questionnaire: Questionnaire, asks: User, agrees: User) -> None:
    releasing.close(questionnaire=questionnaire, by=asks, at=NOON)
    move(questionnaire.review, Stage.PRE_SITE)
    releasing.ask_for_release(questionnaire=again(questionnaire), by=asks, at=NOON)
    releasing.approve_release(questionnaire=again(questionnaire), by=agrees, at=NOON)
    releasing.release(questionnaire=again(questionnaire), today=NOON.date())


# T23

FAVOURABLE, OTHERWISE = ("4", "5"), ("1", "2")


def sheets(questionnaire: Questionnaire, seed: int) -> dict[str, list[asking.Answers]]:
    """Who says what: per atom and statement always as many favourable answers, otherwise by chance.

    Which leaf of the atom they come from, who gives which answers together, and whether somebody
    agrees or agrees strongly, is left to ``seed``.
    """
    rand = random.Random(seed)
    codes = list(
        questionnaire.questions.filter(kind=Question.Kind.STATEMENT)
        .order_by("code")
        .values_list("code", flat=True)
    )
    found: dict[str, list[asking.Answers]] = {}
    for atom in ATOMS:
        size = sum(ANSWERING[agency] for agency in atom)
        columns = {}
        for number, code in enumerate(codes):
            favourable = (3 + 5 * number) % size
            column = [rand.choice(FAVOURABLE) for _ in range(favourable)]
            column += [rand.choice(OTHERWISE) for _ in range(size - favourable)]
            rand.shuffle(column)
            columns[code] = column
        rows = [{code: columns[code][n] for code in codes} for n in range(size)]
        for agency in atom:
            found[agency] = [rows.pop() for _ in range(ANSWERING[agency])]
    return found


@pytest.mark.adversarial
def test_two_sets_of_answers_with_one_table_of_atoms_read_the_same(
    questionnaire: Questionnaire,
    manager: User,
    analyst: User,
    member_peer: User,
    sponsor: User,
    organiser: User,
    sign_in: SignIn,
) -> None:
    """Else some page would show more than was published."""
    browsers = {
        who.full_name: sign_in(who)
        for who in (manager, analyst, member_peer, sponsor, organiser)
    }

    make_rooms(questionnaire.review, browsers[manager.full_name])

    def world(seed: int) -> dict[str, dict[str, tuple[int, bytes]]]:
        with another_world():
            for agency, rows in sheets(questionnaire, seed).items():
                invited = of_agency(questionnaire, agency, len(rows))
                for invitation, answers in zip(invited, rows, strict=True):
                    submit(invitation, answers)
            release(questionnaire, manager, analyst)
            move(questionnaire.review, Stage.ON_SITE)
            starts = (*addresses(questionnaire), *groups_of(questionnaire))
            return {
                name: crawl.constant(crawl.everything(browser, "/", *starts))
                for name, browser in browsers.items()
            }

    one, other = world(1), world(2)

    for name, pages in one.items():
        assert differences(pages, other[name]) == [], name
    mine = one[analyst.full_name]
    groups = [mine[where] for where in mine if "results/?group=" in where]
    assert [status for status, _ in groups] == [200, 200]
    assert groups[0] != groups[1]
    assert all(b"%" in page for _, page in groups)


def groups_of(questionnaire: Questionnaire) -> list[str]:
    """The filters that the results are offered with."""
    atoms = questionnaire.releases.get().values["atoms"]
    own = f"/reviews/{questionnaire.review_id}/questionnaires/{questionnaire.pk}/"
    return [f"{own}results/?{urlencode({'group': atom['key']})}" for atom in atoms]


def differences(mine: Mapping[str, Any], theirs: Mapping[str, Any]) -> list[str]:
    """The pages that differ, and in which lines."""
    found = [f"only in one: {where}" for where in mine.keys() ^ theirs.keys()]
    for where in mine.keys() & theirs.keys():
        if mine[where] != theirs[where]:
            before, after = (
                repr(world[where]).replace("\\n", "\n").splitlines()
                for world in (mine, theirs)
            )
            lines = [
                line
                for line in difflib.ndiff(before, after)
                if line[0] in "+-" and line[1:]
            ]
            found.append("\n".join([where, *lines[:6]]))
    return found


def addresses(questionnaire: Questionnaire) -> Sequence[str]:
    home = f"/reviews/{questionnaire.review_id}/"
    own = f"{home}questionnaires/{questionnaire.pk}/"
    return (home, own, f"{own}results/", f"{own}comments/", f"{home}evidence/")


# T24


def everybody_says(
    questionnaire: Questionnaire, value: str, words: str, numbers: Mapping[str, int]
) -> None:
    codes = questionnaire.questions.filter(kind=Question.Kind.STATEMENT).values_list(
        "code", flat=True
    )
    for agency, number in numbers.items():
        for invitation in of_agency(questionnaire, agency, number):
            submit(invitation, {**dict.fromkeys(codes, value), "FT1": words})


@pytest.mark.adversarial
def test_nothing_on_the_councils_pages_depends_on_what_anybody_said(
    questionnaire: Questionnaire,
    manager: User,
    analyst: User,
    member_peer: User,
    sponsor: User,
    organiser: User,
    partner: User,
    sign_in: SignIn,
) -> None:
    """Two worlds: everybody content and silent, or nobody and full of words; as many in the words
    that the council reads, and not as many people. At every stage until there is a report."""
    council = {who.full_name: sign_in(who) for who in (sponsor, organiser, partner)}
    review = questionnaire.review
    session = make_session(
        move(review, Stage.ON_SITE), by=manager, peers=[member_peer, analyst]
    )
    move(review, Stage.LEAD_IN)
    make_rooms(review, council[organiser.full_name])

    def look() -> dict[str, dict[str, tuple[int, bytes]]]:
        return {
            name: crawl.constant(
                crawl.everything(browser, "/", *addresses(questionnaire))
            )
            for name, browser in council.items()
        }

    def world(value: str, words: str, numbers: Mapping[str, int]) -> dict[str, Any]:
        with another_world():
            everybody_says(questionnaire, value, words, numbers)
            answering.count_turnout(questionnaire=questionnaire)
            seen = {"open": look()}
            Questionnaire.objects.filter(pk=questionnaire.pk).update(
                last_sent_on="2012-01-01"
            )
            sending.queue_reminders(
                questionnaire=again(questionnaire),
                by=manager,
                at=timezone.now(),
                today=timezone.localdate(),
            )
            run_jobs()
            seen["reminded"] = look()
            close_and_release(again(questionnaire), by=manager)
            seen["released"] = look()
            move(review, Stage.ON_SITE)
            seen["before the notes"] = look()
            make_notes(
                session, [member_peer, analyst], [f"{words} {n}" for n in range(6)]
            )
            seen["on site"] = look()
            move(review, Stage.REPORTING)
            seen["reporting"] = look()
            return seen

    content = world("5", "fine", {"CSC": 16, "POL": 9, "SCH": 6})
    unhappy = world("1", "canary of despair", {"CSC": 18, "POL": 9, "SCH": 6})

    for moment, by_name in content.items():
        for name, pages in by_name.items():
            assert differences(pages, unhappy[moment][name]) == [], (moment, name)
            assert len(pages) > 5
            assert not [w for w, seen in pages.items() if b"canary" in seen[1]]


# T41

STARTS = ("=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1", "\r=1+1")
WRITTEN = "formula canary"
# Fields in which somebody types freely, in whatever table they are.
TYPED = [
    "title",
    "name",
    "text",
    "full_name",
    "council",
    "note",
    "notes",
    "about",
    "description",
    "subject",
    "label",
    "venue",
    "place",
    "room",
    "reason",
    "scope",
    "comment",
    "what",
    "owner",
    "purpose",
]


def make_hostile() -> int:
    """Overwrite what people typed by texts that a spreadsheet would compute."""
    changed = 0
    for model in apps.get_models():
        if not model.__module__.startswith(
            ("reviews.", "questionnaires.", "scheduling.", "casemapping.", "feedback.")
        ):
            continue
        for field in model._meta.local_fields:
            if (
                field.name in TYPED
                and isinstance(field, models.CharField | models.TextField)
                and not isinstance(field, SealedTextField)
                and not field.choices
                and not field.unique
            ):
                for number, pk in enumerate(
                    model._default_manager.values_list("pk", flat=True)
                ):
                    start = STARTS[(changed + number) % len(STARTS)]
                    hostile = f"{start} {number} {WRITTEN}"[: field.max_length or 200]
                    model._default_manager.filter(pk=pk).update(**{field.name: hostile})
                changed += 1
    return changed


@pytest.mark.adversarial
def test_no_file_that_is_handed_out_computes_what_somebody_typed(
    questionnaire: Questionnaire, manager: User, analyst: User, sign_in: SignIn
) -> None:
    review = questionnaire.review
    everybody_says(questionnaire, "4", "fine", ANSWERING)
    close_and_release(questionnaire, by=manager)
    make_event(make_case(review, by=manager), by=manager)
    draft = make_questionnaire(review, by=manager)
    on_site = move(review, Stage.ON_SITE)
    make_session(on_site, by=manager, peers=[analyst])
    make_agreed(on_site, by=analyst)
    assert make_hostile() > 10

    files: dict[str, crawl.Seen] = {}
    starts = (*addresses(questionnaire), *addresses(draft))
    for stage, who in (
        (Stage.LEAD_IN, manager),
        (Stage.ON_SITE, manager),
        (Stage.ON_SITE, analyst),
    ):
        move(review, stage)
        for seen in crawl.everything(sign_in(who), "/", *starts):
            if "spreadsheet" in seen.kind or "csv" in seen.kind:
                assert seen.status == 200
                files[seen.name] = seen

    hostile = 0
    for name, seen in files.items():
        for cell in cells(seen):
            if isinstance(cell, str) and WRITTEN in cell:
                hostile += 1
        assert formulas(seen) == [], name
    assert len(files) >= 3, sorted(files)
    assert hostile > 3


def cells(seen: crawl.Seen) -> Iterator[Any]:
    if "csv" in seen.kind:
        for row in csv.reader(io.StringIO(seen.content.decode())):
            yield from row
        return
    for sheet in openpyxl.load_workbook(io.BytesIO(seen.content)).worksheets:
        for line in sheet.iter_rows(values_only=True):
            yield from line


def formulas(seen: crawl.Seen) -> list[str]:
    """Cells that a spreadsheet would compute when it opens the file."""
    if "csv" in seen.kind:
        return [each for each in cells(seen) if each.startswith(tuple("=+-@\t\r"))]
    return [
        f"{cell.coordinate}: {cell.value}"
        for sheet in openpyxl.load_workbook(io.BytesIO(seen.content)).worksheets
        for line in sheet.iter_rows()
        for cell in line
        if cell.data_type == "f"
    ]


def test_control_an_ordinary_workbook_would_compute_it() -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    book.worksheets[0].append([f"=1+1 {WRITTEN}"])
    book.save(out)

    assert formulas(crawl.Seen("", "", 200, "spreadsheet", out.getvalue()))
