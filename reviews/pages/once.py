"""What is made once a process and used again: a bounded store for each kind, one reset for all."""

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

from cachetools import LRUCache

Key = TypeVar("Key", bound=Hashable)
Made = TypeVar("Made")

_stores: list["Once[object, object]"] = []


class Once(Generic[Key, Made]):
    """At most ``most`` values by key; the one that was longest unused makes room.

    The key holds all that the value depends on: nothing is ever taken out because a row changed.
    """

    def __init__(self, most: int) -> None:
        self._kept: LRUCache[Key, Made] = LRUCache(maxsize=most)
        # Looking something up changes the order of use too.
        self._lock = Lock()
        _stores.append(self)  # type: ignore[arg-type]

    def __len__(self) -> int:
        return len(self._kept)

    def find(self, key: Key) -> Made | None:
        with self._lock:
            return self._kept.get(key)

    def keep(self, key: Key, made: Made) -> Made:
        with self._lock:
            self._kept[key] = made
        return made

    def get(self, key: Key, make: Callable[[], Made]) -> Made:
        """The value, made now if it is not there. Two threads at once may both make it."""
        found = self.find(key)
        return self.keep(key, make()) if found is None else found

    def forget(self) -> None:
        with self._lock:
            self._kept.clear()


def forget_all() -> None:
    """For tests, where the rows of one have the numbers of another's."""
    for store in _stores:
        store.forget()
