"""What an attacker carries away: every table with its hidden order, raw files, logs and mail."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core import mail
from django.db import connection

Row = dict[str, Any]


def table(name: str) -> list[Row]:
    """Every row with the hidden columns that a database keeps of its own accord."""
    hidden = (
        "rowid AS hidden_rowid"
        if connection.vendor == "sqlite"
        else ("ctid::text AS hidden_place, xmin::text::bigint AS hidden_xmin")
    )
    order = "rowid" if connection.vendor == "sqlite" else "ctid"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {hidden}, * FROM {name} ORDER BY {order}")
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for number, row in enumerate(rows):
        row["hidden_order"] = number
        for key, value in list(row.items()):
            if isinstance(value, memoryview):
                row[key] = bytes(value)
            if isinstance(row[key], bytes | str):
                row[f"length of {key}"] = len(row[key])
    return rows


def tables() -> list[str]:
    return connection.introspection.table_names()


def raw_files() -> dict[str, bytes]:
    """The database's own files: pages with what was deleted, and the write-ahead log."""
    if connection.vendor == "sqlite":
        path = Path(str(connection.settings_dict["NAME"]))
        return {
            each.name: each.read_bytes()
            for each in (path, Path(f"{path}-wal"), Path(f"{path}-journal"))
            if each.exists()
        }
    found = {}
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute(
            "SELECT relname, pg_relation_filepath(oid) FROM pg_class"
            " WHERE relkind IN ('r', 't', 'i') AND relnamespace ="
            " 'public'::regnamespace OR relkind = 't'"
        )
        for name, path in cursor.fetchall():
            if path:
                cursor.execute(
                    "SELECT pg_read_binary_file(%s, 0, 1000000000, true)", [path]
                )
                found[name] = bytes(cursor.fetchone()[0] or b"")
        cursor.execute(
            "SELECT name FROM pg_ls_waldir() ORDER BY modification DESC LIMIT 3"
        )
        for (name,) in cursor.fetchall():
            cursor.execute(
                "SELECT pg_read_binary_file(%s, 0, 1000000000, true)",
                [f"pg_wal/{name}"],
            )
            found[name] = bytes(cursor.fetchone()[0] or b"")
    return found


def dump() -> bytes:
    """All rows of all tables as one piece of text."""
    parts = [repr(row) for name in tables() for row in table(name)]
    return "\n".join(parts).encode()


def mails() -> bytes:
    return b"\n".join(message.message().as_bytes() for message in mail.outbox)


def add_page_offsets(rows: Iterable[Row], key: str) -> None:
    """Where each row's key stands in the database's raw file."""
    if connection.vendor != "sqlite":
        return
    pages = b"".join(raw_files().values())
    for row in rows:
        row["page offset"] = pages.find(str(row[key]).encode())


@dataclass(frozen=True)
class Match:
    """One attack program: an attribute of either side, and how the two orders are laid together."""

    mine: str
    theirs: str
    turned: bool

    def guess(
        self, people: Sequence[Row], answers: Sequence[Row]
    ) -> list[tuple[Row, Row]]:
        left = sorted(people, key=lambda row: row[self.mine])
        right = sorted(answers, key=lambda row: row[self.theirs], reverse=self.turned)
        return list(zip(left, right, strict=False))


def programs(people: Sequence[Row], answers: Sequence[Row]) -> list[Match]:
    """Every pair of attributes that puts both sides into an order, forwards and backwards."""
    return [
        Match(mine, theirs, turned)
        for mine in _orders(people)
        for theirs in _orders(answers)
        for turned in (False, True)
    ]


def _orders(rows: Sequence[Row]) -> list[str]:
    found = []
    for name in rows[0]:
        values = [row[name] for row in rows]
        if name.startswith("truth") or any(value is None for value in values):
            continue
        try:
            ordered = sorted(values)
        except TypeError:
            continue
        if ordered[0] != ordered[-1]:
            found.append(name)
    return found


@dataclass
class Score:
    """Matches of each program over all games, and what chance would give."""

    games: int = 0
    expected: float = 0.0
    matches: dict[Match, int] = field(default_factory=dict)

    def add(
        self, people: Sequence[Row], answers: Sequence[Row], *, atoms: int = 1
    ) -> None:
        """``truth`` on either side is known to the referee alone."""
        self.games += 1
        self.expected += atoms
        shuffled = list(people)
        random.shuffle(shuffled)  # ties must not be broken by the referee's own order
        for program in programs(people, answers):
            right = sum(
                one["truth"] == other["truth"]
                for one, other in program.guess(shuffled, answers)
            )
            self.matches[program] = self.matches.get(program, 0) + right

    @property
    def best(self) -> tuple[Match, int]:
        return max(self.matches.items(), key=lambda item: item[1])

    @property
    def limit(self) -> int:
        """The Poisson quantile at 1 - 0.001 over the number of programs."""
        return poisson_quantile(self.expected, 1 - 0.001 / max(1, len(self.matches)))


def poisson_quantile(mean: float, share: float) -> int:
    import math

    term = total = math.exp(-mean)
    count = 0
    while total < share:
        count += 1
        term *= mean / count
        total += term
        if term == 0:
            break
    return count
