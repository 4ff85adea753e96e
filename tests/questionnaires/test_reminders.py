"""Whom a reminder goes to, that everybody is told what can be read from it, and that a manager's
pages tell nothing of it.
"""

import datetime as dt
import html
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from questionnaires.domain import (
    answering,
    bouncing,
    building,
    releasing,
    sending,
)
from questionnaires.models import Bounce, Questionnaire
from questionnaires.reading import late_offer, of_questionnaire
from questionnaires.rules import links
from reviews import background
from reviews.mail import mailer
from reviews.models import Delivery, Job, Review, User
from reviews.secrets import keystore
from tests.make_questionnaires import (
    again,
    answer,
    answer_by,
    close_and_release,
    make_open,
    make_questionnaire,
    run_jobs,
    send_all,
    token_of,
)

Sending = Questionnaire.Sending
TO_OTHERS = "those who are not counted as having answered"
NONE_CAME = "whoever reads a mailbox can tell that it got none"
TO_ALL = "goes to everybody who was asked"


def set_up(
    review: Review, *, by: User, everybody: bool, most: int = 2
) -> Questionnaire:
    """Open, and everybody has the first letter; set as its manager would."""
    draft = make_questionnaire(review, by=by)
    building.change_settings(
        questionnaire=draft,
        version=draft.version,
        values={"remind_everybody": everybody, "most_reminders": most},
        by=by,
        at=timezone.now(),
    )
    made = make_open(review, by=by, questionnaire=draft)
    send_all(made, by=by)
    mail.outbox.clear()
    # A reminder may go some days later.
    Questionnaire.objects.filter(pk=made.pk).update(last_sent_on="2012-01-01")
    return again(made)


def remind(questionnaire: Questionnaire, *, by: User) -> list[str]:
    sending.queue_reminders(
        questionnaire=again(questionnaire),
        by=by,
        at=timezone.now(),
        today=timezone.localdate(),
    )
    run_jobs()
    return [message.to[0] for message in mail.outbox]


def page(questionnaire: Questionnaire, name: str = "") -> str:
    return (
        f"/reviews/{questionnaire.review_id}/questionnaires/{questionnaire.pk}/{name}"
    )


def words(browser: Client, where: str) -> str:
    return " ".join(html.unescape(browser.get(where).content.decode()).split())


def first_page_and_kept(questionnaire: Questionnaire) -> tuple[str, str]:
    invitation = questionnaire.invitations.select_related("questionnaire")[0]
    phone = Client()
    first = words(phone, f"/q/{token_of(invitation)}")
    phone.post(f"/q/{token_of(invitation)}", {"go": "start"})
    return first, words(phone, "/q/kept")


@pytest.mark.parametrize("everybody", [False, True])
def test_a_reminder_leaves_out_whoever_is_counted_unless_it_is_for_everybody(
    review: Review, manager: User, everybody: bool
) -> None:
    questionnaire = set_up(review, by=manager, everybody=everybody)
    answer_by(questionnaire, 24)

    reminded = remind(questionnaire, by=manager)

    everyone = {each.email for each in questionnaire.invitations.all()}
    counted = {each.email for each in questionnaire.invitations.filter(counted_in=True)}
    assert len(reminded) == len(set(reminded))
    assert len(counted) == 24
    assert set(reminded) == (everyone if everybody else everyone - counted)


def test_letter_and_pages_say_that_a_reminder_tells_who_is_not_counted(
    review: Review, manager: User, sign_in: Callable[[User], Client]
) -> None:
    questionnaire = set_up(review, by=manager, everybody=False)
    desk = sign_in(manager)
    first, kept = first_page_and_kept(questionnaire)

    overview = words(desk, page(questionnaire))
    before = words(desk, page(questionnaire, "remind/"))
    proof = words(desk, page(questionnaire, "proof/"))
    remind(questionnaire, by=manager)
    letter = mail.outbox[0].body

    assert f"This reminder goes to {TO_OTHERS}, so {NONE_CAME}." in letter
    assert f"invitation to answer late, goes only to {TO_OTHERS}." in letter
    assert NONE_CAME in overview
    assert "Whoever reads a mailbox can tell that it got none" in before
    for shown in (first, kept, proof):
        assert TO_OTHERS in shown
        assert "nobody can tell who has answered" not in shown
    assert TO_OTHERS in words(Client(), "/privacy/")
    assert "nobody can tell who has answered" not in letter
    assert "nobody can see who has answered" not in overview


def test_letter_and_pages_say_that_a_reminder_for_everybody_tells_nothing(
    review: Review, manager: User, sign_in: Callable[[User], Client]
) -> None:
    questionnaire = set_up(review, by=manager, everybody=True)
    desk = sign_in(manager)

    seen = [
        *first_page_and_kept(questionnaire),
        words(desk, page(questionnaire)),
        words(desk, page(questionnaire, "remind/")),
        words(desk, page(questionnaire, "proof/")),
    ]
    remind(questionnaire, by=manager)
    letter = mail.outbox[0].body

    assert TO_ALL in letter
    assert "Reminders go to everybody, whether they have answered or not." in seen[2]
    assert "everybody who was invited, 60 people" in seen[3]
    for shown in (*seen, letter):
        assert TO_OTHERS not in shown
        assert "it got none" not in shown


def test_without_reminders_a_late_letter_may_still_come_and_is_told_of(
    review: Review, manager: User, sign_in: Callable[[User], Client]
) -> None:
    """The control: the page of the questionnaire says nothing of reminders."""
    questionnaire = set_up(review, by=manager, everybody=False, most=0)

    first, kept = first_page_and_kept(questionnaire)
    overview = words(sign_in(manager), page(questionnaire))
    released = close_and_release(questionnaire, by=manager)

    assert late_offer(released).why_not == ""
    for shown in (first, kept):
        assert "an invitation to answer late" in shown
        assert TO_OTHERS in shown
    assert TO_OTHERS not in overview
    assert NONE_CAME not in overview


def test_the_setting_is_made_in_the_draft_and_stands_once_it_is_open(
    review: Review, manager: User, sign_in: Callable[[User], Client]
) -> None:
    """The first page says whom reminders go to, so nobody is told one thing and sent another."""
    draft, desk = make_questionnaire(review, by=manager), sign_in(manager)
    form = desk.get(page(draft, "settings/")).context["form"]
    desk.post(page(draft, "settings/"), {**form.initial, "remind_everybody": "on"})
    assert again(draft).remind_everybody
    made = make_open(review, by=manager, questionnaire=draft)

    desk.post(page(made, "settings/"), {**form.initial, "version": made.version})

    assert again(made).remind_everybody


def test_a_copy_reminds_the_same_people(review: Review, manager: User) -> None:
    made = set_up(review, by=manager, everybody=True)

    copy = building.copy_questionnaire(
        questionnaire=made, by=manager, at=timezone.now()
    )

    assert again(copy).remind_everybody


@pytest.mark.parametrize("everybody", [False, True])
def test_no_late_letter_says_what_no_reminder_did(
    review: Review, manager: User, everybody: bool
) -> None:
    questionnaire = set_up(review, by=manager, everybody=everybody)
    answer_by(questionnaire, 27)

    released = close_and_release(questionnaire, by=manager)

    assert ("went to everybody" in late_offer(released).why_not) is everybody


@pytest.mark.parametrize(("everybody", "percent"), [(False, None), (True, 50)])
def test_how_far_a_reminder_has_come_is_told_only_where_it_goes_to_everybody(
    review: Review, manager: User, everybody: bool, percent: int | None
) -> None:
    """Of a round for those not counted, the share and the pace would say how many they are."""
    questionnaire = set_up(review, by=manager, everybody=everybody)
    keys = list(questionnaire.invitations.values_list("pk", flat=True)[:30])
    questionnaire.invitations.filter(pk__in=keys).update(delivery_state=Delivery.QUEUED)
    Questionnaire.objects.filter(pk=questionnaire.pk).update(
        sending=Sending.GOING, letter=Questionnaire.Letter.REMINDER, round_size=60
    )

    work = of_questionnaire(again(questionnaire))

    assert work is not None
    assert work.percent == percent


def test_a_close_in_the_middle_of_a_reminder_does_not_count_who_waited_for_it(
    review: Review, manager: User, sign_in: Callable[[User], Client]
) -> None:
    """They had the first letter; as "not sent" they would say how many had not answered."""
    questionnaire = set_up(review, by=manager, everybody=False)
    rows = questionnaire.invitations.select_related("questionnaire__review")
    for row in list(rows)[:23]:
        answer(row)
    answering.count_turnout(questionnaire=again(questionnaire))
    questionnaire.invitations.filter(counted_in=False).update(
        delivery_state=Delivery.QUEUED
    )
    Questionnaire.objects.filter(pk=questionnaire.pk).update(
        sending=Sending.GOING, letter=Questionnaire.Letter.REMINDER, round_size=37
    )

    releasing.close(questionnaire=again(questionnaire), by=manager, at=timezone.now())

    states = set(questionnaire.invitations.values_list("delivery_state", flat=True))
    assert states == {Delivery.SENT}
    assert ">37<" not in words(sign_in(manager), page(questionnaire))


# What became of a reminder would say who got it, and so who has not answered.


def states(questionnaire: Questionnaire) -> dict[str, str]:
    rows = questionnaire.invitations.all()
    return {str(each.email): each.delivery_state for each in rows}


def list_of_messages(desk: Client, questionnaire: Questionnaire) -> str:
    after = words(desk, page(questionnaire)).partition("What became of the ")[2]
    return after.partition("What is kept, and whether")[0]


def test_letters_ask_machines_not_to_answer(review: Review, manager: User) -> None:
    """ "Away until Monday" goes to the review manager, and would say who got a reminder."""
    questionnaire = set_up(review, by=manager, everybody=False)

    remind(questionnaire, by=manager)

    for message in mail.outbox:
        assert message.extra_headers["Auto-Submitted"] == "auto-generated"
        assert message.extra_headers["X-Auto-Response-Suppress"] == "OOF, AutoReply"


@pytest.mark.parametrize("fate", [Delivery.NO_ADDRESS, Delivery.MAILBOX])
@pytest.mark.parametrize("everybody", [False, True])
def test_whom_a_reminder_did_not_reach_is_listed_only_where_everybody_gets_one(
    review: Review,
    manager: User,
    sign_in: Callable[[User], Client],
    monkeypatch: pytest.MonkeyPatch,
    everybody: bool,
    fate: Delivery,
) -> None:
    questionnaire = set_up(review, by=manager, everybody=everybody)
    answer_by(questionnaire, 24)
    desk = sign_in(manager)
    before = list_of_messages(desk, questionnaire)
    refused: list[str] = []

    def refuse(*args: Any, **kwargs: Any) -> Delivery:
        refused.append(kwargs["to"])
        return fate

    monkeypatch.setattr(mailer, "deliver", refuse)
    remind(questionnaire, by=manager)

    after = list_of_messages(desk, questionnaire)
    assert len(refused) == (60 if everybody else 36)
    assert (after == before) is not everybody
    assert (refused[0] in after) is everybody


@pytest.mark.parametrize("everybody", [False, True])
def test_a_reminder_that_comes_back_is_told_only_where_everybody_gets_one(
    review: Review,
    manager: User,
    settings: Any,
    everybody: bool,
) -> None:
    """The control: a first letter that comes back is told in either case, also after a reminder."""
    settings.BOUNCE_ADDRESS = "bounces@review.example"
    questionnaire = set_up(review, by=manager, everybody=everybody)
    remind(questionnaire, by=manager)
    reminded, first = mail.outbox[0], mail.outbox[1].to[0]
    key = keystore.read(questionnaire.key("link"))
    row = next(each for each in questionnaire.invitations.all() if each.email == first)

    for mark in (
        reminded.from_email.partition("+")[2].partition("@")[0],
        links.envelope_mark(key, row.pk),
    ):
        Bounce.objects.create(mark=mark, delivery_state=Delivery.NO_ADDRESS)
    bouncing.resolve()

    told = {to for to, state in states(questionnaire).items() if state != "sent"}
    assert told == ({reminded.to[0], first} if everybody else {first})
    assert not Bounce.objects.exists()


@pytest.mark.parametrize("everybody", [False, True])
def test_whoever_may_not_have_the_first_letter_stays_on_the_list_after_a_reminder(
    review: Review, manager: User, everybody: bool
) -> None:
    """Whoever left it would be known to have been reminded, and who stayed to have answered."""
    questionnaire = set_up(review, by=manager, everybody=everybody)
    answer_by(questionnaire, 24)
    keys = [each.pk for each in questionnaire.invitations.all()]
    questionnaire.invitations.filter(pk__in=keys[20:30]).update(
        delivery_state=Delivery.UNKNOWN
    )
    before = states(questionnaire)

    remind(questionnaire, by=manager)

    assert (states(questionnaire) == before) is not everybody


@pytest.mark.parametrize("everybody", [False, True])
def test_a_worker_that_dies_in_a_reminder_leaves_nobody_on_the_list(
    review: Review, manager: User, monkeypatch: pytest.MonkeyPatch, everybody: bool
) -> None:
    questionnaire = set_up(review, by=manager, everybody=everybody)
    answer_by(questionnaire, 24)
    keys = [each.pk for each in questionnaire.invitations.all()]

    def dies(*args: Any, **kwargs: Any) -> Delivery:
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(mailer, "deliver", dies)
        with pytest.raises(SystemExit):
            remind(questionnaire, by=manager)
    # Another was killed without a word.
    questionnaire.invitations.filter(pk=keys[-1]).update(
        delivery_state=Delivery.SENDING
    )
    background.sweep(at=timezone.now() + dt.timedelta(minutes=10))
    run_jobs()

    found = set(states(questionnaire).values())
    assert found == (
        {Delivery.SENT, Delivery.UNKNOWN} if everybody else {Delivery.SENT}
    )
    assert again(questionnaire).sending == Sending.NOTHING


def test_what_became_of_a_new_link_is_told_among_reminders_too(
    review: Review, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    questionnaire = set_up(review, by=manager, everybody=False)
    one, other = list(states(questionnaire))[:2]
    sending.queue_reminders(
        questionnaire=again(questionnaire),
        by=manager,
        at=timezone.now(),
        today=timezone.localdate(),
    )
    sending.reissue(
        questionnaire=again(questionnaire), email=one, by=manager, at=timezone.now()
    )
    monkeypatch.setattr(mailer, "deliver", lambda *_, **__: Delivery.NO_ADDRESS)
    run_jobs()

    found = states(questionnaire)
    assert found[one] == Delivery.NO_ADDRESS
    assert found[other] == Delivery.SENT


def test_the_pace_of_a_reminder_does_not_say_how_many_get_it(
    review: Review,
    other_review: Review,
    manager: User,
    other_manager: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At so many a minute, the time until the last would count them."""
    spent, sent = [], []
    for its_review, by, number in (
        (review, manager, 0),
        (other_review, other_manager, 48),
    ):
        questionnaire = set_up(its_review, by=by, everybody=False)
        answer_by(questionnaire, number)
        slept: list[float] = []
        with monkeypatch.context() as clock:
            clock.setattr(time, "sleep", slept.append)
            sending.queue_reminders(
                questionnaire=again(questionnaire),
                by=by,
                at=timezone.now(),
                today=timezone.localdate(),
                a_minute=600,
            )
            run_jobs()
        spent.append(sum(slept))
        sent.append(len(mail.outbox))

    assert sent == [60, 12]
    # Sixty at 600 a minute take six seconds, less what sending itself took.
    assert all(4 < each <= 6 for each in spent)
    assert not Job.objects.exclude(state=Job.State.DONE).exists()


def test_no_page_or_letter_promises_to_tell_a_writer_whom_nobody_knows(
    review: Review, manager: User
) -> None:
    """They say instead when answers are read, and whom to ring."""
    questionnaire = set_up(review, by=manager, everybody=False)
    first, _ = first_page_and_kept(questionnaire)
    remind(questionnaire, by=manager)

    for said in (first, mail.outbox[0].body):
        assert (
            "at risk of serious harm, it must tell those who can protect them" in said
        )
        assert "It reads nothing before the questionnaire has closed" in said
        assert "01632 960001" in said
        assert "tell you so" not in said
