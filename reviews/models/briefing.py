"""The briefing note's secret addresses, and who asked to be heard."""

import uuid
from typing import ClassVar

from django.db import models

from reviews.models.review import Review
from reviews.secrets.sealing import SealedJSONField


class BriefingAddress(models.Model):
    """A secret address under which anybody reads the briefing note. Only its hash is kept."""

    class Purpose(models.TextChoices):
        SHOWN = "shown", "Shown to the review manager"
        MAIL = "mail", "Written into messages"

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="briefing_addresses"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=5, choices=Purpose.choices)
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"Briefing address {self.pk}"


class SpeakRequest(models.Model):
    """Somebody asks to be heard by the team. No moment, no address, no browser."""

    class State(models.TextChoices):
        NEW = "new", "New"
        ARRANGED = "arranged", "Arranged"
        DECLINED = "declined", "Declined"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="speak_requests"
    )
    # about, reach and when, in the words of whoever asks; one size, whatever they wrote.
    words = SealedJSONField(scope="speech", pad=4096)
    state = models.CharField(max_length=8, choices=State.choices, default=State.NEW)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]  # random, so in no order that tells

    def __str__(self) -> str:
        return f"Request to speak {self.pk}"

    @property
    def sealed_review_id(self) -> int:
        return self.review_id
