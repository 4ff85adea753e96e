"""Days that are probably a slip are pointed out and never refused."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from reviews.models import Milestone, Review, User
from reviews.rules import day_warnings
from tests.make import DAY_ZERO

SignIn = Callable[[User], Client]
TODAY = dt.date(2012, 11, 1)


@pytest.fixture
def desk(manager: User, review: Review, sign_in: SignIn) -> Client:
    Review.objects.filter(pk=review.pk).update(
        demonstration=True, demonstration_day=TODAY
    )
    return sign_in(manager)


def words(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    return " ".join(content.decode().split())


def parts(name: str, day: dt.date) -> dict[str, str]:
    return {
        f"{name}_0": str(day.day),
        f"{name}_1": str(day.month),
        f"{name}_2": str(day.year),
    }


def row(review: Review, code: str) -> Milestone:
    found = review.milestones.get(code=code)
    found.review = review
    return found


@pytest.mark.parametrize(
    ("code", "day", "sentences"),
    [
        ("QST-03", dt.date(2013, 1, 7), []),
        ("QST-03", dt.date(2012, 10, 1), ["1 October 2012 is in the past."]),
        (
            "QST-03",
            dt.date(2013, 3, 4),
            ["It belongs before the visit, which ends on 8 February 2013."],
        ),
        (
            "FBK-06",
            dt.date(2013, 1, 7),
            ["It belongs after the visit, which begins on 4 February 2013."],
        ),
        (
            "FBK-06",
            dt.date(2014, 5, 5),
            [
                "That is more than a year from 11 March 2013, where the framework "
                "puts it."
            ],
        ),
        ("FUP-04", dt.date(2014, 1, 20), []),
    ],
)
def test_a_milestone_out_of_its_place_is_told(
    review: Review, code: str, day: dt.date, sentences: list[str]
) -> None:
    assert day_warnings.milestone(row(review, code), day, today=TODAY) == sentences


def test_what_is_done_may_lie_in_the_past(review: Review) -> None:
    done = row(review, "SET-01")
    done.status = "done"

    assert day_warnings.milestone(done, TODAY - dt.timedelta(days=9), today=TODAY) == []


def test_moving_the_visit_too_near_says_what_would_be_missed(review: Review) -> None:
    near = TODAY + dt.timedelta(days=32)  # a Monday

    [sentence] = day_warnings.moved_visit(review, near, today=TODAY)

    missed = sum(m.offset_days < -32 for m in review.milestones.all())
    assert sentence == (
        f"The visit would be 32 days away, and {missed} milestones would be due before "
        "today."
    )
    assert day_warnings.moved_visit(review, DAY_ZERO, today=TODAY) == []


def test_the_warning_stands_with_the_word_that_it_was_saved(
    desk: Client, review: Review
) -> None:
    milestone = row(review, "QST-03")
    answer = desk.post(
        reverse("reviews:milestone", args=[review.pk, milestone.pk]),
        {
            **parts("due_on", dt.date(2013, 3, 4)),
            "owner_role": "RM",
            "status": "open",
            "evidence": "",
            "version": milestone.version,
        },
        follow=True,
    )

    assert Milestone.objects.get(pk=milestone.pk).due_on == dt.date(2013, 3, 4)
    assert (
        "“Questionnaire opens” was saved. It belongs before the visit, which ends on "
        "8 February 2013." in words(answer)
    )


def test_a_request_and_days_for_the_calendar_warn_too(
    desk: Client, review: Review
) -> None:
    asked = desk.post(
        reverse("reviews:document-request-new", args=[review.pk]),
        {
            "title": "Fostering statement",
            "need": "should",
            "owner_role": "ORG",
            **parts("due_on", dt.date(2013, 2, 18)),
        },
        follow=True,
    )
    assert "The team reads before the visit, which begins on 4 February 2013." in words(
        asked
    )

    period = desk.post(
        reverse("reviews:clashes", args=[review.pk]),
        {
            "kind": "council",
            "title": "Budget week",
            **parts("first", dt.date(2012, 10, 1)),
            **{f"last_{n}": "" for n in range(3)},
        },
        follow=True,
    )
    assert "These days are in the past." in words(period)
    assert review.blocked_periods.count() == 1


def test_days_a_year_from_the_visit_are_pointed_out(
    desk: Client, review: Review
) -> None:
    period = desk.post(
        reverse("reviews:clashes", args=[review.pk]),
        {
            "kind": "council",
            "title": "Budget week",
            **parts("first", dt.date(2014, 2, 17)),
            **{f"last_{n}": "" for n in range(3)},
        },
        follow=True,
    )

    assert (
        "17 February 2014 is a year or more from the visit, which begins on "
        "4 February 2013." in words(period)
    )
    assert review.blocked_periods.get().first == dt.date(2014, 2, 17)
