"""Background work of this app: sheets are screened; cases go on the day of what people said."""

from django.utils import timezone

from casemapping import domain
from casemapping.domain import screening
from reviews.background import task
from reviews.models import Job, Review


@task(resumable=True)
def screen_sheets(subject: str, job: Job) -> None:
    screening.screen_sheets(review=Review.objects.get(pk=subject))


@task(resumable=True)
def nightly(subject: str, job: Job) -> None:
    now = timezone.now()
    for review in Review.objects.all():
        day = review.today(now)
        if review.outlives_what_was_said(day):
            domain.forget_cases(review=review, on=day)
