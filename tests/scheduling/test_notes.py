"""Notes: private until gathered, gathered only in company, and then nobody's."""

import datetime as dt
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import models

from reviews.evidence_item import Polarity
from reviews.models import AuditEvent, Job, Review, User
from reviews.packs import SourceClass
from reviews.refusals import ChangedMeanwhile
from reviews.secrets import boxes, keystore
from reviews.trail import audit
from scheduling import evidence, reading, tasks
from scheduling.domain.notes import (
    GatheredAlready,
    LookedAtAlready,
    MeetsNobody,
    TooLong,
    class_names,
    clear_note,
    delete_draft,
    fingerprint,
    gather,
    redact_note,
)
from scheduling.domain.week import cancel_session, seed_timetable
from scheduling.models import Note, NoteDraft, Session, notebooks
from scheduling.rules import marks, source_classes
from tests.make import DAY_ZERO
from tests.make_scheduling import NOW, make_draft, make_notes, make_session

NHS = "943 476 5919"
Commit = Callable[..., Any]


@pytest.fixture
def group(review: Review, manager: User, leader: User, member_peer: User) -> Session:
    return make_session(review, by=manager, peers=[leader, member_peer])


@pytest.fixture
def week(review: Review, manager: User, group: Session) -> list[Session]:
    """Three sessions of one class: notes may name it."""
    return [group, *(make_session(review, by=manager) for _ in range(2))]


def drafts(
    session: Session, number: int, *owners: User, **changes: Any
) -> list[NoteDraft]:
    return [
        make_draft(session, owners[each % len(owners)], f"Point {each}.", **changes)
        for each in range(number)
    ]


# --- gathering (T28) --------------------------------------------------------------------


def test_four_ready_notes_wait(group: Session, leader: User, member_peer: User) -> None:
    drafts(group, 4, leader, member_peer)
    assert gather(review=group.review, by=leader, at=NOW) == 0
    assert (NoteDraft.objects.count(), Note.objects.count()) == (4, 0)


def test_notes_of_one_peer_alone_wait(group: Session, leader: User) -> None:
    drafts(group, 9, leader)
    assert gather(review=group.review, by=leader, at=NOW) == 0
    assert (NoteDraft.objects.count(), Note.objects.count()) == (9, 0)


def test_five_of_two_are_gathered_at_once_and_drafts_kept_back_stay(
    group: Session, leader: User, member_peer: User
) -> None:
    drafts(group, 5, leader, member_peer)
    [kept] = drafts(group, 1, leader, ready=False)
    assert gather(review=group.review, by=leader, at=NOW) == 5
    assert list(NoteDraft.objects.all()) == [kept]
    assert sorted(note.text for note in Note.objects.all()) == [
        f"Point {number}." for number in range(5)
    ]


def test_the_final_run_takes_one_note_too(group: Session, leader: User) -> None:
    drafts(group, 1, leader)
    assert gather(review=group.review, by=None, at=NOW, final=True) == 1


def test_the_order_of_gathering_is_not_the_order_of_writing(
    group: Session, leader: User, member_peer: User
) -> None:
    drafts(group, 30, leader, member_peer)
    gather(review=group.review, by=leader, at=NOW)
    rows = Note.objects.raw("SELECT * FROM scheduling_note ORDER BY 1")
    written = [f"Point {number}." for number in range(30)]
    assert [note.text for note in rows] != written
    assert {note.pk.version for note in Note.objects.all()} == {4}


def test_the_days_notebook_dies_and_a_draft_kept_back_moves_to_the_next(
    group: Session,
    leader: User,
    member_peer: User,
    django_capture_on_commit_callbacks: Commit,
) -> None:
    drafts(group, 5, leader, member_peer)
    [kept] = drafts(group, 1, leader, ready=False)
    today = notebooks.name(group.review, dt.date(2013, 2, 4))
    tomorrow = notebooks.name(group.review, dt.date(2013, 2, 5))
    assert notebooks.names(group.review) == [today]
    with django_capture_on_commit_callbacks(execute=True):
        gather(review=group.review, by=leader, at=NOW)
    assert notebooks.names(group.review) == [tomorrow]
    kept.refresh_from_db()
    assert notebooks.read(kept).text == "Point 0."


def test_gathering_leaves_a_day_and_a_number_in_the_trail_and_rings_for_the_count(
    group: Session, leader: User, member_peer: User
) -> None:
    drafts(group, 5, leader, member_peer)
    gather(review=group.review, by=leader, at=NOW)
    audit.close_days(before=dt.date(2013, 2, 5))
    event = AuditEvent.objects.get(action="notes.gathered")
    assert (event.count, event.on) == (5, dt.date(2013, 2, 4))
    assert (event.at, event.actor_ref, event.actor_name, event.object_id) == (
        None,
        None,
        "",
        "",
    )
    job = Job.objects.get(kind="feedback.tasks.triangulate")
    assert job.subject == str(group.review.pk)


def test_saving_a_draft_leaves_no_trace_in_the_trail(
    group: Session, leader: User
) -> None:
    before = AuditEvent.objects.count()
    make_draft(group, leader)
    assert AuditEvent.objects.count() == before


def test_at_night_only_reviews_on_site_or_just_after_are_gathered(
    group: Session, leader: User
) -> None:
    drafts(group, 1, leader)
    review = group.review
    job = Job(kind="scheduling.tasks.nightly", queued_at=NOW)
    taken = []
    for stage in (3, 4, 5):
        Review.objects.filter(pk=review.pk).update(stage=stage)
        tasks.nightly("", job)
        taken.append(Note.objects.count())
    assert taken == [0, 0, 1]


def test_after_the_visit_drafts_that_were_never_ready_are_deleted(
    group: Session, leader: User
) -> None:
    make_draft(group, leader, "Half a thought.", ready=False)
    Review.objects.filter(pk=group.review_id).update(stage=5)

    tasks.nightly("", Job(kind="scheduling.tasks.nightly", queued_at=NOW))

    assert NoteDraft.objects.count() == Note.objects.count() == 0
    assert notebooks.names(group.review) == []


# --- source classes (T29) ---------------------------------------------------------------

TREE = (
    SourceClass("ALL", "Staff and partners"),
    SourceClass("PARTNER", "Partners", "ALL"),
    SourceClass("HEALTH", "Health", "PARTNER"),
    SourceClass("POLICE", "Police", "PARTNER"),
)


def test_a_class_of_three_sessions_and_five_people_is_named() -> None:
    assert source_classes.names(TREE, [("HEALTH", 2)] * 3)["HEALTH"] == "HEALTH"


@pytest.mark.parametrize("heard", [[("HEALTH", 9)] * 2, [("HEALTH", 1)] * 4])
def test_a_small_class_goes_under_the_name_above(heard: list[tuple[str, int]]) -> None:
    named = source_classes.names(TREE, [*heard, *[("POLICE", 1)] * 2, ("PARTNER", 5)])
    assert (named["HEALTH"], named["POLICE"]) == ("PARTNER", "PARTNER")


def test_a_name_never_covers_one_session_alone() -> None:
    named = source_classes.names(TREE, [("PARTNER", 20), *[("HEALTH", 3)] * 3])
    assert (named["PARTNER"], named["HEALTH"]) == ("ALL", "ALL")


def test_every_name_of_the_sample_week_covers_three_sessions_and_five_people(
    review: Review, manager: User
) -> None:
    seed_timetable(review=review, by=manager, at=NOW)
    named = class_names(review)
    covered: dict[str, list[int]] = {}
    for session in review.sessions.all():
        if session.meets_people:
            name = named[session.source_class]
            covered.setdefault(name, []).append(session.people_expected)
    assert all(len(each) >= 3 and sum(each) >= 5 for each in covered.values())
    assert len(covered) >= 9


def test_notes_move_up_when_a_session_is_cancelled(
    week: list[Session], leader: User, manager: User
) -> None:
    [note] = make_notes(week[0], [leader], ["Chairs read the reports."])
    assert note.source_class == "C-PRAC"
    cancel_session(session=week[2], by=manager, at=NOW)
    note.refresh_from_db()
    assert note.source_class == "ALL"


# --- what a row may hold (T3, T30) ------------------------------------------------------


def test_a_note_holds_no_person_time_order_or_session() -> None:
    assert [field.name for field in Note._meta.concrete_fields] == [
        "id",
        "review",
        "themes",
        "kind",
        "line_of_enquiry",
        "source_class",
        "text",
        "source_box",
        "screening",
    ]
    assert [field.name for field in NoteDraft._meta.concrete_fields] == [
        "id",
        "owner",
        "review",
        "notebook",
        "body",
        "ready",
        "one_time_key",
    ]
    for model in (Note, NoteDraft):
        field = model._meta.get_field("id")
        assert isinstance(field, models.UUIDField)
        assert field.default is uuid.uuid4
        assert not model._meta.many_to_many


def test_notes_of_one_session_share_nothing_at_rest(
    week: list[Session], leader: User
) -> None:
    texts = [
        "Short.",
        "A much longer point. " * 40,
        *(f"Point {n}." for n in range(48)),
    ]
    notes = make_notes(week[0], [leader], texts)
    sealed = Note.objects.values_list("source_box", "text")
    blocks = [
        bytes(box)[start : start + 16]
        for box, _ in sealed
        for start in range(0, len(bytes(box)) - 15, 16)
    ]
    assert len(blocks) == len(set(blocks))
    assert len({len(bytes(text)) for _, text in sealed}) == 1
    assert len(notes) == 50


def test_drafts_are_one_size_and_hold_no_word_in_clear(
    group: Session, leader: User
) -> None:
    short = make_draft(group, leader, "Short.")
    long = make_draft(group, leader, "A canary sang. " * 100)
    assert len(bytes(short.body)) == len(bytes(long.body))
    assert b"canary" not in bytes(long.body)


# --- writing ----------------------------------------------------------------------------


def test_the_same_tap_twice_is_one_note(group: Session, leader: User) -> None:
    key = uuid.uuid4()
    first = make_draft(group, leader, key=key)
    again = make_draft(group, leader, key=key)
    assert (first.pk, NoteDraft.objects.count()) == (again.pk, 1)


def test_somebody_elses_key_gives_nothing_of_theirs(
    group: Session, leader: User, member_peer: User
) -> None:
    key = uuid.uuid4()
    theirs = make_draft(group, leader, "Theirs.", key=key)
    mine = make_draft(group, member_peer, "Mine.", key=key)
    assert mine.pk != theirs.pk
    assert notebooks.read(mine).text == "Mine."


def test_an_identifier_is_refused_and_nothing_is_stored(
    group: Session, leader: User
) -> None:
    with pytest.raises(marks.NamesSomebody) as refused:
        make_draft(group, leader, f"The record of {NHS} was thin.")
    assert NoteDraft.objects.count() == 0
    assert NHS not in str(refused.value)


def test_a_note_too_long_for_its_place_is_refused(group: Session, leader: User) -> None:
    with pytest.raises(TooLong):
        make_draft(group, leader, "…" * 2000)


def test_a_session_without_people_gives_no_notes(
    review: Review, manager: User, leader: User
) -> None:
    lunch = make_session(review, by=manager, type="BREAK", source_class="")
    with pytest.raises(MeetsNobody):
        make_draft(lunch, leader)


def test_a_gathered_draft_cannot_be_changed_and_says_so(
    group: Session, leader: User
) -> None:
    draft = make_draft(group, leader)
    gather(review=group.review, by=leader, at=NOW, final=True)
    with pytest.raises(GatheredAlready):
        delete_draft(draft=draft)


# --- screening --------------------------------------------------------------------------


@pytest.fixture
def marked(week: list[Session], leader: User) -> Note:
    [note] = make_notes(
        week[0], [leader], ["We were told that Marcus Penhale chairs every panel."]
    )
    return note


def test_a_name_is_hidden_until_somebody_has_looked(marked: Note) -> None:
    review = marked.review
    [line] = reading.notes_of(review).lines
    assert line.text == "We were told that [hidden] chairs every panel."
    assert evidence.evidence_for(review) == []
    clear_note(note=marked, at=NOW)
    [line] = reading.notes_of(review).lines
    assert line.text == "We were told that Marcus Penhale chairs every panel."


def test_two_people_clearing_at_once_the_second_is_told(marked: Note) -> None:
    clear_note(note=marked, at=NOW)
    with pytest.raises(LookedAtAlready):
        clear_note(note=marked, at=NOW)


def test_new_words_overwrite_and_may_not_name_anybody_either(marked: Note) -> None:
    seen = fingerprint(marked)
    with pytest.raises(marks.NamesSomebody):
        redact_note(note=marked, seen=seen, text="Marcus Penhale chairs.", at=NOW)
    redact_note(note=marked, seen=seen, text="One person chairs.", at=NOW)
    with pytest.raises(ChangedMeanwhile):
        redact_note(note=marked, seen=seen, text="One chairs all.", at=NOW)
    [item] = evidence.evidence_for(marked.review)
    assert (item.text, item.polarity, item.themes, item.source_class) == (
        "One person chairs.",
        Polarity.STRENGTH,
        ("T4",),
        "Children's services practitioners and managers",
    )


# --- strength ---------------------------------------------------------------------------


def test_strength_is_enough_from_three_sessions_and_a_word_otherwise(
    review: Review, manager: User, leader: User, week: list[Session]
) -> None:
    health = make_session(
        review, by=manager, source_class="P-HEALTH", day=DAY_ZERO, title="Nurses"
    )
    for session in (*week, health):
        make_draft(session, leader, f"Heard in {session.pk}.")
    make_draft(week[0], leader, "Heard again.")
    make_draft(week[0], leader, "And again.")
    gather(review=review, by=None, at=NOW, final=True)
    keys = {note.text: str(note.pk) for note in review.notes.all()}
    once = [keys[f"Heard in {session.pk}."] for session in (*week, health)]
    same = [once[0], keys["Heard again."], keys["And again."]]
    found = evidence.strengths(review, {1: once, 2: same, 3: once[:2], 4: [*same, "x"]})
    assert found == {
        1: evidence.Strength(enough=True, classes=2),
        2: evidence.Strength(enough=False, classes=1),
        3: evidence.Strength(enough=False, classes=1),
        4: evidence.Strength(enough=False, classes=1),
    }


def test_nothing_leads_from_note_to_session_once_the_key_is_gone(
    week: list[Session], leader: User
) -> None:
    [note] = make_notes(week[0], [leader], ["Chairs read the reports."])
    review = note.review
    keystore.destroy(f"review-{review.pk}-sources")
    with pytest.raises(keystore.KeyGone):
        evidence.strengths(review, {1: [str(note.pk)]})
    public = keystore.read(f"review-{review.pk}-sources-public")
    with pytest.raises(boxes.CannotOpen):
        notebooks.open_source(public, note.source_box)
