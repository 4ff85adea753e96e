"""Mail waits to be read, tried and changed before it goes, unless the manager says that it need not."""

from collections.abc import Callable

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews import domain, mailer
from reviews.mail_kinds import ANNOUNCEMENT
from reviews.models import (
    AccessRole,
    AuditEvent,
    Delivery,
    MailBatch,
    Message,
    Review,
    Stage,
    User,
)
from tests.make import make_membership, move

SignIn = Callable[[User], Client]
TEXT = "$name,\n\nthe timetable of $council is ready.\n"


@pytest.fixture
def desk(manager: User, review: Review, sign_in: SignIn) -> Client:
    return sign_in(manager)


@pytest.fixture
def batch(review: Review, manager: User) -> MailBatch:
    """A draft to two peers."""
    for name in ("Leila Okafor", "Odette Parrish"):
        role = "TL" if name.startswith("L") else "OP"
        make_membership(
            review,
            AccessRole.TL if role == "TL" else AccessRole.P,
            role=role,
            full_name=name,
        )
    written = domain.announce(
        review=review,
        members=list(review.memberships.exclude(user=manager)),
        subject="The timetable of $council",
        text=TEXT,
        by=manager,
        at=timezone.now(),
    )
    assert written
    return written


def at(name: str, *numbers: object) -> str:
    return reverse(f"reviews:{name}", args=numbers)


def words(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    return " ".join(content.decode().split())


def do(desk: Client, batch: MailBatch, what: str) -> None:
    batch.refresh_from_db()
    address = at("outbox-batch-do", batch.review_id, batch.pk)
    desk.post(address, {"do": what, "version": batch.version})


def states(review: Review) -> set[str]:
    return set(review.messages.values_list("state", flat=True))


# Drafts


def test_an_announcement_waits_with_its_count_and_each_readers_own_words(
    review: Review, desk: Client, batch: MailBatch, mailoutbox: list[EmailMessage]
) -> None:
    mailer.send_waiting(review=review)

    assert mailoutbox == []
    assert states(review) == {Delivery.DRAFT}
    assert sorted(each.text.split(",")[0] for each in batch.messages.all()) == [
        "Leila Okafor",
        "Odette Parrish",
    ]
    page = words(desk.get(at("outbox-batch", review.pk, batch.pk)))
    assert "2 drafts wait for you" in page
    assert "the timetable of Trafford Council is ready" in page
    assert "Send to 2 people" in page
    assert "Drafts that wait for you" in words(desk.get(at("outbox", review.pk)))


def test_drafts_of_a_batch_are_changed_together(
    review: Review, desk: Client, batch: MailBatch
) -> None:
    desk.post(
        at("outbox-batch", review.pk, batch.pk),
        {"subject": "Ready", "text": "Dear $name", "version": batch.version},
    )

    assert sorted(each.text for each in batch.messages.all()) == [
        "Dear Leila Okafor",
        "Dear Odette Parrish",
    ]


def test_who_saves_second_sees_both_and_overwrites_nothing(
    review: Review, desk: Client, batch: MailBatch
) -> None:
    address = at("outbox-batch", review.pk, batch.pk)
    desk.post(address, {"subject": "First", "text": "A", "version": batch.version})

    page = desk.post(
        address, {"subject": "Second", "text": "B", "version": batch.version}
    )

    assert "Somebody else changed this" in words(page)
    assert {each.text for each in batch.messages.all()} == {"A"}


def test_a_field_that_nobody_fills_in_is_refused(
    review: Review, desk: Client, batch: MailBatch
) -> None:
    page = desk.post(
        at("outbox-batch", review.pk, batch.pk),
        {"subject": "S", "text": "Dear $child", "version": batch.version},
    )

    assert "can be filled in" in words(page)


def test_a_test_goes_to_oneself_and_the_drafts_stay(
    review: Review,
    desk: Client,
    manager: User,
    batch: MailBatch,
    mailoutbox: list[EmailMessage],
) -> None:
    do(desk, batch, "test")
    mailer.send_waiting(review=review)

    assert [each.to for each in mailoutbox] == [[manager.email]]
    assert mailoutbox[0].subject == "Test: The timetable of Trafford Council"
    assert batch.messages.filter(state=Delivery.DRAFT).count() == 2


def test_sent_at_a_press_once(
    review: Review, desk: Client, batch: MailBatch, mailoutbox: list[EmailMessage]
) -> None:
    do(desk, batch, "send")
    do(desk, batch, "send")
    mailer.send_waiting(review=review)

    assert len(mailoutbox) == 2
    assert states(review) == {Delivery.SENT}
    event = AuditEvent.objects.get(action="mail.released")
    assert event.detail == {"kind": ANNOUNCEMENT, "messages": 2}
    assert desk.get(at("outbox-batch", review.pk, batch.pk)).status_code == 404


def test_what_was_changed_meanwhile_is_not_sent(
    review: Review, desk: Client, batch: MailBatch
) -> None:
    shown_with = batch.version
    desk.post(
        at("outbox-batch", review.pk, batch.pk),
        {"subject": "New", "text": "New", "version": shown_with},
    )

    desk.post(
        at("outbox-batch-do", review.pk, batch.pk),
        {"do": "send", "version": shown_with},
    )

    assert states(review) == {Delivery.DRAFT}


def test_one_reader_is_left_out_and_then_all_are(
    review: Review, desk: Client, batch: MailBatch
) -> None:
    first = batch.messages.all()[0]

    desk.post(at("outbox-leave-out", review.pk, first.pk))
    assert batch.messages.count() == 1

    do(desk, batch, "discard")
    assert not MailBatch.objects.exists()
    assert not Message.objects.exists()


def test_a_draft_is_not_sent_by_asking_to_send_it_again(
    review: Review, desk: Client, batch: MailBatch
) -> None:
    desk.post(at("outbox-message", review.pk, batch.messages.all()[0].pk))

    assert states(review) == {Delivery.DRAFT}


def test_only_the_manager_writes_and_another_review_has_no_part_in_it(
    review: Review,
    other_review: Review,
    desk: Client,
    batch: MailBatch,
    sign_in: SignIn,
) -> None:
    leader = review.memberships.get(role="TL").user

    assert sign_in(leader).get(at("announcement", review.pk)).status_code == 403
    elsewhere = at("outbox-batch", other_review.pk, batch.pk)
    assert desk.get(elsewhere).status_code == 404


def test_words_of_a_draft_are_sealed(batch: MailBatch) -> None:
    raw = MailBatch.objects.values_list("text", flat=True)[0]

    assert b"timetable" not in bytes(raw)


# Writing to people


def test_the_manager_writes_to_a_group_and_sees_how_many_it_is(
    review: Review, desk: Client, leader: User, partner: User
) -> None:
    page = words(desk.get(at("announcement", review.pk)))
    assert "Contacts of the agencies (1)" in page

    desk.post(
        at("announcement", review.pk),
        {"readers": "agencies", "subject": "S", "text": "To $agency"},
    )

    draft = Message.objects.get()
    assert (draft.to, draft.state) == (partner.email, Delivery.DRAFT)
    agency = review.memberships.get(user=partner).agency
    assert agency
    assert draft.text == f"To {agency.name}"


def test_writing_to_nobody_is_refused(review: Review, desk: Client) -> None:
    page = desk.post(
        at("announcement", review.pk),
        {"readers": "agencies", "subject": "S", "text": "T"},
    )

    assert "Nobody of that kind is on this review yet" in words(page)


# What goes by itself


def test_invitations_and_reminders_go_by_themselves_and_the_rest_waits(
    review: Review,
) -> None:
    by_itself = {
        kind: mailer.goes_by_itself(review, kind)
        for kind in (
            "account invitation",
            "plan reminder",
            "child at risk",
            "announcement",
            "briefing",
        )
    }

    assert by_itself == {
        "account invitation": True,
        "plan reminder": True,
        "child at risk": True,
        "announcement": False,
        "briefing": False,
    }


def test_the_manager_says_otherwise_for_this_review_alone(
    review: Review, other_review: Review, desk: Client
) -> None:
    desk.post(at("mail-rules", review.pk), {"by_itself": ["announcement"]})

    assert mailer.goes_by_itself(review, "announcement")
    assert not mailer.goes_by_itself(review, "account invitation")
    assert mailer.goes_by_itself(review, "child at risk")
    assert not mailer.goes_by_itself(other_review, "announcement")
    assert mailer.goes_by_itself(other_review, "account invitation")
    event = AuditEvent.objects.get(action="mail.rules_changed")
    assert event.detail["Announcements"] == "by itself"


def test_a_reminder_of_a_review_that_holds_reminders_back_waits(
    review: Review, manager: User
) -> None:
    domain.set_mail_rules(
        review=review,
        by_itself={"plan reminder": False},
        by=manager,
        at=timezone.now(),
    )

    message = mailer.queue(
        review=review, kind="plan reminder", to="a@example.org", subject="S", text="$5"
    )

    assert message.state == Delivery.DRAFT
    assert message.batch
    assert message.batch.text == "$$5"


def test_a_secret_link_that_waits_is_shown_to_nobody_but_can_be_sent(
    review: Review, manager: User, desk: Client, mailoutbox: list[EmailMessage]
) -> None:
    domain.set_mail_rules(
        review=review, by_itself={"account": False}, by=manager, at=timezone.now()
    )
    domain.invite_member(
        review=review,
        email="new@example.org",
        full_name="Nia Newcomer",
        role_code="OP",
        home_organisation="Ashmere Council",
        by=manager,
        at=timezone.now(),
    )
    batch = MailBatch.objects.get()
    secret = batch.messages.get().text

    page = words(desk.get(at("outbox-batch", review.pk, batch.pk)))
    single = words(desk.get(at("outbox-message", review.pk, batch.messages.get().pk)))
    do(desk, batch, "test")
    assert states(review) == {Delivery.DRAFT}
    do(desk, batch, "send")
    mailer.send_waiting(review=review)

    assert batch.text == ""
    for line in secret.split():
        if "/account/" in line:
            assert line not in page
            assert line not in single
    assert [each.to for each in mailoutbox] == [["new@example.org"]]
    assert Message.objects.get(kind="account invitation").text == ""


def test_a_closed_review_writes_no_more(review: Review, desk: Client) -> None:
    move(review, Stage.CLOSED)

    assert desk.get(at("outbox", review.pk)).status_code == 200
    assert desk.get(at("announcement", review.pk)).status_code == 403
