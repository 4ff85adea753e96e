"""T4: what people said, their names and their links stand in clear in no file that is left."""

import logging
from collections.abc import Iterator

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from questionnaires.domain import building
from questionnaires.domain.inviting import Invitee
from reviews.models import Review, User
from tests.adversarial import capture
from tests.adversarial.test_linkage_game import Heard
from tests.make import make_review, make_user
from tests.make_questionnaires import (
    again,
    close_and_release,
    mailed_links,
    make_open,
    send_all,
    token_of,
)

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def heard() -> Iterator[Heard]:
    handler, root = Heard(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    # The database's own log of statements is off in an installation (checks.py).
    logging.getLogger("django.db.backends").setLevel(logging.WARNING)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


def state_of(body: str) -> str:
    return body.split('name="state" value="')[1].split('"')[0]


def journey(review: Review, manager: User) -> tuple[list[str], list[str]]:
    """People are invited, one saves, twelve answer, all is released: canaries and links."""
    rows = [
        Invitee("CSC", "SW", f"canary-mail-{n}@csc.example", f"Canaryname{n} Otterley")
        for n in range(14)
    ]
    questionnaire = make_open(review, by=manager, rows=rows)
    send_all(questionnaire, by=manager)
    canaries = ["canary-mail-", "Canaryname", "Otterley"]
    tokens = []
    for n, invitation in enumerate(
        questionnaire.invitations.select_related("questionnaire__review")
    ):
        token = token_of(invitation)
        tokens.append(token)
        word = f"canarywords{n}quite"
        canaries.append(word)
        browser = Client()
        browser.post(f"/q/{token}", {"go": "start"})
        page = browser.get("/q/questions/1").content.decode()
        if n == 0:
            browser.post(
                "/q/questions/9", {"state": state_of(page), "FT4": word, "go": "save"}
            )
            continue
        check = browser.post(
            "/q/questions/9", {"state": state_of(page), "FT4": word, "go": "next"}
        ).content.decode()
        browser.post(
            "/q/questions/9", {"state": state_of(check), "page": "check", "go": "send"}
        )
    return canaries, tokens


def places(heard: Heard) -> dict[str, bytes]:
    return {
        **{f"file {name}": content for name, content in capture.raw_files().items()},
        "rows": capture.dump(),
        "logs": "\n".join(heard.lines).encode(),
    }


def found(words: list[str], where: dict[str, bytes]) -> list[tuple[str, str]]:
    return [
        (word, name)
        for name, content in where.items()
        for word in words
        if word.encode() in content or word.encode("utf-16-le") in content
    ]


def test_nothing_that_was_said_is_left_in_clear(heard: Heard) -> None:
    manager = make_user(may_create_reviews=True)
    review = make_review(manager=manager)

    canaries, tokens = journey(review, manager)
    during = found([*canaries, *tokens], places(heard))
    questionnaire = review.questionnaires.get()
    close_and_release(again(questionnaire), by=manager)
    after = found([*canaries, *tokens], places(heard))
    in_mail = found([c for c in canaries if "words" in c], {"mail": capture.mails()})

    assert during == []
    assert after == []
    assert in_mail == []
    assert len(mailed_links()) == len(mail.outbox) == 14


def test_the_search_finds_what_is_there_in_clear(heard: Heard) -> None:
    """The control: a council's name is no secret, and is found in files and rows alike."""
    review = make_review(council="Canaryshire Council")
    building.make_from_pack(
        review=review, by=make_user("Canary Loud"), at=timezone.now()
    )
    logging.getLogger("control").warning("Canaryshire in a log")

    where = {name for _, name in found(["Canaryshire"], places(heard))}

    assert {"rows", "logs"} <= where
    assert any(name.startswith("file") for name in where)
