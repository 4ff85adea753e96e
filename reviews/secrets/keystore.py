"""Keys, held outside the database so that destroying one is final for every dump of it.

A key is wrapped before it is stored. Web keys are wrapped by the web master key. Worker-only
keys are sealed to the worker's public half, so a web node can make one and never read it.
The store is a directory of one file a key or, grown up, a separate database (KEYSTORE_URL).
"""

import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import Protocol

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import DatabaseError, connections, transaction

from reviews.refusals import Refusal
from reviews.secrets import boxes

_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,98}")
_WEB, _WORKER = b"\x01", b"\x02"
# What a key begins with while it is being overwritten, and after a kill in the middle of that.
_OVERWRITTEN = b"\x00"
_NONCE = 12
_INFO = b"pr-key-v1"
_MADE = 946_684_800  # 1 January 2000


class KeyGone(Refusal):
    """The key was destroyed, or never made: what it sealed cannot be read any more."""

    sentence = "This has been destroyed and cannot be read any more."


class KeyExists(Exception):
    """A key of this name stands already; keys are never overwritten."""


def key_id(name: str) -> bytes:
    """16 bytes that stand for the key in every sealed value."""
    return hashlib.sha256(b"key|" + name.encode()).digest()[:16]


def create(name: str, *, worker_only: bool = False, value: bytes | None = None) -> None:
    """Make and store a key of 32 random bytes (or ``value``). Raises KeyExists."""
    value = secrets.token_bytes(boxes.KEY_BYTES) if value is None else value
    if worker_only:
        sealed = boxes.seal_to(
            _worker_public(), value, info=_INFO + name.encode(), pad_to=64
        )
        _store().write(name, _WORKER + sealed)
    else:
        nonce = secrets.token_bytes(_NONCE)
        wrapped = _web_master().encrypt(nonce, value, name.encode())
        _store().write(name, _WEB + nonce + wrapped)


def ensure(name: str) -> None:
    """Make the web key if it does not stand yet; safe when two do it at once."""
    if not exists(name):
        try:
            create(name)
        except KeyExists:
            return


# Keys that the work around this call has read already; None outside such a block.
_held: ContextVar[dict[str, bytes] | None] = ContextVar("held_keys", default=None)


@contextmanager
def held() -> Iterator[None]:
    """Within the block each key is fetched once: for work on many rows.

    Nothing outlives the outermost block, so a key that is destroyed afterwards is gone everywhere.
    """
    if _held.get() is not None:
        yield
        return
    keys: dict[str, bytes] = {}
    outside = _held.set(keys)
    try:
        yield
    finally:
        _held.reset(outside)
        keys.clear()


def read(name: str) -> bytes:
    """The key's bytes. Raises KeyGone; a worker-only key raises it on a web node too."""
    keys = _held.get()
    if keys is None:
        return _fetch(name)
    if name not in keys:
        keys[name] = _fetch(name)
    return keys[name]


def _fetch(name: str) -> bytes:
    stored = _read(name)
    kind, wrapped = stored[:1], stored[1:]
    if kind == _WORKER:
        private = bytes.fromhex(settings.MASTER_KEY_WORKER)
        if not private:
            raise KeyGone
        return boxes.open_box(private, wrapped, info=_INFO + name.encode())
    return _web_master().decrypt(wrapped[:_NONCE], wrapped[_NONCE:], name.encode())


def _read(name: str) -> bytes:
    stored = _store().read(name)
    if stored[:1] == _OVERWRITTEN:
        raise KeyGone
    return stored


def fingerprint(name: str) -> str:
    """Stands for the key's bytes on a certificate, and gives none of them away. Raises KeyGone."""
    return hashlib.sha256(b"fingerprint|" + read(name)).hexdigest()


def exists(name: str) -> bool:
    try:
        _read(name)
    except KeyGone:
        return False
    return True


def destroy(name: str) -> None:
    """Overwrite and remove; destroying a key that is gone already is no error."""
    if (keys := _held.get()) is not None:
        keys.pop(name, None)
    _store().remove(name)


def names() -> list[str]:
    return _store().names()


def _web_master() -> AESGCM:
    return AESGCM(bytes.fromhex(settings.MASTER_KEY_WEB))


def _worker_public() -> bytes:
    if settings.WORKER_PUBLIC_KEY:
        return bytes.fromhex(settings.WORKER_PUBLIC_KEY)
    return boxes.public_half(bytes.fromhex(settings.MASTER_KEY_WORKER))


class _Store(Protocol):
    def write(self, name: str, wrapped: bytes) -> None: ...
    def read(self, name: str) -> bytes: ...
    def remove(self, name: str) -> None: ...
    def names(self) -> list[str]: ...


class DirectoryStore:
    """One file a key, mode 0600, in a directory that the database backup does not take."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise ValueError(name)
        return self.folder / f"{name}.key"

    def write(self, name: str, wrapped: bytes) -> None:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        # Written aside and linked into place: a full disk leaves no half-written key.
        aside = self.folder / f".{secrets.token_hex(8)}"
        try:
            with os.fdopen(os.open(aside, flags, 0o600), "wb") as file:
                file.write(wrapped)
                file.flush()
                os.fsync(file.fileno())
            # A backup of the keys tells no day on which one was made.
            os.utime(aside, (_MADE, _MADE))
            try:
                os.link(aside, self._path(name))
            except FileExistsError as error:
                raise KeyExists(name) from error
        finally:
            aside.unlink(missing_ok=True)

    def read(self, name: str) -> bytes:
        try:
            return self._path(name).read_bytes()
        except FileNotFoundError as error:
            raise KeyGone from error

    def remove(self, name: str) -> None:
        path = self._path(name)
        try:
            with path.open("r+b") as file:
                size = path.stat().st_size - len(_OVERWRITTEN)
                file.write(_OVERWRITTEN + secrets.token_bytes(size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
        except FileNotFoundError:
            return

    def names(self) -> list[str]:
        return sorted(path.stem for path in self.folder.glob("*.key"))


class DatabaseStore:
    """The same in a table of a separate database, alias ``keystore``."""

    alias = "keystore"

    def _run(self, sql: str, values: tuple[str, ...] = ()) -> list[tuple[object]]:
        with connections[self.alias].cursor() as cursor:
            cursor.execute(
                "CREATE TABLE IF NOT EXISTS stored_key"
                " (name varchar(100) PRIMARY KEY, wrapped varchar(1000) NOT NULL)"
            )
            cursor.execute(sql, values)
            return cursor.fetchall() if cursor.description else []

    def write(self, name: str, wrapped: bytes) -> None:
        try:
            with transaction.atomic(using=self.alias):
                self._run(
                    "INSERT INTO stored_key (name, wrapped) VALUES (%s, %s)",
                    (name, wrapped.hex()),
                )
        except DatabaseError as error:
            raise KeyExists(name) from error

    def read(self, name: str) -> bytes:
        rows = self._run("SELECT wrapped FROM stored_key WHERE name = %s", (name,))
        if not rows:
            raise KeyGone
        return bytes.fromhex(str(rows[0][0]))

    def remove(self, name: str) -> None:
        self._run("DELETE FROM stored_key WHERE name = %s", (name,))
        connection = connections[self.alias]
        if connection.vendor == "postgresql" and not connection.in_atomic_block:
            # Without it the bytes of a deleted row stay on its page; remnants.py says why two.
            self._run("VACUUM stored_key")
            self._run("VACUUM (FULL) stored_key")

    def names(self) -> list[str]:
        return [
            str(row[0]) for row in self._run("SELECT name FROM stored_key ORDER BY 1")
        ]


def _store() -> _Store:
    if DatabaseStore.alias in settings.DATABASES:
        return DatabaseStore()
    return DirectoryStore(Path(settings.KEYSTORE_DIR))
