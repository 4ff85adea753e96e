"""Whether what people said in a review is still there, and what pages say once it is not."""

import datetime as dt

from reviews import apps_above
from reviews.models import Review
from reviews.pages import say
from reviews.refusals import Refusal
from reviews.secrets import keystore
from reviews.secrets.sealing import key_name


class SpeechGone(Refusal):
    """Nothing that people say can be taken in any more: the key that would seal it is destroyed."""

    sentence = (
        "What people said in this review has been destroyed on its day, so nothing of the kind can "
        "be added any more."
    )


def is_gone(review: Review) -> bool:
    """Its key is destroyed. The rows go some time before, in the same night."""
    return not keystore.exists(key_name("speech", review.pk))


def is_left(review: Review) -> bool:
    """Whether any row of it is there, or waits to be opened into one."""
    return review.speak_requests.exists() or any(
        module.is_left(review) for module in apps_above.modules("speech")
    )


def must_be_heard(review: Review) -> None:
    """Raises SpeechGone."""
    if is_gone(review):
        raise SpeechGone


def gone_words(review: Review, today: dt.date) -> str:
    """For a page that would show it; "" while its day is to come."""
    if not review.outlives_what_was_said(today):
        return ""
    until = "the review was closed"
    if today >= review.words_until:
        until = say.day(review.words_until)
    if is_gone(review):
        return f"What people said was kept until {until}, and has been destroyed."
    return f"What people said was to be kept until {until}. It is being destroyed."
