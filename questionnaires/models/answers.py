"""What comes in while a questionnaire is open: used links, sealed answers, sealed drafts."""

from __future__ import annotations

import uuid

from django.db import models

from questionnaires.models.questionnaire import Questionnaire


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
