"""Keys in a database of their own keep the same promises as keys in a directory."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.fixtures import Settings

from reviews.mail import mailer
from reviews.mail.kinds import ANNOUNCEMENT
from reviews.models import Review, User
from reviews.secrets import keystore
from reviews.secrets.keystore import DatabaseStore, DirectoryStore, KeyExists, KeyGone
from reviews.secrets.sealing import key_name
from tests.make import make_review

Store = DatabaseStore | DirectoryStore


@pytest.fixture(params=["directory", "database"])
def store(
    request: pytest.FixtureRequest,
    db: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Store:
    if request.param == "directory":
        return DirectoryStore(tmp_path / "keys")
    monkeypatch.setattr(DatabaseStore, "alias", "default")
    return DatabaseStore()


def test_what_is_stored_comes_back_and_is_listed(store: Store) -> None:
    store.write("review-2-text", b"two")
    store.write("review-1-text", b"one")

    assert store.read("review-1-text") == b"one"
    assert store.names() == ["review-1-text", "review-2-text"]


def test_stored_key_is_never_overwritten(store: Store) -> None:
    store.write("review-1-text", b"first")

    with pytest.raises(KeyExists):
        store.write("review-1-text", b"second")

    assert store.read("review-1-text") == b"first"


def test_removed_key_is_gone_and_removing_it_again_is_no_error(store: Store) -> None:
    store.write("review-1-text", b"one")

    store.remove("review-1-text")
    store.remove("review-1-text")

    assert store.names() == []
    with pytest.raises(KeyGone):
        store.read("review-1-text")


def test_a_key_that_was_being_overwritten_is_gone(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever destroys it is killed half-way: nobody reads it, and the next try ends it."""
    settings.KEYSTORE_DIR = tmp_path / "keys"
    keystore.create("review-1-people")
    keystore.create("installation-public", worker_only=True)

    def killed(path: Path, *, missing_ok: bool = False) -> None:
        raise KeyboardInterrupt

    for name in ("review-1-people", "installation-public"):
        assert keystore.exists(name)
        with monkeypatch.context() as broken:
            broken.setattr(Path, "unlink", killed)
            with pytest.raises(KeyboardInterrupt):
                keystore.destroy(name)
        assert not keystore.exists(name)
        with pytest.raises(KeyGone):
            keystore.read(name)
        assert name in keystore.names()

        keystore.destroy(name)

        assert name not in keystore.names()


def test_making_sure_of_a_key_twice_keeps_the_first(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keystore, "_store", lambda: store)

    keystore.ensure("installation-secrets")
    first = keystore.read("installation-secrets")
    keystore.ensure("installation-secrets")

    assert keystore.read("installation-secrets") == first
    assert keystore.exists("installation-secrets")


def test_two_who_make_sure_of_a_key_at_once_end_with_one(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keystore, "_store", lambda: store)
    keystore.create("installation-secrets")
    first = keystore.read("installation-secrets")
    monkeypatch.setattr(keystore, "exists", lambda name: False)  # looked too early

    keystore.ensure("installation-secrets")

    assert keystore.read("installation-secrets") == first


def test_within_a_block_a_key_is_fetched_once_and_afterwards_it_is_not_known(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keystore, "_store", lambda: store)
    keystore.create("review-1-text")

    with keystore.held():
        with keystore.held():
            value = keystore.read("review-1-text")
        # Another process destroys it.
        store.remove("review-1-text")
        assert keystore.read("review-1-text") == value

    with pytest.raises(KeyGone):
        keystore.read("review-1-text")


def test_a_page_fetches_each_key_once_and_the_next_page_asks_again(
    sign_in: Callable[[User], Client],
    manager: User,
    review: Review,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("first", "second"):
        to = f"{name}@agency.example"
        mailer.queue(review=review, kind=ANNOUNCEMENT, to=to, subject=name, text="-")
    client = sign_in(manager)
    address = reverse("reviews:outbox", args=[review.pk])
    fetched: Counter[str] = Counter()
    fetch = keystore._fetch
    monkeypatch.setattr(
        keystore, "_fetch", lambda name: fetched.update([name]) or fetch(name)
    )

    assert client.get(address).status_code == 200
    assert fetched
    assert set(fetched.values()) == {1}
    assert client.get(address).status_code == 200
    assert set(fetched.values()) == {2}


def test_keys_that_a_killed_start_left_behind_stand_in_nobodys_way(
    review: Review, manager: User
) -> None:
    """Its number is given again, since its rows never held; what those keys sealed is nowhere."""
    name = key_name("people", review.pk + 1)
    keystore.create(name)
    left = keystore.read(name)

    new = make_review(manager=manager)

    assert new.pk == review.pk + 1
    assert keystore.read(name) != left
