"""Letters: one a round for each address, at the pace that was set, stopped and resumed, and nobody
is reminded who is known to have answered.
"""

import datetime as dt
import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from questionnaires.domain import answering, posting, releasing, sending
from questionnaires.models import Invitation, Questionnaire
from questionnaires.rules import links
from reviews import background
from reviews.mail import mailer
from reviews.models import Delivery, Job, Review, User
from reviews.secrets import keystore
from reviews.trail import audit
from tests.make_questionnaires import (
    again,
    answer,
    answer_by,
    mailed_links,
    make_open,
    make_questionnaire,
    people,
    run_jobs,
    send_all,
)

Sending = Questionnaire.Sending
LATER = dt.timedelta(minutes=10)


@pytest.fixture
def questionnaire(review: Review, manager: User) -> Questionnaire:
    return make_open(review, by=manager)


def page(questionnaire: Questionnaire, name: str = "") -> str:
    review = questionnaire.review_id
    return f"/reviews/{review}/questionnaires/{questionnaire.pk}/{name}"


def main_of(body: str) -> str:
    return body.split("<main")[1].split("</main>")[0]


def states(questionnaire: Questionnaire) -> list[str]:
    return list(questionnaire.invitations.values_list("delivery_state", flat=True))


def remind(
    questionnaire: Questionnaire,
    *,
    by: User,
    after: dt.timedelta = Questionnaire.REMINDER_GAP,
) -> None:
    sending.queue_reminders(
        questionnaire=again(questionnaire),
        by=by,
        at=timezone.now(),
        today=timezone.localdate() + after,
    )
    run_jobs()


def deliver_until(
    monkeypatch: pytest.MonkeyPatch, number: int, then: Callable[[], Any]
) -> None:
    """The mail server takes ``number`` messages; what happens with the next is ``then``'s."""
    deliver, calls = mailer.deliver, []

    def counted(*args: Any, **kwargs: Any) -> Any:
        calls.append(kwargs["to"])
        return then() if len(calls) > number else deliver(*args, **kwargs)

    monkeypatch.setattr(mailer, "deliver", counted)


def down() -> None:
    raise mailer.ServerDown


# One message for everybody


def test_the_request_costs_the_same_for_few_and_for_many(
    review: Review, other_review: Review, manager: User, other_manager: User
) -> None:
    small = make_open(review, by=manager, rows=people([("POL", "PO", 12)]))
    large = make_open(other_review, by=other_manager, rows=people([("POL", "PO", 240)]))
    numbers = []

    for each in (small, large):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            sending.queue_invitations(
                questionnaire=again(each),
                by=manager,
                at=timezone.now(),
                today=timezone.localdate(),
            )
        numbers.append(len(asked))

    assert numbers[0] == numbers[1]
    assert set(states(large)) == {Delivery.NEW}  # the worker marks them


def test_pressed_twice_it_is_sent_once(
    questionnaire: Questionnaire, manager: User
) -> None:
    first, second = again(questionnaire), again(questionnaire)
    values: dict[str, Any] = {
        "by": manager,
        "at": timezone.now(),
        "today": timezone.localdate(),
    }

    sending.queue_invitations(questionnaire=first, **values)
    with pytest.raises(sending.StillSending):
        sending.queue_invitations(questionnaire=second, **values)
    run_jobs()

    assert len(mail.outbox) == 60
    assert again(questionnaire).sending == Sending.NOTHING


def test_each_letter_has_its_own_link_and_comes_back_to_a_mark_of_its_own(
    questionnaire: Questionnaire, manager: User, settings: Any
) -> None:
    settings.BOUNCE_ADDRESS = "bounces@review.example"

    links_of = send_all(questionnaire, by=manager)

    key = keystore.read(questionnaire.key("link"))
    marks = {
        str(each.email): links.envelope_mark(key, each.pk)
        for each in questionnaire.invitations.all()
    }
    assert len(set(links_of.values())) == 60
    assert {m.to[0]: m.from_email for m in mail.outbox} == {
        email: f"bounces+{mark}@review.example" for email, mark in marks.items()
    }
    assert {m.message()["From"] for m in mail.outbox} == {settings.DEFAULT_FROM_EMAIL}
    # Nothing of a mark is stored.
    stored = repr(list(Invitation.objects.values()))
    assert not any(mark in stored for mark in marks.values())


def test_nothing_goes_from_a_questionnaire_that_is_not_open(
    review: Review, manager: User
) -> None:
    draft = make_questionnaire(review, by=manager)
    values: dict[str, Any] = {
        "questionnaire": draft,
        "by": manager,
        "at": timezone.now(),
        "today": timezone.localdate(),
    }

    for verb in (
        sending.queue_invitations,
        sending.queue_reminders,
        sending.queue_again,
    ):
        with pytest.raises(sending.NotOpen):
            verb(**values)

    assert not Job.objects.exists()
    assert mail.outbox == []


def test_nothing_more_goes_once_it_was_closed(
    questionnaire: Questionnaire, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def close() -> Delivery:
        if again(questionnaire).state == Questionnaire.State.OPEN:
            releasing.close(
                questionnaire=again(questionnaire), by=manager, at=timezone.now()
            )
        return Delivery.SENT

    deliver_until(monkeypatch, 5, close)

    send_all(questionnaire, by=manager)

    found = states(questionnaire)
    assert found.count(Delivery.SENT) == 5 + posting.HANDFUL
    assert found.count(Delivery.NEW) == 60 - 5 - posting.HANDFUL


# A server or a worker that goes away


def test_a_mail_server_that_goes_away_in_the_middle_leaves_the_others_waiting(
    questionnaire: Questionnaire,
    manager: User,
    desk: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deliver_until(monkeypatch, 17, down)

    send_all(questionnaire, by=manager)
    first = states(questionnaire)
    told = desk.get(page(questionnaire)).content.decode()
    monkeypatch.undo()
    posting.look_after(at=timezone.now())
    too_early = Job.objects.filter(state=Job.State.QUEUED).count()
    posting.look_after(at=timezone.now() + LATER)
    run_jobs()

    assert (first.count(Delivery.SENT), first.count(Delivery.QUEUED)) == (17, 43)
    assert "The mail server did not answer." in told
    assert "It is tried again by itself every five minutes." in told
    assert too_early == 0
    assert set(states(questionnaire)) == {Delivery.SENT}
    assert len(mail.outbox) == len({m.to[0] for m in mail.outbox}) == 60


def test_a_server_that_is_not_there_at_all_loses_nothing(
    questionnaire: Questionnaire, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*args: Any) -> None:
        raise mailer.ServerDown

    monkeypatch.setattr(mailer, "open_connections", refused)

    send_all(questionnaire, by=manager)

    job = Job.objects.filter(kind=sending.SENDS).latest("pk")
    assert set(states(questionnaire)) == {Delivery.QUEUED}
    assert (job.state, job.error_code) == (Job.State.FAILED, "ServerDown")


def test_a_worker_stopped_in_the_middle_sends_to_nobody_twice(
    questionnaire: Questionnaire, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped() -> None:
        raise SystemExit

    deliver_until(monkeypatch, 20, stopped)
    with pytest.raises(SystemExit):
        send_all(questionnaire, by=manager)
    monkeypatch.undo()
    background.sweep(at=timezone.now() + LATER)

    run_jobs()

    addressed = [message.to[0] for message in mail.outbox]
    found = states(questionnaire)
    unknown = found.count(Delivery.UNKNOWN)
    assert len(addressed) == len(set(addressed))
    assert 0 < unknown <= posting.HANDFUL
    assert found.count(Delivery.SENT) == 60 - unknown


def test_rows_of_a_worker_that_vanished_are_shown_and_left_alone(
    questionnaire: Questionnaire, manager: User, desk: Client
) -> None:
    lost = questionnaire.invitations.all()[0]
    questionnaire.invitations.filter(pk=lost.pk).update(delivery_state=Delivery.SENDING)

    send_all(questionnaire, by=manager)

    shown = desk.get(page(questionnaire)).content.decode()
    assert states(questionnaire).count(Delivery.UNKNOWN) == 1
    assert len(mail.outbox) == 59
    assert "Unknown: the sender stopped in the middle" in shown
    assert lost.email in shown


def test_those_whose_message_failed_are_sent_it_again_and_nobody_else_is(
    questionnaire: Questionnaire, manager: User
) -> None:
    send_all(questionnaire, by=manager)
    mail.outbox.clear()
    keys = list(questionnaire.invitations.values_list("pk", flat=True)[:4])
    failed, unknown, full, gone = keys
    for key, state in (
        (failed, Delivery.FAILED),
        (unknown, Delivery.UNKNOWN),
        (full, Delivery.MAILBOX),
        (gone, Delivery.NO_ADDRESS),
    ):
        questionnaire.invitations.filter(pk=key).update(delivery_state=state)

    sending.queue_again(
        questionnaire=again(questionnaire),
        by=manager,
        at=timezone.now(),
        today=timezone.localdate(),
    )
    run_jobs()

    left_out = questionnaire.invitations.exclude(delivery_state=Delivery.SENT)
    assert len(mail.outbox) == 3
    assert [row.pk for row in left_out] == [gone]


# Stopping, and the pace


def test_stopped_it_sends_nothing_more_and_goes_on_where_it_stopped(
    questionnaire: Questionnaire,
    manager: User,
    desk: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def press_stop() -> Delivery:
        if again(questionnaire).sending == Sending.GOING:
            desk.post(page(questionnaire, "sending/stop/"))
        return Delivery.SENT

    with monkeypatch.context() as stopping:
        deliver_until(stopping, 3, press_stop)
        send_all(questionnaire, by=manager)
    first = states(questionnaire)
    shown = desk.get(page(questionnaire)).content.decode()
    with pytest.raises(sending.SendingStopped):
        remind(questionnaire, by=manager)
    mail.outbox.clear()
    desk.post(page(questionnaire, "sending/resume/"), {"a_minute": ""})
    run_jobs()

    waited = first.count(Delivery.QUEUED)
    assert first.count(Delivery.SENT) == 60 - waited
    assert f"Sending was stopped. {waited} messages of 60 have not gone." in shown
    assert set(states(questionnaire)) == {Delivery.SENT}
    assert len(mail.outbox) == waited


def test_stopped_before_the_worker_began_it_begins_when_carried_on(
    questionnaire: Questionnaire, manager: User, desk: Client
) -> None:
    sending.queue_invitations(
        questionnaire=again(questionnaire),
        by=manager,
        at=timezone.now(),
        today=timezone.localdate(),
    )

    preparing = desk.get(page(questionnaire)).content.decode()
    desk.post(page(questionnaire, "sending/stop/"))
    run_jobs()
    none_went = list(mail.outbox)
    shown = desk.get(page(questionnaire)).content.decode()
    desk.post(page(questionnaire, "sending/resume/"), {"a_minute": ""})
    run_jobs()

    assert "Stop sending" in preparing
    assert none_went == []
    assert "Sending was stopped before anything had gone." in shown
    assert len(mail.outbox) == 60
    assert again(questionnaire).sending == Sending.NOTHING


def test_a_reminder_that_never_began_does_not_count_as_one(
    questionnaire: Questionnaire, manager: User, desk: Client
) -> None:
    send_all(questionnaire, by=manager)
    mail.outbox.clear()
    sending.queue_reminders(
        questionnaire=again(questionnaire),
        by=manager,
        at=timezone.now(),
        today=timezone.localdate() + Questionnaire.REMINDER_GAP,
    )

    desk.post(page(questionnaire, "sending/stop/"))
    desk.post(page(questionnaire, "sending/end/"))
    run_jobs()

    assert mail.outbox == []
    assert again(questionnaire).reminders == 0
    assert set(states(questionnaire)) == {Delivery.SENT}


def test_the_rest_of_a_stopped_round_can_be_left_out(
    questionnaire: Questionnaire, manager: User, desk: Client
) -> None:
    waiting = questionnaire.invitations.all()[:10]
    questionnaire.invitations.update(delivery_state=Delivery.SENT)
    questionnaire.invitations.filter(pk__in=[w.pk for w in waiting]).update(
        delivery_state=Delivery.QUEUED
    )
    Questionnaire.objects.filter(pk=questionnaire.pk).update(
        sending=Sending.STOPPED, letter=Questionnaire.Letter.INVITATION, round_size=60
    )

    asked = desk.get(page(questionnaire, "sending/end/")).content.decode()
    desk.post(page(questionnaire, "sending/end/"))

    assert "govuk-button--warning" in asked
    assert states(questionnaire).count(Delivery.NEW) == 10
    assert again(questionnaire).sending == Sending.NOTHING


def test_a_new_link_goes_even_while_others_are_stopped(
    questionnaire: Questionnaire, manager: User
) -> None:
    rows = list(questionnaire.invitations.all())
    questionnaire.invitations.update(delivery_state=Delivery.QUEUED)
    Questionnaire.objects.filter(pk=questionnaire.pk).update(sending=Sending.STOPPED)

    sending.reissue(
        questionnaire=again(questionnaire),
        email=str(rows[0].email),
        by=manager,
        at=timezone.now(),
    )
    run_jobs()

    assert [message.to for message in mail.outbox] == [[rows[0].email]]
    assert again(questionnaire).sending == Sending.STOPPED


def test_messages_go_no_faster_than_was_set(
    questionnaire: Questionnaire, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)

    sending.queue_invitations(
        questionnaire=questionnaire,
        by=manager,
        at=timezone.now(),
        today=timezone.localdate(),
        a_minute=600,
    )
    run_jobs()

    assert len(mail.outbox) == 60
    # 60 messages at 600 a minute take six seconds, less what sending itself took.
    assert 4 < sum(slept) <= 6


def test_what_has_gone_is_marked_before_the_rest_between_two_handfuls(
    questionnaire: Questionnaire, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_the_way = []
    sleep = time.sleep

    def rest(seconds: float) -> None:
        on_the_way.append(states(questionnaire).count(Delivery.SENDING))
        sleep(0)

    monkeypatch.setattr(time, "sleep", rest)
    sending.queue_invitations(
        questionnaire=questionnaire,
        by=manager,
        at=timezone.now(),
        today=timezone.localdate(),
        a_minute=600,
    )
    run_jobs()

    assert len(on_the_way) > 1
    assert set(on_the_way) == {0}


@pytest.mark.parametrize(
    ("typed", "said"),
    [("9", "Messages a minute must be 10 or more"), ("ten", "must be a whole number")],
)
def test_a_pace_that_is_none_comes_back_with_a_sentence(
    questionnaire: Questionnaire, desk: Client, typed: str, said: str
) -> None:
    answer = desk.post(page(questionnaire, "send/"), {"a_minute": typed})

    assert said in answer.content.decode()
    assert again(questionnaire).sending == Sending.NOTHING


def test_a_slow_server_gets_several_connections(
    questionnaire: Questionnaire, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = []
    several = mailer.open_connections

    def noted(number: int) -> Any:
        opened.append(number)
        return several(number)

    monkeypatch.setattr(mailer, "open_connections", noted)
    monkeypatch.setattr(posting, "BATCH", 10)
    monkeypatch.setattr(posting, "SLOW", 1e-9)  # any server is slow then

    send_all(questionnaire, by=manager)

    assert opened[0] == 1
    assert posting.MOST_CONNECTIONS in opened
    assert len({message.to[0] for message in mail.outbox}) == 60


# Reminders


def test_reminders_leave_out_those_counted_and_keep_their_distance(
    questionnaire: Questionnaire, manager: User
) -> None:
    send_all(questionnaire, by=manager)
    answer_by(questionnaire, 6)
    mail.outbox.clear()

    with pytest.raises(sending.TooSoon):
        remind(questionnaire, by=manager, after=dt.timedelta(days=2))
    remind(questionnaire, by=manager, after=dt.timedelta(days=3))

    assert len(mail.outbox) == 54
    assert all("Your link is the same as before" in m.body for m in mail.outbox)


@pytest.mark.parametrize("most", [0, 1, 2, 3])
def test_nobody_is_reminded_more_often_than_was_set(
    questionnaire: Questionnaire, manager: User, most: int
) -> None:
    Questionnaire.objects.filter(pk=questionnaire.pk).update(most_reminders=most)
    send_all(questionnaire, by=manager)
    mail.outbox.clear()

    for number in range(1, most + 1):
        remind(questionnaire, by=manager, after=number * Questionnaire.REMINDER_GAP)
    with pytest.raises(sending.TooManyReminders):
        remind(questionnaire, by=manager, after=dt.timedelta(days=90))

    assert len(mail.outbox) == 60 * most


def test_nobody_is_reminded_before_they_were_invited(
    questionnaire: Questionnaire, manager: User
) -> None:
    with pytest.raises(sending.NothingSent):
        remind(questionnaire, by=manager)


def test_four_new_answers_change_nothing_and_five_are_counted_in_one_statement(
    questionnaire: Questionnaire,
) -> None:
    """T12."""
    answer_by(questionnaire, 4)
    waiting = answering.count_turnout(questionnaire=questionnaire)
    four = questionnaire.invitations.filter(counted_in=True).count()
    rest = questionnaire.invitations.select_related("questionnaire__review")
    answer(next(one for one in rest if not answering.has_answered(one)))

    with CaptureQueriesContext(connection) as asked:
        counted = answering.count_turnout(questionnaire=questionnaire)

    table = "questionnaires_invitation"
    updates = [
        sql for each in asked if (sql := each["sql"]).startswith(f'UPDATE "{table}')
    ]
    assert (waiting, four, counted) == (0, 0, 5)
    assert len(updates) == 1


def test_a_second_letter_carries_the_same_link_and_stores_nothing_new(
    questionnaire: Questionnaire, manager: User
) -> None:
    """T13."""

    def stored() -> list[tuple[Any, ...]]:
        return list(
            questionnaire.invitations.order_by("pk").values_list(
                "pk", "link_hash", "generation"
            )
        )

    first = send_all(questionnaire, by=manager)
    before = stored()
    mail.outbox.clear()

    remind(questionnaire, by=manager)

    assert mailed_links() == first
    assert stored() == before
    assert not any(link.removeprefix("/q/") in repr(before) for link in first.values())


def test_the_page_says_whom_a_reminder_goes_to_and_which_one_it_is(
    questionnaire: Questionnaire, manager: User, desk: Client
) -> None:
    send_all(questionnaire, by=manager)
    answer_by(questionnaire, 24)
    answering.count_turnout(questionnaire=questionnaire)

    shown = desk.get(page(questionnaire, "remind/")).content.decode()

    assert (
        "goes to those who are not counted in, about 40 people: 24 of 60 are" in shown
    )
    assert "It is reminder 1 of 2." in shown


def test_a_reminder_does_not_say_how_many_have_answered_where_the_table_does_not(
    questionnaire: Questionnaire, manager: User, desk: Client
) -> None:
    """One group shows "fewer than 5": an exact total would give its count away."""
    send_all(questionnaire, by=manager)
    rows = questionnaire.invitations.select_related("questionnaire__review")
    for one in list(rows.filter(leaf__startswith="CSC/"))[:20]:
        answer(one)
    for one in list(rows.filter(leaf__startswith="POL/"))[:7]:
        answer(one)

    answering.count_turnout(questionnaire=questionnaire)
    before = desk.get(page(questionnaire, "remind/")).content.decode()
    remind(questionnaire, by=manager)
    after = desk.get(page(questionnaire)).content.decode()
    trail = [each.detail for each in audit.events(questionnaire.review)]

    assert "not counted in, about 30 people: about 30 of 60 are counted" in before
    numbers = re.findall(r"\b\d+\b", re.sub(r"<[^>]*>", " ", main_of(after)))
    assert not {"27", "33"} & set(numbers)
    assert not any("number" in detail and detail["number"] == 33 for detail in trail)


def test_while_a_reminder_goes_out_its_readers_count_as_having_the_first_letter(
    questionnaire: Questionnaire, manager: User, desk: Client
) -> None:
    send_all(questionnaire, by=manager)
    keys = list(questionnaire.invitations.values_list("pk", flat=True)[:33])
    questionnaire.invitations.filter(pk__in=keys).update(delivery_state=Delivery.QUEUED)
    Questionnaire.objects.filter(pk=questionnaire.pk).update(
        sending=Sending.GOING, letter=Questionnaire.Letter.REMINDER, round_size=44
    )

    shown = desk.get(page(questionnaire)).content.decode()

    assert "The reminder is going out." in shown
    assert "The reminder is going out.:" not in shown
    assert "Waiting</th>" not in shown
    assert "44" not in main_of(shown)


# Tests to oneself, new links


@pytest.mark.parametrize("letter", ["invitation", "reminder"])
def test_a_test_goes_to_oneself_and_its_link_opens_the_preview(
    questionnaire: Questionnaire, manager: User, desk: Client, letter: str
) -> None:
    desk.post(page(questionnaire, "test-letter/"), {"letter": letter, "back": "remind"})
    run_jobs()

    [message] = mail.outbox
    assert message.to == [manager.email]
    assert message.subject.startswith("Test: ")
    assert "/q/" not in message.body
    assert page(questionnaire, "preview/0/") in message.body
    assert ("Your link is the same as before" in message.body) is (letter == "reminder")
    assert set(states(questionnaire)) == {Delivery.NEW}


def test_a_new_link_goes_to_one_person_and_ends_the_old_one(
    questionnaire: Questionnaire, manager: User, desk: Client
) -> None:
    old = send_all(questionnaire, by=manager)
    address = next(iter(old))
    remind(questionnaire, by=manager)
    mail.outbox.clear()

    wrong = desk.post(page(questionnaire, "new-link/"), {"email": "nobody@csc.example"})
    desk.post(page(questionnaire, "new-link/"), {"email": f" {address.upper()} "})
    run_jobs()

    assert "Nobody on the list has this email address" in wrong.content.decode()
    assert list(mailed_links()) == [address]
    fresh = mailed_links()[address]
    assert fresh != old[address]
    assert "the same as before" not in mail.outbox[0].body
    assert Client().get(old[address]).status_code == 404
    assert Client().get(fresh).status_code == 200


@pytest.mark.parametrize(
    ("name", "sent"),
    [
        ("sending/resume/", {"a_minute": ""}),
        ("new-link/", {"email": "staff1@csc.example"}),
    ],
)
def test_after_the_close_nothing_is_carried_on_and_nobody_gets_a_new_link(
    questionnaire: Questionnaire,
    manager: User,
    desk: Client,
    name: str,
    sent: dict[str, str],
) -> None:
    releasing.close(questionnaire=questionnaire, by=manager, at=timezone.now())

    shown = desk.post(page(questionnaire, name), sent)
    run_jobs()

    sentence = "The questionnaire is not open, so nothing is sent."
    assert sentence in shown.content.decode()
    assert mail.outbox == []


# The worker


def queue(questionnaire: Questionnaire, *, by: User) -> Job:
    """The round is asked for; its job waits for a worker."""
    sending.queue_invitations(
        questionnaire=again(questionnaire),
        by=by,
        at=timezone.now(),
        today=timezone.localdate(),
    )
    return Job.objects.filter(kind=sending.SENDS).latest("pk")


def test_what_a_stretch_leaves_goes_with_the_next(
    questionnaire: Questionnaire, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(questionnaire, by=manager)
    with monkeypatch.context() as short:
        short.setattr(posting, "STRETCH", dt.timedelta(0))
        run_jobs()
    waiting = states(questionnaire).count(Delivery.QUEUED)
    run_jobs()

    assert waiting == 60
    assert len(mail.outbox) == 60
    assert again(questionnaire).sending == Sending.NOTHING


def test_stopped_while_the_worker_wakes_up_it_sends_nothing(
    questionnaire: Questionnaire, manager: User
) -> None:
    """It had read the row before the press."""
    job = queue(questionnaire, by=manager)
    in_the_worker = again(questionnaire)
    sending.stop(questionnaire=again(questionnaire), by=manager, at=timezone.now())

    posting.send_waiting(questionnaire=in_the_worker, job=job)

    assert mail.outbox == []
    assert set(states(questionnaire)) == {Delivery.NEW}
    assert again(questionnaire).sending == Sending.STOPPED


def test_what_another_worker_has_in_hand_is_not_called_unknown(
    questionnaire: Questionnaire, manager: User
) -> None:
    in_hand = questionnaire.invitations.all()[0]
    questionnaire.invitations.filter(pk=in_hand.pk).update(
        delivery_state=Delivery.SENDING
    )
    queue(questionnaire, by=manager)
    other = Job.objects.create(
        kind=sending.SENDS,
        subject=str(questionnaire.pk),
        review=questionnaire.review,
        queued_at=timezone.now(),
        state=Job.State.RUNNING,
    )

    run_jobs()
    meanwhile = states(questionnaire).count(Delivery.SENDING)
    Job.objects.filter(pk=other.pk).update(state=Job.State.FAILED)
    posting.look_after(at=timezone.now() + LATER)
    run_jobs()

    assert meanwhile == 1
    assert states(questionnaire).count(Delivery.UNKNOWN) == 1
    assert len(mail.outbox) == 59


def test_messages_that_a_job_waits_to_send_get_no_second_job(
    questionnaire: Questionnaire, manager: User
) -> None:
    """The control: once that job has failed, another one is made after a while."""
    job = queue(questionnaire, by=manager)
    jobs = Job.objects.filter(kind=sending.SENDS)

    posting.look_after(at=timezone.now())
    while_it_waits = jobs.count()
    jobs.filter(pk=job.pk).update(state=Job.State.FAILED, ended_at=timezone.now())
    posting.look_after(at=timezone.now() + LATER)

    assert while_it_waits == 1
    assert jobs.count() == 2
