"""Sealed boxes: whoever holds the public half can close one, only the private half opens it.

The box is libsodium's (PyNaCl ``SealedBox``). Ours is what lies in it: ``pad(context || plaintext)``,
so that length tells nothing and a box of one use does not open as one of another.
"""

import hashlib

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

KEY_BYTES = 32
_CONTEXT_BYTES = 16
_OLD_NONCE = bytes(12)


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
    private = PrivateKey.generate()
    return bytes(private), bytes(private.public_key)


def public_half(private: bytes) -> bytes:
    return bytes(PrivateKey(private).public_key)


def most_bytes(*, pad_to: int) -> int:
    """The longest plaintext whose box is one ``pad_to`` long, and so like the others."""
    return pad_to - _CONTEXT_BYTES - 1


def _context(info: bytes) -> bytes:
    return hashlib.blake2b(info, digest_size=_CONTEXT_BYTES).digest()


def seal_to(public: bytes, plaintext: bytes, *, info: bytes, pad_to: int) -> bytes:
    """A box for ``public``, of the use ``info``; all of one ``pad_to`` multiple have one length."""
    inside = pad(_context(info) + plaintext, to=pad_to)
    return bytes(SealedBox(PublicKey(public)).encrypt(inside))


def open_box(private: bytes, box: bytes, *, info: bytes) -> bytes:
    """The plaintext. Raises CannotOpen, also for a box that was closed for another use."""
    try:
        inside = SealedBox(PrivateKey(private)).decrypt(box)
    except CryptoError:
        return _open_old(private, box, info)
    context, plaintext = inside[:_CONTEXT_BYTES], inside[_CONTEXT_BYTES:]
    if context != _context(info):
        raise CannotOpen
    return unpad(plaintext)


def _open_old(private: bytes, box: bytes, info: bytes) -> bytes:
    """A box of before libsodium: ``epk(32) || AES-256-GCM(HKDF(X25519), nonce=0, pad(plaintext))``.

    Its length is that of a new one, so nobody without the key tells which was closed first.
    """
    half = X25519PrivateKey.from_private_bytes(private)
    epk, sealed = box[:KEY_BYTES], box[KEY_BYTES:]
    bound = info + epk + half.public_key().public_bytes_raw()
    try:
        shared = half.exchange(X25519PublicKey.from_public_bytes(epk))
        key = HKDF(SHA256(), length=KEY_BYTES, salt=None, info=bound).derive(shared)
        return unpad(AESGCM(key).decrypt(_OLD_NONCE, sealed, None))
    except (InvalidTag, ValueError) as error:
        raise CannotOpen from error
