"""What the council and the team agree on before a review, and who put their name to it."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from reviews.models.review import Review


class Terms(models.Model):
    """The review's own wording of its terms. Without a row, they read as its framework has them."""

    review = models.OneToOneField(
        Review, on_delete=models.CASCADE, related_name="terms"
    )
    # A list of {code, title, text}, in order.
    sections = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return f"Terms of review {self.review_id}"


class SignOff(models.Model):
    """What one party said of one wording. It is never changed: a new word is a new row."""

    class Subject(models.TextChoices):
        TERMS = "terms", "The terms"
        SCOPE = "scope", "The scope and the key questions"

    class Party(models.TextChoices):
        MANAGER = "manager", "Review manager"
        SPONSOR = "sponsor", "Council’s sponsor"

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="sign_offs"
    )
    subject = models.CharField(max_length=5, choices=Subject.choices)
    party = models.CharField(max_length=7, choices=Party.choices)
    agreed = models.BooleanField()
    # What should change, where it was not agreed.
    reason = models.CharField(max_length=500, blank=True)
    # The name as it was on that day; it stays when the account goes.
    name = models.CharField(max_length=200)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    signed_at = models.DateTimeField()
    # SHA-256 of the words that were signed: other words need another signature.
    wording = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar[list[str]] = ["-signed_at", "-pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(agreed=True) | ~models.Q(reason=""),
                name="sign_off_refused_with_a_reason",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_subject_display()}, {self.name}"
