"""What the people of a review say of themselves, and what the council's sponsor says to it."""

import uuid
from typing import ClassVar

from django.db import models

from reviews.models.review import Agency, Membership, Review, User
from reviews.secrets.sealing import SealedJSONField, SealedTextField

INTEREST_PAD = 512


class Interest(models.Model):
    """One peer's declaration: an interest in an agency or a session, or none at all."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="interests"
    )
    membership = models.OneToOneField(
        Membership, on_delete=models.CASCADE, related_name="interest"
    )
    something = models.BooleanField("has something to declare")
    text = SealedTextField(scope="people", pad=INTEREST_PAD, default="")
    # Meetings that the peer should not be in; words, since the timetable comes later.
    sessions = SealedTextField(scope="people", pad=INTEREST_PAD, default="")
    agencies = models.ManyToManyField(Agency, related_name="+", blank=True)
    declared_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["declared_at"]

    def __str__(self) -> str:
        return f"Declaration {self.pk}"

    @property
    def sealed_review_id(self) -> int:
        return self.review_id


class ProfileDecision(models.Model):
    """What the council's sponsor decided of one peer. The name stays when the person goes."""

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="profile_decisions"
    )
    membership = models.OneToOneField(
        Membership, on_delete=models.CASCADE, related_name="decision"
    )
    accepted = models.BooleanField()
    reason = models.CharField(max_length=500, blank=True)
    decided_by_name = models.CharField(max_length=200)
    decided_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return f"Decision {self.pk}"


class Departure(models.Model):
    """Somebody who was on the review and is not any more: declined, or removed.

    It goes when the person is added again. Until then the manager sees who declined, and that
    the sessions of somebody who comes back are not put back.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="departures"
    )
    # Of a review that was moved here: nobody. Who left it elsewhere gets no account.
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, related_name="+"
    )
    # What they were called where they never accepted, or where the review comes from elsewhere.
    name_given = models.CharField(max_length=200, blank=True, editable=False)
    role = models.CharField(max_length=20)
    declined = models.BooleanField()
    # Why somebody declined, in their own words: it may be about their health or their family.
    reason = SealedTextField(scope="people", pad=INTEREST_PAD, default="")
    left_at = models.DateTimeField()
    # The manager has taken it off the list of those who declined.
    noted = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["left_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["review", "user"], name="one_departure_a_person_and_review"
            )
        ]

    def __str__(self) -> str:
        return f"Departure {self.pk}"

    @property
    def name(self) -> str:
        return self.name_given or (self.user.full_name if self.user else "")

    @property
    def sealed_review_id(self) -> int:
        return self.review_id

    @property
    def role_title(self) -> str:
        return self.review.pack.role(self.role).title


class Roster(models.Model):
    """Names and titles that texts of this review are screened for. No email, no group."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.OneToOneField(
        Review, on_delete=models.CASCADE, related_name="roster"
    )
    people = SealedJSONField(scope="roster", pad=4096)

    def __str__(self) -> str:
        return f"Roster of review {self.review_id}"

    @property
    def sealed_review_id(self) -> int:
        return self.review_id
