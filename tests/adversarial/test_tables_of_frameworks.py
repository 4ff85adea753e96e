"""Tables that are not ours: sign-ins, counters, queue, jobs. None ties a person to something said."""

import datetime as dt
import json
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.utils import timezone
from django_q.models import OrmQ, Schedule, Success, Task
from pytest_django.fixtures import Settings

from questionnaires.domain.screening_comments import fingerprint
from questionnaires.models import Comment
from reviews import background, tasks
from reviews.models import Job, Review, Stage, User
from tests.make import move
from tests.make_questionnaires import run_jobs
from tests.make_results import add_comments, make_released, voices
from tests.make_scheduling import make_notes, make_session

CANARY = "the canary of the third floor"
# What a session may hold: who it is, by which factor, since when and how lately.
KNOWN = {
    "_auth_user_id",
    "_auth_user_backend",
    "_auth_user_hash",
    "account_authentication_methods",
    "second_factor_set",
    "signed_in_at",
    "seen_at",
    "idle_limit",
}


def everything_in_sessions() -> str:
    return json.dumps([row.get_decoded() for row in Session.objects.all()])


def test_a_session_says_who_is_signed_in_and_nothing_of_what_they_wrote_or_read(
    review: Review,
    manager: User,
    analyst: User,
    member_peer: User,
    sign_in: Callable[[User], Client],
) -> None:
    """A note is written, notes are gathered, a comment is screened: its words and its number."""
    session = make_session(
        move(review, Stage.ON_SITE), by=manager, peers=[member_peer, analyst]
    )
    peer, desk, reader = (sign_in(each) for each in (member_peer, manager, analyst))
    base = f"/reviews/{review.pk}/"
    peer.get(f"{base}my-day/")
    written = peer.post(
        f"{base}timetable/{session.pk}/note/",
        {"kind": "strength", "text": CANARY, "themes": ["T1"], "version": 0},
    )
    make_notes(session, [member_peer, analyst], [f"{CANARY} {n}" for n in range(5)])
    desk.post(f"{base}notes/gather/")
    release = make_released(
        review, by=manager, groups={"POL/front-line": voices(12, favourable=6)}
    )
    [comment] = add_comments(release, [CANARY], screening=Comment.Screening.MASKED)
    move(review, Stage.REPORTING)
    number = release.questionnaire_id
    page = f"{base}questionnaires/{number}/comments/{comment.pk}/screen/"
    seen = reader.get(page)
    asked = reader.post(
        page, {"text": f"{CANARY}, reworded", "seen": fingerprint(comment)}
    )

    assert (written.status_code, asked.status_code) == (302, 302)
    assert seen.status_code == 200
    rows = [row.get_decoded() for row in Session.objects.all()]
    assert len(rows) >= 3
    for row in rows:
        assert set(row) <= KNOWN, set(row) - KNOWN
    # The control: the search finds what stands there.
    assert str(member_peer.pk) in everything_in_sessions()
    assert CANARY not in everything_in_sessions()
    assert str(comment.pk) not in everything_in_sessions()


def test_the_queue_holds_numbers_of_jobs_and_keeps_nothing_of_what_is_done(
    review: Review, manager: User, analyst: User, member_peer: User
) -> None:
    session = make_session(
        move(review, Stage.ON_SITE), by=manager, peers=[member_peer, analyst]
    )
    make_notes(session, [member_peer, analyst], [f"{CANARY} {n}" for n in range(5)])
    background.enqueue("feedback.tasks.nightly", review.pk, review=review)
    run_jobs()

    assert not Task.objects.exists()
    assert not Success.objects.exists()
    assert {each.func for each in Schedule.objects.all()} <= {
        "reviews.background.tick",
        "reviews.background.night",
    }
    for ring in OrmQ.objects.all():
        assert ring.task()["func"] == "reviews.background.run"
        assert all(isinstance(each, int) for each in ring.task()["args"])
    assert Job.objects.exists()
    allowed = {str(review.pk), ""}
    assert {job.subject for job in Job.objects.filter(kind__startswith="feedback")} <= (
        allowed
    )


def test_jobs_of_days_before_keep_the_day_and_those_of_today_their_hour(
    review: Review,
) -> None:
    kinds = ("reviews.tasks.send_messages", "reviews.tasks.nightly")
    old, new = (background.enqueue(kind, review=review) for kind in kinds)
    noon = timezone.localtime().replace(hour=12, minute=34, second=56)
    for job, at in ((old, noon - dt.timedelta(days=2)), (new, noon)):
        Job.objects.filter(pk=job.pk).update(
            state=Job.State.DONE, queued_at=at, started_at=at, ended_at=at
        )

    background.forget_hours(before=noon.replace(hour=0, minute=0, second=0))

    old.refresh_from_db()
    new.refresh_from_db()
    day = (noon - dt.timedelta(days=2)).date()
    for moment in (old.queued_at, old.started_at, old.ended_at):
        assert moment is not None
        local = timezone.localtime(moment)
        assert (local.date(), local.hour, local.minute) == (day, 0, 0)
    assert new.ended_at is not None
    assert timezone.localtime(new.ended_at).minute == 34


@pytest.fixture
def cache_in_the_database(db: None, settings: Settings) -> None:
    settings.CACHES = {
        **settings.CACHES,
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache",
        },
    }
    call_command("createcachetable", verbosity=0)


def rows_of_cache() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM cache ORDER BY cache_key")
        return [str(row[0]) for row in cursor.fetchall()]


def test_counters_of_sign_ins_go_when_their_time_is_over(
    cache_in_the_database: None,
) -> None:
    """Django deletes what is over only when it is asked for again, or the table is full."""
    cache = caches["default"]
    cache.set("of-today", 1, timeout=3600)
    cache.set("of-last-week", 1, timeout=-60)
    cache.set("of-an-address", [1], timeout=3600)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cache SET expires = %s WHERE cache_key LIKE %s",
            [
                connection.ops.adapt_datetimefield_value(
                    timezone.now().replace(microsecond=0) - dt.timedelta(days=7)
                ),
                "%an-address",
            ],
        )
    assert any("an-address" in key for key in rows_of_cache())

    tasks.forget_counts()

    left = rows_of_cache()
    assert any("of-today" in key for key in left)
    assert not any("an-address" in key for key in left)


def test_a_respondent_counts_nowhere_and_signs_nothing(
    cache_in_the_database: None, review: Review, manager: User
) -> None:
    before = rows_of_cache(), Session.objects.count()

    for where in ("/q/0123456789abcdefghjkmnpqrs", "/q/kept", "/q/questions/1"):
        Client().get(where)

    assert (rows_of_cache(), Session.objects.count()) == before
