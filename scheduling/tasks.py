"""Background work of this app: notes are gathered each night, people reminded of the day after."""

from django.utils import timezone

from reviews.background import task
from reviews.models import Job, Review, Stage
from scheduling.domain import notes, releases


@task(resumable=True)
def nightly(subject: str, job: Job) -> None:
    """Gather on site as usual; after the visit take what is ready and delete what is not.

    Who is to be met tomorrow is reminded.
    """
    at = timezone.now()
    visited = Review.objects.filter(stage__in=[Stage.ON_SITE, Stage.REPORTING])
    for review in visited:
        final = review.stage == Stage.REPORTING
        notes.gather(review=review, by=None, at=at, final=final)
        if final:
            notes.drop_leftovers(review=review, at=at)
        notes.close_notebooks(review=review)
    for review in Review.objects.filter(stage__gte=Stage.FEEDBACK):
        day = review.today(at)
        if review.outlives_what_was_said(day):
            notes.forget_words(review=review, on=day)
    releases.remind(at=at)
