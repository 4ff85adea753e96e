"""What is left of the answers: published values, shuffled answers, comments, what was filed of them."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from questionnaires.models.questionnaire import Questionnaire
from reviews.secrets.sealing import SPEECH_PAD, SealedJSONField, SealedTextField


class Release(models.Model):
    """What was published of a round: rounded values of atoms, and nothing finer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="releases"
    )
    round = models.PositiveSmallIntegerField(default=1)
    on = models.DateField()
    values = models.JSONField()

    def __str__(self) -> str:
        return f"Round {self.round}"


class ReleasedAnswer(models.Model):
    """Somebody's closed answers after the shuffle, in their atom."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(
        Release, on_delete=models.CASCADE, related_name="answers"
    )
    atom = models.CharField(max_length=400)
    closed = SealedJSONField(scope="speech", pad=1024)

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def sealed_review_id(self) -> int:
        return self.release.questionnaire.review_id


class Comment(models.Model):
    """One answer in somebody's own words, tied to nothing else that they said."""

    class Screening(models.TextChoices):
        UNREAD = "unread", "Not read yet"
        MASKED = "masked", "Marked: waiting for a second person"
        CLEARED = "cleared", "Cleared"
        REDACTED = "redacted", "Redacted"
        # Nothing of it is left: the text was overwritten.
        WITHHELD = "withheld", "Withheld"

    # What a screener has settled and the team may read, and what still waits for one.
    READABLE = (Screening.CLEARED, Screening.REDACTED)
    WAITING = (Screening.UNREAD, Screening.MASKED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(
        Release, on_delete=models.CASCADE, related_name="comments"
    )
    question = models.CharField(max_length=20)
    atom = models.CharField(max_length=400, blank=True)
    text = SealedTextField(scope="speech", pad=SPEECH_PAD)
    screening = models.CharField(
        max_length=8, choices=Screening.choices, default=Screening.UNREAD
    )
    # What the team says it bears on; neither who said so nor when.
    themes = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]  # random ids: no order of arrival

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def sealed_review_id(self) -> int:
        return self.release.questionnaire.review_id


class FiledResult(models.Model):
    """A published result that the team put on its evidence board: nobody's words, rounded already.

    ``group`` is an atom's key, empty for everybody; with ``other`` it is the gap between two.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(Release, on_delete=models.CASCADE, related_name="filed")
    question = models.CharField(max_length=20)
    group = models.CharField(max_length=1000, blank=True)
    other = models.CharField(max_length=1000, blank=True)
    # Where the question itself has none.
    theme = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["release", "question", "group", "other"],
                name="result_filed_once",
            )
        ]

    def __str__(self) -> str:
        return f"Filed result of {self.question}"


class EarlierResults(models.Model):
    """Published values of a questionnaire of before, read from its spreadsheet to compare with.

    ``rows`` are {code, text, answer, share, low, give_or_take}; ``faults`` [row, column, sentence].
    """

    questionnaire = models.OneToOneField(
        Questionnaire, on_delete=models.CASCADE, related_name="earlier"
    )
    title = models.CharField(max_length=200)
    on = models.DateField()
    rows = models.JSONField()
    faults = models.JSONField(default=list)

    def __str__(self) -> str:
        return self.title
