"""Figures are about groups of k or more, and nothing published leads to fewer."""

import itertools
from collections.abc import Iterator, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from questionnaires import disclosure
from questionnaires.disclosure import Node, atoms

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


def test_fewer_than_k_altogether_show_nothing() -> None:
    root, counts = flat(a=5, b=4)

    assert atoms(root, counts, k=K) == []


@given(
    st.lists(
        st.lists(st.integers(0, 25), min_size=1, max_size=4), min_size=1, max_size=5
    ),
    st.integers(5, 12),
)
@settings(max_examples=300, deadline=None)
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


def published(good: int, bad: int, dont_know: int, n: int) -> tuple[object, ...]:
    part = disclosure.shown(favourable=good, unfavourable=bad, dont_know=dont_know, n=n)
    return (
        part.base,
        part.words(part.favourable),
        part.words(part.unfavourable),
        part.words(part.dont_know),
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("low", "high"), [(10, 14), (15, 19), (20, 29), (30, 49), (50, 60)]
)
def test_no_published_value_pins_a_count_below_three_a_zero_or_unanimity(
    low: int, high: int
) -> None:
    """Of every split that could have led to what is shown, no count is certain to be one or two,
    and neither nobody nor everybody is certain, for the middle and what is not shown too."""
    possible: dict[tuple[object, ...], list[tuple[int, ...]]] = {}
    for n in range(low, high + 1):
        for good, bad in itertools.product(range(n + 1), repeat=2):
            for dont_know in range(n + 1 - good - bad):
                key = published(good, bad, dont_know, n)
                middle = n - good - bad - dont_know
                possible.setdefault(key, []).append((good, bad, dont_know, middle, n))

    for key, worlds in possible.items():
        for place in range(4):
            counts = {world[place] for world in worlds}
            assert not counts <= {0}, f"{key} says nobody"
            assert not counts <= {1, 2}, f"{key} says one or two"
            assert not all(world[place] == world[4] for world in worlds), (
                f"{key} says all"
            )


def compositions(n: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Every way in which ``n`` people can give one answer each of ``parts``."""
    if parts == 1:
        yield (n,)
        return
    for first in range(n + 1):
        for rest in compositions(n - first, parts - 1):
            yield (first, *rest)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("low", "high", "answers"),
    [
        (10, 14, 2),
        (10, 14, 3),
        (10, 14, 4),
        (10, 14, 5),
        (15, 19, 3),
        (15, 19, 4),
        (20, 29, 3),
        (30, 49, 3),
    ],
)
def test_shares_of_one_answer_of_several_pin_no_small_count(
    low: int, high: int, answers: int
) -> None:
    """As above, of answers that exclude each other: what they add up to tells nothing certain."""
    codes = "abcde"[:answers]
    counts_of: dict[object, list[set[int]]] = {}
    never_all: dict[object, list[bool]] = {}
    for n in range(low, high + 1):
        for split in compositions(n, answers):
            part = disclosure.chosen(
                dict(zip(codes, split, strict=True)), n=n, one=True
            )
            key = (part.base, tuple(part.words(code) for code in codes))
            seen = counts_of.setdefault(key, [set() for _ in codes])
            other = never_all.setdefault(key, [False] * answers)
            for place, count in enumerate(split):
                seen[place].add(count)
                other[place] = other[place] or count != n

    for key, seen in counts_of.items():
        for place, counts in enumerate(seen):
            assert not counts <= {0}, f"{key} says nobody"
            assert not counts <= {1, 2}, f"{key} says one or two"
            assert never_all[key][place], f"{key} says all"


@pytest.mark.slow
@pytest.mark.parametrize(("low", "high"), [(10, 14), (15, 19)])
def test_shares_of_several_answers_each_pin_no_small_count(low: int, high: int) -> None:
    """Everybody gave at least one of three answers: the worlds are the splits over seven sets."""
    sets = [s for n in (1, 2, 3) for s in itertools.combinations("abc", n)]
    worlds: dict[object, list[set[tuple[int, int]]]] = {}
    for n in range(low, high + 1):
        totals = {
            tuple(
                sum(k for k, chosen in zip(split, sets, strict=True) if code in chosen)
                for code in "abc"
            )
            for split in _few_splits(n)
        }
        for total in totals:
            part = disclosure.chosen(
                dict(zip("abc", total, strict=True)), n=n, one=False
            )
            key = (part.base, tuple(part.words(code) for code in "abc"))
            seen = worlds.setdefault(key, [set(), set(), set()])
            for place, count in enumerate(total):
                seen[place].add((count, n))

    for key, seen in worlds.items():
        for found in seen:
            assert not {count for count, _ in found} <= {0}, f"{key} says nobody"
            assert not {count for count, _ in found} <= {1, 2}, f"{key} says one or two"
            assert not all(count == n for count, n in found), f"{key} says all"


def _few_splits(n: int) -> Iterator[tuple[int, ...]]:
    """Enough worlds to reach every triple of totals: singles, and overlaps in steps."""
    for a, b, c in itertools.product(range(n + 1), repeat=3):
        if a + b + c < n or max(a, b, c) > n:
            continue
        # One world with these totals: everybody in "all three" that can be, the rest alone.
        for three in range(min(a, b, c) + 1):
            pairs = a + b + c - 3 * three - (n - three)
            if pairs < 0:
                continue
            ab = min(pairs, a - three, b - three)
            ac = min(pairs - ab, a - three - ab, c - three)
            bc = pairs - ab - ac
            alone = (
                a - three - ab - ac,
                b - three - ab - bc,
                c - three - ac - bc,
            )
            if bc >= 0 and min(alone) >= 0:
                yield (*alone, ab, ac, bc, three)
                break


def test_a_union_is_made_of_shown_values_alone() -> None:
    parts = [
        disclosure.shown(favourable=9, unfavourable=1, dont_know=0, n=12),
        disclosure.shown(favourable=10, unfavourable=2, dont_know=1, n=13),
    ]

    assert disclosure.together(parts) == disclosure.together(list(reversed(parts)))


def test_unanimity_of_a_small_group_reads_like_its_neighbours() -> None:
    unanimous = disclosure.shown(favourable=12, unfavourable=0, dont_know=0, n=12)

    assert unanimous.words(unanimous.favourable) == "over 90%"
    assert unanimous.words(unanimous.unfavourable) == "not shown"
    assert unanimous.base == "10 to 14"
