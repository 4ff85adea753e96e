"""Background work of questionnaires: open, send, count, release. An id in, one domain call."""

import datetime as dt

from django.utils import timezone

from questionnaires.domain import answering, inviting, proving, releasing, sending
from questionnaires.models import Questionnaire
from questionnaires.proof import rehearsal
from reviews import background
from reviews.background import task
from reviews.models import Job

# Below the queue's own limit of 120 s; the rest goes on in a job of its own.
LONGEST = dt.timedelta(seconds=80)


def _load(subject: str) -> Questionnaire:
    return Questionnaire.objects.select_related("review").get(pk=subject)


@task(resumable=True)
def open_links(subject: str, job: Job) -> None:
    inviting.open_links(questionnaire=_load(subject), at=timezone.now())


@task(resumable=True)
def send_invitations(subject: str, job: Job) -> None:
    questionnaire = _load(subject)
    if job.attempts > 1:
        sending.settle_unknown(questionnaire=questionnaire)
    until = dt.datetime.now(dt.UTC) + LONGEST
    if not sending.send_waiting(questionnaire=questionnaire, until=until, job=job):
        background.enqueue(job.kind, subject, review=questionnaire.review)


@task(resumable=True)
def count_finally(subject: str, job: Job) -> None:
    answering.count_turnout(questionnaire=_load(subject), final=True)


@task(resumable=True)
def release(subject: str, job: Job) -> None:
    releasing.release(questionnaire=_load(subject), today=timezone.localdate())


@task(resumable=True)
def prove(subject: str, job: Job) -> None:
    questionnaire, now = _load(subject), timezone.now()
    proving.prove(
        questionnaire=questionnaire,
        job=job,
        at=now,
        today=questionnaire.review.today(now),
    )


@task(resumable=True)
def nightly(subject: str, job: Job) -> None:
    """Close what is due, count turnout, finish releases, forget addresses and words."""
    now = timezone.now()
    today = timezone.localdate(now)
    rehearsal.remove_leftovers()
    real = Questionnaire.objects.filter(review__rehearsal=None)
    for questionnaire in real.filter(state=Questionnaire.State.OPEN).select_related(
        "review"
    ):
        day = questionnaire.review.today(now)
        if answering.is_closing_time(questionnaire, day):
            releasing.close(questionnaire=questionnaire, by=None, at=now)
        else:
            answering.count_turnout(questionnaire=questionnaire)
    for questionnaire in real.filter(state=Questionnaire.State.RELEASED).select_related(
        "review"
    ):
        day = questionnaire.review.today(now)
        if releasing.is_time_to_forget(questionnaire, day):
            releasing.forget_words(questionnaire=questionnaire, on=day)
    releasing.sweep(today=today)
    releasing.forget_addresses(today=today)
