"""Performance information of the council, beside its neighbours and England."""

import uuid
from typing import ClassVar

from django.db import models

from reviews.models.review import Review
from reviews.secrets.sealing import SealedJSONField


class Figure(models.Model):
    """One measure in one period."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="figures")
    number = models.PositiveIntegerField()
    theme = models.CharField(max_length=20)
    name = models.CharField(max_length=160)
    unit = models.CharField(max_length=40, blank=True)
    period = models.CharField(max_length=40)
    council = models.DecimalField(
        max_digits=16, decimal_places=4, null=True, blank=True
    )
    neighbours = models.DecimalField(
        max_digits=16, decimal_places=4, null=True, blank=True
    )
    england = models.DecimalField(
        max_digits=16, decimal_places=4, null=True, blank=True
    )
    source = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["number", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["review", "name", "period"], name="figure_once_a_period"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.period}"


class PendingFigures(models.Model):
    """A workbook that was read and waits to be confirmed. Removed in time."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="pending_figures"
    )
    rows = SealedJSONField(scope="work", pad=4096)
    faults = SealedJSONField(scope="work", pad=4096)
    read_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Figures to confirm {self.pk}"

    @property
    def sealed_review_id(self) -> int:
        return self.review_id
