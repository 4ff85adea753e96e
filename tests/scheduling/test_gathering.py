"""Drafts wait until an evening can bear them, and all notes are mixed anew (T28, T29)."""

import datetime as dt
from collections.abc import Callable
from typing import Any
from unittest import mock
from uuid import UUID, uuid4

import pytest
from django.db import connection

from feedback.models import Excerpt, Finding
from reviews.evidence_item import Kind
from reviews.models import AuditEvent, Job, Review, Stage, User
from reviews.secrets import keystore
from reviews.trail import audit
from scheduling import reading, tasks
from scheduling.domain import gathering, week
from scheduling.domain.gathering import gather
from scheduling.domain.notes import MixedAnew, clear_note, redact_note
from scheduling.models import Note, NoteDraft, Session, notebooks
from scheduling.models.notebooks import sources_key
from scheduling.reading.gathering import Standing, evening_of, standing_of
from tests.make import DAY_ZERO
from tests.make_feedback import make_finding
from tests.make_scheduling import (
    NOW,
    make_draft,
    make_evening,
    make_notes,
    make_session,
)

Commit = Callable[..., Any]
EVENING = NOW.replace(tzinfo=None)
NIGHT = NOW + dt.timedelta(hours=9)


@pytest.fixture
def pairs(leader: User, member_peer: User, analyst: User) -> list[list[User]]:
    return [[leader, member_peer], [member_peer, analyst], [leader, analyst]]


@pytest.fixture
def evening(review: Review, manager: User, pairs: list[list[User]]) -> list[Session]:
    """Three sessions of one class, by three pairs: notes may name it."""
    return make_evening(review, by=manager, pairs=pairs)


def drafts(
    sessions: list[Session], number: int, *owners: User, **changes: Any
) -> list[NoteDraft]:
    """Of each session in turn, by each owner in turn."""
    return [
        make_draft(
            sessions[each % len(sessions)],
            owners[each % len(owners)],
            f"Point {each}.",
            **changes,
        )
        for each in range(number)
    ]


def texts(review: Review) -> list[str]:
    return sorted(note.said.text for note in review.notes.all())


# --- when ---------------------------------------------------------------------------------


def test_four_ready_notes_wait(
    evening: list[Session], leader: User, member_peer: User
) -> None:
    review = evening[0].review
    drafts(evening, 4, leader, member_peer)
    assert gather(review=review, by=leader, at=NOW) == 0
    assert (NoteDraft.objects.count(), Note.objects.count()) == (4, 0)
    # Nothing is named either: that would tell that somebody wrote.
    assert not review.sessions.exclude(told_as="").exists()


def test_notes_of_one_peer_alone_wait(evening: list[Session], leader: User) -> None:
    drafts(evening, 9, leader)
    assert gather(review=evening[0].review, by=leader, at=NOW) == 0


def test_five_of_two_are_gathered_at_once_and_drafts_kept_back_stay(
    evening: list[Session], leader: User, member_peer: User
) -> None:
    review = evening[0].review
    drafts(evening, 5, leader, member_peer)
    drafts(evening, 1, leader, ready=False)
    assert gather(review=review, by=leader, at=NOW) == 5
    [kept] = NoteDraft.objects.all()
    assert (notebooks.read(kept).text, kept.ready) == ("Point 0.", False)
    assert texts(review) == [f"Point {number}." for number in range(5)]


def test_a_press_at_noon_gathers_nothing_while_meetings_are_still_to_come(
    evening: list[Session],
    review: Review,
    manager: User,
    leader: User,
    member_peer: User,
) -> None:
    make_session(review, by=manager, start=dt.time(18), peers=[leader])
    drafts(evening, 6, leader, member_peer)
    assert gather(review=review, by=leader, at=NOW) == 0
    assert standing_of(review, now=EVENING) == Standing.YOUNG
    # The night after, they are over.
    assert gather(review=review, by=None, at=NIGHT) == 6


def test_a_break_or_a_cancelled_session_to_come_holds_nothing_up(
    evening: list[Session],
    review: Review,
    manager: User,
    leader: User,
    member_peer: User,
) -> None:
    make_session(review, by=manager, type="BREAK", source_class="", start=dt.time(18))
    off = make_session(review, by=manager, start=dt.time(19))
    week.cancel_session(session=off, by=manager, at=NOW)
    drafts(evening, 5, leader, member_peer)
    assert gather(review=review, by=leader, at=NOW) == 5


def test_an_evening_with_two_sessions_waits_for_the_next(
    evening: list[Session],
    review: Review,
    manager: User,
    pairs: list[list[User]],
    leader: User,
    member_peer: User,
) -> None:
    tuesday = DAY_ZERO + dt.timedelta(days=1)
    make_evening(review, by=manager, pairs=pairs, day=tuesday)
    week.cancel_session(session=evening[2], by=manager, at=NOW)
    drafts(evening[:2], 6, leader, member_peer)

    assert gather(review=review, by=leader, at=NOW) == 0
    assert standing_of(review, now=EVENING) == Standing.WAITS
    day = dt.timedelta(days=1)
    assert gather(review=review, by=leader, at=NOW + day) == 6
    assert review.sessions.filter(told_as="C-PRAC").count() == 5


def test_where_too_few_would_be_left_the_evening_waits_for_them(
    evening: list[Session],
    review: Review,
    manager: User,
    leader: User,
    member_peer: User,
) -> None:
    tuesday = DAY_ZERO + dt.timedelta(days=1)
    make_session(review, by=manager, day=tuesday, peers=[leader])
    drafts(evening, 6, leader, member_peer)

    assert gather(review=review, by=leader, at=NOW) == 0
    assert gather(review=review, by=leader, at=NOW + dt.timedelta(days=1)) == 6


def test_the_last_window_is_told_to_its_writers_and_then_deleted(
    review: Review, manager: User, leader: User, member_peer: User
) -> None:
    alone = make_session(review, by=manager, peers=[leader, member_peer])
    drafts([alone], 5, leader, member_peer)
    member = review.memberships.get(user=leader)

    assert gather(review=review, by=leader, at=NOW) == 0
    assert standing_of(review, now=EVENING) == Standing.LOST
    with mock.patch("scheduling.reading.day.now_at", return_value=EVENING):
        mine = reading.my_day(member, DAY_ZERO)
    assert mine.lost == 3
    assert "3 of your notes cannot be gathered" in mine.lost_words

    Review.objects.filter(pk=review.pk).update(stage=5)
    with mock.patch("scheduling.tasks.timezone.now", return_value=NIGHT):
        tasks.nightly("", Job(kind="scheduling.tasks.nightly", queued_at=NOW))
    assert NoteDraft.objects.count() == Note.objects.count() == 0
    assert notebooks.names(review) == []


def test_whoever_wrote_too_few_notes_reads_beforehand_that_they_are_deleted(
    evening: list[Session], review: Review, leader: User, member_peer: User
) -> None:
    """Nothing of the sentence depends on what others have ready: that would tell of them."""
    member = review.memberships.get(user=leader)

    def read(now: dt.datetime) -> Any:
        with mock.patch("scheduling.reading.day.now_at", return_value=now):
            return reading.my_day(member, DAY_ZERO)

    assert read(EVENING).waiting_words == ""
    drafts(evening, 1, leader, ready=False)
    alone = read(EVENING)
    assert (alone.lost, alone.lost_words) == (0, "")
    for words in (
        "only once 5 or more are ready, of 2 or more people",
        "deleted in the night after the review has moved on from “On site”",
        "ask your colleagues to do the same",
        "can be said in a finding",
    ):
        assert words in alone.waiting_words
    # On every evening, and whoever else has how many ready.
    drafts(evening, 1, leader)
    assert read(EVENING - dt.timedelta(hours=9)).waiting_words == alone.waiting_words
    drafts(evening, 3, member_peer)
    assert standing_of(review, now=EVENING) == Standing.FEW
    assert read(EVENING).waiting_words == alone.waiting_words
    drafts(evening, 1, member_peer)
    assert standing_of(review, now=EVENING) == Standing.READY
    assert read(EVENING).waiting_words == alone.waiting_words


def test_ready_notes_that_are_too_few_are_deleted_after_the_visit(
    evening: list[Session], review: Review, leader: User, member_peer: User
) -> None:
    drafts(evening, 4, leader, member_peer)
    Review.objects.filter(pk=review.pk).update(stage=Stage.REPORTING)

    with mock.patch("scheduling.tasks.timezone.now", return_value=NIGHT):
        tasks.nightly("", Job(kind="scheduling.tasks.nightly", queued_at=NOW))

    assert NoteDraft.objects.count() == Note.objects.count() == 0


def test_a_late_note_takes_the_name_that_its_session_has(
    evening: list[Session],
    review: Review,
    manager: User,
    leader: User,
    member_peer: User,
) -> None:
    drafts(evening, 5, leader, member_peer)
    gather(review=review, by=leader, at=NOW)
    before = dict(review.sessions.values_list("pk", "told_as"))
    late = make_session(review, by=manager, source_class="P-HEALTH", peers=[leader])
    week.cancel_session(session=evening[1], by=manager, at=NOW)
    week.hold_session(session=evening[2], came=0, now=EVENING, by=leader, at=NOW)
    for session in (evening[0], late):
        drafts([session], 5, leader, member_peer)

    # That of the session that came later waits; nothing that was told changes (T29).
    assert gather(review=review, by=leader, at=NOW) == 5
    told = dict(review.sessions.values_list("pk", "told_as"))
    assert told == before | {late.pk: ""}
    assert {note.source_class for note in review.notes.all()} == {"C-PRAC"}


def test_what_notes_would_name_depends_on_no_note(
    evening: list[Session], review: Review, leader: User, member_peer: User
) -> None:
    """Windows and names are the timetable's; the control is a meeting more."""
    before = evening_of(review, now=EVENING, day=DAY_ZERO)
    drafts(evening, 7, leader, member_peer)
    drafts(evening[:1], 4, leader, ready=False)
    written = evening_of(review, now=EVENING, day=DAY_ZERO)
    gather(review=review, by=leader, at=NOW)
    gathered = evening_of(review, now=EVENING, day=DAY_ZERO)

    assert before.names == written.names == gathered.names
    assert before.new == written.new
    make_session(review, by=leader, peers=[leader])
    assert evening_of(review, now=EVENING, day=DAY_ZERO) != gathered


def test_at_night_only_reviews_on_site_or_after_are_gathered(
    evening: list[Session], leader: User, member_peer: User
) -> None:
    review = evening[0].review
    drafts(evening, 5, leader, member_peer)
    job = Job(kind="scheduling.tasks.nightly", queued_at=NOW)
    taken = []
    with mock.patch("scheduling.tasks.timezone.now", return_value=NIGHT):
        for stage in (3, 4):
            Review.objects.filter(pk=review.pk).update(stage=stage)
            tasks.nightly("", job)
            taken.append(Note.objects.count())
    assert taken == [0, 5]


def test_a_review_that_moved_on_twice_in_a_day_is_gathered_and_its_drafts_go(
    evening: list[Session], leader: User, member_peer: User
) -> None:
    review = evening[0].review
    drafts(evening, 5, leader, member_peer)
    make_draft(evening[0], leader, "Half a thought.", ready=False)
    Review.objects.filter(pk=review.pk).update(stage=6)

    with mock.patch("scheduling.tasks.timezone.now", return_value=NIGHT):
        tasks.nightly("", Job(kind="scheduling.tasks.nightly", queued_at=NOW))

    assert Note.objects.count() == 5
    assert NoteDraft.objects.count() == 0
    assert notebooks.names(review) == []


def test_notes_that_come_after_the_sources_went_are_deleted(
    evening: list[Session], leader: User, member_peer: User
) -> None:
    review = evening[0].review
    drafts(evening, 5, leader, member_peer)
    Review.objects.filter(pk=review.pk).update(stage=6)
    keystore.destroy(sources_key(review))

    with mock.patch("scheduling.tasks.timezone.now", return_value=NIGHT):
        tasks.nightly("", Job(kind="scheduling.tasks.nightly", queued_at=NOW))

    assert NoteDraft.objects.count() == Note.objects.count() == 0


@pytest.mark.parametrize("stage", [Stage.REPORTING, Stage.FEEDBACK])
def test_after_the_visit_drafts_that_were_never_ready_are_deleted(
    evening: list[Session], leader: User, stage: Stage
) -> None:
    make_draft(evening[0], leader, "Half a thought.", ready=False)
    Review.objects.filter(pk=evening[0].review_id).update(stage=stage)

    with mock.patch("scheduling.tasks.timezone.now", return_value=NIGHT):
        tasks.nightly("", Job(kind="scheduling.tasks.nightly", queued_at=NOW))

    assert NoteDraft.objects.count() == Note.objects.count() == 0
    assert notebooks.names(evening[0].review) == []


# --- mixed anew ------------------------------------------------------------------------------


def _places(review: Review) -> dict[UUID, int]:
    """Of each note by its place in the table."""
    place = "ctid::text" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT id FROM scheduling_note ORDER BY {place}")
        return {UUID(str(row[0])): n for n, row in enumerate(cursor.fetchall())}


def test_all_notes_get_new_ids_and_places_and_say_what_they_said(
    evening: list[Session], leader: User, member_peer: User
) -> None:
    review = evening[0].review
    drafts(evening, 30, leader, member_peer)
    gather(review=review, by=leader, at=NOW)
    first = {note.pk: bytes(note.__dict__["body"]) for note in review.notes.all()}
    boxes = {bytes(note.__dict__["source_box"]) for note in review.notes.all()}
    assert {pk.version for pk in first} == {4}
    for number in range(30):
        make_draft(evening[0], [leader, member_peer][number % 2], f"New {number}.")

    gather(review=review, by=leader, at=NOW)

    rows = list(review.notes.all())
    assert not first.keys() & {note.pk for note in rows}
    assert not set(first.values()) & {bytes(note.__dict__["body"]) for note in rows}
    assert not boxes & {bytes(note.__dict__["source_box"]) for note in rows}
    assert texts(review) == sorted(
        [f"Point {n}." for n in range(30)] + [f"New {n}." for n in range(30)]
    )
    # Old and new stand among each other: thirty of sixty in one half by chance is never seen.
    places = _places(review)
    early = sum(
        places[note.pk] < 30 for note in rows if note.said.text.startswith("New")
    )
    assert 3 < early < 27


def test_the_order_of_gathering_is_not_the_order_of_writing(
    evening: list[Session], leader: User, member_peer: User
) -> None:
    review = evening[0].review
    drafts(evening, 30, leader, member_peer)
    gather(review=review, by=leader, at=NOW)
    places = _places(review)
    rows = sorted(review.notes.all(), key=lambda note: places[note.pk])
    assert [note.said.text for note in rows] != [f"Point {n}." for n in range(30)]


def test_where_somebody_looked_is_not_told_after_the_next_gathering(
    evening: list[Session], leader: User, member_peer: User
) -> None:
    review = evening[0].review
    marked = "We were told that Marcus Penhale chairs every panel."
    make_notes(evening[0], [leader], [marked, f"{marked} Always.", f"{marked} Twice."])
    first, second, _ = review.notes.all()
    clear_note(note=first)
    seen = reading.fingerprint(second.said.text)
    redact_note(note=second, seen=seen, text="One person chairs.")

    drafts(evening, 5, leader, member_peer)
    gather(review=review, by=leader, at=NOW)

    states = [note.said.screening for note in review.notes.all()]
    assert sorted(states) == ["clear"] * 7 + ["marked"]


def test_excerpts_still_lead_to_their_notes_under_new_ids(
    evening: list[Session], review: Review, leader: User, member_peer: User
) -> None:
    make_notes(evening[0], [leader], ["Chairs read the reports.", "Cover is thin."])
    finding: Finding = make_finding(review, by=leader)
    for note in review.notes.all():
        Excerpt(
            finding=finding,
            review=review,
            evidence_key=str(note.pk),
            kind=Kind.NOTE,
            text=f"About: {note.said.text}",
            proposed_by=leader,
        ).save(force_insert=True)
    other = Excerpt(
        finding=finding, review=review, evidence_key="case 1", kind=Kind.CASE, text="C"
    )
    other.save(force_insert=True)
    old = set(review.excerpts.values_list("pk", flat=True))

    drafts(evening, 5, leader, member_peer)
    gather(review=review, by=leader, at=NOW)

    said = {str(note.pk): note.said.text for note in review.notes.all()}
    rows = list(review.excerpts.all())
    assert not old & {each.pk for each in rows}
    assert sorted(each.text for each in rows) == [
        "About: Chairs read the reports.",
        "About: Cover is thin.",
        "C",
    ]
    for each in rows:
        if each.kind == Kind.NOTE:
            assert each.text == f"About: {said[each.evidence_key]}"
            assert each.proposed_by == leader
        else:
            assert each.evidence_key == "case 1"


def test_who_looks_at_a_note_meanwhile_still_finds_it_by_its_words(
    evening: list[Session], review: Review, leader: User, member_peer: User
) -> None:
    [note] = make_notes(evening[0], [leader], ["Marcus Penhale chairs all."])
    seen = reading.fingerprint(note.said.text)
    drafts(evening, 5, leader, member_peer)
    gather(review=review, by=leader, at=NOW)

    with pytest.raises(MixedAnew):
        clear_note(note=note)
    found = reading.note_now(review, note.pk, seen)
    assert found is not None
    assert found.said.text == "Marcus Penhale chairs all."
    assert reading.note_now(review, note.pk, "") is None


def test_a_draft_that_comes_while_notes_are_sealed_is_not_lost(
    evening: list[Session], review: Review, leader: User, member_peer: User
) -> None:
    drafts(evening, 5, leader, member_peer)
    mixed = gathering.mixed_notes
    more = iter(range(2))

    def meanwhile(*given: Any) -> Any:
        found = mixed(*given)
        if next(more, None) is not None:
            make_draft(evening[0], leader, "Just now.")
        return found

    with mock.patch.object(gathering, "mixed_notes", meanwhile):
        number = gather(review=review, by=leader, at=NOW)

    assert number == 7
    assert texts(review).count("Just now.") == 2
    assert NoteDraft.objects.count() == 0


def test_a_gathering_that_breaks_leaves_all_as_it_was(
    evening: list[Session], review: Review, leader: User, member_peer: User
) -> None:
    make_notes(evening[0], [leader], ["Chairs read the reports."])
    before = set(review.notes.values_list("pk", flat=True))
    drafts(evening, 5, leader, member_peer)

    with (
        mock.patch("feedback.note_mixing.put", side_effect=RuntimeError),
        pytest.raises(RuntimeError),
    ):
        gather(review=review, by=leader, at=NOW)

    assert set(review.notes.values_list("pk", flat=True)) == before
    assert NoteDraft.objects.count() == 5


# --- notebooks and the trail --------------------------------------------------------------------


def test_the_days_notebook_dies_and_a_draft_kept_back_moves_to_the_next(
    evening: list[Session],
    leader: User,
    member_peer: User,
    django_capture_on_commit_callbacks: Commit,
) -> None:
    review = evening[0].review
    drafts(evening, 5, leader, member_peer)
    [kept] = drafts(evening, 1, leader, ready=False)
    today = notebooks.name(review, dt.date(2013, 2, 4))
    tomorrow = notebooks.name(review, dt.date(2013, 2, 5))
    assert notebooks.names(review) == [today]
    with django_capture_on_commit_callbacks(execute=True):
        gather(review=review, by=leader, at=NOW)
    assert notebooks.names(review) == [tomorrow]
    # It has another id and place too; whoever has it open finds it by its words.
    [moved] = NoteDraft.objects.all()
    assert moved.pk != kept.pk
    assert moved.one_time_key != kept.one_time_key
    assert notebooks.read(moved).text == "Point 0."
    member = review.memberships.select_related("review").get(user=leader)
    seen = reading.draft_fingerprint(notebooks.read(moved))
    assert reading.own_draft(member, kept.pk, seen) == moved
    assert reading.own_draft(member, kept.pk) is None
    other = review.memberships.select_related("review").get(user=member_peer)
    assert reading.own_draft(other, moved.pk, seen) is None


def test_a_draft_that_nobody_can_open_any_more_goes_when_the_page_turns(
    evening: list[Session], leader: User, member_peer: User
) -> None:
    review = evening[0].review
    yesterday = NOW - dt.timedelta(days=1)
    lost = make_draft(evening[0], leader, "Lost.", at=yesterday)
    keystore.destroy(lost.notebook)
    drafts(evening, 5, leader, member_peer)
    member = review.memberships.select_related("review").get(user=leader)
    assert reading.own_draft(member, uuid4(), "something else") is None

    assert gather(review=review, by=leader, at=NOW) == 5
    assert NoteDraft.objects.count() == 0


def test_a_draft_names_neither_its_writer_nor_its_day(
    evening: list[Session], leader: User, member_peer: User
) -> None:
    """A dump without keys tells how many drafts one person has, and no more."""
    review = evening[0].review
    rows = drafts(evening, 4, leader, member_peer)
    assert rows[0].locator == rows[2].locator != rows[1].locator
    day = dt.date(2013, 2, 4)
    for row in rows:
        stored = NoteDraft.objects.filter(pk=row.pk).values().get()
        told = " ".join(map(str, stored.values()))
        assert day.isoformat() not in told
        assert stored.keys() == {
            *("id", "review_id", "locator", "notebook", "body", "ready", "one_time_key")
        }
    next_day = day + dt.timedelta(days=1)
    assert notebooks.name(review, day) != notebooks.name(review, next_day)
    store = keystore._store()
    if isinstance(store, keystore.DirectoryStore):
        made = {file.stat().st_mtime for file in store.folder.glob("*.key")}
        assert made == {keystore._MADE}


# The night of the day of what people said, six weeks after the first of the visit.
DESTROYED = dt.datetime(2013, 3, 18, 2, tzinfo=dt.UTC)


def test_gathering_leaves_one_number_in_the_trail_in_a_night_after_on_site(
    evening: list[Session], leader: User, member_peer: User
) -> None:
    review = evening[0].review
    for _ in range(2):
        drafts(evening, 5, leader, member_peer)
        gather(review=review, by=leader, at=NOW)
    audit.close_days(before=dt.date(2013, 3, 1))
    told = AuditEvent.objects.filter(action__startswith="notes.")
    assert not told.exists()

    Review.objects.filter(pk=review.pk).update(stage=5)
    late = dt.datetime(2013, 2, 9, 2, tzinfo=dt.UTC)
    with mock.patch("scheduling.tasks.timezone.now", return_value=late):
        tasks.nightly("", Job(kind="scheduling.tasks.nightly", queued_at=NOW))

    assert {(e.action, e.count, e.on) for e in told} == {
        ("notes.gathered", 10, late.date()),
        ("notes.mixed", 2, late.date()),
    }
    event = told.get(action="notes.gathered")
    assert (event.at, event.actor_ref, event.actor_name, event.object_id) == (
        None,
        None,
        "",
        "",
    )
    assert not Job.objects.exists()

    # What is done with notes later waits for the day of the destruction.
    audit.record_speech("notes.redacted", review=review, on=None, count=1)
    for night in (dt.datetime(2013, 2, 10, 2, tzinfo=dt.UTC), DESTROYED):
        told_before = AuditEvent.objects.filter(action="notes.redacted").exists()
        assert not told_before
        with mock.patch("scheduling.tasks.timezone.now", return_value=night):
            tasks.nightly("", Job(kind="scheduling.tasks.nightly", queued_at=NOW))
    assert AuditEvent.objects.get(action="notes.redacted").on == DESTROYED.date()


def test_saving_a_draft_leaves_no_trace_in_the_trail(
    evening: list[Session], leader: User
) -> None:
    before = AuditEvent.objects.count()
    make_draft(evening[0], leader)
    assert AuditEvent.objects.count() == before
