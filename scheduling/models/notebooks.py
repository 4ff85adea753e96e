"""Drafts under the notebook key of their day, and the box that says where a note was heard.

The notebook key is destroyed once its day's drafts are gathered. The box is closed with a
public key; only the worker can open it, until the report is agreed.
"""

from __future__ import annotations

import datetime as dt
import hmac
import json
from dataclasses import asdict, dataclass
from typing import Any

from reviews.models import Review, User
from reviews.secrets import boxes, keystore
from reviews.secrets.sealing import SPEECH_PAD, key_name, seal, unseal
from scheduling.models import NoteDraft

_BOX_INFO = b"pr-source-v1"
_BOX_PAD = 64
_COUNTED_INFO, _COUNTED_PAD = b"pr-counted-v1", 32 * 1024
# What fits into one padded block with the marks of its own form.
MOST_BYTES = SPEECH_PAD - 1


@dataclass(frozen=True)
class Body:
    """What a draft says; all of it is sealed."""

    session: int
    themes: tuple[str, ...]
    kind: str
    line: str
    text: str

    @property
    def as_bytes(self) -> bytes:
        whole = json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))
        return whole.encode()

    @property
    def fits(self) -> bool:
        return len(self.as_bytes) <= MOST_BYTES


def name(review: Review, day: dt.date) -> str:
    """Of the day's notebook; the name itself tells no day."""
    return f"{_prefix(review)}{_keyed(review, 'notebook', day.isoformat())}"


def locator(review: Review, user: User) -> str:
    """What stands on all drafts of ``user``. Raises KeyGone."""
    return _keyed(review, "draft", str(user.pk))


def _keyed(review: Review, use: str, value: str) -> str:
    key = keystore.read(key_name("speech", review.pk))
    told = f"pr-{use}-v1|{value}".encode()
    return hmac.digest(key, told, "sha256")[:16].hex()


def _prefix(review: Review) -> str:
    return f"review-{review.pk}-notebook-"


def names(review: Review) -> list[str]:
    """The notebooks of the review that still have their key."""
    prefix = _prefix(review)
    return [each for each in keystore.names() if each.startswith(prefix)]


def _aad(draft: NoteDraft) -> bytes:
    return f"scheduling.notedraft.body|{draft.pk}|{draft.review_id}".encode()


def write(draft: NoteDraft, body: Body, *, notebook: str) -> None:
    """Seal ``body`` into the draft; saving is the caller's."""
    keystore.ensure(notebook)
    draft.notebook = notebook
    draft.body = seal(
        body.as_bytes,
        key=keystore.read(notebook),
        key_id=keystore.key_id(notebook),
        aad=_aad(draft),
        pad_to=SPEECH_PAD,
    )


def read(draft: NoteDraft) -> Body:
    """Raises KeyGone, WrongSeal."""
    key = keystore.read(draft.notebook)
    values: dict[str, Any] = json.loads(
        unseal(bytes(draft.body), key=key, aad=_aad(draft))
    )
    return Body(**{**values, "themes": tuple(values["themes"])})


def sources_key(review: Review) -> str:
    """The public half, with which a note's source is sealed."""
    return f"review-{review.pk}-sources-public"


def source_box(review: Review, session_id: int) -> bytes:
    """Two boxes of one session have nothing in common at rest."""
    public = keystore.read(sources_key(review))
    inside = str(session_id).encode()
    return boxes.seal_to(public, inside, info=_BOX_INFO, pad_to=_BOX_PAD)


def open_source(private: bytes, box: bytes | memoryview) -> int:
    return int(boxes.open_box(private, bytes(box), info=_BOX_INFO))


def seal_counted(review: Review, counted: object) -> bytes:
    """For the worker alone; its length tells a multiple of 32 KiB."""
    public = keystore.read(sources_key(review))
    inside = json.dumps(counted, separators=(",", ":")).encode()
    return boxes.seal_to(public, inside, info=_COUNTED_INFO, pad_to=_COUNTED_PAD)


def open_counted(private: bytes, box: bytes | memoryview) -> Any:
    return json.loads(boxes.open_box(private, bytes(box), info=_COUNTED_INFO))


def private_half(review: Review) -> bytes:
    """The worker's half. Raises KeyGone on a web node, and after the report is agreed."""
    return keystore.read(f"review-{review.pk}-sources")
