"""How close an excerpt stays to what was said, and what reads like somebody's own words. Pure."""

import re

_WORD = re.compile(r"[\w’']+")
_QUOTED = re.compile(r"[“\"‘][^”\"’]{12,}[”\"]")

# A paraphrase shares a few words with its source by chance.
BY_CHANCE = 6
LONGEST_QUOTE = 15


def longest_shared_run(first: str, second: str) -> int:
    """The greatest number of consecutive words that both texts hold."""
    ours, theirs = _words(first), _words(second)
    longest, above = 0, [0] * (len(theirs) + 1)
    for word in ours:
        row = [0] * (len(theirs) + 1)
        for n, other in enumerate(theirs, start=1):
            if word == other:
                row[n] = above[n - 1] + 1
                longest = max(longest, row[n])
        above = row
    return longest


def holds_all_of(text: str, source: str) -> bool:
    """Whether a short source stands in the text whole: then it is quoted, however short."""
    words = len(_words(source))
    return words > 0 and longest_shared_run(text, source) == words


def quotations(text: str) -> list[tuple[int, int]]:
    """Where the text quotes at length."""
    return [match.span() for match in _QUOTED.finditer(text)]


def _words(text: str) -> list[str]:
    return [word.strip("'’") for word in _WORD.findall(text.lower())]
