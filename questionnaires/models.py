"""Questionnaires, links and answers. No table of what people said has a moment, an order, a
user or a machine in it; the columns are those of the non-attribution specification 2.2.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models

from questionnaires.disclosure import Node
from reviews.models import Delivery, Job, Review
from reviews.sealing import SPEECH_PAD, SealedJSONField, SealedTextField

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class Questionnaire(models.Model):
    """One questionnaire of a review, tailored from the framework's bank, locked at opening."""

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        OPENING = "opening", "Opening"
        OPEN = "open", "Open"
        CLOSED = "closed", "Closed"
        RELEASING = "releasing", "Being released"
        RELEASED = "released", "Released"

    MOST_REMINDERS = 2
    REMINDER_GAP = dt.timedelta(days=3)
    # The background work that sends.
    SENDS = "questionnaires.tasks.send_invitations"

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="questionnaires"
    )
    title = models.CharField(max_length=200)
    introduction = models.TextField()
    free_text_hint = models.CharField(max_length=300, blank=True)
    scale = models.JSONField()
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    opened_on = models.DateField(null=True, blank=True)
    closes_on = models.DateField(null=True, blank=True)
    k = models.PositiveSmallIntegerField(default=10)
    t = models.PositiveSmallIntegerField(default=3)
    tree = models.JSONField(default=dict)
    reminders = models.PositiveSmallIntegerField(default=0)
    last_sent_on = models.DateField(null=True, blank=True)
    release_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )

    if TYPE_CHECKING:
        questions: RelatedManager[Question]
        invitations: RelatedManager[Invitation]
        boxes: RelatedManager[AnswerBox]
        drafts: RelatedManager[DraftBox]
        releases: RelatedManager[Release]
        pending_imports: RelatedManager[PendingImport]

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(k__range=(8, 20)), name="questionnaire_k_allowed"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def key(self, part: str) -> str:
        """The name of one of its keys in the keystore."""
        return f"questionnaire-{self.pk}-{part}"

    def stuck(self) -> models.QuerySet[Invitation]:
        """Messages that did not go, or nobody knows. Who waits is stuck once nothing is sending."""
        states = [Delivery.FAILED, Delivery.UNKNOWN, Delivery.MAILBOX]
        sending = self.review.jobs.filter(
            kind=self.SENDS,
            subject=str(self.pk),
            state__in=[Job.State.QUEUED, Job.State.RUNNING],
        )
        if not sending.exists():
            states += [Delivery.QUEUED, Delivery.SENDING]
        return self.invitations.filter(delivery_state__in=states)

    @property
    def next_reminder_on(self) -> dt.date | None:
        """The first day on which a reminder may go; None when there may be none any more."""
        if self.reminders >= self.MOST_REMINDERS or self.last_sent_on is None:
            return None
        return self.last_sent_on + self.REMINDER_GAP

    @property
    def root(self) -> Node:
        """The reporting tree as it was fixed at opening."""
        return Node(
            "all",
            "Everybody",
            tuple(
                Node(
                    agency["key"],
                    agency["title"],
                    tuple(
                        Node(leaf["key"], leaf["title"]) for leaf in agency["leaves"]
                    ),
                )
                for agency in self.tree.get("agencies", [])
            ),
        )


class Question(models.Model):
    """A statement to agree with, or a question answered in one's own words."""

    class Kind(models.TextChoices):
        STATEMENT = "statement", "Statement"
        TEXT = "text", "Own words"

    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="questions"
    )
    code = models.CharField(max_length=20)
    theme = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = models.CharField(max_length=500)
    reversed = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["questionnaire", "code"], name="question_code_once"
            )
        ]

    def __str__(self) -> str:
        return self.text


class PendingImport(models.Model):
    """A list that was read and not yet confirmed: what would be added, and what is wrong."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="pending_imports"
    )
    rows = SealedJSONField(scope="people", pad=SPEECH_PAD)
    faults = SealedJSONField(scope="people", pad=SPEECH_PAD)

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def sealed_review_id(self) -> int:
        return self.questionnaire.review_id


class Invitation(models.Model):
    """Somebody who may answer. Answering never touches this row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="invitations"
    )
    name = SealedTextField(scope="people")
    email = SealedTextField(scope="people", pad=512)
    leaf = models.CharField(max_length=120)
    link_hash = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - unique where made
    generation = models.PositiveSmallIntegerField(default=0)
    delivery_state = models.CharField(
        max_length=10, choices=Delivery.choices, default=Delivery.NEW
    )
    counted_in = models.BooleanField(default=False)

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


class SpentLink(models.Model):
    """That one link has been used; whose, only the destroyed key could say."""

    nullifier = models.CharField(max_length=64, primary_key=True)
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="+"
    )

    def __str__(self) -> str:
        return self.nullifier


class AnswerBox(models.Model):
    """One sealed set of answers, all of one size."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="boxes"
    )
    box = models.BinaryField()

    def __str__(self) -> str:
        return str(self.pk)


class DraftBox(models.Model):
    """Answers that somebody saved to come back to; opens with link and resume code together."""

    locator = models.CharField(max_length=32, primary_key=True)
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="drafts"
    )
    box = models.BinaryField()

    def __str__(self) -> str:
        return self.locator


class Release(models.Model):
    """What was published of a round: rounded values of atoms, and nothing finer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="releases"
    )
    round = models.PositiveSmallIntegerField(default=1)
    on = models.DateField()
    values = models.JSONField()

    if TYPE_CHECKING:
        comments: RelatedManager[Comment]
        answers: RelatedManager[ReleasedAnswer]

    def __str__(self) -> str:
        return f"Round {self.round}"


class ReleasedAnswer(models.Model):
    """Somebody's closed answers after the shuffle, in their atom."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(
        Release, on_delete=models.CASCADE, related_name="answers"
    )
    atom = models.CharField(max_length=400)
    closed = SealedJSONField(scope="text", pad=1024)

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def sealed_review_id(self) -> int:
        return self.release.questionnaire.review_id


class Comment(models.Model):
    """One answer in somebody's own words, tied to nothing else that they said."""

    class Screening(models.TextChoices):
        UNREAD = "unread", "Not read yet"
        MASKED = "masked", "Marked: waiting for a second person"
        CLEARED = "cleared", "Cleared"
        REDACTED = "redacted", "Redacted"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    release = models.ForeignKey(
        Release, on_delete=models.CASCADE, related_name="comments"
    )
    question = models.CharField(max_length=20)
    atom = models.CharField(max_length=400, blank=True)
    text = SealedTextField(scope="text", pad=SPEECH_PAD)
    screening = models.CharField(
        max_length=8, choices=Screening.choices, default=Screening.UNREAD
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]  # random ids: no order of arrival

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def sealed_review_id(self) -> int:
        return self.release.questionnaire.review_id
