"""What the team wants to find out: hypotheses and first lines of enquiry."""

import uuid
from typing import ClassVar

from django.db import models

from reviews.models.review import Review
from reviews.secrets.sealing import SealedTextField


class Hypothesis(models.Model):
    """One of them, for one theme. It is the team's, nobody's own."""

    class Kind(models.TextChoices):
        HYPOTHESIS = "hypothesis", "Hypothesis"
        LINE = "line", "First line of enquiry"

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        AGREED = "agreed", "Agreed in the team call"

    class Basis(models.TextChoices):
        DOCUMENTS = "documents", "Documents"
        DATA = "data", "Performance information"
        QUESTIONNAIRE = "questionnaire", "Questionnaire"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    review = models.ForeignKey(
        Review, on_delete=models.CASCADE, related_name="hypotheses"
    )
    number = models.PositiveSmallIntegerField()
    theme = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    text = SealedTextField(scope="work", pad=1024)
    basis = models.JSONField(default=list)
    state = models.CharField(
        max_length=8, choices=State.choices, default=State.PROPOSED
    )
    version = models.PositiveIntegerField(default=1)

    class Meta:
        ordering: ClassVar[list[str]] = ["number", "pk"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.number}"

    @property
    def sealed_review_id(self) -> int:
        return self.review_id

    @property
    def basis_words(self) -> str:
        labels = dict(self.Basis.choices)
        return ", ".join(str(labels[each]) for each in self.basis if each in labels)
