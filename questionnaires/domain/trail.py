"""What the audit trail says of a questionnaire as a whole; of answers it says next to nothing."""

import datetime as dt
from typing import Any

from questionnaires.models import Questionnaire
from reviews.models import User
from reviews.trail import audit


def record(
    action: str,
    questionnaire: Questionnaire,
    by: User | None,
    at: dt.datetime,
    **detail: Any,
) -> None:
    audit.record(
        action,
        review=questionnaire.review,
        by=by,
        at=at,
        object_kind="questionnaire",
        object_id=questionnaire.pk,
        detail=detail,
    )
