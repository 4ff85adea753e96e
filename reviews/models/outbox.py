"""Mail that waits to be looked at, and which kinds of mail do not wait."""

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models

from reviews.models.review import Message, Review
from reviews.secrets.sealing import SealedTextField

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class MailBatch(models.Model):
    """Messages of one kind written at once. They are edited together until they go.

    Subject and text are as typed, with ``$name`` and the like; each draft holds its own filled in.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="mail_batches"
    )
    kind = models.CharField(max_length=60)
    subject = SealedTextField(scope="people")
    text = SealedTextField(scope="people")
    written_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    if TYPE_CHECKING:
        messages: RelatedManager[Message]

    class Meta:
        ordering: ClassVar[list[str]] = ["-written_at", "pk"]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def sealed_review_id(self) -> int:
        return self.review_id


class MailRule(models.Model):
    """Whether a kind of mail goes by itself in this review; without a row, as the kind says."""

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="mail_rules"
    )
    kind = models.CharField(max_length=60)
    by_itself = models.BooleanField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["review", "kind"], name="one_mail_rule_a_kind"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {'by itself' if self.by_itself else 'waits'}"
