"""The page on framework packs names every part and every check, and no others."""

import dataclasses
import re
from pathlib import Path

from reviews import packs

PAGE = Path(__file__).resolve().parents[2] / "docs" / "framework-packs.md"


def table(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its head."""
    section = PAGE.read_text("utf-8").split(f"## {heading}\n", 1)[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row.strip("|").split("|")] for row in rows[2:]]


def named(cells: list[str]) -> list[str]:
    return re.findall(r"`([a-z_-]+)`", cells[0])


def test_every_part_of_the_file_is_told() -> None:
    told = [name for row in table("The parts") for name in named(row)]

    assert sorted(told) == sorted(f.name for f in dataclasses.fields(packs.Pack))


def test_every_check_is_told_and_whether_it_counts() -> None:
    told = {named(row)[0]: row[2] == "yes" for row in table("Quality checks")}

    assert told == packs.QUALITY_CHECKS


def test_every_access_role_is_told() -> None:
    told = [row[0] for row in table("Access roles")]

    assert told == [role for role in packs.ACCESS_ROLES if role]
