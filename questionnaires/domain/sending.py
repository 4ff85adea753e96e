"""Invitations and reminders: each address gets one message a round, or its fate is shown.

A request says what is to be sent and returns at once. The worker marks whom it concerns, claims
a handful at a time, hands them to the mail server and marks what became of them. A worker that
dies leaves at most one handful whose fate nobody knows; it is never sent again by itself.
"""

import datetime as dt
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F

from questionnaires.domain.answering import count_turnout
from questionnaires.domain.inviting import write_hashes
from questionnaires.domain.trail import record
from questionnaires.mail import letters
from questionnaires.models import Invitation, Questionnaire
from questionnaires.rules import links
from reviews import background, keystore, mailer, say
from reviews.mail_kinds import TEST
from reviews.models import Delivery, Job, User
from reviews.refusals import Refusal

SENDS = "questionnaires.tasks.send_invitations"
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

Sending, Letter, State = (
    Questionnaire.Sending,
    Questionnaire.Letter,
    Questionnaire.State,
)


class NotOpen(Refusal):
    def __init__(self) -> None:
        super().__init__("The questionnaire is not open, so nothing is sent.")


class NothingSent(Refusal):
    def __init__(self) -> None:
        super().__init__("Send the invitations first.")


class StillSending(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "The last messages are still going out. Wait until they have gone."
        )


class SendingStopped(Refusal):
    def __init__(self) -> None:
        super().__init__(
            "Sending was stopped in the middle. Carry on with it, or leave out the rest."
        )


class NothingToStop(Refusal):
    def __init__(self) -> None:
        super().__init__("Nothing is going out just now.")


class NotOnTheList(Refusal):
    def __init__(self) -> None:
        super().__init__("Nobody on the list has this email address.")


class NoSingleLinks(Refusal):
    """Whether an address is on the list of a late round says whether its owner had answered."""

    def __init__(self) -> None:
        super().__init__(
            "Nobody may see whom a late round asks, so no single link of it can be replaced. "
            "A reminder carries the same link again."
        )


class TooManyReminders(Refusal):
    def __init__(self, most: int) -> None:
        sent = f"{say.counted(most, 'reminder')} {'was' if most == 1 else 'were'}"
        super().__init__(
            f"{sent} sent, as many as were planned. More would only annoy people."
            if most
            else "No reminder was planned for this questionnaire."
        )


class TooSoon(Refusal):
    def __init__(self, day: dt.date) -> None:
        super().__init__(
            f"The last message went less than {Questionnaire.REMINDER_GAP.days} days ago. "
            f"The next reminder can go from {say.day(day)}."
        )


# What a person asks for. None of these looks at the list: it may be long.


def queue_invitations(
    *,
    questionnaire: Questionnaire,
    by: User,
    at: dt.datetime,
    today: dt.date,
    a_minute: int | None = None,
) -> None:
    """Have the worker send the link to everybody who has had none.

    Raises NotOpen, StillSending, SendingStopped.
    """
    _ask(
        questionnaire,
        Sending.INVITE,
        by=by,
        at=at,
        values={
            "letter": Letter.INVITATION,
            "last_sent_on": today,
            "a_minute": _pace(questionnaire, a_minute),
        },
    )


def queue_reminders(
    *,
    questionnaire: Questionnaire,
    by: User,
    at: dt.datetime,
    today: dt.date,
    a_minute: int | None = None,
) -> None:
    """Remind everybody who is not yet counted as having answered and had the first message.

    Raises NotOpen, NothingSent, TooManyReminders, TooSoon, StillSending, SendingStopped.
    """
    if questionnaire.state != State.OPEN:
        raise NotOpen
    if questionnaire.reminders >= questionnaire.most_reminders:
        raise TooManyReminders(questionnaire.most_reminders)
    earliest = questionnaire.next_reminder_on
    if earliest is None:
        raise NothingSent
    if today < earliest:
        raise TooSoon(earliest)
    _ask(
        questionnaire,
        Sending.REMIND,
        by=by,
        at=at,
        values={
            "letter": Letter.REMINDER,
            "last_sent_on": today,
            "a_minute": _pace(questionnaire, a_minute),
            "reminders": questionnaire.reminders + 1,
        },
        unless_moved={"reminders": questionnaire.reminders},
    )


def queue_again(
    *, questionnaire: Questionnaire, by: User, at: dt.datetime, today: dt.date
) -> None:
    """At the manager's wish: those whose message failed, or whose fate is unknown.

    Raises NotOpen, StillSending, SendingStopped.
    """
    _ask(
        questionnaire,
        Sending.AGAIN,
        by=by,
        at=at,
        values={"letter": Letter.AGAIN, "last_sent_on": today},
    )


@transaction.atomic
def _ask(
    questionnaire: Questionnaire,
    what: Questionnaire.Sending,
    *,
    by: User,
    at: dt.datetime,
    values: Mapping[str, Any],
    unless_moved: Mapping[str, Any] | None = None,
) -> None:
    """One statement, whatever the number of people; pressed twice, it is taken once."""
    values = {**values, "round_size": 0}  # nobody is marked yet
    taken = Questionnaire.objects.filter(
        pk=questionnaire.pk,
        state=State.OPEN,
        sending=Sending.NOTHING,
        **(unless_moved or {}),
    ).update(sending=what, **values)
    if not taken:
        now = Questionnaire.objects.get(pk=questionnaire.pk)
        if now.state != State.OPEN:
            raise NotOpen
        raise SendingStopped if now.sending == Sending.STOPPED else StillSending
    for name, value in {"sending": what, **values}.items():
        setattr(questionnaire, name, value)
    # Without a number: how many a reminder goes to says how many have answered.
    record(_IN_THE_TRAIL[what], questionnaire, by, at)
    _wake(questionnaire)


_IN_THE_TRAIL = {
    Sending.INVITE: "invitations.sent",
    Sending.REMIND: "reminders.sent",
    Sending.AGAIN: "invitations.sent_again",
}


def _wake(questionnaire: Questionnaire) -> None:
    background.enqueue(SENDS, questionnaire.pk, review=questionnaire.review)


@transaction.atomic
def stop(*, questionnaire: Questionnaire, by: User, at: dt.datetime) -> None:
    """No further message goes; those that the mail server has are gone. Raises NothingToStop."""
    before = (*Questionnaire.ASKED, Sending.GOING)
    _move(questionnaire, before, {"sending": Sending.STOPPED}, NothingToStop)
    record("sending.stopped", questionnaire, by, at)


def _pace(questionnaire: Questionnaire, a_minute: int | None) -> int | None:
    """Letters of a late round go at once: a pace by the clock would tell how many there are."""
    return None if questionnaire.is_late else a_minute


@transaction.atomic
def carry_on(
    *,
    questionnaire: Questionnaire,
    by: User,
    at: dt.datetime,
    a_minute: int | None = None,
) -> None:
    """With what was stopped. Raises NothingToStop, NotOpen."""
    if questionnaire.state != State.OPEN:
        raise NotOpen
    # Stopped before the worker had marked anybody, it begins now.
    asked = {
        Letter.INVITATION: Sending.INVITE,
        Letter.REMINDER: Sending.REMIND,
        Letter.AGAIN: Sending.AGAIN,
    }[Letter(questionnaire.letter)]
    sending = Sending.GOING if questionnaire.round_size else asked
    values = {"sending": sending, "a_minute": _pace(questionnaire, a_minute)}
    _move(questionnaire, (Sending.STOPPED,), values, NothingToStop)
    record("sending.carried_on", questionnaire, by, at)
    _wake(questionnaire)


@transaction.atomic
def leave_out_the_rest(
    *, questionnaire: Questionnaire, by: User, at: dt.datetime
) -> None:
    """Those to whom nothing has gone stay as they were before; a stopped round is over.

    Raises NothingToStop.
    """
    values: dict[str, Any] = {"sending": Sending.NOTHING}
    if not questionnaire.round_size and questionnaire.letter == Letter.REMINDER:
        values["reminders"] = questionnaire.reminders - 1  # it never began
    _move(questionnaire, (Sending.STOPPED,), values, NothingToStop)
    before = {
        Letter.INVITATION: Delivery.NEW,
        Letter.REMINDER: Delivery.SENT,
        Letter.AGAIN: Delivery.UNKNOWN,
    }[Letter(questionnaire.letter)]
    questionnaire.invitations.filter(delivery_state=Delivery.QUEUED).update(
        delivery_state=before
    )
    record("sending.ended", questionnaire, by, at)


def _move(
    questionnaire: Questionnaire,
    before: Sequence[Questionnaire.Sending],
    values: Mapping[str, Any],
    otherwise: type[Refusal],
) -> None:
    rows = Questionnaire.objects.filter(pk=questionnaire.pk, sending__in=before)
    if not rows.update(**values):
        raise otherwise
    for name, value in values.items():
        setattr(questionnaire, name, value)


@transaction.atomic
def reissue(
    *, questionnaire: Questionnaire, email: str, by: User, at: dt.datetime
) -> None:
    """Send one person a new link; the old one stops working at once.

    The link itself is made by the worker: only there can its key be read. It goes even while
    other messages are stopped. Raises NotOpen, NotOnTheList, NoSingleLinks.
    """
    if questionnaire.is_late:
        raise NoSingleLinks  # before anything is looked up
    if questionnaire.state != State.OPEN:
        raise NotOpen
    wanted = email.strip().lower()
    rows = questionnaire.invitations.only("email", "questionnaire")
    with keystore.held():
        found = next((each for each in rows if each.email.lower() == wanted), None)
    if found is None:
        raise NotOnTheList
    Invitation.objects.filter(pk=found.pk).update(
        generation=F("generation") + 1,
        link_hash=None,
        delivery_state=Delivery.QUEUED,
    )
    Questionnaire.objects.filter(pk=questionnaire.pk, sending=Sending.NOTHING).update(
        sending=Sending.GOING, letter=Letter.AGAIN, round_size=1
    )
    record("link.replaced", questionnaire, by, at)
    _wake(questionnaire)


def send_test(
    *, questionnaire: Questionnaire, reminder: bool, by: User, at: dt.datetime
) -> None:
    """The letter to oneself. Its link opens the preview; no questionnaire's link is made."""
    words = letters.test_letter(questionnaire, reminder=reminder)
    mailer.queue(
        review=questionnaire.review,
        kind=TEST,
        to=by.email,
        subject=words.subject,
        text=words.text,
        at=at,
    )


# What the worker does


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
        had_one = [Delivery.SENT, Delivery.UNKNOWN]
        rows = rows.filter(delivery_state__in=had_one, counted_in=False)
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
        questionnaire.invitations.filter(delivery_state=Delivery.SENDING).update(
            delivery_state=Delivery.UNKNOWN
        )


@dataclass(frozen=True)
class _Message:
    """One message, ready to go: nothing about it needs the database any more."""

    invitation: UUID
    to: str
    words: letters.Words
    returns_to: str


# What became of messages; None: it was not tried, or the server would not have it.
_Fates = dict[UUID, Delivery | None]


def _as(fate: Delivery | None, messages: Sequence[_Message]) -> _Fates:
    return {each.invitation: fate for each in messages}


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
            try:
                fates[each.invitation] = mailer.deliver(
                    line,
                    to=each.to,
                    subject=each.words.subject,
                    text=each.words.text,
                    review=self.review,
                    returns_to=each.returns_to,
                )
            except mailer.ServerDown:
                break
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
        return rows

    def _token(self, row: Invitation) -> str:
        return links.token(self.link_key, row.pk, row.generation)

    def _message(self, row: Invitation) -> _Message:
        # A new link is not "the same as before".
        reminds = self.questionnaire.letter == Letter.REMINDER and bool(row.link_hash)
        return _Message(
            row.pk,
            row.email,
            self.letters[reminds].with_link(letters.link_of(self._token(row))),
            mailer.envelope(links.envelope_mark(self.link_key, row.pk)),
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
        _wake(questionnaire)
