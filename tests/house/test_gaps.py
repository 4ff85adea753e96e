"""A forked process puts what is new on pages of its own, not into gaps of those that are shared."""

import ctypes
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LARGE, SMALL = 700, 90

# Objects with a gap now and then, of the system's allocator or of Python's own.
PROGRAM = """
import os
from peerreview import footprint, gaps
held = [bytes({size}) for _ in range({many})]
del held[::{every}]
if {filled}:
    gaps.fill()
if os.fork():
    os.wait()
else:
    new = [bytes({size}) for _ in range({new})]
    print(footprint.private(), flush=True)
    os._exit(0)
"""


def held(size: int, *, filled: bool) -> int:
    """What a forked process holds for itself, when it has made a megabyte of small things."""
    new = 2**20 // size
    words = PROGRAM.format(
        size=size,
        # One gap for two pages, and gaps for all that will be new.
        every=2**13 // size,
        many=new * 2**13 // size,
        filled=filled,
        new=new,
    )
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", words],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return int(done.stdout)


@pytest.mark.skipif(
    not Path("/proc/self/smaps_rollup").exists(), reason="the system does not tell"
)
@pytest.mark.parametrize("size", [LARGE, SMALL])
def test_without_gaps_a_small_object_copies_no_page(size: int) -> None:
    with_gaps, without = held(size, filled=False), held(size, filled=True)

    assert without < with_gaps / 2


# Threads that each need room at once, and how many heaps of the system's they were given.
THREADS = """
import ctypes, os, tempfile, threading
from peerreview import gaps
if {one}:
    gaps.one_heap()
meet = threading.Barrier(4)
def need():
    held = [bytes(3_000) for _ in range(500)]
    meet.wait()
threads = [threading.Thread(target=need) for _ in range(4)]
for each in threads: each.start()
for each in threads: each.join()
system = ctypes.CDLL(None)
system.fopen.restype = ctypes.c_void_p
with tempfile.TemporaryDirectory() as folder:
    file = ctypes.c_void_p(system.fopen(os.path.join(folder, "told").encode(), b"w"))
    system.malloc_info(0, file)
    system.fclose(file)
    print(open(os.path.join(folder, "told")).read().count("<heap nr="))
"""


def heaps(*, one: bool) -> int:
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "-c", THREADS.format(one=one)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return int(done.stdout)


@pytest.mark.skipif(
    not hasattr(ctypes.CDLL(None), "malloc_info"), reason="another allocator"
)
def test_threads_of_a_process_share_one_heap() -> None:
    assert heaps(one=True) == 1
    # The control.
    assert heaps(one=False) > 1
