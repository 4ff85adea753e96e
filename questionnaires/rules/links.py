"""The emailed link and what stands for it: derived when it is sent, stored nowhere.

See the non-attribution specification 2.2. Pure functions over keys and ids.
"""

import hashlib
import hmac
import secrets
import uuid

ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
TOKEN = 26
_LOOKALIKES = str.maketrans({"o": "0", "i": "1", "l": "1", "u": "v"})


def crockford(value: bytes) -> str:
    """Base 32 without look-alike letters, lower case."""
    bits = int.from_bytes(value, "big")
    size = -(-len(value) * 8 // 5)
    bits <<= size * 5 - len(value) * 8
    return "".join(ALPHABET[bits >> 5 * n & 31] for n in reversed(range(size)))


def tidy(typed: str) -> str:
    """What somebody typed or copied, as the alphabet has it: case, spaces, dashes, look-alikes."""
    kept = "".join(typed.split()).replace("-", "").lower()
    return kept.translate(_LOOKALIKES)


def token(link_key: bytes, invitation: uuid.UUID, generation: int) -> str:
    """T, what the mail carries: 130 of the 256 bits of the keyed digest."""
    words = f"link|{invitation}|{generation}".encode()
    return crockford(hmac.new(link_key, words, hashlib.sha256).digest())[:TOKEN]


def random_token() -> str:
    """For a link that belongs to nobody: as long as the others, derived from nothing."""
    return crockford(secrets.token_bytes(32))[:TOKEN]


def link_hash(typed: str) -> str:
    """All that is stored of a link."""
    return hashlib.sha256(f"pr-link-v1|{tidy(typed)}".encode()).hexdigest()


def nullifier(null_key: bytes, invitation: uuid.UUID) -> str:
    """Says that somebody has answered. The same for every link of theirs, so one answer each."""
    return hmac.new(null_key, str(invitation).encode(), hashlib.sha256).hexdigest()


MARK = 16


def envelope_mark(
    link_key: bytes, invitation: uuid.UUID, *, reminder: bool = False
) -> str:
    """What the envelope of somebody's messages carries, so that one that comes back finds its row.

    Derived like the link and stored nowhere; it opens nothing. Of a ``reminder`` it is another one,
    which no row is looked up by: that it came back would say who was reminded.
    """
    words = f"{'reminder' if reminder else 'bounce'}|{invitation}".encode()
    return crockford(hmac.new(link_key, words, hashlib.sha256).digest())[:MARK]
