"""Speaking SMTP: when a message's fate is unknown, and what a server's codes mean."""

import re
import smtplib
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

from reviews.models import Delivery

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_NO_ADDRESS = {550, 551, 553, 501}
_MAILBOX = {450, 452, 552, 422}


class FateUnknown(smtplib.SMTPException):
    """The line broke while the message was being handed over: it may have arrived or not."""


class _Careful(smtplib.SMTP):
    def data(self, msg: Any) -> tuple[int, bytes]:
        try:
            return super().data(msg)
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            if isinstance(error, smtplib.SMTPResponseException):
                raise  # the server did answer
            raise FateUnknown from error


class _CarefulTls(_Careful, smtplib.SMTP_SSL):
    pass


class Backend(EmailBackend):
    """Django's own, which tells a message that may have arrived from one that did not."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return _CarefulTls if self.use_ssl else _Careful


def meaning(code: int, words: str) -> Delivery:
    """What a refusal means for whoever keeps the list: ``words`` may hold a finer status code."""
    fine = of_status(words)
    if fine is not None:
        return fine
    if code in _NO_ADDRESS:
        return Delivery.NO_ADDRESS
    return Delivery.MAILBOX if code in _MAILBOX else Delivery.FAILED


def of_status(words: str) -> Delivery | None:
    """The same of a status such as 5.1.1 (RFC 3463); None where there is none of failure."""
    found = _STATUS.search(words)
    if found is None or found[1] == "2":
        return None
    kind, subject, detail = found.groups()
    if kind == "4" or (subject, detail) in (("2", "1"), ("2", "2"), ("2", "3")):
        return Delivery.MAILBOX
    if subject == "1":
        # 5.1.7 and 5.1.8 are about the sender.
        return Delivery.FAILED if detail in ("7", "8") else Delivery.NO_ADDRESS
    return Delivery.FAILED


def fate_of(error: smtplib.SMTPException) -> Delivery | None:
    """What an error makes of the message; None where the server takes nothing more just now."""
    match error:
        case FateUnknown():
            return Delivery.UNKNOWN
        case (
            smtplib.SMTPServerDisconnected()
            | smtplib.SMTPResponseException(smtp_code=421)
        ):
            return None
        case smtplib.SMTPRecipientsRefused(recipients=recipients):
            code, words = next(iter(recipients.values()))
            return None if code == 421 else meaning(code, _text(words))
        case smtplib.SMTPSenderRefused(smtp_code=code) if 400 <= code < 500:
            return None  # too many messages, or too busy
        case smtplib.SMTPDataError(smtp_code=code, smtp_error=words):
            found = meaning(code, _text(words))
            # The address was taken before; what was refused is the message.
            return Delivery.FAILED if found == Delivery.NO_ADDRESS else found
    return Delivery.FAILED


def _text(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words
