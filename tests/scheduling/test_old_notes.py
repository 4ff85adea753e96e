"""Notes and drafts of before are taken over by their migrations and say what they said."""

import json
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from reviews.models import Review, User
from reviews.secrets import keystore
from reviews.secrets.sealing import Sealed, key_name, seal, unseal
from scheduling.models import Note, Said, notebooks


class Table:
    """What a migration asks of a table of before."""

    def __init__(self, *rows: tuple[Any, ...]) -> None:
        self.rows = rows
        self.changed: dict[Any, dict[str, Any]] = {}
        self.objects = self

    def values_list(self, *names: str) -> tuple[tuple[Any, ...], ...]:
        return self.rows

    def filter(self, *, pk: Any) -> SimpleNamespace:
        def update(**values: Any) -> None:
            self.changed[pk] = values

        return SimpleNamespace(update=update)

    def get_model(self, app: str, name: str) -> "Table":
        return self


def test_an_old_note_says_what_it_said_in_one_body(review: Review) -> None:
    pk, words = uuid4(), "Supervision is written down."
    name = key_name("text", review.pk)
    keystore.create(name)
    text = seal(
        words.encode(),
        key=keystore.read(name),
        key_id=keystore.key_id(name),
        aad=f"scheduling.note.text|{pk}|{review.pk}".encode(),
        pad_to=4096,
    )
    box = notebooks.source_box(review, 7)
    table = Table((pk, review.pk, ["T4"], "strength", "4.2", "cleared", text, box))

    import_module("scheduling.migrations.0010_notes_mixed_anew").seal_bodies(
        table, None
    )

    note = Note(pk=pk, review=review, source_class="C-PRAC")
    for field, value in table.changed[pk].items():
        assert isinstance(value, Sealed)
        note.__dict__[field] = value
    # The next migration moves it to its purpose.
    for field in ("body", "source_box"):
        aad = f"scheduling.note.{field}|{pk}|{review.pk}".encode()
        plain = unseal(table.changed[pk][field], key=keystore.read(name), aad=aad)
        note.__dict__[field] = json.loads(plain) if field == "body" else plain
    assert note.said == Said(("T4",), "strength", "4.2", "cleared", words)
    private = notebooks.private_half(review)
    assert notebooks.open_source(private, note.source_box) == 7


def test_an_old_draft_is_still_found_by_its_writer(
    review: Review, leader: User
) -> None:
    pk = uuid4()
    table = Table((pk, review.pk, leader.pk))

    import_module("scheduling.migrations.0012_drafts_name_nobody").locate(table, None)

    assert table.changed == {pk: {"locator": notebooks.locator(review, leader)}}
