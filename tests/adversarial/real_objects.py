"""Asks for a page's real object as four people, and says what is not as the matrix has it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.db import transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import resolve

from reviews.models import Agency, Review, Stage, User
from tests.adversarial.policy import ALL_STAGES, MEMBERS, PAGES, Rule, address, parts
from tests.make import make_membership, make_review, make_user, move
from tests.make_everything import Cast, Parts, make_everything

PAIRS = [(role, stage) for role in MEMBERS for stage in ALL_STAGES]

# What every review has under the same name: no number of another review leads to it.
EVERYWHERE = ("part of the framework", "text of the report")

FILES = {
    "application/pdf": "pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "text/csv": "csv",
    "application/yaml": "yaml",
    "application/json": "json",
}


@dataclass(frozen=True)
class World:
    """A review with one of everything, another one, and a browser of each role of either."""

    review: Review
    other: Review
    things: dict[str, Parts]
    here: dict[str, Client]
    there: dict[str, Client]
    place: Path


def make_world(place: Path) -> World:
    manager, others = make_user("Morgan Vale"), make_user("Robin Hale")
    review = make_review(manager=manager)
    other = make_review(council="Ashmere Council", manager=others)
    here, there = members_of(review, manager), members_of(other, others)
    return World(
        review,
        other,
        make_everything(Cast(review, here["RM"], here["TL"], here["OP"])),
        {role: client_of(user) for role, user in here.items()},
        {role: client_of(user) for role, user in there.items()},
        place,
    )


@contextmanager
def kept_world(
    place: Path, make: Callable[[Path], World] = make_world
) -> Iterator[World]:
    """A world for every test of a module, each by ``own_world``; taken back when they are over."""
    with transaction.atomic():
        with override_settings(VAR_DIR=place, KEYSTORE_DIR=place / "keystore"):
            world = make(place)
        yield world
        transaction.set_rollback(True)


def own_world(kept: World, place: Path) -> World:
    """The same rows, with keys, files, browsers and what is held in memory for one test alone."""
    shutil.copytree(kept.place, place, dirs_exist_ok=True)
    return replace(
        kept,
        review=Review.objects.get(pk=kept.review.pk),
        other=Review.objects.get(pk=kept.other.pk),
        things={name: dict(parts) for name, parts in kept.things.items()},
        here={role: _same(client) for role, client in kept.here.items()},
        there={role: _same(client) for role, client in kept.there.items()},
        place=place,
    )


def _same(client: Client) -> Client:
    found = Client(raise_request_exception=True)
    found.cookies = deepcopy(client.cookies)
    return found


def members_of(review: Review, manager: User) -> dict[str, User]:
    """Somebody of each role of the matrix; the manager is on the review already."""
    partner = review.agencies.filter(kind=Agency.Kind.PARTNER).first()
    return {
        role: manager
        if role == "RM"
        else make_membership(review, access, role=role, agency=partner).user
        for role, access in MEMBERS.items()
    }


def client_of(user: User) -> Client:
    client = Client(raise_request_exception=True)
    client.force_login(user)
    session = client.session
    session["second_factor_set"] = True
    session.save()
    return client


def said(answer: HttpResponse) -> str:
    """What an answer is, in the words of the matrix's column "does"; else its number."""
    if answer.status_code == 405:
        return "press"
    if answer.status_code == 302:
        return f"to {resolve(urlsplit(answer['Location']).path).view_name}"
    if answer.status_code != 200:
        return str(answer.status_code)
    kind = answer["Content-Type"].partition(";")[0]
    if kind != "text/html":
        return FILES.get(kind, kind)
    return "page" if b"</html>" in answer.content else "part"


@contextmanager
def undone() -> Iterator[None]:
    """Whatever was written meanwhile is as it was before."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def missing(rule: Rule, things: dict[str, Parts]) -> list[str]:
    """The parts of the page's address for which the world has nothing."""
    return sorted(set(parts(PAGES[rule.name])) - set(things.get(rule.object, {})))


def named(rule: Rule, things: dict[str, Parts]) -> Parts:
    wanted = parts(PAGES[rule.name])
    return {key: things[rule.object][key] for key in wanted}


def faults_of(rule: Rule, world: World) -> list[str]:
    """Every way in which the page is not what the matrix says, as sentences; none if it is."""
    if lacking := missing(rule, world.things):
        return [f"{rule.name}: “{rule.object}” has no {', '.join(lacking)}"]
    with undone():
        found = [
            *_to_the_allowed(rule, world),
            *_to_the_denied(rule, world),
            *_to_another_review(rule, world),
        ]
    return [f"{rule.name}: {fault}" for fault in found]


def _differs(who: str, wanted: str, answer: Any) -> list[str]:
    got = said(answer)
    return [] if got == wanted else [f"{who} gets {got}, not {wanted}"]


def _to_the_allowed(rule: Rule, world: World) -> list[str]:
    role, stage = next(pair for pair in PAIRS if rule.allows(*pair))
    where = address(rule.name, world.review.pk, **named(rule, world.things))
    move(world.review, Stage(stage))
    opened = world.here[role].get(where)
    if not rule.is_press:
        return _differs(role, rule.does, opened)
    fields, leads = rule.pressed
    wanted = leads if leads == "page" else f"to {leads}"
    with undone():
        pressed = world.here[role].post(where, fields)
    return [
        *_differs(role, "press", opened),
        *_differs(f"{role} on pressing", wanted, pressed),
    ]


def _to_the_denied(rule: Rule, world: World) -> list[str]:
    denied = next((pair for pair in PAIRS if not rule.allows(*pair)), None)
    if denied is None:
        return []
    role, stage = denied
    where = address(rule.name, world.review.pk, **named(rule, world.things))
    move(world.review, Stage(stage))
    who = f"{role} at {stage}"
    return [
        *_differs(who, "403", world.here[role].get(where)),
        *_differs(f"{who} on pressing", "403", world.here[role].post(where)),
    ]


def _to_another_review(rule: Rule, world: World) -> list[str]:
    """Somebody of the other review, by this review's number and then by their own."""
    role, stage = next(pair for pair in PAIRS if rule.allows(*pair))
    client, things = world.there[role], named(rule, world.things)
    where = address(rule.name, world.review.pk, **things)
    move(world.review, Stage(stage))
    found = _differs(f"{role} of the other review", "404", client.get(where))
    if not rule.object or rule.object in EVERYWHERE:
        return found
    move(world.other, Stage(stage))
    where = address(rule.name, world.other.pk, **things)
    answer = client.post(where) if rule.is_press else client.get(where)
    return found + _differs(f"{role} through the other review", "404", answer)
