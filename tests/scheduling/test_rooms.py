"""Rooms have places, buildings are apart, and the week keeps the way between them."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from reviews import background
from reviews.models import AccessRole, AuditEvent, Job, Message, Review, Stage, User
from reviews.refusals import ChangedMeanwhile
from scheduling import reading
from scheduling.domain import plans, rooms
from scheduling.domain.week import Person, cancel_session, ensure_rooms
from scheduling.models import Need, Room, Session, Site, Travel, WeekPlan
from scheduling.models.proposals import Result
from scheduling.reading.places import ways
from scheduling.reading.spots import free_places
from scheduling.rules.clashes import Kind
from tests.make import DAY_ZERO, make_membership, move
from tests.make_scheduling import make_release, make_session

BEFORE = dt.datetime(2013, 1, 7, 9)  # noqa: DTZ001 - on the clock of the place
TUESDAY = DAY_ZERO + dt.timedelta(days=1)
SignIn = Callable[[User], Client]


@pytest.fixture(autouse=True)
def prepared(review: Review) -> None:
    Review.objects.filter(pk=review.pk).update(stage=Stage.LEAD_IN)
    review.refresh_from_db()


@pytest.fixture
def page(review: Review) -> str:
    return f"/reviews/{review.pk}/timetable/rooms/"


@pytest.fixture
def eastside(review: Review, manager: User) -> Room:
    """A room of its own in another building."""
    site = rooms.add_site(
        review=review,
        values={"title": "Eastside children’s centre", "address": "1 East Road"},
        by=manager,
        at=timezone.now(),
    )
    values = {"title": "Eastside hall", "places": 40, "site": site}
    return rooms.add_room(
        review=review,
        values={**values, "on_the_move": False},
        by=manager,
        at=timezone.now(),
    )


def far(review: Review, by: User, minutes: int) -> None:
    rooms.set_travel(
        review=review,
        minutes=[(way, minutes) for way in ways(review)],
        by=by,
        at=timezone.now(),
    )


def test_the_organiser_begins_with_the_frameworks_rooms_and_adds_one(
    review: Review, organiser: User, page: str, sign_in: SignIn
) -> None:
    browser = sign_in(organiser)
    assert "No room yet" in browser.get(page).content.decode()
    assert not Room.objects.exists()  # looking makes nothing

    browser.post(page, {"begin": "yes"})
    added = browser.post(
        f"{page}new/", {"title": "Interview room 4", "places": "6"}, follow=True
    )

    shown = added.content.decode()
    assert "Interview room 4 is in the list." in shown
    assert "Large room" in shown
    twice = browser.post(f"{page}new/", {"title": "interview ROOM 4", "places": "6"})
    assert "Another room has this name" in twice.content.decode()
    none = browser.post(f"{page}new/", {"title": "Cupboard", "places": "0"})
    assert "Places must be 1 or more" in none.content.decode()


def test_a_room_in_use_is_not_taken_out_and_its_sessions_are_named(
    review: Review, organiser: User, manager: User, page: str, sign_in: SignIn
) -> None:
    session = make_session(review, by=manager, title="Early help staff")
    browser, room = sign_in(organiser), session.room

    refused = browser.post(f"{page}{room.pk}/out/", follow=True).content.decode()
    assert "is in use: “Early help staff” on Monday 10:15am." in refused
    cancel_session(session=session, by=manager, at=timezone.now())
    browser.post(f"{page}{room.pk}/out/")

    room.refresh_from_db()
    assert room.retired
    new = f"/reviews/{review.pk}/timetable/new/"
    assert f">{room.title}<" not in browser.get(new).content.decode()
    # And the framework does not bring it back by itself.
    ensure_rooms(review=review)
    assert review.rooms.get(code="R1").retired
    browser.post(f"{page}{room.pk}/back/")
    assert f">{room.title}<" in browser.get(new).content.decode()


def test_of_many_sessions_in_a_room_three_are_named_and_the_others_are_counted(
    review: Review, organiser: User, manager: User, page: str, sign_in: SignIn
) -> None:
    made = [
        make_session(review, by=manager, title=f"Group {hour}", start=dt.time(hour))
        for hour in (9, 11, 13, 14, 15)
    ]

    refused = sign_in(organiser).post(f"{page}{made[0].room_id}/out/", follow=True)

    assert (
        "is in use: “Group 9” on Monday 9:00am, “Group 11” on Monday 11:00am, “Group 13” on "
        "Monday 1:00pm and 2 others. Move or cancel these sessions first."
    ) in refused.content.decode()


def test_a_room_that_two_people_take_out_and_put_back_is_so_once_on_the_record(
    review: Review, organiser: User, manager: User, page: str, sign_in: SignIn
) -> None:
    ensure_rooms(review=review)
    room = review.rooms.get(code="R1")
    browsers = [sign_in(each) for each in (organiser, manager)]

    def press(verb: str) -> tuple[list[str], bool]:
        said = [
            each.post(f"{page}{room.pk}/{verb}/", follow=True).content.decode()
            for each in browsers
        ]
        room.refresh_from_db()
        return said, room.retired

    out, is_out = press("out")
    back, is_still_out = press("back")

    assert all("Interview room 1 is taken out." in each for each in out)
    assert all("Interview room 1 is back in the list." in each for each in back)
    assert (is_out, is_still_out) == (True, False)
    for action in ("retired", "restored"):
        found = AuditEvent.objects.filter(action=f"timetable.room_{action}")
        assert found.count() == 1


def test_a_room_is_not_put_back_beside_another_of_its_name(
    review: Review, organiser: User, page: str, sign_in: SignIn
) -> None:
    browser = sign_in(organiser)
    values = {"title": "Interview room 4", "places": "6"}
    browser.post(f"{page}new/", values)
    old = review.rooms.get(title="Interview room 4")
    browser.post(f"{page}{old.pk}/out/")
    browser.post(f"{page}new/", values)
    new = review.rooms.get(title="Interview room 4", retired=False)

    refused = browser.post(f"{page}{old.pk}/back/", follow=True).content.decode()
    old.refresh_from_db()
    stayed_out = old.retired
    other = {"title": "Interview room 5", "places": "6", "version": new.version}
    browser.post(f"{page}{new.pk}/", other)
    back = browser.post(f"{page}{old.pk}/back/", follow=True).content.decode()

    assert "Another room is called Interview room 4 by now." in refused
    assert stayed_out
    assert "Interview room 4 is back in the list." in back


def test_twelve_people_in_a_room_for_six_are_said_in_a_sentence(
    review: Review, organiser: User, manager: User, page: str, sign_in: SignIn
) -> None:
    session = make_session(
        review, by=manager, title="Early help staff", people_expected=12
    )
    browser, room = sign_in(organiser), session.room

    browser.post(
        f"{page}{room.pk}/", {"title": room.title, "places": "6", "version": "1"}
    )

    words = "has 6 places, and 12 people are expected at 10:15am on Monday 4 February"
    week = browser.get(f"/reviews/{review.pk}/timetable/").content.decode()
    assert words in week
    assert "Too small. 12 people are expected" in browser.get(page).content.decode()


def test_two_people_changing_one_room_are_told(
    review: Review, organiser: User, manager: User, page: str, sign_in: SignIn
) -> None:
    room = make_session(review, by=manager).room
    room.review = review
    values = {"title": "Room 1", "places": 9, "site": None, "on_the_move": False}
    rooms.change_room(
        room=room, version=1, values=values, by=manager, at=timezone.now()
    )

    stale = sign_in(organiser).post(
        f"{page}{room.pk}/", {"title": "Room one", "places": "8", "version": "1"}
    )

    assert "Somebody else changed this" in stale.content.decode()
    room.refresh_from_db()
    assert room.title == "Room 1"
    with pytest.raises(ChangedMeanwhile):
        rooms.change_room(
            room=room, version=1, values=values, by=manager, at=timezone.now()
        )


def test_a_building_with_rooms_is_not_taken_out(
    review: Review, organiser: User, eastside: Room, page: str, sign_in: SignIn
) -> None:
    browser, site = sign_in(organiser), Site.objects.get()
    where = f"/reviews/{review.pk}/timetable/buildings/{site.pk}/"

    refused = browser.post(f"{where}out/", follow=True).content.decode()
    assert "Eastside children’s centre has rooms: Eastside hall." in refused
    browser.post(f"{page}{eastside.pk}/out/")
    browser.post(f"{where}out/")

    assert not Site.objects.exists()
    eastside.refresh_from_db()
    assert eastside.site is None


def test_several_rooms_of_ones_own_are_added_one_after_the_other(
    review: Review, organiser: User, page: str, sign_in: SignIn
) -> None:
    browser = sign_in(organiser)
    for number in (4, 5, 6):
        room = {"title": f"Interview room {number}", "places": "6"}
        browser.post(f"{page}new/", room)

    shown = browser.get(page).content.decode()

    assert [f"Interview room {number}" in shown for number in (4, 5, 6)] == [True] * 3
    added = review.rooms.filter(code__startswith="X").order_by("code")
    assert [each.code for each in added] == ["X01", "X02", "X03"]


def test_a_building_gets_another_name_and_address_and_of_two_people_one_is_told(
    review: Review, organiser: User, eastside: Room, page: str, sign_in: SignIn
) -> None:
    browser, site = sign_in(organiser), Site.objects.get()
    where = f"/reviews/{review.pk}/timetable/buildings/{site.pk}/"
    seen = browser.get(where).context["form"].initial["version"]

    given = {"title": "Eastside hub", "address": "3 East Road", "version": seen}
    saved = browser.post(where, given, follow=True).content.decode()
    late = browser.post(where, {**given, "title": "East"}).content.decode()

    assert "Eastside hub is saved." in saved
    assert "3 East Road" in saved
    assert "Eastside children’s centre" not in saved
    assert "Somebody else changed this" in late
    site.refresh_from_db()
    assert site.title == "Eastside hub"


def test_twelve_other_buildings_are_enough(
    review: Review, organiser: User, page: str, sign_in: SignIn
) -> None:
    browser, where = sign_in(organiser), f"/reviews/{review.pk}/timetable/buildings/"
    for number in range(12):
        browser.post(f"{where}new/", {"title": f"School {number}", "address": ""})

    one_more = browser.post(f"{where}new/", {"title": "School 12", "address": ""})

    assert (
        "There can be 12 buildings besides the main one, and there are. Take one out first."
    ) in one_more.content.decode()
    first = Site.objects.get(title="School 0")
    browser.post(f"{where}{first.pk}/out/")
    browser.post(f"{where}new/", {"title": "School 12", "address": ""})
    assert Site.objects.filter(title="School 12").exists()
    assert Site.objects.count() == 12


def test_minutes_between_buildings_are_entered_once_and_count_both_ways(
    review: Review,
    organiser: User,
    manager: User,
    eastside: Room,
    page: str,
    sign_in: SignIn,
) -> None:
    browser = sign_in(organiser)
    [way] = ways(review)
    assert way.minutes == 15  # the usual, as long as nobody says otherwise

    wrong = browser.post(page, {way.name: "-5"}).content.decode()
    assert "Main building to Eastside children’s centre must be 0 minutes" in wrong
    browser.post(page, {way.name: "40"})

    assert Travel.objects.get().minutes == 40
    # Out and back: the same 40 minutes, and 15 more between people who are met.
    peer = make_membership(review, AccessRole.TL, full_name="Leila Okafor").user
    make_session(review, by=manager, peers=[peer], title="Here")
    there = make_session(
        review, by=manager, peers=[peer], title="There", start=dt.time(11, 45)
    )
    make_session(
        review, by=manager, peers=[peer], title="Here again", start=dt.time(13, 45)
    )
    Session.objects.filter(pk=there.pk).update(room=eastside)
    found = clashes(review, organiser)
    assert found == [
        "Leila Okafor has 30 minutes before 11:45am on Monday 4 February, and the other "
        "building is 40 minutes away: Here, and There. Leave 55 minutes."
    ]


def clashes(review: Review, user: User) -> list[str]:
    member = review.memberships.get(user=user)
    member.review = review
    sessions = reading.sessions_for(member)
    found = reading.clashes_for(member, sessions)
    return [each.sentence for each in found if each.kind == Kind.TRAVEL]


def test_two_rooms_of_one_building_need_no_way(
    review: Review, organiser: User, manager: User, eastside: Room
) -> None:
    peer = make_membership(review, AccessRole.TL).user
    make_session(review, by=manager, peers=[peer])
    make_session(review, by=manager, peers=[peer], room="R2", start=dt.time(11, 15))
    assert clashes(review, organiser) == []

    Room.objects.filter(code="R2").update(site=Site.objects.get())
    assert len(clashes(review, organiser)) == 1


def test_places_to_move_to_keep_the_way_and_leave_out_rooms_taken_out(
    review: Review, manager: User, eastside: Room
) -> None:
    far(review, manager, 40)
    pair = [make_membership(review, AccessRole.TL).user]
    there = make_session(review, by=manager, peers=pair, title="There")
    Session.objects.filter(pk=there.pk).update(room=eastside)
    moved = make_session(
        review, by=manager, peers=pair, title="Here", start=dt.time(15), room="R2"
    )
    Room.objects.filter(code="R3").update(retired=True)
    member = review.memberships.get(user=manager)
    member.review = review

    monday = free_places(moved, member, now=BEFORE)[0]

    # The other building is taken from 10:15 to 11:15; 55 minutes later it can be here.
    begins: dict[str, list[dt.time]] = {}
    for spot in monday.spots:
        for room in spot.rooms:
            begins.setdefault(room.code, []).append(spot.begins.time())
    late = [each for each in begins["R2"] if each > dt.time(10)]
    assert min(late) == dt.time(12, 15)
    assert min(begins[eastside.code]) == dt.time(9)
    assert dt.time(11, 30) in begins[eastside.code]
    assert "R3" not in begins


def test_a_session_in_a_building_that_is_shut_clashes(
    review: Review, manager: User, eastside: Room
) -> None:
    session = make_session(review, by=manager, title="There")
    Session.objects.filter(pk=session.pk).update(room=eastside)
    plans.add_away(
        review=review,
        whose=eastside.site,
        day=DAY_ZERO,
        begins=dt.time(9),
        ends=dt.time(12),
        by=manager,
        at=timezone.now(),
    )
    member = review.memberships.get(user=manager)
    member.review = review

    found = reading.clashes_for(member, reading.sessions_for(member))

    assert [each.sentence for each in found if each.kind == Kind.AWAY] == [
        "Eastside children’s centre is not free at 10:15am on Monday 4 February: There."
    ]


@pytest.fixture
def two_sessions(review: Review, manager: User, eastside: Room) -> list[Session]:
    """One for the large room and one for Eastside, one pair of peers, one morning of three hours."""
    pair = [
        make_membership(review, AccessRole.TL, role="TL").user,
        make_membership(review, AccessRole.P, role="MP").user,
    ]
    here = make_session(
        review, by=manager, peers=pair, title="Here", room="BIG", people_expected=70
    )
    there = make_session(review, by=manager, peers=pair, title="There")
    Need.objects.create(
        review=review,
        title="There",
        type="FG",
        minutes=60,
        source_class="C-PRAC",
        site=eastside.site,
        session=there,
    )
    for session in (here, there):
        for day in review.on_site_dates:
            begins = dt.time(12) if day == TUESDAY else dt.time(7)
            plans.add_away(
                review=review,
                whose=session,
                day=day,
                begins=begins,
                ends=dt.time(20),
                by=manager,
                at=timezone.now(),
            )
    return [here, there]


def planned(review: Review, by: User) -> Result:
    plan = plans.ask(
        review=review,
        kind=WeekPlan.Kind.WHOLE,
        seconds=2,
        weights={},
        now=BEFORE,
        by=by,
        at=timezone.now(),
    )
    assert plan.job is not None
    background.run(plan.job.pk)
    plan.refresh_from_db()
    job = Job.objects.get(pk=plan.job.pk)
    assert plan.state == WeekPlan.State.READY, job.error_code
    plan.review = review
    return Result.from_text(plan.result)


def test_the_plan_keeps_the_minutes_between_two_buildings(
    review: Review, manager: User, two_sessions: list[Session], eastside: Room
) -> None:
    far(review, manager, 40)

    found = planned(review, manager)

    assert found.placed == 2
    after = {each.session: each.after for each in found.moves}
    here, there = (after[each.pk] for each in two_sessions)
    assert here
    assert there
    assert there.room == str(eastside.pk)
    first, second = sorted((here.begins, there.begins))
    assert first.date() == second.date() == TUESDAY
    # 40 to get there and 15 between two sessions, to the next quarter of an hour.
    assert (second - first - dt.timedelta(hours=1)).seconds // 60 >= 55


def test_what_is_too_far_apart_has_no_place(
    review: Review, manager: User, two_sessions: list[Session]
) -> None:
    far(review, manager, 80)

    found = planned(review, manager)

    assert found.placed == 1
    assert found.reasons


def test_a_session_says_in_which_building_it_is(
    review: Review, manager: User, eastside: Room, sign_in: SignIn
) -> None:
    session = make_session(review, by=manager)
    Session.objects.filter(pk=session.pk).update(room=eastside)
    browser, week = sign_in(manager), f"/reviews/{review.pk}/timetable/"

    shown = browser.get(f"{week}{session.pk}/").content.decode()

    assert "Eastside children’s centre, 1 East Road" in shown
    assert (
        "Eastside hall, Eastside children’s centre"
        in browser.get(week).content.decode()
    )


def test_contacts_and_peers_do_not_write_the_rooms(
    review: Review, partner: User, officer_peer: User, page: str, sign_in: SignIn
) -> None:
    for user in (partner, officer_peer):
        assert sign_in(user).get(page).status_code == 403


def test_a_room_of_another_review_is_not_there(
    review: Review, other_review: Review, organiser: User, page: str, sign_in: SignIn
) -> None:
    ensure_rooms(review=other_review)
    theirs = other_review.rooms.all()[0]
    move(other_review, Stage.LEAD_IN)

    assert sign_in(organiser).get(f"{page}{theirs.pk}/").status_code == 404
    assert sign_in(organiser).post(f"{page}{theirs.pk}/out/").status_code == 404


def test_whoever_is_met_is_told_where_the_main_building_is(
    review: Review, manager: User, organiser: User, sign_in: Callable[[User], Client]
) -> None:
    make_session(
        review,
        by=manager,
        people=[Person("Mavis Clay", "Nurse", "mavis@example.org")],
    )
    move(review, Stage.LEAD_IN)
    desk = sign_in(organiser)
    rooms = reverse("scheduling:rooms", args=[review.pk])
    missing = "People who are to be met are told the room and not where the building is"
    assert missing in desk.get(rooms).content.decode()

    desk.post(
        reverse("scheduling:main-building", args=[review.pk]),
        {"title": "Town Hall", "address": "2 Station Road"},
    )

    page = desk.get(rooms).content.decode()
    assert missing not in page
    assert "Town Hall, 2 Station Road" in page
    before = dt.datetime(2013, 1, 28, 9)  # noqa: DTZ001 - the clock of the place
    make_release(review, by=manager, now=before)
    message = next(m for m in Message.objects.all() if m.to == "mavis@example.org")
    assert "Interview room 1, Town Hall, 2 Station Road" in message.text
