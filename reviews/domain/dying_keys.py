"""Each key of a review dies on its day, and with it every copy of what it sealed.

The rows go first, by the app that has them. A night in which something is left tries again.
"""

from __future__ import annotations

import datetime as dt

from reviews import apps_above
from reviews.models import Review, Stage
from reviews.secrets import keystore
from reviews.secrets.sealing import key_name


def destroy_due(*, at: dt.datetime) -> None:
    """The keys of what people said, once its time is over and nothing is left that it opens."""
    for review in Review.objects.all():
        # Of before keys by purpose: all that it sealed stands under others.
        _destroy("text", review)
        today = review.today(at)
        if review.outlives_what_was_said(today) and not is_speech_left(review):
            _destroy("speech", review)
        if review.stage == Stage.CLOSED:
            _destroy("sources", review)
            _destroy("sources-public", review)


def is_speech_left(review: Review) -> bool:
    return review.speak_requests.exists() or any(
        module.is_left(review) for module in apps_above.modules("speech")
    )


def _destroy(scope: str, review: Review) -> None:
    name = key_name(scope, review.pk)
    if keystore.exists(name):
        keystore.destroy(name)
