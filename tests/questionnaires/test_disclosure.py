"""Figures are about groups of k or more, and nothing published leads to fewer."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires.rules import disclosure
from questionnaires.rules.disclosure import Node, atoms
from tests.adversarial import worlds
from tests.sizes import examples

K = 10


def tree(**agencies: dict[str, int]) -> tuple[Node, dict[str, int]]:
    nodes, counts = [], {}
    for agency, leaves in agencies.items():
        children = []
        for leaf, n in leaves.items():
            children.append(Node(f"{agency}/{leaf}", leaf))
            counts[f"{agency}/{leaf}"] = n
        nodes.append(Node(agency, agency, tuple(children)))
    return Node("all", "Everybody", tuple(nodes)), counts


def flat(**sizes: int) -> tuple[Node, dict[str, int]]:
    return Node("all", "Everybody", tuple(Node(k, k) for k in sizes)), dict(sizes)


def sizes(root: Node, counts: Mapping[str, int]) -> list[int]:
    return sorted(
        sum(counts[leaf] for leaf in atom.leaves) for atom in atoms(root, counts, k=K)
    )


def test_hiding_two_small_groups_would_leave_nine_so_a_third_is_folded_in() -> None:
    root, counts = flat(social_work=31, early_help=14, health=12, police=6, schools=3)

    assert sizes(root, counts) == [14, 21, 31]


def test_small_groups_that_make_ten_together_leave_the_others_alone() -> None:
    root, counts = flat(social_work=31, early_help=14, health=12, police=6, schools=4)

    assert sizes(root, counts) == [10, 12, 14, 31]


def test_folding_goes_up_and_down_the_tree() -> None:
    root, counts = tree(
        council={"social workers": 22, "early help": 7, "managers": 5},
        health={"visitors": 11, "mental health": 3},
        police={"police": 6},
    )

    assert sizes(root, counts) == [12, 20, 22]


def test_many_small_groups_are_not_all_named() -> None:
    root, counts = flat(social_work=31, early_help=3, health=3, police=3, schools=3)

    titles = {atom.title for atom in atoms(root, counts, k=K)}
    assert titles == {"social_work", "Others in everybody"}


def test_fewer_than_k_altogether_show_nothing() -> None:
    root, counts = flat(a=5, b=4)

    assert atoms(root, counts, k=K) == []


@given(
    st.lists(
        st.lists(st.integers(0, 25), min_size=1, max_size=4), min_size=1, max_size=5
    ),
    st.integers(5, 12),
)
@settings(max_examples=examples(100), deadline=None)
def test_every_sum_and_difference_of_groups_is_about_k_or_nobody(
    shape: list[list[int]], k: int
) -> None:
    named = {
        f"a{n}": {f"l{m}": size for m, size in enumerate(leaves)}
        for n, leaves in enumerate(shape)
    }
    root, counts = tree(**named)

    partition = atoms(root, counts, k=k)

    seen = [leaf for atom in partition for leaf in atom.leaves]
    assert len(seen) == len(set(seen)), "atoms do not overlap"
    for atom in partition:
        assert sum(counts[leaf] for leaf in atom.leaves) >= k
    everybody = sum(counts.values())
    if everybody >= k:
        left = everybody - sum(counts[leaf] for leaf in seen)
        assert left == 0, "nobody is left over to be found by subtraction"


def test_nothing_finer_than_the_band_weighs_in_a_sum() -> None:
    weights = {n: disclosure.band_middle(n) for n in range(5, 200)}

    for n, weight in weights.items():
        same = [m for m in weights if disclosure.band(m) == disclosure.band(n)]
        assert {weights[m] for m in same} == {weight}
        assert len(same) >= 5


# T22: what is published of one group pins no count. The full size is in tests/adversarial.


@pytest.mark.slow
@pytest.mark.parametrize("n", [*range(5, 21), 30, 49])
def test_no_published_share_of_a_statement_pins_a_small_count(n: int) -> None:
    assert worlds.pinned_by_statement(n) == []


@pytest.mark.slow
@pytest.mark.parametrize("answers", [2, 3, 4])
@pytest.mark.parametrize("n", [*range(5, 21), 30])
def test_no_share_of_one_answer_of_several_pins_a_small_count(
    n: int, answers: int
) -> None:
    assert worlds.pinned_by_choice(n, answers, one=True) == []


@pytest.mark.slow
@pytest.mark.parametrize("n", [*range(5, 21)])
def test_no_share_of_several_answers_each_pins_a_small_count(n: int) -> None:
    assert worlds.pinned_by_choice(n, 3, one=False) == []


def test_the_search_finds_a_rounding_that_pins(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with 10 points as the edge, "20%" of 10 people is two of them."""
    monkeypatch.setattr(disclosure, "edge", lambda n: 10)

    assert worlds.pinned_by_statement(10)


def test_the_most_frequent_answers_are_shown_while_room_is_left_for_the_others() -> (
    None
):
    counts = {"a": 2, "b": 9, "c": 7, "d": 2}

    part = disclosure.chosen(counts, n=20, one=True)

    assert part.shares == {"b": 40.0, "c": 40.0}
    assert [part.words(code) for code in counts] == [
        "not shown",
        "40%",
        "40%",
        "not shown",
    ]


def test_a_yes_and_a_no_are_both_shown_and_true() -> None:
    part = disclosure.chosen({"yes": 12, "no": 8}, n=20, one=True)

    assert part.shares == {"yes": 60.0, "no": 40.0}


def test_so_few_that_any_share_would_pin_a_count_show_none() -> None:
    assert disclosure.chosen({"yes": 4, "no": 2}, n=6, one=True).shares == {}


def test_a_union_is_made_of_shown_values_alone() -> None:
    parts = [
        disclosure.shown(favourable=9, unfavourable=1, dont_know=0, n=12),
        disclosure.shown(favourable=10, unfavourable=2, dont_know=1, n=13),
    ]

    assert disclosure.together(parts) == disclosure.together(list(reversed(parts)))


def test_unanimity_of_a_small_group_reads_like_its_neighbours() -> None:
    unanimous = disclosure.shown(favourable=12, unfavourable=0, dont_know=0, n=12)

    assert unanimous.words(unanimous.favourable) == "over 80%"
    assert unanimous.words(unanimous.unfavourable) == "not shown"
    assert unanimous.base == "10 to 14"
