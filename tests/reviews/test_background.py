"""Jobs: a lost ring is made good, a dead worker is noticed, and nothing runs for ever."""

import datetime as dt
from collections.abc import Callable, Iterator
from unittest import mock

import pytest
from django.utils import timezone

from reviews import background
from reviews.background import task
from reviews.models import Job, Review

HOUR = dt.timedelta(hours=1)


@task(resumable=True)
def resumes(subject: str, job: Job) -> None:
    job.set_progress(50)


@task()
def stops(subject: str, job: Job) -> None:
    job.set_progress(50)


@pytest.fixture
def rings() -> Iterator[list[int]]:
    rung: list[int] = []
    with mock.patch.object(background, "_ring", rung.append):
        yield rung


def dead_job(review: Review, name: str, attempts: int) -> Job:
    job = background.enqueue(f"{__name__}.{name}", review.pk, review=review)
    Job.objects.filter(pk=job.pk).update(
        state=Job.State.RUNNING,
        attempts=attempts,
        started_at=timezone.now() - HOUR,
    )
    return job


def test_ring_comes_after_the_transaction(
    review: Review,
    rings: list[int],
    django_capture_on_commit_callbacks: Callable[..., list[Callable[[], None]]],
) -> None:
    with django_capture_on_commit_callbacks() as callbacks:  # type: ignore[attr-defined]
        background.enqueue(f"{__name__}.stops", review.pk, review=review)
    assert rings == []

    for callback in callbacks:
        callback()

    assert len(rings) == 1


def test_lost_ring_is_rung_again(review: Review, rings: list[int]) -> None:
    job = background.enqueue(f"{__name__}.stops", review.pk, review=review)

    background.sweep(at=timezone.now() + HOUR)

    assert rings == [job.pk]


def test_dead_worker_of_a_resumable_task_is_followed_by_another(
    review: Review, rings: list[int]
) -> None:
    job = dead_job(review, "resumes", attempts=1)

    background.sweep(at=timezone.now())

    job.refresh_from_db()
    assert job.state == Job.State.QUEUED


def test_poison_task_is_given_up(review: Review, rings: list[int]) -> None:
    job = dead_job(review, "resumes", attempts=3)

    background.sweep(at=timezone.now())

    job.refresh_from_db()
    assert (job.state, job.error_code) == (Job.State.FAILED, "STOPPED")


def test_dead_worker_of_other_tasks_is_shown_to_a_person(
    review: Review, rings: list[int]
) -> None:
    job = dead_job(review, "stops", attempts=1)

    background.sweep(at=timezone.now())

    job.refresh_from_db()
    assert (job.state, job.error_code) == (Job.State.FAILED, "STOPPED")


def test_retry_queues_a_failed_job_once(review: Review, rings: list[int]) -> None:
    job = dead_job(review, "stops", attempts=1)
    background.sweep(at=timezone.now())
    job.refresh_from_db()

    background.retry(job, at=timezone.now())

    job.refresh_from_db()
    assert job.state == Job.State.QUEUED
