"""Samples of what a close destroys, and the search that must not find them again.

A sample is a piece out of the middle of a sealed value, as it stands in the column, and, of what
people said or the team wrote for itself, a piece of the words that were sealed. Names are no
samples: a council's contact is met and has an account too. Nor are words that a row which stays says
in clear, as evidence may quote a statement of the questionnaire.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.db import models

from reviews.files import store
from reviews.models import Review
from reviews.reading.records import going, of_a_review
from reviews.secrets import searching
from reviews.secrets.keystore import KeyGone
from reviews.secrets.sealing import SealedTextField, WrongSeal

ROWS_OF_EACH = 5
PIECE = 24
# Words that stand nowhere but under a seal.
_OF_WORDS = ("speech", "work")


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
    if found := searching.PLAIN_WORDS.search(str(said)):
        yield found.group().encode().hex()


def found_again(samples: Iterable[str]) -> int:
    """How many of them stand in the database or in a stored file."""
    pieces = [bytes.fromhex(each) for each in samples]
    in_files = searching.found_in_files(pieces, store.stored())
    return len(searching.found_in_database(pieces) | in_files)
