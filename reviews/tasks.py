"""Background work of this app: sending ordinary messages, nightly tidying."""

import datetime as dt

from django.core.management import call_command
from django.utils import timezone

from reviews import mailer
from reviews.background import task
from reviews.models import Job, Review


@task(resumable=True)
def send_messages(subject: str, job: Job) -> None:
    review = Review.objects.get(pk=subject) if subject else None
    mailer.send_waiting(review=review)


@task(resumable=True)
def nightly(subject: str, job: Job) -> None:
    call_command("clearsessions")
    mailer.settle_unknown(before=timezone.now() - dt.timedelta(hours=1))
