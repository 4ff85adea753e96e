"""Beside the milestones: secret addresses of the plan's calendar, and who was reminded when."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from reviews.models.review import Membership, Review


class PlanFeed(models.Model):
    """One member's secret address of the calendar. Only its hash is kept."""

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="plan_feeds"
    )
    membership = models.OneToOneField(
        Membership, on_delete=models.CASCADE, related_name="plan_feed"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Calendar address {self.pk}"


class Digest(models.Model):
    """Somebody had their reminders on that day; nobody has two."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    on = models.DateField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["user", "on"], name="one_digest_a_person_and_day"
            )
        ]

    def __str__(self) -> str:
        return f"Reminders of {self.on}"
