"""A database of before: the weeks become the review's, and lists go under keys of their own."""

import datetime as dt
import json
import uuid
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.operations import RunPython
from pytest_django.plugin import DjangoDbBlocker

from questionnaires.models import Invitation, PendingImport, Questionnaire
from questionnaires.models.questionnaire import invitees_key
from reviews.models import Review
from reviews.secrets import keystore
from reviews.secrets.resealing import KeyMissing
from reviews.secrets.sealing import WrongSeal, key_name, seal, unseal
from tests import template_database

BEFORE = [
    ("reviews", "0015_titles_screened_for_the_team"),
    ("questionnaires", "0007_what_is_told"),
]
pytestmark = pytest.mark.slow
MIGRATION = "questionnaires.migrations.0008_days_of_death"


@pytest.fixture(scope="module")
def taken_back(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[str, Any]]:
    """A database as it was, with nothing in it, and the apps of then: made once, and copied."""
    today, name = connection.settings_dict["NAME"], f"{_name()}_before"
    with django_db_blocker.unblock():
        template_database.copy_to(name)
        template_database.turn_to(name)
        executor = MigrationExecutor(connection)
        for node in executor.loader.graph.nodes.values():
            for operation in node.operations:
                # What was sealed anew is not taken back, and here nothing was.
                if isinstance(operation, RunPython) and operation.reverse_code is None:
                    operation.reverse_code = RunPython.noop
        executor.migrate(BEFORE)
        template_database.turn_to(today)
    yield name, executor.loader.project_state(BEFORE).apps
    with django_db_blocker.unblock():
        template_database.remove(name)


@pytest.fixture
def before(transactional_db: None, taken_back: tuple[str, Any]) -> Iterator[Any]:
    """The apps as they were, on empty tables; afterwards the database is that of today again."""
    today, name = connection.settings_dict["NAME"], f"{_name()}_moved"
    old, apps = taken_back
    template_database.copy_of(old, name)
    template_database.turn_to(name)
    yield apps
    template_database.turn_to(today)
    template_database.remove(name)


def _name() -> str:
    """Of this process's test database; a file's path where it is SQLite."""
    return str(connection.settings_dict["NAME"]).removesuffix(".sqlite3")


def _to_today() -> None:
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def _review(apps: Any, number: int) -> Any:
    keystore.create(key_name("people", number))
    return apps.get_model("reviews", "Review").objects.create(
        pk=number,
        council="Trafford Council",
        programme="Review",
        day_zero=dt.date(2013, 2, 4),
        pack_code="p",
        pack_version="1",
        framework={},
        duty_contact="Duty team, 01632 960001",
        contact_name="Morgan Vale",
        contact_email="m@example.org",
    )


def _questionnaire(apps: Any, review: Any, weeks: int, state: str = "draft") -> Any:
    return apps.get_model("questionnaires", "Questionnaire").objects.create(
        review=review,
        title="T",
        introduction="I",
        scale=[],
        keep_words_weeks=weeks,
        state=state,
    )


def _old(model: str, field: str, pk: uuid.UUID, review: int, words: bytes) -> bytes:
    """As it stood before: under the review's key for people."""
    name = key_name("people", review)
    return seal(
        words,
        key=keystore.read(name),
        key_id=keystore.key_id(name),
        aad=f"questionnaires.{model}.{field}|{pk}|{review}".encode(),
        pad_to=512,
    )


def _invite(apps: Any, questionnaire: Any, name: str) -> uuid.UUID:
    pk, review = uuid.uuid4(), questionnaire.review_id
    apps.get_model("questionnaires", "Invitation").objects.create(
        pk=pk,
        questionnaire=questionnaire,
        leaf="POL/front-line",
        name=_old("invitation", "name", pk, review, name.encode()),
        email=_old("invitation", "email", pk, review, b"ada@pol.example"),
    )
    return pk


def _stored(model: Any, pk: uuid.UUID) -> bytes:
    return bytes(model.objects.values_list("name", flat=True).get(pk=pk))


def _pending(apps: Any, questionnaire: Any) -> uuid.UUID:
    pk, review = uuid.uuid4(), questionnaire.review_id
    user = apps.get_model("reviews", "User").objects.create(
        email=f"{pk}@example.org", full_name="Morgan Vale", password="!"
    )
    sealed = {
        field: _old("pendingimport", field, pk, review, json.dumps([field]).encode())
        for field in ("rows", "faults", "ignored")
    }
    apps.get_model("questionnaires", "PendingImport").objects.create(
        pk=pk,
        questionnaire=questionnaire,
        uploaded_by=user,
        uploaded_on=dt.date(2012, 11, 1),
        **sealed,
    )
    return pk


def test_the_least_that_people_were_told_becomes_the_reviews(before: Any) -> None:
    several, none = _review(before, 1), _review(before, 2)
    for weeks in (8, 3, 6):
        _questionnaire(before, several, weeks)
    longer = _review(before, 3)
    _questionnaire(before, longer, 12)

    _to_today()

    found = dict(Review.objects.values_list("pk", "keep_words_weeks"))
    assert found == {several.pk: 3, none.pk: 6, longer.pk: 12}
    assert not hasattr(Questionnaire.objects.first(), "keep_words_weeks")


def test_each_list_goes_under_a_key_of_its_own_and_says_what_it_said(
    before: Any,
) -> None:
    review = _review(before, 1)
    one, two = (_questionnaire(before, review, 6) for _ in range(2))
    ada, ben = _invite(before, one, "Ada Lark"), _invite(before, two, "Ben Reed")
    pending = _pending(before, one)
    old = _stored(before.get_model("questionnaires", "Invitation"), ada)

    _to_today()

    assert Invitation.objects.get(pk=ada).name == "Ada Lark"
    assert Invitation.objects.get(pk=ben).email == "ada@pol.example"
    found = PendingImport.objects.get(pk=pending)
    assert (found.rows, found.faults, found.ignored, found.file) == (
        *(["rows"], ["faults"], ["ignored"]),
        None,
    )
    # With the key of the one list nothing of the other opens, nor with that for people.
    keystore.destroy(invitees_key(one.pk))
    with pytest.raises(keystore.KeyGone):
        _ = Invitation.objects.get(pk=ada).name
    assert Invitation.objects.get(pk=ben).name == "Ben Reed"
    now = _stored(Invitation, ada)
    people = keystore.read(key_name("people", 1))
    aad = f"questionnaires.invitation.name|{ada}|1".encode()
    assert unseal(old, key=people, aad=aad) == b"Ada Lark"
    with pytest.raises(WrongSeal):
        unseal(now, key=people, aad=aad)


def test_a_list_that_was_forgotten_gets_no_key_and_one_that_may_still_grow_does(
    before: Any,
) -> None:
    review = _review(before, 1)
    released = _questionnaire(before, review, 6, state="released")
    draft = _questionnaire(before, review, 6)

    _to_today()

    assert not keystore.exists(invitees_key(released.pk))
    assert keystore.exists(invitees_key(draft.pk))


def test_without_the_key_it_refuses_and_nothing_is_changed(before: Any) -> None:
    review = _review(before, 1)
    ada = _invite(before, _questionnaire(before, review, 4), "Ada Lark")
    table = before.get_model("questionnaires", "Invitation")
    was = _stored(table, ada)
    kept = keystore.read(key_name("people", 1))
    keystore.destroy(key_name("people", 1))

    with pytest.raises(KeyMissing, match="The key review-1-people is missing"):
        _to_today()

    assert _stored(table, ada) == was
    old = before.get_model("questionnaires", "Questionnaire").objects.get()
    assert old.keep_words_weeks == 4
    # With the keystore that belongs to it, it goes through.
    keystore.create(key_name("people", 1), value=kept)
    _to_today()
    assert Invitation.objects.get(pk=ada).name == "Ada Lark"
    assert Review.objects.get().keep_words_weeks == 4


def test_killed_half_way_it_goes_on_where_it_was(
    before: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database takes all back; keys that were made meanwhile are used again."""
    review = _review(before, 1)
    questionnaire = _questionnaire(before, review, 6)
    people = [_invite(before, questionnaire, f"Person {n}") for n in range(3)]
    moved = import_module("reviews.secrets.resealing")._moved
    calls = []

    def killed(*args: Any, **values: Any) -> bytes:
        calls.append(1)
        if len(calls) > 3:
            raise KeyboardInterrupt
        sealed: bytes = moved(*args, **values)
        return sealed

    with monkeypatch.context() as patched:
        patched.setattr("reviews.secrets.resealing._moved", killed)
        with pytest.raises(KeyboardInterrupt):
            _to_today()
    first = keystore.read(invitees_key(questionnaire.pk))

    _to_today()

    assert keystore.read(invitees_key(questionnaire.pk)) == first
    assert {each.name for each in Invitation.objects.all()} == {
        f"Person {n}" for n in range(3)
    }
    assert len(people) == 3


def test_moving_twice_changes_nothing(before: Any) -> None:
    ada = _invite(before, _questionnaire(before, _review(before, 1), 6), "Ada Lark")
    _to_today()
    first = _stored(Invitation, ada)
    executor = MigrationExecutor(connection)
    today = executor.loader.project_state(executor.loader.graph.leaf_nodes()).apps

    import_module(MIGRATION).seal_lists(today, None)

    assert _stored(Invitation, ada) == first
