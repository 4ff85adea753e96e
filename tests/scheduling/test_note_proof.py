"""The self-test of notes: it measures, it would find something, and nothing of it is left."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews.domain import rehearsals
from reviews.models import AuditEvent, Job, Review, Stage, User
from reviews.secrets import keystore
from scheduling.domain import gathering
from scheduling.models import Note, NoteProof, Session
from scheduling.proof import game, proving
from tests.make import move
from tests.make_questionnaires import run_jobs

SignIn = Callable[[User], Client]


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def url(name: str, review: Review) -> str:
    return reverse(f"scheduling:{name}", args=[review.pk])


@pytest.fixture
def one_game(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proving, "GAMES", 1)


def running() -> Job:
    return Job.objects.create(
        kind="scheduling.tasks.prove_notes",
        state=Job.State.RUNNING,
        queued_at=timezone.now(),
    )


def test_it_is_run_at_a_press_and_says_shares_and_not_that_nobody_can(
    review: Review, manager: User, leader: User, sign_in: SignIn, one_game: None
) -> None:
    move(review, Stage.ON_SITE)
    client = sign_in(leader)
    before = words(client.get(url("notes-proof", review)))
    assert "It has not been run yet." in before
    people = User.objects.count()
    keys = set(keystore.names())

    client.post(url("notes-proof-run", review))
    waiting = words(client.get(url("notes-proof", review)))
    assert "The self-test is running (0%)" in waiting
    assert "Run the self-test" not in waiting
    again = client.post(url("notes-proof-run", review))
    assert "The self-test is running already" in words(again)
    run_jobs()

    proof = NoteProof.objects.get()
    page = words(client.get(url("notes-proof", review)))
    assert proof.passed
    assert "The best program led" in page
    assert "A careless design beside it" in page
    assert "nobody" not in page.lower()
    assert proof.values["naive"] > proof.values["each_night"]["best"]
    # Nothing made up is left.
    assert User.objects.count() == people
    assert set(keystore.names()) == keys
    assert not Review.rehearsals.exists()
    assert not Note.objects.exists()
    assert not Session.objects.exists()
    told = AuditEvent.objects.filter(action__startswith="notes.self_test")
    assert [event.action for event in told.order_by("pk")] == [
        "notes.self_test_started",
        "notes.self_test_ended",
    ]


def test_notes_in_the_order_of_the_week_are_found_out(
    review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: a gathering that wrote them down as the meetings were held."""
    mixed = gathering.mixed_notes

    def in_order(made: Review, *given: Any) -> Any:
        notes, renamed = mixed(made, *given)
        begins = {each.pk: each.begins for each in made.sessions.all()}
        notes.sort(key=lambda note: begins[game.truth(note.said.text)])
        return notes, renamed

    monkeypatch.setattr(gathering, "mixed_notes", in_order)

    proof = proving.prove(review=review, job=running(), at=timezone.now())

    assert not proof.passed
    night = proof.values["each_night"]
    assert night["best"] > night["limit"]


def test_notes_that_keep_their_ids_are_found_out(
    review: Review, monkeypatch: pytest.MonkeyPatch, one_game: None
) -> None:
    """The control: whoever has the copies of two nights follows a note by its key."""
    made = gathering._note
    keys: dict[str, Any] = {}

    def kept(review: Review, said: Any, source_class: str, box: bytes) -> Note:
        note = made(review, said, source_class, box)
        note.pk = keys.setdefault(said.text, note.pk)
        return note

    monkeypatch.setattr(gathering, "_note", kept)

    proof = proving.prove(review=review, job=running(), at=timezone.now())

    assert not proof.passed
    assert proof.values["found_again"] > 100


def test_what_a_killed_worker_left_is_taken_away_with_its_people(
    review: Review,
) -> None:
    people, keys = User.objects.count(), set(keystore.names())
    job = running()
    left = rehearsals.make(review, job, stage=Stage.ON_SITE)
    rehearsals.make_peer(left, role="OP")
    assert rehearsals.remove_leftovers() == 0
    Job.objects.filter(pk=job.pk).update(state=Job.State.FAILED)

    assert rehearsals.remove_leftovers() == 1

    assert (User.objects.count(), set(keystore.names())) == (people, keys)


def test_only_who_leads_the_review_runs_it_and_the_team_reads_it(
    review: Review,
    manager: User,
    member_peer: User,
    organiser: User,
    sign_in: SignIn,
) -> None:
    move(review, Stage.ON_SITE)
    peer = sign_in(member_peer)
    assert peer.get(url("notes-proof", review)).status_code == 200
    assert "Run the self-test" not in words(peer.get(url("notes-proof", review)))
    assert peer.post(url("notes-proof-run", review)).status_code == 403
    host = sign_in(organiser)
    assert host.get(url("notes-proof", review)).status_code == 403
