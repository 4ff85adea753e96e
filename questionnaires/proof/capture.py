"""What an attacker carries away: tables with their hidden order, logs, queues and files.

Nothing here writes, and nothing is asked of the database that an ordinary account may not ask.
"""

from __future__ import annotations

import logging
import mmap
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.db import connection

from questionnaires.rules import attacks
from questionnaires.rules.attacks import LENGTH, PAGE_OFFSET, Row

# Loggers that hand nothing on to the root (settings.LOGGING).
_APART = ("", "django", "django.server", "django-q")


def table(name: str, *, where: str = "", values: Sequence[Any] = ()) -> list[Row]:
    """Rows of a table with the hidden columns that a database keeps of its own accord."""
    sqlite = connection.vendor == "sqlite"
    hidden = (
        f"rowid AS {attacks.HIDDEN_ROWID}"
        if sqlite
        else f"ctid::text AS {attacks.HIDDEN_PLACE},"
        f" xmin::text::bigint AS {attacks.HIDDEN_XMIN}"
    )
    sql = f"SELECT {hidden}, * FROM {name}"  # noqa: S608 - names of our own tables
    if where:
        sql += f" WHERE {where}"
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY {'rowid' if sqlite else 'ctid'}", values)
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for number, row in enumerate(rows):
        row[attacks.HIDDEN_ORDER] = number
        for key, value in list(row.items()):
            if isinstance(value, memoryview):
                row[key] = bytes(value)
            if isinstance(row[key], bytes | str):
                row[f"{LENGTH}{key}"] = len(row[key])
    return rows


def hex_of(value: object) -> str:
    """A key as SQLite stores it, whichever database it came from."""
    return value.hex if isinstance(value, uuid.UUID) else str(value)


def names_of(key: str) -> tuple[str, str]:
    """Both ways of writing a random key."""
    return key, str(uuid.UUID(key))


def database_files() -> list[Path]:
    """SQLite's own files; of a database server an ordinary account sees none."""
    if connection.vendor != "sqlite":
        return []
    path = Path(str(connection.settings_dict["NAME"]))
    named = (path, Path(f"{path}-wal"), Path(f"{path}-journal"))
    return [each for each in named if each.exists()]


@contextmanager
def _mapped(file: Path) -> Iterator[mmap.mmap | None]:
    """The bytes of a file without reading it whole; None of an empty one."""
    with file.open("rb") as opened:
        if not file.stat().st_size:
            yield None
            return
        with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
            yield content


def add_page_offsets(rows: Sequence[Row], key: str) -> None:
    """Where each row's key stands in the database's own file."""
    for file in database_files()[:1]:
        with _mapped(file) as content:
            for row in rows:
                found = content.find(str(row[key]).encode()) if content else -1
                row[PAGE_OFFSET] = found


def words_in_files(words: Iterable[str]) -> set[str]:
    """Which of the words stand in clear in the database's own files."""
    found = set()
    for file in database_files():
        with _mapped(file) as content:
            for word in words:
                if content and content.find(word.encode()) >= 0:
                    found.add(word)
    return found


def lines_of(name: str, *, where: str = "", values: Sequence[Any] = ()) -> list[str]:
    """Rows of a table as a dump has them."""
    return [repr(row) for row in table(name, where=where, values=values)]


def first_line(lines: Sequence[str], words: Iterable[str]) -> int:
    """The first line that names somebody, -1 where none does."""
    wanted = tuple(words)
    return next(
        (n for n, line in enumerate(lines) if any(word in line for word in wanted)), -1
    )


class Heard(logging.Handler):
    """Every log record that is made, before any filter of ours."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        with suppress(Exception):  # a record that cannot be said is no log line either
            self.lines.append(f"{record.getMessage()} {record.__dict__}")


@contextmanager
def listening() -> Iterator[Heard]:
    heard = Heard()
    loggers = [logging.getLogger(name) for name in _APART]
    for logger in loggers:
        logger.addHandler(heard)
    try:
        yield heard
    finally:
        for logger in loggers:
            logger.removeHandler(heard)
