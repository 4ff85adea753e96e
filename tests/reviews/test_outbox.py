"""Mail waits to be read, tried and changed before it goes, unless the manager says that it need not."""

import datetime as dt
import re
import smtplib
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from reviews import background, domain
from reviews.mail import mailer
from reviews.mail.kinds import ANNOUNCEMENT, KINDS, OF_THE_CLOSE
from reviews.models import (
    AccessRole,
    AuditEvent,
    Delivery,
    Job,
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
    text = re.sub(r"<[^>]*>", "", page)
    assert "the timetable of Trafford Council is ready" in text
    # What is filled in is marked in the preview.
    assert '<span class="app-filled">Trafford Council</span>' in page
    assert '<span class="app-filled">Leila Okafor</span>' in page
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

    assert (
        "“$child” cannot be filled in, only $name, $agency and $council can"
        in words(page)
    )


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
    assert event.detail == {"kind": ANNOUNCEMENT}
    page = words(desk.get(at("outbox-batch", review.pk, batch.pk)))
    assert "Who was written to" in page
    assert "Send to" not in page


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

    throw_away = at("outbox-discard", review.pk, batch.pk)
    assert "Throw away 1 draft" in words(desk.get(throw_away))
    assert Message.objects.exists()
    desk.post(throw_away)
    assert not MailBatch.objects.exists()
    assert not Message.objects.exists()


def test_when_the_last_reader_is_left_out_nothing_waits_any_more(
    review: Review, desk: Client, batch: MailBatch
) -> None:
    first, last = batch.messages.all()
    desk.post(at("outbox-leave-out", review.pk, first.pk))

    answer = desk.post(at("outbox-leave-out", review.pk, last.pk))

    assert answer["Location"] == at("outbox", review.pk)
    assert not MailBatch.objects.exists()
    assert "Drafts that wait for you" not in words(desk.get(answer["Location"]))


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


def test_the_page_of_the_rules_names_all_that_goes_at_once_whatever_is_chosen(
    review: Review, desk: Client
) -> None:
    fixed = {each.begins for each in KINDS if each.fixed and each.by_itself}
    assert fixed == {
        "answer to an invitation",
        "child at risk",
        *OF_THE_CLOSE,
        "review stands still",
        "test message",
    }
    page = words(desk.get(at("mail-rules", review.pk)))
    for told in (
        *("about a child at risk", "about a declined invitation", "about the close"),
        *("about a review that stands still", "tests to yourself"),
        "reminders of several reviews together",
    ):
        assert told in page
    assert [each.begins for each in KINDS if each.fixed and not each.by_itself] == [
        "regulator notification"
    ]


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
    assert event.detail["changed"]["Announcements"] == ["waits", "goes by itself"]


def test_rules_that_are_saved_as_they_were_are_no_change(
    review: Review, desk: Client
) -> None:
    page = desk.get(at("mail-rules", review.pk))
    as_they_are = page.context["form"]["by_itself"].value()

    desk.post(at("mail-rules", review.pk), {"by_itself": as_they_are})

    assert not review.mail_rules.exists()
    assert not AuditEvent.objects.filter(action="mail.rules_changed").exists()


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
    # A dollar sign is nothing that anybody has to know of.
    assert (message.batch.text, message.text) == ("$5", "$5")


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
    with pytest.raises(domain.HoldsASecret, match="cannot be read, changed or tried"):
        domain.change_batch(
            batch=batch,
            version=batch.version,
            subject="S",
            text="T",
            by=manager,
            at=timezone.now(),
        )
    assert batch.messages.get().text == secret

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


# The list


def many(review: Review, number: int, state: str) -> None:
    """A mailing to so many people, and as many messages that stand alone."""
    readers = [
        mailer.Recipient(f"p{n}@example.org", {"name": f"Person {n}"})
        for n in range(number)
    ]
    batch = mailer.write(
        review=review,
        kind=ANNOUNCEMENT,
        recipients=readers,
        subject="To all",
        text="$name",
        at=timezone.now(),
    )
    assert batch
    MailBatch.objects.filter(pk=batch.pk).update(released_at=timezone.now())
    for n in range(number):
        mailer.queue(
            review=review,
            kind="plan reminder",
            to=f"q{n}@example.org",
            subject="S",
            text="T",
        )
    review.messages.update(state=state)


def test_a_mailing_is_one_line_and_says_how_far_it_came(
    review: Review, desk: Client
) -> None:
    many(review, 3, Delivery.SENT)
    bounced = Message.objects.exclude(batch=None)[0]
    Message.objects.filter(pk=bounced.pk).update(state=Delivery.NO_ADDRESS)

    rows = desk.get(at("outbox", review.pk)).context["rows"]

    assert len(rows) == 4
    # What did not arrive comes first.
    assert (rows[0].subject, rows[0].to) == ("To all", "3 people")
    assert {(each.words, each.number) for each in rows[0].states} == {
        ("Address does not exist", 1),
        ("Delivered to the mail server", 2),
    }
    assert 'name="state"' in words(desk.get(at("outbox", review.pk)))
    trouble = desk.get(at("outbox", review.pk), {"state": "trouble"}).context["rows"]
    assert [row.subject for row in trouble] == ["To all"]
    page = words(desk.get(rows[0].url))
    assert page.index("Address does not exist") < page.index("Delivered to the mail")


def test_names_stand_beside_addresses(
    review: Review, desk: Client, leader: User
) -> None:
    mailer.queue(
        review=review, kind="plan reminder", to=leader.email, subject="S", text="T"
    )

    assert f"{leader.full_name}, {leader.email}" in words(
        desk.get(at("outbox", review.pk))
    )


def test_five_hundred_people_take_as_many_queries_as_three(
    review: Review, desk: Client
) -> None:
    many(review, 3, Delivery.SENT)
    batch = review.mail_batches.get()
    pages = [at("outbox", review.pk), at("outbox-batch", review.pk, batch.pk)]

    def queries() -> list[int]:
        numbers = []
        for page in pages:
            desk.get(page)
            with CaptureQueriesContext(connection) as counted:
                assert desk.get(page).status_code == 200
            numbers.append(len(counted))
        return numbers

    few = queries()
    rows = [
        Message(
            review=review,
            batch=batch if n % 2 else None,
            kind="plan reminder",
            to=f"r{n}@example.org",
            fields={"name": f"Reader {n}"},
            subject="S",
            text="T",
            state=Delivery.SENT,
            # Earlier, so that the mailing stays on the first page.
            queued_at=timezone.now() - dt.timedelta(days=1),
        )
        for n in range(500)
    ]
    Message.objects.bulk_create(rows)

    assert queries() == few


def test_a_placeholder_that_stands_for_nothing_is_told_by_reader(
    review: Review, desk: Client, leader: User, partner: User
) -> None:
    desk.post(
        at("announcement", review.pk),
        {"readers": "all", "subject": "S", "text": "Your agency: $agency."},
    )
    batch = review.mail_batches.get()

    page = words(desk.get(at("outbox-batch", review.pk, batch.pk)))

    assert "$agency stands for nothing in the message to" in page
    told = re.search(r"\$agency stands for nothing in the message to ([^<]*)", page)
    assert told
    assert leader.full_name in told[1]
    assert partner.full_name not in told[1]


# A mail server that does not answer


@pytest.fixture
def waiting(review: Review) -> Message:
    """A message whose server did not answer, as the worker would have met it."""
    message = mailer.queue(
        review=review, kind="plan reminder", to="a@example.org", subject="S", text="T"
    )
    with mock.patch.object(EmailBackend, "send_messages", _down):
        background.run(Job.objects.get().pk)
    return message


def _down(self: EmailBackend, messages: Any) -> int:
    raise smtplib.SMTPServerDisconnected


def state_of(message: Message) -> str:
    return Message.objects.get(pk=message.pk).state


def test_mail_that_met_a_dead_server_goes_when_it_is_back(
    review: Review, waiting: Message, mailoutbox: list[EmailMessage]
) -> None:
    job = Job.objects.get()
    assert (job.state, job.error_code) == (Job.State.FAILED, "ServerDown")
    assert state_of(waiting) == Delivery.QUEUED
    assert job.ended_at

    # Not before the gap is over, then once however many ticks there are.
    mailer.send_what_waits(at=job.ended_at + dt.timedelta(seconds=30))
    assert Job.objects.get().state == Job.State.FAILED
    later = job.ended_at + dt.timedelta(minutes=2)
    mailer.send_what_waits(at=later)
    mailer.send_what_waits(at=later)
    assert Job.objects.get().state == Job.State.QUEUED

    background.run(job.pk)
    background.run(job.pk)
    assert [each.to for each in mailoutbox] == [["a@example.org"]]
    assert state_of(waiting) == Delivery.SENT
    mailer.send_what_waits(at=later + dt.timedelta(hours=1))
    assert Job.objects.get().state == Job.State.DONE


def test_the_gap_grows_to_ten_minutes() -> None:
    minutes = [mailer.gap_after(n) / dt.timedelta(minutes=1) for n in range(1, 8)]

    assert minutes == [1, 2, 4, 8, 10, 10, 10]


def test_mail_whose_job_was_lost_is_sent_too(
    review: Review, waiting: Message, mailoutbox: list[EmailMessage]
) -> None:
    Job.objects.all().delete()

    mailer.send_what_waits(at=timezone.now() + dt.timedelta(minutes=2))
    background.run(Job.objects.get().pk)

    assert state_of(waiting) == Delivery.SENT


def test_the_minute_begins_with_it_and_survives_a_fault(
    review: Review, waiting: Message, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[dt.datetime] = []

    def fails(*, at: dt.datetime) -> None:
        called.append(at)
        raise ValueError

    monkeypatch.setattr(mailer, "send_what_waits", fails)
    background.tick()

    assert len(called) == 1


def test_the_outbox_says_why_mail_waits_and_tries_at_a_press(
    review: Review, desk: Client, waiting: Message
) -> None:
    page = words(desk.get(at("outbox", review.pk)))
    assert re.search(
        r"The mail server did not answer at \d{1,2}:\d\d[ap]m. It is tried again every "
        "few minutes.",
        page,
    )
    assert "Try now" in page

    answer = desk.post(at("outbox-try", review.pk))

    assert answer["Location"] == at("outbox", review.pk)
    assert Job.objects.get().state == Job.State.QUEUED


def test_home_tells_the_manager_of_mail_that_has_waited_ten_minutes(
    review: Review, desk: Client, waiting: Message
) -> None:
    home = reverse("home:home", args=[review.pk])
    assert "did not go yet" not in words(desk.get(home))

    Message.objects.update(queued_at=timezone.now() - dt.timedelta(minutes=11))

    page = words(desk.get(home))
    assert "1 message did not go yet" in page
    assert at("outbox", review.pk) in page


def test_a_quiet_outbox_says_nothing_of_a_server(review: Review, desk: Client) -> None:
    assert "Try now" not in words(desk.get(at("outbox", review.pk)))


# Two at once


@pytest.mark.parametrize("after", range(6))
def test_the_page_stands_while_the_worker_takes_the_last_message(
    desk: Client, review: Review, after: int
) -> None:
    message = Message(
        review=review,
        kind=ANNOUNCEMENT,
        to="a@agency.example",
        subject="A",
        text="B",
        queued_at=timezone.now(),
    )
    message.save(force_insert=True)
    asked = 0

    def take(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        nonlocal asked
        found = execute(sql, *rest)
        if "reviews_message" in sql and "SELECT" in sql:
            asked += 1
            if asked == after + 1:
                Message.objects.filter(pk=message.pk).delete()
        return found

    with connection.execute_wrapper(take):
        assert desk.get(reverse("reviews:outbox", args=[review.pk])).status_code == 200
    assert asked
