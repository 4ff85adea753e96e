"""Invitations and reminders: each address gets one message a round, or its fate is shown.

A row is claimed just before its message goes; a worker that dies leaves at most one row whose
fate nobody knows, and that row is never sent again by itself.
"""

import datetime as dt

from django.db import transaction

from questionnaires import links, mail
from questionnaires.domain.answering import count_turnout
from questionnaires.domain.trail import record
from questionnaires.models import Invitation, Questionnaire
from reviews import background, keystore, mailer, say
from reviews.models import Delivery, Job, User
from reviews.refusals import Refusal


class NotOpen(Refusal):
    def __init__(self) -> None:
        super().__init__("The questionnaire is not open, so nothing is sent.")


class NothingSent(Refusal):
    def __init__(self) -> None:
        super().__init__("Send the invitations first.")


class NotOnTheList(Refusal):
    def __init__(self) -> None:
        super().__init__("Nobody on the list has this email address.")


class TooManyReminders(Refusal):
    def __init__(self) -> None:
        super().__init__(
            f"{Questionnaire.MOST_REMINDERS} reminders have been sent. More would only annoy people."
        )


class TooSoon(Refusal):
    def __init__(self, day: dt.date) -> None:
        super().__init__(
            f"The last message went less than {Questionnaire.REMINDER_GAP.days} days ago. "
            f"The next reminder can go from {say.day(day)}."
        )


@transaction.atomic
def queue_invitations(
    *, questionnaire: Questionnaire, by: User, at: dt.datetime, today: dt.date
) -> int:
    """Have the worker send the link to everybody who has had none; returns how many."""
    if questionnaire.state != Questionnaire.State.OPEN:
        raise NotOpen
    number = questionnaire.invitations.filter(delivery_state=Delivery.NEW).update(
        delivery_state=Delivery.QUEUED
    )
    return _queued(questionnaire, "invitations.sent", number, by, at, today)


@transaction.atomic
def queue_reminders(
    *, questionnaire: Questionnaire, by: User, at: dt.datetime, today: dt.date
) -> int:
    """Remind everybody who is not yet counted as having answered and had the first message."""
    if questionnaire.state != Questionnaire.State.OPEN:
        raise NotOpen
    if questionnaire.reminders >= Questionnaire.MOST_REMINDERS:
        raise TooManyReminders
    earliest = questionnaire.next_reminder_on
    if earliest is None:
        raise NothingSent
    if today < earliest:
        raise TooSoon(earliest)
    count_turnout(questionnaire=questionnaire)
    number = questionnaire.invitations.filter(
        delivery_state=Delivery.SENT, counted_in=False
    ).update(delivery_state=Delivery.QUEUED)
    questionnaire.reminders += 1
    questionnaire.save(update_fields=["reminders"])
    return _queued(questionnaire, "reminders.sent", number, by, at, today)


@transaction.atomic
def queue_again(
    *, questionnaire: Questionnaire, by: User, at: dt.datetime, today: dt.date
) -> int:
    """At the manager's wish: those whose message failed or still waits, or whose fate is unknown."""
    if questionnaire.state != Questionnaire.State.OPEN:
        raise NotOpen
    number = questionnaire.stuck().update(delivery_state=Delivery.QUEUED)
    return _queued(questionnaire, "invitations.sent_again", number, by, at, today)


@transaction.atomic
def reissue(
    *, questionnaire: Questionnaire, email: str, by: User, at: dt.datetime
) -> None:
    """Send one person a new link; the old one stops working at once.

    The link itself is made by the worker: only there can its key be read. Raises NotOnTheList.
    """
    if questionnaire.state != Questionnaire.State.OPEN:
        raise NotOpen
    wanted = email.strip().lower()
    invitation = next(
        (
            each
            for each in questionnaire.invitations.select_related("questionnaire")
            if each.email == wanted
        ),
        None,
    )
    if invitation is None:
        raise NotOnTheList
    invitation.generation += 1
    invitation.link_hash = None
    invitation.delivery_state = Delivery.QUEUED
    invitation.save(update_fields=["generation", "link_hash", "delivery_state"])
    record("link.replaced", questionnaire, by, at)
    background.enqueue(
        "questionnaires.tasks.send_invitations",
        questionnaire.pk,
        review=questionnaire.review,
    )


def _queued(
    questionnaire: Questionnaire,
    action: str,
    number: int,
    by: User,
    at: dt.datetime,
    today: dt.date,
) -> int:
    questionnaire.last_sent_on = today
    questionnaire.save(update_fields=["last_sent_on"])
    record(action, questionnaire, by, at, number=number)
    background.enqueue(
        Questionnaire.SENDS,
        questionnaire.pk,
        review=questionnaire.review,
    )
    return number


def send_waiting(*, questionnaire: Questionnaire, until: dt.datetime, job: Job) -> bool:
    """In the worker: send to those who wait, over one connection; False when time ran out."""
    link_key = keystore.read(questionnaire.key("link"))
    waiting = list(
        questionnaire.invitations.filter(delivery_state=Delivery.QUEUED).select_related(
            "questionnaire__review"
        )
    )
    if not waiting:
        return True
    with mailer.open_connection() as connection:
        for number, invitation in enumerate(waiting):
            rows = Invitation.objects.filter(pk=invitation.pk)
            claimed = rows.filter(delivery_state=Delivery.QUEUED).update(
                delivery_state=Delivery.SENDING
            )
            if not claimed:
                continue
            made = links.token(link_key, invitation.pk, invitation.generation)
            if invitation.link_hash is None:
                rows.update(link_hash=links.link_hash(made))
            words = mail.invitation(questionnaire, invitation.name, made)
            try:
                state = mailer.deliver(
                    connection,
                    to=invitation.email,
                    subject=words.subject,
                    text=words.text,
                    review=questionnaire.review,
                )
            except mailer.ServerDown:
                rows.update(delivery_state=Delivery.QUEUED)
                raise
            rows.update(delivery_state=state)
            if number % 50 == 49:
                job.set_progress(100 * number // len(waiting))
                if dt.datetime.now(dt.UTC) > until:
                    return False
    return True


def settle_unknown(*, questionnaire: Questionnaire) -> int:
    """Rows claimed by a worker that died: shown to the manager, not sent again by itself."""
    return questionnaire.invitations.filter(delivery_state=Delivery.SENDING).update(
        delivery_state=Delivery.UNKNOWN
    )
