"""What the regulator was told, and the dates that a visit had better keep away from."""

from typing import ClassVar

from django.db import models

from reviews.models.review import Review


class RegulatorNotice(models.Model):
    """One thing that the regulator was told, and what came back."""

    class How(models.TextChoices):
        LETTER = "letter", "Letter"
        EMAIL = "email", "Email"
        TELEPHONE = "telephone", "Telephone"
        MEETING = "meeting", "Meeting"

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="regulator_notices"
    )
    told_on = models.DateField()
    told_by = models.CharField(max_length=200)
    told_to = models.CharField(max_length=200)
    how = models.CharField(max_length=10, choices=How.choices)
    said = models.TextField(max_length=2000, blank=True)
    replied_on = models.DateField(null=True, blank=True)
    reply = models.TextField(max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar[list[str]] = ["told_on", "pk"]

    def __str__(self) -> str:
        return f"{self.told_to}, {self.told_on}"


class BlockedPeriod(models.Model):
    """Days on which a visit would clash with something, entered by hand."""

    class Kind(models.TextChoices):
        SCHOOL = "school", "School holiday"
        ELECTION = "election", "Election"
        COUNCIL = "council", "Blocked by the council"
        INSPECTION = "inspection", "An inspection is likely"

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="blocked_periods"
    )
    kind = models.CharField(max_length=10, choices=Kind.choices)
    title = models.CharField(max_length=200)
    first = models.DateField()
    last = models.DateField()

    class Meta:
        ordering: ClassVar[list[str]] = ["first", "last", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(last__gte=models.F("first")),
                name="blocked_period_ends_after_it_begins",
            )
        ]

    def __str__(self) -> str:
        return self.title


class AnnouncedInspection(models.Model):
    """The regulator has announced itself, and the visit gave way."""

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="announced_inspections"
    )
    announced_on = models.DateField()
    first = models.DateField()
    last = models.DateField()
    visit_before = models.DateField()
    visit_after = models.DateField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-announced_on", "-pk"]

    def __str__(self) -> str:
        return f"Inspection of {self.first}"
