"""The plan notices what has happened and offers to mark it; it never marks by itself."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaires.models import Questionnaire
from reviews import domain, packs
from reviews.models import Milestone, Review, Stage, User
from reviews.reading import facts
from scheduling.domain.week import seed_timetable
from tests.make import move
from tests.make_questionnaires import make_questionnaire

SignIn = Callable[[User], Client]


@pytest.fixture
def desk(manager: User, review: Review, sign_in: SignIn) -> Client:
    return sign_in(manager)


def words(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    return " ".join(content.decode().split())


def offered(review: Review) -> dict[str, str]:
    found = facts.suggestions(review, list(review.milestones.all()))
    return {each.milestone.code: each.sentence for each in found}


def opened(review: Review, manager: User) -> Questionnaire:
    questionnaire = make_questionnaire(move(review, Stage.LEAD_IN), by=manager)
    Questionnaire.objects.filter(pk=questionnaire.pk).update(
        state="open", opened_on=dt.date(2012, 11, 25)
    )
    return questionnaire


def test_a_fresh_review_is_offered_nothing(review: Review) -> None:
    assert offered(review) == {}


def test_what_happened_is_offered_with_its_day_and_nothing_is_marked(
    review: Review, manager: User
) -> None:
    opened(review, manager)
    seed_timetable(review=review, by=manager, at=timezone.now())

    found = offered(Review.objects.get(pk=review.pk))

    assert found["QST-03"] == "The questionnaire was opened on 25 November 2012"
    assert found["TTB-01"].startswith("The timetable was filled from the sample week")
    assert "QST-06" not in found
    assert not review.milestones.filter(status="done").exists()


def test_the_regulator_told_and_the_letter_sent_are_noticed(
    review: Review, manager: User
) -> None:
    domain.record_notice(
        review=review,
        told_on=dt.date(2012, 11, 12),
        told_by="Morgan Vale",
        told_to="The lead",
        how="email",
        said="",
        replied_on=None,
        reply="",
        by=manager,
        at=timezone.now(),
    )

    assert offered(review) == {"SET-02": "The regulator was told on 12 November 2012"}


def test_one_press_marks_it_on_its_own_day_with_the_sentence_as_evidence(
    desk: Client, review: Review, manager: User
) -> None:
    opened(review, manager)
    row = review.milestones.get(code="QST-03")
    plan = words(desk.get(reverse("reviews:plan", args=[review.pk])))
    assert "The questionnaire was opened on 25 November 2012: press “Done”" in plan
    home = words(desk.get(reverse("home:home", args=[review.pk])))
    assert "Done, but not marked in the plan" in home

    answer = desk.post(
        reverse("reviews:milestone-done", args=[review.pk, row.pk]), {"back": "home"}
    )

    assert answer["Location"] == reverse("home:home", args=[review.pk])
    row = Milestone.objects.get(pk=row.pk)
    assert (row.status, row.done_on, row.evidence) == (
        "done",
        dt.date(2012, 11, 25),
        "The questionnaire was opened on 25 November 2012",
    )
    assert "QST-03" not in offered(review)


def test_only_who_runs_the_plan_is_asked(
    review: Review, manager: User, sponsor: User, sign_in: SignIn
) -> None:
    opened(review, manager)

    page = words(sign_in(sponsor).get(reverse("home:home", args=[review.pk])))

    assert "not marked in the plan" not in page


def test_every_event_of_the_shipped_frameworks_is_known_to_some_app(
    review: Review,
) -> None:
    used = {
        milestone.done_by
        for pack in packs.shipped()
        for milestone in pack.milestones
        if milestone.done_by
    }

    assert used <= packs.MILESTONE_EVENTS.keys()
    assert len(used) > 10


def test_a_framework_with_an_unknown_event_is_refused(review: Review) -> None:
    mapping = packs.as_mapping(review.pack)
    mapping["milestones"][0]["done_by"] = "the-moon-rises"

    with pytest.raises(packs.PackFault, match="done_by"):
        packs.parse(mapping)
