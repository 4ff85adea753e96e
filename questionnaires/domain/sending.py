"""What a person asks of the sending of invitations and reminders.

A request says what is to be sent and returns at once; the list may be long, and the worker
(``posting``) marks whom it concerns.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import F

from questionnaires.domain.trail import record
from questionnaires.mail import letters
from questionnaires.models import Invitation, Questionnaire
from reviews import background
from reviews.mail import mailer
from reviews.mail.kinds import TEST
from reviews.models import Delivery, User
from reviews.pages import say
from reviews.refusals import Refusal
from reviews.secrets import keystore

SENDS = "questionnaires.tasks.send_invitations"
Sending, Letter, State = (
    Questionnaire.Sending,
    Questionnaire.Letter,
    Questionnaire.State,
)


class NotOpen(Refusal):
    sentence = "The questionnaire is not open, so nothing is sent."


class NothingSent(Refusal):
    sentence = "Send the invitations first."


class StillSending(Refusal):
    sentence = "The last messages are still going out. Wait until they have gone."


class SendingStopped(Refusal):
    sentence = (
        "Sending was stopped in the middle. Carry on with it, or leave out the rest."
    )


class NothingToStop(Refusal):
    sentence = "Nothing is going out just now."


class NotOnTheList(Refusal):
    sentence = "Nobody on the list has this email address."


class NoSingleLinks(Refusal):
    """Whether an address is on the list of a late round says whether its owner had answered."""

    sentence = (
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
    """Remind whoever had the first message and is not counted as having answered, or everybody
    where the questionnaire is set to.

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
    wake(questionnaire)


_IN_THE_TRAIL = {
    Sending.INVITE: "invitations.sent",
    Sending.REMIND: "reminders.sent",
    Sending.AGAIN: "invitations.sent_again",
}


def wake(questionnaire: Questionnaire) -> None:
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
    wake(questionnaire)


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
    rows = questionnaire.invitations.all()
    rows.filter(delivery_state=Delivery.QUEUED).update(delivery_state=before)
    # What a worker has in hand is settled while it is known which letter it was. Should the worker
    # be alive, it marks what became of it.
    quiet = questionnaire.reminds_quietly
    rows.filter(delivery_state=Delivery.SENDING).update(
        delivery_state=Delivery.SENT if quiet else Delivery.UNKNOWN
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
    wake(questionnaire)


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
