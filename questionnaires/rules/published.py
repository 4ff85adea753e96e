"""The values of a release read back, how exact each is, and what may be said to differ. Pure.

A published share stands for a span: what the group's own share may have been before it was
rounded. Two shares differ when their spans do not meet; anything less is not named.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from questionnaires.rules import disclosure
from questionnaires.rules.disclosure import Chosen, Node, Shown
from questionnaires.rules.kinds import KINDS
from questionnaires.rules.publishing import FIGURES, NOTHING, WORDS

# The key under which everybody's values are asked for.
EVERYBODY = ""
FAVOURABLE, UNFAVOURABLE, DONT_KNOW = "favourable", "unfavourable", "dont_know"


@dataclass(frozen=True)
class Span:
    """From where to where a share may lie, in points of 100."""

    low: float
    high: float

    def is_apart_from(self, other: Span) -> bool:
        return self.low > other.high or self.high < other.low

    @property
    def give_or_take(self) -> float:
        """Half of its width, to half a point."""
        return round(self.high - self.low) / 2


@dataclass(frozen=True)
class Part:
    """One group's values of one question; ``key`` names an atom, or several folded together."""

    key: str
    title: str
    stored: Mapping[str, Any]

    @cached_property
    def values(self) -> Shown | Chosen:
        return _values_of(self.stored)

    def span(self, answer: str) -> Span | None:
        """From what is stored: a page asks this of every group of every question."""
        chosen = self.stored.get("shares")
        share = self.stored[answer] if chosen is None else chosen.get(answer)
        if share is None:
            return None
        n = round(self.stored["weight"])
        # Never finer than what was published: a difference too few is better than one too many.
        step = disclosure.step(n) if chosen is None or n >= 50 else 10
        return span_of(share, step / 2, low=self.stored["low"])


@dataclass(frozen=True)
class Published:
    """One question's values: of everybody, and of each group that may be shown for it."""

    code: str
    kind: str
    everybody: Shown | Chosen
    parts: tuple[Part, ...]

    @property
    def is_statement(self) -> bool:
        return KINDS[self.kind].on_scale

    def values(self, group: str = EVERYBODY) -> Shown | Chosen | None:
        """None where the group is not shown for this question by itself."""
        if group == EVERYBODY:
            return self.everybody
        return next((p.values for p in self.parts if p.key == group), None)

    def title(self, group: str) -> str:
        return next((part.title for part in self.parts if part.key == group), "")

    def span(self, answer: str, group: str = EVERYBODY) -> Span | None:
        """Where the share of an answer, or of a statement's category, may lie; None if not shown."""
        if group:
            part = next((each for each in self.parts if each.key == group), None)
            return None if part is None else part.span(answer)
        if share_of(self.everybody, answer) is None:
            return None
        spans = [
            (found, part.stored["weight"])
            for part in self.parts
            if (found := part.span(answer))
        ]
        weight = sum(each for _, each in spans)
        # Half a point more, for the union is rounded once again.
        return Span(
            sum(span.low * each for span, each in spans) / weight - 0.5,
            sum(span.high * each for span, each in spans) / weight + 0.5,
        )

    def differ(self, one: str, other: str = EVERYBODY) -> int:
        """1 or -1 where group ``one`` is surely more or less favourable, 0 where nobody can say."""
        mine, theirs = self.span(FAVOURABLE, one), self.span(FAVOURABLE, other)
        return compared(mine, theirs)

    def widest_gap(self) -> tuple[Part, Part] | None:
        """The most and the least favourable group, if their spans do not meet."""
        if not self.is_statement or len(self.parts) < 2:
            return None
        most = max(self.parts, key=lambda part: part.stored[FAVOURABLE])
        least = min(self.parts, key=lambda part: part.stored[FAVOURABLE])
        return (most, least) if self.differ(most.key, least.key) > 0 else None


def share_of(values: Shown | Chosen, answer: str) -> float | None:
    """The share of a statement's category or of an answer, None where it is not shown."""
    if isinstance(values, Chosen):
        return values.shares.get(answer)
    share: float | None = getattr(values, answer)
    return share


def span_of(share: float, half: float, *, low: float) -> Span:
    """``half`` is half of the rounding. Up to ``low`` and over the rest, anything to the end."""
    return Span(
        0 if share <= low else share - half,
        100 if share >= 100 - low else share + half,
    )


def compared(one: Span | None, other: Span | None) -> int:
    if one is None or other is None or not one.is_apart_from(other):
        return 0
    return 1 if one.low > other.high else -1


@dataclass(frozen=True)
class Values:
    """Everything that a release published."""

    raw: Mapping[str, Any]

    @property
    def outcome(self) -> str:
        """FIGURES, WORDS or NOTHING."""
        usual = FIGURES if self.raw["questions"] else WORDS
        outcome: str = self.raw.get("outcome", usual)
        return outcome

    @property
    def base(self) -> str:
        base: str = self.raw["base"]
        return base

    @cached_property
    def atoms(self) -> tuple[tuple[str, str, str], ...]:
        """(key, title, base) of each group that has figures."""
        return tuple((a["key"], a["title"], a["base"]) for a in self.raw["atoms"])

    @cached_property
    def titles(self) -> dict[str, str]:
        return {key: title for key, title, _ in self.atoms}

    @cached_property
    def questions(self) -> dict[str, Published]:
        return {
            code: Published(
                code,
                each["kind"],
                _values_of(each["all"]),
                tuple(
                    Part(group["key"], group["title"], group)
                    for group in each["groups"]
                ),
            )
            for code, each in self.raw["questions"].items()
        }


def _values_of(stored: Mapping[str, Any]) -> Shown | Chosen:
    fields = {k: v for k, v in stored.items() if k not in ("key", "title")}
    return Chosen(**fields) if "shares" in fields else Shown(**fields)


def leaves_of(key: str, root: Node) -> Iterator[Node]:
    """The leaves of the reporting tree that an atom holds, by its key."""
    nodes = {root.key: root}
    nodes |= {agency.key: agency for agency in root.children}
    nodes |= {leaf.key: leaf for agency in root.children for leaf in agency.children}
    for name in key.split("+"):
        yield from _leaves(nodes[name])


def _leaves(node: Node) -> Iterator[Node]:
    if not node.children:
        yield node
    for child in node.children:
        yield from _leaves(child)


def share_words(share: float, low: float) -> str:
    """A share as it is published."""
    if share <= low:
        return f"under {low:.0f}%"
    if share >= 100 - low:
        return f"over {100 - low:.0f}%"
    return f"{share:.0f}%"


# As it is shown, and as it may come back from a spreadsheet.
_SHOWN = re.compile(r"(under|over)?\s*(\d{1,3})(?:\.0)?\s*%?", re.IGNORECASE)


def read_share(words: str) -> tuple[float, float] | None:
    """(share, low) of "60", "60%", "under 5%" or "over 95%"; None of anything else."""
    found = _SHOWN.fullmatch(words.strip())
    if not found or int(found[2]) > 100:
        return None
    number = float(found[2])
    side = (found[1] or "").lower()
    if side == "under":
        return number, number
    if side == "over":
        return number, 100 - number
    return number, -1.0


__all__ = [
    "DONT_KNOW",
    "EVERYBODY",
    "FAVOURABLE",
    "FIGURES",
    "NOTHING",
    "UNFAVOURABLE",
    "WORDS",
    "Part",
    "Published",
    "Span",
    "Values",
    "compared",
    "leaves_of",
    "read_share",
    "share_of",
    "share_words",
    "span_of",
]
