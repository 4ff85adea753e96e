"""T31: the counter of sources answers no question that somebody makes up for it."""

import random
from itertools import combinations

import pytest

from feedback.domain import sources
from feedback.domain.findings import reject_excerpt
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


def rest_on(finding: Finding, keys: list[str], *, against: bool = False) -> Finding:
    for key in keys:
        Excerpt(
            finding=finding,
            review=finding.review,
            evidence_key=key,
            kind=Kind.NOTE,
            text="-",
            against=against,
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

    sources.triangulate(review=review)
    finding.refresh_from_db()
    assert finding.sources == Sources.ENOUGH

    # Somebody makes up another finding the day after, and asks again.
    other = make_finding(review, by=leader)
    rest_on(other, [str(note.pk) for note in review.notes.all()[:5]])
    sources.triangulate(review=review)
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


# --- notes that speak against a finding are counted on their own side -------------------------


def counted_of(finding: Finding) -> tuple[str, str]:
    """What was counted for it, and against it."""
    finding.refresh_from_db()
    return finding.sources, finding.sources_against


def by_words(review: Review) -> dict[str, str]:
    return {note.said.text: str(note.pk) for note in review.notes.all()}


def test_each_side_needs_five_notes_and_three_sessions_of_its_own(
    review: Review, evening: list[Session], leader: User
) -> None:
    said_in(evening, 5, leader)
    keys = by_words(review)

    def heard(sessions: list[Session], number: int) -> list[str]:
        texts = [f"session {s.pk}, note {n}" for n in range(5) for s in sessions]
        return [keys[text] for text in texts[:number]]

    spread, narrow = evening[:3], evening[3:5]
    only_for, only_against, mixed, thin = (
        make_finding(review, by=leader) for _ in range(4)
    )
    rest_on(only_for, heard(spread, 6))
    rest_on(only_against, heard(spread, 9), against=True)
    rest_on(rest_on(mixed, heard(narrow, 6)), heard(evening[5:], 5), against=True)
    # Four and four are eight notes of four sessions, and five on neither side.
    rest_on(rest_on(thin, heard(spread, 4)), heard(narrow, 4), against=True)
    due(review)

    sources.triangulate(review=review)

    assert counted_of(only_for) == (Sources.ENOUGH, Sources.UNKNOWN)
    assert counted_of(only_against) == (Sources.UNKNOWN, Sources.ENOUGH)
    assert counted_of(mixed) == (Sources.FEW, Sources.FEW)
    assert counted_of(thin) == (Sources.UNKNOWN, Sources.UNKNOWN)
    assert (only_against.source_classes, only_against.source_classes_against) == (0, 1)


@pytest.mark.parametrize("first_against", [False, True])
def test_what_was_counted_on_one_side_is_not_counted_again_on_the_other(
    review: Review, evening: list[Session], leader: User, *, first_against: bool
) -> None:
    """Else whoever puts the set, changed by a note, on the other side learns of that note."""
    said_in(evening, 5, leader)
    keys = by_words(review)
    first, second, third = (
        [keys[f"session {s.pk}, note {n}"] for n in range(5)] for s in evening[:3]
    )
    few = [*first[:3], *second[:3]]
    one, other = (make_finding(review, by=leader) for _ in range(2))
    rest_on(one, few, against=first_against)
    due(review)
    sources.triangulate(review=review)
    rest_on(other, [*few[1:], third[0]], against=not first_against)

    def told() -> tuple[str, str]:
        due(review)
        sources.triangulate(review=review)
        return counted_of(one)[first_against], counted_of(other)[not first_against]

    assert told() == (Sources.FEW, Sources.FEW)
    # The control: with a memory for each side the note of a third session would be told.
    review.findings.filter(pk=one.pk).delete()
    SourceCount.objects.filter(review=review).update(counted=b"")
    due(review)
    sources.triangulate(review=review)
    assert counted_of(other)[not first_against] == Sources.ENOUGH


def test_what_was_dropped_below_five_notes_is_forgotten_on_its_side_alone(
    review: Review, evening: list[Session], leader: User
) -> None:
    keys = list(said_in(evening, 2, leader))
    finding = make_finding(review, by=leader)
    rest_on(rest_on(finding, keys[:5]), keys[5:10], against=True)
    due(review)
    sources.triangulate(review=review)
    before = counted_of(finding)
    assert all(before)

    [first, *_] = finding.excerpts.filter(against=True)
    reject_excerpt(excerpt=first, at=NOW)

    assert counted_of(finding) == (before[0], Sources.UNKNOWN)


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


@pytest.mark.adversarial
def test_findings_made_up_for_both_their_sides_tell_no_pair_of_notes_apart(
    review: Review, evening: list[Session], leader: User
) -> None:
    """Both sides double what a night answers: of 42 findings, 84 sets with a pair in each."""
    rand = random.Random(32)
    where = said_in(evening, 8, leader)
    mixed = rand.sample(list(where), len(where))
    pairs = list(zip(mixed[::2], mixed[1::2], strict=True))
    few, before = [0] * len(pairs), [0] * len(pairs)
    for _ in range(2):
        asked = []
        for number in range(42):
            mine, theirs = number % 24, (number + 1 + number // 24) % 24
            fillers = rand.sample(
                [key for key in where if key not in (*pairs[mine], *pairs[theirs])], 6
            )
            finding = make_finding(review, by=leader)
            for against, pair in enumerate((mine, theirs)):
                group = [*pairs[pair], *fillers[3 * against : 3 * against + 3]]
                rest_on(finding, group, against=bool(against))
                before[pair] += len({where[key] for key in group[:3]}) >= 3
            asked.append((finding, mine, theirs))
        due(review)
        sources.triangulate(review=review)
        for finding, mine, theirs in asked:
            told_for, told_against = counted_of(finding)
            assert told_for
            assert told_against
            few[mine] += told_for == Sources.FEW
            few[theirs] += told_against == Sources.FEW
        review.findings.all().delete()

    truth = [where[one] == where[other] for one, other in pairs]
    guess = [each > sorted(few)[12] for each in few]
    right = sum(a == b for a, b in zip(guess, truth, strict=True))
    always = sum(not each for each in truth)
    assert right <= always + 3

    # The control: what was answered before, of any three notes.
    sure = [not each for each in before]
    assert sum(a == b for a, b in zip(sure, truth, strict=True)) >= 23
