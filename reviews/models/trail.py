"""The audit trail, and counts of what is said nowhere else."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from reviews.models.review import Review
from reviews.secrets.sealing import SealedJSONField


class AuditEvent(models.Model):
    """One line of a review's audit trail: append-only, each line sealed to the one before.

    References are numbers and names, not foreign keys: the trail outlives what it speaks of.
    Events about what people said carry a day and a count, no actor, no object and no time.
    """

    review_ref = models.PositiveIntegerField(default=0)  # 0: the installation's own
    number = models.PositiveIntegerField()
    at = models.DateTimeField(null=True)
    on = models.DateField()
    action = models.CharField(max_length=80)
    actor_ref = models.PositiveIntegerField(null=True)
    actor_name = models.CharField(max_length=200, blank=True)
    object_kind = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=60, blank=True)
    count = models.PositiveIntegerField(null=True)
    detail = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar[list[str]] = ["review_ref", "number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["review_ref", "number"], name="audit_chain_has_no_fork"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.action}"


class EarlierTrail(models.Model):
    """The trail of a review from where it stood before it was moved here: read, and added to no more.

    ``content`` are its lines as they were there. Numbers in them mean rows of that installation.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="earlier_trails"
    )
    number = models.PositiveSmallIntegerField()
    moved_on = models.DateField()
    lines = models.PositiveIntegerField()
    # The seal of its last line, which the first line of the trail here names.
    head = models.CharField(max_length=64)
    content = SealedJSONField(scope="report", pad=4096)

    class Meta:
        ordering: ClassVar[list[str]] = ["number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["review", "number"], name="earlier_trail_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"Trail {self.number} of before"

    @property
    def sealed_review_id(self) -> int:
        return self.review_id


class SpeechCount(models.Model):
    """How often something happened to what people said, until it enters the trail.

    There at once, such an event would stand between others that carry a time and a name. ``on`` is
    the day after which it does; None is for what no day may be told of: it waits for the end of
    the visit.
    """

    review_ref = models.PositiveIntegerField()
    on = models.DateField(null=True)
    action = models.CharField(max_length=80)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["review_ref", "on", "action"], name="speech_count_once_a_day"
            ),
            models.UniqueConstraint(
                fields=["review_ref", "action"],
                condition=models.Q(on=None),
                name="speech_count_once_without_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} on {self.on or 'no day'}"
