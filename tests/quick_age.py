"""Sealing with age without its second of work, for tests of what is sealed and not of the sealing.

A passphrase costs age a second on purpose, at each sealing and each opening. Here its key is a plain
digest. What ``archive.sealed`` made otherwise is opened otherwise. Tests of the sealing itself are
marked ``age`` and meet the library, as do the commands and the browser.
"""

import hashlib
import secrets

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from reviews.files import archive
from reviews.files.archive import Damaged
from reviews.refusals import Refusal

_HEAD = archive._SEALED + b"without-its-work\n--- "
_CHECK, _NONCE = 8, 12


def _key(passphrase: str) -> tuple[bytes, bytes]:
    """The key, and what tells another passphrase from damage."""
    key = hashlib.sha256(passphrase.encode()).digest()
    return key, hashlib.sha256(key).digest()[:_CHECK]


def sealed(content: bytes, passphrase: str) -> bytes:
    key, check = _key(passphrase)
    nonce = secrets.token_bytes(_NONCE)
    return _HEAD + check + nonce + AESGCM(key).encrypt(nonce, content, None)


def patch(patched: pytest.MonkeyPatch) -> None:
    with_work = archive.unsealed

    def unsealed(content: bytes, passphrase: str, *, wrong: type[Refusal]) -> bytes:
        if not content.startswith(_HEAD):
            return with_work(content, passphrase, wrong=wrong)
        key, check = _key(passphrase)
        rest = content[len(_HEAD) :]
        if rest[:_CHECK] != check:
            raise wrong
        nonce, body = rest[_CHECK : _CHECK + _NONCE], rest[_CHECK + _NONCE :]
        try:
            return AESGCM(key).decrypt(nonce, body, None)
        except (InvalidTag, ValueError) as error:
            raise Damaged from error

    patched.setattr(archive, "sealed", sealed)
    patched.setattr(archive, "unsealed", unsealed)
