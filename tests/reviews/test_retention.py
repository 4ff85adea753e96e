"""What people said is destroyed when we promised it, by the worker at night, and nothing sooner."""

import datetime as dt

import pytest
from django.utils import timezone

import casemapping.tasks
import questionnaires.tasks
import scheduling.tasks
from casemapping.models import CaseMap, CaseRecord
from questionnaires.models import Comment, Release, ReleasedAnswer
from reviews.domain import dying_keys
from reviews.models import AccessRole, AuditEvent, Job, Review, Stage, User
from reviews.secrets import keystore
from reviews.trail import audit
from scheduling.models import Note, SessionPerson
from tests.make import DAY_ZERO, make_membership, move
from tests.make_casemapping import make_case, make_event
from tests.make_questionnaires import answer_by, close_and_release, make_open
from tests.make_scheduling import make_notes, make_session

TASKS = (questionnaires.tasks, casemapping.tasks, scheduling.tasks)


def a_night() -> None:
    for app in TASKS:
        app.nightly("", Job(kind=f"{app.__name__}.nightly", queued_at=timezone.now()))


@pytest.fixture
def spoken(review: Review, manager: User) -> Review:
    """A review in which something of every kind was said."""
    peers = [make_membership(review, AccessRole.TL).user, manager]
    questionnaire = make_open(review, by=manager)
    answer_by(questionnaire, 12, comment="The door is open.")
    close_and_release(questionnaire, by=manager)
    make_event(make_case(review, by=manager), by=manager)
    session = make_session(review, by=manager, peers=peers)
    make_notes(session, peers, [f"Heard, number {n}." for n in range(5)])
    return review


def live_on(review: Review, day: dt.date, stage: Stage) -> None:
    """It is always ``day`` in this review, as in a demonstration."""
    Review.objects.filter(pk=review.pk).update(
        demonstration=True, demonstration_day=day
    )
    move(review, stage)


def left() -> dict[str, int]:
    return {
        "notes": Note.objects.count(),
        "comments": Comment.objects.count(),
        "answers": ReleasedAnswer.objects.count(),
        "cases": CaseMap.objects.exclude(status="purged").count(),
    }


def test_nothing_goes_before_six_weeks_are_over(spoken: Review) -> None:
    live_on(spoken, DAY_ZERO + dt.timedelta(days=41), Stage.FEEDBACK)

    a_night()

    assert left() == {"notes": 5, "comments": 12, "answers": 12, "cases": 1}


@pytest.mark.parametrize("stage", [Stage.PRE_SITE, Stage.ON_SITE, Stage.REPORTING])
def test_on_the_day_it_goes_at_whatever_stage_and_without_any_report(
    spoken: Review, stage: Stage
) -> None:
    """The day was printed; nobody was told that it waits for anything, nor its key."""
    speech = f"review-{spoken.pk}-speech"
    live_on(spoken, DAY_ZERO + dt.timedelta(days=41), stage)
    a_night()
    dying_keys.destroy_due(at=timezone.now())
    assert left() == {"notes": 5, "comments": 12, "answers": 12, "cases": 1}
    assert keystore.exists(speech)
    live_on(spoken, DAY_ZERO + dt.timedelta(days=42), stage)

    a_night()
    dying_keys.destroy_due(at=timezone.now())

    assert left() == {"notes": 0, "comments": 0, "answers": 0, "cases": 0}
    assert not keystore.exists(speech)
    assert not spoken.report_versions.exists()


def test_the_day_is_that_of_the_reviews_own_weeks(spoken: Review) -> None:
    Review.objects.filter(pk=spoken.pk).update(keep_words_weeks=2)
    live_on(spoken, DAY_ZERO + dt.timedelta(days=14), Stage.REPORTING)

    a_night()

    assert set(left().values()) == {0}


def test_after_six_weeks_all_that_was_said_is_gone_and_published_values_stay(
    spoken: Review,
) -> None:
    live_on(spoken, DAY_ZERO + dt.timedelta(days=42), Stage.FEEDBACK)

    a_night()
    a_night()

    assert left() == {"notes": 0, "comments": 0, "answers": 0, "cases": 0}
    assert Release.objects.get().values["questions"]
    audit.close_days(before=dt.date.max)
    said = AuditEvent.objects.filter(action__endswith="destroyed", count__gt=0)
    assert {(event.action, event.count) for event in said} == {
        ("notes.destroyed", 5),
        # To the nearest ten: with what else is known, the number would be that of the replies.
        ("comments_and_answers.destroyed", 20),
        ("cases.destroyed", 1),
    }
    assert {event.actor_ref for event in said} == {None}


def test_closing_a_review_destroys_at_once_and_forgets_who_was_met(
    spoken: Review,
) -> None:
    live_on(spoken, DAY_ZERO + dt.timedelta(days=20), Stage.CLOSED)

    a_night()

    assert left() == {"notes": 0, "comments": 0, "answers": 0, "cases": 0}
    assert not SessionPerson.objects.exists()
    assert not any(model.objects.exists() for model in CaseRecord.__subclasses__())
