"""Which figures may be shown, and how: atoms of at least k people, rounded once.

Small groups are folded into larger ones. Pure. The rules are section 3 of the non-attribution
specification; every published set is a union of atoms of one partition, so no sum or difference
of figures is about fewer than k.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

# The first is for questionnaires whose smallest group is below ten.
BANDS = ((5, 9), (10, 14), (15, 19), (20, 29), (30, 49), (50, 99), (100, 199))
SEPARATOR = "|"


@dataclass(frozen=True)
class Node:
    """A node of the reporting tree; a leaf has no children. Keys are unique in the tree."""

    key: str
    title: str
    children: tuple[Node, ...] = ()

    def leaves(self) -> tuple[str, ...]:
        if not self.children:
            return (self.key,)
        return tuple(leaf for child in self.children for leaf in child.leaves())


@dataclass(frozen=True)
class Atom:
    """A set of leaves with at least k respondents, the smallest thing that has figures."""

    key: str
    title: str
    leaves: tuple[str, ...]


def atoms(tree: Node, counts: Mapping[str, int], *, k: int) -> list[Atom]:
    """The partition of ``tree``'s leaves that may be shown; [] when there are fewer than k."""

    def n(nodes: Iterable[Node]) -> int:
        return sum(counts.get(leaf, 0) for node in nodes for leaf in node.leaves())

    def walk(node: Node) -> list[Atom]:
        if n([node]) < k:
            return []
        if not node.children:
            return [Atom(node.key, node.title, (node.key,))]
        # A group that nobody answered for is folded too: left out, it would be known to be empty.
        rest = [child for child in node.children if n([child]) < k]
        shown = [child for child in node.children if n([child]) >= k]
        while rest and n(rest) < k:
            # There is one: all children together have k or more.
            smallest = min(shown, key=lambda child: (n([child]), child.key))
            shown.remove(smallest)
            rest.append(smallest)
        if not shown:
            return [_folded(node, node.children)]
        found = [_folded(node, rest)] if rest else []
        for child in shown:
            found += walk(child)
        return found

    return walk(tree)


def _folded(parent: Node, nodes: Sequence[Node]) -> Atom:
    """One atom for several children of ``parent``: two at least, since each alone is too small."""
    held = tuple(leaf for node in nodes for leaf in node.leaves())
    if len(nodes) == len(parent.children):
        return Atom(parent.key, parent.title, held)
    # "Police: staff and officers", not "Police: staff and Police: officers".
    family = f"{parent.title}: "
    first, *others = (node.title for node in nodes)
    names = [first, *(title.removeprefix(family) for title in others)]
    title = " and ".join([", ".join(names[:-1]), names[-1]])
    if len(nodes) > 3:
        title = f"Others in {parent.title[:1].lower()}{parent.title[1:]}"
    return Atom("+".join(node.key for node in nodes), title, held)


def atom_tree(partition: Sequence[Atom], root: Node) -> Node:
    """The tree whose leaves are stored atoms, for folding again question by question."""
    return Node(
        root.key, root.title, tuple(Node(atom.key, atom.title) for atom in partition)
    )


def band(n: int) -> str:
    """The base as it is shown."""
    for low, high in BANDS:
        if low <= n <= high:
            return f"{low} to {high}"
    return "200 and over" if n >= 200 else f"fewer than {BANDS[0][0]}"


def band_middle(n: int) -> float:
    for low, high in BANDS:
        if low <= n <= high:
            return (low + high) / 2
    return 250.0 if n >= 200 else float(n)


# What is published of an atom, by its base: found by going through every split of every base
# from 5 to 60 (T22), and for each of them by itself, since how many have answered may be known from
# the turnout. With more shares or finer ones, some splits would be certain: three shares of 12 people
# that add up to 100 leave nobody in the middle.


def step(n: int) -> int:
    """Points that a share is rounded to."""
    if n < 30:
        return 10
    return 1 if n >= 100 else 5


def edge(n: int) -> int:
    """Shares up to this, or this near to everybody, are shown as "under" and "over"."""
    if n < 10:
        return 40
    if n < 15:
        return 20
    return 10 if n < 30 else 5


def shows_unfavourable(n: int) -> bool:
    return n >= 15


def shows_dont_know(n: int) -> bool:
    return n >= 50


NOT_SHOWN = "not shown"


@dataclass(frozen=True)
class Shown:
    """Shares of one statement in one atom as they are published, in points of 100.

    ``weight`` is the middle of the base's band, so that adding up tells nothing new.
    A share is None where the group is too small for it.
    """

    base: str
    weight: float
    favourable: float
    unfavourable: float | None
    dont_know: float | None
    low: int = field(default=5)

    @property
    def middle(self) -> float:
        """What remains; with the don't-knows where these are not shown apart."""
        apart = (self.unfavourable or 0) + (self.dont_know or 0)
        return max(0.0, 100 - self.favourable - apart)

    def words(self, share: float | None) -> str:
        if share is None:
            return NOT_SHOWN
        if share <= self.low:
            return f"under {self.low}%"
        if share >= 100 - self.low:
            return f"over {100 - self.low}%"
        return f"{share:.0f}%"


def rounded(count: int, n: int, *, to: int, low: int) -> float:
    """A share in points of 100, rounded ``to`` points and kept off 0 and 100 by ``low``."""
    points = 100 * count / n
    if points < low:
        return float(low)
    if points > 100 - low:
        return float(100 - low)
    return float(round(points / to) * to)


def shown(*, favourable: int, unfavourable: int, dont_know: int, n: int) -> Shown:
    """Round one atom's counts, once. ``n`` is at least k."""

    def share(count: int) -> float:
        return rounded(count, n, to=step(n), low=edge(n))

    good = share(favourable)
    # Shares that fill up the hundred would say that nobody is in the middle, so the last stops short.
    bad = min(share(unfavourable), max(100 - good - step(n), edge(n)))
    unsure = min(share(dont_know), max(100 - good - bad - edge(n), edge(n)))
    return Shown(
        base=band(n),
        weight=band_middle(n),
        favourable=good,
        unfavourable=bad if shows_unfavourable(n) else None,
        dont_know=unsure if shows_dont_know(n) else None,
        low=edge(n),
    )


# Answers to choose from. Of a choice of several, each answer is a question of yes and no. Of one
# answer out of several, the shares add up to everybody: the most frequent are shown while enough is
# left over for the others, of which nothing is said. Found as above, by going through every split.


@dataclass(frozen=True)
class Chosen:
    """Shares of the answers of one question in one atom; answers that are not shown are left out."""

    base: str
    weight: float
    shares: dict[str, float]
    low: int

    def words(self, code: str) -> str:
        share = self.shares.get(code)
        if share is None:
            return NOT_SHOWN
        if share <= self.low:
            return f"under {self.low}%"
        if share >= 100 - self.low:
            return f"over {100 - self.low}%"
        return f"{share:.0f}%"


# With fewer, any share of theirs would pin a count.
FEWEST_CHOOSING = 7


def choice_step(n: int) -> int:
    return 10 if n < 50 else step(n)


def choice_edge(n: int) -> int:
    for below, low in ((10, 40), (15, 30), (30, 20), (50, 10)):
        if n < below:
            return low
    return 5


def chosen(counts: Mapping[str, int], *, n: int, one: bool) -> Chosen:
    """Round one atom's counts by answer, once. ``one``: each person gave one answer of these."""
    low = choice_edge(n)
    shares: dict[str, float] = {}
    if n >= FEWEST_CHOOSING:
        shares = {
            code: rounded(count, n, to=choice_step(n), low=low)
            for code, count in counts.items()
        }
        if one and len(counts) > 2:
            shares = _while_room(shares, counts, room=max(low, 10), low=low)
    return Chosen(base=band(n), weight=band_middle(n), shares=shares, low=low)


def _while_room(
    shares: Mapping[str, float], counts: Mapping[str, int], *, room: int, low: int
) -> dict[str, float]:
    """The most frequent answers, as long as ``room`` points are left for all the others."""
    codes = list(counts)
    kept: dict[str, float] = {}
    for code in sorted(codes, key=lambda code: (-counts[code], codes.index(code))):
        share = shares[code]
        full = bool(kept) and sum(kept.values()) + share > 100 - room
        if share <= low or full:
            break
        kept[code] = share
    return {code: kept[code] for code in codes if code in kept}


def all_chosen(parts: Sequence[Chosen]) -> Chosen:
    """A union of atoms, from their shown shares alone."""
    weight = sum(part.weight for part in parts)
    shares: dict[str, float] = {}
    for code in dict.fromkeys(code for part in parts for code in part.shares):
        known = [(p.shares[code], p.weight) for p in parts if code in p.shares]
        base = sum(each for _, each in known)
        if 2 * base >= weight:
            shares[code] = float(round(sum(s * w for s, w in known) / base))
    return Chosen(
        base=band(round(weight)),
        weight=weight,
        shares=shares,
        low=min(part.low for part in parts),
    )


def together(parts: Sequence[Shown]) -> Shown:
    """A union of atoms, from their shown values alone."""
    weight = sum(part.weight for part in parts)

    def mean(name: str) -> float | None:
        """Over the atoms that show it, if they are most of the union."""
        known = [
            (getattr(part, name), part.weight)
            for part in parts
            if getattr(part, name) is not None
        ]
        base = sum(each for _, each in known)
        if 2 * base < weight:
            return None
        return float(round(sum(share * each for share, each in known) / base))

    return Shown(
        base=band(round(weight)),
        weight=weight,
        favourable=mean("favourable") or 0.0,
        unfavourable=mean("unfavourable"),
        dont_know=mean("dont_know"),
        low=min(part.low for part in parts),
    )


def council_words(share: float) -> str:
    """Shares for the council below 50 replies: words, no figures."""
    for limit, words in ((20, "few"), (40, "some"), (60, "about half"), (80, "most")):
        if share < limit:
            return words
    return "nearly all"
