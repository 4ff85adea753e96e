"""Reads ``tests/policy_matrix.csv`` and walks the site's addresses. No rule of its own."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from reviews.models import AccessRole, Stage

MATRIX = Path(__file__).resolve().parents[1] / "policy_matrix.csv"

# The columns of the matrix: pack role and access role of each member, peers apart.
MEMBERS: dict[str, AccessRole] = {
    "RM": AccessRole.RM,
    "TL": AccessRole.TL,
    "AP": AccessRole.AP,
    "MP": AccessRole.P,
    "OP": AccessRole.P,
    "HP": AccessRole.P,
    "SP": AccessRole.P,
    "SPO": AccessRole.CS,
    "ORG": AccessRole.CC,
    "AGL": AccessRole.PC,
}


@dataclass(frozen=True)
class Page:
    """One address of the site: its name, its route and the view behind it."""

    name: str
    route: str
    view: Callable[..., Any]

    @property
    def module(self) -> str:
        return getattr(self.view, "view_class", self.view).__module__

    @property
    def is_ours(self) -> bool:
        return not self.module.startswith(("allauth.", "django."))


def pages() -> list[Page]:
    return list(_walk(get_resolver().url_patterns, "", ""))


def _walk(patterns: Any, prefix: str, space: str) -> Iterator[Page]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _walk(pattern.url_patterns, route, inner)
        elif isinstance(pattern, URLPattern):
            yield Page(f"{space}{pattern.name}", route, pattern.callback)


@dataclass(frozen=True)
class Rule:
    """A row of the matrix: who may open the page, in which stages."""

    name: str
    kind: str  # "review", "member" or "open"
    stages: dict[str, frozenset[int]]

    def allows(self, role: str, stage: int) -> bool:
        return stage in self.stages.get(role, frozenset())


def _stages(cell: str) -> frozenset[int]:
    if cell in ("", "-"):
        return frozenset()
    first, _, last = cell.partition("-")
    return frozenset(range(int(first), int(last or first) + 1))


def rules() -> dict[str, Rule]:
    with MATRIX.open(newline="") as file:
        rows = list(csv.DictReader(line for line in file if not line.startswith("#")))
    return {
        row["page"]: Rule(
            row["page"],
            row["kind"],
            {role: _stages(row[role] or "") for role in MEMBERS},
        )
        for row in rows
    }


ALL_STAGES = [stage.value for stage in Stage]
