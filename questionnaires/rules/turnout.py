"""How a number that grows by single people is told: five at a time (specification 2.6).

Whoever sees a number before and after one person answered learns that they did. So what is told
stands still until five more stand behind the next figure.
"""

from __future__ import annotations

# Fewer new ones are never counted in, and move no figure.
LEAST_NEW = 5
# A group of fewer has no count of its own, and an agency of fewer no rate.
SMALLEST, SMALLEST_AGENCY = 10, 20
# Once all are counted, fewer than so many of a group are not told as a number, and all but fewer.
T = 3


def step(told: int, now: int) -> int:
    """What is told next: what there is now if that is five or more away, else what was told."""
    return now if abs(now - told) >= LEAST_NEW else told


def quarter(counted: int, invited: int) -> str:
    """A rate in words, of an agency that has one."""
    if 4 * counted < invited:
        return "under a quarter"
    if 2 * counted < invited:
        return "a quarter to a half"
    if 4 * counted <= 3 * invited:
        return "half to three quarters"
    return "over three quarters"
