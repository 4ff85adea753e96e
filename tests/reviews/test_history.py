"""Each object that people change says who changed what and when, to those who may change it."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews import domain
from reviews.access import Action
from reviews.models import Review, Stage, User
from reviews.reading.history import READERS, history_of
from tests.make import make_user, move

SignIn = Callable[[User], Client]
NOON = dt.datetime(2012, 12, 3, 12, 0, tzinfo=dt.UTC)


def words(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    return " ".join(content.decode().split())


def told(review: Review, subject: str, key: object = "") -> list[tuple[str, str]]:
    return [(change.who, change.what) for change in history_of(review, subject, key)]


@pytest.fixture
def desk(manager: User, review: Review, sign_in: SignIn) -> Client:
    return sign_in(manager)


def test_a_milestone_tells_its_own_changes_and_those_of_many_at_once(
    review: Review, manager: User, desk: Client
) -> None:
    first, second = review.milestones.all()[:2]
    domain.change_milestone(
        milestone=first,
        version=first.version,
        due_on=dt.date(2012, 12, 20),
        owner_role=first.owner_role,
        status="in_progress",
        evidence="",
        today=NOON.date(),
        by=manager,
        at=NOON,
    )
    domain.change_milestones(
        review=review,
        seen={second.pk: second.version},
        status="not_needed",
        today=NOON.date(),
        by=manager,
        at=NOON,
    )

    assert told(review, "milestone", first.code) == [
        (
            "Morgan Vale",
            "Milestone: changed, due on 20 December 2012, status in progress",
        )
    ]
    assert told(review, "milestone", second.code) == [
        ("Morgan Vale", "Milestones: changed, status not needed")
    ]
    page = words(desk.get(reverse("reviews:milestone", args=[review.pk, first.pk])))
    assert "History" in page
    assert "Morgan Vale, 3 December 2012 at 12:00pm" in page


def test_details_agencies_and_team_tell_theirs(
    review: Review, manager: User, desk: Client
) -> None:
    agency = domain.add_agency(
        review=review,
        name="Fire service",
        kind="partner",
        code="fire",
        by=manager,
        at=NOON,
    )
    domain.add_member(
        review=review,
        user=make_user("Fiona Flint"),
        role_code="AGL",
        agency=agency,
        by=manager,
        at=NOON,
    )
    domain.change_details(
        review=review, version=review.version, by=manager, at=NOON, scope="All of it"
    )

    assert told(review, "agencies") == [("Morgan Vale", "Agency: added, Fire service")]
    assert told(review, "team") == [
        ("Morgan Vale", "Member: added, Fiona Flint, role AGL")
    ]
    assert told(review, "details")[0] == (
        "Morgan Vale",
        "Review: details changed, scope from nothing to “All of it”",
    )
    for name in ("details", "agencies", "team"):
        page = words(desk.get(reverse(f"reviews:{name}", args=[review.pk])))
        assert "History" in page


def test_history_is_for_those_who_may_change_the_thing(
    review: Review, leader: User, sign_in: SignIn
) -> None:
    page = words(sign_in(leader).get(reverse("reviews:team", args=[review.pk])))

    assert "History" not in page
    assert READERS["team"] == (Action.MANAGE_TEAM,)


def test_declared_interests_are_no_part_of_the_teams_history(
    review: Review, leader: User
) -> None:
    member = review.memberships.get(user=leader)
    domain.declare_interest(
        member=member,
        something=False,
        text="",
        sessions="",
        agencies=[],
        by=leader,
        at=NOON,
    )

    assert told(review, "team") == []


def test_another_reviews_changes_are_not_told(
    review: Review, other_review: Review, other_manager: User
) -> None:
    domain.change_details(
        review=other_review,
        version=other_review.version,
        by=other_manager,
        at=NOON,
        scope="Theirs",
    )

    assert told(review, "details") == [("Morgan Vale", "Review: created")]


def test_a_session_and_a_questionnaire_show_their_history(
    review: Review, manager: User, sign_in: SignIn
) -> None:
    from questionnaires.domain import building
    from tests.make_scheduling import make_session

    questionnaire = building.make_from_pack(review=review, by=manager, at=NOON)
    lead_in = move(review, Stage.LEAD_IN)
    session = make_session(lead_in, by=manager)
    desk = sign_in(manager)
    desk.post(reverse("scheduling:session-cancel", args=[review.pk, session.pk]))

    page = words(desk.get(reverse("scheduling:session", args=[review.pk, session.pk])))
    where = reverse("questionnaires:overview", args=[review.pk, questionnaire.pk])
    overview = words(desk.get(where))

    assert "Session: cancelled" in page
    assert "History" in overview
    assert told(review, "questionnaire", questionnaire.pk)


def test_sealed_or_spoken_things_have_no_history_here(review: Review) -> None:
    domain.ask_to_speak(review=review, about="A", reach="B", when="")
    request = review.speak_requests.get()
    domain.settle_speak_request(
        request=request, state="arranged", on=timezone.localdate()
    )

    assert "speak_request" not in str(told(review, "details"))
    assert set(READERS) == {
        "details",
        "agencies",
        "milestone",
        "team",
        "questionnaire",
        "session",
        "report version",
    }
