"""What the team has to read before the visit, by theme."""

from __future__ import annotations

from dataclasses import dataclass

from reviews.models import (
    Membership,
    Need,
)
from reviews.packs import Theme
from reviews.reading.documents import DocumentRow, document_rows


@dataclass(frozen=True)
class PackTheme:
    """One theme of the reading pack, with how far the reader has come."""

    theme: Theme
    number: int
    read: int
    must: int
    must_read: int


@dataclass(frozen=True)
class ReadingPack:
    themes: list[PackTheme]
    shown: Theme
    groups: list[tuple[str, list[DocumentRow]]]

    @property
    def number(self) -> int:
        return sum(len(rows) for _, rows in self.groups)


def reading_pack(member: Membership, theme_code: str) -> ReadingPack:
    """What there is to read for one theme, the most needed first, with one's own ticks."""
    rows = document_rows(member)
    themes = member.review.pack.themes
    shown = next((each for each in themes if each.code == theme_code), themes[0])
    by_theme = {
        theme.code: [
            row
            for row in rows
            if not row.document.themes or theme.code in row.document.themes
        ]
        for theme in themes
    }
    counted = [
        PackTheme(
            theme,
            len(by_theme[theme.code]),
            sum(row.read for row in by_theme[theme.code]),
            sum(row.document.need == Need.MUST for row in by_theme[theme.code]),
            sum(
                row.document.need == Need.MUST and row.read
                for row in by_theme[theme.code]
            ),
        )
        for theme in themes
    ]
    groups = [
        (
            str(label),
            [row for row in by_theme[shown.code] if row.document.need == need],
        )
        for need, label in Need.choices
    ]
    return ReadingPack(counted, shown, [group for group in groups if group[1]])
