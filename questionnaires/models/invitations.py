"""Who is asked: lists on their way in, invitations, open links, and mail that came back."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models

from questionnaires.models.questionnaire import Questionnaire, invitees_key
from reviews.models import Delivery, Job
from reviews.secrets.sealing import (
    SPEECH_PAD,
    SealedBytesField,
    SealedJSONField,
    SealedTextField,
)


class PendingImport(models.Model):
    """A list on its way in: read by the worker, looked at, and added once it is confirmed.

    It is its uploader's alone. The file is kept until it was read, the rest for a few days.
    """

    class State(models.TextChoices):
        READING = "reading", "Being read"
        READ = "read", "Waits to be confirmed"
        REFUSED = "refused", "Cannot be used"
        ADDING = "adding", "Being added"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="pending_imports"
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    uploaded_on = models.DateField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.READING)
    # The work that reads or adds it.
    job = models.ForeignKey(Job, on_delete=models.SET_NULL, null=True, related_name="+")
    file = SealedBytesField(scope="invitees", null=True)
    # [agency, job group, email, name] of rows in order; [row, column, sentence, stops] of others.
    rows = SealedJSONField(scope="invitees", pad=SPEECH_PAD)
    faults = SealedJSONField(scope="invitees", pad=SPEECH_PAD)
    # Headings of columns that were not looked at.
    ignored = SealedJSONField(scope="invitees", pad=SPEECH_PAD)
    refusal = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["questionnaire", "uploaded_by"], name="pending_import_once_each"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def sealed_review_id(self) -> int:
        return self.questionnaire.review_id

    @property
    def sealed_under(self) -> str:
        return invitees_key(self.questionnaire_id)


class Invitation(models.Model):
    """Somebody who may answer. Answering never touches this row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="invitations"
    )
    name = SealedTextField(scope="invitees")
    email = SealedTextField(scope="invitees", pad=512)
    leaf = models.CharField(max_length=120)
    link_hash = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - unique where made
    generation = models.PositiveSmallIntegerField(default=0)
    delivery_state = models.CharField(
        max_length=10, choices=Delivery.choices, default=Delivery.NEW
    )
    counted_in = models.BooleanField(default=False)

    # Messages that did not go, or nobody knows whether they went.
    STUCK = (Delivery.FAILED, Delivery.UNKNOWN, Delivery.MAILBOX)
    # What opening the link reads of the row.
    AT_THE_DOOR = ("id", "leaf")

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["questionnaire", "delivery_state"], name="invitation_delivery"
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def sealed_review_id(self) -> int:
        return self.questionnaire.review_id

    @property
    def sealed_under(self) -> str:
        return invitees_key(self.questionnaire_id)


class OpenLink(models.Model):
    """One link for everybody of an agency without addresses: counted down, apart in the results."""

    # The reporting group of those who answer by it, under their agency.
    GROUP = "open"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="open_links"
    )
    leaf = models.CharField(max_length=120)
    link_hash = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - unique where made
    remaining = models.PositiveIntegerField()

    AT_THE_DOOR = ("id", "leaf", "remaining")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["questionnaire", "leaf"], name="open_link_once_a_group"
            )
        ]

    def __str__(self) -> str:
        return self.leaf


class Bounce(models.Model):
    """A message that came back: the mark of its envelope and what its code means, nothing of it.

    It waits here for the worker, which alone can tell whose mark it is.
    """

    mark = models.CharField(max_length=20, primary_key=True)
    delivery_state = models.CharField(max_length=10, choices=Delivery.choices)

    def __str__(self) -> str:
        return self.mark
