"""The mailbox to which letters come back, over IMAP."""

from __future__ import annotations

import imaplib
import logging
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import unquote, urlsplit

logger = logging.getLogger(__name__)

# So many at a time: the rest waits a minute.
MOST = 200
SECONDS = 15


def empty(url: str, take: Callable[[bytes], bool]) -> int:
    """Hand each new message to ``take`` and delete those that it takes; how many there were.

    ``url`` is imap(s)://user:password@host:port/folder. A mailbox that is away is noted in the
    log and looked at again later.
    """
    try:
        with _signed_in(url) as mailbox:
            return _empty(mailbox, take)
    except (OSError, imaplib.IMAP4.error):
        logger.error("mailbox unreachable", extra={"code": "MAILBOX_DOWN"})
        return 0


def _signed_in(url: str) -> imaplib.IMAP4:
    parts = urlsplit(url)
    kind = imaplib.IMAP4_SSL if parts.scheme == "imaps" else imaplib.IMAP4
    port = parts.port or (993 if parts.scheme == "imaps" else 143)
    mailbox = kind(parts.hostname or "", port, timeout=SECONDS)
    try:
        mailbox.login(unquote(parts.username or ""), unquote(parts.password or ""))
        folder = unquote(parts.path.strip("/")) or "INBOX"
        kind_of_answer, _ = mailbox.select(f'"{folder}"')
        if kind_of_answer != "OK":
            raise imaplib.IMAP4.error
    except BaseException:
        with suppress(OSError, imaplib.IMAP4.error):
            mailbox.shutdown()
        raise
    return mailbox


def _empty(mailbox: imaplib.IMAP4, take: Callable[[bytes], bool]) -> int:
    # Looking at a message marks it as seen, so what is not ours is looked at once.
    _, found = mailbox.search(None, "UNSEEN")
    numbers = (found[0] or b"").split()[:MOST]
    for number in numbers:
        _, parts = mailbox.fetch(number.decode(), "(RFC822)")
        whole = next((each[1] for each in parts if isinstance(each, tuple)), None)
        if whole is not None and take(whole):
            mailbox.store(number.decode(), "+FLAGS", r"(\Deleted)")
    mailbox.expunge()
    return len(numbers)
