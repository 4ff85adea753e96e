"""Mail: the only module that speaks to a mail server.

Ordinary messages are ``Message`` rows with states, claimed one by one and sent by the worker.
Questionnaire links go through ``deliver`` alone, so that no link is ever stored.
"""

import datetime as dt
import secrets
import smtplib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from email.mime.text import MIMEText
from pathlib import Path
from string import Template
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.utils import timezone

from reviews import background
from reviews.mail import smtp
from reviews.mail.kinds import kind_of
from reviews.models import Delivery, Job, MailBatch, Message, Review, Stage, User
from reviews.models.mail import LETS_IN
from reviews.refusals import Refusal
from reviews.secrets import keystore
from reviews.secrets.sealing import key_name


class ServerDown(Refusal):
    """The mail server cannot be reached."""

    sentence = (
        "The mail server did not answer. Nothing was lost: what was not sent "
        "is still waiting and can be sent again."
    )


@contextmanager
def open_connection() -> Iterator[BaseEmailBackend]:
    """One connection for many messages. Raises ServerDown."""
    connection = get_connection()
    try:
        connection.open()
    except (OSError, smtplib.SMTPException) as error:
        raise ServerDown from error
    try:
        yield connection
    finally:
        # The server may leave first; everything before it was acknowledged.
        with suppress(OSError, smtplib.SMTPException):
            connection.close()


Connection = BaseEmailBackend


@contextmanager
def open_connections(number: int) -> Iterator[list[Connection]]:
    """Several at once, for a server that takes its time. Raises ServerDown."""
    with ExitStack() as stack:
        yield [stack.enter_context(open_connection()) for _ in range(number)]


def deliver(
    connection: BaseEmailBackend,
    *,
    to: str,
    subject: str,
    text: str,
    review: Review | None,
    returns_to: str = "",
    by_machine: bool = False,
    files: Sequence[Sequence[str]] = (),
) -> Delivery:
    """Hand one message to the server and say how it took it. Raises ServerDown.

    Plain text, one recipient, no tracking; with calendar files (name, method, text). Replies go to the review manager; what cannot be
    delivered goes back to ``returns_to``, or to the sender. ``by_machine`` asks machines not to answer
    it: "away until Monday" would tell the review manager who got it.
    """
    headers = {
        # By chance alone: what Python and Django make holds the moment and the process.
        "Message-ID": f"<{secrets.token_hex(16)}@review.invalid>"
    }
    if by_machine:
        headers["Auto-Submitted"] = "auto-generated"
        headers["X-Auto-Response-Suppress"] = "OOF, AutoReply"
    if returns_to:
        headers["From"] = settings.DEFAULT_FROM_EMAIL
    message = EmailMessage(
        subject=subject,
        body=text,
        from_email=returns_to or None,
        to=[to],
        reply_to=[review.contact_email] if review else None,
        headers=headers,
        connection=connection,
    )
    for name, method, words in files:
        message.attach(_calendar_file(name, method, words))
    try:
        connection.send_messages([message])
    except smtplib.SMTPException as error:
        fate = smtp.fate_of(error)
        if fate is None:
            raise ServerDown from error
        return fate
    except OSError as error:
        raise ServerDown from error
    except ValueError:
        return Delivery.NO_ADDRESS  # a line break or worse in the address
    return Delivery.SENT


def _calendar_file(name: str, method: str, words: str) -> MIMEText:
    """The type names the method, or Outlook and Thunderbird would offer a file and not a meeting."""
    part = MIMEText(words, "calendar", "utf-8")
    part.set_param("method", method)
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part


def envelope(mark: str) -> str:
    """Where a message of this mark comes back to; "" where nobody reads what comes back."""
    name, _, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    return f"{name}+{mark}@{domain}" if name else ""


def goes_by_itself(review: Review | None, kind: str) -> bool:
    """Whether mail of this kind is sent as soon as it is written."""
    known = kind_of(kind)
    if review is None or known is None:
        return True
    if known.fixed:
        return known.by_itself
    rule = review.mail_rules.filter(kind=known.begins).first()
    return rule.by_itself if rule else known.by_itself


@dataclass(frozen=True)
class Recipient:
    """Who has one message of a batch; ``fields`` stand for ``$name`` and the like in it.

    ``files`` are calendar files: name, method and text of each.
    """

    to: str
    fields: dict[str, str] = field(default_factory=dict)
    files: Sequence[Sequence[str]] = ()


def fill(words: str, fields: dict[str, str] | None) -> str:
    """``words`` with ``$name`` and the like filled in; any other dollar sign stays."""
    return Template(words).safe_substitute(fields or {})


@dataclass(frozen=True)
class Piece:
    """A part of a filled text; ``filled``: it stands there for this reader alone."""

    text: str
    filled: bool = False


def pieces(words: str, fields: dict[str, str] | None) -> list[Piece]:
    """The filled text in parts, so that a page can mark what was filled in."""
    known = fields or {}
    found, at = [], 0
    for match in Template.pattern.finditer(words):
        name = match["named"] or match["braced"]
        if name in known:
            found += [
                Piece(fill(words[at : match.start()], {})),
                Piece(known[name], filled=True),
            ]
            at = match.end()
    return [each for each in [*found, Piece(fill(words[at:], {}))] if each.text]


def uses(words: str, name: str) -> bool:
    """Whether ``words`` have a place for ``name``."""
    return any(
        name in (match["named"], match["braced"])
        for match in Template.pattern.finditer(words)
    )


@transaction.atomic
def write(
    *,
    review: Review,
    kind: str,
    recipients: Sequence[Recipient],
    subject: str,
    text: str,
    at: dt.datetime,
) -> MailBatch | None:
    """One message for each recipient: drafts of one batch, or sent when the kind goes by itself."""
    if goes_by_itself(review, kind):
        for each in recipients:
            queue(
                review=review,
                kind=kind,
                to=each.to,
                subject=fill(subject, each.fields),
                text=fill(text, each.fields),
                files=each.files,
                at=at,
            )
        return None
    return write_drafts(
        review=review,
        kind=kind,
        recipients=recipients,
        subject=subject,
        text=text,
        at=at,
    )


@transaction.atomic
def write_drafts(
    *,
    review: Review,
    kind: str,
    recipients: Sequence[Recipient],
    subject: str,
    text: str,
    at: dt.datetime,
) -> MailBatch:
    """One draft for each recipient, whatever goes by itself in this review."""
    batch = MailBatch(
        review=review, kind=kind, subject=subject, text=text, written_at=at
    )
    batch.save(force_insert=True)
    for each in recipients:
        Message(
            review=review,
            batch=batch,
            kind=kind,
            to=each.to,
            fields=each.fields,
            subject=fill(subject, each.fields),
            text=fill(text, each.fields),
            files=_kept(each.files),
            state=Delivery.DRAFT,
            queued_at=at,
        ).save(force_insert=True)
    return batch


def _kept(files: Sequence[Sequence[str]]) -> list[list[str]] | None:
    return [list(each) for each in files] or None


def _draft(message: Message) -> None:
    """A message that nobody planned as a batch waits as a batch of one."""
    review = message.review
    if review is None:
        raise TypeError("Mail of no review has nobody to wait for.")
    secret = message.holds_a_secret
    message.batch = MailBatch(
        review=review,
        kind=message.kind,
        subject=message.subject,
        text="" if secret else message.text,
        written_at=message.queued_at,
    )
    message.batch.save(force_insert=True)
    message.fields = {}
    message.state = Delivery.DRAFT
    message.save(force_insert=True)


def queue(
    *,
    review: Review | None,
    kind: str,
    to: str,
    subject: str,
    text: str,
    files: Sequence[Sequence[str]] = (),
    at: dt.datetime | None = None,
) -> Message:
    """Store a message and have the worker send it after this transaction holds.

    A kind that does not go by itself in this review waits as a draft instead. A closed review has
    no key for messages any more: what is still written about it is the installation's.
    """
    if review is not None and review.stage == Stage.CLOSED:
        review = None
    if review is None:
        keystore.ensure(key_name("people", None))
    with transaction.atomic():
        message = Message(
            review=review,
            kind=kind,
            to=to,
            subject=subject,
            text=text,
            files=_kept(files),
            queued_at=at or timezone.now(),
        )
        if not goes_by_itself(review, kind):
            _draft(message)
            return message
        message.save(force_insert=True)
        background.enqueue(SEND, review.pk if review else "", review=review)
    return message


# Mail that a server did not take

SEND = "reviews.tasks.send_messages"
# Mail is not looked at again before a first ring had its time.
FIRST_RING = dt.timedelta(minutes=1)
LONGEST_GAP = dt.timedelta(minutes=10)


def gap_after(attempts: int) -> dt.timedelta:
    """How long after a failed attempt the next one begins: 1, 2, 4, 8 minutes, then every 10."""
    minutes: int = 2 ** min(max(attempts - 1, 0), 10)
    return min(dt.timedelta(minutes=minutes), LONGEST_GAP)


def send_what_waits(*, at: dt.datetime) -> None:
    """Each minute: begin again with mail that waits although nobody is sending it."""
    waiting = Message.objects.filter(
        state=Delivery.QUEUED, queued_at__lte=at - FIRST_RING
    )
    numbers = set(waiting.values_list("review_id", flat=True))
    for review in [None] if None in numbers else []:
        _begin_again(review, at=at, wait=True)
    for review in Review.objects.filter(pk__in=numbers - {None}):
        _begin_again(review, at=at, wait=True)


def try_now(*, review: Review, at: dt.datetime) -> bool:
    """Begin again at once, at a person's wish; says whether there was anything to begin."""
    waiting = Message.objects.filter(review=review, state=Delivery.QUEUED)
    return waiting.exists() and _begin_again(review, at=at, wait=False)


def _begin_again(review: Review | None, *, at: dt.datetime, wait: bool) -> bool:
    """Ring for the mail of one review unless somebody does. Two at once send nothing twice: each
    message is claimed, and a failed job is taken up by one of them alone."""
    subject = str(review.pk) if review else ""
    jobs = Job.objects.filter(kind=SEND, subject=subject)
    if jobs.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING]).exists():
        return False
    last = jobs.order_by("-pk").first()
    if last is None or last.state != Job.State.FAILED:
        background.enqueue(SEND, subject, review=review)
        return True
    if wait and last.ended_at and at < last.ended_at + gap_after(last.attempts):
        return False
    background.retry(last, at=at)
    return True


def send_waiting(*, review: Review | None) -> None:
    """Send every waiting message; each is claimed first, so two workers never send one twice."""
    waiting = list(Message.objects.filter(review=review, state=Delivery.QUEUED))
    if not waiting:
        return
    with open_connection() as connection:
        for message in waiting:
            _send_one(connection, message)


def _send_one(connection: BaseEmailBackend, message: Message) -> None:
    rows = Message.objects.filter(pk=message.pk)
    claimed = rows.filter(state=Delivery.QUEUED).update(state=Delivery.SENDING)
    if not claimed:
        return
    try:
        state = deliver(
            connection,
            to=message.to,
            subject=message.subject,
            text=message.text,
            review=message.review,
            files=message.files or (),
        )
    except ServerDown:
        rows.update(state=Delivery.QUEUED)
        raise
    message.state = state
    message.sent_at = timezone.now() if state == Delivery.SENT else None
    if message.holds_a_secret and state == Delivery.SENT:
        # What did not arrive is written anew, with a new secret: accounts.invite_again.
        message.text = ""
    message.save(update_fields=["state", "sent_at", "text"])


def settle_unknown(*, before: dt.datetime) -> int:
    """Messages whose sender died in the middle: shown as unknown, never sent again by itself."""
    stuck = Message.objects.filter(state=Delivery.SENDING, queued_at__lt=before)
    return stuck.update(state=Delivery.UNKNOWN)


def forget_secrets(*, before: dt.datetime) -> int:
    """Empty the secret texts of messages that never arrived; by then their addresses are dead."""
    failed = Message.objects.filter(
        kind__startswith=LETS_IN,
        state__in=[
            Delivery.NO_ADDRESS,
            Delivery.MAILBOX,
            Delivery.FAILED,
            Delivery.UNKNOWN,
        ],
        queued_at__lt=before,
    )
    number = 0
    for message in failed:
        if message.text:
            message.text = ""
            message.save(update_fields=["text"])
            number += 1
    return number


def forget_own_letters(*, before: dt.datetime) -> None:
    """Delete letters of no review, whatever became of them: no close would ever reach them."""
    Message.objects.filter(review=None, queued_at__lt=before).delete()


def send_again(message: Message, *, by: User) -> None:
    """At a person's wish, queue a message that failed or whose fate is unknown."""
    again = Message.objects.filter(pk=message.pk).exclude(
        state__in=[Delivery.SENT, Delivery.SENDING, Delivery.QUEUED, Delivery.DRAFT]
    )
    if again.update(state=Delivery.QUEUED):
        background.enqueue(SEND, message.review_id or "", review=message.review)


class DemonstrationBackend(BaseEmailBackend):
    """Writes each message to a file that the demonstration's outbox page reads.

    With a mail server set, it sends as well. Never used outside the demonstration.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(fail_silently=bool(options.get("fail_silently")))
        self.onward = smtp.Backend(**options) if settings.EMAIL_HOST else None

    def open(self) -> bool | None:
        return self.onward.open() if self.onward else None

    def close(self) -> None:
        if self.onward:
            self.onward.close()

    def send_messages(self, email_messages: Any) -> int:
        folder = demonstration_folder()
        folder.mkdir(parents=True, exist_ok=True)
        for message in email_messages:
            name = f"{timezone.now():%Y%m%d%H%M%S%f}-{secrets.token_hex(4)}.eml"
            (folder / name).write_bytes(message.message().as_bytes())
        if self.onward:
            return self.onward.send_messages(email_messages) or 0
        return len(email_messages)


def demonstration_folder() -> Path:
    return Path(settings.VAR_DIR) / "mail"
