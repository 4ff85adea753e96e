"""Ten thousand letters, on PostgreSQL five: one for each address, fast, whoever is killed in the middle."""

import datetime as dt
import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection
from django.utils import timezone

from questionnaires.domain import posting, sending
from questionnaires.domain.inviting import Invitee
from questionnaires.models import Questionnaire
from reviews import background
from reviews.models import Delivery
from tests import mail_sink
from tests.adversarial import worker
from tests.make import make_review, make_user
from tests.make_questionnaires import again, make_open
from tests.sizes import examples

LATER = dt.timedelta(minutes=10)
MANY, FEW = (min(number, examples(number)) for number in (10_000, 1_000))


def open_for(number: int) -> Questionnaire:
    manager = make_user(may_create_reviews=True)
    rows = [Invitee("POL", "PO", f"p{n}@pol.example", "") for n in range(number)]
    return make_open(make_review(manager=manager), by=manager, rows=rows)


def ask(questionnaire: Questionnaire) -> float:
    """Press "Send the invitations"; how long the press took."""
    begun = time.perf_counter()
    sending.queue_invitations(
        questionnaire=again(questionnaire),
        by=make_user(),
        at=timezone.now(),
        today=timezone.localdate(),
    )
    return time.perf_counter() - begun


def states(questionnaire: Questionnaire) -> dict[str, str]:
    return {
        str(each.email): each.delivery_state for each in questionnaire.invitations.all()
    }


def _killed_in_the_middle(
    folder: Path, *, number: int, times: int, delay: float = 0.0
) -> list[str]:
    """Whose letter's fate is unknown in the end."""
    questionnaire = open_for(number)
    ask(questionnaire)
    rand = random.Random(number)

    with mail_sink.running(folder, delay=delay) as sink:
        for n in range(times):
            process = worker.start(sink.url)
            sink.wait_for((n + 1) * number // (times + 2))
            time.sleep(rand.random() / 20)
            process.kill()
            process.wait()
            # The control: it was killed in the middle.
            assert len(sink.received()) < number
            # What the queue's own minute does once the dead job's time is over.
            background.sweep(at=timezone.now() + LATER)
            posting.look_after(at=timezone.now() + LATER)
        assert worker.start(sink.url).wait(120) == 0
        received = sink.received()

    found = states(questionnaire)
    unknown = [email for email, state in found.items() if state == Delivery.UNKNOWN]
    sent = [email for email, state in found.items() if state == Delivery.SENT]
    assert set(received.values()) == {1}
    assert set(found.values()) <= {Delivery.SENT, Delivery.UNKNOWN}
    assert all(received[email] == 1 for email in sent)
    # No more is unknown than must be.
    # A server that a busy machine makes slow gets a handful over each of several connections.
    assert len(unknown) <= times * posting.HANDFUL * posting.MOST_CONNECTIONS
    assert again(questionnaire).sending == Questionnaire.Sending.NOTHING
    return unknown


@pytest.mark.adversarial
@pytest.mark.django_db(transaction=True)
def test_two_killed_workers_send_nobody_two_letters(tmp_path: Path) -> None:
    _killed_in_the_middle(tmp_path, number=400, times=2, delay=0.01)


@pytest.mark.adversarial
@pytest.mark.django_db(transaction=True)
def test_ten_killed_workers_send_thousands_one_letter_each(tmp_path: Path) -> None:
    # Ten times there was something that nobody can know, at one of them at least.
    assert _killed_in_the_middle(tmp_path, number=MANY, times=10)


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_server_that_hangs_up_without_a_word_leaves_one_letter_unknown(
    tmp_path: Path,
) -> None:
    questionnaire = open_for(60)
    ask(questionnaire)

    with mail_sink.running(tmp_path, hang_up=20) as sink:
        assert worker.start(sink.url).wait(60) == 0
        first = states(questionnaire)
        posting.look_after(at=timezone.now() + LATER)
        assert worker.start(sink.url).wait(60) == 0
        received = sink.received()

    unknown = [e for e, state in first.items() if state == Delivery.UNKNOWN]
    assert len(unknown) == 1
    assert received[unknown[0]] == 1
    assert max(received.values()) == 1


@contextmanager
def _locked() -> Iterator[None]:
    """Somebody else holds what the worker writes: all of SQLite, the table on PostgreSQL."""
    settings = connection.settings_dict
    other: Any
    if connection.vendor == "sqlite":
        other = sqlite3.connect(settings["NAME"], isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
    else:
        other = psycopg.connect(
            dbname=settings["NAME"],
            user=settings["USER"],
            password=settings["PASSWORD"],
            host=settings["HOST"],
            port=settings["PORT"],
        )
        other.execute("LOCK TABLE questionnaires_invitation IN ACCESS EXCLUSIVE MODE")
    with closing(other):
        yield
        other.rollback()


@pytest.mark.adversarial
@pytest.mark.django_db(transaction=True)
def test_a_database_locked_for_five_seconds_costs_five_seconds_and_no_letter(
    tmp_path: Path,
) -> None:
    questionnaire = open_for(300)
    ask(questionnaire)

    with mail_sink.running(tmp_path) as sink:
        process = worker.start(sink.url)
        sink.wait_for(50)
        with _locked():
            time.sleep(5)
            went = sink.received().total()
        assert process.wait(60) == 0
        received = sink.received()

    assert went < 300  # the control: it did have to wait
    assert set(received.values()) == {1}
    assert len(received) == 300
    assert set(states(questionnaire).values()) == {Delivery.SENT}


@pytest.mark.adversarial
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("delay", [0.0, 0.05], ids=["quick", "slow"])
def test_how_many_letters_go_in_a_second(
    tmp_path: Path, delay: float, capsys: pytest.CaptureFixture[str]
) -> None:
    number = FEW if delay else MANY
    questionnaire = open_for(number)
    asked = ask(questionnaire)

    with mail_sink.running(tmp_path, delay=delay) as sink:
        begun = time.perf_counter()
        assert worker.start(sink.url).wait(300) == 0
        spent = time.perf_counter() - begun
        received = sink.received()

    with capsys.disabled():
        print(  # noqa: T201
            f"\n{number:,} letters in {spent:.1f} s, {number / spent:.0f} a second, with the "
            f"start of a worker; the request took {1000 * asked:.1f} ms"
        )
    assert len(received) == number
    # Far below what an idle machine does, so that a busy one does not fail.
    assert number / spent > (20 if delay else 100)
