"""What a published share stands for, and when two of them may be called different."""

from collections import Counter
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.rules import disclosure, publishing
from questionnaires.rules.asking import Item
from questionnaires.rules.disclosure import Node
from questionnaires.rules.kinds import Kind, Option
from questionnaires.rules.published import (
    FAVOURABLE,
    Part,
    Published,
    Span,
    Values,
    leaves_of,
    read_share,
    share_words,
    span_of,
)

ROOT = Node(
    "all",
    "Everybody",
    (
        Node("A", "Apples", (Node("A/x", "Apples: x"), Node("A/y", "Apples: y"))),
        Node("B", "Bees", (Node("B/x", "Bees: x"),)),
        Node("C", "Crows", (Node("C/x", "Crows: x"),)),
    ),
)
ITEM = Item(
    code="Q01",
    kind=Kind.STATEMENT,
    text="I am heard.",
    options=(
        Option("4", "Agree", category="favourable"),
        Option("3", "Neither", category="middle"),
        Option("2", "Disagree", category="unfavourable"),
        Option("dk", "Don't know", category="apart"),
    ),
)


def question(*groups: tuple[str, int, int]) -> Published:
    """Groups of (key, people, favourable people)."""
    shown = [
        disclosure.shown(favourable=good, unfavourable=0, dont_know=0, n=n)
        for _, n, good in groups
    ]
    parts = tuple(
        Part(key, key, asdict(each))
        for (key, _, _), each in zip(groups, shown, strict=True)
    )
    return Published("Q01", Kind.STATEMENT, disclosure.together(shown), parts)


def released(*answers: tuple[str, str | None], k: int = 10) -> Values:
    """Answers of (leaf, value); None did not answer the question."""
    payloads = [
        {"leaf": leaf, "closed": {} if value is None else {"Q01": value}}
        for leaf, value in answers
    ]
    partition = disclosure.atoms(ROOT, Counter(leaf for leaf, _ in answers), k=k)
    return Values(
        publishing.values_of([ITEM], payloads, partition, root=ROOT, k=k, invited=99)
    )


@given(st.integers(5, 300), st.data())
def test_a_group_s_own_share_lies_within_what_its_published_one_stands_for(
    n: int, data: st.DataObject
) -> None:
    good = data.draw(st.integers(0, n))

    span = question(("A", n, good)).span(FAVOURABLE, "A")

    assert span
    assert span.low <= 100 * good / n <= span.high


@given(st.integers(10, 120), st.integers(10, 120), st.data())
def test_groups_are_only_called_apart_when_they_are(
    n: int, m: int, data: st.DataObject
) -> None:
    one, other = data.draw(st.integers(0, n)), data.draw(st.integers(0, m))

    found = question(("A", n, one), ("B", m, other)).differ("A", "B")

    truth = one / n - other / m
    assert found == 0 or (found > 0) == (truth > 0)


def test_a_difference_as_large_as_the_rounding_is_not_named() -> None:
    near = question(("A", 12, 6), ("B", 13, 5))  # 50% and 40%, each give or take 5
    far = question(("A", 12, 7), ("B", 13, 5))  # 60% and 40%

    assert near.differ("A", "B") == 0
    assert near.widest_gap() is None
    assert far.differ("A", "B") == 1
    assert [part.key for part in far.widest_gap() or ()] == ["A", "B"]


def test_a_share_beyond_the_edge_may_be_anything_up_to_the_end() -> None:
    assert span_of(10, 5, low=10) == Span(0, 15)
    assert span_of(95, 2.5, low=5) == Span(92.5, 100)
    assert span_of(40, 5, low=10) == Span(35, 45)


def test_everybody_s_share_is_as_exact_as_the_groups_it_is_made_of() -> None:
    small = question(("A", 12, 6), ("B", 13, 5)).span(FAVOURABLE)
    large = question(("A", 150, 75), ("B", 150, 60)).span(FAVOURABLE)

    assert small
    assert large
    assert small.give_or_take == 5.5
    assert large.give_or_take == 1


def test_a_group_that_nobody_answered_for_does_not_show_by_its_absence() -> None:
    values = released(*[("A/x", "4")] * 12, *[("B/x", "4")] * 11)

    held = [leaf.key for key in values.titles for leaf in leaves_of(key, ROOT)]
    assert sorted(held) == ["A/x", "A/y", "B/x", "C/x"]


def test_a_question_that_a_whole_group_passed_over_does_not_say_so() -> None:
    """A question asked only of some would else tell how everybody in that group answered another."""
    passed_over = [("B/x", None)] * 15
    values = released(*[("A/x", "4")] * 20, *[("C/x", "4")] * 12, *passed_over)

    assert set(values.titles) == {"A", "B/x", "C/x"}
    assert [(part.key, part.values.base) for part in values.questions["Q01"].parts] == [
        ("B/x+C/x", "10 to 14"),
        ("A", "20 to 29"),
    ]


def test_what_became_of_the_answers_is_told_apart() -> None:
    def outcome(number: int) -> str:
        return released(*[("A/x", "4")] * number).outcome

    assert (outcome(0), outcome(9), outcome(10)) == ("nothing", "words", "figures")


def test_small_groups_below_ten_have_a_band_and_not_their_number() -> None:
    values = released(*[("A/x", "4")] * 6, *[("B/x", "4")] * 7, k=6)

    stored = values.raw["questions"]["Q01"]["groups"]
    assert {(each["base"], each["weight"]) for each in stored} == {("5 to 9", 7.0)}


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("60", (60.0, -1.0)),
        ("60%", (60.0, -1.0)),
        ("60.0", (60.0, -1.0)),
        ("under 5%", (5.0, 5.0)),
        ("Over 90%", (90.0, 10.0)),
        ("61.4", None),
        ("101", None),
        ("most", None),
        ("=1+1", None),
    ],
)
def test_a_share_is_read_as_it_is_written(
    cell: str, read: tuple[float, float] | None
) -> None:
    assert read_share(cell) == read


@pytest.mark.parametrize(
    ("share", "words"), [(10, "under 10%"), (90, "over 90%"), (40, "40%")]
)
def test_a_share_is_written_as_it_was_published_and_reads_back(
    share: float, words: str
) -> None:
    assert share_words(share, low=10) == words
    assert read_share(words) == (share, 10.0 if share != 40 else -1.0)


def test_an_answer_that_is_not_shown_spans_nothing() -> None:
    """Of a group whose answer is not shown, and of everybody where most do not show it."""
    small = disclosure.chosen({"a": 9, "b": 3, "c": 0}, n=12, one=True)
    large = disclosure.chosen({"a": 20, "b": 18, "c": 2}, n=40, one=True)
    both = Published(
        "X01",
        Kind.SINGLE,
        disclosure.all_chosen([small, large]),
        (Part("A", "A", asdict(small)), Part("B", "B", asdict(large))),
    )

    assert [both.span("b", group) for group in ("A", "B")] == [None, Span(35, 45)]
    assert both.span("a", "A")
    assert both.span("c") is None
    assert both.span("a")
