"""Every page of the timetable and of notes: who may open it, and what it does."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews.models import AccessRole, Review, Stage, User
from reviews.roster import load
from scheduling import domain, notebooks, reading
from scheduling.domain import Person
from scheduling.models import Note, NoteDraft, Session
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
        "people": "Ana Petrie, Foster carer\nDot Lund",
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
        with CaptureQueriesContext(connection) as seen:
            assert client.get(url("timetable", review.pk)).status_code == 200
        return len(seen)

    one = queries()
    group.delete()
    domain.seed_timetable(review=review, by=manager, at=NOW)
    agency = review.agencies.all()[0]
    for session in review.sessions.all()[:20]:
        people = [Person(f"Person {session.code}", "Nurse", "", agency)]
        domain.set_people(session=session, people=people, by=manager, at=NOW)
    assert queries() == one


def test_a_clash_is_listed_in_words_and_marked_on_its_sessions(
    review: Review, group: Session, manager: User, leader: User, sign_in: SignIn
) -> None:
    make_session(review, by=manager, peers=[leader], room="R2", start=dt.time(10, 30))
    page = words(sign_in(manager).get(url("timetable", review.pk)))
    assert (
        "Leila Okafor is in two sessions at 10:30am on Monday 4 February: "
        "X01 Newly qualified social workers, and X02 Newly qualified social workers."
    ) in page
    assert page.count("scheduling-slot--clash") == 2


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


def test_what_is_wrong_with_a_session_is_said_line_by_line_and_kept(
    review: Review, group: Session, organiser: User, sign_in: SignIn
) -> None:
    response = sign_in(organiser).post(
        url("session-new", review.pk),
        post_session(
            review,
            start="later",
            source_class="",
            people="Ana Petrie\n, Nurse\nDot Lund, Nurse, nowhere, Moon base",
        ),
    )
    page = words(response)
    for sentence in (
        "Start must be a time such as 9:30am or 14:15",
        "Select who is heard in this session",
        "Line 2 has no name",
        "Line 3: the third part must be an email address",
        "Line 3: no agency of this review has that name",
    ):
        assert sentence in page
    assert "Dot Lund, Nurse, nowhere, Moon base" in page
    assert review.sessions.count() == 1


def test_two_people_moving_a_session_the_second_sees_both(
    review: Review, group: Session, manager: User, organiser: User, sign_in: SignIn
) -> None:
    address = url("session-edit", review.pk, group.pk)
    first = post_session(review, version="1", title="Foster carers")
    sign_in(manager).post(address, first)
    second = post_session(review, version="1", title="Kinship carers", day="2013-02-06")
    page = words(sign_in(organiser).post(address, second))
    assert "Somebody else changed this while you were writing." in page
    assert "Foster carers" in page
    assert "Kinship carers" in page
    group.refresh_from_db()
    assert (group.title, group.day) == ("Foster carers", dt.date(2013, 2, 5))


def test_a_cancelled_session_stays_in_sight_and_can_be_put_back(
    review: Review, group: Session, organiser: User, sign_in: SignIn
) -> None:
    client = sign_in(organiser)
    client.post(url("session-cancel", review.pk, group.pk))
    page = words(client.get(url("timetable", review.pk)))
    assert "Newly qualified social workers" in page
    assert "Cancelled" in page
    client.post(url("session-restore", review.pk, group.pk))
    group.refresh_from_db()
    assert group.cancelled is False


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
        "ready": "on",
        "text": "New workers have a protected caseload.",
        "kind": "strength",
    }
    done = client.post(address, given, follow=True)
    [draft] = NoteDraft.objects.all()
    assert draft.ready is True
    body = notebooks.read(draft)
    assert (body.text, body.kind, body.themes) == (
        "New workers have a protected caseload.",
        "strength",
        ("T4",),
    )
    assert "New workers have a protected caseload." in words(done)
    client.post(address, given)
    assert NoteDraft.objects.count() == 1


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


def test_the_leader_gathers_and_the_page_says_when_it_waits(
    review: Review, group: Session, leader: User, member_peer: User, sign_in: SignIn
) -> None:
    client = sign_in(leader)
    for number in range(4):
        make_draft(group, [leader, member_peer][number % 2], f"Point {number}.")
    page = words(client.get(url("notes", review.pk)))
    assert "4 ready notes of 2 people wait." in page
    Review.objects.filter(pk=review.pk).update(day_zero=dt.date(2099, 1, 5))
    waits = client.post(url("notes-gather", review.pk), follow=True)
    assert "Nothing was gathered." in words(waits)
    make_draft(group, leader, "Point 4.")
    done = client.post(url("notes-gather", review.pk), follow=True)
    assert "5 notes were gathered, in no order." in words(done)
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
        "The timetable has no session yet. Fill in the sample week or add one."
    ]
    make_session(review, by=manager)
    assert reading.stage_blockers(review, Stage.ON_SITE) == []
