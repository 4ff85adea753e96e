"""The control: how a questionnaire is usually built, in temporary tables that go with the connection.

Keys in a row, "has answered" written together with the answer, a moment on both, a thank-you
letter, a log line, and text that is sealed but not padded. The programs must break it.
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction

from questionnaires.proof import capture
from questionnaires.rules import attacks
from questionnaires.rules.attacks import TRUTH, Sides

ANSWERED, RESPONSE, COMMENT = "naive_answered", "naive_response", "naive_comment"
_NUMBER = {
    "sqlite": "integer PRIMARY KEY AUTOINCREMENT",
    "postgresql": "bigserial PRIMARY KEY",
}


@contextmanager
def tables() -> Iterator[None]:
    """Temporary: no other connection sees them, and they go with this one at the latest."""
    number = _NUMBER[connection.vendor]
    _run(
        f"CREATE TEMPORARY TABLE {ANSWERED}"
        f" (number {number}, name varchar(40), draft varchar(400), at integer)"
    )
    for name in (RESPONSE, COMMENT):
        _run(
            f"CREATE TEMPORARY TABLE {name}"
            f" (number {number}, said varchar(40), sealed varchar(400), at integer)"
        )
    try:
        yield
    finally:
        for name in (ANSWERED, RESPONSE, COMMENT):
            _run(f"DROP TABLE {name}")


def play(people: int) -> Sides:
    """Everybody answers once, in an order of their own."""
    for table in (ANSWERED, RESPONSE, COMMENT):
        _run(f"DELETE FROM {table}")  # noqa: S608 - our own three names
    names = [secrets.token_hex(8) for _ in range(people)]
    ticked = {secrets.token_hex(8): name for name in names}
    written = {secrets.token_hex(8): name for name in names}
    lengths = random.SystemRandom().sample(range(40, 40 + 3 * people), people)
    log, tasks, copies = [], [], []
    answered = zip(names, ticked, written, lengths, strict=True)
    for moment, (name, tick, words, length) in enumerate(answered):
        with transaction.atomic():
            _insert(ANSWERED, "name, draft", name, "x" * length, moment)
            _insert(RESPONSE, "said, sealed", tick, "y" * length, moment)
            _insert(COMMENT, "said, sealed", words, "z" * length, moment)
        log.append(f"answers of {name} saved")
        tasks.append(f"send_thanks({name!r})")
        copies.append(repr(capture.table(ANSWERED)))
    return Sides(
        people=[
            {
                **row,
                TRUTH: row["name"],
                attacks.VISIT: row["at"],
                attacks.MAIL_ORDER: tasks.index(f"send_thanks({row['name']!r})"),
                attacks.LOG_LINE: capture.first_line(log, [row["name"]]),
                attacks.TASK_ROW: capture.first_line(tasks, [row["name"]]),
                attacks.COPY: capture.first_line(copies, [row["name"]]),
            }
            for row in capture.table(ANSWERED)
        ],
        answers=[
            {**row, TRUTH: ticked[row["said"]]} for row in capture.table(RESPONSE)
        ],
        comments=[
            {**row, TRUTH: written[row["said"]]} for row in capture.table(COMMENT)
        ],
        words=frozenset(written),
        found=frozenset(
            word
            for word in written
            if capture.first_line(capture.lines_of(COMMENT), [word]) >= 0
        ),
    )


def _insert(table: str, columns: str, first: str, second: str, at: int) -> None:
    _run(
        f"INSERT INTO {table} ({columns}, at) VALUES (%s, %s, %s)",  # noqa: S608 - our own three names
        first,
        second,
        at,
    )


def _run(sql: str, *values: str | int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
