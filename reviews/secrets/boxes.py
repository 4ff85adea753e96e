"""Sealed boxes: whoever holds the public half can close one, only the private half opens it.

Format: ``epk(32) || AES-256-GCM(HKDF(X25519), nonce=0, pad(plaintext))``, see the
non-attribution specification 2.2. A fresh ephemeral key for each box makes nonce 0 safe.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_NONCE = bytes(12)


class CannotOpen(Exception):
    """The box is damaged, belongs elsewhere, or its key is another one."""


def pad(plaintext: bytes, *, to: int) -> bytes:
    """``plaintext``, 0x80 and zeros up to the next multiple of ``to`` bytes."""
    length = -(-(len(plaintext) + 1) // to) * to
    return (plaintext + b"\x80").ljust(length, b"\0")


def unpad(padded: bytes) -> bytes:
    body, mark, tail = padded.rpartition(b"\x80")
    if not mark or tail.strip(b"\0"):
        raise CannotOpen
    return body


def new_pair() -> tuple[bytes, bytes]:
    """A fresh X25519 pair as raw bytes: (private, public)."""
    private = X25519PrivateKey.generate()
    return private.private_bytes_raw(), private.public_key().public_bytes_raw()


def public_half(private: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def _box_key(shared: bytes, *, info: bytes, epk: bytes, public: bytes) -> AESGCM:
    kdf = HKDF(SHA256(), length=KEY_BYTES, salt=None, info=info + epk + public)
    return AESGCM(kdf.derive(shared))


def seal_to(public: bytes, plaintext: bytes, *, info: bytes, pad_to: int) -> bytes:
    """A box for ``public``; all boxes of one ``pad_to`` multiple have one length."""
    ephemeral = X25519PrivateKey.generate()
    epk = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public))
    key = _box_key(shared, info=info, epk=epk, public=public)
    return epk + key.encrypt(_NONCE, pad(plaintext, to=pad_to), None)


def open_box(private: bytes, box: bytes, *, info: bytes) -> bytes:
    """The plaintext. Raises CannotOpen."""
    half = X25519PrivateKey.from_private_bytes(private)
    epk, sealed = box[:KEY_BYTES], box[KEY_BYTES:]
    public = half.public_key().public_bytes_raw()
    try:
        shared = half.exchange(X25519PublicKey.from_public_bytes(epk))
        key = _box_key(shared, info=info, epk=epk, public=public)
        return unpad(key.decrypt(_NONCE, sealed, None))
    except (InvalidTag, ValueError) as error:
        raise CannotOpen from error
