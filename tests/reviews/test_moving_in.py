"""Nothing of a file of a whole review is believed: each fault is a sentence, and nothing stays."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from reviews.domain import moving_in, taking_in
from reviews.domain.moving_in import (
    DamagedFile,
    NotAWholeReview,
    OtherVersion,
    TooLargeToTake,
    WrongPassphrase,
)
from reviews.domain.taking_in import take_in
from reviews.files import archive, store
from reviews.models import AccessRole, Review, Stage, User
from reviews.refusals import Refusal
from reviews.rules.moving import ROWS, TRAIL
from reviews.secrets import keystore
from tests.make import make_membership, make_review, make_user, move
from tests.make_documents import make_document
from tests.make_moving import Change, Whole, forged, inside, moved_out
from tests.make_questionnaires import make_questionnaire
from tests.make_scheduling import make_session

MANAGER = "morgan@example.org"


@pytest.fixture(scope="module")
def made(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[bytes, str]:
    """A file from another installation: of its rows nothing is in the database of the tests."""
    place = tmp_path_factory.mktemp("elsewhere")
    with (
        django_db_blocker.unblock(),
        override_settings(VAR_DIR=place, KEYSTORE_DIR=place / "keystore"),
        transaction.atomic(),
    ):
        manager = make_user("Morgan Vale", may_create_reviews=True)
        User.objects.filter(pk=manager.pk).update(email=MANAGER)
        review = make_review(manager=User.objects.get(pk=manager.pk))
        leader = make_membership(review, AccessRole.TL).user
        make_membership(review, AccessRole.CS)
        review = move(review, Stage.LEAD_IN)
        make_document(review, by=manager)
        make_session(review, by=manager, peers=[leader])
        make_questionnaire(review, by=manager)
        found = moved_out(review, manager)
        transaction.set_rollback(True)
    return found


@pytest.fixture(scope="module")
def files(made: tuple[bytes, str]) -> dict[str, bytes]:
    return inside(*made)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """The envelope is taken as opened, since opening takes a second: what is in it is looked at."""
    monkeypatch.setattr(archive, "unsealed", lambda content, words, wrong: content)


def refused(content: bytes, by: User, words: str = "acorn") -> Refusal:
    """Why it is not taken in; nothing of it is left."""
    keys, people = sorted(keystore.names()), User.objects.count()
    with pytest.raises(Refusal) as caught:
        take_in(content=content, passphrase=words, by=by, at=timezone.now())
    assert Review.objects.count() == 0
    assert sorted(keystore.names()) == keys
    assert User.objects.count() == people
    assert list(store.stored()) == []
    return caught.value


def row(whole: Whole, label: str, number: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = whole["rows"][label][number]
    return found


def put(label: str, name: str, value: Any) -> Change:
    return lambda whole: row(whole, label).update({name: value})


# --- the control, and the envelope ----------------------------------------------------------------


def test_the_file_as_it_is_is_taken_in(
    made: tuple[bytes, str], files: dict[str, bytes], manager: User
) -> None:
    """The control of every refusal below: unchanged it is taken in, in its envelope."""
    content, words = made
    review = take_in(
        content=content, passphrase=f" {words.upper()} ", by=manager, at=timezone.now()
    )

    assert Review.objects.get().pk == review.pk
    assert len(list(store.stored())) == 1


def test_and_out_of_its_envelope_too(
    files: dict[str, bytes], manager: User, opened: None
) -> None:
    take_in(
        content=forged(files, lambda whole: None),
        passphrase="acorn",
        by=manager,
        at=timezone.now(),
    )

    assert Review.objects.count() == 1


def test_envelopes_that_do_not_open(made: tuple[bytes, str], manager: User) -> None:
    content, words = made

    assert isinstance(refused(content, manager), WrongPassphrase)
    assert isinstance(refused(b"{}", manager), NotAWholeReview)
    assert isinstance(refused(b"", manager), NotAWholeReview)
    changed = content[:-9] + bytes([content[-9] ^ 1]) + content[-8:]
    assert "damaged" in str(refused(changed, manager, words))
    assert "damaged" in str(refused(content[:-100], manager, words))


def test_an_archive_of_a_close_is_another_file(manager: User, opened: None) -> None:
    content = archive.packed({"review.json": b"{}", "trail.json": b"[]"})
    assert isinstance(refused(content, manager), NotAWholeReview)
    content = archive.packed({"report.pdf": b"%PDF-"})
    assert isinstance(refused(content, manager), NotAWholeReview)


def test_a_bomb_is_not_unpacked(manager: User, opened: None) -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as whole,
        whole.open("contents.json", "w") as file,
    ):
        for _ in range(260):
            file.write(bytes(1_000_000))

    assert len(out.getvalue()) < 1_000_000
    assert isinstance(refused(out.getvalue(), manager), TooLargeToTake)


def test_too_large_is_not_even_opened(
    manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(moving_in, "MOST_SEALED", 10)
    assert isinstance(refused(bytes(11), manager), TooLargeToTake)


# --- its form -------------------------------------------------------------------------------------


def test_other_versions_say_which_side_is_behind(
    files: dict[str, bytes], manager: User, opened: None
) -> None:
    def newer(whole: Whole) -> None:
        whole["columns"]["feedback"] = "9999_of_tomorrow"

    def older(whole: Whole) -> None:
        whole["columns"]["feedback"] = "0001_initial"

    found = refused(forged(files, newer), manager)
    assert isinstance(found, OtherVersion)
    assert "Have this installation updated" in str(found)
    found = refused(forged(files, older), manager)
    assert "Have the installation that it comes from updated" in str(found)
    found = refused(forged(files, lambda whole: whole.update(version=2)), manager)
    assert "newer" in str(found)


def test_a_trail_with_a_changed_line_is_refused(
    files: dict[str, bytes], manager: User, opened: None
) -> None:
    trail = json.loads(files[TRAIL])
    changes: tuple[Callable[[Any], object], ...] = (
        lambda lines: lines[0].update(actor_name="Somebody else"),
        lambda lines: lines.pop(0),
        lambda lines: lines.clear(),
        lambda lines: lines[0].update(on="no day"),
        lambda lines: lines[0].update(extra=1),
        lambda lines: lines[0].update(at="never"),
    )
    for change in changes:
        lines = json.loads(json.dumps(trail))
        change(lines)
        content = archive.packed({**files, TRAIL: json.dumps(lines).encode()})
        assert "audit trail in the file was changed" in str(refused(content, manager))


CHANGES: dict[str, tuple[Change, str]] = {
    "no rows": (lambda w: w.pop("rows"), "does not hold the parts"),
    "unknown part": (lambda w: w.update(more=1), "does not hold the parts"),
    "no review": (
        lambda w: w["rows"]["reviews.Review"].clear(),
        "must hold one review",
    ),
    "a model that stays": (
        lambda w: w["rows"].update({"scheduling.Note": []}),
        "kinds of rows that move",
    ),
    "a model that is missing": (
        lambda w: w["rows"].pop("reviews.Agency"),
        "kinds of rows that move",
    ),
    "rows that are no rows": (
        lambda w: w["rows"].update({"reviews.Agency": [1]}),
        "Agency 1 does not say what it should",
    ),
    "a column that stays": (
        put("reviews.Review", "demonstration", True),
        "does not say what it should",
    ),
    "a column of speech": (
        put("scheduling.Session", "text", "Said"),
        "does not say what it should",
    ),
    "closed": (put("reviews.Review", "stage", 7), "A closed review does not move"),
    "no stage": (put("reviews.Review", "stage", 12), "The review, stage"),
    "a number as text": (
        put("reviews.Review", "on_site_days", "5"),
        "must be a number",
    ),
    "a truth as number": (put("reviews.Review", "version", True), "must be a number"),
    "days out of range": (put("reviews.Review", "on_site_days", 99), "The review"),
    "too long": (put("reviews.Review", "council", "C" * 201), "The review, council"),
    "a day that is none": (
        put("reviews.Review", "day_zero", "2013-02-31"),
        "must be a day",
    ),
    "nothing": (put("reviews.Review", "council", None), "must not be empty"),
    "nul": (put("reviews.Review", "scope", "a\0b"), "characters that no text has"),
    "half a character": (
        put("reviews.Review", "scope", "\ud800"),
        "characters that no",
    ),
    "without end": (
        put("reviews.Review", "scope", "x" * 200_001),
        "a text without end",
    ),
    "framework": (put("reviews.Review", "framework", {}), "The framework"),
    "other framework": (
        put("reviews.Review", "pack_code", "another"),
        "another framework",
    ),
    "no such role": (put("reviews.Membership", "role", "XX"), "has no “XX”"),
    "another access": (
        put("reviews.Membership", "access_role", "CS"),
        "does not come with the access",
    ),
    "nobody": (
        put("reviews.Membership", "user", 99),
        "somebody who is not in the file",
    ),
    "no member": (put("reviews.Membership", "user", None), "is of nobody"),
    "a link to nothing": (put("scheduling.Session", "room", 9999), "not in the file"),
    "no room": (put("scheduling.Session", "room", None), "leads to nothing"),
    "a link of another kind": (
        put("scheduling.Session", "room", []),
        "not in the file",
    ),
    "many that are none": (put("scheduling.Session", "peers", 4), "what it should"),
    "a kind that is none": (
        put("scheduling.Session", "type", "dance"),
        "has no “dance”",
    ),
    "a list that is none": (
        put("scheduling.Session", "themes", "T1"),
        "not of the form",
    ),
    "a scale that is none": (
        put("questionnaires.Questionnaire", "scale", [{"code": 1}]),
        "not of the form",
    ),
    "no state": (put("questionnaires.Questionnaire", "state", ""), "must not be empty"),
    "a number twice": (
        lambda w: w["rows"]["reviews.Agency"].append(row(w, "reviews.Agency")),
        "no number of its own",
    ),
    "a code twice": (
        lambda w: w["rows"]["reviews.Agency"].append(
            {**row(w, "reviews.Agency"), "id": "new"}
        ),
        "Agency",
    ),
    "late of itself": (
        lambda w: put(
            "questionnaires.Questionnaire",
            "late_of",
            row(w, "questionnaires.Questionnaire")["id"],
        )(w),
        "leads to what is not in the file",
    ),
    "no address": (lambda w: w["people"][0].update(email="nobody"), "Person 1, email"),
    "no name": (lambda w: w["people"][0].update(name=""), "Person 1, full name"),
    "one address twice": (
        lambda w: w["people"][1].update(email=w["people"][0]["email"].upper()),
        "has the address of another",
    ),
    "people that are none": (lambda w: w.update(people=[1]), "a name and an address"),
    "document without a file": (
        put("reviews.DocumentVersion", "stored_as", "file-77"),
        "is missing",
    ),
    "document of another kind": (
        put("reviews.DocumentVersion", "kind", "png"),
        "another kind than it says",
    ),
    "document not confirmed": (
        put("reviews.DocumentVersion", "number", 0),
        "that never move",
    ),
    "document as a page": (
        put("reviews.DocumentVersion", "name", "page.html"),
        "must be a PDF, DOCX",
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_wrong_with_a_row_is_said(
    name: str, files: dict[str, bytes], manager: User, opened: None
) -> None:
    change, says = CHANGES[name]

    found = refused(forged(files, change), manager)

    assert says in str(found)


def test_a_document_is_looked_at_as_any_upload(
    files: dict[str, bytes], manager: User, opened: None
) -> None:
    (beside,) = [name for name in files if name not in (ROWS, TRAIL)]
    bad = {**files, beside: b"<html><script>alert(1)</script></html>"}

    assert "The document" in str(refused(archive.packed(bad), manager))
    more = {**files, "file-9": b"A"}
    assert "nothing in it leads to" in str(refused(archive.packed(more), manager))


def test_texts_that_are_no_json_are_refused(
    files: dict[str, bytes], manager: User, opened: None
) -> None:
    for text in (b"\xff", b"{", b"[" * 100_000, b'{"a": NaN}', b'{"a": 1e999}'):
        content = archive.packed({**files, ROWS: text})
        assert isinstance(refused(content, manager), DamagedFile)


def test_whatever_breaks_takes_everything_back(
    files: dict[str, bytes],
    manager: User,
    opened: None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At the very end: rows, keys and files are there by then."""
    seen: list[int] = []

    def broken(review: Review) -> None:
        seen.append(len(list(store.stored())))
        raise RuntimeError("no disk")

    monkeypatch.setattr(taking_in, "_remember_names", broken)
    keys = sorted(keystore.names())
    with pytest.raises(RuntimeError):
        take_in(
            content=archive.packed(files),
            passphrase="acorn",
            by=manager,
            at=timezone.now(),
        )

    assert seen == [1]
    assert Review.objects.count() == 0
    assert sorted(keystore.names()) == keys
    assert list(store.stored()) == []
