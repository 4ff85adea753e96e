"""Results of the self-test."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from questionnaires.models.questionnaire import Questionnaire


class Proof(models.Model):
    """What a self-test found: attacks on made-up people, with the day on which they ran."""

    questionnaire = models.ForeignKey(
        Questionnaire, on_delete=models.CASCADE, related_name="proofs"
    )
    on = models.DateField()
    passed = models.BooleanField()
    # database, people, chance, limit, tries, kinds: [{kind, tries, best, naive}]
    values = models.JSONField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-pk"]

    def __str__(self) -> str:
        return f"{self.on}: {'passed' if self.passed else 'failed'}"
