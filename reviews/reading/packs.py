"""Frameworks as pages show them: the list, one of them whole, and two versions side by side."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from reviews import pack_file, packs
from reviews.line_diff import Row, compare
from reviews.models import FrameworkPack, PackVersion, Review
from reviews.pack_parts import PARTS, Part, Table, table_of
from reviews.pack_use import Uses


@dataclass(frozen=True)
class PackRow:
    """A framework of the list; ``versions`` is 0 for one that comes with the product."""

    code: str
    title: str
    version: str
    versions: int
    changed_at: dt.datetime | None = None
    changed_by: str = ""


def shipped_rows() -> list[PackRow]:
    return [PackRow(p.code, p.title, p.version, 0) for p in packs.shipped()]


def own_rows() -> list[PackRow]:
    """The frameworks of this installation, each with who changed it last: two queries."""
    rows = []
    for own in FrameworkPack.objects.prefetch_related("versions"):
        versions = list(own.versions.all())
        last = versions[-1]
        rows.append(
            PackRow(
                own.code,
                own.title,
                last.label,
                len(versions),
                last.made_at,
                last.made_by_name,
            )
        )
    return rows


@dataclass(frozen=True)
class Whole:
    """A framework to read; ``own`` and ``version`` are None for one that is shipped."""

    pack: packs.Pack
    own: FrameworkPack | None = None
    version: PackVersion | None = None


def find(code: str, number: int | None = None) -> Whole | None:
    """The framework of that code, one's own at its newest version or at ``number``."""
    for pack in packs.shipped():
        if pack.code == code and number is None:
            return Whole(pack)
    own = FrameworkPack.objects.filter(code=code).first()
    if own is None:
        return None
    version = (
        own.newest if number is None else own.versions.filter(number=number).first()
    )
    return Whole(version.content(), own, version) if version else None


def choices() -> list[tuple[str, str]]:
    """What a new review may work with."""
    return [(row.code, row.title) for row in (*shipped_rows(), *own_rows())]


def newest_of(code: str) -> packs.Pack:
    """Raises PackFault when there is no framework of that code."""
    found = find(code)
    return found.pack if found else packs.load(code)


def versions_of(review: Review) -> list[tuple[str, packs.Pack]]:
    """Other versions of the framework that the review works with, the newest first."""
    found: list[tuple[str, packs.Pack]] = []
    own = FrameworkPack.objects.filter(code=review.pack_code).first()
    if own:
        found = [(v.label, v.content()) for v in reversed(own.versions.all())]
    else:
        found = [(p.version, p) for p in packs.shipped() if p.code == review.pack_code]
    return [(label, pack) for label, pack in found if label != review.pack_version]


def copy_now(review: Review) -> packs.Pack:
    """The review's own copy as it is saved at this moment."""
    return Review.objects.get(pk=review.pk).pack


def tables(pack: packs.Pack) -> list[Table]:
    return [table_of(part, pack) for part in PARTS]


@dataclass(frozen=True)
class PartLine:
    """A part of a review's own copy: how much is in it, and why it cannot be changed."""

    part: Part
    size: str
    locked: str = ""


def part_lines(pack: packs.Pack, uses: Uses | None = None) -> list[PartLine]:
    lines = []
    for part in PARTS:
        size = ""
        if not part.names:
            number = len(part.items(pack))
            size = "1 item" if number == 1 else f"{number} items"
        lines.append(
            PartLine(part, size, uses.locked.get(part.slug, "") if uses else "")
        )
    return lines


def text_of(part: Part, pack: packs.Pack) -> str:
    """A part as the text that somebody changes."""
    return pack_file.write(part.of(pack))


def diff_of(left: PackVersion, right: PackVersion) -> list[Row]:
    return compare(left.text, right.text)


def part_diff(part: Part, saved: packs.Pack, typed: Any) -> list[Row]:
    """What the other person saved beside what was typed here."""
    mine = typed if isinstance(typed, str) else pack_file.write(typed)
    return compare(text_of(part, saved), mine)
