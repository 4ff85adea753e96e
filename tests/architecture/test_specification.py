"""Every rule and attack that the code cites is in the specification, and its tables are the ones in use."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest

from reviews.access import GRANTS, SIGHTS
from reviews.models import AccessRole
from tests.architecture.test_repository import tracked_texts

ROOT = Path(__file__).resolve().parents[2]
SPECIFICATION = ROOT / "docs" / "specification.md"
INDEX = ROOT / "tests" / "adversarial" / "README.md"

_NUMBER = r"\d+(?:\.\d+)?"
# As in "specification 2.2, 4.2 and 4.6" and "specification, section 9".
CITED = re.compile(
    rf"specification(?:,? section)? ({_NUMBER}(?:(?:, | and ){_NUMBER})*)"
    rf"|section ({_NUMBER}) of the (?:non-attribution )?specification",
    re.IGNORECASE,
)
# As in "(T22)" and "T7, T8 and T10: what a link opens". T1 to T5 are themes of frameworks too, so these
# are followed in brackets alone.
ATTACKED = re.compile(r"\((T\d+)\)|(?<![\w\"'`.])(T(?:[6-9]|[1-9]\d))(?![\w\"'`])")
# A comment or a docstring goes on in the next line.
_BREAK = re.compile(r"\s*\n\s*(?:#|//|\*|>)?\s*")


def rules(text: str) -> set[str]:
    """The numbers of its headings."""
    return set(re.findall(rf"^##+ ({_NUMBER})\.? ", text, re.MULTILINE))


def attacks(text: str) -> set[str]:
    """The attacks that have a row."""
    rows = re.findall(r"^\| (T\d+(?:, T\d+)*) \|", text, re.MULTILINE)
    return {each for row in rows for each in row.split(", ")}


def cited(text: str) -> set[str]:
    """The rules and attacks that a text refers to."""
    flat = _BREAK.sub(" ", text)
    numbers = " ".join(one or other for one, other in CITED.findall(flat))
    attacked = {one or other for one, other in ATTACKED.findall(flat)}
    return {*re.findall(_NUMBER, numbers), *attacked}


@cache
def specification() -> str:
    return SPECIFICATION.read_text()


def dangling(text: str) -> set[str]:
    return cited(text) - rules(specification()) - attacks(specification())


def test_every_rule_and_attack_that_is_cited_is_there() -> None:
    found: dict[str, set[str]] = {}
    everything: set[str] = set()
    for path in tracked_texts():
        text = path.read_text(errors="replace")
        everything |= cited(text)
        if path != Path(__file__) and (missing := dangling(text)):
            found[str(path.relative_to(ROOT))] = missing

    assert found == {}
    # Something was followed: code, tests and documents do cite it.
    assert {"2.2", "2.7", "3.2", "8", "T22"} <= everything


def test_a_reference_that_leads_nowhere_is_found() -> None:
    """The control."""
    text = """See the specification
    2.2, 2.99 and 4.6 (T98). As section 77 of the specification
    # says; specification, section 9. T7 and T97: theme T1, "T20".
    """

    assert cited(text) == {"2.2", "2.99", "4.6", "T98", "77", "9", "T7", "T97"}
    assert dangling(text) == {"2.99", "T98", "77", "T97"}


def test_a_link_to_a_rule_leads_to_its_heading() -> None:
    anchors = {_anchor(each) for each in _headings(specification())}
    found = {
        f"{path.relative_to(ROOT)}: {anchor}"
        for path in tracked_texts()
        if path.suffix == ".md"
        for anchor in _links(path)
        if anchor not in anchors
    }

    assert found == set()
    assert _anchor("2.3 Link and page") in anchors
    assert _anchor("2.3 Another title") not in anchors


def _headings(text: str) -> list[str]:
    return re.findall(r"^#+ (.+)$", text, re.MULTILINE)


def _anchor(heading: str) -> str:
    """As the sites that show such pages make it."""
    kept = re.sub(r"[^\w\- ]", "", heading.lower())
    return kept.replace(" ", "-")


def _links(path: Path) -> list[str]:
    here = (
        r"\]\(#([^)]+)\)"
        if path == SPECIFICATION
        else r"\]\([^)#]*specification\.md#([^)]+)\)"
    )
    return re.findall(here, path.read_text())


def test_the_list_of_attacks_is_that_of_the_tests() -> None:
    assert attacks(specification()) == attacks(INDEX.read_text())
    # The control: a row less would be seen.
    assert attacks(specification().replace("| T22 |", "| |")) != attacks(
        INDEX.read_text()
    )


# --- the tables of access ---------------------------------------------------------------

ROLES = [AccessRole[name] for name in ("RM", "TL", "AP", "P", "CS", "CC", "PC")]


def _cell(stages: frozenset[int]) -> str:
    if not stages:
        return "–"
    first, last = min(stages), max(stages)
    if stages != frozenset(range(first, last + 1)):
        return ", ".join(map(str, sorted(stages)))
    return str(first) if first == last else f"{first}–{last}"


def in_use() -> dict[str, list[str]]:
    """The table of the code, as the specification writes it."""
    return {
        action.name: [_cell(roles.get(role, frozenset())) for role in ROLES]
        for action, roles in GRANTS.items()
    }


def in_sight() -> dict[str, list[str]]:
    """The table of what is seen inside a page, as the specification writes it."""
    return {
        sight.name: ["✓" if role in roles else "–" for role in ROLES]
        for sight, roles in SIGHTS.items()
    }


TABLES = {"7.1": in_use, "7.2": in_sight}


def section(text: str, number: str) -> str:
    """What stands between its heading and the next."""
    found = re.search(rf"^### {number} .*?(?=^##)", text, re.MULTILINE | re.DOTALL)
    assert found, number
    return found[0]


def written(text: str) -> dict[str, list[str]]:
    rows = re.findall(r"^\| [^|]+ \| `([A-Z_]+)` \|(.+)\|$", text, re.MULTILINE)
    return {name: [each.strip() for each in cells.split("|")] for name, cells in rows}


@pytest.mark.parametrize("number", TABLES)
def test_the_table_of_roles_is_the_one_in_use(number: str) -> None:
    text = section(specification(), number)
    table = written(text)
    wanted = TABLES[number]()
    wrong = [
        f"| … | `{name}` | {' | '.join(cells)} |"
        for name, cells in wanted.items()
        if table.get(name) != cells
    ]

    assert wrong == [], (
        f"rows that docs/specification.md, section {number}, should have"
    )
    assert [*table] == [*wanted]
    heads = re.search(r"^\| .*\| Name \|(.+)\|$", text, re.MULTILINE)
    assert heads
    assert [each.strip() for each in heads[1].split("|")] == [r.name for r in ROLES]


@pytest.mark.parametrize(
    ("number", "row", "other"),
    [
        (
            "7.1",
            "| `WRITE_NOTE` | 4 | 4 | 4 | 4 |",
            "| `WRITE_NOTE` | 4 | 4 | 4 | 4–5 |",
        ),
        ("7.2", "| `READERS` | ✓ | – |", "| `READERS` | ✓ | ✓ |"),
    ],
)
def test_a_table_that_differs_by_one_cell_is_found(
    number: str, row: str, other: str
) -> None:
    """The control."""
    text = section(specification(), number)

    assert row in text
    assert written(text.replace(row, other)) != TABLES[number]()
    assert written(text) == TABLES[number]()


@pytest.mark.parametrize("number", TABLES)
def test_every_reason_is_about_a_row(number: str) -> None:
    reasons = re.findall(
        r"^- ((?:`[A-Z_]+`(?:, | to )?)+):",
        section(specification(), number),
        re.MULTILINE,
    )
    named = {name for each in reasons for name in re.findall(r"[A-Z_]{3,}", each)}

    assert len(named) > 5
    assert named <= TABLES[number]().keys()
