"""T48: no page and no form of the council, its partners or link holders depends on who is met in private.

Two worlds with the same sessions, hours, rooms and findings. They differ in who is met in one
private session (name, post, agency, own free hours, a peer's interest in that agency), in one more
name that the team keeps, and in the words of one note. Every address and every press of a form gives
the same bytes in both, but for tokens, dates and random ids.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from reviews.domain.briefing import make_briefing_address
from reviews.models import Agency, BriefingAddress, Interest, Review, Stage
from reviews.screening import roster
from scheduling.domain import week
from scheduling.domain.needs import add_need
from scheduling.domain.releases import invite, link_of
from scheduling.domain.week import Person
from scheduling.models import KeptOut, Note, Reply, Session
from scheduling.models.releases import Invitee
from scheduling.reading import availability, places, plan, releases, sessions, spots
from scheduling.rules.notices import Notice
from tests.adversarial import council
from tests.adversarial.council import OUTSIDE, Answers, differences
from tests.adversarial.real_objects import (
    World,
    kept_world,
    make_world,
    own_world,
    undone,
)
from tests.make import move
from tests.make_scheduling import make_release, make_session

# During the visit: some sessions are over and some are to come.
NOON = dt.datetime(2013, 2, 5, 12, tzinfo=dt.UTC)
BEFORE = dt.datetime(2013, 1, 9, 12, tzinfo=dt.UTC).replace(tzinfo=None)
MET = Person("Ada Quill", "Team manager", "ada.quill@example.org")


@dataclass(frozen=True)
class Private:
    """Who is met in the private session of a world, and what else only the team knows there."""

    name: str
    post: str
    email: str
    agency: str
    free_until: dt.time
    kept: str
    note: str

    @property
    def canaries(self) -> list[bytes]:
        names = [*self.name.split(), *self.kept.split(), self.post, self.note]
        return [each.encode() for each in (*names, self.email)]


ONE = Private(
    name="Zanthe Quorndon",
    post="Night heron keeper",
    email="z.quorndon@example.org",
    agency="Police",
    free_until=dt.time(11),
    kept="Yoland Brackwater",
    note="Thresholds wobble like a heron.",
)
OTHER = Private(
    name="Ottoline Fennimarsh",
    post="Deputy kipper smoker",
    email="ottoline@example.org",
    agency="",
    free_until=dt.time(15, 30),
    kept="Wystan Umberlake",
    note="Nobody rings back in the evening, say most.",
)
# Typed into every box in both worlds: kept in one of them, unknown in the other.
GUESS = "The visit ended when Quorndon and Yoland Brackwater left with the night heron keeper."


@pytest.fixture(scope="module")
def made(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[World]:
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as clock:
        clock.setattr(timezone, "now", lambda: NOON)
        with kept_world(tmp_path_factory.mktemp("world"), shared) as world:
            yield world


@pytest.fixture
def world(made: World, db: None, tmp_path: Path) -> World:
    return own_world(made, tmp_path)


def shared(place: Path) -> World:
    """What both worlds share: a private session with nobody in it yet among one of everything."""
    world = make_world(place)
    review, manager = world.review, member(world, "RM").user
    peers = [member(world, role).user for role in ("TL", "MP")]
    make_session(review, by=manager, people=[MET], room="R3")
    private = make_session(
        review,
        by=manager,
        title="A talk",
        names_kept=True,
        room="R2",
        peers=peers,
        people_expected=1,
        day=NOON.date(),
        start=dt.time(14),
    )
    world.things["session"] = {"session_id": private.pk}
    return world


def member(world: World, role: str) -> Any:
    return world.review.memberships.select_related("user", "agency").get(role=role)


def private_of(world: World) -> Session:
    found = world.review.sessions.select_related("room").get(names_kept=True)
    found.review = world.review
    return found


@contextmanager
def lived(world: World, who: Private) -> Iterator[None]:
    """Everything that differs, put in as the product's own verbs do; then it is taken back."""
    review, manager = world.review, member(world, "RM").user
    session, agency = private_of(world), agency_of(review, who)
    with undone():
        person = Person(who.name, who.post, who.email, agency)
        week.set_people(session=session, people=[person], by=manager, at=NOON)
        make_release(review, by=manager, now=BEFORE)
        # They say themselves when they are free, and that the first time did not suit them.
        key = who.email.casefold()
        invitee = invite(review, [Notice(key, who.name)])[key]
        reply = Reply(
            review=review,
            invitee=invitee,
            session=session,
            asked=releases.asked(session),
            answer="no",
            times=f"Not before {who.free_until}",
        )
        reply.save(force_insert=True)
        for day in review.on_site_dates:
            review.away.create(
                session=session, day=day, begins=dt.time(7), ends=who.free_until
            )
        peer = session.peers.all()[0]
        declared = Interest.objects.create(
            review=review, membership=peer, something=bool(agency), declared_at=NOON
        )
        if agency:
            declared.agencies.add(agency)
            KeptOut.objects.create(session=session, membership=peer)
        add_need(
            review=review,
            values=need_values(who),
            people=[(who.kept, who.post, "")],
            names_kept=True,
            by=manager,
            at=NOON,
        )
        roster.add(review, people=[(who.kept, "")])
        note = Note.objects.filter(review=review).order_by("pk")[0]
        note.body = replace(note.said, text=who.note).as_list
        note.save()
        yield


def agency_of(review: Review, who: Private) -> Agency | None:
    return (
        review.agencies.filter(name__icontains=who.agency).first()
        if who.agency
        else None
    )


def need_values(who: Private) -> dict[str, Any]:
    return {
        "title": who.post,
        "type": "INT",
        "minutes": 45,
        "source_class": "P-JUST" if who.agency else "C-PRAC",
    }


def everything(world: World, role: str, stage: Stage) -> Answers:
    """What the role gets at this stage: each page, and each form on it with the guess typed in."""
    move(world.review, stage)
    browser = world.here[role]
    private = world.things["session"]["session_id"]
    seen = council.pages(browser, council.starts(world, role, stage))
    forms = council.forms(seen, about=f"/timetable/{private}/")
    return council.answers(seen) | council.answers_to_forms(browser, forms, GUESS)


def of_links(world: World) -> Answers:
    """What somebody gets who has a link: to the briefing note, and to meetings of their own."""
    review, manager = world.review, member(world, "RM").user
    note = make_briefing_address(
        review=review, purpose=BriefingAddress.Purpose.MAIL, by=manager, at=NOON
    )
    met = [e for e in Invitee.objects.filter(review=review) if e.who == MET.email]
    found: Answers = {}
    for name, link in (("note", note), ("meeting", link_of(met[0]))):
        start = "/" + link.split("/", 3)[3]
        addresses = [start, f"{start}speak/"] if name == "note" else [start]
        browser = Client()
        seen = [council.seen(browser, where) for where in addresses]
        made = council.answers(seen)
        made |= council.answers_to_forms(browser, council.forms(seen), GUESS)
        found |= {f"{name} {where}": said for where, said in made.items()}
    return found


def in_two_worlds(world: World, look: Callable[[], Answers]) -> tuple[Answers, Answers]:
    found = []
    for who in (ONE, OTHER):
        with lived(world, who):
            found.append(look())
    one, other = found
    return one, other


PAIRS = [(role, stage) for role in OUTSIDE for stage in council.stages_of(role)]


@pytest.mark.adversarial
@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("role", "stage"), PAIRS, ids=[f"{role}-{stage.name}" for role, stage in PAIRS]
)
def test_no_page_and_no_form_depends_on_who_is_met_in_private(
    world: World, role: str, stage: Stage
) -> None:
    one, other = in_two_worlds(world, lambda: everything(world, role, stage))

    assert differences(one, other) == []
    assert len(one) > 5
    for who, answers in ((ONE, one), (OTHER, other)):
        told = [
            (where, canary)
            for where, (_, _, body) in answers.items()
            for canary in who.canaries
            # The guess itself comes back into its box.
            if canary in body.replace(GUESS.encode(), b"")
            and not where.partition(": ")[2]
        ]
        assert told == []


@pytest.mark.adversarial
@pytest.mark.timeout(600)
def test_no_link_depends_on_who_is_met_in_private(world: World) -> None:
    move(world.review, Stage.ON_SITE)

    one, other = in_two_worlds(world, lambda: of_links(world))

    assert differences(one, other) == []
    assert {status for status, _, _ in one.values()} >= {200}


def unveiled(_: object, found: Any) -> list[Session]:
    return list(found)


def pages_of(world: World, role: str, stage: Stage) -> Answers:
    """The pages alone, without their forms."""
    move(world.review, stage)
    starts = council.starts(world, role, stage)
    return council.answers(council.pages(world.here[role], starts))


@pytest.mark.adversarial
@pytest.mark.timeout(1200)
def test_control_a_week_that_is_read_as_it_stands_is_found_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages that say the kept name make the worlds differ."""
    for module in (sessions, places):
        monkeypatch.setattr(module, "veiled", unveiled)

    one, other = in_two_worlds(world, lambda: pages_of(world, "ORG", Stage.ON_SITE))

    assert any(b"Zanthe" in body for _, _, body in one.values())
    assert differences(one, other) != []


@pytest.mark.adversarial
@pytest.mark.timeout(1200)
def test_control_free_hours_of_a_private_person_are_found_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither the list of times nor the free places may heed them, whatever they call the session."""

    def every(member: Any) -> Any:
        return plan.away_lines(member.review)

    barred = spots._barred

    def heeding(wish: Any, others: Any, away: Any) -> Any:
        found = barred(wish, others, away)
        for each in away:
            if wish.session is not None and each.session_id == wish.session.pk:
                found[each.day].append(spots._span(each))
        return found

    monkeypatch.setattr(availability, "lines_for", every)
    monkeypatch.setattr(spots, "_barred", heeding)

    one, other = in_two_worlds(world, lambda: pages_of(world, "ORG", Stage.PRE_SITE))

    told = "\n".join(differences(one, other))
    for page in ("/timetable/away/", "/move/", "/places/"):
        assert page in told
