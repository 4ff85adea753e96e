"""Certificates are signed with one key of the installation, and checked without it."""

import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)
from pytest_django.fixtures import Settings

from reviews.secrets import boxes, keystore, signing
from reviews.secrets.keystore import DatabaseStore, DirectoryStore, KeyGone
from reviews.secrets.signing import (
    ChangedAfterwards,
    NoKeyYet,
    NotACertificate,
    NotAFingerprint,
    SignedByAnother,
    fingerprint,
    sign,
    verified,
)

STATEMENT: dict[str, Any] = {
    "council": "Ynys Môn “east”",
    "destroyed": [{"title": "Notes", "count": 150}],
    "archive": None,
}
HALVES = (signing.PRIVATE, signing.PUBLIC)


@pytest.fixture(params=["directory", "database"])
def store(
    request: pytest.FixtureRequest, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both kinds of keystore."""
    if request.param == "database":
        monkeypatch.setattr(DatabaseStore, "alias", "default")


@pytest.fixture
def web_node(settings: Settings) -> None:
    """This process becomes one, from now on."""
    settings.WORKER_PUBLIC_KEY = boxes.public_half(
        bytes.fromhex(settings.MASTER_KEY_WORKER)
    ).hex()
    settings.MASTER_KEY_WORKER = ""


def resigned(statement: dict[str, Any]) -> bytes:
    """What a stranger with a key of their own would hand over."""
    private = Ed25519PrivateKey.generate()
    return signing._written(
        statement,
        public=private.public_key().public_bytes_raw(),
        signature=private.sign(signing._canonical(statement)),
    )


# --- the key ----------------------------------------------------------------------------


def test_key_is_made_when_first_needed_and_stays(store: None) -> None:
    with pytest.raises(NoKeyYet, match="no key for certificates yet"):
        fingerprint()

    first = sign(STATEMENT)
    made = fingerprint()

    assert verified(first, fingerprint=made) == STATEMENT
    assert verified(sign(STATEMENT), fingerprint=made) == STATEMENT
    assert signing.ensure() == fingerprint() == made
    assert keystore.names() == sorted(HALVES)


def test_fingerprint_is_the_digest_of_the_public_key_in_groups_of_four() -> None:
    certificate = json.loads(sign(STATEMENT))

    digest = hashlib.sha256(bytes.fromhex(certificate["public_key"])).hexdigest()
    assert re.fullmatch(r"([0-9a-f]{4} ){15}[0-9a-f]{4}", fingerprint())
    assert fingerprint().replace(" ", "") == digest


def test_a_web_node_knows_the_fingerprint_and_cannot_sign(
    request: pytest.FixtureRequest,
) -> None:
    made = signing.ensure()
    request.getfixturevalue("web_node")

    assert fingerprint() == made
    with pytest.raises(KeyGone):
        sign(STATEMENT)
    with pytest.raises(KeyGone):
        keystore.read(signing.PRIVATE)


def test_a_private_half_alone_gets_its_public_one_back(store: None) -> None:
    made = signing.ensure()
    keystore.destroy(signing.PUBLIC)

    with pytest.raises(NoKeyYet):
        fingerprint()
    certificate = sign(STATEMENT)

    assert fingerprint() == made
    assert verified(certificate, fingerprint=made) == STATEMENT


def test_a_public_half_alone_is_no_key_and_gives_way(store: None) -> None:
    left = signing.ensure()
    keystore.destroy(signing.PRIVATE)

    with pytest.raises(NoKeyYet):
        fingerprint()
    certificate = sign(STATEMENT)

    assert fingerprint() != left
    assert verified(certificate, fingerprint=fingerprint()) == STATEMENT


def test_a_public_half_of_another_pair_gives_way(store: None) -> None:
    made = signing.ensure()
    keystore.destroy(signing.PUBLIC)
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    keystore.create(signing.PUBLIC, value=other)

    sign(STATEMENT)

    assert fingerprint() == made


def test_one_who_looked_too_early_takes_the_key_that_stands(
    store: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = signing.ensure()
    monkeypatch.setattr(keystore, "exists", lambda name: False)

    assert signing.ensure() == made


@pytest.mark.parametrize("there_already", [(), (signing.PUBLIC,), (signing.PRIVATE,)])
def test_many_at_once_end_with_one_pair(
    there_already: tuple[str, ...], settings: Settings, tmp_path: Path
) -> None:
    """Whatever stands before, and however often it is tried."""
    for number in range(8):
        settings.KEYSTORE_DIR = tmp_path / str(number)
        if there_already:
            signing.ensure()
        for name in {*HALVES}.difference(there_already):
            keystore.destroy(name)
        together = Barrier(6)

        def at_once(_: int, together: Barrier = together) -> bytes:
            together.wait()
            return sign(STATEMENT)

        with ThreadPoolExecutor(6) as pool:
            signed = [*pool.map(at_once, range(6))]

        assert len({*signed}) == 1
        assert verified(signed[0], fingerprint=fingerprint()) == STATEMENT
        assert DirectoryStore(settings.KEYSTORE_DIR).names() == sorted(HALVES)


# --- the certificate --------------------------------------------------------------------


def test_certificate_is_a_text_that_says_what_it_states() -> None:
    certificate = sign(STATEMENT)

    assert "Ynys Môn “east”" in certificate.decode()
    whole = json.loads(certificate)
    assert whole["format"] == "critical-friend-certificate"
    assert whole["version"] == 1
    assert whole["statement"] == STATEMENT
    # Anybody else's program checks it so.
    signed = json.dumps(
        {key: whole[key] for key in ("format", "version", "statement")},
        sort_keys=True,
        ensure_ascii=False,
        separators=(",", ":"),
    ).encode()
    Ed25519PublicKey.from_public_bytes(bytes.fromhex(whole["public_key"])).verify(
        bytes.fromhex(whole["signature"]), signed
    )


@pytest.mark.parametrize("bad", [float("nan"), {1, 2}, "\ud800", b"bytes"], ids=repr)
def test_what_json_cannot_say_is_not_signed(bad: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        sign({"council": bad})


def test_fingerprint_is_forgiven_spaces_colons_capitals_and_its_second_half() -> None:
    certificate, made = sign(STATEMENT), fingerprint()
    digits = made.replace(" ", "")
    pairs = ":".join(digits[at : at + 2] for at in range(0, 64, 2))

    for typed in (digits, made.upper(), pairs, f" {made}\n", digits[:32], made[:50]):
        assert verified(certificate, fingerprint=typed) == STATEMENT


def test_a_short_fingerprint_is_refused_although_it_is_right() -> None:
    certificate, digits = sign(STATEMENT), fingerprint().replace(" ", "")

    for length in (0, 8, 31):
        with pytest.raises(NotAFingerprint, match="too short"):
            verified(certificate, fingerprint=digits[:length])
    # From its middle it tells nothing.
    with pytest.raises(SignedByAnother):
        verified(certificate, fingerprint=digits[32:])


@pytest.mark.parametrize("typed", ["g" * 64, "0" * 65, "\u0966" * 40, "SHA256:abc="])
def test_what_is_no_fingerprint_is_told(typed: str) -> None:
    with pytest.raises(NotAFingerprint, match="no fingerprint"):
        verified(sign(STATEMENT), fingerprint=typed)


def test_another_key_is_told_and_shown() -> None:
    made = signing.ensure()
    certificate = resigned(STATEMENT)
    public = bytes.fromhex(json.loads(certificate)["public_key"])
    shown = signing._fingerprint_of(public)

    with pytest.raises(SignedByAnother, match=shown):
        verified(certificate, fingerprint=made)

    assert verified(certificate, fingerprint=shown) == STATEMENT


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"%PDF-1.7",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b'{"format": "another", "version": 1}',
        b'{"a": ' + b"1" * 5000 + b"}",
        b" " * 1_000_001,
    ],
    ids=lambda content: repr(content[:12]),
)
def test_what_is_no_certificate_is_told(content: bytes) -> None:
    with pytest.raises(NotACertificate, match="not the certificate of a closed review"):
        verified(content, fingerprint="0" * 64)


def test_one_of_a_newer_version_is_told() -> None:
    newer = sign(STATEMENT).replace(b'"version": 1', b'"version": 2')

    with pytest.raises(NotACertificate, match="newer version"):
        verified(newer, fingerprint=fingerprint())


def test_the_same_words_written_otherwise_were_changed() -> None:
    """Each would be read alike by a program that looks at the values alone."""
    certificate, made = sign(STATEMENT), fingerprint()
    whole = json.loads(certificate)
    public, signature = whole["public_key"], whole["signature"]
    for changed in (
        json.dumps(whole, ensure_ascii=False).encode(),
        certificate + b"\n",
        certificate.rstrip(),
        certificate.replace(b"\n", b"\r\n"),
        certificate.replace(b"150", b"150.0"),
        certificate.replace("ô".encode(), rb"\u00f4"),
        certificate.replace(public.encode(), public.upper().encode()),
        certificate.replace(signature.encode(), f" {signature}".encode()),
        certificate.replace(b'"version": 1', b'"version": true'),
        certificate.replace(b'"version": 1', b'"version": 1,\n  "note": "x"'),
        certificate.replace(b'"version": 1', b'"version": 0,\n  "version": 1'),
    ):
        assert changed != certificate
        with pytest.raises(ChangedAfterwards, match="changed after it was signed"):
            verified(changed, fingerprint=made)


@pytest.mark.parametrize(
    "part",
    [
        {"statement": ["x"]},
        {"statement": {"x": "\ud800"}},
        {"public_key": 7},
        {"public_key": "xx"},
        {"public_key": "00"},
        {"signature": ""},
        {"signature": None},
    ],
    ids=str,
)
def test_a_part_that_is_none_was_changed(part: dict[str, Any]) -> None:
    whole = {**json.loads(sign(STATEMENT)), **part}

    with pytest.raises(ChangedAfterwards):
        verified(json.dumps(whole).encode(), fingerprint=fingerprint())


def test_a_part_that_is_missing_was_changed() -> None:
    for name in ("statement", "public_key", "signature"):
        whole = json.loads(sign(STATEMENT))
        del whole[name]

        with pytest.raises(ChangedAfterwards):
            verified(json.dumps(whole).encode(), fingerprint=fingerprint())
