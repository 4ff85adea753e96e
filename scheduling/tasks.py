"""Background work of this app: notes are gathered each night, people reminded of the day after."""

import datetime as dt

from django.utils import timezone

from reviews.background import task
from reviews.models import Job, Review, Stage
from reviews.secrets import keystore, remnants
from reviews.trail import audit
from scheduling.domain import gathering, notes, replies
from scheduling.models import Note, NoteDraft
from scheduling.models.notebooks import sources_key
from scheduling.proof import proving

# A review may be moved on twice in a day.
_AFTER_THE_VISIT = (Stage.REPORTING, Stage.FEEDBACK)


@task(resumable=True)
def prove_notes(subject: str, job: Job) -> None:
    """``subject`` is the review's number."""
    review = Review.objects.get(pk=subject)
    proving.prove(review=review, job=job, at=timezone.now())


@task(resumable=True)
def nightly(subject: str, job: Job) -> None:
    """Gather on site as usual; after the visit once more, and what is left is deleted.

    On the day of what people said notes and drafts go. Who is to be met tomorrow is reminded.
    """
    at = timezone.now()
    for review in Review.objects.all():
        day = review.today(at)
        if review.outlives_what_was_said(day):
            notes.forget_words(review=review, on=day)
            gathering.close_notebooks(review=review)
        elif review.stage in (Stage.ON_SITE, *_AFTER_THE_VISIT):
            _after_the_day(review, at=at)
    remnants.sweep(Note, NoteDraft)
    replies.remind(at=at)


def _after_the_day(review: Review, *, at: dt.datetime) -> None:
    # Once a report was approved no source can be sealed for a note any more.
    if review.stage != Stage.FEEDBACK or keystore.exists(sources_key(review)):
        gathering.gather(review=review, by=None, at=at)
    if review.stage in _AFTER_THE_VISIT:
        gathering.drop_leftovers(review=review)
        if audit.is_visit_open(review):
            audit.close_visit(review, on=review.today(at))
    gathering.close_notebooks(review=review)
