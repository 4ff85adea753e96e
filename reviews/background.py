"""Background work: the only door to django-q2.

A ``Job`` row is the truth and the queue a doorbell: both brokers then behave alike, a lost ring
is made good by the sweep, and a task that kills its worker is not tried for ever. Nothing but a
job's number enters the queue, and no exception leaves ``run``: django-q2 keeps both in clear.
"""

import datetime as dt
import logging
from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import cast

from django.db import transaction
from django.db.models import F
from django.db.models.functions import TruncDay
from django.utils import timezone
from django_q.models import Schedule
from django_q.tasks import async_task

from reviews.models import Job, Review
from reviews.refusals import Refusal

logger = logging.getLogger(__name__)

Task = Callable[[str, Job], None]

# A ring older than this was lost; a run older than this outlived the queue's own timeout.
LOST_AFTER = dt.timedelta(minutes=1)
DEAD_AFTER = dt.timedelta(minutes=5)
MOST_ATTEMPTS = 3

# Called each minute with the moment, in this order.
EACH_MINUTE = (
    "reviews.mail.mailer.send_what_waits",
    "questionnaires.tasks.each_minute",
)

# Started once a night. Names, not functions: the apps stand above this module.
NIGHTLY = (
    "questionnaires.tasks.nightly",
    "casemapping.tasks.nightly",
    "scheduling.tasks.nightly",
    "feedback.tasks.nightly",
    "reviews.tasks.nightly",
)


class TaskFailed(Exception):
    """A task ended with this code. It carries nothing else."""


def task(*, resumable: bool = False) -> Callable[[Task], Task]:
    """Mark a function as one that a job may run.

    ``resumable``: after a killed worker it is started again, up to three times; otherwise the
    job ends as "stopped" and a person decides.
    """

    def decorate(function: Task) -> Task:
        function.resumable = resumable  # type: ignore[attr-defined]
        return function

    return decorate


def enqueue(task: str, subject: int | str = "", *, review: Review | None) -> Job:
    """Have a worker run ``task`` (a dotted name) on ``subject`` once this transaction holds.

    ``subject`` is the number of a review, questionnaire or report version, or empty.
    """
    job = Job.objects.create(
        kind=task, subject=str(subject), review=review, queued_at=timezone.now()
    )
    transaction.on_commit(partial(_ring, job.pk))
    return job


def _ring(job_id: int) -> None:
    try:
        async_task("reviews.background.run", job_id)
    except Exception:
        # The broker is away. The job stands in the database; the sweep rings again.
        logger.error("queue unreachable", extra={"code": "QUEUE_DOWN"})


def resolve(name: str) -> Task:
    """The function of a dotted name. Raises TaskFailed unless it is marked ``@task``."""
    module, _, function = name.rpartition(".")
    found = getattr(import_module(module), function, None)
    if not hasattr(found, "resumable"):
        raise TaskFailed("UNKNOWN_TASK")
    return cast(Task, found)


def run(job_id: int) -> None:
    """What the worker calls. Takes the job if nobody else did, and never raises."""
    taken = Job.objects.filter(pk=job_id, state=Job.State.QUEUED).update(
        state=Job.State.RUNNING,
        attempts=F("attempts") + 1,
        started_at=timezone.now(),
    )
    if not taken:
        return
    code = sentence = ""
    try:
        job = Job.objects.get(pk=job_id)
        resolve(job.kind)(job.subject, job)
    except Refusal as refusal:
        code, sentence = type(refusal).__name__, str(refusal)
    except TaskFailed as failure:
        code = str(failure)
    except Exception as error:  # the text may quote what people said
        code = type(error).__name__
    if code:
        logger.error("job failed", extra={"code": code, "job": job_id})
    Job.objects.filter(pk=job_id).update(
        state=Job.State.FAILED if code else Job.State.DONE,
        error_code=code[:60],
        sentence=sentence[:400],
        ended_at=timezone.now(),
        **({} if code else {"progress": 100}),
    )


def forget_hours(*, before: dt.datetime) -> None:
    """Of jobs that ended before then the day stays: nobody waits for them any more."""
    Job.objects.filter(ended_at__lt=before).update(
        queued_at=TruncDay("queued_at"),
        started_at=TruncDay("started_at"),
        ended_at=TruncDay("ended_at"),
    )


def sweep(*, at: dt.datetime) -> None:
    """Ring again for jobs whose ring was lost, and settle those whose worker died."""
    dead = Job.objects.filter(state=Job.State.RUNNING, started_at__lt=at - DEAD_AFTER)
    for job in dead:
        again = resolve(job.kind).resumable  # type: ignore[attr-defined]
        if again and job.attempts < MOST_ATTEMPTS:
            values = {"state": Job.State.QUEUED, "queued_at": at}
        else:
            values = {
                "state": Job.State.FAILED,
                "error_code": "STOPPED",
                "ended_at": at,
            }
        Job.objects.filter(pk=job.pk, state=Job.State.RUNNING).update(**values)
    lost = Job.objects.filter(state=Job.State.QUEUED, queued_at__lte=at - LOST_AFTER)
    for job in lost:
        Job.objects.filter(pk=job.pk).update(queued_at=at)
        _ring(job.pk)


def tick() -> None:
    """Each minute, from the queue's own schedule. Never raises, as ``run`` does not."""
    now = timezone.now()
    sweep(at=now)
    for name in EACH_MINUTE:
        module, _, function = name.rpartition(".")
        try:
            getattr(import_module(module), function)(at=now)
        except Exception as error:  # the text may quote what people said
            code = type(error).__name__
            logger.error("minute failed", extra={"code": code})


def night() -> None:
    """Each night, from the queue's own schedule."""
    for name in NIGHTLY:
        enqueue(name, review=None)


def retry(job: Job, *, at: dt.datetime) -> None:
    """Queue a failed job once more, at a person's wish."""
    queued = Job.objects.filter(pk=job.pk, state=Job.State.FAILED).update(
        state=Job.State.QUEUED, error_code="", sentence="", queued_at=at
    )
    if queued:
        transaction.on_commit(partial(_ring, job.pk))


def ensure_schedules() -> None:
    """Make the two schedules; called when the worker starts. They exist in code only."""
    Schedule.objects.update_or_create(
        name="tick",
        defaults={
            "func": "reviews.background.tick",
            "schedule_type": Schedule.MINUTES,
            "minutes": 1,
            "repeats": -1,
        },
    )
    tonight = timezone.localtime().replace(hour=2, minute=30, second=0, microsecond=0)
    Schedule.objects.get_or_create(
        name="night",
        defaults={
            "func": "reviews.background.night",
            "schedule_type": Schedule.DAILY,
            "repeats": -1,
            "next_run": tonight + dt.timedelta(days=1),
        },
    )
