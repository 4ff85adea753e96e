"""The evidence of a review as a matrix and as cards. Nothing here writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.utils.crypto import salted_hmac

import casemapping.evidence
import questionnaires.evidence
import scheduling.evidence
from feedback.models import Finding
from reviews.evidence_item import EvidenceItem, Kind, Polarity
from reviews.models import Review
from reviews.pages import say

KIND_TITLES = {
    Kind.NOTE: "Notes",
    Kind.RESULT: "Questionnaire results",
    Kind.COMMENT: "Questionnaire comments",
    Kind.CASE: "Case learning",
}
POLARITY_TITLES = {
    Polarity.STRENGTH: "Strength",
    Polarity.AREA: "Area for further consideration",
    Polarity.CONTEXT: "Context",
    Polarity.FOLLOW_UP: "Follow-up question",
    Polarity.PRACTICE: "Practice worth sharing",
}
POLARITY_COLOURS = {
    Polarity.STRENGTH: "turquoise",
    Polarity.AREA: "orange",
    Polarity.PRACTICE: "purple",
    Polarity.FOLLOW_UP: "yellow",
    Polarity.CONTEXT: "grey",
}


def evidence_of(review: Review) -> list[EvidenceItem]:
    """All that may be used: masked and unread words are not among it."""
    return [
        *scheduling.evidence.evidence_for(review),
        *questionnaires.evidence.evidence_for(review),
        *casemapping.evidence.evidence_for(review),
    ]


def fingerprint(item: EvidenceItem) -> str:
    """Stands for a piece of evidence in a form."""
    told = f"{item.kind}|{item.text}"
    return salted_hmac("feedback.evidence", told, algorithm="sha256").hexdigest()


def evidence_now(review: Review, key: str, seen: str) -> EvidenceItem | None:
    """By its key; once notes were mixed anew, by what was ``seen`` of it."""
    found = evidence_of(review)
    by_key = next((item for item in found if item.key == key), None)
    if by_key is not None or not seen:
        return by_key
    return next((item for item in found if fingerprint(item) == seen), None)


@dataclass(frozen=True)
class BoardItem:
    """A piece of evidence as a card; ``used`` says in how many findings, "" in none."""

    item: EvidenceItem
    kind: str
    polarity: str
    colour: str
    line: str
    used: str


def card_of(review: Review, item: EvidenceItem, used: int = 0) -> BoardItem:
    line = review.pack.line(item.line_of_enquiry) if item.line_of_enquiry else None
    return BoardItem(
        item=item,
        kind=KIND_TITLES[item.kind],
        polarity=POLARITY_TITLES[item.polarity],
        colour=POLARITY_COLOURS[item.polarity],
        line=line.title if line else "",
        used=f"Used in {say.counted(used, 'finding')}" if used else "",
    )


NO_THEME = "none"
USED = (("", "All"), ("no", "Not used yet"), ("yes", "Used in a finding"))


@dataclass(frozen=True)
class Narrowed:
    """What the address asks for; "" narrows nothing down."""

    theme: str = ""
    kind: str = ""
    source_class: str = ""
    used: str = ""

    @property
    def is_whole(self) -> bool:
        return not (self.theme or self.kind or self.source_class or self.used)

    def address(self, **changes: str) -> str:
        """The same with something else chosen, as the rest of an address."""
        wanted = replace(self, **changes)
        pairs = {
            "theme": wanted.theme,
            "kind": wanted.kind,
            "from": wanted.source_class,
            "used": wanted.used,
        }
        return f"?{urlencode({name: each for name, each in pairs.items() if each})}"

    def holds(self, item: EvidenceItem, used: int) -> bool:
        return (
            (not self.theme or self.theme in (item.themes or (NO_THEME,)))
            and (not self.kind or item.kind == self.kind)
            and (not self.source_class or item.source_class == self.source_class)
            and (not self.used or (used > 0) == (self.used == "yes"))
        )


@dataclass(frozen=True)
class Option:
    """One value of a filter, with how many pieces it would show."""

    title: str
    count: int
    address: str
    current: bool


@dataclass(frozen=True)
class Cell:
    """A number of the matrix; ``words`` say it to whoever does not see where it stands."""

    count: int
    words: str
    address: str


@dataclass(frozen=True)
class MatrixRow:
    title: str
    address: str
    cells: list[Cell]


@dataclass(frozen=True)
class MatrixPart:
    """The rows of one kind of evidence."""

    title: str
    rows: list[MatrixRow]


@dataclass(frozen=True)
class Column:
    """A theme as a column of the matrix; "No theme" for what bears on none."""

    word: str
    mark: str
    title: str
    address: str

    @property
    def short(self) -> str:
        return f"{self.word} {self.mark}".strip()


@dataclass(frozen=True)
class StrengthCell:
    """How many findings of a theme; ``code`` is the theme's, where it is one."""

    count: int
    words: str
    code: str


@dataclass(frozen=True)
class StrengthRow:
    """Findings by theme, of which so many sources were counted on one side."""

    title: str
    cells: list[StrengthCell]


@dataclass(frozen=True)
class Board:
    chosen: Narrowed
    heading: str
    columns: list[Column]
    matrix: list[MatrixPart]
    strength: list[StrengthRow]
    filters: list[tuple[str, list[Option]]]
    items: list[BoardItem]


def evidence_board(review: Review, wanted: Narrowed) -> Board:
    """All evidence as a matrix of theme by source, and what the address narrows it down to.

    Unknown values narrow nothing down.
    """
    everything = evidence_of(review)
    used: Counter[str] = Counter(review.excerpts.values_list("evidence_key", flat=True))
    themes = [(theme.code, theme) for theme in review.pack.themes]
    classes = {item.source_class for item in everything if item.source_class}
    loose = any(not item.themes for item in everything)
    known = [code for code, _ in themes] + [NO_THEME] * loose
    chosen = Narrowed(
        wanted.theme if wanted.theme in known else "",
        wanted.kind if wanted.kind in list(Kind) else "",
        wanted.source_class if wanted.source_class in classes else "",
        wanted.used if wanted.used in dict(USED) else "",
    )
    columns = [
        Column("Theme", str(theme.number), theme.title, Narrowed(theme=code).address())
        for code, theme in themes
    ]
    if loose:
        here = Narrowed(theme=NO_THEME).address()
        columns.append(Column("", "None", "bears on no one theme", here))
    shown = [item for item in everything if chosen.holds(item, used[item.key])]
    return Board(
        chosen=chosen,
        heading=_board_heading(review, chosen),
        columns=columns,
        matrix=_matrix(everything, known, columns),
        strength=_strength(review, known, columns),
        filters=_board_filters(review, everything, used, chosen, known),
        items=[card_of(review, item, used[item.key]) for item in shown],
    )


def _board_heading(review: Review, chosen: Narrowed) -> str:
    if chosen.theme == NO_THEME:
        return "Evidence that bears on no one theme"
    if chosen.theme:
        theme = review.pack.theme(chosen.theme)
        return f"{theme.number}. {theme.title}"
    return "All evidence" if chosen.is_whole else "Evidence of all themes"


def _matrix(
    everything: Sequence[EvidenceItem], known: Sequence[str], columns: Sequence[Column]
) -> list[MatrixPart]:
    counts: Counter[tuple[str, str, str]] = Counter(
        (item.kind, item.source_class, theme)
        for item in everything
        for theme in item.themes or (NO_THEME,)
    )
    parts = []
    for kind in Kind:
        sources = sorted({source for each, source, _ in counts if each == kind})
        rows = [
            MatrixRow(
                source or KIND_TITLES[kind],
                Narrowed(kind=kind, source_class=source).address(),
                [
                    Cell(
                        counts[kind, source, theme],
                        f"{source or KIND_TITLES[kind]}, {column.short.lower()}",
                        Narrowed(theme, kind, source).address(),
                    )
                    for theme, column in zip(known, columns, strict=True)
                ],
            )
            for source in sources
        ]
        if rows:
            parts.append(MatrixPart(KIND_TITLES[kind], rows))
    return parts


# What is said of the sources of a side, as rows of the matrix: words, side, and what was counted.
_STRENGTHS = (
    ("3 or more sources for it", False, Finding.Sources.ENOUGH),
    ("Under 3 sources for it", False, Finding.Sources.FEW),
    ("3 or more sources against it", True, Finding.Sources.ENOUGH),
    ("Under 3 sources against it", True, Finding.Sources.FEW),
)


def _strength(
    review: Review, known: Sequence[str], columns: Sequence[Column]
) -> list[StrengthRow]:
    """For each theme how many findings were counted so, for them and against; no empty row."""
    counts: Counter[tuple[bool, str, str]] = Counter()
    for theme, sources, against in review.findings.values_list(
        "theme", "sources", "sources_against"
    ):
        counts[False, sources, theme] += 1
        counts[True, against, theme] += 1
    rows = [
        StrengthRow(
            title,
            [
                StrengthCell(
                    counts[against, sources, theme],
                    f"findings with {title[:1].lower()}{title[1:]}, {column.short.lower()}",
                    theme,
                )
                for theme, column in zip(known, columns, strict=True)
            ],
        )
        for title, against, sources in _STRENGTHS
    ]
    return [row for row in rows if any(cell.count for cell in row.cells)]


def _board_filters(
    review: Review,
    everything: Sequence[EvidenceItem],
    used: Mapping[str, int],
    chosen: Narrowed,
    known: Sequence[str],
) -> list[tuple[str, list[Option]]]:
    """Each filter with its values, counted beside what the other filters leave."""

    def options(name: str, values: Sequence[tuple[str, str]]) -> list[Option]:
        found = []
        for value, title in values:
            other = replace(chosen, **{name: value})
            count = sum(other.holds(item, used.get(item.key, 0)) for item in everything)
            if count or not value or value == getattr(chosen, name):
                address = chosen.address(**{name: value})
                current = value == getattr(chosen, name)
                found.append(Option(title, count, address, current))
        return found

    titles = {each.code: f"{each.number}. {each.title}" for each in review.pack.themes}
    titles[NO_THEME] = "No theme"
    sources = sorted({item.source_class for item in everything if item.source_class})
    return [
        ("Theme", options("theme", [("", "All"), *((c, titles[c]) for c in known)])),
        ("Use", options("used", USED)),
        (
            "Kind",
            options("kind", [("", "All"), *((k.value, KIND_TITLES[k]) for k in Kind)]),
        ),
        (
            "Who was heard",
            options("source_class", [("", "All"), *((each, each) for each in sources)]),
        ),
    ]
