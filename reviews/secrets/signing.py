"""Signs certificates with the installation's own key, and says whether one is genuine.

The key is Ed25519. Its private half is for the worker alone; its public half is read by web nodes
too, and printed as a fingerprint: 64 hex digits in groups of four, the SHA-256 of its 32 bytes.
``verified`` needs nothing of the installation.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from reviews.refusals import Refusal
from reviews.secrets import keystore
from reviews.secrets.keystore import KeyExists, KeyGone

PRIVATE, PUBLIC = "installation-certificates", "installation-certificates-public"
FORMAT, VERSION = "critical-friend-certificate", 1
# Half a fingerprint is still more than anybody can search for; less may be met by chance or by work.
LEAST_DIGITS, DIGITS = 32, 64
LARGEST = 1_000_000
# Others who mend the same pair at the same moment can undo a try.
_TRIES = 100
_BETWEEN = re.compile(r"[\s:-]+")


class NoKeyYet(Refusal):
    """No certificate was asked for yet."""

    sentence = "This installation has no key for certificates yet: it is made with the first one."


class NotAFingerprint(Refusal):
    """Too short to tell keys apart, or no such thing."""


class NotACertificate(Refusal):
    sentence = "This file is not the certificate of a closed review."


class ChangedAfterwards(Refusal):
    """The signature is not that of this text; or the file says the same in other bytes."""

    sentence = "This certificate was changed after it was signed."


class SignedByAnother(Refusal):
    """In order, but not by whom it should be."""

    def __init__(self, found: str) -> None:
        super().__init__(
            f"This certificate was signed with another key. Its fingerprint is {found}."
        )


def ensure() -> str:
    """Make the key if there is none, and mend a pair that lacks a half. Gives its fingerprint.

    For the worker. Two at once end with one pair: the private half that stands decides.
    Raises KeyGone on a web node.
    """
    return _fingerprint_of(_standing_pair().public_key().public_bytes_raw())


def fingerprint() -> str:
    """Of the public half, on a web node too. Raises NoKeyYet."""
    public = _public_half() if keystore.exists(PRIVATE) else None
    if not public:
        raise NoKeyYet
    return _fingerprint_of(public)


def sign(statement: Mapping[str, Any]) -> bytes:
    """The certificate, as a text file of JSON. The key is made when it is first needed.

    Raises KeyGone on a web node, and ValueError for what JSON cannot say.
    """
    private = _standing_pair()
    # As a reader will find it: with lists for tuples, and words for keys.
    said = json.loads(_canonical(statement))["statement"]
    return _written(
        said,
        public=private.public_key().public_bytes_raw(),
        signature=private.sign(_canonical(said)),
    )


def verified(content: bytes, *, fingerprint: str) -> dict[str, Any]:
    """What a genuine certificate states.

    ``fingerprint`` is of the key that it should be signed with, whole or its first half or more;
    spaces, colons and capitals are forgiven. Raises NotAFingerprint, NotACertificate,
    ChangedAfterwards and SignedByAnother.
    """
    wanted = _digits(fingerprint)
    statement, public, signature = _parsed(content)
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(
            signature, _canonical(statement)
        )
        same = _written(statement, public=public, signature=signature) == content
    except (InvalidSignature, ValueError) as error:
        raise ChangedAfterwards from error
    # The signature is over what the file says; this is over how it says it.
    if not same:
        raise ChangedAfterwards
    found = _fingerprint_of(public)
    if not found.replace(" ", "").startswith(wanted):
        raise SignedByAnother(found)
    return statement


def fingerprint_in(content: bytes) -> str:
    """Of the key that a certificate says it was signed with. Raises NotACertificate."""
    return _fingerprint_of(_parsed(content)[1])


def _standing_pair() -> Ed25519PrivateKey:
    """The private half, once the public one stands beside it.

    It is made first and never replaced. A public half that a kill or a restored backup has left
    without it, so that nothing can be signed for it any more, gives way.
    """
    with suppress(KeyExists):
        if not keystore.exists(PRIVATE):
            keystore.create(
                PRIVATE,
                worker_only=True,
                value=Ed25519PrivateKey.generate().private_bytes_raw(),
            )
    private = Ed25519PrivateKey.from_private_bytes(keystore.read(PRIVATE))
    public = private.public_key().public_bytes_raw()
    for _ in range(_TRIES):
        stands = _public_half()
        if stands == public:
            return private
        if stands is not None:
            keystore.destroy(PUBLIC)
        with suppress(KeyExists):
            keystore.create(PUBLIC, value=public)
    raise RuntimeError("The keystore does not keep what is put into it.")


def _public_half() -> bytes | None:
    """What stands there: None for nothing, and b"" for what was being overwritten, perhaps by
    somebody who was killed."""
    try:
        return keystore.read(PUBLIC)
    except KeyGone:
        return b"" if PUBLIC in keystore.names() else None


def _fingerprint_of(public: bytes) -> str:
    digits = hashlib.sha256(public).hexdigest()
    return " ".join(digits[at : at + 4] for at in range(0, DIGITS, 4))


def _digits(typed: str) -> str:
    digits = _BETWEEN.sub("", typed).lower()
    if not re.fullmatch(r"[0-9a-f]*", digits) or len(digits) > DIGITS:
        raise NotAFingerprint(
            "This is no fingerprint of a key. One has 64 digits from 0 to 9 and letters "
            "from a to f."
        )
    if len(digits) < LEAST_DIGITS:
        raise NotAFingerprint(
            "This fingerprint is too short to tell keys apart. Give all of it, or its first "
            "32 digits at least."
        )
    return digits


def _canonical(statement: Mapping[str, Any]) -> bytes:
    """What is signed: format, version and statement, in the one way of writing them.

    Raises ValueError for what JSON cannot say.
    """
    signed = {"format": FORMAT, "version": VERSION, "statement": statement}
    return _json(signed, separators=(",", ":")).encode()


def _written(statement: Any, *, public: bytes, signature: bytes) -> bytes:
    """The file: the only bytes in which this certificate is genuine."""
    whole = {
        "format": FORMAT,
        "version": VERSION,
        "statement": statement,
        "public_key": public.hex(),
        "signature": signature.hex(),
    }
    return (_json(whole, indent=2) + "\n").encode()


def _json(value: Mapping[str, Any], **how: Any) -> str:
    try:
        return json.dumps(
            value, sort_keys=True, ensure_ascii=False, allow_nan=False, **how
        )
    except (TypeError, RecursionError) as error:
        raise ValueError(str(error)) from error


def _parsed(content: bytes) -> tuple[dict[str, Any], bytes, bytes]:
    """Statement, public key and signature. Raises NotACertificate and ChangedAfterwards."""
    if len(content) > LARGEST:
        raise NotACertificate
    try:
        whole = json.loads(content.decode())
    except (ValueError, RecursionError) as error:
        # A changed byte may leave no JSON at all: what begins like one was one.
        begins = f'{{\n  "format": "{FORMAT}"'.encode()
        raise (
            ChangedAfterwards if content.startswith(begins) else NotACertificate
        ) from error
    if not isinstance(whole, dict) or whole.get("format") != FORMAT:
        raise NotACertificate
    if isinstance(whole.get("version"), int) and whole["version"] > VERSION:
        raise NotACertificate(
            "This certificate is of a newer version of Critical Friend. Check it with that."
        )
    statement = whole.get("statement")
    if not isinstance(statement, dict):
        raise ChangedAfterwards
    try:
        public = bytes.fromhex(whole["public_key"])
        signature = bytes.fromhex(whole["signature"])
    except (KeyError, TypeError, ValueError) as error:
        raise ChangedAfterwards from error
    return statement, public, signature
