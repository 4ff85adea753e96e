"""Answers on their way: in the form from page to page, in a draft, in the box.

Pure functions. A draft opens with the link and the resume code together, never with one.
"""

import base64
import binascii
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from questionnaires.rules.asking import Answers
from questionnaires.rules.links import ALPHABET, tidy
from reviews.secrets import boxes

BOX = 16 * 1024
BOX_INFO = b"pr-box-v1"
CODE = 12
MOST_WORDS = 12_000
_NONCE = 12


def words(comments: Answers) -> int:
    """How much room the answers in own words take, in bytes."""
    return sum(len(text.encode()) for text in comments.values())


def to_box(public: bytes, payload: dict[str, Any]) -> bytes:
    """One sealed answer; every box has one size."""
    return boxes.seal_to(public, _packed(payload), info=BOX_INFO, pad_to=BOX)


def fits(payload: dict[str, Any]) -> bool:
    """Whether its box is as long as every other: thousands of quotation marks take twice the room."""
    return len(_packed(payload)) <= boxes.most_bytes(pad_to=BOX)


def from_box(private: bytes, box: bytes) -> dict[str, Any]:
    return json.loads(boxes.open_box(private, box, info=BOX_INFO))  # type: ignore[no-any-return]


def _packed(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _state_key(state_key: bytes, token: str) -> AESGCM:
    return AESGCM(hmac.new(state_key, token.encode(), hashlib.sha256).digest())


def carry(state_key: bytes, token: str, answers: Answers) -> str:
    """The answers so far as the form's one hidden field."""
    nonce = secrets.token_bytes(_NONCE)
    sealed = _state_key(state_key, token).encrypt(nonce, _packed(answers), None)
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def carried(state_key: bytes, token: str, field: str) -> Answers | None:
    """The answers of the hidden field, None when it is not ours or was cut."""
    if not field:
        return {}
    try:
        raw = base64.urlsafe_b64decode(field.encode())
        plain = _state_key(state_key, token).decrypt(raw[:_NONCE], raw[_NONCE:], None)
    except (InvalidTag, ValueError, binascii.Error):
        return None
    return json.loads(plain)  # type: ignore[no-any-return]


def new_code() -> str:
    """A resume code, 60 bits, as it is shown: xxxx-xxxx-xxxx."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(CODE))
    return "-".join(letters[n : n + 4] for n in range(0, CODE, 4))


@dataclass(frozen=True)
class DraftKey:
    """Where a draft lies and what opens it; both need the link and the code."""

    locator: str
    key: bytes


def draft_key(token: str, code: str) -> DraftKey:
    salt = hashlib.sha256(f"pr-draft|{token}".encode()).digest()
    made = hashlib.scrypt(
        tidy(code).encode(), salt=salt, n=2**14, r=8, p=1, maxmem=64 * 2**20, dklen=64
    )
    return DraftKey(made[:16].hex(), made[32:])


def to_draft(where: DraftKey, answers: Answers) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    padded = boxes.pad(_packed(answers), to=BOX)
    return nonce + AESGCM(where.key).encrypt(nonce, padded, where.locator.encode())


def from_draft(where: DraftKey, box: bytes) -> Answers:
    plain = AESGCM(where.key).decrypt(
        box[:_NONCE], box[_NONCE:], where.locator.encode()
    )
    return json.loads(boxes.unpad(plain))  # type: ignore[no-any-return]
