"""When the visit moves, everything that is counted from it moves too, and nothing moves unseen."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires.models import Questionnaire
from reviews import domain
from reviews.models import Milestone, Review, Stage, User
from reviews.rules import lead_in
from scheduling.domain.week import cancel_session, seed_timetable
from tests.make import DAY_ZERO, move
from tests.make_questionnaires import make_questionnaire
from tests.sizes import examples

SignIn = Callable[[User], Client]
LATER = DAY_ZERO + dt.timedelta(days=28)


@pytest.fixture
def desk(manager: User, review: Review, sign_in: SignIn) -> Client:
    return sign_in(manager)


def at(name: str, review: Review) -> str:
    return reverse(f"reviews:{name}", args=[review.pk])


def words(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    return " ".join(content.decode().split())


def parts(name: str, day: dt.date) -> dict[str, str]:
    return {
        f"{name}_0": str(day.day),
        f"{name}_1": str(day.month),
        f"{name}_2": str(day.year),
    }


def move_to(desk: Client, review: Review, day: dt.date) -> None:
    answer = desk.post(
        at("plan-move", review),
        {
            **parts("day_zero", day),
            "confirmed": "yes",
            "version": Review.objects.get(pk=review.pk).version,
        },
    )
    assert answer["Location"] == at("plan", review)


@pytest.fixture
def with_week(review: Review, manager: User) -> Review:
    """With the sample week, of which one session is cancelled."""
    seed_timetable(review=review, by=manager, at=timezone.now())
    session = review.sessions.all()[3]
    cancel_session(session=session, by=manager, at=timezone.now())
    return review


def test_the_timetable_goes_with_the_visit(desk: Client, with_week: Review) -> None:
    before = {each.pk: (each.day, each.version) for each in with_week.sessions.all()}
    page = words(desk.post(at("plan-move", with_week), parts("day_zero", LATER)))
    held = with_week.sessions.filter(cancelled=False).count()
    assert f"{held} sessions of the timetable, 3 to 8 March 2013." in page
    assert {each.day for each in with_week.sessions.all()} == {
        day for day, _ in before.values()
    }

    move_to(desk, with_week, LATER)

    assert {each.pk: (each.day, each.version) for each in with_week.sessions.all()} == {
        pk: (day + dt.timedelta(days=28), version + 1)
        for pk, (day, version) in before.items()
    }
    assert with_week.sessions.filter(cancelled=True).count() == 1


def test_an_inspection_moves_the_timetable_too(desk: Client, with_week: Review) -> None:
    first = min(each.day for each in with_week.sessions.all())
    values = {
        **parts("first", DAY_ZERO),
        **parts("last", DAY_ZERO + dt.timedelta(days=4)),
        **parts("day_zero", LATER),
    }
    page = words(desk.post(at("inspection", with_week), values))
    assert "sessions of the timetable, 3 to 8 March 2013." in page

    desk.post(
        at("inspection", with_week),
        {**values, "confirmed": "yes", "version": with_week.version},
    )

    assert min(each.day for each in with_week.sessions.all()) == first + dt.timedelta(
        days=28
    )


def test_sessions_that_would_fall_on_a_day_off_are_told(
    desk: Client, with_week: Review
) -> None:
    page = words(
        desk.post(
            at("plan-move", with_week),
            parts("day_zero", DAY_ZERO + dt.timedelta(days=1)),
        )
    )
    friday = with_week.sessions.filter(
        cancelled=False, day=DAY_ZERO + dt.timedelta(days=4)
    ).count()

    assert friday > 1
    assert f"{friday} sessions of them then fall on a weekend" in page


def test_an_open_questionnaire_is_pointed_at_and_stays(
    desk: Client, review: Review, manager: User
) -> None:
    questionnaire = make_questionnaire(move(review, Stage.LEAD_IN), by=manager)
    closes = dt.date(2013, 1, 14)
    Questionnaire.objects.filter(pk=questionnaire.pk).update(
        state="open", closes_on=closes
    )

    page = words(desk.post(at("plan-move", review), parts("day_zero", LATER)))
    assert "The questionnaire is open until 14 January 2013" in page
    assert (
        reverse("questionnaires:closing-date", args=[review.pk, questionnaire.pk])
        in page
    )
    assert "close after the visit has begun" not in page
    sooner = desk.post(at("plan-move", review), parts("day_zero", dt.date(2013, 1, 14)))
    assert "It would then close after the visit has begun" in words(sooner)

    move_to(desk, review, LATER)
    assert Questionnaire.objects.get(pk=questionnaire.pk).closes_on == closes


def test_documents_that_are_still_owed_are_told(desk: Client, review: Review) -> None:
    number = review.document_requests.count()

    page = words(desk.post(at("plan-move", review), parts("day_zero", LATER)))

    assert f"{number} documents that are still asked for." in page


def test_where_no_document_is_asked_for_none_is_told(
    desk: Client, review: Review
) -> None:
    review.document_requests.all().delete()

    page = words(desk.post(at("plan-move", review), parts("day_zero", LATER)))

    assert "4 March 2013" in page
    assert "still asked for" not in page


# Dates set by hand


def set_by_hand(desk: Client, row: Milestone, day: dt.date) -> Milestone:
    desk.post(
        reverse("reviews:milestone", args=[row.review_id, row.pk]),
        {
            **parts("due_on", day),
            "owner_role": row.owner_role,
            "status": row.status,
            "evidence": "",
            "version": row.version,
        },
    )
    return Milestone.objects.get(pk=row.pk)


def test_a_date_set_by_hand_moves_by_as_many_days(desk: Client, review: Review) -> None:
    row = review.milestones.get(code="SET-06")
    day = row.due_on + dt.timedelta(days=2)
    assert set_by_hand(desk, row, day).due_on == day

    move_to(desk, review, LATER)

    assert Milestone.objects.get(pk=row.pk).due_on == day + dt.timedelta(days=28)


def test_dates_moved_in_bulk_stay_moved(desk: Client, review: Review) -> None:
    rows = list(review.milestones.filter(code__in=["SET-06", "TTB-01"]))
    desk.post(
        at("plan", review),
        {"tick": [f"{each.pk}.{each.version}" for each in rows], "days": "3"},
    )
    set_to = dict(
        review.milestones.filter(pk__in=[r.pk for r in rows]).values_list(
            "code", "due_on"
        )
    )
    assert set_to["SET-06"] == rows[0].due_on + dt.timedelta(days=3)

    move_to(desk, review, LATER)

    for row in rows:
        after = Milestone.objects.get(pk=row.pk).due_on
        assert after == set_to[row.code] + dt.timedelta(days=28)


def test_a_date_set_by_hand_keeps_off_bank_holidays_and_comes_back(
    desk: Client, review: Review
) -> None:
    row = review.milestones.get(code="SET-06")
    # Three weeks later it would be Christmas Day.
    day = dt.date(2012, 12, 4)
    set_by_hand(desk, row, day)

    move_to(desk, review, DAY_ZERO + dt.timedelta(days=21))
    assert Milestone.objects.get(pk=row.pk).due_on == dt.date(2012, 12, 27)
    move_to(desk, review, DAY_ZERO)
    assert Milestone.objects.get(pk=row.pk).due_on == day


def test_a_date_put_back_is_the_frameworks_again(desk: Client, review: Review) -> None:
    row = review.milestones.get(code="QST-03")
    own = row.due_on
    row = set_by_hand(desk, row, own + dt.timedelta(days=7))
    assert row.shift_days == 7
    row = set_by_hand(desk, row, own)

    assert row.shift_days == 0


@given(
    day_zero=st.dates(dt.date(2012, 1, 1), dt.date(2030, 1, 1)),
    offset=st.integers(-90, 350),
    apart=st.integers(-60, 60),
)
@settings(max_examples=examples(200))
def test_a_shift_leads_back_to_the_day_that_was_set(
    day_zero: dt.date, offset: int, apart: int
) -> None:
    day = lead_in.due_on(day_zero, offset + apart, keeps_weekend=False)

    shift = lead_in.shift_days(day_zero, offset, day, keeps_weekend=False)

    assert lead_in.due_on(day_zero, offset + shift, keeps_weekend=False) == day


def test_an_imported_review_keeps_dates_that_were_set_by_hand(
    desk: Client, review: Review, manager: User
) -> None:
    row = review.milestones.get(code="SET-06")
    day = row.due_on + dt.timedelta(days=2)
    set_by_hand(desk, row, day)
    content = desk.get(at("export", review)).content

    copy = domain.import_review(content=content, by=manager, at=timezone.now())

    assert copy.milestones.get(code="SET-06").shift_days == 2
