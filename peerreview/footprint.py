"""How much memory a process holds for itself alone, and whether it has grown too much.

To start again costs it what it had ready, so in the midst of work it may grow by more than it may
keep when nobody asks it anything.
"""

import resource
from pathlib import Path

MOST_GROWTH, QUIET_GROWTH = 72 * 2**20, 32 * 2**20
# So long nobody has asked for anything.
QUIET_SECONDS = 5.0
_PAGE = resource.getpagesize()
# Growth beyond the most is found when it is at most so much more.
_SLACK = 2 * 2**20


def private() -> int:
    """In bytes; 0 where the system does not tell. It walks all pages: several milliseconds."""
    try:
        text = Path("/proc/self/smaps_rollup").read_text()
    except OSError:
        return 0
    rows = (line.split() for line in text.splitlines())
    return 1024 * sum(int(row[1]) for row in rows if row[0].startswith("Private_"))


class Growth:
    """Since this was made."""

    def __init__(self) -> None:
        self.start = private()
        self._look(0)

    def is_too_much(self) -> bool:
        """Looks only when it can be: what grew is new to the process or was copied, by a fault."""
        if _possible() < self._next_look:
            return False
        grown = private() - self.start
        self._look(grown)
        return grown > MOST_GROWTH

    def is_too_much_to_keep(self) -> bool:
        return private() - self.start > QUIET_GROWTH

    def _look(self, grown: int) -> None:
        self._next_look = _possible() + max(MOST_GROWTH - grown, _SLACK)


def _possible() -> int:
    """A number of bytes that grows at least as much as what a process holds for itself."""
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    return faults * _PAGE + _resident()


def _resident() -> int:
    """What huge pages bring: many pages by one fault."""
    try:
        text = Path("/proc/self/statm").read_text()
    except OSError:
        return 0
    return int(text.split()[1]) * _PAGE
