"""The cast that every test shares: a review with everybody on it, and a second review."""

import gc
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.db import connection
from django.test import Client, TransactionTestCase
from django.utils import timezone
from pytest_django.fixtures import Settings
from pytest_django.plugin import DjangoDbBlocker

from questionnaires import no_trace
from reviews.models import AccessRole, AuditEvent, Review, User
from reviews.pages import once
from reviews.trail import audit
from tests import quick_age, template_database, trail_details
from tests.make import make_membership, make_review, make_user
from tests.sizes import LONG, examples

LOOPBACK = ("127.0.0.1", "::1", "localhost")
# Where a test that asks for no database would find one, in a process that it starts.
NOWHERE = "postgres://nobody@127.0.0.1:1/none"

# Nobody's patience is tested: a machine may be busy.
hypothesis.settings.register_profile("ours", max_examples=examples(100), deadline=None)
hypothesis.settings.load_profile("ours")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what can meet a database, which is all that runs again on PostgreSQL.

    Nobody chooses, so nothing is forgotten: every test that asks for the database is marked, and
    pages too, because it is their queries that order and compare. To the others pytest-django
    refuses it in this process, and ``own_places`` in a process that they start.
    """
    for item in items:
        asked = {"db", "transactional_db", "live_server"} & {*_fixtures(item)}
        if asked or item.get_closest_marker("django_db"):
            item.add_marker("database")
        if LONG:
            item.add_marker(pytest.mark.timeout(6 * 60 * 60), append=False)


def pytest_collection_finish() -> None:
    """The collector of garbage need not walk again and again through what was just collected."""
    gc.freeze()
    gc.set_threshold(10_000, 50, 100)


def _fixtures(item: pytest.Item) -> list[str]:
    return item.fixturenames if isinstance(item, pytest.Function) else []


@pytest.fixture
def db(db: None, request: pytest.FixtureRequest) -> None:
    """pytest-django's, also held to the mark where a test asks for it as it runs."""
    assert request.node.get_closest_marker("database"), "Mark this test django_db."


@pytest.fixture(autouse=True, scope="session")
def no_waiting_for_the_disk() -> Iterator[None]:
    """No test pulls the plug; each review writes five keys."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda file: None)
        yield


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Only this machine may be spoken to."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            assert address[0] in LOOPBACK, f"a test tried to reach {address[0]}"
        connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign,assignment]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def django_db_setup(
    django_test_environment: None,
    django_db_modify_db_settings: None,
    django_db_blocker: DjangoDbBlocker,
) -> Iterator[None]:
    """In place of pytest-django's, which would migrate in each process."""
    before = connection.settings_dict["NAME"]
    with django_db_blocker.unblock():
        template_database.copy()
    yield
    with django_db_blocker.unblock():
        connection.creation.destroy_test_db(before, verbosity=0)


@pytest.fixture(autouse=True)
def own_places(
    tmp_path: Path,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    """Keys and files of a test go with the test, and so does what a process keeps in its memory."""
    settings.VAR_DIR = tmp_path
    settings.KEYSTORE_DIR = tmp_path / "keystore"
    # No link was tried yet, and rows of one test have the numbers of another's.
    monkeypatch.setattr(no_trace, "attempts", no_trace._Attempts())
    once.forget_all()
    if not request.node.get_closest_marker("database"):
        monkeypatch.setenv("DATABASE_URL", NOWHERE)


@pytest.fixture(autouse=True, scope="session")
def trail_says_what_was_decided() -> Iterator[None]:
    """Whatever any test makes the trail say stands in the table of what it may say."""
    append = audit._append

    def checked(*, review_ref: int, **fields: Any) -> AuditEvent:
        trail_details.check(fields["action"], fields["detail"], count=fields["count"])
        return append(review_ref=review_ref, **fields)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(audit, "_append", checked)
        yield


@pytest.fixture(autouse=True)
def age_without_its_work(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not request.node.get_closest_marker("age"):
        quick_age.patch(monkeypatch)


@pytest.fixture(autouse=True, scope="session")
def audit_lets_tests_tidy_up() -> None:
    """Emptying tables after a transactional test would run into the append-only triggers."""
    tidy = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]

    def teardown(self: TransactionTestCase) -> None:
        with audit.without_triggers():
            tidy(self)

    TransactionTestCase._fixture_teardown = teardown  # type: ignore[attr-defined]


@pytest.fixture
def manager(db: None) -> User:
    return make_user("Morgan Vale", may_create_reviews=True)


@pytest.fixture
def review(manager: User) -> Review:
    """Trafford, at set-up; ``tests.make.move`` puts it at another stage."""
    return make_review(manager=manager)


@pytest.fixture
def other_manager(db: None) -> User:
    return make_user("Robin Hale", may_create_reviews=True)


@pytest.fixture
def other_review(other_manager: User) -> Review:
    return make_review(council="Ashmere Council", manager=other_manager)


@pytest.fixture
def outsider(other_review: Review, other_manager: User) -> User:
    """Manages the other review and has no part in this one."""
    return other_manager


def _member(access_role: AccessRole, role: str, name: str) -> Any:
    @pytest.fixture
    def member(review: Review) -> User:
        return make_membership(review, access_role, role=role, full_name=name).user

    return member


leader = _member(AccessRole.TL, "TL", "Leila Okafor")
analyst = _member(AccessRole.AP, "AP", "Anwen Pryce")
member_peer = _member(AccessRole.P, "MP", "Marcus Penhale")
officer_peer = _member(AccessRole.P, "OP", "Odette Parrish")
health_peer = _member(AccessRole.P, "HP", "Hamid Parvez")
specialist = _member(AccessRole.P, "SP", "Sian Pelham")
sponsor = _member(AccessRole.CS, "SPO", "Stella Ormerod")
organiser = _member(AccessRole.CC, "ORG", "Oscar Grantley")
partner = _member(AccessRole.PC, "AGL", "Agnes Lisle")


@pytest.fixture
def system_administrator(db: None) -> User:
    return make_user("Sam Administrator", is_system_administrator=True)


@pytest.fixture
def sign_in(settings: Settings) -> Callable[[User], Client]:
    """A browser in which somebody has signed in, second factor and all."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        session = client.session
        session["second_factor_set"] = True
        session["account_authentication_methods"] = [
            {"method": "password", "at": timezone.now().timestamp()}
        ]
        session.save()
        return client

    return signed_in
