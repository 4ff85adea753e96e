"""The one table of days: for each key of a review the day on which it dies."""

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.rules import key_days
from reviews.rules.key_days import Facts, Round

MONDAY = dt.date(2013, 2, 4)
WEEK = dt.timedelta(weeks=1)
PLAIN = Facts(
    review=7,
    begun=True,
    day_zero=MONDAY,
    last_day=MONDAY + dt.timedelta(days=4),
    words=6 * WEEK,
    planned_on=MONDAY + 6 * WEEK,
    rounds=(Round(3, 2 * WEEK),),
)


def days(facts: Facts) -> dict[str, dt.date | None]:
    return {key.purpose: key.due for key in key_days.keys_of(facts)}


def on(**changes: object) -> dict[str, dt.date | None]:
    return days(replace(PLAIN, **changes))  # type: ignore[arg-type]


def test_with_nothing_but_a_visit_what_people_said_has_a_day_and_the_record_has_none() -> (
    None
):
    told = MONDAY + 6 * WEEK
    assert days(PLAIN) == {
        **dict.fromkeys(("speech", "notebook", "sources", "sources-public"), told),
        **dict.fromkeys(("roster", "box", "box-public", "null", "link"), told),
        **dict.fromkeys(("state", "invitees"), told),
        **dict.fromkeys(("files", "people", "work", "report", "samples")),
    }


def test_names_are_those_of_the_keystore() -> None:
    names = {key.purpose: key.name for key in key_days.keys_of(PLAIN)}
    assert names["speech"] == "review-7-speech"
    assert names["notebook"] == "review-7-notebook-"
    assert names["invitees"] == "questionnaire-3-invitees"
    notebooks = next(
        key for key in key_days.keys_of(PLAIN) if key.purpose == "notebook"
    )
    there = ["review-7-notebook-ab", "review-70-notebook-ab", "review-7-speech"]
    assert notebooks.names(there) == ["review-7-notebook-ab"]


def test_the_weeks_are_the_reviews_own() -> None:
    assert on(words=2 * WEEK)["speech"] == MONDAY + 2 * WEEK
    assert on(day_zero=MONDAY + WEEK)["speech"] == MONDAY + 7 * WEEK


def test_sources_go_with_the_first_approval_and_the_roster_with_the_first_issue() -> (
    None
):
    approved, issued = MONDAY + 2 * WEEK, MONDAY + 3 * WEEK
    found = on(approved_on=approved, issued_on=issued)
    assert (found["sources"], found["roster"]) == (approved, issued)
    # An approval alone leaves the names that the last words are screened for.
    assert on(approved_on=approved)["roster"] == MONDAY + 6 * WEEK


def test_the_plans_day_is_the_last_for_both_and_no_day_is_the_day_of_the_words() -> (
    None
):
    sooner = MONDAY + 4 * WEEK
    assert (on(planned_on=sooner)["sources"], on(planned_on=sooner)["roster"]) == (
        sooner,
        sooner,
    )
    # The report may be written for longer than people's words are kept.
    short = on(words=2 * WEEK)
    assert (short["sources"], short["roster"]) == (MONDAY + 2 * WEEK, MONDAY + 6 * WEEK)
    assert on(words=2 * WEEK, planned_on=None)["roster"] == MONDAY + 2 * WEEK


@pytest.mark.parametrize("planned", [MONDAY - WEEK, MONDAY + dt.timedelta(days=4)])
def test_a_plan_that_destroys_before_the_visit_is_over_is_not_followed(
    planned: dt.date,
) -> None:
    assert on(planned_on=planned)["roster"] == MONDAY + 6 * WEEK


def test_a_plan_that_is_put_off_for_ever_ends_with_the_longest_period() -> None:
    assert on(planned_on=dt.date(2099, 1, 1))["roster"] == MONDAY + 12 * WEEK


def test_a_released_questionnaire_loses_its_boxes_at_once_and_its_list_after_its_days() -> (
    None
):
    released = MONDAY - WEEK
    found = on(rounds=(Round(3, 2 * WEEK, released),))
    assert {found[part] for part in key_days.BOXES} == {released}
    # Kept for fourteen days, so gone on the fifteenth.
    assert found["invitees"] == released + dt.timedelta(days=15)


def test_the_close_ends_all_but_the_report_which_has_six_years() -> None:
    closed = MONDAY + WEEK
    found = on(closed_on=closed)
    assert {day for purpose, day in found.items() if purpose != "report"} == {closed}
    assert found["report"] == dt.date(2019, 2, 11)
    assert on(closed_on=dt.date(2016, 2, 29))["report"] == dt.date(2022, 3, 1)


def test_before_anybody_was_told_or_heard_no_key_has_a_day() -> None:
    assert set(on(begun=False).values()) == {None}


@given(
    weeks=st.integers(1, 12),
    planned=st.none() | st.dates(dt.date(2012, 1, 1), dt.date(2014, 1, 1)),
    approved=st.none() | st.dates(dt.date(2013, 2, 4), dt.date(2014, 1, 1)),
    issued=st.none() | st.dates(dt.date(2013, 2, 4), dt.date(2014, 1, 1)),
    released=st.none() | st.dates(dt.date(2012, 1, 1), dt.date(2014, 1, 1)),
    closed=st.none() | st.dates(dt.date(2013, 2, 4), dt.date(2014, 1, 1)),
)
def test_no_key_of_what_people_said_outlives_the_day_that_they_were_told(
    weeks: int,
    planned: dt.date | None,
    approved: dt.date | None,
    issued: dt.date | None,
    released: dt.date | None,
    closed: dt.date | None,
) -> None:
    told = MONDAY + weeks * WEEK
    found = on(
        words=weeks * WEEK,
        planned_on=planned,
        approved_on=approved,
        issued_on=issued,
        closed_on=closed,
        rounds=(Round(3, 2 * WEEK, released),),
    )
    for purpose in (
        *("speech", "notebook", "sources", "sources-public"),
        *key_days.BOXES,
    ):
        day = found[purpose]
        assert day
        assert day <= told
    roster = found["roster"]
    assert roster
    assert roster <= MONDAY + key_days.LONGEST
