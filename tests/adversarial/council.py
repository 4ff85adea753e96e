"""Walks the pages of the council, its partners and link holders, and presses every form there."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from django.test import Client
from django.urls import Resolver404, resolve

from reviews.models import Stage
from tests.adversarial import crawl
from tests.adversarial.forms import Form, forms_of
from tests.adversarial.policy import ALL_STAGES, address, rules
from tests.adversarial.real_objects import World, missing, named, undone

# The columns of the matrix that are not the team's.
OUTSIDE = ("SPO", "ORG", "AGL")
# So many forms from one page to another are pressed, and more of those about what is hidden.
PRESSED, PRESSED_MORE = 1, 3
REVIEW_RULES = [each for each in rules().values() if each.kind == "review"]

# By where it was asked: status, where it leads, and bytes less what is drawn anew.
Answers = dict[str, tuple[int, str, bytes]]


def stages_of(role: str) -> list[Stage]:
    """The stages at which the role has anything."""
    return [
        Stage(stage)
        for stage in ALL_STAGES
        if any(rule.allows(role, stage) for rule in REVIEW_RULES)
    ]


def starts(world: World, role: str, stage: int) -> list[str]:
    """Every page that the matrix opens to the role, with its real object."""
    return [
        address(rule.name, world.review.pk, **named(rule, world.things))
        for rule in REVIEW_RULES
        if rule.allows(role, stage)
        and not rule.is_press
        and not missing(rule, world.things)
    ]


def seen(browser: Client, where: str) -> crawl.Seen:
    """One page, and nothing that it leads to."""
    answer: Any = browser.get(where)
    content = b"".join(answer) if answer.streaming else answer.content
    kind = answer.get("Content-Type", "")
    return crawl.Seen(where, name_of(where), answer.status_code, kind, content)


def pages(browser: Client, wanted: Iterable[str]) -> list[crawl.Seen]:
    return crawl.everything(browser, "/", *wanted)


def answers(seen: Iterable[crawl.Seen]) -> Answers:
    return {
        plain(each.where): (each.status, "", _SECRETS.sub(b"SECRET", each.constant))
        for each in seen
    }


def forms(seen: Iterable[crawl.Seen], about: str = "\0") -> Iterator[tuple[str, Form]]:
    """Forms with the page that each stands on: a few of each kind, and more of those with ``about``
    in their address."""
    pressed = Counter[tuple[str, str, bool]]()
    for page in seen:
        if "html" not in page.kind:
            continue
        for form in forms_of(page.where, page.content):
            wanted = about in f"{page.where} {form.action}"
            kind = (name_of(page.where), name_of(form.action), wanted)
            pressed[kind] += 1
            if pressed[kind] <= (PRESSED_MORE if wanted else PRESSED):
                yield page.where, form


def press(browser: Client, form: Form, words: str) -> Iterator[tuple[str, Any, Any]]:
    """The answer to each way of sending it, and the page that this leads to; then it is undone."""
    for number, sent in enumerate(form.sendings(words)):
        with undone():
            answer = browser.post(form.action, sent)
            after = None
            if answer.has_header("Location"):
                after = browser.get(answer["Location"])
        yield f"POST {number} {form.action}", answer, after


def answers_to_forms(
    browser: Client, found: Iterable[tuple[str, Form]], words: str
) -> Answers:
    made: Answers = {}
    for page, form in found:
        for what, answer, after in press(browser, form, words):
            key = f"{plain(page)}: {plain(what)}"
            while key in made:
                key += "+"
            made[key] = _said(answer, after)
    return made


def answer_of(browser: Client | None, answer: Any) -> tuple[int, str, bytes]:
    """What came back, with the page that it leads ``browser`` to."""
    led = answer.has_header("Location") and browser is not None
    return _said(answer, browser.get(answer["Location"]) if led and browser else None)


def _said(answer: Any, after: Any) -> tuple[int, str, bytes]:
    led = answer.get("Location", "")
    body = _body(answer) + (_body(after) if after else b"")
    return answer.status_code, numberless(led), body


def _body(answer: Any) -> bytes:
    content = b"".join(answer) if answer.streaming else answer.content
    seen = crawl.Seen("", "", answer.status_code, "", content)
    found = _SECRETS.sub(b"SECRET", seen.constant)
    return _DRAWN.sub(b"DRAWN", _NUMBERS.sub(b"N", found))


# Secret addresses, which are drawn anew.
_SECRETS = re.compile(rb"(?<=/)[\w-]{43}(?=[/\"<\s])")
# Rows that a form made: some databases do not take their numbers back.
_NUMBERS = re.compile(rb"(?<=[/\-])\d+(?=[/\"#?])|(?<=way_)\d+(?=_)|(?<=\d_)\d+(?=\")")
# A confirmation is a digest under the server's key of what was typed.
_DRAWN = re.compile(rb"\b[0-9a-f]{64}\b")


def numberless(address: str) -> str:
    return re.sub(r"(?<=[/\-])\d+(?=[/#?]|$)", "N", plain(address))


def plain(text: str) -> str:
    """Without the keys and secret addresses that are drawn anew."""
    text = re.sub(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", "KEY", text)
    return re.sub(r"(?<=/)[\w-]{43}(?=/|$)", "SECRET", text)


def name_of(where: str) -> str:
    try:
        return resolve(urlsplit(where).path).view_name
    except Resolver404:
        return ""


def differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """Where the answers differ, and in which lines."""
    found = [f"only once: {where}" for where in sorted(one.keys() ^ other.keys())]
    for where in one.keys() & other.keys():
        mine, theirs = one[where], other[where]
        if mine == theirs:
            continue
        lines = [
            f"{before} | {after}"
            for before, after in zip(
                repr(mine).split("\\n"), repr(theirs).split("\\n"), strict=False
            )
            if before != after
        ]
        found.append("\n".join([where, *lines[:4]]))
    return found
