"""The day on which what people said is destroyed comes before a release: nobody reads an answer."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaires import reading, tasks
from questionnaires.domain import building, forgetting, inviting, releasing
from questionnaires.models import (
    AnswerBox,
    Comment,
    DraftBox,
    Invitation,
    Questionnaire,
    Release,
    SpentLink,
)
from questionnaires.models.questionnaire import invitees_key
from reviews.domain import dying_keys
from reviews.models import AuditEvent, Job, Review, Stage, User
from reviews.reading.speech import SpeechGone
from reviews.secrets import keystore
from tests.make import DAY_ZERO, move, put_ahead
from tests.make_questionnaires import (
    again,
    answer_by,
    close_and_release,
    make_open,
    make_pending,
    make_questionnaire,
    send_all,
)

SignIn = Callable[[User], Client]
TOLD = DAY_ZERO + dt.timedelta(weeks=6)
State = Questionnaire.State


def live_on(review: Review, day: dt.date) -> None:
    Review.objects.filter(pk=review.pk).update(
        demonstration=True, demonstration_day=day
    )


def a_night() -> None:
    tasks.nightly(
        "", Job(kind="questionnaires.tasks.nightly", queued_at=timezone.now())
    )
    dying_keys.destroy_due(at=timezone.now())


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def asked(review: Review, manager: User) -> Questionnaire:
    """Open, with answers that are sealed, drafts and links that work."""
    questionnaire = make_open(review, by=manager)
    answer_by(questionnaire, 12, comment="The door is open.")
    DraftBox.objects.create(
        questionnaire=questionnaire, locator="0123456789abcdef", box=b"sealed"
    )
    return questionnaire


def keys_of(questionnaire: Questionnaire) -> set[str]:
    prefix = f"questionnaire-{questionnaire.pk}-"
    return {
        name.removeprefix(prefix)
        for name in keystore.names()
        if name.startswith(prefix)
    }


def close(questionnaire: Questionnaire, by: User) -> None:
    releasing.close(questionnaire=questionnaire, by=by, at=timezone.now())


def test_until_the_day_everything_stays(asked: Questionnaire) -> None:
    """The control."""
    Questionnaire.objects.filter(pk=asked.pk).update(closes_on=TOLD)
    live_on(asked.review, TOLD - dt.timedelta(days=1))

    a_night()

    assert again(asked).state == State.OPEN
    assert AnswerBox.objects.count() == 12
    assert keys_of(asked) == {*releasing.KEYS, "invitees"}


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("stage", [Stage.LEAD_IN, Stage.PRE_SITE, Stage.ON_SITE])
def test_on_the_day_unreleased_answers_go_unread_with_keys_and_list(
    asked: Questionnaire, manager: User, closed: bool, stage: Stage
) -> None:
    if closed:
        close(asked, manager)
    move(asked.review, stage)
    live_on(asked.review, TOLD)

    a_night()
    a_night()

    for model in (AnswerBox, SpentLink, DraftBox, Invitation, Release, Comment):
        assert not model._base_manager.exists(), model
    assert again(asked).state == State.DESTROYED
    assert keys_of(asked) == set()
    [event] = AuditEvent.objects.filter(action="questionnaire.destroyed_unread")
    # How many had answered is said nowhere.
    assert (event.detail, event.actor_ref, event.count) == ({}, None, None)


def test_an_answer_that_was_sent_at_the_last_moment_goes_the_next_night(
    asked: Questionnaire,
) -> None:
    live_on(asked.review, TOLD)
    a_night()
    AnswerBox.objects.create(questionnaire=asked, box=b"late")

    a_night()

    assert not AnswerBox.objects.exists()


def test_a_link_of_it_leads_to_the_page_of_a_closed_questionnaire(
    asked: Questionnaire, manager: User
) -> None:
    [link, *_] = send_all(asked, by=manager).values()
    unknown = Client().get("/q/0123456789abcdefghjkmnpqrs").content
    assert Client().get(link).content != unknown
    live_on(asked.review, TOLD)

    a_night()

    assert Client().get(link).content == unknown


def test_its_page_says_so_beforehand_and_afterwards(
    asked: Questionnaire, manager: User, sign_in: SignIn
) -> None:
    desk = sign_in(manager)
    page = reverse("questionnaires:overview", args=[asked.review_id, asked.pk])
    before = words(desk.get(page))
    live_on(asked.review, TOLD)
    a_night()

    after = words(desk.get(page))

    assert (
        "Answers that are not released before 18 March 2013 are destroyed unread on that day."
        in before
    )
    assert "It ended on 18 March 2013." in after
    assert "they were destroyed unread, with the list of people" in after
    for false in ("released to the team", "Release the results", "counted in so far"):
        assert false not in after
    home = words(desk.get(reverse("home:home", args=[asked.review_id])))
    assert "The answers were destroyed unread on their day." in home
    results = reverse("questionnaires:results", args=[asked.review_id, asked.pk])
    move(asked.review, Stage.PRE_SITE)
    assert desk.get(results).status_code == 200


def test_it_can_neither_be_released_nor_asked_to_be(
    asked: Questionnaire, manager: User
) -> None:
    close(asked, manager)
    live_on(asked.review, TOLD)
    a_night()

    at = timezone.now()
    with pytest.raises(releasing.AnswersGone):
        releasing.ask_for_release(questionnaire=again(asked), by=manager, at=at)
    with pytest.raises(releasing.AnswersGone):
        releasing.approve_release(questionnaire=again(asked), by=manager, at=at)


def test_a_released_one_keeps_its_figures_and_loses_its_words(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    questionnaire = make_open(review, by=manager)
    answer_by(questionnaire, 12, comment="The door is open.")
    close_and_release(questionnaire, by=manager)
    live_on(review, TOLD)
    a_night()
    move(review, Stage.REPORTING)

    page = words(
        sign_in(manager).get(
            reverse("questionnaires:comments", args=[review.pk, questionnaire.pk])
        )
    )

    assert Release.objects.get().values["questions"]
    assert (
        "What people said was kept until 18 March 2013, and has been destroyed." in page
    )
    for false in ("Nobody wrote anything", "Fewer than 5 people", "The door is open"):
        assert false not in page


def test_nobody_can_be_asked_once_the_key_is_gone(
    review: Review, manager: User
) -> None:
    draft = make_questionnaire(review, by=manager)
    move(review, Stage.LEAD_IN)
    live_on(review, TOLD)
    a_night()
    row, at = Review.objects.get(pk=review.pk), timezone.now()

    with pytest.raises(SpeechGone):
        building.make_from_pack(review=row, by=manager, at=at)
    with pytest.raises(SpeechGone):
        inviting.invite(questionnaire=again(draft), rows=[], by=manager, at=at)
    with pytest.raises(SpeechGone):
        inviting.ask_to_open(
            questionnaire=again(draft),
            closes_on=TOLD + dt.timedelta(days=7),
            by=manager,
            at=at,
            today=TOLD,
        )


def test_a_closing_date_on_the_day_or_after_it_is_refused(
    review: Review, manager: User
) -> None:
    put_ahead(review)
    asked = make_open(review, by=manager)
    until = asked.review.words_until
    today, at = timezone.localdate(), timezone.now()

    with pytest.raises(inviting.ClosesAfterItsDay, match="is destroyed unread"):
        inviting.move_closing_date(
            questionnaire=asked, closes_on=until, by=manager, at=at, today=today
        )

    inviting.move_closing_date(
        questionnaire=asked,
        closes_on=until - dt.timedelta(days=1),
        by=manager,
        at=at,
        today=today,
    )
    assert again(asked).closes_on == until - dt.timedelta(days=1)


# --- the list of people ----------------------------------------------------------------------


def test_each_questionnaire_has_a_key_for_its_own_list(
    review: Review, manager: User
) -> None:
    one, two = (make_questionnaire(review, by=manager) for _ in range(2))
    make_pending(one, by=manager)
    building.remove_questionnaire(questionnaire=two, by=manager, at=timezone.now())

    assert keystore.exists(invitees_key(one.pk))
    pending = one.pending_imports.get()
    assert pending.rows
    keystore.destroy(invitees_key(one.pk))
    with pytest.raises(keystore.KeyGone):
        _ = one.pending_imports.get().rows


@pytest.mark.django_db(transaction=True)
def test_the_key_of_a_draft_goes_with_it(review: Review, manager: User) -> None:
    draft = make_questionnaire(review, by=manager)
    name = invitees_key(draft.pk)
    assert keystore.exists(name)

    building.remove_questionnaire(questionnaire=draft, by=manager, at=timezone.now())

    assert not keystore.exists(name)


def test_rows_and_key_go_when_the_days_after_the_release_are_over(
    review: Review, manager: User
) -> None:
    put_ahead(review, weeks=40)
    questionnaire = make_open(review, by=manager)
    answer_by(questionnaire, 12)
    close_and_release(questionnaire, by=manager)
    row, on = Review.objects.get(pk=review.pk), Release.objects.get().on
    name = invitees_key(questionnaire.pk)

    def after(days: int) -> tuple[int, bool]:
        day = on + dt.timedelta(days=days)
        forgetting.forget_addresses(review=row, today=day)
        return Invitation.objects.count(), keystore.exists(name)

    assert after(14) == (60, True)
    assert after(15) == (0, False)
    # And the team's page of it still stands.
    assert reading.rows_of(row)


def test_what_was_released_in_the_same_moment_is_not_destroyed_as_unread(
    review: Review, manager: User
) -> None:
    """The night had read that it was closed; meanwhile somebody released it."""
    questionnaire = make_open(review, by=manager)
    answer_by(questionnaire, 12)
    as_it_was = Questionnaire.objects.get(pk=questionnaire.pk)
    close_and_release(questionnaire, by=manager)

    forgetting.destroy_unread(questionnaire=as_it_was, at=timezone.now())

    again_read = Questionnaire.objects.get(pk=questionnaire.pk)
    assert again_read.state == State.RELEASED
    assert Release.objects.filter(questionnaire=questionnaire).exists()
