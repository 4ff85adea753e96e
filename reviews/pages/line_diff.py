"""Two texts line by line, side by side: what went, what came, and where. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

AROUND = 2


@dataclass(frozen=True)
class Row:
    """``left`` or ``right`` is None where the other text has a line more. ``skipped``: alike."""

    left: str | None = None
    right: str | None = None
    left_number: int = 0
    right_number: int = 0
    changed: bool = False
    skipped: int = 0


def compare(left: str, right: str) -> list[Row]:
    """The lines that differ with two around them; an empty list when nothing differs."""
    if left == right:
        return []
    return list(_rows(left.splitlines(), right.splitlines()))


def _rows(left: list[str], right: list[str]) -> Iterator[Row]:
    matcher = SequenceMatcher(None, left, right, autojunk=False)
    codes = matcher.get_opcodes()
    for place, (kind, a, a_end, b, b_end) in enumerate(codes):
        if kind != "equal":
            for n in range(max(a_end - a, b_end - b)):
                old = left[a + n] if a + n < a_end else None
                new = right[b + n] if b + n < b_end else None
                yield Row(
                    old,
                    new,
                    a + n + 1 if old is not None else 0,
                    b + n + 1 if new is not None else 0,
                    changed=True,
                )
            continue
        length = a_end - a
        head = 0 if place == 0 else AROUND
        tail = 0 if place == len(codes) - 1 else AROUND
        if length <= head + tail + 1:
            head, tail = length, 0
        for n in range(head):
            yield Row(left[a + n], right[b + n], a + n + 1, b + n + 1)
        if length - head - tail:
            yield Row(skipped=length - head - tail)
        for n in range(length - tail, length):
            yield Row(left[a + n], right[b + n], a + n + 1, b + n + 1)


def counts(rows: list[Row]) -> tuple[int, int]:
    """How many lines went and how many came."""
    changed = [row for row in rows if row.changed]
    return (
        sum(row.left is not None for row in changed),
        sum(row.right is not None for row in changed),
    )
