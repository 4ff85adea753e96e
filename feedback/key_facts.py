"""When a report was first approved and first issued: on it depends when keys die."""

from typing import Any

from django.db.models import Min

from feedback.models import ReportVersion
from reviews.models import Review


def known(review: Review) -> dict[str, Any]:
    return ReportVersion.objects.filter(review=review).aggregate(
        approved_on=Min("approved_on"), issued_on=Min("issued_on")
    )
