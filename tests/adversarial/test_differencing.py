"""T21: whatever is read in whatever order, sums and differences are about k people or nobody.

T20, the partition itself, and T22, the values inside a group, are in ``test_disclosure.py`` and
``test_published_values.py``.
"""

import random
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from questionnaires.rules import disclosure
from questionnaires.rules.disclosure import Atom, Node
from tests.adversarial.differencing import (
    Analyst,
    determined,
    found_out,
    leaves_of,
    tree,
)
from tests.sizes import examples

SLOW = [HealthCheck.too_slow, HealthCheck.filter_too_much]


class TestAnEvening(Analyst.TestCase):  # type: ignore[valid-type,misc]
    """Small, in the daily tests."""

    settings = settings(
        max_examples=25,
        stateful_step_count=10,
        deadline=None,
        suppress_health_check=SLOW,
    )


@pytest.mark.adversarial
@pytest.mark.timeout(600)
class TestAWeek(Analyst.TestCase):  # type: ignore[valid-type,misc]
    settings = settings(
        max_examples=examples(150),
        stateful_step_count=20,
        deadline=None,
        suppress_health_check=SLOW,
    )


def test_the_control_an_analyst_finds_who_was_only_hidden(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The same analyst, where groups below k are hidden and nothing is folded for them."""

    def hidden(root: Node, counts: Mapping[str, int], *, k: int) -> list[Atom]:
        answered = [leaf for leaf in root.leaves() if counts.get(leaf)]
        shown = [leaf for leaf in answered if counts[leaf] >= k]
        rest = tuple(leaf for leaf in answered if counts[leaf] < k)
        atoms = [Atom(leaf, leaf, (leaf,)) for leaf in shown]
        return [*atoms, Atom("+".join(rest), "Others", rest)] if rest else atoms

    monkeypatch.setattr(disclosure, "atoms", hidden)
    found_and_enough = settings(
        TestAnEvening.settings, phases=[Phase.generate], report_multiple_bugs=False
    )

    with pytest.raises(AssertionError):
        run_state_machine_as_test(Analyst, settings=found_and_enough)


def test_the_rank_finds_what_subtraction_gives() -> None:
    known = [frozenset("abc"), frozenset("ab")]

    found = determined(known, "abc")

    assert set(found) == {frozenset("abc"), frozenset("ab"), frozenset("c")}


def random_counts(root: Node, rand: random.Random) -> dict[str, int]:
    return {leaf: rand.randint(0, 24) for leaf in root.leaves()}


def leaks(publish: Any, trees: int) -> int:
    """In how many of so many random trees a group below 10 follows from what is published."""
    rand = random.Random(4)  # the same trees every time
    found = 0
    for _ in range(trees):
        root = tree([rand.randint(1, 3) for _ in range(rand.randint(1, 3))])
        counts = random_counts(root, rand)
        known = [frozenset(root.leaves()), *publish(root, counts)]
        found += bool(found_out(known, counts, k=10))
    return found


def test_the_control_hiding_small_groups_alone_gives_many_away() -> None:
    def hidden(root: Node, counts: dict[str, int]) -> list[frozenset[str]]:
        return [frozenset([leaf]) for leaf in counts if counts[leaf] >= 10]

    def folded(root: Node, counts: dict[str, int]) -> list[frozenset[str]]:
        return [frozenset(a.leaves) for a in disclosure.atoms(root, counts, k=10)]

    trees = 60

    # A whole of fewer than ten is not published, and so is no failure of the folding.
    assert leaks(hidden, trees) > trees / 4
    assert leaks(folded, trees) <= leaks(lambda root, counts: [], trees)


def test_a_published_groups_name_stands_for_its_leaves() -> None:
    root = tree([2, 1, 2])
    counts = {"a0/0": 30, "a0/1": 3, "a1/0": 5, "a2/0": 12, "a2/1": 4}

    for atom in disclosure.atoms(root, counts, k=10):
        assert leaves_of(atom.key, root) == frozenset(atom.leaves)
