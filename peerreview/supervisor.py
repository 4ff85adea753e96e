"""Runs a few programs as one: they start together and none outlives the others."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType

# TERM to the parents first: a worker whose whole group gets it hangs. Then, for who is slow or
# was orphaned, KILL to the groups. Together well under the five seconds that are promised.
GRACE = 3.0
LOOK = 0.05

Program = subprocess.Popen[bytes]


class Stop:
    """Becomes true with the first TERM, INT or HUP."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


@contextmanager
def _listening(stop: Stop) -> Iterator[None]:
    kinds = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {kind: signal.signal(kind, stop) for kind in kinds}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)


def run(
    commands: Sequence[Sequence[str]],
    *,
    folder: Path,
    ready: Callable[[], bool],
    say: Callable[[], None],
) -> bool:
    """Run ``commands`` until somebody asks to stop (True) or one of them ends (False).

    ``say`` is called once, when ``ready`` first holds.
    """
    stop = Stop()
    programs: list[Program] = []
    with _listening(stop):
        try:
            for command in commands:
                programs.append(_start(command, folder))
            told = False
            while not stop.asked and all(each.poll() is None for each in programs):
                if not told and ready():
                    say()
                    told = True
                time.sleep(LOOK)
        finally:
            _end(programs)
    return stop.asked


def _start(command: Sequence[str], folder: Path) -> Program:
    # A session of its own: Ctrl-C in the terminal reaches us alone.
    return subprocess.Popen(command, cwd=folder, start_new_session=True)  # noqa: S603


def _end(programs: Sequence[Program]) -> None:
    for program in programs:
        if program.poll() is None:
            program.terminate()
    limit = time.monotonic() + GRACE
    while time.monotonic() < limit:
        if all([each.poll() is not None for each in programs]):
            break
        time.sleep(LOOK)
    for program in programs:
        with suppress(ProcessLookupError):  # the group is empty, as it should be
            os.killpg(program.pid, signal.SIGKILL)
    for program in programs:
        program.wait()
