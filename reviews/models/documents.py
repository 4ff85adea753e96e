"""Documents that a review asks for, what was uploaded, and who has read it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models

from reviews.models.review import Agency, Membership, Review
from reviews.secrets.sealing import SealedTextField

if TYPE_CHECKING:
    from django_stubs_ext.db.models.manager import RelatedManager


class Need(models.TextChoices):
    """The order in which peers read."""

    MUST = "must", "Must read"
    SHOULD = "should", "Should read"
    REFERENCE = "reference", "For reference"


class DocumentRequest(models.Model):
    """Something that the council or each agency is asked for."""

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="document_requests"
    )
    code = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    themes = models.JSONField(default=list)
    need = models.CharField(max_length=10, choices=Need.choices, default=Need.SHOULD)
    owner_role = models.CharField(max_length=20)
    # Without one, the council answers or, for agency leads, each agency for itself.
    agency = models.ForeignKey(
        Agency, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    due_on = models.DateField()
    # Days from the first on-site day: who moves the visit moves what is asked for.
    offset_days = models.SmallIntegerField()
    # The last day that whoever owes it was reminded of it.
    reminded_on = models.DateField(null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1)

    if TYPE_CHECKING:
        documents: RelatedManager[Document]
        nones: RelatedManager[NoSuchDocument]

    class Meta:
        ordering: ClassVar[list[str]] = ["code", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["review", "code"], name="document_request_code_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


class NoSuchDocument(models.Model):
    """One of those who were asked says that they have no such document, and why.

    Without an agency it is the council's answer.
    """

    request = models.ForeignKey(
        DocumentRequest, on_delete=models.CASCADE, related_name="nones"
    )
    agency = models.ForeignKey(
        Agency, on_delete=models.CASCADE, null=True, blank=True, related_name="+"
    )
    because = models.CharField(max_length=300)

    class Meta:
        ordering: ClassVar[list[str]] = ["pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["request", "agency"], name="no_such_document_once_an_agency"
            ),
            models.UniqueConstraint(
                fields=["request"],
                condition=models.Q(agency=None),
                name="no_such_document_once_for_the_council",
            ),
        ]

    def __str__(self) -> str:
        return f"None of {self.request_id}"


class TitleScreening(models.TextChoices):
    UNREAD = "unread", "Not looked at yet"
    CLEAR = "clear", "Nothing found"
    MARKED = "marked", "May name somebody"
    CLEARED = "cleared", "Looked at"


class Document(models.Model):
    """One document with all its versions. Without an agency it is the team's own."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="documents"
    )
    request = models.ForeignKey(
        DocumentRequest,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="documents",
    )
    agency = models.ForeignKey(
        Agency, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    title = models.CharField(max_length=200)
    themes = models.JSONField(default=list)
    need = models.CharField(max_length=10, choices=Need.choices, default=Need.REFERENCE)
    # Of a title that somebody typed who is not of the team; what comes of it is the team's alone.
    screening = models.CharField(
        max_length=7, choices=TitleScreening.choices, default=TitleScreening.CLEAR
    )
    # What the team calls it instead; whoever sent it in goes on reading their own title.
    team_title = models.CharField(max_length=200, blank=True)

    if TYPE_CHECKING:
        versions: RelatedManager[DocumentVersion]

    class Meta:
        ordering: ClassVar[list[str]] = ["title", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def waits(self) -> bool:
        """The team reads its title with names hidden until somebody has looked."""
        return self.screening in (TitleScreening.UNREAD, TitleScreening.MARKED)


class DocumentVersion(models.Model):
    """One uploaded file. It is kept sealed outside the database under a random name."""

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        DOCX = "docx", "Word document"
        XLSX = "xlsx", "Excel workbook"
        PNG = "png", "Picture (PNG)"
        JPG = "jpg", "Picture (JPEG)"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="document_versions"
    )
    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="versions"
    )
    # Numbered when it is taken; 0 while its uploader has not confirmed it.
    number = models.PositiveSmallIntegerField(default=0)
    name = SealedTextField(scope="files")
    kind = models.CharField(max_length=4, choices=Kind.choices)
    size = models.PositiveIntegerField()
    stored_as = models.CharField(max_length=64, unique=True)
    # What was found in its text, by rule: {"nhs number": 2}.
    marks = models.JSONField(default=dict)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    uploaded_by_name = models.CharField(max_length=200)
    uploaded_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-number", "-uploaded_at"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["document", "number"],
                condition=models.Q(number__gt=0),
                name="document_version_number_once",
            )
        ]

    def __str__(self) -> str:
        return f"Version {self.number} of {self.document_id}"

    @property
    def sealed_review_id(self) -> int:
        return self.review_id

    @property
    def is_taken(self) -> bool:
        return self.number > 0


class DocumentRead(models.Model):
    """A peer's own tick. It has no time, and nobody but the peer sees whose it is."""

    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="document_reads"
    )
    document = models.ForeignKey(
        Document, on_delete=models.CASCADE, related_name="reads"
    )
    membership = models.ForeignKey(
        Membership, on_delete=models.CASCADE, related_name="document_reads"
    )

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["document", "membership"], name="document_read_once"
            )
        ]

    def __str__(self) -> str:
        return f"Tick {self.pk}"
