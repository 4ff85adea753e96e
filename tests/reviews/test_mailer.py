"""Mail: a bad address is named, a server that is down loses nothing, nothing is sent twice."""

import smtplib
from typing import Any
from unittest import mock

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend

from reviews.mail import mailer
from reviews.models import Delivery, Message, Review


def deliver(review: Review, error: Exception | None) -> Delivery:
    connection = mock.Mock()
    connection.send_messages.side_effect = error
    return mailer.deliver(
        connection,
        to="someone@example.org",
        subject="Subject",
        text="Text",
        review=review,
    )


@pytest.mark.parametrize(
    ("code", "state"),
    [
        (550, Delivery.NO_ADDRESS),
        (553, Delivery.NO_ADDRESS),
        (552, Delivery.MAILBOX),
        (450, Delivery.MAILBOX),
        (554, Delivery.FAILED),
    ],
)
def test_refused_recipient_is_told_apart(
    review: Review, code: int, state: Delivery
) -> None:
    refused = smtplib.SMTPRecipientsRefused({"someone@example.org": (code, b"no")})

    assert deliver(review, refused) == state


def test_line_break_in_an_address_is_refused(review: Review) -> None:
    with mailer.open_connection() as connection:
        state = mailer.deliver(
            connection,
            to="a@example.org\nBcc: b@example.org",
            subject="Subject",
            text="Text",
            review=review,
        )

    assert state == Delivery.NO_ADDRESS


def test_server_that_hangs_up_is_no_fault_of_the_address(review: Review) -> None:
    with pytest.raises(mailer.ServerDown):
        deliver(review, smtplib.SMTPServerDisconnected())


def test_queued_message_is_sent_once(
    review: Review, mailoutbox: list[EmailMessage]
) -> None:
    mailer.queue(review=review, kind="t", to="a@example.org", subject="S", text="T")

    mailer.send_waiting(review=review)
    mailer.send_waiting(review=review)

    assert [message.to for message in mailoutbox] == [["a@example.org"]]
    assert mailoutbox[0].reply_to == [review.contact_email]
    assert Message.objects.get().state == Delivery.SENT


def test_message_waits_while_the_server_is_down(review: Review) -> None:
    mailer.queue(review=review, kind="t", to="a@example.org", subject="S", text="T")

    def down(self: EmailBackend, messages: Any) -> int:
        raise ConnectionRefusedError

    with (
        mock.patch.object(EmailBackend, "send_messages", down),
        pytest.raises(mailer.ServerDown),
    ):
        mailer.send_waiting(review=review)

    assert Message.objects.get().state == Delivery.QUEUED


def test_message_whose_sender_died_is_unknown_and_not_sent_again(
    review: Review, mailoutbox: list[EmailMessage]
) -> None:
    message = mailer.queue(
        review=review, kind="t", to="a@example.org", subject="S", text="T"
    )
    Message.objects.update(state=Delivery.SENDING)

    mailer.settle_unknown(before=message.queued_at.replace(year=9000))
    mailer.send_waiting(review=review)

    assert Message.objects.get().state == Delivery.UNKNOWN
    assert mailoutbox == []


def test_secret_link_is_not_kept_after_sending(review: Review) -> None:
    mailer.queue(
        review=None,
        kind="account invitation",
        to="a@example.org",
        subject="S",
        text="T",
    )

    mailer.send_waiting(review=None)

    assert Message.objects.get().text == ""
