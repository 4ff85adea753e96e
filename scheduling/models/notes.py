"""Drafts of notes, and the notes that the team shares.

``Note`` and ``NoteDraft`` hold no time, no order and no address; a note holds no person either.
What leads from a note to its session is sealed for the worker alone, and goes with its key.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any, ClassVar

from django.db import models

from reviews.models import Review
from reviews.secrets.sealing import SPEECH_PAD, SealedBytesField, SealedJSONField


class NoteDraft(models.Model):
    """A peer's own words until they are gathered. Session, themes and text are in ``body``.

    Whose it is can be told with a key of the review alone: ``locator`` is the same for all drafts
    of one person, and names nobody.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    locator = models.CharField(max_length=32, db_index=True)
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="note_drafts"
    )
    # The name of the key that opens ``body``: one a review and day, gone after gathering. It tells
    # no day.
    notebook = models.CharField(max_length=99)
    body = models.BinaryField(editable=False)
    ready = models.BooleanField(default=False)
    # The same tap twice is one draft.
    one_time_key = models.UUIDField(default=uuid.uuid4, unique=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return "A private draft"


class Note(models.Model):
    """What the team heard. No author, session, day or time; id and place are random, and new at
    each gathering. What it says is one body, so that nothing of it tells two rows apart."""

    class Screening(models.TextChoices):
        CLEAR = "clear", "Nothing found"
        MARKED = "marked", "May name somebody"
        CLEARED = "cleared", "Looked at"
        REDACTED = "redacted", "Reworded"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="notes")
    source_class = models.CharField(max_length=20)
    # ``Said`` as a list.
    body = SealedJSONField(scope="speech", pad=SPEECH_PAD)
    # A box for the worker alone, in a seal that is fresh at each gathering.
    source_box = SealedBytesField(scope="speech")

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return "A note"

    @property
    def sealed_review_id(self) -> int:
        return self.review_id

    @property
    def said(self) -> Said:
        themes, kind, line, screening, text = self.body
        return Said(tuple(themes), kind, line, screening, text)

    @property
    def is_marked(self) -> bool:
        """It may name somebody, and nobody has looked: nothing rests on it until then."""
        return self.said.screening == Note.Screening.MARKED


@dataclass(frozen=True)
class Said:
    """What a note says; all of it is sealed."""

    themes: tuple[str, ...]
    kind: str
    line: str
    screening: str
    text: str

    @property
    def as_list(self) -> list[Any]:
        return [list(self.themes), self.kind, self.line, self.screening, self.text]

    @property
    def fits(self) -> bool:
        """Into one block, as every note does: length is a fingerprint."""
        return len(SealedJSONField.to_bytes_of(self.as_list)) < SPEECH_PAD


class SourceCount(models.Model):
    """How often the sources of findings were counted, and what was counted.

    ``is_due``: notes were gathered since the last time.
    """

    review = models.OneToOneField(
        Review, on_delete=models.CASCADE, related_name="source_count"
    )
    is_due = models.BooleanField(default=False)
    times = models.PositiveSmallIntegerField(default=0)
    # For the worker alone: the sets of notes and what was said of each. Dies with its key.
    counted = models.BinaryField(editable=False, default=bytes)

    def __str__(self) -> str:
        return f"{self.times} times"


class NoteProof(models.Model):
    """What a self-test of notes found: attacks on made-up notes, with the day on which they ran."""

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="note_proofs"
    )
    on = models.DateField()
    passed = models.BooleanField()
    # database, notes, smallest, found_again, naive, one_dump and each_night: {programs, best,
    # chance, limit}; shares are from 0 to 1.
    values = models.JSONField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return f"{self.on}: {'passed' if self.passed else 'failed'}"
