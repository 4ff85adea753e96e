"""A session is moved by hand: free places are shown, clashes are said, and it can be put back."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.models import AccessRole, Review, Stage, User
from reviews.pages import once
from scheduling import reading
from scheduling.domain import moves, plans
from scheduling.domain.moves import Place
from scheduling.domain.week import (
    Person,
    cancel_session,
    ensure_rooms,
    seed_timetable,
    set_peers,
    strand_members,
)
from scheduling.models import Session
from scheduling.reading.spots import FreeDay
from scheduling.views import moves as move_views
from tests.make import make_membership, make_review, move
from tests.make_scheduling import NOW, make_session

SignIn = Callable[[User], Client]
BEFORE = dt.datetime(2013, 1, 7, 9)  # noqa: DTZ001 - the clock of the place
MONDAY, TUESDAY = dt.date(2013, 2, 4), dt.date(2013, 2, 5)


def url(name: str, *ids: Any) -> str:
    return reverse(f"scheduling:{name}", args=ids)


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture(autouse=True)
def before_the_visit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(move_views, "now_at", lambda review: BEFORE)


@pytest.fixture
def week(
    review: Review,
    manager: User,
    leader: User,
    member_peer: User,
    officer_peer: User,
    second_officer: User,
    health_peer: User,
    analyst: User,
) -> Review:
    seed_timetable(review=review, by=manager, at=NOW)
    move(review, Stage.LEAD_IN)
    review.refresh_from_db()
    return review


def session_of(review: Review, code: str) -> Session:
    session = review.sessions.select_related("room").get(code=code)
    session.review = review
    return session


def free(review: Review, session: Session, user: User, **more: Any) -> list[FreeDay]:
    member = review.memberships.get(user=user)
    return reading.free_places(session, member, **({"now": BEFORE} | more))


# --- free places ------------------------------------------------------------------------


def test_wherever_a_place_is_said_to_be_free_a_session_moved_there_clashes_with_nothing(
    week: Review, manager: User
) -> None:
    member = week.memberships.get(user=manager)
    cancel_session(session=session_of(week, "M10"), by=manager, at=NOW)
    cancel_session(session=session_of(week, "U05"), by=manager, at=NOW)
    chief = session_of(week, "M06")
    spots = [spot for day in free(week, chief, manager) for spot in day.spots]
    assert len(spots) >= 3

    for spot in spots:
        moves.move(
            session=chief,
            version=chief.version,
            to=Place(spot.begins.date(), spot.begins.time(), spot.room),
            by=manager,
            at=NOW,
        )
        found = reading.clashes_for(member, reading.sessions_for(member))
        assert [each for each in found if chief.pk in each.sessions] == [], spot


def test_no_place_is_free_where_a_peer_a_room_or_the_people_are_not(
    review: Review, manager: User, leader: User, member_peer: User
) -> None:
    session = make_session(review, by=manager, peers=[leader, member_peer])
    move(review, Stage.LEAD_IN)
    open_before = {
        spot.begins for day in free(review, session, manager) for spot in day.spots
    }
    for whose in (review.memberships.get(user=leader), session):
        away = plans.add_away(
            review=review,
            whose=whose,
            day=TUESDAY,
            begins=dt.time(10),
            ends=dt.time(12),
            by=manager,
            at=NOW,
        )
        left = {
            spot.begins for day in free(review, session, manager) for spot in day.spots
        }
        barred = {f"{begins:%a %H:%M}" for begins in open_before - left}
        # An hour long: whatever would still go on at ten, or begin before twelve.
        assert min(barred) == "Tue 09:15"
        assert max(barred) == "Tue 11:45"
        assert len(barred) == 11
        plans.remove_away(away=away, by=manager, at=NOW)


def test_what_is_over_is_no_place_and_nor_is_the_team_s_afternoon_or_the_last_day(
    review: Review, manager: User, leader: User, member_peer: User
) -> None:
    session = make_session(review, by=manager, peers=[leader, member_peer])
    wednesday = dt.datetime(2013, 2, 6, 12)  # noqa: DTZ001 - the clock of the place

    found = free(review, session, manager, now=wednesday)

    begins = [spot.begins for day in found for spot in day.spots]
    assert begins[0] == dt.datetime(2013, 2, 6, 12, 15)  # noqa: DTZ001
    assert begins[-1] == dt.datetime(2013, 2, 7, 12)  # noqa: DTZ001


def test_a_spare_slot_is_a_free_place(week: Review, manager: User) -> None:
    days = {each.day: each for each in free(week, session_of(week, "M06"), manager)}
    thursday = days[dt.date(2013, 2, 7)]
    assert [f"{spot.begins:%H:%M}" for spot in thursday.spots] == ["11:30"]


def test_nobody_is_met_in_the_room_that_the_team_keeps_to_itself(
    week: Review, manager: User
) -> None:
    chief, lunch = session_of(week, "M06"), session_of(week, "M09")
    found = free(week, chief, manager)
    rooms = {room.code for day in found for spot in day.spots for room in spot.rooms}
    assert "BASE" not in rooms
    assert len(rooms) >= 2

    cancel_session(session=session_of(week, "M18"), by=manager, at=NOW)
    own = {spot.room.code for day in free(week, lunch, manager) for spot in day.spots}
    assert own == {"BASE"}


def test_the_organiser_s_free_places_say_nothing_of_people_whose_names_the_team_keeps(
    review: Review, manager: User, organiser: User, leader: User, member_peer: User
) -> None:
    person = [Person("Mavis Clay", "Nurse", "mavis@example.org")]
    make_session(review, by=manager, people=person, names_kept=True, room="R2")
    other = make_session(
        review,
        by=manager,
        people=person,
        peers=[leader, member_peer],
        start=dt.time(13),
    )

    def at_ten(user: User) -> bool:
        found = free(review, other, user)
        ten = dt.datetime(2013, 2, 4, 10)  # noqa: DTZ001 - the clock of the place
        return any(spot.begins == ten for day in found for spot in day.spots)

    assert (at_ten(manager), at_ten(organiser)) == (False, True)


# --- moving -----------------------------------------------------------------------------


def test_a_session_is_moved_in_two_presses_and_put_back_in_one(
    week: Review, manager: User, sign_in: SignIn
) -> None:
    client = sign_in(manager)
    chief = session_of(week, "M06")
    grid = words(client.get(url("timetable", week.pk)))
    assert url("session-move", week.pk, chief.pk) in grid

    page = words(client.get(url("session-move", week.pk, chief.pk)))
    key = f"2013-02-07T11:30/{chief.room_id}"
    assert f'value="{key}"' in page
    moved = client.post(
        url("session-move", week.pk, chief.pk),
        {"to": key, "version": chief.version},
        follow=True,
    )

    now = "“Chief executive” is now on Thursday 7 February, 11:30am, Interview room 1."
    assert now in words(moved)
    chief.refresh_from_db()
    assert (chief.day, chief.start) == (dt.date(2013, 2, 7), dt.time(11, 30))
    back = words(client.post(url("timetable-undo", week.pk), follow=True))
    assert "Taken back: “Chief executive” is back on Monday 4 February, 11:15am" in back
    chief.refresh_from_db()
    assert (chief.day, chief.start) == (MONDAY, dt.time(11, 15))
    assert "Undo the last move" not in back


def test_moved_anywhere_by_the_form_it_goes_there_and_says_what_it_clashes_with(
    week: Review, manager: User, sign_in: SignIn
) -> None:
    chief = session_of(week, "M06")
    answer = sign_in(manager).post(
        url("session-move", week.pk, chief.pk),
        {
            "day": "2013-02-04",
            "start": "10.15am",
            "minutes": "45",
            "strand": "A",
            "room": chief.room_id,
            "version": chief.version,
        },
        follow=True,
    )
    page = words(answer)
    assert "is now on Monday 4 February, 10:15am" in page
    assert "Interview room 1 is taken twice at 10:15am on Monday 4 February" in page
    # The sentence stands beside both sessions too.
    assert page.count("scheduling-slot__clash--block") >= 4


@pytest.mark.parametrize(
    ("day", "start", "says"),
    [
        ("2013-02-04", "9:30pm", "Sessions are held between 7:00am and 10:00pm."),
        ("2013-02-04", "6:00am", "Sessions are held between 7:00am and 10:00pm."),
        ("2013-03-30", "10:15am", "Select one of the answers to “Day” that are shown"),
    ],
)
def test_a_move_out_of_the_visit_is_refused_in_a_sentence_and_nothing_moves(
    week: Review, manager: User, sign_in: SignIn, day: str, start: str, says: str
) -> None:
    chief = session_of(week, "M06")
    answer = sign_in(manager).post(
        url("session-move", week.pk, chief.pk),
        {
            "day": day,
            "start": start,
            "minutes": "45",
            "strand": "A",
            "room": chief.room_id,
            "version": chief.version,
        },
    )
    page = words(answer)
    assert says in page, page[page.find("problem") :][:400]
    assert answer.status_code == 200
    chief.refresh_from_db()
    assert (chief.day, chief.start, chief.version) == (MONDAY, dt.time(11, 15), 1)


def test_dropped_into_another_strand_its_pair_goes_and_whoever_comes_besides_stays(
    week: Review, manager: User, leader: User, officer_peer: User, sign_in: SignIn
) -> None:
    mapping = session_of(week, "U03")
    set_peers(
        session=mapping,
        peers=[*mapping.peers.all(), week.memberships.get(user=manager)],
        by=manager,
        at=NOW,
    )
    drop = {
        "day": "2013-02-05",
        "start": "09:15",
        "version": mapping.version,
        "by": "",
        "lane": "C",
        "lane_before": "A",
    }
    sign_in(manager).post(url("session-drop", week.pk, mapping.pk), drop)
    mapping.refresh_from_db()
    strands = strand_members(week)
    assert mapping.strand == "C"
    assert {each.pk for each in mapping.peers.all()} == {
        *(each.pk for each in strands["C"]),
        week.memberships.get(user=manager).pk,
    }


def test_dropped_into_another_room_or_peer_it_has_that_room_or_peer(
    week: Review, manager: User, leader: User, health_peer: User, sign_in: SignIn
) -> None:
    client = sign_in(manager)
    chief, other = session_of(week, "M06"), week.rooms.get(code="R2")
    drop = {"day": "2013-02-04", "start": "11:30", "version": "1", "by": "room"}
    room = {"lane": str(other.pk), "lane_before": str(chief.room_id)}
    client.post(url("session-drop", week.pk, chief.pk), drop | room)
    chief.refresh_from_db()
    assert (chief.room_id, chief.start) == (other.pk, dt.time(11, 30))

    before, after = (
        str(week.memberships.get(user=each).pk) for each in (leader, health_peer)
    )
    swap = {"version": "2", "by": "peer", "lane": after, "lane_before": before}
    client.post(url("session-drop", week.pk, chief.pk), drop | swap)
    there = {str(each.pk) for each in chief.peers.all()}
    assert after in there
    assert before not in there
    assert len(there) == 2


def test_dropped_where_it_stands_nothing_is_moved_and_nothing_is_left_to_undo(
    week: Review, manager: User, sign_in: SignIn
) -> None:
    client = sign_in(manager)
    chief = session_of(week, "M06")
    drop = {"day": "2013-02-04", "start": "11:15", "version": "1", "by": ""}
    address = url("session-drop", week.pk, chief.pk)
    told = words(client.post(address, drop | {"lane": "ZZ"}, follow=True))
    assert "It stands there already. Nothing was moved." in told
    assert "Undo the last move" not in told
    chief.refresh_from_db()
    assert chief.version == 1
    # A quarter past and seven seconds is no time of a timetable.
    assert client.post(address, drop | {"start": "11:30:07"}).status_code == 400


def test_two_who_move_the_same_session_lose_nothing_the_second_is_told(
    week: Review, manager: User, leader: User, sign_in: SignIn
) -> None:
    chief = session_of(week, "M06")
    first, second = sign_in(manager), sign_in(leader)
    drop = {"day": "2013-02-07", "version": "1", "by": "", "lane": "A"} | {
        "lane_before": "A"
    }
    address = url("session-drop", week.pk, chief.pk)
    first.post(address, drop | {"start": "11:30"})
    told = words(second.post(address, drop | {"start": "14:00"}, follow=True))

    assert "Somebody else changed this session meanwhile. Nothing was moved" in told
    chief.refresh_from_db()
    assert chief.start == dt.time(11, 30)
    # And what somebody has changed since is not put back over their head.
    moves.move(
        session=chief,
        version=chief.version,
        to=Place(TUESDAY, dt.time(14)),
        by=leader,
        at=NOW,
    )
    undone = words(first.post(url("timetable-undo", week.pk), follow=True))
    assert "Nothing was put back: it has been changed or pinned since." in undone
    chief.refresh_from_db()
    assert chief.day == TUESDAY


def test_a_cancelled_session_is_put_back_before_it_is_moved(
    week: Review, manager: User
) -> None:
    chief = session_of(week, "M06")
    cancel_session(session=chief, by=manager, at=NOW)
    with pytest.raises(moves.IsCancelled):
        moves.move(
            session=chief,
            version=1,
            to=Place(TUESDAY, dt.time(14)),
            by=manager,
            at=NOW,
        )


def test_nobody_moves_to_a_day_outside_the_visit_or_across_midnight(
    week: Review, manager: User
) -> None:
    chief = session_of(week, "M06")
    with pytest.raises(moves.NotADayOfTheVisit):
        moves.move(
            session=chief,
            version=1,
            to=Place(dt.date(2013, 3, 31), dt.time(10)),
            by=manager,
            at=NOW,
        )
    with pytest.raises(moves.OutsideTheHours):
        moves.move(
            session=chief,
            version=1,
            to=Place(TUESDAY, dt.time(21), minutes=240),
            by=manager,
            at=NOW,
        )


# --- many -------------------------------------------------------------------------------


def test_all_sessions_of_a_room_go_to_another_in_one_form_and_back_in_one_press(
    week: Review, manager: User, sign_in: SignIn
) -> None:
    client = sign_in(manager)
    first, second = week.rooms.get(code="R1"), week.rooms.get(code="R2")
    there = week.sessions.filter(room=first).count()
    assert there >= 20
    before = week.sessions.filter(room=second).count()
    done = client.post(
        url("rooms-change", week.pk),
        {"room": first.pk, "day": "", "to": second.pk},
        follow=True,
    )
    assert f"{there} sessions moved to Interview room 2." in words(done)
    assert week.sessions.filter(room=second).count() == before + there
    client.post(url("timetable-undo", week.pk))
    assert week.sessions.filter(room=first).count() == there

    tuesday = week.sessions.filter(room=first, day=TUESDAY).count()
    client.post(
        url("rooms-change", week.pk),
        {"room": first.pk, "day": "2013-02-05", "to": second.pk},
    )
    assert week.sessions.filter(room=first).count() == there - tuesday


def test_a_room_in_which_nothing_is_held_is_said_to_be_so(
    week: Review, manager: User, sign_in: SignIn
) -> None:
    ensure_rooms(review=week)
    week.sessions.filter(room__code="R2").delete()
    rooms = {code: week.rooms.get(code=code).pk for code in ("R1", "R2")}
    page = words(
        sign_in(manager).post(
            url("rooms-change", week.pk),
            {"room": rooms["R2"], "day": "", "to": rooms["R1"]},
        )
    )
    assert "No session is held in that room then. Nothing was changed." in page


def test_a_room_is_not_changed_for_itself(
    week: Review, manager: User, sign_in: SignIn
) -> None:
    room = week.rooms.get(code="R1")
    before = list(week.sessions.values_list("pk", "room", "version"))

    page = words(
        sign_in(manager).post(
            url("rooms-change", week.pk), {"room": room.pk, "day": "", "to": room.pk}
        )
    )

    assert "Choose two different rooms." in page
    assert list(week.sessions.values_list("pk", "room", "version")) == before


# --- the board --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("by", "columns"),
    [
        ("", ["Strand A", "Strand B", "Strand C"]),
        ("room", ["Base room", "Interview room 1", "Away from the building"]),
        ("peer", ["Leila Okafor", "Owen Pascoe"]),
    ],
)
def test_the_week_stands_by_strand_by_room_and_by_peer(
    week: Review, manager: User, sign_in: SignIn, by: str, columns: list[str]
) -> None:
    client = sign_in(manager)
    page = words(client.get(url("timetable", week.pk), {"by": by}))
    for title in columns:
        assert f'aria-hidden="true">{title}</p>' in page
    # Every session is there, and has one place in the address.
    for session in week.sessions.all():
        assert page.count(f'id="session-{session.pk}"') == 1

    once.forget_all()
    with CaptureQueriesContext(connection) as all_of_them:
        client.get(url("timetable", week.pk), {"by": by})
    week.sessions.exclude(code__startswith="M").delete()
    with CaptureQueriesContext(connection) as a_day:
        client.get(url("timetable", week.pk), {"by": by})
    assert len(all_of_them) == len(a_day)


def test_two_sessions_at_once_in_a_column_can_both_be_reached(
    review: Review, manager: User, leader: User
) -> None:
    make_session(review, by=manager, peers=[leader])
    make_session(review, by=manager, peers=[leader], start=dt.time(10, 30), room="R2")
    member = review.memberships.get(user=manager)
    week = reading.week_of(member, MONDAY)
    [day] = reading.board_of(week).days
    assert [item.beside for item in day.items] == [("left",), ("right",)]


def test_what_stands_across_all_writes_where_no_other_session_covers_it(
    review: Review, manager: User, leader: User
) -> None:
    member = review.memberships.get(user=manager)
    for strand, beside in (("B", "writes-left"), ("A", "writes-right")):
        review.sessions.all().delete()
        make_session(review, by=manager, peers=[leader], strand="ALL", title="All")
        make_session(review, by=manager, peers=[leader], strand=strand, room="R2")
        [day] = reading.board_of(reading.week_of(member, MONDAY)).days
        found = {item.cell.session.title: item.beside for item in day.items}
        assert found["All"] == (beside,)
        assert found["Newly qualified social workers"] == ("above",)


def test_whoever_may_not_change_the_timetable_is_offered_no_move(
    week: Review, officer_peer: User, sign_in: SignIn
) -> None:
    page = words(sign_in(officer_peer).get(url("timetable", week.pk)))
    assert "/move/" not in page
    assert "data-session" not in page
    assert "board.js" not in page


def test_a_session_of_another_review_is_not_there_to_be_moved(
    week: Review, manager: User, sign_in: SignIn
) -> None:
    other = make_review()
    them = make_membership(other, AccessRole.RM).user
    move(other, Stage.LEAD_IN)
    theirs = make_session(other, by=them)
    client = sign_in(manager)
    drop = {"day": "2013-02-04", "start": "11:30", "version": "1"}
    for name in ("session-move", "session-drop", "session-places"):
        address = url(name, week.pk, theirs.pk)
        answer = (
            client.post(address, drop)
            if name != "session-places"
            else client.get(address)
        )
        assert answer.status_code == 404
    theirs.refresh_from_db()
    assert theirs.version == 1


def test_one_session_s_clashes_are_those_that_the_whole_week_has_of_it(
    week: Review, manager: User
) -> None:
    member = week.memberships.get(user=manager)
    for code, start in (("M06", dt.time(10, 15)), ("U07", dt.time(12, 15))):
        session = session_of(week, code)
        moves.move(
            session=session,
            version=session.version,
            to=Place(session.day, start),
            by=manager,
            at=NOW,
        )
    sessions = reading.sessions_for(member)
    everything = reading.clashes_for(member, sessions)
    assert len(everything) >= 4
    for session in sessions:
        alone = reading.clashes_with(member, session)
        whole = [each for each in everything if session.pk in each.sessions]
        assert sorted(each.sentence for each in alone) == sorted(
            each.sentence for each in whole
        )
