"""The manager opens, sends, reminds and closes; nothing goes twice silently, nothing shows who."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaires import reading
from questionnaires.domain import (
    answering,
    building,
    forgetting,
    inviting,
    listing,
    questions,
    releasing,
    screening_comments,
)
from questionnaires.forms.running import OpenForm
from questionnaires.models import (
    AnswerBox,
    Comment,
    DraftBox,
    Questionnaire,
    ReleasedAnswer,
)
from reviews.models import Delivery, Job, Review, Stage, User
from reviews.pages import say
from reviews.refusals import Refusal
from reviews.secrets import keystore
from tests.make import make_user, move, put_ahead
from tests.make_questionnaires import (
    again,
    answer,
    answer_by,
    close_and_release,
    make_open,
    make_pending,
    make_questionnaire,
    people,
    run_jobs,
    send_all,
    token_of,
)


@pytest.fixture
def questionnaire(review: Review, manager: User) -> Questionnaire:
    return make_open(review, by=manager)


def home(review: Review, page: str = "") -> str:
    """An address of the review's only questionnaire; of their list while there is none."""
    only = review.questionnaires.first()
    where = f"/reviews/{review.pk}/questionnaires/"
    return f"{where}{only.pk}/{page}" if only else f"{where}{page}"


def test_the_road_of_the_manager_in_the_browser(
    review: Review, manager: User, sign_in: Callable[[User], Client]
) -> None:
    client = sign_in(manager)
    review = move(review, Stage.LEAD_IN)

    first = client.get(home(review)).content.decode()
    client.post(home(review, "new/"), {"begins": "bank"})
    questionnaire = reading.current(review)
    assert questionnaire
    inviting.invite(
        questionnaire=questionnaire, rows=people(), by=manager, at=timezone.now()
    )
    closes = timezone.localdate() + dt.timedelta(days=14)
    client.post(
        home(review, "open/"),
        {
            "closes_on_0": closes.day,
            "closes_on_1": f"{closes:%B}",
            "closes_on_2": closes.year,
        },
    )
    run_jobs()
    preview = client.get(home(review, "send/")).content.decode()
    client.post(home(review, "send/"), {"a_minute": ""})
    run_jobs()
    after = client.get(home(review)).content.decode()

    assert "Begin a questionnaire" in first
    assert "goes to 60 people" in preview
    assert "[their own link]" in preview
    assert len(mail.outbox) == 60
    assert "Delivered to the mail server" in after


def test_closing_date_lies_between_today_and_the_visit() -> None:
    today, visit = dt.date(2026, 11, 23), dt.date(2027, 2, 15)

    def said(day: dt.date) -> list[str]:
        form = OpenForm(
            {
                "closes_on_0": str(day.day),
                "closes_on_1": str(day.month),
                "closes_on_2": str(day.year),
            },
            today=today,
            visit=visit,
        )
        return [*map(str, form.errors.get("closes_on", []))]

    assert said(today) == ["Closing date must be after today"]
    assert said(visit) == [
        "Closing date must be before the visit, which begins on 15 February 2027"
    ]
    assert said(visit - dt.timedelta(days=1)) == []


def test_questions_are_locked_once_it_is_open(
    questionnaire: Questionnaire, manager: User
) -> None:
    with pytest.raises(building.NotADraft):
        building.change_settings(
            questionnaire=questionnaire,
            version=questionnaire.version,
            values={"title": "Other"},
            by=manager,
            at=timezone.now(),
        )
    with pytest.raises(building.NotADraft):
        questions.leave_out(
            question=questionnaire.questions.all()[0], by=manager, at=timezone.now()
        )
    with pytest.raises(building.NotADraft):
        inviting.invite(
            questionnaire=questionnaire, rows=people(), by=manager, at=timezone.now()
        )


def test_opening_sends_nothing(review: Review, manager: User) -> None:
    questionnaire = make_open(review, by=manager)

    run_jobs()

    invitations = questionnaire.invitations.all()
    assert again(questionnaire).state == Questionnaire.State.OPEN
    # Everybody has a link, and nobody a message.
    assert not invitations.filter(link_hash=None).exists()
    assert {each.delivery_state for each in invitations} == {Delivery.NEW}
    assert again(questionnaire).sending == Questionnaire.Sending.NOTHING
    assert not mail.outbox


def test_opening_twice_makes_one_set_of_keys(review: Review, manager: User) -> None:
    questionnaire = make_questionnaire(move(review, Stage.LEAD_IN), by=manager)
    inviting.invite(
        questionnaire=questionnaire, rows=people(), by=manager, at=timezone.now()
    )
    first, second = again(questionnaire), again(questionnaire)
    today = timezone.localdate()
    values: dict[str, Any] = {
        "closes_on": today + dt.timedelta(days=7),
        "by": manager,
        "at": timezone.now(),
        "today": today,
    }

    inviting.ask_to_open(questionnaire=first, **values)
    with pytest.raises(building.NotADraft):
        inviting.ask_to_open(questionnaire=second, **values)


def test_too_few_people_cannot_be_asked(review: Review, manager: User) -> None:
    questionnaire = make_questionnaire(move(review, Stage.LEAD_IN), by=manager)
    inviting.invite(
        questionnaire=questionnaire,
        rows=people([("CSC", "SW", 9)]),
        by=manager,
        at=timezone.now(),
    )
    today = timezone.localdate()

    with pytest.raises(inviting.NobodyInvited, match="at least 10"):
        inviting.ask_to_open(
            questionnaire=questionnaire,
            closes_on=today + dt.timedelta(days=7),
            by=manager,
            at=timezone.now(),
            today=today,
        )


def day(name: str, value: dt.date) -> dict[str, int]:
    """A date as its three boxes send it."""
    parts = (value.day, value.month, value.year)
    return {f"{name}_{number}": part for number, part in enumerate(parts)}


def test_a_draft_that_asks_nothing_is_not_opened(
    review: Review, manager: User, sign_in: Callable[[User], Client]
) -> None:
    move(review, Stage.LEAD_IN)
    draft = building.make_empty(
        review=review, title="Your work", by=manager, at=timezone.now()
    )
    inviting.invite(questionnaire=draft, rows=people(), by=manager, at=timezone.now())
    closes = timezone.localdate() + dt.timedelta(days=14)

    shown = sign_in(manager).post(home(review, "open/"), day("closes_on", closes))

    assert "There is no question to ask yet." in shown.content.decode()
    assert again(draft).state == Questionnaire.State.DRAFT


def test_nothing_opens_that_would_close_today(review: Review, manager: User) -> None:
    """Whatever the form let through: it was shown before midnight, say."""
    with pytest.raises(
        inviting.ClosesTooSoon, match="closing date must be after today"
    ):
        make_open(review, by=manager, closes_in=0)

    assert not AnswerBox.objects.exists()
    assert review.questionnaires.get().state == Questionnaire.State.DRAFT


def test_once_it_is_closed_its_closing_date_cannot_move(
    questionnaire: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    desk = sign_in(manager)
    desk.post(home(questionnaire.review, "close/"))
    closed_on = again(questionnaire).closes_on
    later = timezone.localdate() + dt.timedelta(days=30)

    shown = desk.post(
        home(questionnaire.review, "closing-date/"), day("closes_on", later)
    )

    assert "The questionnaire is not open." in shown.content.decode()
    assert again(questionnaire).closes_on == closed_on == timezone.localdate()


def test_nothing_opens_before_the_stage_at_which_links_work(
    review: Review, manager: User
) -> None:
    questionnaire = make_questionnaire(review, by=manager)
    inviting.invite(
        questionnaire=questionnaire, rows=people(), by=manager, at=timezone.now()
    )
    today = timezone.localdate()

    with pytest.raises(inviting.NotAtLeadIn):
        inviting.ask_to_open(
            questionnaire=questionnaire,
            closes_on=today + dt.timedelta(days=7),
            by=manager,
            at=timezone.now(),
            today=today,
        )


def test_small_groups_are_joined_when_it_opens(review: Review, manager: User) -> None:
    rows = people(
        [("CSC", "SW", 12), ("CSC", "TM", 3), ("POL", "PO", 11), ("POL", "SL", 2)]
    )

    questionnaire = make_open(review, by=manager, rows=rows)

    assert sorted(set(questionnaire.invitations.values_list("leaf", flat=True))) == [
        "CSC/front-line",
        "CSC/others",
        "POL/front-line",
        "POL/others",
    ]


def test_message_has_one_link_of_ours_and_names_nobody(
    questionnaire: Questionnaire, manager: User
) -> None:
    send_all(questionnaire, by=manager)

    for message in mail.outbox:
        assert message.body.count("/q/") == 1
        assert len(message.to) == 1
        assert not message.attachments
        assert "staff" not in message.subject


def test_only_the_closing_date_moves_once_it_is_open_and_never_into_the_past(
    questionnaire: Questionnaire, manager: User
) -> None:
    today = timezone.localdate()
    values: dict[str, Any] = {
        "questionnaire": questionnaire,
        "by": manager,
        "at": timezone.now(),
        "today": today,
    }
    later = today + dt.timedelta(days=21)

    inviting.move_closing_date(closes_on=later, **values)
    with pytest.raises(inviting.ClosesTooSoon):
        inviting.move_closing_date(closes_on=today, **values)
    with pytest.raises(inviting.OnlyLater, match="can only move to a later day"):
        inviting.move_closing_date(closes_on=later - dt.timedelta(days=1), **values)

    assert again(questionnaire).closes_on == later


def test_closed_early_it_says_the_day_on_which_that_was(
    questionnaire: Questionnaire, manager: User, sign_in: Callable[[User], Client]
) -> None:
    desk = sign_in(manager)
    asked = desk.get(home(questionnaire.review, "close/")).content.decode()
    planned = questionnaire.closes_on
    assert planned

    desk.post(home(questionnaire.review, "close/"))

    today = timezone.localdate()
    page = desk.get(home(questionnaire.review)).content.decode()
    assert f"can answer until the end of {say.day(planned)}" in asked
    assert again(questionnaire).closes_on == today
    assert f"Closed on {say.day(today)}. The answers are sealed." in page


def test_the_closing_date_is_offered_as_the_plan_has_it(
    review: Review, manager: User, sign_in: Callable[[User], Client]
) -> None:
    draft = make_questionnaire(move(review, Stage.LEAD_IN), by=manager)
    milestone = review.milestones.get(code="QST-06")
    before = milestone.due_on - dt.timedelta(days=14)

    planned = reading.suggested_close(draft, before)
    too_late = reading.suggested_close(draft, milestone.due_on)
    at_the_visit = reading.suggested_close(
        draft, review.day_zero - dt.timedelta(days=1)
    )

    assert planned == milestone.due_on
    assert too_late == review.day_zero - dt.timedelta(days=1)
    assert at_the_visit is None


def test_no_closing_date_is_offered_that_would_be_refused(
    review: Review, manager: User
) -> None:
    draft = make_questionnaire(move(review, Stage.LEAD_IN), by=manager)
    early = review.milestones.get(code="QST-06").due_on - dt.timedelta(days=150)

    offered = reading.suggested_close(draft, early)

    assert offered == early + dt.timedelta(days=120)
    form = OpenForm(
        {
            "closes_on_0": str(offered.day),
            "closes_on_1": str(offered.month),
            "closes_on_2": str(offered.year),
        },
        today=early,
        visit=review.day_zero,
    )
    assert form.is_valid()


def test_the_reminder_shows_where_its_closing_date_will_stand(
    review: Review, manager: User, sign_in: Callable[[User], Client]
) -> None:
    draft = make_questionnaire(move(review, Stage.LEAD_IN), by=manager)

    page = sign_in(manager).get(
        reverse("questionnaires:preview", args=[review.pk, draft.pk])
    )

    text = page.content.decode()
    assert "A reminder: by [the closing date], tell the peer team" in text
    assert "it closes at the end of [the closing date]." in text


def test_a_contact_who_is_not_named_is_warned_of_and_blocks_nothing(
    review: Review, manager: User, sign_in: Callable[[User], Client]
) -> None:
    draft = make_questionnaire(move(review, Stage.LEAD_IN), by=manager)
    inviting.invite(questionnaire=draft, rows=people(), by=manager, at=timezone.now())
    desk = sign_in(manager)
    day = timezone.localdate() + dt.timedelta(days=9)

    warned = desk.get(home(review, "open/")).content.decode()
    desk.post(
        home(review, "open/"),
        {
            "closes_on_0": str(day.day),
            "closes_on_1": str(day.month),
            "closes_on_2": str(day.year),
        },
    )

    assert "The council’s contact is not named" in warned
    assert again(draft).state == Questionnaire.State.OPENING


def test_a_full_disk_opens_nothing_and_the_next_press_does(
    review: Review, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = make_questionnaire(move(review, Stage.LEAD_IN), by=manager)
    inviting.invite(questionnaire=draft, rows=people(), by=manager, at=timezone.now())
    today = timezone.localdate()
    values: dict[str, Any] = {
        "closes_on": today + dt.timedelta(days=7),
        "by": manager,
        "at": timezone.now(),
        "today": today,
    }
    write = keystore.DirectoryStore.write

    def full(self: keystore.DirectoryStore, name: str, wrapped: bytes) -> None:
        if name.endswith("-null"):
            raise OSError(28, "No space left on device")
        write(self, name, wrapped)

    with monkeypatch.context() as disk:
        disk.setattr(keystore.DirectoryStore, "write", full)
        with pytest.raises(inviting.NoRoomForKeys, match="disk may be full"):
            inviting.ask_to_open(questionnaire=again(draft), **values)
    left = [part for part in releasing.KEYS if keystore.exists(draft.key(part))]
    state = again(draft).state
    inviting.ask_to_open(questionnaire=again(draft), **values)

    assert left == []
    assert state == Questionnaire.State.DRAFT
    assert all(keystore.exists(draft.key(part)) for part in releasing.KEYS)


def test_it_does_not_open_while_a_list_is_being_added(
    review: Review, manager: User
) -> None:
    draft = make_questionnaire(move(review, Stage.LEAD_IN), by=manager)
    inviting.invite(questionnaire=draft, rows=people(), by=manager, at=timezone.now())
    listing.confirm_list(pending=make_pending(draft, by=manager))
    today = timezone.localdate()

    with pytest.raises(inviting.ListBeingAdded):
        inviting.ask_to_open(
            questionnaire=again(draft),
            closes_on=today + dt.timedelta(days=7),
            by=manager,
            at=timezone.now(),
            today=today,
        )


def test_release_waits_for_the_closing(
    questionnaire: Questionnaire, manager: User
) -> None:
    with pytest.raises(releasing.NotClosed):
        releasing.ask_for_release(
            questionnaire=questionnaire, by=manager, at=timezone.now()
        )


def test_closing_deletes_drafts_and_refuses_late_answers(
    questionnaire: Questionnaire, manager: User
) -> None:
    invitation = questionnaire.invitations.select_related("questionnaire__review")[0]
    DraftBox.objects.create(
        questionnaire=questionnaire, locator="0" * 32, box=b"sealed"
    )
    link = token_of(invitation)
    assert answering.find(link)

    releasing.close(questionnaire=questionnaire, by=manager, at=timezone.now())

    assert not DraftBox.objects.exists()
    with pytest.raises(answering.NoSuchLink):
        answering.find(link)
    with pytest.raises(releasing.NotOpen):
        releasing.close(questionnaire=questionnaire, by=manager, at=timezone.now())
    with pytest.raises(answering.NoSuchLink):
        answering.find("0" * 26)
    assert not AnswerBox.objects.exists()
    assert invitation.counted_in is False


def test_release_takes_two_people(
    questionnaire: Questionnaire, manager: User, analyst: User
) -> None:
    at = timezone.now()
    releasing.close(questionnaire=questionnaire, by=manager, at=at)
    with pytest.raises(releasing.NotAsked):
        releasing.approve_release(questionnaire=again(questionnaire), by=manager, at=at)
    releasing.ask_for_release(questionnaire=again(questionnaire), by=manager, at=at)

    with pytest.raises(releasing.SecondPersonNeeded):
        releasing.approve_release(questionnaire=again(questionnaire), by=manager, at=at)
    releasing.approve_release(questionnaire=again(questionnaire), by=analyst, at=at)

    assert again(questionnaire).state == Questionnaire.State.RELEASING


def test_two_who_agree_at_once_release_once(
    questionnaire: Questionnaire, manager: User, analyst: User, leader: User
) -> None:
    at = timezone.now()
    releasing.close(questionnaire=questionnaire, by=manager, at=at)
    releasing.ask_for_release(questionnaire=again(questionnaire), by=manager, at=at)
    first, second = again(questionnaire), again(questionnaire)

    releasing.approve_release(questionnaire=first, by=analyst, at=at)
    with pytest.raises(releasing.NotClosed):
        releasing.approve_release(questionnaire=second, by=leader, at=at)

    assert Job.objects.filter(kind="questionnaires.tasks.release").count() == 1


def test_release_publishes_shares_and_destroys_boxes_and_keys(
    questionnaire: Questionnaire, manager: User
) -> None:
    answer_by(questionnaire, 25, value="4")
    rest = list(questionnaire.invitations.select_related("questionnaire__review"))
    fresh = [one for one in rest if not answering.has_answered(one)]
    for one in fresh[:15]:
        answer(one, value="2")

    released = close_and_release(questionnaire, by=manager)

    assert released.state == Questionnaire.State.RELEASED
    assert AnswerBox.objects.count() == 0
    assert ReleasedAnswer.objects.count() == 40
    assert not any(keystore.exists(released.key(part)) for part in releasing.KEYS)
    values = released.releases.get().values
    assert values["base"] == "30 to 49"
    assert values["questions"]["Q01"]["all"]["favourable"] in range(55, 71)


@pytest.mark.parametrize(
    ("number", "comments", "tables"), [(4, 0, False), (9, 9, False), (10, 10, True)]
)
def test_few_answers_are_discarded_or_read_without_figures(
    questionnaire: Questionnaire,
    manager: User,
    number: int,
    comments: int,
    tables: bool,
) -> None:
    answer_by(questionnaire, number, comment="The door is open.")

    released = close_and_release(questionnaire, by=manager)

    assert Comment.objects.count() == comments
    assert bool(released.releases.get().values["questions"]) is tables
    assert set(Comment.objects.values_list("atom", flat=True)) <= {"", "all"} or tables


def test_a_group_stands_beside_a_comment_only_where_k_people_answered(
    questionnaire: Questionnaire, manager: User
) -> None:
    """However few of them wrote something. Nine of the schools have none of their own."""
    for agency, number in (("CSC", 18), ("POL", 12), ("SCH", 9)):
        rows = questionnaire.invitations.select_related("questionnaire__review")
        for each in rows.filter(leaf__startswith=f"{agency}/")[:number]:
            answer(each, comment=f"A comment of {agency}.")
    released = close_and_release(questionnaire, by=manager)

    beside = set(Comment.objects.values_list("atom", flat=True))
    answered = {
        atom: ReleasedAnswer.objects.filter(atom=atom).count() for atom in beside
    }

    assert len(beside) > 1
    assert all(number >= released.k for number in answered.values())
    assert sum(answered.values()) == 39


def test_a_crash_before_the_keys_are_gone_is_finished_by_the_sweep(
    questionnaire: Questionnaire, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_by(questionnaire, 12)

    def crash(**values: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(releasing, "destroy_keys", crash)
        with pytest.raises(SystemExit):
            close_and_release(questionnaire, by=manager)
    assert keystore.exists(questionnaire.key("box"))

    releasing.sweep(today=timezone.localdate())
    releasing.release(questionnaire=again(questionnaire), today=timezone.localdate())

    assert not keystore.exists(questionnaire.key("box"))
    assert again(questionnaire).releases.count() == 1
    assert ReleasedAnswer.objects.count() == 12


def test_a_second_worker_publishes_nothing_again_and_ends_what_the_first_left(
    questionnaire: Questionnaire,
    manager: User,
    analyst: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The first died before the keys were gone; the second had read the row before that."""
    answer_by(questionnaire, 40, comment="We meet each week.")
    at, today = timezone.now(), timezone.localdate()
    releasing.close(questionnaire=questionnaire, by=manager, at=at)
    releasing.ask_for_release(questionnaire=again(questionnaire), by=manager, at=at)
    releasing.approve_release(questionnaire=again(questionnaire), by=analyst, at=at)
    first, second = again(questionnaire), again(questionnaire)

    def crash(**values: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(releasing, "destroy_keys", crash)
        with pytest.raises(SystemExit):
            releasing.release(questionnaire=first, today=today)
    releasing.release(questionnaire=second, today=today)

    assert again(questionnaire).state == Questionnaire.State.RELEASED
    assert questionnaire.releases.count() == 1
    assert Comment.objects.count() == ReleasedAnswer.objects.count() == 40
    assert not keystore.exists(questionnaire.key("box"))


def test_a_crash_among_the_keys_leaves_none_of_them(
    questionnaire: Questionnaire, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer_by(questionnaire, 12)
    destroy = keystore.destroy

    def crash(name: str) -> None:
        if name == questionnaire.key("null"):
            raise SystemExit
        destroy(name)

    with monkeypatch.context() as patched:
        patched.setattr(keystore, "destroy", crash)
        with pytest.raises(SystemExit):
            close_and_release(questionnaire, by=manager)
    left = [each for each in releasing.KEYS if keystore.exists(questionnaire.key(each))]

    releasing.sweep(today=timezone.localdate())

    assert left == ["null", "link", "state"]
    assert not any(keystore.exists(questionnaire.key(each)) for each in releasing.KEYS)


def test_team_reads_results_and_the_council_does_not(
    questionnaire: Questionnaire,
    manager: User,
    analyst: User,
    sponsor: User,
    organiser: User,
    partner: User,
    sign_in: Callable[[User], Client],
) -> None:
    answer_by(questionnaire, 30, comment="The door is open.")
    review = close_and_release(questionnaire, by=manager).review
    pages = ["", "gaps/", "groups/", "questions/Q01/", "values.xlsx", "values.csv"]
    pages = [f"results/{each}" for each in pages] + ["comments/", "comments/themes/"]

    def answers(user: User) -> set[int]:
        browser = sign_in(user)
        return {browser.get(home(review, each)).status_code for each in pages}

    results = sign_in(analyst).get(home(review, "results/"))

    assert "over 80%" in results.content.decode()
    assert "I know what to do, and whom to call" in results.content.decode()
    assert answers(analyst) == {200}
    for outside in (sponsor, organiser, partner):
        assert answers(outside) == {403}, outside


def test_comments_are_read_by_a_screener_first_and_marks_stay_hidden(
    questionnaire: Questionnaire,
    manager: User,
    analyst: User,
    member_peer: User,
    sign_in: Callable[[User], Client],
) -> None:
    rows = list(questionnaire.invitations.select_related("questionnaire__review"))
    for one in rows[:11]:
        answer(one, comment="Our duty desk answers at once.")
    answer(rows[11], comment="Odette Parrish is a wonderful manager.")
    review = close_and_release(questionnaire, by=manager).review
    peer, screener = sign_in(member_peer), sign_in(analyst)

    unread = peer.get(home(review, "comments/")).content.decode()
    batch = screener.get(home(review, "comments/screen/")).content.decode()
    ids = list(Comment.objects.values_list("pk", flat=True))
    screener.post(
        home(review, "comments/screen/"), {"comment": [str(pk) for pk in ids]}
    )
    cleared = peer.get(home(review, "comments/")).content.decode()
    marked = Comment.objects.get(screening=Comment.Screening.MASKED)
    screener.post(
        home(review, f"comments/{marked.pk}/screen/"),
        {
            "text": "My manager is wonderful.",
            "seen": screening_comments.fingerprint(marked),
        },
    )
    settled = peer.get(home(review, "comments/")).content.decode()

    assert "Our duty desk" not in unread
    assert "Odette Parrish" not in unread
    assert "Our duty desk" in batch
    assert cleared.count("Our duty desk answers at once.") == 11
    assert "[hidden]" in cleared
    assert "Odette" not in cleared
    assert "My manager is wonderful." in settled
    assert peer.get(home(review, "comments/screen/")).status_code == 403


def test_nightly_closes_what_is_due_and_forgets_addresses_after_two_weeks(
    questionnaire: Questionnaire, manager: User
) -> None:
    from questionnaires import tasks

    Questionnaire.objects.filter(pk=questionnaire.pk).update(
        closes_on=timezone.localdate() - dt.timedelta(days=1)
    )
    put_ahead(questionnaire.review)
    job = Job.objects.create(
        kind="questionnaires.tasks.nightly", queued_at=timezone.now()
    )

    tasks.nightly("", job)

    assert again(questionnaire).state == Questionnaire.State.CLOSED
    move(questionnaire.review, Stage.PRE_SITE)
    at = timezone.now()
    releasing.ask_for_release(questionnaire=again(questionnaire), by=manager, at=at)
    releasing.approve_release(questionnaire=again(questionnaire), by=make_user(), at=at)
    run_jobs()
    later = timezone.localdate() + dt.timedelta(days=15)
    review = put_ahead(questionnaire.review)
    today = timezone.localdate()
    assert forgetting.forget_addresses(review=review, today=today) == 0
    assert forgetting.forget_addresses(review=review, today=later) == 60


def test_review_does_not_leave_the_lead_in_with_an_open_questionnaire(
    questionnaire: Questionnaire,
) -> None:
    [obstacle] = reading.stage_blockers(questionnaire.review, Stage.PRE_SITE)
    assert obstacle.sentence == "The questionnaire is still open: close it first"
    assert obstacle.url == reverse(
        "questionnaires:overview", args=[questionnaire.review_id, questionnaire.pk]
    )
    assert issubclass(releasing.NotOpen, Refusal)


@pytest.mark.parametrize("who", ["analyst", "officer_peer", "manager"])
def test_whoever_may_only_read_the_results_comes_to_them(
    questionnaire: Questionnaire,
    sign_in: Callable[[User], Client],
    request: pytest.FixtureRequest,
    who: str,
) -> None:
    user = request.getfixturevalue(who)
    close_and_release(
        questionnaire, by=questionnaire.review.memberships.get(access_role="RM").user
    )
    review = move(questionnaire.review, Stage.ON_SITE)

    found = sign_in(user).get(f"/reviews/{review.pk}/questionnaires/", follow=True)

    assert found.status_code == 200
    assert "Results of the questionnaire" in found.content.decode()
