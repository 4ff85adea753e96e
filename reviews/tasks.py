"""Background work of this app: sending ordinary messages, nightly tidying."""

import datetime as dt

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from reviews import domain, retention
from reviews.background import forget_hours, task
from reviews.domain import destroying, documents, dying_keys, idle, moving
from reviews.domain.documents import tidy_documents
from reviews.domain.performance import tidy_figures
from reviews.mail import mailer
from reviews.models import Job, Review
from reviews.trail import audit


@task(resumable=True)
def send_messages(subject: str, job: Job) -> None:
    review = Review.objects.get(pk=subject) if subject else None
    mailer.send_waiting(review=review)


def forget_counts() -> None:
    """Counters of sign-ins name addresses. Django leaves them in the table when their time is over."""
    if not settings.CACHES["default"]["BACKEND"].endswith("DatabaseCache"):
        return
    table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {table} WHERE expires < %s",  # noqa: S608 - the name is a setting
            # As the cache itself writes a moment.
            [connection.ops.adapt_datetimefield_value(timezone.now())],
        )


@task(resumable=True)
def screen_titles(subject: str, job: Job) -> None:
    documents.screen_titles(review=Review.objects.get(pk=subject))


@task(resumable=True)
def close_review(subject: str, job: Job) -> None:
    destroying.close(review=Review.objects.get(pk=subject), at=timezone.now)


@task(resumable=True)
def nightly(subject: str, job: Job) -> None:
    call_command("clearsessions")
    forget_counts()
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    forget_hours(before=today)
    audit.close_days(before=timezone.localdate())
    mailer.settle_unknown(before=timezone.now() - dt.timedelta(hours=1))
    lasts = dt.timedelta(seconds=settings.PASSWORD_RESET_TIMEOUT)
    mailer.forget_secrets(before=timezone.now() - lasts)
    mailer.forget_own_letters(before=timezone.now() - retention.OWN_LETTERS)
    domain.remind(at=timezone.now())
    tidy_documents(at=timezone.now())
    tidy_figures(at=timezone.now())
    moving.tidy(at=timezone.now())
    domain.forget_speak_requests(at=timezone.now())
    dying_keys.destroy_due(at=timezone.now())
    idle.tell_managers(at=timezone.now())
    destroying.nightly(at=timezone.now())
