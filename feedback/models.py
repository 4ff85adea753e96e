"""Findings, the excerpts they rest on, and the report's versions. No note and no comment is here.

An excerpt names the evidence it paraphrases by a random key; who proposed it is known only until
somebody else has cleared it, and who cleared it never.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar

from django.conf import settings
from django.db import models

from reviews.evidence_item import Kind
from reviews.models import Job, Review
from reviews.secrets.sealing import (
    Sealed,
    SealedBytesField,
    SealedJSONField,
    SealedTextField,
)

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager

REPORT_PAD = 16384


class Finding(models.Model):
    """What the team says of one theme: a strength, or something to consider further."""

    class Type(models.TextChoices):
        STRENGTH = "strength", "Strength"
        AREA = "area", "Area for further consideration"
        PRACTICE = "practice", "Practice worth sharing"

    class Sources(models.TextChoices):
        """How many independent sources the notes of one side come from, as a word alone."""

        UNKNOWN = "", "Not counted yet"
        FEW = "few", "Under 3 sources"
        ENOUGH = "enough", "3 or more sources"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="findings"
    )
    theme = models.CharField(max_length=20)
    kind = models.CharField(max_length=8, choices=Type.choices)
    position = models.PositiveSmallIntegerField()
    title = SealedTextField(scope="report")
    text = SealedTextField(scope="report")
    consider = SealedTextField(scope="report", default="")
    # Numbers of the council's key questions that this finding helps to answer.
    key_questions = models.JSONField(default=list)
    agreed = models.BooleanField(default=False)
    # Why the leader agreed it although it rests on one kind of source.
    reason = SealedTextField(scope="report", null=True)
    # It was agreed, and what the leader agreed to has changed since.
    to_agree_again = models.BooleanField(default=False)
    sources = models.CharField(
        max_length=6, choices=Sources.choices, default=Sources.UNKNOWN, blank=True
    )
    source_classes = models.PositiveSmallIntegerField(default=0)
    # The same of the notes that speak against it.
    sources_against = models.CharField(
        max_length=6, choices=Sources.choices, default=Sources.UNKNOWN, blank=True
    )
    source_classes_against = models.PositiveSmallIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)

    if TYPE_CHECKING:
        excerpts: RelatedManager[Excerpt]

    class Meta:
        ordering: ClassVar[list[str]] = ["theme", "position"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=models.Q(kind__in=["strength", "area", "practice"]),
                name="finding_kind_known",
            )
        ]

    def __str__(self) -> str:
        return f"Finding {self.pk}"

    @property
    def sealed_review_id(self) -> int:
        return self.review_id

    def has_enough(self, *, against: bool) -> bool:
        """Whether the notes of that side were counted as coming from 3 sources or more."""
        counted = self.sources_against if against else self.sources
        return counted == self.Sources.ENOUGH

    @property
    def theme_title(self) -> str:
        return self.review.pack.theme(self.theme).title


class Excerpt(models.Model):
    """One piece of evidence in the team's own words, resting under a finding."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    finding = models.ForeignKey(
        Finding, on_delete=models.CASCADE, related_name="excerpts"
    )
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="excerpts"
    )
    evidence_key = models.CharField(max_length=60)
    kind = models.CharField(max_length=8, choices=[(k.value, k.value) for k in Kind])
    source_class = models.CharField(max_length=200, blank=True)
    # None once what people said is destroyed.
    text = SealedTextField(scope="speech", null=True)
    # Of a figure or a learning point, which the report prints: it outlives what people said.
    kept = SealedTextField(scope="report", null=True)
    against = models.BooleanField(default=False)
    cleared = models.BooleanField(default=False)
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["finding", "evidence_key"],
                name="evidence_once_under_a_finding",
            ),
            models.CheckConstraint(
                condition=models.Q(cleared=False) | models.Q(proposed_by__isnull=True),
                name="cleared_excerpt_forgets_its_proposer",
            ),
        ]

    def __str__(self) -> str:
        return f"Excerpt {self.pk}"

    @property
    def sealed_review_id(self) -> int:
        return self.review_id

    @property
    def words(self) -> str:
        """What it says, while there is something."""
        return str(self.text or self.kept or "")


class ReportText(models.Model):
    """The team's words for one section of the report, or for one key question."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="report_texts"
    )
    section = models.CharField(max_length=40)
    text = SealedTextField(scope="report", default="")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar[list[str]] = ["section"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["review", "section"], name="report_section_once"
            )
        ]

    def __str__(self) -> str:
        return f"Text of {self.section}"

    @property
    def sealed_review_id(self) -> int:
        return self.review_id


class ReportVersion(models.Model):
    """A report frozen as it stood on one day. Its content never changes; a new one is built."""

    class State(models.TextChoices):
        PREPARING = "preparing", "Being prepared"
        READY = "ready", "Ready"
        FAILED = "failed", "Could not be made"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="report_versions"
    )
    number = models.PositiveSmallIntegerField()
    content = SealedJSONField(scope="report", pad=REPORT_PAD)
    state = models.CharField(
        max_length=9, choices=State.choices, default=State.PREPARING
    )
    sentence = models.CharField(max_length=400, blank=True)
    job = models.ForeignKey(
        Job, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    made_on = models.DateField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    approved_on = models.DateField(null=True, blank=True)
    issued_on = models.DateField(null=True, blank=True)
    pdf = SealedBytesField(scope="report", null=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering: ClassVar[list[Any]] = ["-number"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["review", "number"], name="report_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True, approved_on__isnull=True)
                | models.Q(approved_by__isnull=False, approved_on__isnull=False),
                name="report_approver_and_day_together",
            ),
            models.CheckConstraint(
                condition=models.Q(issued_on__isnull=True)
                | models.Q(approved_on__isnull=False, state="ready"),
                name="issued_report_is_approved_and_ready",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="ready") | models.Q(pdf__isnull=False),
                name="ready_report_has_its_pdf",
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.number}"

    @property
    def sealed_review_id(self) -> int:
        return self.review_id

    @property
    def has_failed(self) -> bool:
        """Also when the worker was stopped so often that the job was given up."""
        return self.state == self.State.FAILED or (
            self.state == self.State.PREPARING
            and self.job is not None
            and self.job.state == Job.State.FAILED
        )

    def sealed_pdf(self, drawn: bytes) -> Sealed:
        """As it stands in the column: for a query that writes it in one state of the row alone."""
        return ReportVersion._meta.get_field("pdf").close(self, drawn)

    @property
    def is_ready(self) -> bool:
        return self.state == self.State.READY
