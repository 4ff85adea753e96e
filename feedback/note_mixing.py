"""What is done here when notes are mixed anew; found by name by the app that mixes them.

All of it is read and sealed before the transaction that mixes; ``mark`` tells there whether it is
still so.
"""

import secrets
from collections.abc import Mapping

from feedback.models import Excerpt
from reviews.models import Review
from reviews.secrets import keystore
from reviews.secrets.sealed_rows import SealedRows
from reviews.secrets.sealing import seal_of

# Whose deleted rows are swept away afterwards.
REWRITTEN = (Excerpt,)


def mark(review: Review) -> str:
    """Stands for all that ``mixed`` reads."""
    rows = review.excerpts.order_by("pk").values_list(
        *("finding_id", "evidence_key", "against", "cleared", "proposed_by_id"),
        *(seal_of("text"), seal_of("kept")),
    )
    return repr([(*row[:-2], *map(_bytes, row[-2:])) for row in rows])


def _bytes(seal: bytes | memoryview | None) -> bytes:
    return bytes(seal or b"")


def mixed(review: Review, renamed: Mapping[str, str]) -> SealedRows:
    """All excerpts again, in random order and under new ids, each beside its evidence.

    ``renamed``: the new key of each note by its old one. Other evidence keeps its key.
    """
    with keystore.held():
        rows = [
            Excerpt(
                finding_id=old.finding_id,
                review=review,
                evidence_key=renamed.get(old.evidence_key, old.evidence_key),
                kind=old.kind,
                source_class=old.source_class,
                text=old.text,
                kept=old.kept,
                against=old.against,
                cleared=old.cleared,
                proposed_by_id=old.proposed_by_id,
            )
            for old in review.excerpts.all()
        ]
    secrets.SystemRandom().shuffle(rows)
    return SealedRows(Excerpt, rows)


def put(review: Review, rows: SealedRows) -> None:
    """In the place of all excerpts of the review. Part of the transaction that mixes."""
    review.excerpts.all().delete()
    rows.insert()
