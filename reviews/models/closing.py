"""The close of a review: who asked and who confirmed, what was done, and its certificates."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models

from reviews.models.review import Job, Review
from reviews.secrets.sealing import SealedJSONField


class Closing(models.Model):
    """One person asks, another confirms, and the worker takes it step by step to its certificate.

    ``accepted`` are the codes of what whoever asked accepts as unfinished.
    """

    class State(models.TextChoices):
        ASKED = "asked", "Asked for"
        UNDER_WAY = "under way", "Under way"
        DONE = "done", "Done"
        FINAL = "final", "Done and certified"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.OneToOneField(
        Review, on_delete=models.CASCADE, related_name="closing"
    )
    state = models.CharField(max_length=9, choices=State.choices, default=State.ASKED)
    accepted = models.JSONField(default=list)
    # Names beside the accounts, which may go before the six years are over.
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    asked_name = models.CharField(max_length=200)
    asked_role = models.CharField(max_length=200)
    asked_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    confirmed_name = models.CharField(max_length=200, blank=True)
    confirmed_role = models.CharField(max_length=200, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    # The last step that is done, and the work that does the next.
    step = models.CharField(max_length=12, blank=True)
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    # {title, count} of what goes, {title, count, until} of what stays; counts are words.
    destroyed = models.JSONField(default=list)
    kept = models.JSONField(default=list)
    # {title, fingerprint, destroyed_at} of each key, written down before it goes.
    keys = models.JSONField(default=list)
    # Sealed and opened values that must not be found afterwards. The key of this dies with the search.
    samples = SealedJSONField(scope="samples", pad=4096, null=True)
    taken = models.PositiveIntegerField(default=0)
    # What the archive is closed with, until it is: [public half, key under a passphrase] of each.
    outer_lock: models.JSONField[list[str] | None, list[str] | None] = models.JSONField(
        null=True
    )
    inner_lock: models.JSONField[list[str] | None, list[str] | None] = models.JSONField(
        null=True
    )
    archive_sha256 = models.CharField(max_length=64, blank=True)
    archive_bytes = models.PositiveBigIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(state="asked")
                | models.Q(confirmed_at__isnull=False),
                name="closing_is_confirmed",
            ),
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True)
                | ~models.Q(confirmed_by=models.F("asked_by")),
                name="closing_takes_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"Close of review {self.review_id}"

    @property
    def sealed_review_id(self) -> int:
        return self.review_id

    @property
    def is_stopped(self) -> bool:
        """It was begun, and no work goes on that would end it."""
        return self.state == self.State.UNDER_WAY and (
            self.job is None or self.job.state == Job.State.FAILED
        )

    @property
    def is_over(self) -> bool:
        """Everything is destroyed; what may follow is the final certificate."""
        return self.state in (self.State.DONE, self.State.FINAL)


class Certificate(models.Model):
    """What was destroyed, signed, as it was first said; never changed."""

    class Kind(models.TextChoices):
        INTERIM = "interim", "Interim certificate"
        FINAL = "final", "Final certificate"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="certificates"
    )
    kind = models.CharField(max_length=7, choices=Kind.choices)
    made_at = models.DateTimeField()
    signed = models.BinaryField()
    sha256 = models.CharField(max_length=64)
    pdf = models.BinaryField()

    class Meta:
        ordering: ClassVar[list[Any]] = ["made_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["review", "kind"], name="one_certificate_of_each_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of review {self.review_id}"


class DestroyedReview(models.Model):
    """All that is left of a review after its last day: classes of record, never people."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.PositiveIntegerField()
    council = models.CharField(max_length=200)
    programme = models.CharField(max_length=200)
    day_zero = models.DateField()
    closed_on = models.DateField()
    destroyed_on = models.DateField()
    # Titles of classes of record.
    classes = models.JSONField()
    # Of the final certificate, for whoever holds one.
    certificate_sha256 = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar[list[Any]] = ["destroyed_on"]

    def __str__(self) -> str:
        return f"{self.council}, destroyed on {self.destroyed_on}"
