"""T17: a task that fails tells the queue, the tables and the logs a code and nothing else."""

import logging
from typing import Any

import pytest
from django_q.models import Failure, OrmQ, Success
from django_q.models import Task as QueueTask

from reviews import background
from reviews.background import run, task
from reviews.models import Job, Review
from reviews.refusals import Refusal

CANARIES = ["heron.otter@example.org", "She said the plan stalled", "k3y-canary"]


@task()
def fails_with_words(subject: str, job: Job) -> None:
    raise ValueError(" / ".join(CANARIES))


@task()
def refuses(subject: str, job: Job) -> None:
    raise Refusal("The disk is full. Nothing was lost.")


@task()
def leaks_by_chain(subject: str, job: Job) -> None:
    try:
        raise KeyError(CANARIES[0])
    except KeyError as error:
        raise RuntimeError(CANARIES[1]) from error


def not_a_task(subject: str, job: Job) -> None:
    raise AssertionError("a function that is no task was run")


def everything_stored() -> str:
    rows: list[Any] = [
        *Job.objects.values(),
        *QueueTask.objects.values(),
        *Success.objects.values(),
        *Failure.objects.values(),
        *OrmQ.objects.values(),
    ]
    return repr(rows)


@pytest.mark.parametrize("name", ["fails_with_words", "leaks_by_chain"])
def test_failed_task_leaves_a_code_only(
    name: str, review: Review, caplog: pytest.LogCaptureFixture
) -> None:
    job = background.enqueue(f"{__name__}.{name}", review.pk, review=review)

    with caplog.at_level(logging.DEBUG):
        run(job.pk)

    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert job.error_code in ("ValueError", "RuntimeError")
    assert job.sentence == ""
    for canary in CANARIES:
        assert canary not in everything_stored()
        assert canary not in caplog.text


def test_control_a_bare_exception_would_have_leaked(
    caplog: pytest.LogCaptureFixture, review: Review
) -> None:
    """The control: without the wrapper the words do reach the log."""
    job = Job(kind="x")
    with caplog.at_level(logging.DEBUG):
        try:
            fails_with_words("", job)
        except ValueError:
            logging.getLogger("control").exception("failed")

    assert CANARIES[0] in caplog.text


def test_refusal_keeps_its_sentence_for_the_page(review: Review) -> None:
    job = background.enqueue(f"{__name__}.refuses", review.pk, review=review)

    run(job.pk)

    job.refresh_from_db()
    assert job.sentence == "The disk is full. Nothing was lost."


def test_unmarked_function_is_never_run(review: Review) -> None:
    job = background.enqueue(f"{__name__}.not_a_task", review.pk, review=review)

    run(job.pk)

    job.refresh_from_db()
    assert job.error_code == "UNKNOWN_TASK"


def test_second_worker_leaves_a_taken_job_alone(review: Review) -> None:
    job = background.enqueue(f"{__name__}.refuses", review.pk, review=review)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING)

    run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.RUNNING, 0)
