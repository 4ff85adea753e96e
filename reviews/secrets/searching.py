"""Looks for bytes in everything that the database keeps, and in files.

On SQLite in the raw bytes of the database and its log; on PostgreSQL in every column of every
table, since its files are not ours to read.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from django.db import connection

# The longest piece that is looked for, and words, which stand in a row as they are.
LONGEST = 40
PLAIN_WORDS = re.compile(r"[A-Za-z][A-Za-z ,]{38}[A-Za-z]")
CHUNK = 8 * 1024 * 1024


def found_in_database(pieces: Sequence[bytes]) -> set[bytes]:
    """Those of ``pieces``, of LONGEST bytes at most, that stand there."""
    if connection.vendor == "sqlite":
        return found_in_files(pieces, _database_files())
    return _found_in_tables(pieces)


def found_in_files(pieces: Sequence[bytes], paths: Iterable[Path]) -> set[bytes]:
    found: set[bytes] = set()
    for path in paths:
        with path.open("rb") as file:
            kept = b""
            while chunk := file.read(CHUNK):
                read = kept + chunk
                found |= {piece for piece in pieces if piece in read}
                kept = read[-LONGEST:]
    return found


def _database_files() -> Iterator[Path]:
    name = str(connection.settings_dict["NAME"])
    for suffix in ("", "-wal", "-journal"):
        path = Path(f"{name}{suffix}")
        if path.is_file():
            yield path


def _found_in_tables(pieces: Sequence[bytes]) -> set[bytes]:
    """A row as text has its bytes in hexadecimal and its words as they are."""
    written = {_as_text(piece): piece for piece in pieces}
    found: set[bytes] = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(
                "WITH texts AS MATERIALIZED "  # noqa: S608 - a table of ours
                f"(SELECT whole::text AS words FROM {connection.ops.quote_name(table)} AS whole) "
                "SELECT DISTINCT piece FROM texts, unnest(%s::text[]) AS piece "
                "WHERE strpos(words, piece) > 0",
                [list(written)],
            )
            found |= {written[piece] for (piece,) in cursor.fetchall()}
    return found


def _as_text(piece: bytes) -> str:
    words = piece.decode(errors="replace")
    return words if PLAIN_WORDS.fullmatch(words) else piece.hex()
