"""The cast that every test shares: a review with everybody on it, and a second review."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client, TransactionTestCase
from django.utils import timezone
from pytest_django.fixtures import Settings

from questionnaires import no_trace
from questionnaires.views import results
from reviews.models import AccessRole, Review, User
from reviews.trail import audit
from tests.make import make_membership, make_review, make_user

LOOPBACK = ("127.0.0.1", "::1", "localhost")


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


@pytest.fixture(autouse=True)
def own_places(tmp_path: Path, settings: Settings) -> None:
    """Keys and files of a test go with the test."""
    settings.VAR_DIR = tmp_path
    settings.KEYSTORE_DIR = tmp_path / "keystore"


@pytest.fixture(autouse=True)
def nobody_has_guessed_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins with no link tried."""
    monkeypatch.setattr(no_trace, "attempts", no_trace._Attempts())


@pytest.fixture(autouse=True)
def nothing_is_drawn_yet() -> None:
    """Rows of one test have the numbers of another's."""
    results._kept.clear()


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
