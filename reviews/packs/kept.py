"""A review's own copy of its framework, as the text in which it is kept."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any


class KeptFramework(Mapping[str, Any]):
    """Plain values as JSON, taken apart only when somebody asks for one of them.

    Every page reads its review, and with it 60 kB of framework: as ``parse`` knows the text
    already, nothing need be taken apart for it.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _values(self) -> dict[str, Any]:
        values: dict[str, Any] = json.loads(self.text)
        return values

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)
