"""A passphrase that was shown has to be typed back before anything rests on it.

Meanwhile it is kept nowhere. The page carries a signed digest of it, which tells nothing: 77 random
bits are beyond guessing.
"""

import datetime as dt
import hashlib
import hmac

from django.core import signing

from reviews.refusals import Refusal
from reviews.secrets import passphrases

WITHIN = dt.timedelta(hours=1)


class ShownTooLongAgo(Refusal):
    sentence = (
        "The passphrase was shown too long ago. Begin again: you are shown a new one."
    )


class OtherPassphrase(Refusal):
    sentence = (
        "This is not the passphrase that was shown. Compare it with what you wrote down, or begin "
        "again: you are shown a new one."
    )


def shown(whose: str) -> tuple[str, str]:
    """A new passphrase, and the token with which ``whose`` alone can type it back."""
    words = passphrases.new()
    return words, signing.dumps(_digest(words), salt=_salt(whose))


def typed_back(typed: str, token: str, *, whose: str) -> str:
    """The passphrase that was shown. Raises ShownTooLongAgo, OtherPassphrase."""
    try:
        digest = signing.loads(token, salt=_salt(whose), max_age=WITHIN)
    except signing.BadSignature as error:
        raise ShownTooLongAgo from error
    words = passphrases.tidy(typed)
    if not hmac.compare_digest(_digest(words), digest):
        raise OtherPassphrase
    return words


def _digest(words: str) -> str:
    return hashlib.sha256(words.encode()).hexdigest()


def _salt(whose: str) -> str:
    return f"passphrase that was shown to {whose}"
