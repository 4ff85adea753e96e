"""Every page of the timetable and of notes: who may open it, and what it does."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.models import AccessRole, Review, Stage, User
from reviews.pages import once
from reviews.pages.progress import Obstacle
from reviews.screening.roster import load
from scheduling import reading
from scheduling.domain.week import Person, cancel_session, seed_timetable, set_people
from scheduling.models import Note, NoteDraft, Session, notebooks
from tests.make import DAY_ZERO, make_membership, move
from tests.make_scheduling import NOW, make_draft, make_notes, make_session

SignIn = Callable[[User], Client]
NHS = "943 476 5919"


def url(name: str, *ids: Any) -> str:
    return reverse(f"scheduling:{name}", args=ids)


def words(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.fixture
def group(
    review: Review, manager: User, leader: User, member_peer: User, partner: User
) -> Session:
    """On site: a focus group of the leader and the member peer, with a partner's person."""
    agency = review.memberships.get(user=partner).agency
    session = make_session(
        review,
        by=manager,
        peers=[leader, member_peer],
        people=[
            Person("Mavis Clay", "Ward sister", "mavis@example.org", agency),
            Person("Theo Brand", "Social worker", "theo@example.org"),
        ],
        themes=["T4"],
    )
    move(review, Stage.ON_SITE)
    review.refresh_from_db()
    session.review = review
    return session


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


def post_note(**changes: Any) -> dict[str, Any]:
    return {
        "text": "New workers have a protected caseload.",
        "themes": ["T4"],
        "line": "",
        "ready": "on",
        "kind": "strength",
        "one_time_key": str(uuid4()),
        **changes,
    }


# --- the week ---------------------------------------------------------------------------


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


# --- somebody who asked to be heard -----------------------------------------------------


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
        assert "The team keeps to itself whom it meets here." in shown
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


def test_no_note_is_asked_for_from_a_session_that_is_cancelled(
    review: Review, group: Session, manager: User, sign_in: SignIn
) -> None:
    move(review, Stage.ON_SITE)
    client, page = sign_in(manager), url("session", review.pk, group.pk)
    held = words(client.get(page))

    cancel_session(session=group, by=manager, at=NOW)

    assert "Write a note" in held
    assert "Write a note" not in words(client.get(page))


# --- narrowed down by the address -------------------------------------------------------


@pytest.fixture
def two_days(
    review: Review, group: Session, manager: User, officer_peer: User
) -> Session:
    return make_session(
        review,
        by=manager,
        peers=[officer_peer],
        title="Head teachers",
        day=dt.date(2013, 2, 5),
        strand="C",
        room="R3",
    )


def test_the_week_is_narrowed_down_to_a_day_or_a_person(
    review: Review, group: Session, two_days: Session, leader: User, sign_in: SignIn
) -> None:
    client = sign_in(leader)
    mine = review.memberships.get(user=leader).pk

    def shown(**wanted: str) -> tuple[bool, bool]:
        week = client.get(url("timetable", review.pk), wanted).context["week"]
        titles = {session.title for session in week.sessions}
        return group.title in titles, two_days.title in titles

    assert shown() == (True, True)
    assert shown(day="2013-02-04") == (True, False)
    assert shown(day="2013-02-05") == (False, True)
    assert shown(day="all") == (True, True)
    assert shown(who=str(mine)) == (True, False)
    assert shown(who="short") == (False, True)
    assert shown(day="2013-02-05", who=str(mine)) == (False, False)
    assert shown(day="nonsense", who="<b>") == (True, True)


def test_a_narrow_screen_begins_with_today_and_shows_the_day_that_is_chosen(
    review: Review, group: Session, two_days: Session, leader: User
) -> None:
    member = review.memberships.get(user=leader)

    def on_phones(today: dt.date, day: str = "") -> list[dt.date]:
        week = reading.week_of(member, today, reading.Wanted(day=day))
        return [each.day for each in week.days if each.on_phones]

    first, second = DAY_ZERO, dt.date(2013, 2, 5)
    assert on_phones(second) == [second]
    assert on_phones(dt.date(2013, 1, 1)) == [first]
    assert on_phones(second, "2013-02-04") == [first]
    assert on_phones(second, "all") == [first, second]


def test_the_page_says_in_a_sentence_which_peers_are_missing(
    review: Review, group: Session, two_days: Session, manager: User, sign_in: SignIn
) -> None:
    page = words(sign_in(manager).get(url("timetable", review.pk)))

    assert (
        "Strand C: 1 session with people has fewer than two peers. It lacks the analyst peer."
        in page
    )


def test_the_sample_week_of_the_smallest_team_puts_nobody_in_two_places(
    review: Review,
    manager: User,
    leader: User,
    member_peer: User,
    officer_peer: User,
    health_peer: User,
    analyst: User,
    sign_in: SignIn,
) -> None:
    move(review, Stage.LEAD_IN)
    client = sign_in(manager)

    client.post(url("timetable-seed", review.pk))
    page = words(client.get(url("timetable", review.pk)))

    assert "No clash: nobody and no room is in two places at once." in page
    assert "It lacks the officer peer." in page


@pytest.mark.parametrize(
    ("title", "letters", "lines", "drawn"),
    [
        ("Head teachers", 12, 3, ["Head", "teachers"]),
        ("Opening meeting: managers of all agencies", 12, 3, ["Opening", "meeting"]),
        ("Visit (with travel)", 12, 1, ["Visit"]),
        (
            "Chairs of independent reviews",
            12,
            2,
            ["Chairs of", "independent…"],
        ),
        ("Commissioning", 8, 2, ["Commiss-", "ioning"]),
    ],
)
def test_titles_in_the_picture_are_wrapped_and_shortened_by_rule(
    title: str, letters: int, lines: int, drawn: list[str]
) -> None:
    assert reading.fitted(title, letters, lines) == drawn


# --- a note in three actions ------------------------------------------------------------


def test_a_note_is_one_press_on_my_day_the_words_and_one_button(
    review: Review, group: Session, leader: User, sign_in: SignIn
) -> None:
    client = sign_in(leader)
    day = words(client.get(url("my-day", review.pk) + f"?day={DAY_ZERO}"))
    address = url("note-new", review.pk, group.pk)
    assert address in day
    form = client.get(address)
    # What the page holds already, the words, and the button that was pressed.
    given = {
        "one_time_key": form.context["form"]["one_time_key"].value(),
        "themes": form.context["form"]["themes"].value(),
        "text": "New workers have a protected caseload.",
        "kind": "strength",
    }
    done = client.post(address, given, follow=True)
    [draft] = NoteDraft.objects.all()
    # Sharing is a step of its own: nothing is ready until somebody says so.
    assert not form.context["form"]["ready"].value()
    assert draft.ready is False
    body = notebooks.read(draft)
    assert (body.text, body.kind, body.themes) == (
        "New workers have a protected caseload.",
        "strength",
        ("T4",),
    )
    assert "New workers have a protected caseload." in words(done)
    client.post(address, given)
    assert NoteDraft.objects.count() == 1


def test_a_note_takes_three_actions_even_where_its_theme_is_to_be_chosen(
    review: Review, leader: User, manager: User, sign_in: SignIn
) -> None:
    session = make_session(
        review, by=manager, peers=[leader], themes=["T1", "T3", "T5"], room="R2"
    )
    move(review, Stage.ON_SITE)
    client = sign_in(leader)
    address = url("note-new", review.pk, session.pk)

    # The first action: "Write a note" on the day's page.
    assert f'href="{address}"' in words(
        client.get(url("my-day", review.pk) + f"?day={DAY_ZERO}")
    )
    form = client.get(address).context["form"]
    given = {
        name: form[name].value() or ""
        for name in ("one_time_key", "text", "themes", "line")
    }
    # The second, after the words: a theme. The third: the kind, which saves.
    chosen = {"text": "The plan was clear.", "themes": ["T3"], "kind": "strength"}
    client.post(address, given | chosen)

    assert not given["themes"]
    assert notebooks.read(NoteDraft.objects.get()).themes == ("T3",)


def test_the_kind_that_a_draft_has_is_said_in_words_and_no_button_outshines_another(
    review: Review, group: Session, leader: User, sign_in: SignIn
) -> None:
    draft = make_draft(group, leader, kind="area")

    page = words(sign_in(leader).get(url("draft-edit", review.pk, draft.pk)))
    kinds = page[page.index('class="scheduling-kinds__list"') :]
    kinds = kinds[: kinds.index("</fieldset>")]

    assert "Area for further consideration (as it is now)" in kinds
    assert kinds.count("<button") == kinds.count("govuk-button--secondary") == 5


def test_drafts_are_folded_on_my_day_with_how_many_there_are(
    review: Review, group: Session, leader: User, sign_in: SignIn
) -> None:
    make_draft(group, leader, "First.", ready=False)
    make_draft(group, leader, "Second.", ready=False)
    make_draft(group, leader, "Third.")

    page = words(sign_in(leader).get(url("my-day", review.pk) + f"?day={DAY_ZERO}"))

    assert "Your notes: 1 ready, 2 private" in page
    assert "You have 1 note ready for the next gathering and 2 private drafts." in page
    lid = page.index("Your notes: 1 ready")
    assert lid < page.index("First.") < page.index("</details>", lid)


@pytest.mark.parametrize(
    ("at", "now"),
    [
        (dt.time(10, 14), False),
        (dt.time(10, 15), True),
        (dt.time(11, 14), True),
        (dt.time(11, 15), False),
    ],
)
def test_the_session_that_is_held_now_is_marked(
    review: Review, group: Session, leader: User, at: dt.time, now: bool
) -> None:
    member = review.memberships.get(user=leader)

    [stop] = reading.my_day(member, DAY_ZERO, dt.datetime.combine(DAY_ZERO, at)).stops
    tomorrow = dt.datetime.combine(DAY_ZERO + dt.timedelta(days=1), at)

    assert stop.now is now
    assert reading.my_day(member, DAY_ZERO, tomorrow).stops[0].now is False


def test_an_identifier_comes_back_marked_and_is_stored_nowhere(
    review: Review, group: Session, leader: User, sign_in: SignIn
) -> None:
    response = sign_in(leader).post(
        url("note-new", review.pk, group.pk),
        post_note(text=f"The file {NHS} had no plan."),
    )
    page = words(response)
    assert f"The file [[{NHS}]] had no plan." in page
    assert "This looks like an NHS number." in page
    assert NoteDraft.objects.count() == 0


def test_a_note_without_words_theme_or_kind_says_what_is_missing(
    review: Review, group: Session, leader: User, sign_in: SignIn
) -> None:
    response = sign_in(leader).post(url("note-new", review.pk, group.pk), {"text": " "})
    page = words(response)
    for sentence in (
        "Enter what you heard or saw",
        "Select at least one theme",
        "Save it as one of the kinds below the note",
    ):
        assert page.count(sentence) == 2  # in the summary and beside the field


def test_a_draft_is_its_owners_alone(
    review: Review, group: Session, leader: User, member_peer: User, sign_in: SignIn
) -> None:
    draft = make_draft(group, leader, "A canary sang.")
    for name in ("draft-edit", "draft-delete", "draft-ready"):
        address = url(name, review.pk, draft.pk)
        assert sign_in(member_peer).post(address).status_code == 404
        assert sign_in(member_peer).get(address).status_code in (404, 405)
    assert "canary" not in words(sign_in(member_peer).get(url("my-day", review.pk)))
    assert "canary" not in words(sign_in(member_peer).get(url("notes", review.pk)))
    assert "A canary sang." in words(
        sign_in(leader).get(url("draft-edit", review.pk, draft.pk))
    )


def test_a_draft_is_changed_kept_back_and_deleted_in_two_steps(
    review: Review, group: Session, leader: User, sign_in: SignIn
) -> None:
    draft = make_draft(group, leader)
    client = sign_in(leader)
    client.post(
        url("draft-edit", review.pk, draft.pk),
        post_note(text="Better words.", kind="area", themes=["T1", "T4"]),
    )
    draft.refresh_from_db()
    body = notebooks.read(draft)
    assert (body.text, body.kind, body.themes) == (
        "Better words.",
        "area",
        ("T1", "T4"),
    )
    client.post(url("draft-ready", review.pk, draft.pk), {"ready": "no"})
    draft.refresh_from_db()
    assert draft.ready is False
    page = words(client.get(url("draft-delete", review.pk, draft.pk)))
    assert "It cannot be brought back." in page
    client.post(url("draft-delete", review.pk, draft.pk))
    assert NoteDraft.objects.count() == 0


def test_a_name_in_a_draft_is_shown_to_its_writer_as_a_warning(
    review: Review, group: Session, leader: User, sign_in: SignIn
) -> None:
    draft = make_draft(group, leader, "We heard that Mavis Clay covers nights.")
    client = sign_in(leader)
    assert "May name somebody" in words(
        client.get(url("my-day", review.pk) + f"?day={DAY_ZERO}")
    )
    page = words(client.get(url("draft-edit", review.pk, draft.pk)))
    assert "<mark>Mavis Clay</mark>" in page


# --- gathering and looking --------------------------------------------------------------


def test_the_leader_gathers_once_enough_is_ready_and_reads_no_number_before(
    review: Review, group: Session, leader: User, member_peer: User, sign_in: SignIn
) -> None:
    Review.objects.filter(pk=review.pk).update(day_zero=dt.date(2099, 1, 5))
    client = sign_in(leader)
    home = reading.to_do

    def told() -> list[str]:
        member = review.memberships.select_related("review").get(user=leader)
        found = home(member.review, member, dt.date(2099, 1, 5))
        return [each.title for each in found if "ather" in each.title]

    empty = words(client.get(url("notes", review.pk)))
    pages = []
    for number in range(4):
        make_draft(group, [leader, member_peer][number % 2], f"Point {number}.")
        pages.append(words(client.get(url("notes", review.pk))))
    waits = client.post(url("notes-gather", review.pk), follow=True)
    before = told()
    make_draft(group, leader, "Point 4.")
    enough = words(client.get(url("notes", review.pk)))
    after = told()
    done = client.post(url("notes-gather", review.pk), follow=True)

    # Nobody can watch a colleague mark a note as ready: the page does not move until it is enough.
    token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"')
    assert {token.sub("", page) for page in pages} == {token.sub("", empty)}
    assert "Not enough notes are ready to gather yet" in empty
    assert "Nothing was gathered" in words(waits)
    assert "Enough notes are ready to gather" in enough
    assert (before, after) == ([], ["Gather the notes that are ready"])
    assert "Gather the ready notes" in enough
    assert "The ready notes are gathered." in words(done)
    assert Note.objects.count() == 5


def test_peers_read_but_do_not_gather_and_the_host_sees_no_note(
    review: Review,
    group: Session,
    leader: User,
    member_peer: User,
    sponsor: User,
    organiser: User,
    partner: User,
    sign_in: SignIn,
) -> None:
    [note] = make_notes(group, [leader], ["A canary sang."])
    peer = sign_in(member_peer)
    assert "A canary sang." in words(peer.get(url("notes", review.pk)))
    assert peer.post(url("notes-gather", review.pk)).status_code == 403
    for host in (sponsor, organiser, partner):
        client = sign_in(host)
        pages = [
            url("notes", review.pk),
            url("note-screen", review.pk, note.pk),
            url("my-day", review.pk),
            url("note-new", review.pk, group.pk),
        ]
        assert [client.get(page).status_code for page in pages] == [403] * 4
        assert "canary" not in words(client.get(url("timetable", review.pk)))


def test_notes_are_filtered_by_theme_and_kind_in_the_address(
    review: Review, group: Session, leader: User, sign_in: SignIn
) -> None:
    make_draft(group, leader, "About money.", themes=["T5"], kind="area")
    make_notes(group, [leader], ["About training."])
    client = sign_in(leader)
    page = words(client.get(url("notes", review.pk) + "?theme=T5&kind=area"))
    assert "About money." in page
    assert "About training." not in page
    assert "1 of 2 notes" in page


def test_notes_are_filtered_by_who_was_heard(
    review: Review, group: Session, leader: User, manager: User, sign_in: SignIn
) -> None:
    notes = make_notes(group, [leader], ["About money.", "About training."])
    Note.objects.filter(pk=notes[0].pk).update(source_class="C-LEAD")
    client = sign_in(leader)

    page = words(client.get(url("notes", review.pk) + "?heard=C-LEAD"))

    assert notes[0].text in page
    assert notes[1].text not in page
    assert "Senior leaders of the council" in page


def test_a_marked_note_is_looked_at_and_reworded_by_anybody_of_the_team(
    review: Review, group: Session, leader: User, member_peer: User, sign_in: SignIn
) -> None:
    [note] = make_notes(group, [leader], ["We heard that Mavis Clay covers nights."])
    client = sign_in(member_peer)
    listed = words(client.get(url("notes", review.pk)))
    assert "We heard that [hidden] covers nights." in listed
    assert "Mavis" not in listed
    address = url("note-screen", review.pk, note.pk)
    page = client.get(address)
    assert "<mark>Mavis Clay</mark>" in words(page)
    seen = page.context["form"]["seen"].value()
    refused = client.post(address, {"seen": seen, "text": "Mavis Clay is tired."})
    assert "[[Mavis Clay]] is tired." in words(refused)
    client.post(address, {"seen": seen, "text": "One person covers nights."})
    again = words(client.get(address))
    assert "Reword this note" in again
    assert "Could this name somebody" not in again
    note.refresh_from_db()
    assert (note.text, note.screening) == (
        "One person covers nights.",
        Note.Screening.REDACTED,
    )


# --- strangers and the home page --------------------------------------------------------


def test_ids_of_this_review_are_unknown_from_another(
    review: Review,
    group: Session,
    leader: User,
    other_review: Review,
    sign_in: SignIn,
) -> None:
    [note] = make_notes(group, [leader], ["Chairs read the reports."])
    draft = make_draft(group, leader)
    stranger = make_membership(other_review, AccessRole.TL).user
    move(other_review, Stage.ON_SITE)
    client = sign_in(stranger)
    for name, key in (
        ("session", group.pk),
        ("session-edit", group.pk),
        ("note-new", group.pk),
        ("draft-edit", draft.pk),
        ("note-screen", note.pk),
    ):
        assert client.get(url(name, other_review.pk, key)).status_code == 404
        assert client.get(url(name, review.pk, key)).status_code == 404


def test_the_home_page_says_where_the_week_and_the_notes_are(
    review: Review, group: Session, leader: User, sponsor: User
) -> None:
    make_notes(group, [leader], ["Chairs read the reports.", "We met Mavis Clay."])

    def cards(user: User) -> list[str]:
        member = review.memberships.get(user=user)
        return [card.sentence for card in reading.progress(review, member)]

    assert cards(leader) == [
        "1 session is planned, with no clashes.",
        "2 notes are gathered. 1 waits to be looked at.",
    ]
    assert cards(sponsor) == ["1 session is planned."]


def test_a_visit_does_not_begin_without_a_session(
    review: Review, manager: User
) -> None:
    assert reading.stage_blockers(review, Stage.ON_SITE) == [
        Obstacle(
            "The timetable has no session yet: fill in the sample week or add one",
            url("timetable", review.pk),
        )
    ]
    make_session(review, by=manager)
    assert reading.stage_blockers(review, Stage.ON_SITE) == []
