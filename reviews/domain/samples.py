"""Samples of what a close destroys, and the search that must not find them again.

A sample is a piece out of the middle of a sealed value, as it stands in the column, and, of what
people said or the team wrote for itself, a piece of the words that were sealed. Names are no
samples: a council's contact is met and has an account too. Nor are words that a row which stays says
in clear, as evidence may quote a statement of the questionnaire.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.db import connection, models

from reviews.files import store
from reviews.models import Review
from reviews.reading.records import going, of_a_review
from reviews.secrets.keystore import KeyGone
from reviews.secrets.sealing import SealedTextField, WrongSeal

ROWS_OF_EACH = 5
PIECE, LONGEST = 24, 40
# Words that stand nowhere but under a seal.
_OF_WORDS = ("speech", "work")
_PLAIN_WORDS = re.compile(r"[A-Za-z][A-Za-z ,]{38}[A-Za-z]")


def take(review: Review) -> list[str]:
    """Pieces as hexadecimal: a few of each model whose values are sealed."""
    found: list[str] = []
    for record in going():
        for rows in record.rows:
            fields = [
                field
                for field in rows.model._meta.concrete_fields
                if isinstance(field, models.BinaryField)
            ]
            if fields:
                found += _pieces(
                    list(rows.of(review).values_list("pk", flat=True)),
                    rows.model,
                    fields,
                )
    clear = said_in_clear(review)
    return [piece for piece in found if bytes.fromhex(piece) not in clear]


def said_in_clear(review: Review) -> bytes:
    """All that rows which outlive the close say outside a seal."""
    parts: list[str] = []
    for record in of_a_review():
        if record.kept:
            for rows in record.rows:
                names = [
                    field.attname
                    for field in rows.model._meta.concrete_fields
                    if not isinstance(field, models.BinaryField)
                ]
                for row in rows.of(review).values_list(*names):
                    parts += [_plain(value) for value in row]
    return "\n".join(parts).encode()


def _plain(value: Any) -> str:
    return repr(dict(value)) if isinstance(value, Mapping) else repr(value)


def _pieces(
    keys: list[Any], model: type[models.Model], fields: Sequence[models.Field[Any, Any]]
) -> Iterator[str]:
    secrets.SystemRandom().shuffle(keys)
    for row in model._base_manager.filter(pk__in=keys[:ROWS_OF_EACH]):
        for field in fields:
            stored = row.__dict__.get(field.attname)
            if stored is None:
                continue
            yield from _middle(bytes(stored))
            if isinstance(field, SealedTextField) and field.scope in _OF_WORDS:
                yield from _words(row, field)


def _middle(stored: bytes) -> Iterator[str]:
    if len(stored) >= 2 * PIECE:
        begins = len(stored) // 2
        yield stored[begins : begins + PIECE].hex()


def _words(row: models.Model, field: SealedTextField) -> Iterator[str]:
    try:
        said = getattr(row, field.attname)
    except (KeyGone, WrongSeal):
        return
    if found := _PLAIN_WORDS.search(str(said)):
        yield found.group().encode().hex()


def found_again(samples: Iterable[str]) -> int:
    """How many of them stand in the database or in a stored file.

    On SQLite in the raw bytes of the database and its log; on PostgreSQL in every column of every
    table, since its files are not ours to read.
    """
    pieces = [bytes.fromhex(each) for each in samples]
    if not pieces:
        return 0
    if connection.vendor == "sqlite":
        seen = _in_files(pieces, _database_files())
    else:
        seen = _in_tables(pieces)
    return len(seen | _in_files(pieces, store.stored()))


def _database_files() -> Iterator[Path]:
    name = str(connection.settings_dict["NAME"])
    for suffix in ("", "-wal", "-journal"):
        path = Path(f"{name}{suffix}")
        if path.is_file():
            yield path


CHUNK = 8 * 1024 * 1024


def _in_files(pieces: Sequence[bytes], paths: Iterable[Path]) -> set[bytes]:
    found: set[bytes] = set()
    for path in paths:
        with path.open("rb") as file:
            kept = b""
            while chunk := file.read(CHUNK):
                read = kept + chunk
                found |= {piece for piece in pieces if piece in read}
                kept = read[-LONGEST:]
    return found


def _in_tables(pieces: Sequence[bytes]) -> set[bytes]:
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
    return words if _PLAIN_WORDS.fullmatch(words) else piece.hex()
