"""Addresses of a questionnaire's pages."""

from django.urls import reverse

from questionnaires.models import Questionnaire


def page(questionnaire: Questionnaire, name: str, *more: int) -> str:
    return reverse(
        f"questionnaires:{name}",
        args=[questionnaire.review_id, questionnaire.pk, *more],
    )
