"""Runs a few programs as one: they start together and none outlives the others.

They are forked, so that all share the memory of what was loaded before.
"""

import ctypes
import gc
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from multiprocessing.context import ForkProcess
from types import FrameType

from peerreview import gaps

# TERM to the parents first: a worker whose whole group gets it hangs. Then, for who is slow or
# was orphaned, KILL to the groups. Together well under the five seconds that are promised.
GRACE = 3.0
LOOK = 0.05

KINDS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
# Of Linux, in <sys/prctl.h>.
_SIGNAL_AT_PARENTS_DEATH, _SET_NAME = 1, 15


@dataclass(frozen=True)
class Program:
    """``main`` runs in a process of its own, which the system calls ``name``: 15 letters at most."""

    name: str
    main: Callable[[], object]


class SecondThread(RuntimeError):
    """A fork would leave this thread's locks held for ever in the child."""


class Stop:
    """Becomes true with the first TERM, INT or HUP."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


@contextmanager
def _listening(stop: Stop) -> Iterator[None]:
    before = {kind: signal.signal(kind, stop) for kind in KINDS}
    try:
        yield
    finally:
        for kind, handler in before.items():
            signal.signal(kind, handler)


def run(
    programs: Sequence[Program], *, ready: Callable[[], bool], say: Callable[[], None]
) -> bool:
    """Run ``programs`` until somebody asks to stop (True) or one of them ends (False).

    ``say`` is called once, when ``ready`` first holds.
    """
    _must_be_alone()
    # What is here stays here: the collector would write into shared pages, and copy them. What is
    # new goes elsewhere.
    gc.freeze()
    gaps.one_heap()
    gaps.fill()
    stop = Stop()
    started: list[ForkProcess] = []
    with _listening(stop):
        try:
            for program in programs:
                started.append(_start(program))
            told = False
            while not stop.asked and all(each.is_alive() for each in started):
                if not told and ready():
                    say()
                    told = True
                time.sleep(LOOK)
        finally:
            _end(started)
    return stop.asked


def _must_be_alone() -> None:
    names = [each.name for each in threading.enumerate()]
    if len(names) > 1:
        raise SecondThread(f"There are several threads: {', '.join(names)}.")


def _start(program: Program) -> ForkProcess:
    process = multiprocessing.get_context("fork").Process(
        target=_become, args=(program, os.getpid()), name=program.name
    )
    # Until the child answers signals in its own way, they wait.
    signal.pthread_sigmask(signal.SIG_BLOCK, KINDS)
    try:
        process.start()
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, KINDS)
    return process


def _become(program: Program, parent: int) -> None:
    """In the child."""
    # A session of its own: Ctrl-C in the terminal reaches the supervisor alone.
    os.setsid()
    for kind in KINDS:
        signal.signal(kind, signal.SIG_DFL)
    _end_with(parent, program.name)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, KINDS)
    program.main()


def _end_with(parent: int, name: str) -> None:
    """TERM when the supervisor is killed, who then cannot send it."""
    if sys.platform == "linux":
        system = ctypes.CDLL(None)
        system.prctl(_SET_NAME, name.encode())
        system.prctl(_SIGNAL_AT_PARENTS_DEATH, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit(1)


def _end(started: Sequence[ForkProcess]) -> None:
    for process in started:
        if process.is_alive():
            process.terminate()
    limit = time.monotonic() + GRACE
    while time.monotonic() < limit and any(each.is_alive() for each in started):
        time.sleep(LOOK)
    for process in started:
        with suppress(ProcessLookupError):  # the group is empty, as it should be
            os.killpg(process.pid or 0, signal.SIGKILL)
    for process in started:
        process.join()
