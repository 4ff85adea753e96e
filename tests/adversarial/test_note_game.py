"""T2: whoever carries off one dump at the end, or a dump each night and a look each evening,
does not lead notes to their sessions better than the class that they name does. Notes kept in
blocks of their evening under the class of a whole week, attacked by the same programs, are."""

import datetime as dt
import random
import secrets

import pytest
from django.utils import timezone

from reviews.domain import rehearsals
from reviews.models import Job, Review, Stage
from reviews.rules.chance import luck
from scheduling.models import Session
from scheduling.proof import game
from scheduling.proof.game import World
from scheduling.rules import note_attacks
from scheduling.rules.note_attacks import Heard, Row, Scores
from tests.sizes import examples

GAMES = examples(24)
pytestmark = [
    pytest.mark.adversarial,
    pytest.mark.django_db,
    pytest.mark.timeout(1800),
]


def make_world(like: Review) -> World:
    job = Job.objects.create(kind="-", queued_at=timezone.now())
    return game.make_world(rehearsals.make(like, job, stage=Stage.ON_SITE))


@pytest.fixture(scope="module")
def rand() -> random.Random:
    """Other weeks each time; the seed is printed where a test fails."""
    seed = secrets.randbelow(10**9)
    print("seed", seed)  # noqa: T201
    return random.Random(seed)


def test_no_program_leads_notes_to_sessions_better_than_luck(
    review: Review, rand: random.Random, capsys: pytest.CaptureFixture[str]
) -> None:
    ends, nights = Scores(), Scores()
    for _ in range(GAMES):
        played = game.play(make_world(review), rand)
        game.attack(played, ends, nights)
        # Nothing of a row can be found in the copy of the night before.
        assert played.found_again == 0
        assert not played.world.review.note_drafts.exists()
        _every_cell_is_enough(played.world)

    for name, scores in (("one dump at the end", ends), ("a dump each night", nights)):
        with capsys.disabled():
            print(  # noqa: T201 - the figure is the result
                f"\nT2, {name}: {scores.notes} notes, {len(scores.by_program)} programs,"
                f" the best led {scores.best:.1%} to their session, luck"
                f" {max(s.luck for s in scores.by_program.values()) / scores.notes:.1%}"
            )
        tries = 2 * len(scores.by_program)
        assert scores.smallest_cell >= 3
        for program, score in scores.by_program.items():
            assert score.right <= luck(score.luck, tries), program
            assert score.pairs_right <= luck(score.pairs_luck, tries), program
    # A look each evening tells more than one dump; neither pins anything.
    assert ends.best < 0.35
    assert nights.best < 0.5


def _every_cell_is_enough(world: World) -> None:
    cells: dict[tuple[dt.date, str], list[Session]] = {}
    told = dict(world.review.sessions.values_list("pk", "told_as"))
    for each in world.sessions:
        cells.setdefault((each.day, told[each.pk]), []).append(each)
    for sessions in cells.values():
        assert len(sessions) >= 3
        assert sum(each.people_expected for each in sessions) >= 5
        assert len({world.peers_of(each) for each in sessions}) >= 2


def test_kept_in_blocks_under_the_class_of_the_week_most_are_found(
    review: Review, rand: random.Random
) -> None:
    """The control: each evening's notes are added to those before, as it was once done."""
    scores = Scores()
    world = make_world(review)
    for _ in range(2):
        note_attacks.attack(scores, *game.naive(world, rand))
    assert scores.best > game.BROKEN
    assert scores.smallest_cell == 1


def test_with_author_and_time_nearly_all_are_found(
    review: Review, rand: random.Random
) -> None:
    """The control of before that: each note knew who wrote it, and when."""
    scores = Scores()
    world = make_world(review)
    rows, week = [], []
    for each in world.sessions:
        pair = world.peers_of(each)
        evening = world.days.index(each.day)
        label = f"{each.source_class} {sorted(pair)}"
        expected = float(game.usual(each))
        week.append(Heard(each.pk, label, evening, each.begins, pair, expected))
        rows += [
            Row(label, each.pk, {"time": (each.begins, number)}, evening)
            for number in range(max(1, game.usual(each) + rand.randint(-1, 1)))
        ]
    note_attacks.attack(scores, rows, week)
    assert scores.best > 0.9
