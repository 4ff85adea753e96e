"""Letters of a review, and what became of each."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models

from reviews.secrets.sealing import SealedJSONField, SealedTextField

if TYPE_CHECKING:
    pass
from reviews.models.review import Review


class Delivery(models.TextChoices):
    """How far a message came; "opened" is not among them and never will be."""

    NEW = "new", "Not sent yet"
    DRAFT = "draft", "Draft: waits for you"
    QUEUED = "queued", "Waiting"
    SENDING = "sending", "Sending"
    SENT = "sent", "Delivered to the mail server"
    NO_ADDRESS = "no_address", "Address does not exist"
    MAILBOX = "mailbox", "Mailbox not accepting"
    FAILED = "failed", "Technical failure"
    UNKNOWN = "unknown", "Unknown: the sender stopped in the middle"


# How the kinds of mail begin whose text lets its reader into an account.
LETS_IN = "account"


class Message(models.Model):
    """An ordinary message of the product. Questionnaire links never stand in one."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, null=True, blank=True, related_name="messages"
    )
    # Drafts of one batch are edited together. Without one, the message goes by itself.
    batch = models.ForeignKey(
        "reviews.MailBatch",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="messages",
    )
    kind = models.CharField(max_length=60)
    to = SealedTextField(scope="people")
    # What stands for $name and the like in this one.
    fields = SealedJSONField(scope="people", null=True)
    subject = SealedTextField(scope="people")
    text = SealedTextField(scope="people")
    # Calendar files that go with it: name, method and text of each.
    files = SealedJSONField(scope="people", null=True)
    state = models.CharField(
        max_length=10, choices=Delivery.choices, default=Delivery.QUEUED
    )
    queued_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-queued_at"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def sealed_review_id(self) -> int | None:
        return self.review_id

    @property
    def holds_a_secret(self) -> bool:
        """Its text lets its reader into an account, so nobody else reads it."""
        return self.kind.startswith(LETS_IN)
