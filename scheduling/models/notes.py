"""Drafts of notes, and the notes that the team shares.

``Note`` and ``NoteDraft`` hold no time, no order and no address; a note holds no person either.
What leads from a note to its session is sealed for the worker alone, and goes with its key.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models

from reviews.models import Review
from reviews.secrets.sealing import SPEECH_PAD, SealedTextField

if TYPE_CHECKING:
    pass


class NoteDraft(models.Model):
    """A peer's own words until they are gathered. Session, themes and text are in ``body``."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="note_drafts"
    )
    # The name of the key that opens ``body``: one a review and day, gone after gathering.
    notebook = models.CharField(max_length=99)
    body = models.BinaryField(editable=False)
    ready = models.BooleanField(default=False)
    # The same tap twice is one draft.
    one_time_key = models.UUIDField(default=uuid.uuid4, unique=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return "A private draft"


class NoteQuerySet(models.QuerySet["Note"]):
    def usable(self) -> NoteQuerySet:
        """Notes that nothing stands against: evidence may be taken from them."""
        return self.exclude(screening=Note.Screening.MARKED)


class Note(models.Model):
    """What the team heard. No author, session, day, time or order: its id is random."""

    class Screening(models.TextChoices):
        CLEAR = "clear", "Nothing found"
        MARKED = "marked", "May name somebody"
        CLEARED = "cleared", "Looked at"
        REDACTED = "redacted", "Reworded"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="notes")
    themes = models.JSONField(default=list)
    kind = models.CharField(max_length=20)
    line_of_enquiry = models.CharField(max_length=20, blank=True)
    source_class = models.CharField(max_length=20)
    text = SealedTextField(scope="text", pad=SPEECH_PAD)
    source_box = models.BinaryField(editable=False)
    screening = models.CharField(
        max_length=8, choices=Screening.choices, default=Screening.CLEAR
    )

    objects: ClassVar[models.Manager[Note]] = NoteQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return "A note"

    @property
    def sealed_review_id(self) -> int:
        return self.review_id
