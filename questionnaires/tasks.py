"""Background work of questionnaires: open, send, count, release. An id in, one domain call."""

import datetime as dt

from django.utils import timezone

from questionnaires.domain import (
    answering,
    bouncing,
    forgetting,
    inviting,
    listing,
    posting,
    releasing,
)
from questionnaires.files import importer
from questionnaires.models import PendingImport, Questionnaire
from questionnaires.proof import proving
from reviews import background
from reviews.background import task
from reviews.domain import rehearsals
from reviews.models import Job, Review


def _load(subject: str) -> Questionnaire:
    return Questionnaire.objects.select_related("review").get(pk=subject)


@task(resumable=True)
def read_list(subject: str, job: Job) -> None:
    """Read an uploaded list; what is wrong with the file as a whole is kept for its uploader."""
    pending = listing.pending_of(job)
    if pending is None or pending.state != PendingImport.State.READING:
        return
    questionnaire = pending.questionnaire
    try:
        found = importer.read(
            pending.file,
            review=questionnaire.review,
            known=inviting.addresses(questionnaire),
            only=listing.agency_of(questionnaire, pending.uploaded_by),
            progress=job.set_progress,
        )
    except importer.SheetRefused as refusal:
        listing.refuse_list(pending=pending, sentence=str(refusal))
    else:
        listing.keep_reading(
            pending=pending,
            rows=found.rows,
            faults=[(f.row, f.column, f.sentence, f.stops) for f in found.faults],
            ignored=found.ignored,
        )


@task(resumable=True)
def add_list(subject: str, job: Job) -> None:
    pending = listing.pending_of(job)
    if pending is not None:
        listing.add_confirmed(pending=pending, at=timezone.now())


@task(resumable=True)
def open_links(subject: str, job: Job) -> None:
    inviting.open_links(
        questionnaire=_load(subject), at=timezone.now(), progress=job.set_progress
    )


@task(resumable=True)
def send_invitations(subject: str, job: Job) -> None:
    questionnaire = _load(subject)
    if not posting.send_waiting(questionnaire=questionnaire, job=job):
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
    rehearsals.remove_leftovers()
    real = Questionnaire.objects.filter(review__rehearsal=None)
    for questionnaire in real.filter(state=Questionnaire.State.OPEN).select_related(
        "review"
    ):
        day = questionnaire.review.today(now)
        if questionnaire.review.outlives_what_was_said(day):
            continue  # its answers are destroyed below, whether or not it was to close today
        if answering.is_closing_time(questionnaire, day):
            releasing.close(questionnaire=questionnaire, by=None, at=now)
        else:
            answering.count_turnout(questionnaire=questionnaire)
    for review in Review.objects.filter(questionnaires__isnull=False).distinct():
        forgetting.forget_what_is_due(review=review, at=now)
    listing.forget_pending(today=today)
    releasing.sweep(today=today)


def each_minute(*, at: dt.datetime) -> None:
    """Take in what came back, and carry on with what waits to be sent."""
    posting.look_after(at=at)
    bouncing.fetch()
    bouncing.resolve()
