"""How long a gathering keeps others from writing, and what they do meanwhile."""

from collections.abc import Callable, Iterator
from typing import Any
from unittest import mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from feedback.domain import findings
from feedback.models import Excerpt, Finding
from feedback.reading import evidence_of
from reviews.models import Review, User
from reviews.secrets import sealed_rows, sealing
from scheduling.domain import gathering
from scheduling.domain.gathering import gather
from scheduling.domain.notes import mark_ready, redact_note
from scheduling.models import NoteDraft, Session
from scheduling.reading import fingerprint
from tests.make_feedback import make_excerpt, make_finding, make_item
from tests.make_scheduling import NOW, make_draft, make_evening, make_notes

MARKED = "We were told that Marcus Penhale chairs every panel."


@pytest.fixture
def evening(
    review: Review, manager: User, leader: User, member_peer: User, analyst: User
) -> list[Session]:
    pairs = [[leader, member_peer], [member_peer, analyst], [leader, analyst]]
    return make_evening(review, by=manager, pairs=pairs)


@pytest.fixture
def finding(review: Review, leader: User) -> Finding:
    return make_finding(review, by=leader)


def write(evening: list[Session], number: int, *peers: User) -> None:
    for each in range(number):
        session, peer = evening[each % 3], peers[each % len(peers)]
        make_draft(session, peer, f"Point {each}.")


def use(finding: Finding, number: int) -> None:
    """So many more notes under a finding."""
    used = finding.excerpts.values_list("evidence_key", flat=True)
    fresh = [note for note in finding.review.notes.all() if str(note.pk) not in used]
    for note in fresh[:number]:
        Excerpt(
            finding=finding,
            review=finding.review,
            evidence_key=str(note.pk),
            kind="note",
            text="-",
            cleared=True,
        ).save(force_insert=True)


@pytest.fixture
def statements() -> Iterator[Callable[[], int]]:
    """The statements of a gathering's transaction, from the moment at which it has its lock."""
    begun: list[int] = []
    write_all = gathering._write
    with CaptureQueriesContext(connection) as captured:

        def writing(*given: Any, **named: Any) -> int:
            begun.append(len(captured))
            return write_all(*given, **named)

        with mock.patch.object(gathering, "_write", writing):
            yield lambda: len(captured) - begun[-1]


def test_a_hundred_times_the_notes_are_as_many_statements(
    evening: list[Session],
    finding: Finding,
    leader: User,
    member_peer: User,
    statements: Callable[[], int],
) -> None:
    def gathered(new: int) -> int:
        write(evening, new, leader, member_peer)
        assert gather(review=finding.review, by=leader, at=NOW) == new
        return statements()

    gathered(5)
    use(finding, 3)
    few = gathered(5)
    make_notes(evening[0], [leader], [f"Point {n}." for n in range(300)])
    use(finding, 100)
    many = gathered(60)
    assert many == few
    assert finding.review.notes.count() == 370

    # The control: row by row, it shows.
    def one_by_one(self: sealed_rows.SealedRows) -> None:
        with connection.cursor() as cursor:
            for row in self.values:
                cursor.execute(
                    f"INSERT INTO {self._table} ({self._columns}) VALUES ({self._places})",
                    row,
                )

    with mock.patch.object(sealed_rows.SealedRows, "insert", one_by_one):
        assert gathered(5) > few + 300


def test_no_note_and_no_excerpt_is_sealed_or_opened_while_others_wait(
    evening: list[Session], finding: Finding, leader: User, member_peer: User
) -> None:
    make_notes(evening[0], [leader], ["Cover is thin.", "Chairs read the reports."])
    use(finding, 2)
    write(evening, 6, leader, member_peer)
    done: list[str] = []

    def counted(name: str) -> Any:
        whole = getattr(sealing, name)

        def counting(*given: Any, **named: Any) -> Any:
            done.append(name)
            return whole(*given, **named)

        return mock.patch.object(sealing, name, counting)

    inside: list[int] = []
    write_all = gathering._write

    def writing(*given: Any, **named: Any) -> int:
        before = len(done)
        number = write_all(*given, **named)
        inside.append(len(done) - before)
        return number

    with (
        counted("seal"),
        counted("unseal"),
        mock.patch.object(gathering, "_write", writing),
    ):
        gather(review=finding.review, by=leader, at=NOW)
        assert inside == [0]
        # The control: before it, each was, once for each of its sealed columns at least.
        assert done.count("seal") > 8 + 2
        assert done.count("unseal") > 4


# --- what others do while notes are sealed ------------------------------------------------------


def meanwhile(act: Callable[[], object]) -> Any:
    """``act`` is done once, after all was read and before the lock is taken."""
    whole = gathering._rewritten
    todo = [act]

    def rewriting(*given: Any) -> Any:
        found = whole(*given)
        while todo:
            todo.pop()()
        return found

    return mock.patch.object(gathering, "_rewritten", rewriting)


def test_an_excerpt_that_is_proposed_cleared_or_taken_away_meanwhile_is_so_afterwards(
    evening: list[Session],
    review: Review,
    finding: Finding,
    leader: User,
    member_peer: User,
) -> None:
    make_notes(evening[0], [leader], ["Cover is thin.", "Chairs read the reports."])
    kept, gone = (
        make_excerpt(finding, by=member_peer, item=item) for item in evidence_of(review)
    )

    def act() -> None:
        findings.clear_excerpt(excerpt=kept, by=leader, at=NOW)
        findings.reject_excerpt(excerpt=gone, at=NOW)
        item = make_item(key="another piece")
        make_excerpt(finding, by=leader, item=item, text="Just now.")

    write(evening, 5, leader, member_peer)
    with meanwhile(act):
        assert gather(review=review, by=leader, at=NOW) == 5

    rows = {each.words: each for each in finding.excerpts.all()}
    assert len(rows) == 2
    now = rows["Just now."]
    assert (now.cleared, now.proposed_by) == (False, leader)
    cleared = rows[kept.words]
    assert (cleared.cleared, cleared.proposed_by) == (True, None)
    said = {str(note.pk): note.said.text for note in review.notes.all()}
    assert said[cleared.evidence_key] in ("Cover is thin.", "Chairs read the reports.")


def test_a_finding_that_is_removed_meanwhile_takes_its_excerpts_with_it(
    evening: list[Session],
    review: Review,
    finding: Finding,
    leader: User,
    member_peer: User,
) -> None:
    make_notes(evening[0], [leader], ["Cover is thin."])
    use(finding, 1)
    write(evening, 5, leader, member_peer)

    with meanwhile(lambda: findings.remove_finding(finding=finding, by=leader, at=NOW)):
        assert gather(review=review, by=leader, at=NOW) == 5

    assert not review.excerpts.exists()


def test_words_that_are_taken_out_of_a_note_meanwhile_do_not_come_back(
    evening: list[Session], review: Review, leader: User, member_peer: User
) -> None:
    [note] = make_notes(evening[0], [leader], [MARKED])
    seen = fingerprint(note.said.text)
    write(evening, 5, leader, member_peer)

    with meanwhile(lambda: redact_note(note=note, seen=seen, text="One chairs all.")):
        assert gather(review=review, by=leader, at=NOW) == 5

    texts = [each.said.text for each in review.notes.all()]
    assert "One chairs all." in texts
    assert MARKED not in texts


def test_a_draft_that_is_kept_back_meanwhile_stays_its_writers(
    evening: list[Session], review: Review, leader: User, member_peer: User
) -> None:
    write(evening, 6, leader, member_peer)
    [one, *_] = review.note_drafts.all()

    with meanwhile(lambda: mark_ready(draft=one, ready=False)):
        assert gather(review=review, by=leader, at=NOW) == 5

    assert review.notes.count() == 5
    assert [each.ready for each in NoteDraft.objects.all()] == [False]


def test_a_gathering_that_is_overtaken_each_time_holds_the_review_from_its_start(
    evening: list[Session], review: Review, leader: User, member_peer: User
) -> None:
    write(evening, 5, leader, member_peer)
    # As if others wrote between any two looks; within the lock nobody can.
    marks = [bytes([number]) for number in range(9)]
    with mock.patch.object(gathering, "_mark", side_effect=marks) as looked:
        assert gather(review=review, by=leader, at=NOW) == 5
    assert looked.call_count == 2 * (gathering._TRIES - 1) + 1
    assert review.notes.count() == 5
