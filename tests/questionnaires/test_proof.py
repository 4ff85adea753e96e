"""The self-test: it finds nobody, it would find somebody, and nothing of it is left."""

import datetime as dt
import random
from collections.abc import Callable

import pytest
from django.apps import apps
from django.core import mail
from django.test import Client
from django.utils import timezone

import feedback.reading
from feedback.rules import report
from questionnaires import evidence, tasks
from questionnaires.domain import releasing
from questionnaires.models import Proof, Questionnaire
from questionnaires.proof import proving, rehearsal
from questionnaires.rules.attacks import Kind
from reviews.domain import rehearsals
from reviews.models import Job, Review, Stage, User
from reviews.secrets import keystore
from tests.make import put_ahead
from tests.make_questionnaires import (
    answer_by,
    close_and_release,
    make_open,
    make_questionnaire,
    run_jobs,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def questionnaire(review: Review, manager: User) -> Questionnaire:
    put_ahead(review)
    return make_questionnaire(review, by=manager)


@pytest.fixture
def one_game(monkeypatch: pytest.MonkeyPatch) -> None:
    """One game instead of three: the full size is played by ``make adversarial``."""
    monkeypatch.setattr(rehearsal, "GAMES", 1)


def running_job() -> Job:
    return Job.objects.create(
        kind=Questionnaire.PROVES,
        state=Job.State.RUNNING,
        queued_at=timezone.now(),
        started_at=timezone.now(),
    )


def play(questionnaire: Questionnaire, job: Job) -> Proof:
    return proving.prove(
        questionnaire=questionnaire,
        job=job,
        at=timezone.now(),
        today=timezone.localdate(),
    )


def numbers_of_rows() -> dict[str, int]:
    """Every table of ours and the queue's, with how many rows it has."""
    return {
        model._meta.db_table: model._base_manager.count()
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
    }


@pytest.mark.slow
def test_nobody_is_found_and_nothing_is_left_but_the_dated_result(
    questionnaire: Questionnaire, manager: User, one_game: None
) -> None:
    keys, rows = keystore.names(), numbers_of_rows()

    proving.ask_for_proof(questionnaire=questionnaire, by=manager, at=timezone.now())
    run_jobs()

    proof = questionnaire.proofs.get()
    after = numbers_of_rows()
    changed = {
        name: after[name] - rows[name] for name in rows if after[name] != rows[name]
    }
    assert Job.objects.get().state == Job.State.DONE
    assert (proof.passed, proof.on) == (True, timezone.localdate())
    assert {each["kind"] for each in proof.values["kinds"]} == set(Kind)
    assert {each["naive"] for each in proof.values["kinds"]} == {20}
    assert keystore.names() == keys
    # The result, the job, who started it and that it ended; rings for the queue, which are numbers.
    rings = changed.pop("django_q_ormq")
    assert rings == 1 + 2
    assert changed == {
        "questionnaires_proof": 1,
        "reviews_job": 1,
        "reviews_auditevent": 2,
    }
    assert mail.outbox == []


class Unshuffled(random.SystemRandom):
    """What a careless change would do to the release."""

    def shuffle(self, x: object) -> None:
        """Leave everything in the order in which it came."""


@pytest.mark.slow
def test_answers_released_in_the_order_of_their_coming_are_found_out(
    questionnaire: Questionnaire, monkeypatch: pytest.MonkeyPatch, one_game: None
) -> None:
    careless = type("careless", (), {"SystemRandom": Unshuffled})
    monkeypatch.setattr(releasing, "random", careless)

    proof = play(questionnaire, running_job())

    best = {each["kind"]: each["best"] for each in proof.values["kinds"]}
    assert not proof.passed
    assert best[Kind.TIME] == best[Kind.PAIR] == 20


def leave_one(review: Review, job: Job) -> Review:
    """What a worker leaves that is killed in the middle of a game."""
    left = rehearsals.make(review, job, stage=Stage.LEAD_IN)
    rehearsal._open(left, User(full_name="Rehearsal"))
    return left


@pytest.mark.slow
def test_what_a_killed_worker_left_goes_at_night_with_its_keys(
    questionnaire: Questionnaire,
) -> None:
    keys = set(keystore.names())
    dead, alive = running_job(), running_job()
    left = leave_one(questionnaire.review, dead)
    of_the_dead = set(keystore.names()) - keys
    played = leave_one(questionnaire.review, alive)
    Job.objects.filter(pk=dead.pk).update(state=Job.State.FAILED)

    tasks.nightly("", Job())

    assert [each.pk for each in Review.rehearsals.all()] == [played.pk]
    assert len(of_the_dead) == 14
    assert of_the_dead.isdisjoint(keystore.names())
    assert not Review.rehearsals.filter(pk=left.pk).exists()
    Job.objects.filter(pk=alive.pk).update(state=Job.State.FAILED)
    tasks.nightly("", Job())
    assert Review.rehearsals.count() == 0
    assert set(keystore.names()) == keys


@pytest.mark.slow
def test_a_job_that_is_tried_again_first_removes_what_it_left(
    questionnaire: Questionnaire, one_game: None
) -> None:
    job = running_job()
    left = leave_one(questionnaire.review, job)

    play(questionnaire, job)

    assert not Review.rehearsals.filter(pk=left.pk).exists()
    assert Review.rehearsals.count() == 0


@pytest.mark.slow
def test_a_rehearsal_is_in_no_list_and_opens_to_nobody(
    questionnaire: Questionnaire,
    manager: User,
    sign_in: Callable[[User], Client],
) -> None:
    desk = sign_in(manager)
    before = desk.get("/").content
    audited = numbers_of_rows()["reviews_auditevent"]
    left = leave_one(questionnaire.review, running_job())
    made_up = Questionnaire.objects.get(review=left)

    tasks.nightly("", Job())

    made_up.refresh_from_db()
    assert desk.get("/").content.count(b"Rehearsal") == before.count(b"Rehearsal") == 0
    assert not Review.objects.filter(pk=left.pk).exists()
    for where in ("", f"questionnaires/{made_up.pk}/", "results/"):
        assert desk.get(f"/reviews/{left.pk}/{where}").status_code == 404
    assert made_up.state == Questionnaire.State.OPEN
    assert numbers_of_rows()["reviews_auditevent"] == audited
    assert mail.outbox == []


# The page


def address(questionnaire: Questionnaire, page: str = "") -> str:
    where = (
        f"/reviews/{questionnaire.review_id}/questionnaires/{questionnaire.pk}/proof/"
    )
    return f"{where}{page}"


def kept(questionnaire: Questionnaire, *, best: int = 5, passed: bool = True) -> Proof:
    return Proof.objects.create(
        questionnaire=questionnaire,
        on="2012-12-03",
        passed=passed,
        values={
            "database": "SQLite",
            "people": 60,
            "chance": 3,
            "limit": 13,
            "tries": 280,
            "kinds": [
                {"kind": "order", "tries": 44, "best": best, "naive": 60},
                {"kind": "logs", "tries": 0, "best": 0, "naive": 60},
                {"kind": "search", "tries": 60, "best": 0, "naive": 60},
            ],
        },
    )


def test_the_manager_starts_it_once_and_sees_that_it_runs(
    questionnaire: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    desk = sign_in(manager)

    before = desk.get(address(questionnaire)).content.decode()
    running = desk.post(address(questionnaire, "run/"), follow=True).content.decode()
    again = desk.post(address(questionnaire, "run/")).content.decode()

    assert "Run the self-test" in before
    assert "The self-test is running (0%)" in running
    assert "The self-test is running already" in again
    assert Job.objects.filter(kind=Questionnaire.PROVES).count() == 1


def test_result_stands_beside_the_naive_design_and_above_earlier_ones(
    questionnaire: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    kept(questionnaire, best=30, passed=False)
    kept(questionnaire)

    page = sign_in(manager).get(address(questionnaire)).content.decode()

    assert "In 280 tries nothing did better than luck." in page
    assert "3 December 2012, on SQLite" in page
    assert "By the order in which rows are stored" in page
    assert "5 of 60" in page
    assert page.count("60 of 60") == 3
    assert "nothing to go by" in page
    assert "more than luck" not in page
    assert "3 December 2012: The test did not pass." in page


def test_a_result_beyond_luck_says_what_to_do(
    questionnaire: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    kept(questionnaire, best=30, passed=False)

    page = sign_in(manager).get(address(questionnaire)).content.decode()

    assert "30 of 60: more than luck" in page
    assert "do not open the questionnaire" in page


def test_a_peer_reads_the_result_and_cannot_start_it(
    questionnaire: Questionnaire, member_peer: User, sign_in: Callable[[User], Client]
) -> None:
    kept(questionnaire)
    tablet = sign_in(member_peer)

    page = tablet.get(address(questionnaire)).content.decode()
    started = tablet.post(address(questionnaire, "run/"))

    assert "In 280 tries nothing did better than luck." in page
    assert "Run the self-test" not in page
    assert started.status_code == 403


def test_a_draft_has_it_among_its_tasks(
    questionnaire: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    desk = sign_in(manager)
    where = address(questionnaire).removesuffix("proof/")

    before = desk.get(where).content.decode()
    kept(questionnaire)
    after = desk.get(where).content.decode()

    assert "Not tested yet" in before
    assert "In 280 tries nothing did better than luck. 3 December 2012" in after


def test_a_test_that_stopped_says_that_nothing_is_left(
    questionnaire: Questionnaire,
    manager: User,
    monkeypatch: pytest.MonkeyPatch,
    sign_in: Callable[[User], Client],
) -> None:
    def stops(*args: object, **kwargs: object) -> None:
        raise rehearsal.Stuck

    monkeypatch.setattr(rehearsal, "_game", stops)
    desk = sign_in(manager)
    desk.post(address(questionnaire, "run/"))

    run_jobs()

    page = desk.get(address(questionnaire)).content.decode()
    assert "stopped before its end. What is left of it is removed at night" in page
    assert Review.rehearsals.count() == questionnaire.proofs.count() == 0
    assert Job.objects.get().sentence.endswith("Run it again.")


@pytest.mark.slow
def test_the_report_tells_of_the_last_test_if_it_passed(
    review: Review, manager: User
) -> None:
    questionnaire = make_open(review, by=manager)
    kept(questionnaire)
    answer_by(questionnaire, 30)
    close_and_release(questionnaire, by=manager)

    [passed] = feedback.reading.material_of(
        review, number=1, made_on=review.day_zero
    ).surveys
    kept(questionnaire, passed=False)
    [failed] = evidence.council_summaries(review)

    assert passed.self_test == report.SelfTest(dt.date(2012, 12, 3), people=60, ways=3)
    assert failed.self_test is None
