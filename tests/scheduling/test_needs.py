"""Who must be seen: a list that the organiser keeps and the week is made from."""

import datetime as dt
import uuid
from collections.abc import Callable
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from reviews.domain.hypotheses import write_hypothesis
from reviews.models import AccessRole, Review, Stage, User
from reviews.refusals import ChangedMeanwhile
from reviews.screening import scan
from reviews.screening.roster import load
from scheduling.domain import needs, notes, plans
from scheduling.domain.needs import Asked
from scheduling.domain.week import (
    cancel_session,
    change_session,
    seed_timetable,
    strand_members,
)
from scheduling.models import Need, Session
from scheduling.reading.needs import people_of_need
from scheduling.reading.problem import week_to_plan
from scheduling.solver.problem import Priority
from scheduling.views import needs as need_views
from tests.make import DAY_ZERO, make_membership, move

BEFORE = dt.datetime(2013, 1, 7, 9)  # noqa: DTZ001 - on the clock of the place
SignIn = Callable[[User], Client]
QUESTION = "Does the duty desk ring back within a day?"


@pytest.fixture(autouse=True)
def prepared(review: Review, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(need_views, "now_at", lambda review: BEFORE)
    Review.objects.filter(pk=review.pk).update(stage=Stage.LEAD_IN)
    review.refresh_from_db()


@pytest.fixture
def page(review: Review) -> str:
    return f"/reviews/{review.pk}/timetable/who/"


@pytest.fixture
def pair(review: Review, leader: User, member_peer: User) -> list[User]:
    """Strand A alone has its two peers."""
    return [leader, member_peer]


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "title": "Duty desk",
        "type": "FG",
        "source_class": "C-PRAC",
        "minutes": "60",
        "people_expected": "8",
        "priority": "2",
        "strand": "A",
        **changes,
    }


def make_need(review: Review, by: User, **changes: Any) -> Need:
    given = {name: changes.pop(name) for name in ("people", "asked") if name in changes}
    kept = changes.pop("names_kept", False)
    values: dict[str, Any] = {
        "title": "Duty desk",
        "type": "FG",
        "minutes": 60,
        "source_class": "C-PRAC",
        "people_expected": 8,
        "themes": ["T4"],
        "strand": "A",
        **changes,
    }
    return needs.add_need(
        review=review,
        values=values,
        names_kept=kept,
        by=by,
        at=timezone.now(),
        **given,
    )


def place(review: Review, by: User, now: dt.datetime = BEFORE) -> needs.Placed:
    return needs.place_needs(review=review, now=now, by=by, at=timezone.now())


def test_the_organiser_fills_the_list_from_the_framework_and_sees_who_is_not_planned(
    review: Review, organiser: User, page: str, sign_in: SignIn
) -> None:
    browser = sign_in(organiser)
    assert "Nobody is in the list yet" in browser.get(page).content.decode()

    filled = browser.post(f"{page}fill/", follow=True).content.decode()

    meeting = [
        each
        for each in review.pack.sessions
        if review.pack.session_type(each.type).meets_people
    ]
    assert review.needs.count() == len(meeting)
    assert f"{len(meeting)} to be seen: 0 planned, {len(meeting)} not yet." in filled
    assert "Not planned yet" in filled
    again = browser.post(f"{page}fill/", follow=True).content.decode()
    assert "Everybody of the framework is in the list already." in again
    assert review.needs.count() == len(meeting)


def test_sessions_that_stand_already_are_found_by_their_code(
    review: Review, manager: User
) -> None:
    seed_timetable(review=review, by=manager, at=timezone.now())

    done = needs.fill_needs(review=review, by=manager, at=timezone.now())

    assert done.made == done.linked == review.needs.count()
    police = review.needs.get(code="M16")
    assert police.session is not None
    assert police.session.code == "M16"
    assert place(review, manager).sessions == 0  # everybody is planned


def test_sessions_that_came_into_the_timetable_later_are_found_by_filling_again(
    review: Review, organiser: User, manager: User, page: str, sign_in: SignIn
) -> None:
    browser = sign_in(organiser)
    browser.post(f"{page}fill/")
    seed_timetable(review=review, by=manager, at=timezone.now())

    found = browser.post(f"{page}fill/", follow=True).content.decode()
    again = browser.post(f"{page}fill/", follow=True).content.decode()

    number = review.needs.count()
    assert f"{number} sessions of the timetable found." in found
    assert f"{number} to be seen: {number} planned." in found
    assert "Everybody of the framework is in the list already." in again
    for need in review.needs.select_related("session"):
        assert need.session is not None
        assert need.session.code == need.code


def test_one_press_puts_everybody_into_the_week_without_a_clash_where_there_is_room(
    review: Review,
    organiser: User,
    manager: User,
    pair: list[User],
    page: str,
    sign_in: SignIn,
) -> None:
    for number in range(4):
        make_need(review, manager, title=f"Group {number}")

    done = sign_in(organiser).post(f"{page}place/", follow=True).content.decode()

    assert "4 sessions put into the week for a start." in done
    sessions = list(review.sessions.order_by("day", "start"))
    assert [each.start for each in sessions] == [
        dt.time(9),
        dt.time(10, 15),
        dt.time(11, 30),
        dt.time(12, 45),
    ]
    assert {each.day for each in sessions} == {DAY_ZERO}
    for each in sessions:
        assert {peer.user for peer in each.peers.all()} == set(pair)
        assert each.room.places >= 8
        assert each.room.code != "BASE"  # the team's own
    assert "Monday 9:00am" in done
    assert place(review, manager).sessions == 0
    left = sign_in(organiser).get(f"{page}?show=left").content.decode()
    assert "Everybody is planned." in left


def test_what_fits_nowhere_stands_at_the_first_hour_as_a_clash(
    review: Review, manager: User, pair: list[User]
) -> None:
    for number in range(4):
        make_need(review, manager, title=f"Whole day {number}", minutes=400)

    done = place(review, manager)
    extra = make_need(review, manager, title="Too much", minutes=400)
    last = place(review, manager)

    assert done.sessions == 4
    assert last.sessions == 1
    assert last.clashing == 1
    extra.refresh_from_db()
    assert extra.session is not None
    assert extra.session.begins == dt.datetime.combine(DAY_ZERO, dt.time(9))


def test_nothing_is_put_where_the_day_is_over(
    review: Review, manager: User, pair: list[User]
) -> None:
    make_need(review, manager)

    place(review, manager, dt.datetime.combine(DAY_ZERO, dt.time(15, 30)))

    assert review.sessions.get().day == DAY_ZERO + dt.timedelta(days=1)


def test_nothing_is_put_where_a_peer_or_the_building_is_not_free(
    review: Review, manager: User, pair: list[User]
) -> None:
    peer = review.memberships.get(user=pair[0])
    for whose, begins, ends in ((peer, 9, 11), (None, 11, 13)):
        plans.add_away(
            review=review,
            whose=whose,
            day=DAY_ZERO,
            begins=dt.time(begins),
            ends=dt.time(ends),
            by=manager,
            at=timezone.now(),
        )
    make_need(review, manager)

    place(review, manager)

    assert review.sessions.get().start == dt.time(13)


def test_after_the_visit_nothing_is_put_anywhere(
    review: Review, organiser: User, manager: User, page: str, sign_in: SignIn
) -> None:
    make_need(review, manager)
    assert place(review, manager, dt.datetime.combine(review.last_day, dt.time(9))) == (
        needs.Placed(0, 0)
    )
    assert not review.sessions.exists()


def test_a_cancelled_session_is_planned_anew(
    review: Review, manager: User, pair: list[User]
) -> None:
    need = make_need(review, manager)
    place(review, manager)
    session = review.sessions.get()
    cancel_session(session=session, by=manager, at=timezone.now())

    assert place(review, manager).sessions == 1

    need.refresh_from_db()
    assert need.session_id != session.pk


def test_with_no_peers_the_list_goes_into_the_week_and_the_plan_says_who_is_missing(
    review: Review, manager: User, page: str, sign_in: SignIn
) -> None:
    make_need(review, manager)
    browser = sign_in(manager)

    browser.post(f"{page}place/")
    plan = f"/reviews/{review.pk}/timetable/plan/"
    weights = dict.fromkeys(
        (
            "even_load",
            "pairs_kept",
            "agency_together",
            "themes_spread",
            "spare_slot",
            "few_journeys",
        ),
        "1",
    )
    said = browser.post(plan, {"kind": "whole", "seconds": "10", **weights})

    assert review.sessions.get().peers.count() == 0
    assert "There is 1 peer: a session takes two." in said.content.decode()


def test_the_solver_heeds_what_the_list_says(
    review: Review, manager: User, pair: list[User]
) -> None:
    make_need(review, manager, background="data", priority=3, hard_to_get=True)
    place(review, manager)

    week = week_to_plan(review, strand_members(review), now=BEFORE)

    [session] = week.problem.sessions
    assert session.backgrounds == {"data"}
    assert session.priority == Priority.MUST_HAPPEN
    assert session.hard_to_get


def test_names_go_with_the_session_are_screened_and_rest_sealed(
    review: Review, manager: User, pair: list[User]
) -> None:
    make_need(
        review,
        manager,
        people=[("Zebedee Quillfeather", "Duty manager", "z@example.org")],
        people_expected=0,
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM scheduling_need")
        rows = repr(
            [bytes(c) if isinstance(c, memoryview) else c for r in cursor for c in r]
        )
    assert "Quillfeather" not in rows

    place(review, manager)

    session = review.sessions.get()
    [person] = session.people.all()
    assert (person.name, person.post) == ("Zebedee Quillfeather", "Duty manager")
    assert session.people_expected == 1
    found = scan.find(
        "Zebedee Quillfeather said so.",
        roster=load(review),
        case_reference=review.case_reference,
    )
    assert found


def test_names_are_typed_one_a_line(
    review: Review, organiser: User, page: str, sign_in: SignIn
) -> None:
    browser = sign_in(organiser)
    people = "Mavis Clay, Head of service, mavis@example.org\nOwen Tarn"

    wrong = browser.post(f"{page}new/", typed(people="mavis@example.org"))
    assert "Enter a full name before" in wrong.content.decode()
    browser.post(f"{page}new/", typed(people=people))

    shown = browser.get(page).content.decode()
    assert "Mavis Clay, Head of service" in shown
    assert "Owen Tarn" in shown
    need = review.needs.get()
    assert "mavis@example.org" in browser.get(f"{page}{need.pk}/").content.decode()


@pytest.fixture
def asked(review: Review, manager: User) -> Need:
    idea = write_hypothesis(
        review=review,
        theme="T4",
        kind="hypothesis",
        text="Supervision is patchy at night.",
        basis=["data"],
        state="agreed",
        by=manager,
        at=timezone.now(),
    )
    return make_need(
        review, manager, asked=Asked(hypotheses=[idea], questions=QUESTION)
    )


def test_the_organiser_never_sees_a_key_question(
    review: Review,
    organiser: User,
    manager: User,
    asked: Need,
    pair: list[User],
    page: str,
    sign_in: SignIn,
) -> None:
    place(review, manager)
    asked.refresh_from_db()
    places = [
        page,
        f"{page}{asked.pk}/",
        f"{page}{asked.pk}/remove/",
        f"/reviews/{review.pk}/timetable/{asked.session_id}/",
    ]
    for secret in (QUESTION, "Supervision is patchy"):
        hers = [sign_in(manager).get(each).content.decode() for each in places]
        his = [sign_in(organiser).get(each).content.decode() for each in places]
        assert [secret in each for each in hers] == [True, True, False, True]
        assert not [each for each in his if secret in each]


def test_the_organiser_saves_without_wiping_what_only_the_team_sees(
    review: Review, organiser: User, manager: User, page: str, sign_in: SignIn
) -> None:
    need = make_need(
        review,
        manager,
        people=[("Zebedee Quillfeather", "", "")],
        asked=Asked(questions=QUESTION),
    )
    browser = sign_in(organiser)
    assert QUESTION not in browser.get(f"{page}{need.pk}/").content.decode()

    browser.post(
        f"{page}{need.pk}/",
        typed(title="Duty desk, nights", version="1", questions="X", people="Y"),
    )

    need = review.needs.get()
    assert need.title == "Duty desk, nights"
    assert need.questions == QUESTION
    assert "Quillfeather" not in need.people


def test_the_organiser_puts_nobody_into_the_week_whom_the_list_does_not_show(
    review: Review,
    organiser: User,
    manager: User,
    pair: list[User],
    page: str,
    sign_in: SignIn,
) -> None:
    make_need(review, manager, title="Somebody else", names_kept=True)

    sign_in(organiser).post(f"{page}place/")

    assert not review.sessions.exists()
    sign_in(manager).post(f"{page}place/")
    assert review.sessions.get().names_kept


def change_mark(need: Need, by: User, kept: bool | None) -> None:
    need.refresh_from_db()
    needs.change_need(
        need=need,
        version=need.version,
        values={name: getattr(need, name) for name in needs.FIELDS},
        people=people_of_need(need),
        names_kept=kept,
        asked=None,
        by=by,
        at=timezone.now(),
    )


def seen_by_the_organiser(browser: Client, page: str, session: Session) -> str:
    week = f"/reviews/{session.review_id}/timetable/"
    addresses = (page, week, f"{week}{session.pk}/")
    return " ".join(browser.get(each).content.decode() for each in addresses)


@pytest.mark.parametrize("marked_on", ["the list", "the session"])
def test_a_mark_that_is_given_once_somebody_is_planned_is_on_list_and_session(
    review: Review,
    organiser: User,
    manager: User,
    pair: list[User],
    page: str,
    sign_in: SignIn,
    marked_on: str,
) -> None:
    """What the list says beside a private session would tell who is met there."""
    person = ("Zebedee Quillfeather", "Duty manager", "")
    need = make_need(review, manager, people=[person])
    place(review, manager)
    session = review.sessions.get()
    browser = sign_in(organiser)
    assert "Quillfeather" in seen_by_the_organiser(browser, page, session)

    def mark(kept: bool) -> None:
        if marked_on == "the list":
            return change_mark(need, manager, kept)
        session.refresh_from_db()
        change_session(
            session=session,
            version=session.version,
            values={"names_kept": kept},
            peers=session.peers.all(),
            people=None,
            by=manager,
            at=timezone.now(),
        )
        return None

    mark(True)
    hidden = seen_by_the_organiser(browser, page, session)
    marks = Need.objects.values_list("names_kept", "session__names_kept")
    assert list(marks) == [(True, True)]
    assert not [word for word in ("Quillfeather", "Duty desk") if word in hidden]
    mark(False)

    assert list(marks.all()) == [(False, False)]
    assert "Quillfeather" in seen_by_the_organiser(browser, page, session)


def test_whoever_has_the_private_session_open_is_told_that_its_line_was_marked(
    review: Review, manager: User, pair: list[User]
) -> None:
    need = make_need(review, manager)
    place(review, manager)
    seen = review.sessions.get()

    change_mark(need, manager, True)

    with pytest.raises(ChangedMeanwhile):
        change_session(
            session=seen,
            version=seen.version,
            values={"title": "Duty desk, nights"},
            peers=[],
            people=None,
            by=manager,
            at=timezone.now(),
        )


def test_other_words_of_a_line_leave_the_sessions_mark_as_it_is(
    review: Review, manager: User, pair: list[User]
) -> None:
    need = make_need(review, manager, names_kept=True)
    place(review, manager)
    number = review.sessions.get().version

    change_mark(need, manager, True)
    change_mark(need, manager, None)

    session = review.sessions.get()
    assert (session.names_kept, session.version) == (True, number)


def test_a_private_session_is_tied_to_no_line_that_the_organiser_fills_in(
    review: Review, organiser: User, manager: User, page: str, sign_in: SignIn
) -> None:
    seed_timetable(review=review, by=manager, at=timezone.now())
    review.sessions.filter(code="M16").update(names_kept=True)
    browser = sign_in(organiser)

    browser.post(f"{page}fill/")
    browser.post(f"{page}fill/")
    police = review.needs.get(code="M16")
    assert (police.session, police.names_kept) == (None, False)

    # Nor is a session that everybody sees tied to a line that the team keeps to itself.
    review.sessions.filter(code="M16").update(names_kept=False)
    review.needs.filter(code="M16").update(names_kept=True)
    browser.post(f"{page}fill/")
    assert review.needs.get(code="M16").session is None


def test_a_mark_of_before_that_one_of_the_two_had_is_on_both(
    review: Review, manager: User, pair: list[User]
) -> None:
    for number in range(4):
        make_need(review, manager, title=f"Group {number}")
    place(review, manager)
    for number, (need, session) in enumerate(
        [(True, False), (False, True), (True, True), (False, False)]
    ):
        row = Need.objects.filter(title=f"Group {number}")
        Session.objects.filter(need__in=row).update(names_kept=session)
        row.update(names_kept=need)
    made = import_module(
        "scheduling.migrations.0015_one_mark_for_a_need_and_its_session"
    )

    made.keep(apps, None)

    found = Need.objects.order_by("title")
    marks = found.values_list("names_kept", "session__names_kept")
    assert list(marks) == [(True, True)] * 3 + [(False, False)]


def test_a_team_that_does_not_divide_goes_together_when_all_of_it_is_free(
    review: Review, manager: User, pair: list[User], health_peer: User
) -> None:
    """A framework may have one strand for everybody: nobody was asked whether they are free."""
    whole = [each for each in review.framework["strands"] if each["code"] == "ALL"]
    framework = {**review.framework, "strands": whole, "sessions": []}
    Review.objects.filter(pk=review.pk).update(framework=framework)
    review = Review.objects.get(pk=review.pk)
    plans.add_away(
        review=review,
        whose=review.memberships.get(user=health_peer),
        day=DAY_ZERO,
        begins=dt.time(9),
        ends=dt.time(11),
        by=manager,
        at=timezone.now(),
    )
    for number in range(2):
        make_need(review, manager, title=f"Group {number}", strand="")

    done = place(review, manager)

    assert done == needs.Placed(2, 0)
    sessions = list(review.sessions.order_by("start"))
    assert [each.start for each in sessions] == [dt.time(11), dt.time(12, 15)]
    for each in sessions:
        assert each.strand == "ALL"
        assert {peer.user for peer in each.peers.all()} == {*pair, health_peer, manager}


def test_whoever_is_met_in_another_building_has_their_session_there(
    review: Review, organiser: User, pair: list[User], page: str, sign_in: SignIn
) -> None:
    far = review.sites.create(title="Eastside children’s centre")
    empty = review.sites.create(title="Westgate")
    browser = sign_in(organiser)
    hall = {"title": "Eastside hall", "places": "40", "site": far.pk}
    browser.post(f"/reviews/{review.pk}/timetable/rooms/new/", hall)

    for title, site in (("Night staff", far), ("Day staff", empty)):
        browser.post(f"{page}new/", typed(title=title, place=str(site.pk)))
    browser.post(f"{page}place/")

    night, day = (
        review.sessions.select_related("room").get(title=title)
        for title in ("Night staff", "Day staff")
    )
    assert night.room.title == "Eastside hall"
    # A building without a room yet is no reason not to be seen.
    assert day.room.site is None


def test_the_team_changes_what_it_asks_and_whose_names_it_keeps(
    review: Review,
    organiser: User,
    manager: User,
    asked: Need,
    page: str,
    sign_in: SignIn,
) -> None:
    question = review.key_questions.create(number=2, text="Do referrals get an answer?")
    browser = sign_in(manager)
    where = f"{page}{asked.pk}/"
    form = browser.get(where).context["form"]
    given = {
        "people": "Mavis Clay, Head of service",
        "names_kept": "on",
        "key_questions": [question.pk],
        "questions": "Who rings back at night?",
        "version": form.initial["version"],
    }

    browser.post(where, typed(**given))

    shown = browser.get(where).content.decode()
    for words in ("Mavis Clay, Head of service", "Who rings back at night?"):
        assert words in shown
    assert QUESTION not in shown
    need = review.needs.get()
    assert list(need.key_questions.all()) == [question]
    assert not need.hypotheses.exists()  # its tick was taken away
    outside = sign_in(organiser)
    listed = outside.get(page).content.decode()
    assert "Mavis Clay" not in listed
    assert "Nobody is in the list yet" in listed
    assert outside.get(where).status_code == 404
    assert outside.post(f"{where}remove/").status_code == 404


def test_key_questions_of_the_scope_are_ticked_by_the_team_and_spread_over_the_week(
    review: Review,
    organiser: User,
    manager: User,
    pair: list[User],
    page: str,
    sign_in: SignIn,
) -> None:
    question = review.key_questions.create(number=2, text="Do referrals get an answer?")
    browser = sign_in(manager)

    browser.post(f"{page}new/", typed(key_questions=[question.pk]))
    # What a council's organiser sends along is not taken.
    sign_in(organiser).post(
        f"{page}new/", typed(title="Night team", key_questions=[question.pk])
    )
    place(review, manager)

    need = review.needs.get(title="Duty desk")
    shown = browser.get(f"/reviews/{review.pk}/timetable/{need.session_id}/")
    assert "Key question 2: Do referrals get an answer?" in shown.content.decode()
    assert not review.needs.get(title="Night team").key_questions.exists()
    problem = week_to_plan(review, strand_members(review), now=BEFORE).problem
    asked = {each.key: each.key_questions for each in problem.sessions}
    [topic] = asked[str(need.session_id)]
    assert problem.topics[topic] == "key question 2"


def test_a_number_of_a_child_is_refused_in_a_key_question(
    review: Review, manager: User, page: str, sign_in: SignIn
) -> None:
    said = sign_in(manager).post(
        f"{page}new/", typed(questions="What of 943 476 5919?")
    )

    assert "Say it without." in said.content.decode()
    assert not review.needs.exists()


def test_two_people_changing_one_line_are_told(
    review: Review, organiser: User, manager: User, page: str, sign_in: SignIn
) -> None:
    need = make_need(review, manager)
    Need.objects.filter(pk=need.pk).update(version=2)

    said = sign_in(organiser).post(f"{page}{need.pk}/", typed(version="1", title="New"))

    assert "Somebody else changed this" in said.content.decode()
    assert review.needs.get().title == "Duty desk"


def test_taking_somebody_out_leaves_the_session(
    review: Review,
    organiser: User,
    manager: User,
    pair: list[User],
    page: str,
    sign_in: SignIn,
) -> None:
    need = make_need(review, manager)
    place(review, manager)

    sign_in(organiser).post(f"{page}{need.pk}/remove/")

    assert not review.needs.exists()
    assert review.sessions.count() == 1


def test_contacts_and_peers_do_not_open_the_list(
    review: Review,
    partner: User,
    sponsor: User,
    officer_peer: User,
    asked: Need,
    page: str,
    sign_in: SignIn,
) -> None:
    for user in (partner, sponsor, officer_peer):
        assert sign_in(user).get(page).status_code == 403
        assert sign_in(user).get(f"{page}{asked.pk}/").status_code == 403


def test_a_line_of_another_review_is_not_there(
    review: Review,
    other_review: Review,
    other_manager: User,
    organiser: User,
    page: str,
    sign_in: SignIn,
) -> None:
    move(other_review, Stage.LEAD_IN)
    theirs = make_need(other_review, other_manager)
    browser = sign_in(organiser)

    for key in (theirs.pk, uuid.uuid4()):
        assert browser.get(f"{page}{key}/").status_code == 404
        assert browser.post(f"{page}{key}/remove/").status_code == 404
    assert Need.objects.filter(pk=theirs.pk).exists()
    assert browser.get(f"/reviews/{other_review.pk}/timetable/who/").status_code == 404


def test_the_page_takes_as_many_statements_for_one_as_for_many(
    review: Review, manager: User, asked: Need, page: str, sign_in: SignIn
) -> None:
    browser = sign_in(manager)
    browser.get(page)
    with CaptureQueriesContext(
        connection,
    ) as one:
        browser.get(page)
    for number in range(6):
        make_need(
            review, manager, title=f"Group {number}", asked=Asked(questions=QUESTION)
        )
    with CaptureQueriesContext(connection) as many:
        browser.get(page)

    assert len(many) == len(one)


def test_the_list_goes_when_the_review_is_closed(
    review: Review, manager: User, asked: Need
) -> None:
    closed = move(review, Stage.CLOSED)

    notes.forget_words(review=closed, on=DAY_ZERO)

    assert not Need.objects.exists()


def test_a_whole_framework_goes_into_the_week_of_a_whole_team(
    review: Review, manager: User, leader: User, member_peer: User, analyst: User
) -> None:
    for role in ("OP", "OP", "HP"):
        make_membership(review, AccessRole.P, role=role)
    needs.fill_needs(review=review, by=manager, at=timezone.now())

    done = place(review, manager)

    assert done.sessions == review.needs.count()
    assert not done.clashing
    visits = Session.objects.filter(review=review, type="VIS")
    assert visits
    assert all(each.room.on_the_move for each in visits.select_related("room"))
