"""The pages of sessions: added, changed, cancelled, and whose names are kept."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from reviews.models import AuditEvent, Review, Stage, User
from reviews.pages import once
from reviews.screening.roster import load
from scheduling.domain.week import (
    NotOnTheTeam,
    Person,
    cancel_session,
    seed_timetable,
    set_peers,
    set_people,
)
from scheduling.models import Session
from tests.make import DAY_ZERO, move
from tests.make_scheduling import NOW, make_session
from tests.scheduling.pages import SignIn, url, words


def post_session(review: Review, **changes: Any) -> dict[str, Any]:
    return {
        "title": "Foster carers",
        "type": "FG",
        "day": "2013-02-05",
        "start": "2.15pm",
        "minutes": "60",
        "strand": "A",
        "room": str(review.rooms.get(code="R2").pk),
        "themes": ["T1"],
        "source_class": "FAMILY",
        "people_expected": "7",
        "people": "3",
        "person_0_name": "Ana Petrie",
        "person_0_post": "Foster carer",
        "person_0_email": "ana@example.org",
        "person_1_name": "Dot Lund",
        **changes,
    }


def test_an_empty_timetable_offers_the_sample_week_and_one_press_fills_it(
    review: Review, organiser: User, sign_in: SignIn
) -> None:
    move(review, Stage.LEAD_IN)
    client = sign_in(organiser)
    page = words(client.get(url("timetable", review.pk)))
    assert "Fill in the sample week" in page
    client.post(url("timetable-seed", review.pk))
    assert review.sessions.count() == 76
    again = client.post(url("timetable-seed", review.pk), follow=True)
    assert "There is a timetable already" in words(again)
    assert review.sessions.count() == 76


def test_the_grid_takes_the_same_number_of_queries_for_one_session_and_for_seventy(
    review: Review, group: Session, manager: User, sign_in: SignIn
) -> None:
    client = sign_in(manager)
    client.get(url("timetable", review.pk))

    def queries() -> int:
        once.forget_all()
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url("timetable", review.pk)).status_code == 200
        return len(seen)

    one = queries()
    group.delete()
    seed_timetable(review=review, by=manager, at=NOW)
    agency = review.agencies.all()[0]
    for session in review.sessions.all()[:20]:
        people = [Person(f"Person {session.code}", "Nurse", "", agency)]
        set_people(session=session, people=people, by=manager, at=NOW)
    assert queries() == one


def test_a_clash_is_listed_in_words_and_marked_on_its_sessions(
    review: Review, group: Session, manager: User, leader: User, sign_in: SignIn
) -> None:
    make_session(review, by=manager, peers=[leader], room="R2", start=dt.time(10, 30))
    page = words(sign_in(manager).get(url("timetable", review.pk)))
    assert (
        "Leila Okafor is in two sessions at 10:30am on Monday 4 February: "
        "Newly qualified social workers, and Newly qualified social workers."
    ) in page
    assert page.count("scheduling-slot--clash") == 2
    link = f'href="?day={DAY_ZERO}#session-{group.pk}">Show the first'
    assert link in page
    assert "X01" not in page


def test_a_clash_of_one_session_is_shown_and_not_the_first_of_them(
    review: Review, manager: User, leader: User, sign_in: SignIn
) -> None:
    make_session(review, by=manager, peers=[leader], people_expected=30)
    move(review, Stage.ON_SITE)

    page = words(sign_in(manager).get(url("timetable", review.pk)))

    assert "has 8 places, and 30 people are expected" in page
    assert ">Show it<" in page
    assert "Show the first" not in page


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("leader", ["Mavis Clay", "Theo Brand"]),
        ("organiser", ["Mavis Clay", "Theo Brand"]),
        ("sponsor", []),
        ("partner", ["Mavis Clay"]),
    ],
)
def test_names_are_shown_to_the_team_the_organiser_and_their_own_agency(
    request: pytest.FixtureRequest,
    review: Review,
    group: Session,
    sign_in: SignIn,
    who: str,
    names: list[str],
) -> None:
    client = sign_in(request.getfixturevalue(who))
    page = words(client.get(url("session", review.pk, group.pk)))
    assert [name for name in ("Mavis Clay", "Theo Brand") if name in page] == names
    assert ("mavis@example.org" in page) == (who in ("leader", "organiser"))


def test_a_partner_sees_the_sessions_of_their_own_people_and_no_other(
    review: Review, group: Session, manager: User, partner: User, sign_in: SignIn
) -> None:
    other = make_session(review, by=manager, title="Leader of the council", room="R2")
    client = sign_in(partner)
    page = words(client.get(url("timetable", review.pk)))
    assert "Newly qualified social workers" in page
    assert "Leader of the council" not in page
    assert client.get(url("session", review.pk, other.pk)).status_code == 404


def test_a_session_is_added_with_its_people_who_join_the_roster(
    review: Review, group: Session, organiser: User, leader: User, sign_in: SignIn
) -> None:
    member = review.memberships.get(user=leader)
    client = sign_in(organiser)
    client.post(
        url("session-new", review.pk), post_session(review, peers=[str(member.pk)])
    )
    added = review.sessions.get(title="Foster carers")
    assert (added.code, added.day, added.start, added.minutes) == (
        "X02",
        dt.date(2013, 2, 5),
        dt.time(14, 15),
        60,
    )
    assert list(added.peers.all()) == [member]
    assert sorted(each.name for each in added.people.all()) == [
        "Ana Petrie",
        "Dot Lund",
    ]
    assert {"Ana Petrie", "Dot Lund"} <= load(review).names


def test_a_session_for_which_no_peer_is_ticked_gets_the_pair_of_its_strand(
    review: Review,
    group: Session,
    organiser: User,
    leader: User,
    member_peer: User,
    sign_in: SignIn,
) -> None:
    sign_in(organiser).post(url("session-new", review.pk), post_session(review))
    added = review.sessions.get(title="Foster carers")
    assert {each.user for each in added.peers.all()} == {leader, member_peer}


def test_people_are_typed_in_boxes_and_one_more_comes_without_scripts(
    review: Review, group: Session, organiser: User, sign_in: SignIn
) -> None:
    client = sign_in(organiser)
    address = url("session-new", review.pk)
    first = words(client.get(address))
    more = words(
        client.post(
            address, post_session(review, start="later", more="yes", people="2")
        )
    )
    before = review.sessions.count()
    client.post(
        address,
        post_session(
            review,
            person_2_name="Eve Marsh",
            person_2_email="eve@example.org",
            person_2_agency=str(review.agencies.all()[0].pk),
        ),
    )

    assert first.count("Full name") == 1
    # Not an answer yet: nothing is told to be wrong, and what was typed is still there.
    assert more.count("Full name") == 3
    assert "There is a problem" not in more
    assert 'value="later"' in more
    assert 'value="Ana Petrie"' in more
    assert before == 1
    added = review.sessions.get(title="Foster carers")
    assert [each.name for each in sorted(added.people.all(), key=lambda p: p.name)] == [
        "Ana Petrie",
        "Dot Lund",
        "Eve Marsh",
    ]
    assert added.people.filter(agency=review.agencies.all()[0]).count() == 1


def test_whoever_is_emptied_of_the_boxes_is_taken_out(
    review: Review, group: Session, organiser: User, sign_in: SignIn
) -> None:
    client = sign_in(organiser)
    address = url("session-edit", review.pk, group.pk)
    shown = words(client.get(address))
    client.post(
        address,
        post_session(
            review, version="1", person_0_name="", person_0_post="", person_0_email=""
        ),
    )

    assert 'value="Mavis Clay"' in shown
    assert [each.name for each in group.people.all()] == ["Dot Lund"]


def test_what_is_wrong_with_a_session_is_said_beside_its_box_and_kept(
    review: Review, group: Session, organiser: User, sign_in: SignIn
) -> None:
    response = sign_in(organiser).post(
        url("session-new", review.pk),
        post_session(
            review,
            start="later",
            source_class="none",
            strand="",
            room="",
            person_1_name="",
            person_1_post="Nurse",
            person_0_email="nowhere",
        ),
    )
    page = words(response)
    for sentence in (
        "Start must be a time such as 9:30am or 2:15pm",
        "Select who is heard in this session",
        "Select a strand",
        "Select a room",
        "Enter a full name",
        "Enter an email address in the form name@example.org",
    ):
        assert page.count(sentence) >= 2, sentence  # in the summary and beside the box
    assert 'value="nowhere"' in page
    assert review.sessions.count() == 1


def test_a_new_session_chooses_nothing_by_itself(
    review: Review, group: Session, organiser: User, sign_in: SignIn
) -> None:
    page = words(sign_in(organiser).get(url("session-new", review.pk)))

    assert page.count(">Choose</option>") == 4  # kind, strand, room, who is heard
    assert "checked" not in page
    assert "Who is heard (optional)" not in page


@pytest.mark.parametrize(
    ("start", "minutes", "says"),
    [
        ("3:00am", "60", "Start must be between 7:00am and 10:00pm"),
        ("10:30pm", "30", "Start must be between 7:00am and 10:00pm"),
        (
            "9:30pm",
            "180",
            "The session would end at 12:30am: it must be over by 10:00pm",
        ),
        ("9:30am", "5", "Length in minutes must be 10 or more"),
    ],
)
def test_a_session_in_the_night_is_refused_in_a_sentence(
    review: Review,
    group: Session,
    organiser: User,
    sign_in: SignIn,
    start: str,
    minutes: str,
    says: str,
) -> None:
    page = words(
        sign_in(organiser).post(
            url("session-new", review.pk),
            post_session(review, start=start, minutes=minutes),
        )
    )

    assert says in page
    assert review.sessions.count() == 1


@pytest.fixture
def private(
    review: Review, manager: User, leader: User, member_peer: User, partner: User
) -> Session:
    """Somebody of the partner's agency is heard, and their name is for the team alone."""
    agency = review.memberships.get(user=partner).agency
    session = make_session(
        review,
        by=manager,
        peers=[leader, member_peer],
        people=[Person("Iris Vale", "Nurse", "iris@example.org", agency)],
        title="Team interview",
        names_kept=True,
    )
    move(review, Stage.ON_SITE)
    review.refresh_from_db()
    session.review = review
    return session


def test_names_that_are_kept_are_shown_to_the_team_and_to_nobody_else(
    review: Review,
    private: Session,
    leader: User,
    organiser: User,
    sponsor: User,
    partner: User,
    sign_in: SignIn,
) -> None:
    page = url("session", review.pk, private.pk)

    assert "Iris Vale" in words(sign_in(leader).get(page))
    for user in (organiser, sponsor):
        shown = words(sign_in(user).get(page))
        assert "Iris" not in shown
        assert "iris@example.org" not in shown
        assert "Team time" in shown
        for single_out in ("Team interview", "keeps to itself", "Expected"):
            assert single_out not in shown
    # Their own agency is not told that one of theirs is heard at all.
    assert sign_in(partner).get(page).status_code == 404
    week = words(sign_in(partner).get(url("timetable", review.pk)))
    assert "Team interview" not in week


def test_a_clash_does_not_tell_the_organiser_who_is_heard(
    review: Review,
    private: Session,
    manager: User,
    leader: User,
    organiser: User,
    sign_in: SignIn,
) -> None:
    same = Person("Iris Vale", "Nurse", "iris@example.org")
    make_session(review, by=manager, people=[same], room="R2", start=dt.time(10, 30))
    week = url("timetable", review.pk)

    assert "Iris Vale is expected in two sessions" in words(sign_in(leader).get(week))
    assert "Iris" not in words(sign_in(organiser).get(week))


def test_the_organiser_moves_such_a_session_and_takes_nobody_out_of_it(
    review: Review, private: Session, organiser: User, sign_in: SignIn
) -> None:
    client = sign_in(organiser)
    address = url("session-edit", review.pk, private.pk)
    shown = words(client.get(address))
    client.post(
        address,
        post_session(review, version="1", title="Team interview", names_kept=""),
    )

    private.refresh_from_db()
    assert "Iris" not in shown
    assert "Full name" not in shown
    assert private.day == dt.date(2013, 2, 5)
    assert private.names_kept
    assert [each.name for each in private.people.all()] == ["Iris Vale"]


def test_the_team_keeps_names_by_a_tick(
    review: Review, group: Session, leader: User, sign_in: SignIn
) -> None:
    sign_in(leader).post(
        url("session-edit", review.pk, group.pk),
        post_session(review, version="1", names_kept="on"),
    )

    group.refresh_from_db()
    assert group.names_kept


def test_two_people_moving_a_session_the_second_sees_both(
    review: Review, group: Session, manager: User, organiser: User, sign_in: SignIn
) -> None:
    address = url("session-edit", review.pk, group.pk)
    first = post_session(review, version="1", title="Foster carers")
    sign_in(manager).post(address, first)
    second = post_session(
        review,
        version="1",
        title="Kinship carers",
        day="2013-02-06",
        start="11am",
        person_0_name="Ann Petrie",
    )
    page = words(sign_in(organiser).post(address, second))
    assert "Somebody else changed this while you were writing." in page
    assert "Foster carers" in page
    assert "Kinship carers" in page
    # In words, and never as the program holds it.
    for part in ("Tuesday 5 February", "Ana Petrie, Foster carer, ana@example.org"):
        assert part in page, part
    for part in ("Person(", "2013-02-05</dd>", ":00:00"):
        assert part not in page, part
    group.refresh_from_db()
    assert (group.title, group.day) == ("Foster carers", dt.date(2013, 2, 5))


def test_a_cancelled_session_stays_in_sight_and_can_be_put_back(
    review: Review, group: Session, organiser: User, sign_in: SignIn
) -> None:
    client = sign_in(organiser)
    asked = words(client.get(url("session-cancel", review.pk, group.pk)))
    group.refresh_from_db()
    assert group.cancelled is False
    assert "8 people are expected there, with 2 peers" in asked
    assert ">Keep it</a>" in asked
    without = words(client.post(url("session-cancel", review.pk, group.pk)))
    assert "Select an answer to “Why is it cancelled?”" in without
    client.post(url("session-cancel", review.pk, group.pk), {"because": "ill"})
    said = words(client.get(url("session", review.pk, group.pk)))
    assert "This session is cancelled: somebody is ill." in said
    page = words(client.get(url("timetable", review.pk)))
    assert "Newly qualified social workers" in page
    assert "Cancelled" in page
    client.post(url("session-restore", review.pk, group.pk))
    group.refresh_from_db()
    assert group.cancelled is False


def test_a_session_that_two_people_cancel_and_put_back_is_so_once_on_the_record(
    review: Review, group: Session, organiser: User, manager: User, sign_in: SignIn
) -> None:
    clients = [sign_in(each) for each in (organiser, manager)]
    for client, because in zip(clients, ("ill", "room"), strict=True):
        client.post(url("session-cancel", review.pk, group.pk), {"because": because})
    group.refresh_from_db()
    first = (group.cancelled, group.because, group.version)
    for client in clients:
        client.post(url("session-restore", review.pk, group.pk))
    group.refresh_from_db()

    # Everybody has read the first reason: the second does not take its place.
    assert first == (True, "ill", 2)
    assert (group.cancelled, group.because, group.version) == (False, "", 3)
    for action in ("cancelled", "restored"):
        assert AuditEvent.objects.filter(action=f"session.{action}").count() == 1


def test_only_people_of_the_peer_team_go_to_a_session(
    review: Review, group: Session, organiser: User, manager: User
) -> None:
    before = set(group.peers.all())
    host = review.memberships.get(user=organiser)

    with pytest.raises(NotOnTheTeam):
        set_peers(session=group, peers=[*before, host], by=manager, at=NOW)

    assert set(group.peers.all()) == before
    assert len(before) == 2


def test_no_note_is_asked_for_from_a_session_that_is_cancelled(
    review: Review, group: Session, manager: User, sign_in: SignIn
) -> None:
    move(review, Stage.ON_SITE)
    client, page = sign_in(manager), url("session", review.pk, group.pk)
    held = words(client.get(page))

    cancel_session(session=group, by=manager, at=NOW)

    assert "Write a note" in held
    assert "Write a note" not in words(client.get(page))
