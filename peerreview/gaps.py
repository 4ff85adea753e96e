"""Fills what is free between objects, so that a forked process puts new ones on pages of its own.

A small object goes where there is room, and after loading there is some on nearly every page that
was shared until then: a process that needed one megabyte copied ten. The gaps lie in pages that are
held anyway, so that filling them costs little. What Python's documentation of ``gc.freeze`` says of
the collector is true of all that frees.
"""

import ctypes
import sys
from typing import Any

# Of Python's own allocator (Objects/obmalloc.c): sizes that it serves, and where its blocks lie.
_STEP, _LARGEST = 16, 512
_POOL, _POOL_HEADER = 2**14, 48
_BYTES_HEADER = sys.getsizeof(b"")
# The system's allocator asks for pages of their own from here on, and gives no less than this.
_MAPPED, _LEAST = 2**17, 24
# ``M_ARENA_MAX`` of glibc's <malloc.h>.
_MOST_HEAPS = -8
# Gaps of one size come to less. With another allocator no pool is seen to begin, and this ends it.
_MOST = 2**21

_kept: list[object] = []


def fill() -> None:
    for size in range(_STEP * 3, _LARGEST + 1, _STEP):
        _fill_pools(size)
    _fill_heap(ctypes.CDLL(None))


def one_heap() -> None:
    """Threads that begin after this share one heap of glibc: each otherwise keeps what it had once
    needed to itself, and a process came to its most after fewer pages."""
    system = ctypes.CDLL(None)
    if hasattr(system, "mallopt"):
        system.mallopt(_MOST_HEAPS, 1)


def _fill_pools(size: int) -> None:
    """Until a pool is begun that was empty: it hands out its blocks from its start and in order."""
    before = in_order = 0
    for _ in range(_MOST // size):
        made = bytes(size - _BYTES_HEADER)
        _kept.append(made)
        if id(made) % _POOL == _POOL_HEADER:
            in_order = 1
        elif in_order and id(made) == before + size:
            in_order += 1
        else:
            in_order = 0
        if in_order > 3:
            return
        before = id(made)


class _HowMuch(ctypes.Structure):
    """``struct mallinfo2`` of glibc 2.33 and later; the last is what is free at the heap's end."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            *("arena", "ordblks", "smblks", "hblks", "hblkhd"),
            *("usmblks", "fsmblks", "uordblks", "fordblks", "keepcost"),
        )
    ]


def _fill_heap(system: Any) -> None:
    """From large to small, of each size until what is given lies at the heap's end."""
    if not hasattr(system, "mallinfo2"):
        return
    system.mallinfo2.restype = _HowMuch
    system.malloc.restype = system.sbrk.restype = ctypes.c_void_p
    system.malloc.argtypes = [ctypes.c_size_t]
    system.free.argtypes = [ctypes.c_void_p]
    end = system.sbrk(0) - system.mallinfo2().keepcost
    size = _MAPPED // 2
    while size >= _LEAST:
        while True:
            place = system.malloc(size)
            if place is None or place >= end:
                system.free(place)
                break
        size = size * 3 // 4 if size > 1024 else size - _STEP
