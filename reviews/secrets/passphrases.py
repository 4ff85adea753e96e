"""Passphrases of words, to be read out over the telephone and typed by somebody else.

The words are common and short. No two are one slip of a key apart, and none is the start of
another, so that a passphrase is understood without its hyphens too.
"""

import re
import secrets
import unicodedata
from functools import cache
from pathlib import Path

WORDS = 7
_FILE = Path(__file__).with_name("passphrase_words.txt")
_BETWEEN = re.compile(r"[\W_]+")


@cache
def words() -> frozenset[str]:
    """The 2,048 words that a passphrase may be made of."""
    return frozenset(_FILE.read_text(encoding="ascii").split())


@cache
def _in_order() -> tuple[str, ...]:
    return tuple(sorted(words()))


@cache
def _lengths() -> tuple[int, ...]:
    return tuple(sorted({len(word) for word in words()}))


def new() -> str:
    """Seven words joined by hyphens: 7 times 11, which is 77 bits, from the system's randomness."""
    return "-".join(secrets.choice(_in_order()) for _ in range(WORDS))


def tidy(text: str) -> str:
    """The passphrase as ``new`` wrote it, whatever was done to its capitals, spaces and hyphens.

    What is not made of our words alone comes back as it was typed, without the spaces around it:
    it may be a passphrase that somebody chose elsewhere.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    found = _split(_BETWEEN.sub("", plain))
    return "-".join(found) if found else text.strip()


def _split(letters: str) -> list[str]:
    """The words that stand there one after the other; none where anything else does."""
    found: list[str] = []
    at = 0
    while at < len(letters):
        word = next(
            (
                letters[at : at + length]
                for length in _lengths()
                if letters[at : at + length] in words()
            ),
            "",
        )
        if not word:
            return []
        found.append(word)
        at += len(word)
    return found
