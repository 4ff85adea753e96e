"""Mail that came back: whose mark it carries and what its code means. The rest is not looked at."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import Message

from reviews.mail import smtp
from reviews.models import Delivery

# Enough for a report with the whole of one of our letters.
MOST_BYTES = 1_000_000
_MARK = re.compile(r"\+([0-9a-hjkmnp-tv-z]{16})@", re.IGNORECASE)
# Where mail servers say for whom a message is.
_FOR = ("X-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To", "To")
_MACHINES = re.compile(r"mailer-daemon|postmaster|<>", re.IGNORECASE)


@dataclass(frozen=True)
class Returned:
    """``state`` is None for what is no failure: a delay, or an answer by itself."""

    mark: str
    state: Delivery | None


def read(raw: bytes, *, recipient: str = "") -> Returned | None:
    """None for mail that carries no mark of ours. ``recipient`` is what the server says it is."""
    message = message_from_bytes(raw[:MOST_BYTES], policy=policy.compat32)
    mark = _mark_of(message, recipient)
    return Returned(mark, _state_of(message)) if mark else None


def _mark_of(message: Message, recipient: str) -> str:
    told = [recipient, *(str(v) for name in _FOR for v in message.get_all(name, []))]
    found = (_MARK.search(each) for each in told)
    return next((match[1].lower() for match in found if match), "")


def _state_of(message: Message) -> Delivery | None:
    reports = [
        part
        for part in message.walk()
        if part.get_content_type() == "message/delivery-status"
    ]
    if reports:
        states = [state for part in reports for state in _failures(part)]
        return states[0] if states else None
    return _of_plain_words(message)


def _failures(report: Message) -> Iterator[Delivery]:
    """One for each reader whom the report says that it did not reach (RFC 3464)."""
    for block in report.walk():  # itself first, which says of nobody that it failed
        if str(block.get("Action", "")).strip().lower() != "failed":
            continue  # delayed, relayed, delivered
        status = str(block.get("Status", ""))
        diagnostic = str(block.get("Diagnostic-Code", ""))
        # A server that gives 5.0.0 often says more beside it.
        vague = status.strip().endswith(".0.0")
        fine = smtp.of_status(diagnostic) if vague else None
        yield fine or smtp.of_status(status) or Delivery.FAILED


def _of_plain_words(message: Message) -> Delivery | None:
    """Servers of an older kind write to people: the status stands in the text."""
    if not _MACHINES.search(str(message.get("From", ""))):
        return None
    for part in message.walk():
        if part.get_content_type() == "text/plain":
            text = part.get_payload(decode=True)
            words = text.decode(errors="replace") if isinstance(text, bytes) else ""
            return smtp.of_status(words[:2_000])
    return None
