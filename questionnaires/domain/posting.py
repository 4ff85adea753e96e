"""The worker's part of sending: each address gets one message a round, or its fate is shown.

The worker marks whom a round concerns, claims a handful at a time, hands them to the mail server
and marks what became of them. A worker that dies leaves at most one handful for each connection
whose fate nobody knows; it is never sent again by itself.

Of a reminder that not everybody gets, nothing is marked: what became of it would say who was
reminded, and so who has not answered. Everybody who had the first message waits for it and takes
their time, whoever is counted in too; these are sent nothing. Then all stand as they stood before.
"""

import datetime as dt
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from questionnaires.domain.answering import count_turnout
from questionnaires.domain.inviting import write_hashes
from questionnaires.domain.sending import SENDS, Letter, Sending, State, wake
from questionnaires.mail import letters
from questionnaires.models import Invitation, Questionnaire
from questionnaires.rules import links
from reviews.mail import mailer
from reviews.models import Delivery, Job
from reviews.secrets import keystore

# So many messages over one connection, and so many of them between two marks.
BATCH, HANDFUL = 100, 25
# The first handful, before it is known how long the server takes, and how long one may take.
FIRST, SECONDS = 5, 5.0
# A server that takes longer for a message gets several connections at once.
SLOW = 0.005
MOST_CONNECTIONS = 4
# A worker does other work as well: one stretch of sending is not longer than this.
STRETCH = dt.timedelta(seconds=40)
PACED_STRETCH = dt.timedelta(seconds=20)
# What a mail server did not take is tried again by itself after so long.
TRY_AGAIN = dt.timedelta(minutes=5)


def send_waiting(*, questionnaire: Questionnaire, job: Job) -> bool:
    """Send to those who wait, for a stretch of time; False when some are left.

    Raises ServerDown when the mail server takes nothing; whoever waits goes on waiting.
    """
    _settle_unknown(questionnaire, job)
    if questionnaire.sending in Questionnaire.ASKED:
        _begin(questionnaire)
    stretch = PACED_STRETCH if questionnaire.a_minute else STRETCH
    until = time.monotonic() + stretch.total_seconds()
    with keystore.held():
        post = _Post(questionnaire, keystore.read(questionnaire.key("link")), job)
        while time.monotonic() < until:
            if not post.send_batch(until):
                _end(questionnaire)
                return True
    return False


@transaction.atomic
def _begin(questionnaire: Questionnaire) -> None:
    """Mark whom the round concerns, all at once."""
    row = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    if row.sending not in Questionnaire.ASKED:
        return
    rows = questionnaire.invitations.all()
    if row.sending == Sending.INVITE:
        rows = rows.filter(delivery_state=Delivery.NEW)
    elif row.sending == Sending.AGAIN:
        rows = rows.filter(delivery_state__in=Invitation.STUCK)
    else:
        count_turnout(questionnaire=questionnaire)
        rows = rows.filter(delivery_state__in=questionnaire.reminded)
    number = rows.update(delivery_state=Delivery.QUEUED)
    Questionnaire.objects.filter(pk=row.pk).update(
        sending=Sending.GOING, round_size=number
    )
    questionnaire.sending = Sending.GOING


def _end(questionnaire: Questionnaire) -> None:
    """The round is over once nobody waits and nothing is on its way."""
    left = questionnaire.invitations.filter(
        delivery_state__in=[Delivery.QUEUED, Delivery.SENDING]
    )
    if not left.exists():
        Questionnaire.objects.filter(pk=questionnaire.pk, sending=Sending.GOING).update(
            sending=Sending.NOTHING
        )


def _settle_unknown(questionnaire: Questionnaire, job: Job) -> None:
    """Rows claimed by a worker that died: shown to the manager, not sent again by itself.

    Should their sender be alive after all, it marks them as what they are when it is done.
    """
    others = Job.objects.filter(
        kind=SENDS, subject=str(questionnaire.pk), state=Job.State.RUNNING
    ).exclude(pk=job.pk)
    if not others.exists():
        quiet = questionnaire.reminds_quietly
        questionnaire.invitations.filter(delivery_state=Delivery.SENDING).update(
            delivery_state=Delivery.SENT if quiet else Delivery.UNKNOWN
        )


@dataclass(frozen=True)
class _Message:
    """One message, ready to go: nothing about it needs the database any more.

    Not ``goes``: it only takes its time, as somebody is counted in. ``quiet``: what becomes of it
    is not marked.
    """

    invitation: UUID
    to: str
    words: letters.Words
    returns_to: str
    goes: bool = True
    quiet: bool = False


# What became of messages; None: it was not tried, or the server would not have it.
_Fates = dict[UUID, Delivery | None]


def _as(fate: Delivery | None, messages: Sequence[_Message]) -> _Fates:
    return {
        each.invitation: Delivery.SENT if fate and each.quiet else fate
        for each in messages
    }


class _Post:
    """Claims, sends and marks, a handful at a time. Threads send; only this one marks."""

    def __init__(self, questionnaire: Questionnaire, link_key: bytes, job: Job) -> None:
        self.questionnaire, self.link_key, self.job = questionnaire, link_key, job
        self.review = questionnaire.review
        self.letters = {
            reminder: letters.letter(questionnaire, reminder=reminder)
            for reminder in (False, True)
        }
        self.pace = 60 / questionnaire.a_minute if questionnaire.a_minute else 0.0
        # How long the server takes for a message; 0 until it has been measured.
        self.each = 0.0
        self.connections = 1

    def send_batch(self, until: float) -> bool:
        """Some hundred messages over connections opened for them; False when nobody waits."""
        width, sent = self.connections, 0
        claimed = self._mark_and_claim({}, self._handful(width))
        if not claimed:
            return False
        fates = _as(None, claimed)
        try:
            with mailer.open_connections(width) as lines:
                while claimed:
                    begun = time.monotonic()
                    # Should this thread be stopped in the middle, nobody knows.
                    fates = _as(Delivery.UNKNOWN, claimed)
                    fates = self._send(lines, claimed)
                    self._get_on()
                    if None in fates.values():
                        raise mailer.ServerDown
                    sent += len(claimed)
                    self._measure(time.monotonic() - begun, len(claimed), width)
                    if self.pace:
                        # Marked before the rest: it is long, and workers die in it.
                        self._mark_and_claim(fates, 0)
                        fates = {}
                        self._rest(begun, len(claimed))
                    enough = sent >= BATCH * width or time.monotonic() > until
                    claimed = self._mark_and_claim(
                        fates, 0 if enough else self._handful(width)
                    )
                    fates = _as(None, claimed)
                    if enough:
                        return True
        finally:
            self._mark_and_claim(fates, 0)
        return False

    def _handful(self, width: int) -> int:
        """As many as go in a few seconds, so that little is unknown when a worker dies."""
        most = int(SECONDS / max(self.each, self.pace)) if self.each else FIRST
        return width * max(1, min(HANDFUL, most))

    def _get_on(self) -> None:
        """A worker that sends is no worker that dies of its work: such attempts do not count."""
        if self.job.attempts > 1:
            Job.objects.filter(pk=self.job.pk).update(attempts=1)
            self.job.attempts = 1

    def _measure(self, seconds: float, number: int, width: int) -> None:
        """As many connections for the next batch as make up for a slow server."""
        self.each = seconds * width / number
        wanted = 1 if self.pace else int(self.each / SLOW)
        self.connections = max(1, min(MOST_CONNECTIONS, wanted))

    def _rest(self, begun: float, number: int) -> None:
        time.sleep(max(0.0, begun + number * self.pace - time.monotonic()))

    def _send(
        self, lines: Sequence[mailer.Connection], messages: Sequence[_Message]
    ) -> _Fates:
        if len(lines) == 1:
            return self._send_over(lines[0], messages)
        fates: _Fates = {}
        with ThreadPoolExecutor(len(lines)) as pool:
            parts = [messages[n :: len(lines)] for n in range(len(lines))]
            for part in pool.map(self._send_over, lines, parts):
                fates |= part
        return fates

    def _send_over(
        self, line: mailer.Connection, messages: Sequence[_Message]
    ) -> _Fates:
        fates = _as(None, messages)
        for each in messages:
            if not each.goes:
                fates |= _as(Delivery.SENT, [each])
                continue
            try:
                fate = mailer.deliver(
                    line,
                    to=each.to,
                    subject=each.words.subject,
                    text=each.words.text,
                    review=self.review,
                    returns_to=each.returns_to,
                    by_machine=True,
                )
            except mailer.ServerDown:
                break
            fates |= _as(fate, [each])
        return fates

    def _mark_and_claim(self, fates: _Fates, number: int) -> list[_Message]:
        """What became of a handful, and the next one, in one short transaction."""
        with transaction.atomic():
            self._mark(fates)
            rows = self._claim(number) if number else []
            fresh = {row.pk: self._token(row) for row in rows if row.link_hash is None}
            write_hashes({pk: links.link_hash(made) for pk, made in fresh.items()})
        return [self._message(row) for row in rows]

    def _mark(self, fates: _Fates) -> None:
        by_state: dict[Delivery, list[UUID]] = {}
        for pk, state in fates.items():
            by_state.setdefault(state or Delivery.QUEUED, []).append(pk)
        for state, pks in by_state.items():
            Invitation.objects.filter(
                pk__in=pks, delivery_state__in=[Delivery.SENDING, Delivery.UNKNOWN]
            ).update(delivery_state=state)

    def _claim(self, number: int) -> list[Invitation]:
        """The next who wait, for us alone; nobody once it was stopped or closed.

        PostgreSQL locks the rows and skips those of others; SQLite has one writer at a time.
        """
        now = Questionnaire.objects.filter(
            pk=self.questionnaire.pk, state=State.OPEN
        ).values_list("sending", flat=True)
        sending = now.first()
        if sending is None:
            return []
        waiting = self.questionnaire.invitations.filter(delivery_state=Delivery.QUEUED)
        if sending == Sending.STOPPED:
            waiting = waiting.filter(link_hash=None)  # a new link was promised
        rows = list(waiting.defer("name").select_for_update(skip_locked=True)[:number])
        Invitation.objects.filter(pk__in=[row.pk for row in rows]).update(
            delivery_state=Delivery.SENDING
        )
        if self.questionnaire.reminds_quietly:
            # A new link among reminders: if this worker dies, nobody knows of that one alone.
            fresh = [row.pk for row in rows if row.link_hash is None]
            Invitation.objects.filter(pk__in=fresh).update(
                delivery_state=Delivery.UNKNOWN
            )
        return rows

    def _token(self, row: Invitation) -> str:
        return links.token(self.link_key, row.pk, row.generation)

    def _message(self, row: Invitation) -> _Message:
        # A new link is not "the same as before".
        reminds = self.questionnaire.letter == Letter.REMINDER and bool(row.link_hash)
        quiet = reminds and self.questionnaire.reminds_quietly
        mark = links.envelope_mark(self.link_key, row.pk, reminder=quiet)
        return _Message(
            row.pk,
            row.email,
            self.letters[reminds].with_link(letters.link_of(self._token(row))),
            mailer.envelope(mark),
            goes=not (quiet and row.counted_in),
            quiet=quiet,
        )


def look_after(*, at: dt.datetime) -> None:
    """Each minute: begin again with messages that wait although nobody is sending them."""
    for questionnaire in Questionnaire.objects.filter(
        state=State.OPEN, sending__in=[*Questionnaire.ASKED, Sending.GOING]
    ).select_related("review"):
        jobs = Job.objects.filter(kind=SENDS, subject=str(questionnaire.pk))
        if jobs.exclude(state__in=[Job.State.DONE, Job.State.FAILED]).exists():
            continue
        last = jobs.first()
        failed = last is not None and last.state == Job.State.FAILED
        if failed and last and last.ended_at and at < last.ended_at + TRY_AGAIN:
            continue
        wake(questionnaire)
