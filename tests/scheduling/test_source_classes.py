"""What a note says of where it was heard: the best cut of the tree over one evening's sessions."""

from itertools import groupby
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviews.packs import SourceClass
from scheduling.rules import source_classes
from scheduling.rules.source_classes import Heard, cut, enough
from tests.sizes import examples

TREE = (
    SourceClass("ALL", "Staff and partners"),
    SourceClass("PARTNER", "Partners", "ALL"),
    SourceClass("HEALTH", "Health", "PARTNER"),
    SourceClass("POLICE", "Police", "PARTNER"),
)


def heard(*classes: str, people: int = 2) -> list[Heard]:
    """Sessions, each of its own pair of peers."""
    return [
        Heard(number, code, people, frozenset({number, number + 1}))
        for number, code in enumerate(classes)
    ]


def test_three_sessions_five_people_and_two_pairs_are_named() -> None:
    window = heard("HEALTH", "HEALTH", "HEALTH")
    assert cut(TREE, window, window) == {0: "HEALTH", 1: "HEALTH", 2: "HEALTH"}


def test_two_sessions_one_pair_or_four_people_are_not_enough() -> None:
    one_pair = [Heard(n, "HEALTH", 9, frozenset({1, 2})) for n in range(3)]
    nobody_went = [Heard(n, "HEALTH", 9, frozenset()) for n in range(3)]
    alone = [*one_pair[:2], Heard(2, "HEALTH", 9, frozenset())]
    for window in (
        heard("HEALTH", "HEALTH", people=9),
        heard("HEALTH", "HEALTH", "HEALTH", people=1),
        one_pair,
        nobody_went,
        alone,
        [],
    ):
        assert cut(TREE, window, window) == {}


def test_what_cannot_stand_alone_goes_under_the_name_above() -> None:
    window = heard("HEALTH", "HEALTH", "HEALTH", "POLICE", "POLICE")
    # Police alone would leave two sessions under "Partners".
    assert set(cut(TREE, window, window).values()) == {"PARTNER"}


def test_a_class_that_is_not_in_the_framework_any_more_goes_to_the_top() -> None:
    window = heard("GONE", "GONE", "GONE")
    assert set(cut(TREE, window, window).values()) == {"ALL"}


def test_of_two_ways_the_one_that_tells_more_is_taken() -> None:
    # In the whole week health is common and police rare, so "police" tells more.
    week = heard(*["HEALTH"] * 12, *["POLICE"] * 3)
    window = [*week[:3], *week[12:]]
    names = cut(TREE, window, week)
    assert {names[each.session] for each in window[3:]} == {"POLICE"}
    assert {names[each.session] for each in window[:3]} == {"HEALTH"}


@pytest.mark.parametrize("limit", ["_MOST_WAYS", "_MOST_PAIRS"])
def test_where_there_are_too_many_ways_the_best_are_kept_and_one_is_always_found(
    monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    window = heard(*["HEALTH"] * 4, *["POLICE"] * 4, "PARTNER", "ALL", "ALL")
    whole = cut(TREE, window, window)
    monkeypatch.setattr(source_classes, limit, 1)

    names = cut(TREE, window, window)

    assert names.keys() == whole.keys()
    cells: dict[str, list[Heard]] = {}
    for each in window:
        cells.setdefault(names[each.session], []).append(each)
    assert all(map(enough, cells.values()))


@pytest.mark.parametrize(
    ("codes", "number"),
    [
        ({"ALL"}, 0),
        ({"ALL", "HEALTH"}, 1),
        ({"PARTNER", "HEALTH"}, 1),
        ({"HEALTH", "POLICE"}, 2),
        ({"PARTNER", "HEALTH", "POLICE"}, 2),
        ({"GONE"}, 0),
        (set(), 0),
    ],
)
def test_of_groups_within_one_another_one_counts(codes: set[str], number: int) -> None:
    assert source_classes.groups_apart(codes, TREE) == number


# --- whatever the tree and the week ------------------------------------------------------


@st.composite
def trees(draw: st.DrawFn) -> tuple[SourceClass, ...]:
    rows = [SourceClass("0", "Everybody")]
    for number in range(1, draw(st.integers(1, 12))):
        parent = draw(st.integers(0, number - 1))
        rows.append(SourceClass(str(number), f"Group {number}", str(parent)))
    return tuple(rows)


@st.composite
def weeks(draw: st.DrawFn) -> tuple[tuple[SourceClass, ...], list[Heard], int]:
    """A tree, a week of sessions, and how many of them are the window."""
    tree = draw(trees())
    codes = st.sampled_from([each.code for each in tree])
    sessions = [
        Heard(
            number,
            draw(codes),
            draw(st.integers(0, 9)),
            frozenset(draw(st.sets(st.integers(0, 5), max_size=2))),
        )
        for number in range(draw(st.integers(0, 16)))
    ]
    return tree, sessions, draw(st.integers(0, len(sessions)))


def _above(code: str, tree: tuple[SourceClass, ...]) -> set[str]:
    parents = {each.code: each.parent for each in tree}
    found = {code}
    while parents[code]:
        code = parents[code]
        found.add(code)
    return found


@settings(max_examples=examples(400), deadline=None)
@given(weeks())
def test_every_name_is_borne_by_enough_and_stands_above_its_sessions(
    made: tuple[tuple[SourceClass, ...], list[Heard], int],
) -> None:
    tree, week, number = made
    window = week[:number]
    names = cut(tree, window, week)
    assert bool(names) == enough(window)
    if not names:
        return
    assert names.keys() == {each.session for each in window}
    cells: dict[str, list[Heard]] = {}
    for each in window:
        assert names[each.session] in _above(each.source_class, tree)
        cells.setdefault(names[each.session], []).append(each)
    assert all(map(enough, cells.values()))
    assert cut(tree, list(reversed(window)), week) == names


def test_it_fails_where_a_session_is_named_by_its_own_class() -> None:
    """The control: what was done before, class by class over a whole week."""
    window = heard("HEALTH", "HEALTH", "HEALTH", "POLICE", "POLICE")
    cells = [
        list(group) for _, group in groupby(window, key=lambda each: each.source_class)
    ]
    assert not all(map(enough, cells))


def test_of_dozens_of_classes_under_one_so_many_pairs_of_ways_are_tried_at_most(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two times eleven classes would take four million, and minutes."""
    tree = [SourceClass("0", "Everybody")]
    codes = []
    for side in "AB":
        tree.append(SourceClass(side, f"Side {side}", "0"))
        for number in range(8):
            codes += [f"{side}{number}"] * 3
            tree.append(SourceClass(codes[-1], f"Group {codes[-1]}", side))
    window = heard(*codes, people=4)
    tried = 0
    kept = source_classes._keep_better

    def counting(*args: Any) -> None:
        nonlocal tried
        tried += 1
        kept(*args)

    monkeypatch.setattr(source_classes, "_keep_better", counting)
    monkeypatch.setattr(source_classes, "_MOST_PAIRS", 400)

    names = cut(tree, window, window)

    assert {names[each.session] for each in window} == set(codes)
    assert tried < 40 * 400
    tried = 0
    monkeypatch.setattr(source_classes, "_MOST_PAIRS", 256 * 256)
    cut(tree, window, window)
    assert tried > 40 * 400
