"""Somebody reads figures in any order, adds and subtracts them, and learns what follows for certain.

The attacker is given more than any page shows: each figure exactly, not rounded, and how many
people each is about. What may then be determined are groups of k people or more, or of nobody.
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
)

from questionnaires.rules import disclosure, publishing
from questionnaires.rules.asking import Item
from questionnaires.rules.disclosure import Node
from questionnaires.rules.kinds import Kind, Option

SCALE = (
    Option("1", "Disagree", category="unfavourable"),
    Option("2", "Agree", category="favourable"),
    Option("9", "Don't know", category="apart"),
)
ITEMS = (
    Item("Q1", Kind.STATEMENT, "One", options=SCALE),
    Item("Q2", Kind.STATEMENT, "Two", options=SCALE),
    Item("Q3", Kind.MULTIPLE, "Three", options=(Option("a", "A"), Option("b", "B"))),
)
EVERYBODY = "all"


def tree(shape: Sequence[int]) -> Node:
    """Agencies with so many job groups each."""
    return Node(
        EVERYBODY,
        "Everybody",
        tuple(
            Node(
                f"a{n}",
                f"Agency {n}",
                tuple(Node(f"a{n}/{m}", f"Group {m}") for m in range(leaves)),
            )
            for n, leaves in enumerate(shape)
        ),
    )


def leaves_of(key: str, root: Node) -> frozenset[str]:
    """The leaves that a published group stands for."""
    nodes = {root.key: root}
    for child in root.children:
        nodes |= {child.key: child} | {leaf.key: leaf for leaf in child.children}
    parts = key.split("+")
    return frozenset(leaf for part in parts for leaf in nodes[part].leaves())


def determined(
    known: Iterable[frozenset[str]], leaves: Sequence[str]
) -> list[frozenset[str]]:
    """Every set of leaves whose sum follows from the sums of the ``known`` sets, by exact rank."""
    basis = _reduced([[Fraction(leaf in each) for leaf in leaves] for each in known])
    found = []
    for size in range(1, len(leaves) + 1):
        for chosen in itertools.combinations(leaves, size):
            vector = [Fraction(leaf in chosen) for leaf in leaves]
            if not any(_minus(vector, basis)):
                found.append(frozenset(chosen))
    return found


Basis = dict[int, list[Fraction]]


def _reduced(rows: Iterable[list[Fraction]]) -> Basis:
    basis: Basis = {}
    for row in rows:
        rest = _minus(row, basis)
        pivot = next((n for n, value in enumerate(rest) if value), None)
        if pivot is not None:
            basis[pivot] = [value / rest[pivot] for value in rest]
    return basis


def _minus(row: list[Fraction], basis: Basis) -> list[Fraction]:
    """What is left of the row when everything that the basis explains is taken away."""
    rest = list(row)
    for pivot in sorted(basis):
        if factor := rest[pivot]:
            rest = [a - factor * b for a, b in zip(rest, basis[pivot], strict=True)]
    return rest


def found_out(
    known: Iterable[frozenset[str]], people: Mapping[str, int], *, k: int
) -> list[frozenset[str]]:
    """The groups of somebody, but fewer than k, that these figures are enough to determine."""
    leaves = sorted(people)
    return [
        each
        for each in determined(known, leaves)
        if 0 < sum(people[leaf] for leaf in each) < k
    ]


class Analyst(RuleBasedStateMachine):
    """Rounds are released and read in any order: everybody, groups, question by question."""

    def __init__(self) -> None:
        super().__init__()
        self.rounds: list[dict[str, Any]] = []
        self.people: dict[tuple[int, str], Counter[str]] = {}
        self.known: dict[tuple[int, str], set[frozenset[str]]] = {}

    @initialize(
        shape=st.lists(st.integers(1, 3), min_size=1, max_size=3), k=st.integers(5, 12)
    )
    def opens(self, shape: list[int], k: int) -> None:
        self.root, self.k = tree(shape), k

    @precondition(lambda self: len(self.rounds) < 3)
    @rule(data=st.data())
    def releases_a_round(self, data: st.DataObject) -> None:
        number = len(self.rounds)
        leaves = self.root.leaves()
        counts = {
            leaf: data.draw(st.integers(0, 24), label=f"answers of {leaf}")
            for leaf in leaves
        }
        skipped = {
            (leaf, item.code): data.draw(st.integers(0, counts[leaf]))
            for leaf in leaves
            for item in ITEMS
        }
        payloads: list[dict[str, Any]] = [
            {
                "leaf": leaf,
                "closed": {
                    item.code: ["a"] if item.kind == Kind.MULTIPLE else "2"
                    for item in ITEMS
                    if n >= skipped[leaf, item.code]
                },
            }
            for leaf in leaves
            for n in range(counts[leaf])
        ]
        partition = disclosure.atoms(self.root, counts, k=self.k)
        values = publishing.values_of(
            ITEMS, payloads, partition, root=self.root, k=self.k, invited=500
        )
        self.rounds.append(values)
        self.people[number, ""] = Counter(each["leaf"] for each in payloads)
        for item in ITEMS:
            self.people[number, item.code] = Counter(
                each["leaf"] for each in payloads if item.code in each["closed"]
            )

    def _learns(self, where: tuple[int, str], groups: Iterable[str]) -> None:
        seen = [leaves_of(key, self.root) for key in groups]
        self.known.setdefault(where, set()).update(seen)

    @precondition(lambda self: self.rounds)
    @rule(data=st.data())
    def reads_a_group(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(0, len(self.rounds) - 1))
        published = self.rounds[number]["questions"]
        if published:
            code = data.draw(st.sampled_from(sorted(published)))
            groups = [each["key"] for each in published[code]["groups"]]
            self._learns((number, code), [data.draw(st.sampled_from(groups))])

    @precondition(lambda self: self.rounds)
    @rule(data=st.data())
    def reads_everybody(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(0, len(self.rounds) - 1))
        for code, published in self.rounds[number]["questions"].items():
            groups = [leaves_of(each["key"], self.root) for each in published["groups"]]
            self.known.setdefault((number, code), set()).add(frozenset().union(*groups))
            # Turnout tells of the whole, whatever is published.
            self.known[number, code].add(frozenset(self.root.leaves()))

    @precondition(lambda self: self.rounds)
    @rule(data=st.data())
    def reads_the_sizes(self, data: st.DataObject) -> None:
        number = data.draw(st.integers(0, len(self.rounds) - 1))
        atoms = self.rounds[number]["atoms"]
        if atoms:
            self._learns((number, ""), [each["key"] for each in atoms])

    @invariant()
    def nobody_is_found_out(self) -> None:
        for where, known in self.known.items():
            people = {leaf: self.people[where][leaf] for leaf in self.root.leaves()}
            assert found_out(known, people, k=self.k) == [], where
