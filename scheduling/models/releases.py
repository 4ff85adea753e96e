"""What is published of the week: releases, calendar addresses, and who can come."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models

from reviews.models import Membership, Review
from reviews.secrets.sealing import SealedJSONField, SealedTextField

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class SessionUid(models.Model):
    """By what calendars know a session: random, so that it says nothing and cannot be guessed."""

    session = models.OneToOneField(
        "scheduling.Session", on_delete=models.CASCADE, related_name="calendar_uid"
    )
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    def __str__(self) -> str:
        return "A session in calendars"


class TimetableRelease(models.Model):
    """The whole week as it was published. ``rows`` name people, so they are sealed, and go at close.

    ``mail``: for each group of readers the batch that waited in the outbox, or "sent".
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="timetable_releases"
    )
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=100)
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
    )
    rows = SealedJSONField(scope="people", pad=4096)
    mail = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar[list[str]] = ["-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["review", "number"], name="timetable_release_number_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.name}"

    @property
    def sealed_review_id(self) -> int:
        return self.review_id


class TimetableFeed(models.Model):
    """One member's secret address of their own sessions. Only its hash is kept."""

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="timetable_feeds"
    )
    membership = models.OneToOneField(
        Membership, on_delete=models.CASCADE, related_name="timetable_feed"
    )
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return "A calendar address"


class Invitee(models.Model):
    """Somebody who is to be met and has an address to write to. The link is derived, never kept.

    ``who`` is how the releases know the person.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="invitees"
    )
    who = SealedTextField(scope="people")
    token_hash = models.CharField(max_length=64, unique=True)

    if TYPE_CHECKING:
        replies: RelatedManager[Reply]

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]

    def __str__(self) -> str:
        return "Somebody who is to be met"

    @property
    def sealed_review_id(self) -> int:
        return self.review_id


class Reply(models.Model):
    """Whether somebody can come to one session. No moment: nothing hangs on when they said so."""

    class Answer(models.TextChoices):
        YES = "yes", "Can come"
        NO = "no", "Cannot come"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="meeting_replies"
    )
    invitee = models.ForeignKey(
        Invitee, on_delete=models.CASCADE, related_name="replies"
    )
    session = models.ForeignKey(
        "scheduling.Session", on_delete=models.CASCADE, related_name="replies"
    )
    # What was answered: a meeting that has moved since is asked about again.
    asked = models.CharField(max_length=40)
    answer = models.CharField(max_length=3, choices=Answer.choices)
    # When else they could; their own words.
    times = SealedTextField(scope="people", default="")

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["invitee", "session"], name="one_reply_a_person_and_session"
            )
        ]

    def __str__(self) -> str:
        return "A reply"

    @property
    def sealed_review_id(self) -> int:
        return self.review_id


class MeetingReminder(models.Model):
    """The people of that day were reminded; nobody is reminded twice."""

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="meeting_reminders"
    )
    day = models.DateField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["review", "day"], name="one_reminder_of_a_day"
            )
        ]

    def __str__(self) -> str:
        return f"Reminders of {self.day}"
