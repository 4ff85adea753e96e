"""How far the work behind a page has come, in one sentence and one bar."""

from __future__ import annotations

from django.db.models import Count

from questionnaires.models import PendingImport, Questionnaire
from reviews.models import Delivery, Job
from reviews.pages import say
from reviews.pages.progress import Work

State = Questionnaire.State
Sending = Questionnaire.Sending
OPENS = "questionnaires.tasks.open_links"
SENDS = "questionnaires.tasks.send_invitations"
RELEASES = "questionnaires.tasks.release"


def of_questionnaire(questionnaire: Questionnaire) -> Work | None:
    """What is going on behind a questionnaire's pages; None for nothing."""
    if questionnaire.state == State.OPENING:
        job = _job(questionnaire, OPENS)
        done = job.progress if job else 0
        percent = None if questionnaire.is_late else done
        return Work("Links are being made.", percent, _failed(job))
    if questionnaire.state == State.RELEASING:
        job = _job(questionnaire, RELEASES)
        return Work("The results are being released.", 0, _failed(job))
    if questionnaire.state == State.OPEN and questionnaire.is_sending:
        return _of_sending(questionnaire)
    return None


def of_list(pending: PendingImport) -> Work | None:
    """What is going on with an uploaded list; None once somebody has to look at it."""
    job = pending.job
    going_on = job is not None and not job.is_over
    if pending.state == PendingImport.State.READING and going_on and job:
        return Work("The list is being read.", job.progress)
    if pending.state == PendingImport.State.ADDING and going_on:
        number = say.counted(len(pending.rows), "person is", "people are")
        return Work(f"{number} being added to the list.", 0)
    return None


def _of_sending(questionnaire: Questionnaire) -> Work:
    trouble = _failed(_job(questionnaire, SENDS))
    if trouble:
        trouble += " It is tried again by itself every five minutes."
    if questionnaire.sending in Questionnaire.ASKED:
        return Work(f"{questionnaire.get_sending_display()}.", 0, trouble)
    if questionnaire.is_late:
        # Its list is secret, and how far messages have come tells how many there are.
        return Work("Messages of the late round are going out.", None, trouble)
    left = waiting(questionnaire)
    size = max(questionnaire.round_size, left)
    gone = size - left
    percent = 100 * gone // size if size else 100
    if questionnaire.letter == Questionnaire.Letter.REMINDER:
        # How many it goes to says how many have answered, and so does how far it has come.
        told = percent if questionnaire.remind_everybody else None
        return Work("The reminder is going out.", told, trouble)
    return Work(
        f"{gone:,} of {say.counted(size, 'message')} have gone out.", percent, trouble
    )


def waiting(questionnaire: Questionnaire) -> int:
    """Messages that have not gone yet, of the round that is going on."""
    found = questionnaire.invitations.filter(
        delivery_state__in=[Delivery.QUEUED, Delivery.SENDING]
    ).aggregate(n=Count("pk"))
    return int(found["n"])


def _job(questionnaire: Questionnaire, kind: str) -> Job | None:
    return Job.objects.filter(kind=kind, subject=str(questionnaire.pk)).first()


def _failed(job: Job | None) -> str:
    """Why the newest attempt came to nothing."""
    if job is None or job.state != Job.State.FAILED:
        return ""
    return job.sentence or "The work stopped in the middle. Nothing is lost."
