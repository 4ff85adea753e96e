"""The key by which a device's note is one draft, however often it is sent, outlives its draft nowhere.

A device may keep it, or a page that is still open: whoever has it and a copy of the database would
know that its note was among those that were gathered.
"""

import datetime as dt
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import reverse

from questionnaires.proof.capture import Heard
from reviews.models import AccessRole, Review, Stage, User
from scheduling.domain.gathering import gather
from scheduling.domain.notes import delete_draft
from scheduling.models import NoteDraft, Session
from tests.adversarial import capture
from tests.adversarial.game import everything_heard
from tests.make import make_membership, make_review, make_user, move
from tests.make_scheduling import NOW, make_draft, make_evening

pytestmark = [pytest.mark.adversarial, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def heard() -> Iterator[Heard]:
    with everything_heard() as handler:
        yield handler


@pytest.fixture
def manager() -> User:
    return make_user("Morgan Vale", may_create_reviews=True)


@pytest.fixture
def review(manager: User) -> Review:
    return make_review(manager=manager)


@pytest.fixture
def peers(review: Review) -> list[User]:
    return [make_membership(review, AccessRole.P).user for _ in range(3)]


@pytest.fixture
def evening(review: Review, manager: User, peers: list[User]) -> list[Session]:
    pairs = [peers[:2], peers[1:], peers[::2]]
    return make_evening(review, by=manager, pairs=pairs)


def send(
    sessions: list[Session], peers: list[User], number: int, *, ready: bool = True
) -> list[UUID]:
    """Each is sent twice, as a device does that heard no answer; one draft comes of it."""
    keys = [uuid4() for _ in range(number)]
    before = NoteDraft.objects.count()
    for n, key in enumerate(keys):
        for _ in range(2):
            make_draft(sessions[n % 3], peers[n % 3], f"{n}.", key=key, ready=ready)
    assert NoteDraft.objects.count() == before + number
    return keys


def places() -> dict[str, bytes]:
    """Rows of all tables, keys, and of SQLite its files; a server's log keeps what it was told."""
    found = {"rows": capture.dump()}
    folder = Path(settings.KEYSTORE_DIR)
    found["keys"] = capture.folder(folder) if folder.is_dir() else b""
    if connection.vendor == "sqlite":
        found |= capture.raw_files()
    return found


def left(keys: list[UUID], where: dict[str, bytes]) -> set[UUID]:
    return {
        key
        for key in keys
        for content in where.values()
        if key.bytes in content
        or key.hex.encode() in content
        or str(key).encode() in content
    }


def test_nothing_of_it_is_left_once_the_draft_is_gathered(
    review: Review, evening: list[Session], peers: list[User]
) -> None:
    taken = send(evening, peers, 6)
    kept = send(evening, peers, 3, ready=False)
    # The control: while they stand, the same search finds each of them.
    assert left([*taken, *kept], places()) == {*taken, *kept}

    assert gather(review=review, by=peers[0], at=NOW) == 6

    assert NoteDraft.objects.count() == 3
    assert left([*taken, *kept], places()) == set()


def test_nothing_of_it_is_left_where_its_writer_deletes_the_draft(
    review: Review, evening: list[Session], peers: list[User]
) -> None:
    keys = send(evening, peers, 7)
    [one] = NoteDraft.objects.filter(one_time_key=keys[0])
    delete_draft(draft=one)
    assert left(keys[:1], {"rows": capture.dump()}) == set()

    gather(review=review, by=peers[0], at=NOW)
    assert left(keys, places()) == set()


def test_sent_again_after_its_gathering_it_is_a_new_draft_of_its_writer(
    review: Review, evening: list[Session], peers: list[User]
) -> None:
    """Nothing is left to know it by. Its writer sees it on "My day" and can delete it."""
    [key, *_] = send(evening, peers, 6)
    gather(review=review, by=peers[0], at=NOW)

    again = make_draft(
        evening[0], peers[0], "0.", key=key, at=NOW + dt.timedelta(minutes=1)
    )

    assert [again] == list(NoteDraft.objects.all())
    assert review.notes.count() == 6


def test_no_log_holds_it(
    heard: Heard,
    review: Review,
    evening: list[Session],
    peers: list[User],
    sign_in: Callable[[User], Client],
) -> None:
    """Every logger at its loudest, but that of statements, which an installation has off
    (peerreview/checks.py)."""
    logging.getLogger("django.db.backends").setLevel(logging.WARNING)
    move(review, Stage.ON_SITE)
    key = uuid4()
    typed = {
        "text": "Supervision happens every month.",
        "themes": ["T4"],
        "kind": "strength",
        "line": "4.2",
        "one_time_key": str(key),
        "ready": "on",
    }
    address = reverse("scheduling:note-new", args=[review.pk, evening[0].pk])
    for _ in range(2):
        assert sign_in(peers[0]).post(address, typed).status_code == 302
    assert NoteDraft.objects.get().one_time_key == key
    send(evening, peers, 6)
    assert gather(review=review, by=peers[0], at=NOW) == 7

    assert left([key], {"log": "\n".join(heard.lines).encode()}) == set()
    # The control: a line that says it is found.
    logging.getLogger("control").warning("a draft came with %s", key)
    assert left([key], {"log": "\n".join(heard.lines).encode()}) == {key}
