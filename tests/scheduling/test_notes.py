"""Notes: private until gathered, gathered only in company, and then nobody's."""

import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import models

from reviews.evidence_item import Polarity
from reviews.models import Review, Roster, User
from reviews.refusals import ChangedMeanwhile
from reviews.secrets import boxes, keystore
from scheduling import evidence, reading
from scheduling.domain.notes import (
    GatheredAlready,
    LookedAtAlready,
    MeetsNobody,
    TooLong,
    clear_note,
    delete_draft,
    redact_note,
)
from scheduling.models import Note, NoteDraft, Session, notebooks
from scheduling.rules import marks
from tests.make_scheduling import make_draft, make_notes, make_session

NHS = "943 476 5919"
Commit = Callable[..., Any]


@pytest.fixture
def group(review: Review, manager: User, leader: User, member_peer: User) -> Session:
    return make_session(review, by=manager, peers=[leader, member_peer])


@pytest.fixture
def week(review: Review, manager: User, group: Session) -> list[Session]:
    """Three sessions of one class: notes may name it."""
    return [group, *(make_session(review, by=manager) for _ in range(2))]


# --- what a row may hold (T3, T30) ------------------------------------------------------


def test_a_note_holds_no_person_or_time_and_its_session_sealed() -> None:
    assert [field.name for field in Note._meta.concrete_fields] == [
        "id",
        "review",
        "source_class",
        "body",
        "source_box",
    ]
    assert [field.name for field in NoteDraft._meta.concrete_fields] == [
        "id",
        "locator",
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


def test_the_session_of_a_note_opens_to_the_workers_half_alone(
    week: list[Session], leader: User
) -> None:
    """Nothing else of a row leads to its session, in clear or once it is unsealed."""
    sessions = {n: session for n, session in enumerate(week)}
    for number, session in sessions.items():
        make_draft(session, leader, f"Point {number}.")
    review, notes = week[0].review, make_notes(week[0], [leader], [])
    private = notebooks.private_half(review)
    public = keystore.read(notebooks.sources_key(review))

    for note in notes:
        session = sessions[int(note.said.text[-2])]
        assert notebooks.open_source(private, note.source_box) == session.pk
        with pytest.raises(boxes.CannotOpen):
            notebooks.open_source(public, note.source_box)
        assert note.said.as_list == [
            ["T4"],
            "strength",
            "4.2",
            Note.Screening.CLEAR,
            note.said.text,
        ]
    keystore.destroy(f"review-{review.pk}-sources")
    with pytest.raises(keystore.KeyGone):
        notebooks.private_half(review)


def test_notes_of_one_session_share_nothing_at_rest(
    week: list[Session], leader: User
) -> None:
    texts = [
        "Short.",
        "A much longer point. " * 40,
        *(f"Point {n}." for n in range(48)),
    ]
    notes = make_notes(week[0], [leader], texts)
    sealed = Note.objects.values_list("source_box", "body")
    # What they share is at the front: the form of the seal, and whose key it is.
    values = [bytes(each)[17:] for row in sealed for each in row]
    values += [note.source_box for note in notes]
    blocks = [
        each[start : start + 16]
        for each in values
        for start in range(0, len(each) - 15, 16)
    ]
    assert len(blocks) == len(set(blocks))
    assert len({len(bytes(body)) for _, body in sealed}) == 1
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
    make_notes(group, [leader], [])
    with pytest.raises(GatheredAlready):
        delete_draft(draft=draft)


# --- screening --------------------------------------------------------------------------


@pytest.fixture
def marked(week: list[Session], leader: User) -> Note:
    [note] = make_notes(
        week[0], [leader], ["We were told that Marcus Penhale chairs every panel."]
    )
    return note


def test_a_name_stays_hidden_after_the_roster_is_destroyed(marked: Note) -> None:
    Roster.objects.all().delete()

    [line] = reading.notes_of(marked.review).lines

    assert line.text == "[hidden]"


def test_a_name_is_hidden_until_somebody_has_looked(marked: Note) -> None:
    review = marked.review
    [line] = reading.notes_of(review).lines
    assert line.text == "We were told that [hidden] chairs every panel."
    assert evidence.evidence_for(review) == []
    clear_note(note=marked)
    [line] = reading.notes_of(review).lines
    assert line.text == "We were told that Marcus Penhale chairs every panel."


def test_two_people_clearing_at_once_the_second_is_told(marked: Note) -> None:
    clear_note(note=marked)
    with pytest.raises(LookedAtAlready):
        clear_note(note=marked)


def test_new_words_overwrite_and_may_not_name_anybody_either(marked: Note) -> None:
    seen = reading.fingerprint(marked.said.text)
    with pytest.raises(marks.NamesSomebody):
        redact_note(note=marked, seen=seen, text="Marcus Penhale chairs.")
    redact_note(note=marked, seen=seen, text="One person chairs.")
    with pytest.raises(ChangedMeanwhile):
        redact_note(note=marked, seen=seen, text="One chairs all.")
    [item] = evidence.evidence_for(marked.review)
    assert (item.text, item.polarity, item.themes, item.source_class) == (
        "One person chairs.",
        Polarity.STRENGTH,
        ("T4",),
        "Children's services practitioners and managers",
    )


def test_new_words_are_no_longer_than_a_note_may_be(marked: Note) -> None:
    """All notes have one length at rest."""
    seen = reading.fingerprint(marked.said.text)
    with pytest.raises(TooLong):
        redact_note(note=marked, seen=seen, text="“" * 1400)
