"""Reads ``tests/policy_matrix.csv`` and walks the site's addresses. No rule of its own."""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

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
    """A row of the matrix: who may open the page, in which stages, and what it then does.

    ``object``: what its address names, as ``tests.make_everything`` calls it.
    """

    name: str
    kind: str  # "review", "member" or "open"
    stages: dict[str, frozenset[int]]
    object: str
    does: str

    def allows(self, role: str, stage: int) -> bool:
        return stage in self.stages.get(role, frozenset())

    @property
    def is_press(self) -> bool:
        return self.does.startswith("press")

    @property
    def pressed(self) -> tuple[dict[str, str], str]:
        """The fields of the press and what it leads to: "press do=up > reviews:team"."""
        button, _, leads = self.does.partition(" > ")
        fields = dict(field.split("=") for field in button.split()[1:])
        return fields, leads


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
            row["object"],
            row["does"],
        )
        for row in rows
    }


ALL_STAGES = [stage.value for stage in Stage]

# A value of each kind that is well formed and means nothing that exists.
FILLERS: dict[str, object] = {
    "int": 987654,
    "uuid": "00000000-0000-4000-8000-000000000000",
    "date": "2013-02-05",
    "case_kind": "event",
    "sheet_kind": "event",
    "token": "0123456789abcdefghjkmnpqrs",
}


def parts(page: Page) -> dict[str, str]:
    """The parts of the page's address beside the review's number: name and kind."""
    found = {}
    for part in page.route.split("<")[1:]:
        kind, _, key = part.partition(">")[0].rpartition(":")
        if key != "review_id":
            found[key] = "token" if key == "token" else kind
    return found


def filler(kind: str) -> object:
    return FILLERS.get(kind, "x1")


PAGES = {page.name: page for page in pages() if page.is_ours}


def address(name: str, review_id: int, **named: object) -> str:
    """The page's address on a review, with numbers that exist nowhere for what is not given."""
    page = PAGES[name]
    if page.name == "respond:unknown":
        return "/q/anything"
    values = {key: filler(kind) for key, kind in parts(page).items()}
    if "review_id" in page.route:
        values["review_id"] = review_id
    return reverse(name, kwargs=values | named)
