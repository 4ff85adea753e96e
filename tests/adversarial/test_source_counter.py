"""T31: the counter of sources answers no question that somebody makes up for it."""

import random
from itertools import combinations

import pytest

from feedback.domain import findings
from feedback.models import Excerpt, Finding
from reviews.evidence_item import Kind
from reviews.models import Review, User
from reviews.secrets import boxes, keystore
from scheduling import evidence
from scheduling.domain.gathering import gather
from scheduling.models import Note, Session, SourceCount, notebooks
from scheduling.rules import source_classes
from tests.make_feedback import make_finding
from tests.make_scheduling import NOW, make_draft, make_evening, make_notes

Sources = Finding.Sources


@pytest.fixture
def evening(
    review: Review, manager: User, leader: User, member_peer: User, analyst: User
) -> list[Session]:
    pairs = [[leader, member_peer], [member_peer, analyst], [leader, analyst]]
    return make_evening(review, by=manager, pairs=pairs * 2)


def due(review: Review) -> None:
    SourceCount.objects.update_or_create(review=review, defaults={"is_due": True})


def said_in(sessions: list[Session], each: int, by: User) -> dict[str, int]:
    """Notes, so many from each session: key by words, "session 3, note 2"."""
    for session in sessions:
        for number in range(each):
            make_draft(session, by, f"session {session.pk}, note {number}")
    return keys_of(make_notes(sessions[0], [by], []))


def keys_of(notes: list[Note]) -> dict[str, int]:
    return {str(note.pk): int(note.said.text.split()[1][:-1]) for note in notes}


def rest_on(finding: Finding, keys: list[str]) -> Finding:
    for key in keys:
        Excerpt(
            finding=finding,
            review=finding.review,
            evidence_key=key,
            kind=Kind.NOTE,
            text="-",
            cleared=True,
        ).save(force_insert=True)
    return finding


def count(review: Review, *groups: list[str]) -> list[evidence.Strength | None]:
    due(review)
    found = evidence.strengths(review, dict(enumerate(groups)))
    return [found.get(number) for number in range(len(groups))]


def test_with_fewer_than_five_notes_nothing_is_said(
    review: Review, evening: list[Session], leader: User
) -> None:
    keys = list(said_in(evening, 1, leader))
    for number in (0, 2, 4):
        assert count(review, keys[:number]) == [None]
    assert count(review, keys[:5]) == [evidence.Strength(enough=True, classes=1)]


def test_five_notes_of_two_sessions_are_few(
    review: Review, evening: list[Session], leader: User
) -> None:
    assert count(review, list(said_in(evening[:2], 3, leader))) == [
        evidence.Strength(enough=False, classes=1)
    ]


def test_it_is_counted_once_in_the_night_after_a_gathering_and_at_no_other_time(
    review: Review, evening: list[Session], leader: User, member_peer: User
) -> None:
    assert not evidence.is_count_due(review)
    with pytest.raises(evidence.NotDue):
        evidence.strengths(review, {})
    for number in range(6):
        by = [leader, member_peer][number % 2]
        make_draft(evening[number % 3], by, f"Point {number}.")
    assert gather(review=review, by=leader, at=NOW) == 6
    finding = make_finding(review, by=leader)
    rest_on(finding, [str(note.pk) for note in review.notes.all()])

    findings.triangulate(review=review)
    finding.refresh_from_db()
    assert finding.sources == Sources.ENOUGH

    # Somebody makes up another finding the day after, and asks again.
    other = make_finding(review, by=leader)
    rest_on(other, [str(note.pk) for note in review.notes.all()[:5]])
    findings.triangulate(review=review)
    other.refresh_from_db()
    assert other.sources == Sources.UNKNOWN
    with pytest.raises(evidence.NotDue):
        evidence.strengths(review, {})


def test_after_eight_times_nothing_is_counted(
    review: Review, evening: list[Session], leader: User
) -> None:
    keys = list(said_in(evening, 1, leader))
    for _ in range(evidence.MOST_RUNS):
        assert count(review, keys)[0] is not None
    with pytest.raises(evidence.NotDue):
        count(review, keys)


def test_a_set_changed_by_a_note_or_two_keeps_its_answer(
    review: Review, evening: list[Session], leader: User
) -> None:
    """Else two findings that differ by one note would tell where that note was heard."""
    said_in(evening, 5, leader)
    first, second, third = (
        [f"session {s.pk}, note {n}" for n in range(5)] for s in evening[:3]
    )

    def keys(*texts: str) -> list[str]:
        now = {note.said.text: str(note.pk) for note in review.notes.all()}
        return [now[text] for text in texts]

    few = [*first[:3], *second[:3]]
    more = [keys(*few, *third[:number]) for number in range(4)]
    told = count(review, *more)
    assert [each and each.enough for each in told] == [False, False, False, True]
    # Also on another evening, when all notes have other ids.
    make_notes(evening[0], [leader], ["session 0, note 0"])
    again = count(review, keys(*few[1:], third[0]))
    assert again == [evidence.Strength(enough=False, classes=1)]
    assert len(_kept(review)) == 2


def _kept(review: Review) -> list[object]:
    private = notebooks.private_half(review)
    row = SourceCount.objects.get(review=review)
    return list(notebooks.open_counted(private, row.counted))


def test_what_was_counted_dies_with_the_key_of_the_sources(
    review: Review, evening: list[Session], leader: User
) -> None:
    keys = list(said_in(evening, 2, leader))
    count(review, keys)
    row = SourceCount.objects.get(review=review)
    length = len(bytes(row.counted))
    count(review, keys[:6])
    row.refresh_from_db()
    assert len(bytes(row.counted)) == length
    keystore.destroy(f"review-{review.pk}-sources")
    due(review)

    assert not evidence.is_count_due(review)
    public = keystore.read(f"review-{review.pk}-sources-public")
    with pytest.raises(boxes.CannotOpen):
        notebooks.open_counted(public, row.counted)
    with pytest.raises(boxes.CannotOpen):
        notebooks.open_source(public, review.notes.all()[0].source_box)


def test_of_classes_only_what_the_notes_say_is_counted(
    review: Review, evening: list[Session], leader: User
) -> None:
    """A session's own class is finer, and would name what was folded."""
    codes = ["C-PRAC", "WORK", "P-HEALTH", "P-JUST", "FAMILY", "C-LEAD"]
    for session, code in zip(evening, codes, strict=True):
        review.sessions.filter(pk=session.pk).update(source_class=code, told_as="ALL")
    folded = list(said_in(evening, 1, leader))
    assert count(review, folded) == [evidence.Strength(enough=True, classes=0)]

    told = ["COUNCIL", "C-FRONT", "OUT", "PARTNER", "FAMILY", "ALL"]
    for note, code in zip(review.notes.all(), told, strict=True):
        review.notes.filter(pk=note.pk).update(source_class=code)
    # Front line within the council; partners and families apart; the rest hold these.
    [found] = count(review, [str(note.pk) for note in review.notes.all()[:6]])
    assert found is not None
    assert source_classes.groups_apart(told, review.pack.source_classes) == 3


# --- forty-two findings made up for it -------------------------------------------------------


@pytest.mark.adversarial
def test_made_up_findings_tell_no_pair_of_notes_apart(
    review: Review, evening: list[Session], leader: User
) -> None:
    """For a pair of notes somebody makes findings of the pair and three others, over and over.

    Each answer is a word on five notes. With a pair of one session "few" is a little likelier; the
    attacker says "same" where more of them were few than for half of the pairs.
    """
    rand = random.Random(31)
    where = said_in(evening, 8, leader)
    everything = list(where)
    pairs = rand.sample(list(combinations(everything, 2)), 24)
    groups = [
        [*pair, *rand.sample([k for k in everything if k not in pair], 3)]
        for pair in pairs
        for _ in range(7)
    ]
    told: list[evidence.Strength | None] = []
    for start in range(0, len(groups), 42):
        told += count(review, *groups[start : start + 42])
    score = [
        sum(each is not None and not each.enough for each in told[7 * n : 7 * n + 7])
        for n in range(len(pairs))
    ]
    truth = [where[first] == where[second] for first, second in pairs]
    guess = [each > sorted(score)[12] for each in score]
    right = sum(a == b for a, b in zip(guess, truth, strict=True))
    # Who always says "another session" is right for 5 of 6; nobody is much better.
    always = sum(not each for each in truth)
    assert right <= always + 3

    # The control: what was answered before, of any three notes.
    before = [len({where[key] for key in group[:3]}) >= 3 for group in groups]
    sure = [not any(before[7 * n : 7 * n + 7]) for n in range(len(pairs))]
    assert sum(a == b for a, b in zip(sure, truth, strict=True)) >= 23
