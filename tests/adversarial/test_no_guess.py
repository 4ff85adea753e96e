"""T47: no form of the council, its partners or link holders answers a guess at a name.

The review's roster holds whom the team hears in private. A name of it, a name that nobody knows, a
surname by itself and a post are typed into every box in which one of these readers types freely:
the answers to a kept and to an unknown one are the same bytes, as fast.
"""

import datetime as dt
import re
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from casemapping.domain import add_record
from casemapping.models import PreparationSheet
from questionnaires.models import Questionnaire
from reviews import background
from reviews.apps_above import known_names
from reviews.domain.briefing import make_briefing_address
from reviews.models import BriefingAddress, Job, Membership, Stage
from reviews.screening import roster
from scheduling.domain.releases import link_of
from scheduling.domain.week import Person
from scheduling.models.releases import Invitee
from tests.adversarial import council
from tests.adversarial.council import OUTSIDE, Answers, differences
from tests.adversarial.forms import forms_of
from tests.adversarial.journey import LAST, first_of, state_of
from tests.adversarial.real_objects import (
    World,
    kept_world,
    make_world,
    own_world,
    undone,
)
from tests.make import move
from tests.make_casemapping import event_values, make_sheet
from tests.make_questionnaires import again, send_all, token_of
from tests.make_scheduling import NOW, make_release, make_session

# As long and of the same shape: what is said of one is said of the other, letter for letter.
KEPT = ("Zanthe", "Quorndon", "night heron keeper")
UNKNOWN = ("Yanthe", "Quarndin", "night heron kipper")
# In words as people write them: in full, turned round, in small letters, by an initial, the surname
# alone, which no shape gives away, and a post that one person holds.
SENTENCES = (
    "We spoke with {0} {1} about it.",
    "{1}, {0} came",
    "and {0} {1} agreed".lower(),
    "The visit ended when {1} left.",
    "It was Z. {1} who rang.",
    "The {2} rang the school.",
    "{1}",
)
# On the clock of the place, before anything was held.
NOON = dt.datetime(2013, 1, 9, 12, tzinfo=dt.UTC)
BEFORE = NOON.replace(tzinfo=None)
MET = Person("Ada Quill", "Team manager", "ada.quill@example.org")


@pytest.fixture(scope="module")
def made(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as clock:
        # Nobody's links or meetings are over yet, and no page differs by the time of day.
        clock.setattr(timezone, "now", lambda: NOON)
        with kept_world(tmp_path_factory.mktemp("world"), everybody) as world:
            yield world


@pytest.fixture
def world(made: World, db: None, tmp_path: Path) -> World:
    return own_world(made, tmp_path)


def everybody(place: Path) -> World:
    """One of everything, somebody heard in private, and a sheet of the partner's and the council's."""
    world = make_world(place)
    manager = world.review.memberships.get(role="RM").user
    first, last, post = KEPT
    review = world.review
    private = Person(f"{first} {last}", post, "z.q@example.org")
    make_session(review, by=manager, people=[private], names_kept=True, room="R2")
    make_session(review, by=manager, people=[MET], room="R3")
    make_release(review, by=manager, now=BEFORE)
    partner = member(world, "AGL").agency
    assert partner is not None
    # A sheet that the partner may fill in, with a line of their own on it.
    sheet = make_sheet(review.case_maps.all()[0], partner, by=manager)
    line = add_record(
        kind="event",
        case=sheet.case,
        sheet=sheet,
        values=event_values(partner),
        by=member(world, "AGL").user,
        at=NOW,
    )
    own = {"sheet_id": sheet.pk, "kind": "event", "record_id": line.pk}
    world.things["preparation sheet"] = {**own}
    return world


def member(world: World, role: str) -> Membership:
    return world.review.memberships.select_related("agency", "user").get(role=role)


def variants(words: tuple[str, str, str]) -> list[str]:
    return [sentence.format(*words) for sentence in SENTENCES]


def alike(found: Answers) -> Answers:
    """The answers with the same word in place of what was typed, however it comes back."""

    def one(body: bytes) -> bytes:
        for kept, unknown in zip(KEPT, UNKNOWN, strict=True):
            for name in (kept, unknown):
                for form in {name, name.lower(), name.replace(" ", "+")}:
                    body = body.replace(form.encode(), b"WORD")
        return _PRINT.sub(b"=PRINT", _STATE.sub(b"STATE", body))

    return {
        what: (status, one(led.encode()).decode(), one(body))
        for what, (status, led, body) in found.items()
    }


# A respondent's answers on their way from page to page, sealed anew each time.
_STATE = re.compile(rb'name="state" value="[^"]*"')
# Of what was typed itself, so that the second of two people who save is told.
_PRINT = re.compile(rb"=[0-9a-f]{16}(?=[;\"])")


def twice(browser: Client, page: str, form: Any, words: str) -> Answers:
    """The answers to a form; where it comes back with a question, that is answered yes."""
    found: Answers = {}
    for number, sent in enumerate(form.sendings(words)):
        with undone():
            answer = browser.post(form.action, sent)
            found[f"{page} {number} first"] = council.answer_of(browser, answer)
            if answer.status_code != 200 or "html" not in answer["Content-Type"]:
                continue
            again_asked = [
                each
                for each in forms_of(form.action, answer.content)
                if each.action == form.action
            ]
            for each in again_asked[:1]:
                second = browser.post(each.action, each.filled(words))
                found[f"{page} {number} second"] = council.answer_of(browser, second)
    return found


def typed_into(
    browser: Client, forms: list[tuple[str, Any]], words: tuple[str, str, str]
) -> Answers:
    found: Answers = {}
    for page, form in forms:
        for number, sentence in enumerate(variants(words)):
            key = f"{council.plain(page)} > {council.plain(form.action)} {number}"
            answers = twice(browser, page, form, sentence)
            found |= {f"{key} {name}": each for name, each in answers.items()}
    return alike(found)


def boxes_of(world: World, role: str) -> Iterator[tuple[Stage, list[tuple[str, Any]]]]:
    """By stage, each form of the role with a box to type in; where a later stage has it again, once."""
    known: set[tuple[str, str]] = set()
    for stage in council.stages_of(role):
        move(world.review, stage)
        seen = council.pages(world.here[role], council.starts(world, role, stage))
        fresh = []
        for page, form in council.forms(seen):
            kind = (council.name_of(page), council.name_of(form.action))
            if form.free and kind not in known:
                known.add(kind)
                fresh.append((page, form))
        yield stage, fresh


def guesses(world: World, role: str, about: str = "") -> list[str]:
    """Every difference between the answers to a kept and to an unknown name.

    ``about``: of forms with this in their address alone, at the first stage that has any.
    """
    found, boxes = [], 0
    for _, every in boxes_of(world, role):
        boxes += len(every)
        forms = [(page, form) for page, form in every if about in form.action]
        kept = typed_into(world.here[role], forms, KEPT)
        unknown = typed_into(world.here[role], forms, UNKNOWN)
        found += differences(kept, unknown)
        if about and forms:
            return found
    assert boxes >= LEAST_FORMS[role]
    return found


# So many forms with a box to type in are found at least: else nothing was tried.
LEAST_FORMS = {"SPO": 3, "ORG": 12, "AGL": 5}


@pytest.mark.adversarial
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("role", OUTSIDE)
def test_no_form_answers_a_kept_name_otherwise_than_an_unknown_one(
    world: World, role: str
) -> None:
    assert guesses(world, role) == []


@pytest.mark.adversarial
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("role", "form"),
    [
        ("ORG", "documents/upload/"),
        ("AGL", "documents/upload/"),
        ("AGL", "case-sheets/"),
    ],
)
def test_control_the_whole_roster_would_answer_the_guess(
    world: World, role: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As texts were scanned before: each of the forms that are screened tells."""

    def whole(membership: Membership) -> Any:
        return roster.load(membership.review)

    monkeypatch.setattr(known_names, "roster_for", whole)

    assert guesses(world, role, about=form) != []


def test_a_name_that_the_writer_sees_is_still_marked(world: World) -> None:
    """A partner's contact is warned of the agency's own people, and of nobody's kept name."""
    own = member(world, "AGL")
    made = Person("Ines Holt", "Ward sister", "ines@example.org", own.agency)
    manager = member(world, "RM").user
    make_session(world.review, by=manager, people=[made], room="R1", start=NOW.time())
    move(world.review, Stage.LEAD_IN)

    sent = event_sent("The visit ended when {} left.")
    answers = {
        name: post_event(world, {**sent, "text": sent["text"].format(name)})
        for name in ("Holt", KEPT[1], UNKNOWN[1])
    }

    assert answers["Holt"].status_code == 200
    assert "looks like a person’s name" in answers["Holt"].content.decode()
    assert [answers[name].status_code for name in (KEPT[1], UNKNOWN[1])] == [302, 302]


def event_sent(text: str) -> dict[str, str]:
    return {"month": "2", "season": "", "type": "visit", "text": text}


def post_event(world: World, sent: Mapping[str, str]) -> Any:
    sheet = world.things["preparation sheet"]["sheet_id"]
    where = reverse(
        "casemapping:sheet-record-add", args=[world.review.pk, sheet, "event"]
    )
    return world.here["AGL"].post(where, sent)


@pytest.mark.adversarial
def test_nothing_follows_a_kept_name_once_it_is_handed_in(world: World) -> None:
    """The worker marks it for the team; whatever the writer opens afterwards is as with another."""

    def journey(last: str) -> Answers:
        with undone():
            move(world.review, Stage.LEAD_IN)
            post_event(world, event_sent(f"The visit ended when {last} left."))
            sheet = PreparationSheet.objects.get(
                pk=str(world.things["preparation sheet"]["sheet_id"])
            )
            base = reverse("casemapping:sheet", args=[world.review.pk, sheet.pk])
            world.here["AGL"].post(
                f"{base}involvement/add/", {"role_group": "Nurse", "start": "0"}
            )
            world.here["AGL"].post(f"{base}hand-in/")
            for job in Job.objects.filter(state=Job.State.QUEUED):
                background.run(job.pk)
            states.append(sorted(each.screening for each in sheet.events.all()))
            starts = council.starts(world, "AGL", Stage.LEAD_IN)
            return alike(
                council.answers(council.pages(world.here["AGL"], [base, *starts]))
            )

    states: list[list[str]] = []
    kept, unknown = journey(KEPT[1]), journey(UNKNOWN[1])

    assert states == [["clear", "marked"], ["clear", "clear"]]
    assert differences(kept, unknown) == []


def links_of(world: World) -> dict[str, Callable[[str], Any]]:
    """What holders of links can type into, each as a press of it with these words."""
    review = world.review
    manager = member(world, "RM").user
    note = make_briefing_address(
        review=review, purpose=BriefingAddress.Purpose.MAIL, by=manager, at=NOW
    )
    speak = "/" + note.split("/", 3)[3] + "speak/"
    (met,) = [e for e in Invitee.objects.filter(review=review) if e.who == MET.email]
    meeting = "/" + link_of(met).split("/", 3)[3]
    running = Questionnaire.objects.get(
        pk=world.things["open questionnaire"]["questionnaire_id"]  # type: ignore[misc]
    )
    send_all(running, by=manager)
    link = f"/q/{token_of(first_of(again(running)))}"

    def ask(words: str) -> Any:
        return Client().post(speak, {"about": words, "reach": words, "when": words})

    def answer(words: str) -> Any:
        browser = Client()
        page = browser.get(meeting)
        (form,) = [f for f in forms_of(meeting, page.content) if f.free]
        return browser.post(form.action, form.filled(words))

    def respond(words: str) -> Any:
        browser = Client()
        browser.post(link, {"go": "start"})
        page = browser.get(LAST)
        (form,) = [f for f in forms_of(LAST, page.content) if f.free]
        sent = form.filled(words) | {"state": state_of(page), "go": "next"}
        return browser.post(LAST, sent)

    return {"briefing": ask, "meeting": answer, "questionnaire": respond}


@pytest.mark.adversarial
def test_no_link_answers_a_kept_name_otherwise_than_an_unknown_one(
    world: World,
) -> None:
    move(world.review, Stage.LEAD_IN)
    for name, pressed in links_of(world).items():

        def said(words: tuple[str, str, str]) -> Answers:
            found = {}
            for number, sentence in enumerate(variants(words)):
                with undone():
                    answer = pressed(sentence)  # noqa: B023 - called in this round
                    found[str(number)] = council.answer_of(None, answer)
            return alike(found)

        kept = said(KEPT)
        assert differences(kept, said(UNKNOWN)) == [], name
        assert {status for status, _, _ in kept.values()} <= {200, 302}


@pytest.mark.adversarial
@pytest.mark.timeout(600)
def test_a_kept_name_takes_as_long_as_an_unknown_one(world: World) -> None:
    """In turns, so that a busy machine slows all alike; a real difference would stay."""
    move(world.review, Stage.LEAD_IN)
    took: dict[str, list[float]] = {KEPT[1]: [], UNKNOWN[1]: []}

    for _ in range(60):
        for name, times in took.items():
            begun = time.perf_counter()
            with undone():
                post_event(world, event_sent(f"The visit ended when {name} left."))
            times.append(time.perf_counter() - begun)

    kept, unknown = (statistics.median(each) for each in took.values())
    assert 0.6 < kept / unknown < 1.6
