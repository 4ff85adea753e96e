"""T50: a certificate is genuine away from the installation, as it was signed, and under its own key."""

import hashlib
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.conf import settings

from reviews.secrets import signing
from reviews.secrets.signing import ChangedAfterwards, SignedByAnother, verified
from tests.make_certificates import make_final, make_statement

pytestmark = pytest.mark.adversarial

POSITIONS = 200
LIES = [{"title": "Notes", "count": 9999}]


@pytest.fixture
def certificate() -> bytes:
    return signing.sign(make_statement())


@pytest.fixture
def elsewhere(tmp_path: Path) -> Callable[..., tuple[int, str]]:
    """Another machine: nothing of the installation, and nothing that answers as a database."""
    place = tmp_path / "elsewhere"
    place.mkdir()

    def check(content: bytes, *, key: str) -> tuple[int, str]:
        file = place / "certificate.txt"
        file.write_bytes(content)
        done = subprocess.run(  # noqa: S603
            [
                sys.executable,
                str(Path(settings.BASE_DIR) / "manage.py"),
                *("verify_certificate", str(file), "--key", key),
            ],
            cwd=place,
            env={
                "PATH": os.environ["PATH"],
                "PYTHONDONTWRITEBYTECODE": "1",
                "VAR_DIR": str(place / "var"),
                "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none",
            },
            capture_output=True,
            text=True,
            check=False,
        )
        # Nothing is left there either, such as keys that nobody asked for.
        assert [each.name for each in place.iterdir()] == ["certificate.txt"]
        return done.returncode, done.stdout + done.stderr

    return check


def forged(content: bytes, **parts: Any) -> bytes:
    """The certificate with other parts, written as the product would write it."""
    whole = {**json.loads(content), **parts}
    return signing._written(
        whole["statement"],
        public=bytes.fromhex(whole["public_key"]),
        signature=bytes.fromhex(whole["signature"]),
    )


def test_genuine_elsewhere_changed_and_of_another_key(
    certificate: bytes, elsewhere: Callable[..., tuple[int, str]]
) -> None:
    key = signing.fingerprint()
    other = " ".join(["0000"] * 16)

    code, said = elsewhere(certificate, key=key)
    assert code == 0
    assert said.endswith("\nGenuine\n")
    assert "Trafford Council" in said

    code, said = elsewhere(certificate.replace(b"1150", b"1151"), key=key)
    assert code == 1
    assert "This certificate was changed after it was signed." in said

    code, said = elsewhere(certificate, key=other)
    assert code == 1
    assert f"signed with another key. Its fingerprint is {key}." in said
    assert "Trafford" not in said


def _places(content: bytes) -> list[int]:
    """Some 200 anywhere, and every one of signature and key."""
    whole = json.loads(content)
    chosen = {*random.Random(50).sample(range(len(content)), POSITIONS)}
    for part in (whole["signature"], whole["public_key"]):
        begin = content.index(part.encode())
        chosen |= {*range(begin, begin + len(part))}
    return sorted(chosen)


@pytest.mark.parametrize("make", [make_statement, make_final])
def test_one_byte_changed_anywhere_is_found(make: Callable[[], Any]) -> None:
    content = signing.sign(make())
    key = signing.fingerprint()
    accepted = []
    for place in _places(content):
        # Another letter, and the same one in the other case.
        for mask in (0x01, 0x20, 0x80):
            changed = bytearray(content)
            changed[place] ^= mask
            try:
                verified(bytes(changed), fingerprint=key)
            except (signing.NotACertificate, ChangedAfterwards, SignedByAnother):
                continue
            accepted.append((place, mask))

    assert accepted == []
    assert verified(content, fingerprint=key) == make()


def test_a_byte_less_or_more_is_found(certificate: bytes) -> None:
    key = signing.fingerprint()
    for place in _places(certificate):
        for changed in (
            certificate[:place] + certificate[place + 1 :],
            certificate[:place] + b" " + certificate[place:],
        ):
            with pytest.raises(
                (signing.NotACertificate, ChangedAfterwards, SignedByAnother)
            ):
                verified(changed, fingerprint=key)


def test_no_forgery_passes_under_the_installations_key(certificate: bytes) -> None:
    key = signing.fingerprint()
    lies = {**make_statement(), "destroyed": LIES}
    stranger = Ed25519PrivateKey.generate()
    theirs = {
        "public_key": stranger.public_key().public_bytes_raw().hex(),
        "signature": stranger.sign(signing._canonical(lies)).hex(),
    }
    second = json.loads(signing.sign(make_final()))
    tries: tuple[tuple[dict[str, Any], Any], ...] = (
        ({"statement": lies}, ChangedAfterwards),
        ({"statement": lies, **theirs}, SignedByAnother),
        ({"statement": lies, "signature": theirs["signature"]}, ChangedAfterwards),
        ({"public_key": theirs["public_key"]}, ChangedAfterwards),
        ({"signature": second["signature"]}, ChangedAfterwards),
        ({"statement": second["statement"]}, ChangedAfterwards),
        ({"signature": "00" * 64}, ChangedAfterwards),
        # Points of small order, under which some libraries take anything, now and then.
        (
            {"public_key": "00" * 32, "signature": "00" * 64},
            (ChangedAfterwards, SignedByAnother),
        ),
        (
            {"public_key": "01" + "00" * 31, "signature": "01" + "00" * 63},
            (ChangedAfterwards, SignedByAnother),
        ),
    )
    for parts, refusal in tries:
        with pytest.raises(refusal):
            verified(forged(certificate, **parts), fingerprint=key)

    # Written by the same hand without a change, it passes.
    assert verified(forged(certificate), fingerprint=key) == make_statement()


# --- the control: what a checksum alone is worth ------------------------------------------


def summed(statement: Mapping[str, Any]) -> bytes:
    """A certificate with the digest of its text in the signature's place."""
    digest = hashlib.sha256(signing._canonical(statement)).hexdigest()
    return json.dumps({"statement": statement, "digest": digest}).encode()


def sum_holds(content: bytes) -> bool:
    whole = json.loads(content)
    digest = hashlib.sha256(signing._canonical(whole["statement"])).hexdigest()
    return bool(whole["digest"] == digest)


def test_control_a_certificate_with_a_checksum_is_forged_by_adding_up_again() -> None:
    naive = summed(make_statement())
    lies = {**make_statement(), "destroyed": LIES}

    assert sum_holds(naive)
    assert not sum_holds(naive.replace(b"1150", b"9999"))
    # Whoever can change it can add it up again, and so could anybody with ours but for the key.
    assert sum_holds(summed(lies))
    ours = signing.sign(make_statement())
    with pytest.raises(ChangedAfterwards):
        verified(forged(ours, statement=lies), fingerprint=signing.fingerprint())


def test_control_without_the_exact_writing_a_changed_byte_would_pass(
    certificate: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The signature is over values: of a space or a capital it knows nothing."""
    key = signing.fingerprint()
    spaced = certificate.replace(b'"version": 1', b'"version":  1')
    with pytest.raises(ChangedAfterwards):
        verified(spaced, fingerprint=key)

    monkeypatch.setattr(signing, "_written", lambda *_, **__: spaced)

    assert verified(spaced, fingerprint=key) == make_statement()
