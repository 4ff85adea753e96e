"""Each step of a close, where it is stopped, done twice or finds what should be gone."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
import time_machine
from django.db.models import ProtectedError, QuerySet
from django.utils import timezone
from django.utils.module_loading import import_string

from reviews import background
from reviews.background import TaskFailed
from reviews.domain import certifying, destroying, dying_keys, samples
from reviews.domain.archiving import archived
from reviews.domain.certifying import statement_of
from reviews.domain.destroying import FoundAgain
from reviews.domain.mistakes import clear
from reviews.domain.review import planned_moves
from reviews.models import (
    AccessRole,
    Agency,
    Closing,
    Hypothesis,
    Job,
    Review,
    Stage,
    User,
)
from reviews.pages import say
from reviews.rules import certificates
from reviews.secrets import keystore
from reviews.secrets.sealing import key_name
from scheduling.models import Session
from tests.make import make_membership, move
from tests.make_casemapping import make_case
from tests.make_closing import asked, close, confirmed, member_of, work
from tests.make_feedback import make_agreed
from tests.make_scheduling import make_notes, make_session


def under_way(review: Review) -> Closing:
    asked(review)
    confirmed(review)
    return Closing.objects.get(review=review)


def test_a_close_that_nobody_confirmed_does_nothing(review: Review) -> None:
    keys = keystore.names()
    destroying.close(review=review, at=timezone.now)
    asked(review)

    destroying.close(review=review, at=timezone.now)

    assert set(keystore.names()) >= set(keys)
    assert Closing.objects.get(review=review).step == ""


def test_a_key_is_written_down_once_however_often_its_step_is_begun(
    review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed between the list of the keys and the first that goes."""
    closing = under_way(review)
    with monkeypatch.context() as patched:

        def killed(name: str) -> None:
            if "archive" not in name:
                raise KeyboardInterrupt

        patched.setattr(keystore, "destroy", killed)
        with pytest.raises(KeyboardInterrupt):
            destroying.close(review=review, at=timezone.now)
    closing.refresh_from_db()
    noted = closing.keys
    assert (closing.step, bool(noted)) == ("archived", True)

    done = work(review)

    assert done.state == Closing.State.DONE
    assert done.keys == noted


def test_rows_that_nothing_frees_stop_the_close(
    review: Review, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way(review)
    monkeypatch.setattr(destroying, "clear", lambda rows: False)
    with pytest.raises(TaskFailed, match="ROWS_PROTECTED"):
        destroying.close(review=review, at=timezone.now)
    assert Closing.objects.get(review=review).step == "files"


def test_rows_that_protect_one_another_go_in_rounds(
    review: Review, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    leader = make_membership(review, AccessRole.TL).user
    session = make_session(review, by=manager, peers=[leader])
    rooms = review.rooms.filter(pk=session.room_id)
    sessions = Session.objects.filter(pk=session.pk)

    assert clear([rooms, sessions])
    assert not rooms.exists()
    assert not sessions.exists()

    def never(rows: QuerySet[Agency]) -> None:
        raise ProtectedError("held", set())

    agencies = review.agencies.all()
    monkeypatch.setattr(QuerySet, "delete", never)
    assert not clear([agencies])


def test_what_is_found_again_stops_it_and_the_rows_go_once_more(
    review: Review, monkeypatch: pytest.MonkeyPatch
) -> None:
    under_way(review)
    with monkeypatch.context() as patched:
        patched.setattr(samples, "found_again", lambda values: 1)
        with pytest.raises(FoundAgain, match="No certificate is written"):
            destroying.close(review=review, at=timezone.now)
    assert Closing.objects.get(review=review).step == "rows"
    assert not review.certificates.exists()

    destroying.close(review=review, at=timezone.now)

    assert review.certificates.count() == 1


def test_a_certificate_is_made_once(review: Review) -> None:
    closing = close(review)
    [first] = review.certificates.all()

    again = certifying.certify(closing, "interim", at=timezone.now())

    assert again.pk == first.pk
    assert review.certificates.count() == 1


def test_samples_are_pieces_of_seals_and_of_words(
    review: Review, manager: User
) -> None:
    """What opens no more has its seal as a sample, and what is short has none of its words."""
    words = "Thresholds are understood by schools and by health"
    for number, text in enumerate((words, "Short"), start=1):
        Hypothesis.objects.create(review=review, number=number, theme="T1", text=text)
    found = samples.take(review)
    assert any(
        bytes.fromhex(piece).decode(errors="replace") in words for piece in found
    )

    keystore.destroy(key_name("work", review.pk))

    sealed = samples.take(review)
    assert sealed
    assert not any(
        bytes.fromhex(piece).decode(errors="replace") in words for piece in sealed
    )
    assert list(samples._middle(b"short")) == []


def test_a_review_without_keys_has_none_to_lose(review: Review) -> None:
    for name in keystore.names():
        keystore.destroy(name)
    dying_keys.destroy_due(at=timezone.now() + dt.timedelta(days=4000))
    assert keystore.names() == []


def test_a_visit_that_stays_moves_no_day_of_destruction(review: Review) -> None:
    def said(day: dt.date) -> str:
        found = planned_moves(review=review, day_zero=day)
        return " ".join(each.sentence for each in found.lines)

    assert "on which what people say is destroyed" not in said(review.day_zero)
    assert "on which what people say is destroyed" in said(
        review.day_zero + dt.timedelta(days=7)
    )


def test_the_certificate_of_an_early_close_names_no_day_that_is_to_come(
    review: Review,
) -> None:
    at = timezone.make_aware(
        dt.datetime.combine(review.words_until - dt.timedelta(days=3), dt.time(12))
    )
    with time_machine.travel(at, tick=False):
        closing = close(review, at=at)

    said = {each["title"]: each["count"] for each in closing.destroyed}
    assert said["Notes from sessions"] == "fewer than 10"
    assert not any(count.startswith("went on") for count in said.values())


def test_the_certificate_names_what_went_on_its_day_before_the_close(
    review: Review, manager: User
) -> None:
    """The usual case: what people said goes six weeks after the visit, and the close comes later."""
    leader = make_membership(review, AccessRole.TL).user
    session = make_session(review, by=manager, peers=[leader, manager])
    make_notes(session, [leader, manager], [f"Heard {n}." for n in range(12)])
    spoken = keystore.fingerprint(key_name("speech", review.pk))
    move(review, Stage.FEEDBACK)
    for name in background.NIGHTLY:
        import_string(name)("", Job(kind=name, queued_at=timezone.now()))
    assert not review.notes.exists()
    assert not keystore.exists(key_name("speech", review.pk))

    closing = close(review)

    said = {each["title"]: each["count"] for each in closing.destroyed}
    assert said["Notes from sessions"] == f"went on {say.day(review.words_until)}"
    assert said["Messages"].startswith(("about", "fewer"))
    keys = {each["fingerprint"]: each for each in closing.keys}
    assert keys[spoken]["title"] == "What people said"
    assert len(keys) == len(closing.keys)
    # Its own day, not the close's.
    assert {each["destroyed_at"] for each in closing.keys} > {
        keys[spoken]["destroyed_at"]
    }
    page = certificates.page(
        statement_of(closing, "interim", number="1", at=timezone.now())
    )
    assert "What people said" in str(page)


# --- a full disk ----------------------------------------------------------------------------------


def test_a_full_disk_stops_it_and_all_that_the_archive_is_to_hold_is_still_there(
    review: Review, manager: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_agreed(review, by=manager)
    make_case(review, by=manager)
    leader = member_of(review, AccessRole.TL).user
    session = make_session(review, by=manager, peers=[leader, manager])
    make_notes(session, [leader, manager], ["One", "Two", "Three", "Four", "Five"])
    asked(review)
    confirmed(review)
    with monkeypatch.context() as patched:

        def full(*values: object) -> None:
            raise OSError(28, "No space left on device")

        patched.setattr(Path, "replace", full)
        done = work(review)
    assert done.step == "counted"
    assert done.job is not None
    assert "disk may be full" in done.job.sentence
    assert keystore.exists(key_name("people", review.pk))
    folder = destroying.archive_path(done).parent
    assert list(folder.iterdir()) == []

    # Each night what is due goes, and nothing that the archive holds.
    before = archived_but_for_the_trail(review)
    assert review.notes.exists()
    with monkeypatch.context() as patched:
        patched.setattr(destroying, "go_on", lambda **values: None)
        for name in background.NIGHTLY:
            import_string(name)("", Job(kind=name, queued_at=timezone.now()))
    assert not review.notes.exists()
    assert archived_but_for_the_trail(review) == before
    assert b"CM-01" not in before["cases.json"]
    assert json.loads(before["cases.json"]) == {"cases mapped": 1}

    destroying.nightly(at=timezone.now())
    assert work(review).state == Closing.State.DONE


def archived_but_for_the_trail(review: Review) -> dict[str, bytes]:
    return {
        name: content
        for name, content in archived(Review.objects.get(pk=review.pk)).items()
        if name != "trail.json"
    }
