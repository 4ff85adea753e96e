"""How much memory a process holds for itself alone, and whether it has grown too much."""

import resource
from pathlib import Path

MOST_GROWTH = 40 * 2**20
# Reading how much it is costs a millisecond; each page that is new to a process costs it a fault.
LOOK_AFTER = 4 * 2**20 // resource.getpagesize()


def private() -> int:
    """In bytes; 0 where the system does not tell."""
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
        self._looked = _faults()

    def is_too_much(self) -> bool:
        faults = _faults()
        if faults - self._looked < LOOK_AFTER:
            return False
        self._looked = faults
        return private() - self.start > MOST_GROWTH


def _faults() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt
