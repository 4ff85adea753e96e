"""Frameworks as pages show them: the list, one of them whole, and two versions side by side."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from reviews import packs
from reviews.apps_above.pack_use import Uses
from reviews.models import FrameworkPack, PackVersion, Review
from reviews.packs import yaml_file
from reviews.packs.parts import PARTS, Part
from reviews.packs.words import PartDifference, Table, differences, table_of
from reviews.pages import say
from reviews.pages.line_diff import Row, compare


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


@dataclass(frozen=True)
class Edition:
    """A version of a framework; nobody made one that is supplied."""

    label: str
    pack: packs.Pack
    reason: str = ""
    made_by: str = ""
    made_at: dt.datetime | None = None

    @property
    def words(self) -> str:
        """As in "Version 2: A question more (Lorcan Devaney, 9 January 2013)"."""
        if self.made_at is None:
            return f"Version {self.label}, as supplied"
        day = say.day(timezone.localtime(self.made_at).date())
        return f"Version {self.label}: {self.reason} ({self.made_by}, {day})"


def editions_of(code: str) -> list[Edition]:
    """Every version of a framework, the newest first; none where it is not here."""
    own = FrameworkPack.objects.filter(code=code).first()
    if own:
        return [
            Edition(v.label, v.content(), v.reason, v.made_by_name, v.made_at)
            for v in reversed(own.versions.all())
        ]
    return [Edition(p.version, p) for p in packs.shipped() if p.code == code]


def versions_of(review: Review) -> list[Edition]:
    """Other versions of the framework that the review works with, the newest first."""
    return [
        each
        for each in editions_of(review.pack_code)
        if each.label != review.pack_version
    ]


def origin_of(review: Review) -> packs.Pack | None:
    """The framework as it was before it was tailored for the review, if it is still here."""
    return next(
        (
            each.pack
            for each in editions_of(review.pack_code)
            if each.label == review.pack_version
        ),
        None,
    )


def source_of(own: FrameworkPack) -> packs.Pack | None:
    """What one's own framework was copied from, if it is still here."""
    return next(
        (
            each.pack
            for each in editions_of(own.source_code)
            if each.label == own.source_version
        ),
        None,
    )


def next_label(own: FrameworkPack) -> str:
    """What the next version of one's own framework will be called."""
    taken = {version.label for version in own.versions.all()}
    number = own.newest.number + 1
    while str(number) in taken:
        number += 1
    return str(number)


def copy_now(review: Review) -> packs.Pack:
    """The review's own copy as it is saved at this moment."""
    return Review.objects.get(pk=review.pk).pack


def tables(pack: packs.Pack) -> list[Table]:
    return [table_of(part, pack) for part in PARTS]


@dataclass(frozen=True)
class PartLine:
    """A part in the list of them: how much is in it, and why it cannot be changed here."""

    part: Part
    size: str
    locked: str = ""


def part_lines(pack: packs.Pack, uses: Uses | None = None) -> list[PartLine]:
    lines = []
    for part in PARTS:
        size = ""
        if not part.names:
            number = len(part.items(pack))
            size = say.counted(number, "item")
        lines.append(
            PartLine(part, size, uses.locked.get(part.slug, "") if uses else "")
        )
    return lines


def text_of(part: Part, pack: packs.Pack) -> str:
    """A part as the text that somebody changes."""
    return yaml_file.write(part.of(pack))


@dataclass(frozen=True)
class Comparison:
    """Two frameworks in words, part by part, and line by line as files."""

    parts: list[PartDifference]
    rows: list[Row]


def comparison(left: packs.Pack, right: packs.Pack) -> Comparison:
    return Comparison(
        differences(PARTS, left, right), compare(packs.write(left), packs.write(right))
    )


def part_diff(part: Part, saved: packs.Pack, typed: Any) -> list[Row]:
    """What the other person saved beside what was typed here."""
    mine = typed if isinstance(typed, str) else yaml_file.write(typed)
    return compare(text_of(part, saved), mine)
