"""Secret addresses of the timetable: what stands in them, and what is stored of it."""

import base64
import hashlib
import hmac
import secrets
from uuid import UUID

from reviews.models import Review
from reviews.secrets import keystore
from reviews.secrets.sealing import key_name


def hash_of(token: str) -> str:
    """All that is stored of a secret address."""
    return hashlib.sha256(token.encode()).hexdigest()


def fresh() -> str:
    """256 bits."""
    return secrets.token_urlsafe(32)


def of_invitee(review: Review, invitee: UUID) -> str:
    """Derived, so that each message to somebody carries the same link and none is stored.

    It goes with the key of the review's people.
    """
    key = keystore.read(key_name("people", review.pk))
    digest = hmac.new(key, f"meeting|{invitee}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
