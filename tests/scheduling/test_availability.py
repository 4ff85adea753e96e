"""Everybody enters the times that are theirs to say, and sees nobody else's."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reviews.models import AccessRole, Agency, Review, Stage, User
from scheduling.domain import plans, rooms, week
from scheduling.domain.week import Person
from scheduling.models import Away, Session
from scheduling.reading.problem import week_to_plan
from tests.make import DAY_ZERO, make_membership, make_user
from tests.make_scheduling import make_session

BEFORE = dt.datetime(2013, 1, 7, 9)  # noqa: DTZ001 - on the clock of the place
TUESDAY = DAY_ZERO + dt.timedelta(days=1)
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def prepared(review: Review) -> None:
    Review.objects.filter(pk=review.pk).update(stage=Stage.LEAD_IN)
    review.refresh_from_db()


@pytest.fixture
def page(review: Review) -> str:
    return f"/reviews/{review.pk}/timetable/away/"


@pytest.fixture
def agencies(review: Review) -> list[Agency]:
    return list(review.agencies.filter(kind=Agency.Kind.PARTNER)[:2])


@pytest.fixture
def police(review: Review, agencies: list[Agency]) -> User:
    return make_membership(review, AccessRole.PC, agency=agencies[0]).user


@pytest.fixture
def health(review: Review, agencies: list[Agency]) -> User:
    return make_membership(review, AccessRole.PC, agency=agencies[1]).user


@pytest.fixture
def sessions(
    review: Review, manager: User, agencies: list[Agency]
) -> dict[str, Session]:
    """One of each agency, one of both, and one that the team keeps to itself."""
    one, two = agencies
    mavis = Person("Mavis Clay", agency=one)
    owen = Person("Owen Tarn", agency=two)
    made = {
        "Lead of the first": [mavis],
        "Lead of the second": [owen],
        "Both leads": [mavis, owen],
        "Somebody in confidence": [mavis],
    }
    return {
        title: make_session(
            review,
            by=manager,
            people=people,
            title=title,
            names_kept=title == "Somebody in confidence",
        )
        for title, people in made.items()
    }


def typed(whose: str, **changes: str) -> dict[str, str]:
    return {
        "whose": whose,
        "day": TUESDAY.isoformat(),
        "begins": "9am",
        "ends": "noon",
        **changes,
    }


def of(session: Session) -> str:
    return f"session-{session.pk}"


def text(browser: Client, page: str) -> str:
    return browser.get(page).content.decode()


def test_a_contact_says_when_their_own_people_are_not_free_and_the_plan_heeds_it(
    review: Review,
    police: User,
    sessions: dict[str, Session],
    page: str,
    sign_in: SignIn,
) -> None:
    browser, mine = sign_in(police), sessions["Lead of the first"]
    assert "When our people are free" in text(
        browser, f"/reviews/{review.pk}/timetable/"
    )

    browser.post(page, typed(of(mine)))

    assert "The people of Lead of the first" in text(browser, page)
    problem = week_to_plan(review, week.strand_members(review), now=BEFORE).problem
    planned = next(each for each in problem.sessions if each.key == str(mine.pk))
    tuesday = [each for each in planned.windows if each.begins.date() == TUESDAY]
    assert [each.begins.time() for each in tuesday] == [dt.time(12)]
    browser.post(f"{page}{Away.objects.get().pk}/remove/")
    assert not Away.objects.exists()


def test_a_contact_sees_and_enters_nothing_of_another_agency(
    review: Review,
    police: User,
    health: User,
    manager: User,
    sessions: dict[str, Session],
    page: str,
    sign_in: SignIn,
) -> None:
    theirs, both = sessions["Lead of the second"], sessions["Both leads"]
    hers, his = sign_in(health), sign_in(police)
    hers.post(page, typed(of(theirs)))
    hers.post(page, typed(of(both), day=DAY_ZERO.isoformat()))
    assert Away.objects.count() == 2

    shown = text(his, page)
    assert "Lead of the second" not in shown
    assert "Somebody in confidence" not in shown
    assert "Both leads" in shown  # to choose, but not when the others are free
    assert "Monday 4 February, 9:00am" not in shown
    for each in Away.objects.all():
        assert his.post(f"{page}{each.pk}/remove/").status_code == 404
    for whose in (of(theirs), of(sessions["Somebody in confidence"]), "main"):
        said = his.post(page, typed(whose)).content.decode()
        assert "Select one of the answers" in said
    assert Away.objects.count() == 2


def test_a_contact_whose_people_are_not_met_is_told_so(
    review: Review, police: User, page: str, sign_in: SignIn
) -> None:
    shown = text(sign_in(police), page)

    assert "No session of your people is planned yet" in shown
    assert "Add this time" not in shown
    said = sign_in(police).post(page, typed("session-1"))
    assert said.status_code == 200
    assert not Away.objects.exists()


def test_the_organiser_enters_rooms_buildings_and_people_but_no_peer(
    review: Review,
    organiser: User,
    officer_peer: User,
    manager: User,
    sessions: dict[str, Session],
    page: str,
    sign_in: SignIn,
) -> None:
    member = review.memberships.get(user=officer_peer)
    plans.add_away(
        review=review,
        whose=member,
        day=TUESDAY,
        begins=dt.time(9),
        ends=dt.time(10),
        by=manager,
        at=timezone.now(),
    )
    browser, room = sign_in(organiser), review.rooms.get(code="R1")

    for whose in (f"room-{room.pk}", "main", of(sessions["Both leads"])):
        browser.post(page, typed(whose))
    refused = browser.post(page, typed(f"peer-{member.pk}")).content.decode()

    assert "Select one of the answers" in refused
    shown = text(browser, page)
    assert "Odette Parrish" not in shown
    assert "Every room of the main building" in shown
    assert Away.objects.exclude(membership=None).count() == 1
    own = Away.objects.get(membership=member)
    assert browser.post(f"{page}{own.pk}/remove/").status_code == 404
    assert "Odette Parrish" in text(sign_in(manager), page)


def test_a_peer_enters_their_own_times_alone(
    review: Review,
    officer_peer: User,
    health_peer: User,
    organiser: User,
    sessions: dict[str, Session],
    page: str,
    sign_in: SignIn,
) -> None:
    browser = sign_in(officer_peer)
    mine = review.memberships.get(user=officer_peer)
    other = review.memberships.get(user=health_peer)

    browser.post(page, typed(f"peer-{mine.pk}"))
    sign_in(health_peer).post(page, typed(f"peer-{other.pk}", begins="10:30am"))

    shown = text(browser, page)
    assert "9:00am to midday" in shown
    assert "10:30am to midday" not in shown
    assert "Both leads" not in shown
    browser.post(page, typed(f"peer-{other.pk}", day=DAY_ZERO.isoformat()))
    assert set(Away.objects.values_list("membership", flat=True)) == {
        mine.pk,
        other.pk,
    }
    assert Away.objects.count() == 2


def test_whoever_enters_a_time_is_told_what_stands_there_and_nothing_they_may_not_see(
    review: Review,
    manager: User,
    officer_peer: User,
    police: User,
    sessions: dict[str, Session],
    page: str,
    sign_in: SignIn,
) -> None:
    """“Kept free” would be untrue where a session stands."""
    first = sessions["Lead of the first"]
    member = review.memberships.get(user=officer_peer)
    first.peers.add(member)
    on_the_day = {"day": DAY_ZERO.isoformat()}

    def said(user: User, whose: str, **changes: str) -> str:
        answer = sign_in(user).post(page, typed(whose, **changes), follow=True)
        (words,) = [str(each) for each in answer.context["messages"]]
        return words

    peer = f"peer-{member.pk}"
    assert said(officer_peer, peer) == "The time is kept free."
    assert said(officer_peer, peer, ends="10:15am", **on_the_day) == (
        "The time is kept free."
    )
    stands = (
        "The time is saved. “Lead of the first” stands there until the team moves it."
    )
    assert said(officer_peer, peer, **on_the_day) == stands
    assert said(police, of(first), **on_the_day) == stands
    everything = said(manager, f"room-{first.room_id}", **on_the_day)
    assert "“Somebody in confidence” stand there" in everything


def test_times_that_overlap_become_one(
    review: Review,
    organiser: User,
    sessions: dict[str, Session],
    page: str,
    sign_in: SignIn,
) -> None:
    browser, whose = sign_in(organiser), of(sessions["Both leads"])
    for begins, ends in (("9am", "11am"), ("10am", "noon"), ("9am", "11am")):
        said = browser.post(page, typed(whose, begins=begins, ends=ends))
        assert said.status_code == 302
    browser.post(page, typed(whose, begins="2pm", ends="3pm"))

    found = [(each.begins, each.ends) for each in Away.objects.all()]
    assert found == [(dt.time(9), dt.time(12)), (dt.time(14), dt.time(15))]


def test_two_agencies_times_of_one_session_stay_apart_and_both_count(
    review: Review,
    police: User,
    health: User,
    sessions: dict[str, Session],
    page: str,
    sign_in: SignIn,
) -> None:
    both = sessions["Both leads"]
    sign_in(police).post(page, typed(of(both), ends="11am"))
    sign_in(health).post(page, typed(of(both), begins="10am"))

    assert Away.objects.count() == 2
    problem = week_to_plan(review, week.strand_members(review), now=BEFORE).problem
    planned = next(each for each in problem.sessions if each.key == str(both.pk))
    tuesday = [each for each in planned.windows if each.begins.date() == TUESDAY]
    assert [each.begins.time() for each in tuesday] == [dt.time(12)]


def test_a_building_that_is_shut_shuts_its_rooms_and_no_others(
    review: Review, organiser: User, manager: User, page: str, sign_in: SignIn
) -> None:
    week.ensure_rooms(review=review)
    now = timezone.now()
    values: dict[str, Any] = {"title": "Eastside", "address": ""}
    site = rooms.add_site(review=review, values=values, by=manager, at=now)
    values = {"title": "Hall", "places": 9, "site": site, "on_the_move": False}
    hall = rooms.add_room(review=review, values=values, by=manager, at=now)

    sign_in(organiser).post(page, typed(f"site-{site.pk}", begins="7am", ends="8pm"))

    problem = week_to_plan(review, {}, now=BEFORE).problem
    shut = {each.key for each in problem.rooms if each.windows is not None}
    assert shut == {str(hall.pk)}
    Away.objects.update(site=None, main_building=True)
    problem = week_to_plan(review, {}, now=BEFORE).problem
    shut = {each.label for each in problem.rooms if each.windows is not None}
    assert "Large room" in shut
    assert not {"Hall", "Away from the building"} & shut


def test_a_session_that_is_no_longer_theirs_leaves_their_page(
    review: Review,
    police: User,
    manager: User,
    sessions: dict[str, Session],
    page: str,
    sign_in: SignIn,
) -> None:
    browser, mine = sign_in(police), sessions["Lead of the first"]
    browser.post(page, typed(of(mine)))

    week.set_people(session=mine, people=[], by=manager, at=timezone.now())

    assert "Lead of the first" not in text(browser, page)


def test_the_sponsor_and_another_reviews_people_have_no_such_page(
    review: Review,
    sponsor: User,
    outsider: User,
    police: User,
    other_review: Review,
    page: str,
    sign_in: SignIn,
) -> None:
    assert sign_in(sponsor).get(page).status_code == 403
    assert sign_in(outsider).get(page).status_code == 404
    theirs = f"/reviews/{other_review.pk}/timetable/away/"
    assert sign_in(police).get(theirs).status_code == 404
    assert sign_in(make_user()).get(page).status_code == 404


def test_the_page_takes_as_many_statements_for_one_as_for_many(
    review: Review,
    organiser: User,
    manager: User,
    sessions: dict[str, Session],
    page: str,
    sign_in: SignIn,
) -> None:
    browser = sign_in(organiser)
    browser.post(page, typed(of(sessions["Both leads"])))
    browser.get(page)
    with CaptureQueriesContext(connection) as one:
        browser.get(page)
    for number in range(5):
        made = make_session(review, by=manager, title=f"Group {number}")
        browser.post(page, typed(of(made)))
    with CaptureQueriesContext(connection) as many:
        browser.get(page)

    assert len(many) == len(one)
