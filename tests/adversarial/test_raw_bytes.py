"""T4: what people said, their names and their links stand in clear in no file that is left. T35: and
a text that was refused for an identifier is nowhere at all."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaires.domain import building
from questionnaires.domain.inviting import Invitee
from questionnaires.models import AnswerBox, Comment
from questionnaires.proof.capture import Heard
from reviews.models import AccessRole, Review, Stage, User
from tests.adversarial import capture
from tests.adversarial.game import everything_heard
from tests.adversarial.journey import saved, sent, started
from tests.make import make_membership, make_review, make_user, move
from tests.make_casemapping import make_case
from tests.make_questionnaires import (
    again,
    close_and_release,
    mailed_links,
    make_open,
    send_all,
    token_of,
)

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
NHS = "943 476 5919"


@pytest.fixture
def heard() -> Iterator[Heard]:
    # The database's own log of statements is off in an installation (checks.py).
    logging.getLogger("django.db.backends").setLevel(logging.WARNING)
    with everything_heard() as handler:
        yield handler


def journey(review: Review, manager: User) -> tuple[list[str], list[str]]:
    """People are invited, two save, one of these and twelve more answer: canaries and secrets."""
    rows = [
        Invitee("CSC", "SW", f"canary-mail-{n}@csc.example", f"Canaryname{n} Otterley")
        for n in range(14)
    ]
    questionnaire = make_open(review, by=manager, rows=rows)
    send_all(questionnaire, by=manager)
    canaries = ["canary-mail-", "Canaryname", "Otterley"]
    secrets = []
    for n, invitation in enumerate(
        questionnaire.invitations.select_related("questionnaire__review")
    ):
        word = f"canarywords{n}quite"
        canaries.append(word)
        secrets.append(token_of(invitation))
        browser = started(invitation)
        if n < 2:
            code = saved(browser, FT4=f"{word} to come back to")
            secrets += [code, code.replace("-", "")]
        if n:
            assert sent(browser, FT4=word)["Location"] == "/q/sent"
    assert AnswerBox.objects.count() == 13
    return canaries, secrets


def places(heard: Heard, folder: Path) -> dict[str, bytes]:
    return {
        **{f"file {name}": content for name, content in capture.raw_files().items()},
        "rows": capture.dump(),
        "folder": capture.folder(folder),
        "logs": "\n".join(heard.lines).encode(),
    }


def found(words: list[str], where: dict[str, bytes]) -> list[tuple[str, str]]:
    return [
        (word, name)
        for name, content in where.items()
        for word in words
        if word.encode() in content or word.encode("utf-16-le") in content
    ]


def test_nothing_that_was_said_is_left_in_clear(heard: Heard, tmp_path: Path) -> None:
    manager = make_user(may_create_reviews=True)
    review = make_review(manager=manager)

    canaries, secrets = journey(review, manager)
    during = found([*canaries, *secrets], places(heard, tmp_path))
    questionnaire = review.questionnaires.get()
    close_and_release(again(questionnaire), by=manager)
    after = found([*canaries, *secrets], places(heard, tmp_path))
    in_mail = found([c for c in canaries if "words" in c], {"mail": capture.mails()})

    assert Comment.objects.filter(question="FT4").count() == 13
    assert during == []
    assert after == []
    assert in_mail == []
    assert len(mailed_links()) == len(mail.outbox) == 14


def test_the_search_finds_what_is_there_in_clear(heard: Heard, tmp_path: Path) -> None:
    """The control: a council's name is no secret, and is found in files and rows alike."""
    review = make_review(council="Canaryshire Council")
    building.make_from_pack(
        review=review, by=make_user("Canary Loud"), at=timezone.now()
    )
    logging.getLogger("control").warning("Canaryshire in a log")

    where = {name for _, name in found(["Canaryshire"], places(heard, tmp_path))}

    assert {"rows", "logs"} <= where
    assert any(name.startswith("file") for name in where)


def test_a_text_with_an_nhs_number_is_refused_and_is_nowhere(
    heard: Heard, tmp_path: Path, sign_in: Callable[[User], Client]
) -> None:
    review = make_review(manager=make_user(may_create_reviews=True))
    peer = make_membership(review, AccessRole.P)
    case = make_case(review, by=peer.user, facilitators=[peer])
    move(review, Stage.ON_SITE)
    agency = review.agencies.all()[0]
    posted = {
        "month": "about 7",
        "season": "",
        "agency": str(agency.pk),
        "type": "visit",
        "text": f"canaryrefused, seen as {NHS} in the clinic.",
    }

    where = reverse("casemapping:record-add", args=[review.pk, case.pk, "event"])
    page = sign_in(peer.user).post(where, posted)

    assert "This looks like an NHS number" in page.content.decode()
    words = ["canaryrefused", NHS, NHS.replace(" ", "")]
    assert found(words, places(heard, tmp_path)) == []
