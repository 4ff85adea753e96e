"""Files at rest: sealed piece by piece under the review's key, by random names, outside the web.

``version(1) || key_id(16) || salt(16)``, then pieces of AES-256-GCM under a key of this file's
own. A piece's nonce is its number and whether it is the last: cut, moved or swapped pieces, and
another row's file, do not open.
"""

import os
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from reviews.secrets import keystore
from reviews.secrets.sealing import WrongSeal, key_name

SCOPE = "files"
PIECE = 64 * 1024
_VERSION, _TAG, _SALT = b"\x01", 16, 16
_HEAD = 1 + 16 + _SALT


def folder() -> Path:
    return Path(settings.VAR_DIR) / "files"


def _path(stored_as: str) -> Path:
    if len(stored_as) != 64 or not set(stored_as) <= set("0123456789abcdef"):
        raise ValueError(stored_as)
    return folder() / stored_as[:2] / stored_as


def _own_key(review_id: int, owner: str, salt: bytes) -> AESGCM:
    key = keystore.read(key_name(SCOPE, review_id))
    info = f"pr-file-v1|{review_id}|{owner}".encode()
    return AESGCM(HKDF(SHA256(), 32, salt, info).derive(key))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def write(content: bytes, *, review_id: int, owner: str) -> str:
    """Seal ``content`` for the row ``owner``; says the name that it is stored under."""
    stored_as, salt = secrets.token_hex(32), secrets.token_bytes(_SALT)
    key = _own_key(review_id, owner, salt)
    path = _path(stored_as)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        with os.fdopen(
            os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
        ) as file:
            name = key_name(SCOPE, review_id)
            file.write(_VERSION + keystore.key_id(name) + salt)
            view = memoryview(content)
            starts = range(0, max(len(content), 1), PIECE)
            for number, start in enumerate(starts):
                last = start + PIECE >= len(content)
                piece = view[start : start + PIECE]
                file.write(key.encrypt(_nonce(number, last=last), piece, None))
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return stored_as


def read(stored_as: str, *, review_id: int, owner: str) -> Iterator[bytes]:
    """The file piece by piece. The first is opened at once. Raises KeyGone, WrongSeal."""
    try:
        file = _path(stored_as).open("rb")
    except FileNotFoundError as error:
        raise keystore.KeyGone from error
    try:
        head = file.read(_HEAD)
        key = _own_key(review_id, owner, head[-_SALT:])
        pieces = _pieces(file, key)
        first = next(pieces)
    except BaseException:
        file.close()
        raise
    return _then(first, pieces, file)


def _then(first: bytes, others: Iterator[bytes], file: BinaryIO) -> Iterator[bytes]:
    with file:
        yield first
        yield from others


def _pieces(file: BinaryIO, key: AESGCM) -> Iterator[bytes]:
    number, sealed = 0, file.read(PIECE + _TAG)
    while True:
        following = file.read(PIECE + _TAG)
        try:
            yield key.decrypt(_nonce(number, last=not following), sealed, None)
        except InvalidTag as error:
            raise WrongSeal from error
        if not following:
            return
        number, sealed = number + 1, following


def remove(names: Iterable[str]) -> None:
    """Take files away; one that is gone already is no error."""
    for stored_as in names:
        _path(stored_as).unlink(missing_ok=True)


def stored() -> Iterator[Path]:
    """Every stored file, for the nightly look for those that no row knows."""
    yield from folder().glob("??/*")
