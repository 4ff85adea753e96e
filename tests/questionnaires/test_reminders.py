"""Whom a reminder goes to, and that everybody is told what can be read from it."""

import html
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from questionnaires.domain import answering, building, releasing, sending
from questionnaires.models import Questionnaire
from questionnaires.reading import late_offer, of_questionnaire
from reviews.models import Delivery, Review, User
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
    assert f"whether you get a reminder: it goes to {TO_OTHERS}." in letter
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


def test_without_reminders_nothing_is_said_of_them(
    review: Review, manager: User, sign_in: Callable[[User], Client]
) -> None:
    questionnaire = set_up(review, by=manager, everybody=False, most=0)

    for shown in (
        *first_page_and_kept(questionnaire),
        words(sign_in(manager), page(questionnaire)),
    ):
        assert TO_OTHERS not in shown
        assert NONE_CAME not in shown


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
