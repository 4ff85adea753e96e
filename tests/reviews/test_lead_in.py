"""The plan's dates: counted from the first day on site, and never on a day off."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews import packs
from reviews.models import Milestone
from reviews.rules import lead_in
from reviews.rules.lead_in import Standing
from tests.make import PACK

TEMPLATES = packs.load(PACK).milestones
DAYS = st.dates(dt.date(2012, 1, 1), dt.date(2035, 12, 31))
OFFSETS = st.integers(-120, 400)


def dates(day_zero: dt.date) -> dict[str, list[dt.date]]:
    found: dict[str, list[dt.date]] = {}
    for each in lead_in.milestones(day_zero, TEMPLATES):
        found.setdefault(each.template.code, []).append(each.due_on)
    return found


# Worked by hand


def test_the_example_of_a_first_day_is_a_monday_of_work() -> None:
    # 13 March 2027 is a Saturday, and 29 March is Easter Monday.
    assert lead_in.usual_first_day(dt.date(2027, 3, 3)) == dt.date(2027, 3, 15)
    assert lead_in.usual_first_day(dt.date(2027, 3, 29)) == dt.date(2027, 4, 19)


def test_a_review_that_begins_on_4_february_2013_runs_over_christmas() -> None:
    plan = dates(dt.date(2013, 2, 4))

    assert plan["SET-01"] == [dt.date(2012, 11, 12)]
    assert plan["SET-03"] == [dt.date(2012, 11, 19)]
    # Six weeks before is Christmas Eve, which is worked; five is New Year's Eve.
    assert plan["QST-03"] == [dt.date(2012, 12, 24)]
    assert plan["QST-04"] == [dt.date(2012, 12, 31)]
    assert plan["QST-05"] == [dt.date(2013, 1, 7)]
    # Ten days before is a Friday; the arrival on Sunday stays on Sunday.
    assert plan["PRE-01"] == [dt.date(2013, 1, 25)]
    assert plan["ONS-01"] == [dt.date(2013, 2, 3)]
    assert plan["ONS-03"] == [dt.date(2013, 2, day) for day in (4, 5, 6, 7)]
    # Eleven days after is a Friday, 31 a Thursday.
    assert plan["FBK-01"] == [dt.date(2013, 2, 15)]
    assert plan["FBK-05"] == [dt.date(2013, 3, 7)]


@pytest.mark.parametrize(
    ("day_zero", "offset", "due"),
    [
        # Christmas Day 2012 was a Tuesday, Boxing Day the Wednesday after it.
        (dt.date(2013, 2, 5), -42, dt.date(2012, 12, 27)),
        (dt.date(2013, 2, 6), -42, dt.date(2012, 12, 27)),
        # New Year's Day 2013.
        (dt.date(2013, 2, 5), -35, dt.date(2013, 1, 2)),
        # Christmas 2021 fell on a weekend: Monday and Tuesday were taken for it.
        (dt.date(2022, 2, 5), -42, dt.date(2021, 12, 29)),
    ],
)
def test_christmas_and_new_year_roll_on_to_the_next_working_day(
    day_zero: dt.date, offset: int, due: dt.date
) -> None:
    assert lead_in.due_on(day_zero, offset, keeps_weekend=False) == due


def test_an_easter_in_the_lead_in_rolls_from_good_friday_to_tuesday() -> None:
    """Good Friday was 29 March 2013, Easter Monday 1 April."""
    monday = dt.date(2013, 5, 13)
    plan = dates(monday)

    assert plan["QST-03"] == [dt.date(2013, 4, 2)]  # six weeks before is Easter Monday
    assert lead_in.due_on(dt.date(2013, 5, 10), -42, keeps_weekend=False) == dt.date(
        2013, 4, 2
    )
    assert lead_in.due_on(monday, -43, keeps_weekend=True) == dt.date(2013, 3, 31)


def test_local_elections_are_on_the_first_thursday_of_may() -> None:
    found = lead_in.local_elections(dt.date(2013, 1, 1), dt.date(2015, 5, 6))

    assert found == [dt.date(2013, 5, 2), dt.date(2014, 5, 1)]


# What holds for every date


@given(DAYS, OFFSETS)
def test_no_date_falls_on_a_day_off_and_none_moves_back(
    day_zero: dt.date, offset: int
) -> None:
    due = lead_in.due_on(day_zero, offset, keeps_weekend=False)

    assert lead_in.is_working_day(due)
    assert 0 <= (due - (day_zero + dt.timedelta(days=offset))).days <= 5


@given(DAYS, OFFSETS, OFFSETS)
def test_the_order_of_two_milestones_is_kept(
    day_zero: dt.date, one: int, other: int
) -> None:
    earlier, later = sorted((one, other))

    assert lead_in.due_on(day_zero, earlier, keeps_weekend=False) <= lead_in.due_on(
        day_zero, later, keeps_weekend=False
    )


@given(DAYS, OFFSETS)
def test_the_same_offset_is_the_same_date_every_time(
    day_zero: dt.date, offset: int
) -> None:
    assert lead_in.due_on(day_zero, offset, keeps_weekend=False) == lead_in.due_on(
        day_zero, offset, keeps_weekend=False
    )


@given(DAYS, OFFSETS)
def test_what_belongs_to_a_weekend_stays_on_it(day_zero: dt.date, offset: int) -> None:
    due = lead_in.due_on(day_zero, offset, keeps_weekend=True)

    assert due == day_zero + dt.timedelta(days=offset)


# How a milestone stands

TODAY = dt.date(2013, 1, 7)


@pytest.mark.parametrize(
    ("days", "status", "stands"),
    [
        (8, "open", Standing.OPEN),
        (7, "open", Standing.AT_RISK),
        (0, "open", Standing.AT_RISK),
        (-1, "open", Standing.LATE),
        (7, "in_progress", Standing.IN_PROGRESS),
        (0, "in_progress", Standing.IN_PROGRESS),
        (-1, "in_progress", Standing.LATE),
        (-90, "done", Standing.DONE),
        (-90, "not_needed", Standing.NOT_NEEDED),
    ],
)
def test_at_risk_comes_a_week_before_late(
    days: int, status: str, stands: Standing
) -> None:
    due = TODAY + dt.timedelta(days=days)

    assert lead_in.standing(due, status=status, today=TODAY) == stands


@given(DAYS, st.sampled_from(Milestone.Status.values), st.integers(0, 60))
def test_a_milestone_never_gets_better_by_waiting(
    due: dt.date, status: str, days: int
) -> None:
    order = [Standing.LATE, Standing.AT_RISK]
    before = lead_in.standing(due, status=status, today=due - dt.timedelta(days=days))
    after = lead_in.standing(due, status=status, today=due + dt.timedelta(days=1))

    if before in order:
        assert order.index(after) <= order.index(before)


def test_reminders_come_14_7_and_1_days_before_and_weekly_when_late() -> None:
    due = dt.date(2013, 3, 1)
    new = [
        (day - due).days
        for day in (due + dt.timedelta(days=n) for n in range(-20, 24))
        if lead_in.reminder_due(due, today=day) == day
    ]

    assert new == [-14, -7, -1, 1, 8, 15, 22]


@given(DAYS, st.integers(-400, 400))
def test_a_reminder_is_never_for_a_day_to_come(due: dt.date, days: int) -> None:
    today = due + dt.timedelta(days=days)
    since = lead_in.reminder_due(due, today=today)

    assert since is None or since <= today
    assert (since is None) == (days < -14)
