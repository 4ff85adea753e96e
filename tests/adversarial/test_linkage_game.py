"""T1: whoever carries off the database, the logs, the mail and the task tables cannot say who
gave which answer. A naive design, attacked by the same programs, gives everybody away."""

import logging
import random
import uuid
from collections.abc import Iterator

import pytest
from django.core import mail
from django.db import connection, transaction
from django.test import Client

from questionnaires.models import Questionnaire, ReleasedAnswer
from reviews.models import Review, User
from tests.adversarial.capture import Score, add_page_offsets, table
from tests.make import make_review, make_user
from tests.make_questionnaires import (
    close_and_release,
    make_open,
    people,
    send_all,
    token_of,
)

RESPONDENTS = 20
CODES = ("Q01", "Q02")


def pattern(number: int) -> dict[str, str]:
    """Answers that tell the referee, and nobody else, whose they are."""
    return {"Q01": str(1 + number % 5), "Q02": str(1 + number // 5)}


def number_of(closed: dict[str, str]) -> int:
    return int(closed["Q01"]) - 1 + 5 * (int(closed["Q02"]) - 1)


class Heard(logging.Handler):
    """Every log record of every logger, as a log file would hold it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.getMessage()} {record.__dict__}")


@pytest.fixture
def heard() -> Iterator[Heard]:
    handler, root = Heard(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield handler
    root.removeHandler(handler)
    root.setLevel(level)


def play(
    review: Review, manager: User, heard: Heard
) -> tuple[Questionnaire, dict[str, int]]:
    """20 people are invited, answer by their links in an order of their own, and all is released."""
    mail.outbox.clear()
    heard.lines.clear()
    questionnaire = make_open(
        review, by=manager, rows=people([("CSC", "SW", RESPONDENTS)])
    )
    send_all(questionnaire, by=manager)
    invitations = list(
        questionnaire.invitations.select_related("questionnaire__review")
    )
    random.shuffle(invitations)
    truth = {}
    for number, invitation in enumerate(invitations):
        truth[invitation.pk.hex] = number
        browser = Client(REMOTE_ADDR=f"192.0.2.{number}")
        browser.post(f"/q/{token_of(invitation)}", {"go": "start"})
        page = browser.get("/q/questions/1").content.decode()
        state = page.split('name="state" value="')[1].split('"')[0]
        check = browser.post(
            "/q/questions/1", {"state": state, "changing": "1", **pattern(number)}
        ).content.decode()
        state = check.split('name="state" value="')[1].split('"')[0]
        browser.post("/q/questions/9", {"state": state, "page": "check", "go": "send"})
    return close_and_release(questionnaire, by=manager), truth


def captured(
    questionnaire: Questionnaire, truth: dict[str, int], heard: Heard, *, level: int
) -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    """The two sides that the attacker wants to join, with all that is known of each."""
    invited = [
        {**row, "truth": truth[_hex(row["id"])]}
        for row in table("questionnaires_invitation")
        if row["questionnaire_id"] == questionnaire.pk
    ]
    whose = {
        row.pk.hex: number_of(row.closed)
        for row in ReleasedAnswer.objects.filter(
            release__questionnaire=questionnaire
        ).select_related("release__questionnaire")
    }
    answers = [
        {**row, "truth": whose[_hex(row["id"])]}
        for row in table("questionnaires_releasedanswer")
        if _hex(row["id"]) in whose
    ]
    add_page_offsets(invited, "id")
    add_page_offsets(answers, "id")
    if level >= 1:
        _add_logs_and_mail(invited, questionnaire, heard)
    return invited, answers


def _hex(value: object) -> str:
    return value.hex if isinstance(value, uuid.UUID) else str(value)


def _add_logs_and_mail(
    invited: list[dict[str, object]], questionnaire: Questionnaire, heard: Heard
) -> None:
    """The order of the mail, and the first log line that names an invitation or its link."""
    addresses = {
        row.pk.hex: row.email
        for row in questionnaire.invitations.select_related("questionnaire")
    }
    sent = [message.to[0] for message in mail.outbox]
    for row in invited:
        key = _hex(row["id"])
        row["mail order"] = sent.index(addresses[key])
        words = (key, str(uuid.UUID(key)), str(row["link_hash"]), addresses[key])
        row["log line"] = next(
            (
                number
                for number, line in enumerate(heard.lines)
                if any(word in line for word in words)
            ),
            -1,
        )


@pytest.mark.adversarial
@pytest.mark.django_db(transaction=True)
@pytest.mark.timeout(600)
def test_nobody_is_linked_to_their_answers_by_dump_logs_mail_or_tasks(
    heard: Heard, capsys: pytest.CaptureFixture[str]
) -> None:
    levels = {0: Score(), 1: Score()}
    for game in range(40):
        manager = make_user(may_create_reviews=True)
        review = make_review(council=f"Council {game}", manager=manager)
        questionnaire, truth = play(review, manager, heard)
        for level, score in levels.items():
            score.add(*captured(questionnaire, truth, heard, level=level))

    for level, score in levels.items():
        program, matches = score.best
        with capsys.disabled():
            print(  # noqa: T201 - the figure is the result
                f"\nL{level}: {len(score.matches)} programs, chance {score.expected:.0f},"
                f" best {matches} ({program.mine} / {program.theirs}), limit {score.limit}"
            )
        assert score.games == 40
        assert matches <= score.limit, program


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_one_game_plays_to_the_end(heard: Heard) -> None:
    """The game itself, small, in the daily tests: every answer is there and has its owner."""
    manager = make_user(may_create_reviews=True)

    questionnaire, truth = play(make_review(manager=manager), manager, heard)
    invited, answers = captured(questionnaire, truth, heard, level=1)

    assert len(invited) == len(answers) == RESPONDENTS
    assert {row["truth"] for row in invited} == {row["truth"] for row in answers}
    assert {row["log line"] for row in invited} == {-1}, (
        "no log line names an invitation"
    )


@pytest.mark.django_db(transaction=True)
def test_the_naive_design_is_broken_by_the_same_programs() -> None:
    """The control. Response and "has answered" written together, with random keys."""
    score = Score()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE naive_invitation (id varchar(32) PRIMARY KEY, responded integer)"
        )
        cursor.execute(
            "CREATE TABLE naive_response (id varchar(32) PRIMARY KEY, answer integer)"
        )
    try:
        for _ in range(10):
            score.add(*_naive_game())
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE naive_invitation")
            cursor.execute("DROP TABLE naive_response")

    _, matches = score.best
    assert matches >= 0.95 * 10 * RESPONDENTS


def _naive_game() -> tuple[list[dict[str, object]], list[dict[str, object]]]:
    keys = [uuid.uuid4().hex for _ in range(RESPONDENTS)]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM naive_invitation")
        cursor.execute("DELETE FROM naive_response")
        for key in keys:
            cursor.execute("INSERT INTO naive_invitation VALUES (%s, 0)", [key])
        whose = {}
        order = random.sample(keys, len(keys))
        for moment, key in enumerate(order):
            response = uuid.uuid4().hex
            whose[response] = key
            with transaction.atomic():
                cursor.execute("INSERT INTO naive_response VALUES (%s, 1)", [response])
                cursor.execute(
                    "UPDATE naive_invitation SET responded = %s WHERE id = %s",
                    [moment, key],
                )
    invited = [{**row, "truth": row["id"]} for row in table("naive_invitation")]
    answers = [{**row, "truth": whose[row["id"]]} for row in table("naive_response")]
    return invited, answers
