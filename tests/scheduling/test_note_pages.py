"""The pages of notes: written, gathered, filtered, looked at."""

import datetime as dt
import re
from typing import Any
from unittest import mock
from uuid import uuid4

import pytest
from django.urls import reverse

from reviews.models import Review, Stage, User
from scheduling import reading
from scheduling.models import Note, NoteDraft, Session, notebooks
from tests.make import DAY_ZERO, move
from tests.make_scheduling import (
    make_draft,
    make_evening,
    make_notes,
    make_session,
)
from tests.scheduling.pages import SignIn, url, words

NHS = "943 476 5919"


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
    assert "You have 1 note marked as ready and 2 private drafts." in page
    lid = page.index("Your notes: 1 ready")
    assert lid < page.index("First.") < page.index("</details>", lid)


def test_my_day_says_what_becomes_of_a_note_that_waits_for_others(
    review: Review, group: Session, leader: User, sign_in: SignIn
) -> None:
    make_draft(group, leader, "First.")
    before = dt.datetime.combine(DAY_ZERO, dt.time(8))

    with mock.patch("scheduling.reading.day.now_at", return_value=before):
        page = words(sign_in(leader).get(url("my-day", review.pk)))

    assert "Notes are gathered only once 5 or more are ready" in page
    assert "deleted in the night after the review has moved on" in page
    assert "cannot be gathered as things stand" not in page


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


def test_the_leader_gathers_once_enough_is_ready_and_reads_no_number_before(
    review: Review,
    group: Session,
    manager: User,
    leader: User,
    member_peer: User,
    sign_in: SignIn,
) -> None:
    make_evening(review, by=manager, pairs=[[leader], [member_peer]])
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
    assert (before, after) == ([], ["Gather the ready notes"])
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


def test_no_page_of_gathered_notes_shows_author_session_day_or_time(
    review: Review,
    manager: User,
    leader: User,
    member_peer: User,
    analyst: User,
    sign_in: SignIn,
) -> None:
    """Beside the words themselves; the control is the writer's own page before."""
    move(review, Stage.ON_SITE)
    told = make_session(
        review,
        by=manager,
        title="Zebra keepers",
        start=dt.time(13, 37),
        peers=[leader, member_peer],
    )
    traces = ("Zebra keepers", "1:37", "4 February", "Monday", leader.full_name)
    make_draft(told, leader, "Marcus Penhale chairs every panel.")
    mine = url("my-day", review.pk) + f"?day={DAY_ZERO}"
    before = main_of(sign_in(leader).get(mine))
    assert [each for each in traces[:4] if each not in before] == []

    [note] = make_notes(told, [leader], [])
    reader = sign_in(analyst)
    pages = [
        url("notes", review.pk),
        url("note-screen", review.pk, note.pk),
        reverse("feedback:board", args=[review.pk]),
    ]
    for page in pages:
        shown = main_of(reader.get(page))
        assert [each for each in traces if each in shown] == [], page


def main_of(response: Any) -> str:
    """What the page itself says, without its banner."""
    return words(response).partition("<main")[2].partition("</main>")[0]


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

    assert notes[0].said.text in page
    assert notes[1].said.text not in page
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
    assert (note.said.text, note.said.screening) == (
        "One person covers nights.",
        Note.Screening.REDACTED,
    )
