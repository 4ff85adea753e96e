"""T49 and T37 of the close: stopped anywhere and taken up it ends once, and nothing of it opens."""

import dataclasses
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from questionnaires.models import Comment
from reviews.domain import destroying, samples
from reviews.domain.closing import confirm_close
from reviews.files import archive, store
from reviews.models import AccessRole, Closing, Review, User
from reviews.reading.records import going
from reviews.refusals import Refusal
from reviews.secrets import keystore, remnants
from scheduling.models import Note
from tests.adversarial import capture
from tests.adversarial.test_shred import copy, opens
from tests.make import make_membership, make_review, make_user
from tests.make_closing import LOCK, asked, close, confirmed, member_of
from tests.make_everything import Cast, make_everything

pytestmark = [pytest.mark.adversarial, pytest.mark.django_db(transaction=True)]


class Killed(BaseException):
    """As a worker that is killed: no handler of errors sees it."""


@dataclasses.dataclass
class Whole:
    """A review with one of everything, asked for and confirmed, and its two passphrases."""

    review: Review
    outer: str = ""
    inner: str = ""


@pytest.fixture
def whole() -> Whole:
    manager = make_user("Morgan Vale")
    review = make_review(manager=manager)
    leader = make_membership(review, AccessRole.TL).user
    peer = make_membership(review, AccessRole.P, role="OP").user
    make_all(Cast(review, manager, leader, peer))
    return Whole(review)


def make_all(cast: Cast) -> None:
    """One of everything but of the close, which is still to come."""
    make_everything(cast)
    destroying.archive_path(cast.review.closing).unlink()
    cast.review.closing.delete()
    cast.review.certificates.all().delete()
    cast.review.refresh_from_db()


def begin(whole: Whole) -> None:
    whole.outer = asked(whole.review)
    whole.inner = confirmed(whole.review)


@contextmanager
def killed_after(effects: int) -> Iterator[list[str]]:
    """The process dies once it has done so many things that last; says which."""
    done: list[str] = []

    def counted(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def does(*args: Any, **named: Any) -> Any:
            if len(done) >= effects:
                raise Killed
            made = real(*args, **named)
            done.append(name)
            if len(done) >= effects:
                raise Killed
            return made

        return does

    with pytest.MonkeyPatch.context() as patch:
        for place, name in (
            (keystore, "create"),
            (keystore, "destroy"),
            (store, "remove"),
            (remnants, "sweep"),
            (QuerySet, "delete"),
            (Closing, "save"),
            (Path, "replace"),
            (QuerySet, "create"),
        ):
            patch.setattr(place, name, counted(name, getattr(place, name)))
        yield done


def go_through(whole: Whole, *, most: int = 400) -> int:
    """Killed after one thing, taken up, killed after two, and so on; says how often."""
    for effects in range(1, most):
        try:
            with killed_after(effects):
                destroying.close(review=whole.review, at=timezone.now)
        except Killed:
            continue
        return effects - 1
    raise AssertionError("it never ended")


def faults_of(whole: Whole) -> list[str]:
    """Everything that a close must have done and has not."""
    review = whole.review
    closing = Closing.objects.get(review=review)
    found = []
    if closing.state != Closing.State.DONE:
        found.append("not done")
    for record in going():
        found += [f"{r.label} is left" for r in record.rows if r.of(review).exists()]
    left = {n for n in keystore.names() if n.startswith(f"review-{review.pk}-")}
    if left != {f"review-{review.pk}-report"}:
        found.append(f"keys: {sorted(left)}")
    if review.certificates.count() != 1:
        found.append("certificates")
    prints = [each["fingerprint"] for each in closing.keys]
    if len(prints) != len(set(prints)) or not {
        "What people said",
        "Uploaded documents",
    } <= {each["title"] for each in closing.keys}:
        found.append("keys on the certificate")
    folder = destroying.archive_path(closing).parent
    if [path.name for path in folder.iterdir()] != [f"{closing.pk.hex}.zip"]:
        found.append("archives")
    sealed = destroying.archive_path(closing).read_bytes()
    try:
        archive.opened(sealed, outer=whole.outer, inner=whole.inner)
    except Refusal:
        found.append("the archive does not open")
    return found


@pytest.mark.timeout(900)
def test_killed_at_any_point_it_ends_once_and_whole(whole: Whole) -> None:
    begin(whole)
    kills = go_through(whole)
    assert kills > 12
    assert faults_of(whole) == []


@pytest.mark.timeout(900)
def test_control_keys_that_go_before_they_are_written_down_are_missed(
    whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin(whole)
    save = Closing.save

    def forgets(self: Closing, *args: Any, **named: Any) -> None:
        if named.get("update_fields") != ["keys"]:
            save(self, *args, **named)

    monkeypatch.setattr(Closing, "save", forgets)
    go_through(whole)
    assert "keys on the certificate" in faults_of(whole)


def test_two_who_confirm_at_once_close_it_once(whole: Whole) -> None:
    asked(whole.review)
    second = make_membership(whole.review, AccessRole.AP, role="AP")
    people = [member_of(whole.review, AccessRole.TL), second]
    said: list[str] = []
    together = threading.Barrier(len(people))

    def press(number: int) -> None:
        member = (
            type(second)
            .objects.select_related("review", "user")
            .get(pk=people[number].pk)
        )
        together.wait()
        try:
            confirm_close(member=member, lock=LOCK, by=member.user, at=timezone.now())
            said.append("closed")
        except Refusal as refusal:
            said.append(type(refusal).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=press, args=[n]) for n in range(len(people))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["BegunAlready", "closed"]
    assert whole.review.jobs.filter(kind="reviews.tasks.close_review").count() == 1


def test_no_backup_of_before_opens_but_for_the_report(whole: Whole) -> None:
    """T37: every purpose that the close ends, with every key that lives afterwards."""
    backup = copy(whole.review)
    before = opens(backup)
    # The control: with the keys of that day everything opens.
    assert {"speech", "work", "people", "report"} <= before.keys()

    close(whole.review)

    after = opens(backup)
    assert after.keys() <= {"report", "secrets"}
    assert after["report"] == before["report"]


def test_samples_are_found_before_and_in_no_file_afterwards(whole: Whole) -> None:
    """What the product searches for, and the same in the raw files of either database."""
    begin(whole)
    capture_flush()
    taken = samples.take(whole.review)
    pieces = [bytes.fromhex(each) for each in taken]
    assert len(pieces) > 20
    assert any(piece.isascii() for piece in pieces), "some are words"
    sealed = [piece for piece in pieces if not piece.isascii()]
    # The control: what is sealed stands in the files while the review is open.
    assert samples.found_again([piece.hex() for piece in sealed]) == len(set(sealed))
    assert in_raw_files(sealed) > 0

    with capture.busy_neighbour():
        destroying.close(review=whole.review, at=timezone.now)

    assert samples.found_again(taken) == 0
    capture_flush()
    assert in_raw_files(pieces) == 0


def capture_flush() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            cursor.execute("CHECKPOINT")


def in_raw_files(pieces: list[bytes]) -> int:
    """Tables and, on SQLite, the log: PostgreSQL's keeps old pages until it is used again, and
    holds nothing that a key which lives could open."""
    raw = b"".join(capture.pages().values())
    return sum(piece in raw for piece in pieces)


def test_something_left_behind_stops_the_certificate(
    whole: Whole, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A trace of what was destroyed, wherever it came from: nobody signs that it is gone."""
    begin(whole)
    real = samples.take

    def leaves(review: Review) -> list[str]:
        # As if a word had been written to a table that stays.
        taken = real(review)
        word = "the night heron sings low above the weir"
        review.key_questions.create(number=9, text=f"{word} again")
        return [*taken, word.encode().hex()]

    monkeypatch.setattr(samples, "take", leaves)
    with pytest.raises(destroying.FoundAgain):
        destroying.close(review=whole.review, at=timezone.now)
    assert not whole.review.certificates.exists()
    whole.review.key_questions.filter(number=9).delete()
    destroying.close(review=whole.review, at=timezone.now)
    assert whole.review.certificates.count() == 1


@pytest.mark.parametrize("number", [0, 1])
def test_a_review_of_little_is_closed_as_one_of_much(number: int) -> None:
    manager = make_user("Morgan Vale")
    review = make_review(manager=manager)
    if number:
        make_membership(review, AccessRole.TL)
    assert close(review).state == Closing.State.DONE


def test_another_review_loses_nothing(whole: Whole) -> None:
    other_manager: User = make_user("Robin Hale")
    other = make_review(council="Ashmere Council", manager=other_manager)
    leader = make_membership(other, AccessRole.TL).user
    peer = make_membership(other, AccessRole.P, role="OP").user
    make_all(Cast(other, other_manager, leader, peer))
    backup = opens(copy(other))
    counts = {
        rows.label: rows.of(other).count() for record in going() for rows in record.rows
    }
    assert Note.objects.filter(review=other).exists()
    assert Comment.objects.filter(release__questionnaire__review=other).exists()

    close(whole.review)

    assert opens(copy(other)) == backup
    assert counts == {
        rows.label: rows.of(other).count() for record in going() for rows in record.rows
    }
