"""The attack programs find what there is to find, and do no better than chance where there is nothing."""

import random
from collections.abc import Sequence

import pytest

from questionnaires.proof import naive
from questionnaires.rules import attacks
from questionnaires.rules.attacks import TRUTH, Kind, Match, Row, Score
from reviews.rules import chance


def rows(column: str, values: Sequence[object], truth: list[int]) -> list[Row]:
    return [
        {column: value, TRUTH: owner}
        for value, owner in zip(values, truth, strict=True)
    ]


def test_two_orders_that_agree_are_joined_forwards_and_backwards() -> None:
    owners = random.sample(range(20), 20)
    people = rows(attacks.VISIT, list(range(20)), owners)
    same = rows("id", list(range(20)), owners)
    turned = rows("id", list(range(20, 0, -1)), owners)

    for answers in (same, turned):
        score = Score()
        score.add(people, answers)
        assert score.best[1] == 20


def test_blind_guesses_are_right_about_once_a_game_and_stay_within_luck() -> None:
    score = Score()
    for _ in range(200):
        people = rows("id", random.sample(range(99), 20), list(range(20)))
        answers = rows("id", random.sample(range(99), 20), list(range(20)))
        score.add(people, answers)

    _, best = score.best

    assert score.expected == 200
    assert 140 < best <= score.limit < 270


def test_a_column_that_is_the_same_for_all_is_nothing_to_go_by() -> None:
    people = rows(attacks.LOG_LINE, [-1] * 20, list(range(20)))
    answers = rows("id", list(range(20)), list(range(20)))

    assert attacks.programs(people, answers) == []


def test_a_column_that_has_no_order_is_nothing_to_go_by() -> None:
    """Words among numbers; the control is the same column with numbers alone."""
    answers = rows("id", list(range(20)), list(range(20)))
    mixed = rows("size", [*range(19), "large"], list(range(20)))
    numbers = rows("size", list(range(20)), list(range(20)))

    assert attacks.programs(mixed, answers) == []
    assert len(attacks.programs(numbers, answers)) == 2


@pytest.mark.parametrize("mean", [0.0, 1.0, 200.0, 700.0, 1_000.0, 20_000.0])
def test_luck_has_a_limit_however_many_games_were_played(mean: float) -> None:
    """About as far from the mean as a Poisson number strays once in a million."""
    limit = chance.poisson_quantile(mean, 1 - 1e-6)

    assert mean + 4.5 * mean**0.5 <= limit <= mean + 5 * mean**0.5 + 5


def test_ties_are_not_broken_by_the_referees_own_order() -> None:
    """Everybody was counted in on one of two nights: that alone finds nobody."""
    people = rows(attacks.COPY, [0] * 10 + [1] * 10, list(range(20)))
    answers = rows("id", list(range(20)), list(range(20)))
    score = Score()
    for _ in range(100):
        score.add(people, answers)

    # Half the room is right for each person, so a guess is right twice a game, never twenty times.
    assert score.best[1] < 300


@pytest.mark.parametrize(
    ("mine", "theirs", "target", "kind"),
    [
        ("link_hash", "id", "", Kind.KEY),
        (attacks.HIDDEN_ORDER, "id", "", Kind.ORDER),
        (attacks.HIDDEN_XMIN, "id", "", Kind.TRANSACTION),
        (attacks.VISIT, attacks.HIDDEN_ORDER, "", Kind.TIME),
        ("id", "length of closed", "", Kind.LENGTH),
        ("id", "id", Kind.PAIR, Kind.PAIR),
    ],
)
def test_each_program_is_counted_under_what_it_goes_by(
    mine: str, theirs: str, target: str, kind: Kind
) -> None:
    assert Match(mine, theirs, False, target).kind == kind


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_every_kind_of_attack_breaks_the_naive_design() -> None:
    ticks, words, pairs = Score("answers"), Score("comments"), Score(Kind.PAIR)
    with naive.tables():
        for _ in range(3):
            sides = naive.play(20)
            ticks.add(sides.people, sides.answers)
            words.add(sides.people, sides.comments)
            pairs.add(sides.answers, sides.comments)

    best = {
        kind: each.best for kind, each in attacks.by_kind((ticks, words, pairs)).items()
    }

    assert best == dict.fromkeys(set(Kind) - {Kind.SEARCH}, 60)
    assert sides.found == sides.words
