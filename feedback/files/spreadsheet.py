"""The findings of a version as a workbook: what the report prints, to filter and to work with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from reviews.files.workbook import Sheet, book

FINDINGS = (
    ("Theme", 36),
    ("Kind", 26),
    ("Finding", 44),
    ("What the team found", 80),
    ("What the council is asked to consider", 60),
    ("Key questions", 14),
    ("Heard through", 36),
)
COUNTS = (("Theme", 52),)
SURVEY = (("Theme", 52), ("Statement", 80), ("Favourable", 14))


def workbook(content: Mapping[str, Any]) -> bytes:
    """The bytes of an .xlsx. Every text is stored as text, so none of it can be a formula."""
    themes = [
        theme for section in content["sections"] for theme in section.get("themes", ())
    ]
    kinds = list(dict.fromkeys(g["title"] for t in themes for g in t["groups"]))
    counted = (*COUNTS, *((kind, 20) for kind in kinds))
    sheets = [
        Sheet("Findings", FINDINGS, _findings(themes), wrapped=True),
        Sheet("Counts by theme", counted, _counts(themes, kinds), wrapped=True),
    ]
    if rows := list(_survey(content)):
        sheets.append(Sheet("Questionnaire", SURVEY, rows, wrapped=True))
    return book(sheets, title=f"{content['title']}, version {content['number']}")


def _findings(themes: Iterable[Mapping[str, Any]]) -> Iterable[Sequence[Any]]:
    for theme in themes:
        for group in theme["groups"]:
            for finding in group["findings"]:
                yield (
                    f"{theme['number']}. {theme['title']}",
                    group["title"],
                    finding["title"],
                    "\n".join(finding["paragraphs"]),
                    "\n".join(finding["consider"]),
                    ", ".join(map(str, finding.get("questions", ()))),
                    finding["evidence"].removeprefix("Heard through ").rstrip("."),
                )


def _counts(
    themes: Iterable[Mapping[str, Any]], kinds: Sequence[str]
) -> Iterable[Sequence[Any]]:
    for theme in themes:
        numbers = {g["title"]: len(g["findings"]) for g in theme["groups"]}
        title = f"{theme['number']}. {theme['title']}"
        yield title, *(numbers.get(kind, 0) for kind in kinds)


def _survey(content: Mapping[str, Any]) -> Iterable[Sequence[Any]]:
    """A questionnaire's title stands before its themes where there are several."""
    surveys = [s for part in content["sections"] for s in part.get("surveys", ())]
    for survey in surveys:
        for theme in survey["themes"]:
            title = ": ".join(filter(None, (survey["title"], theme["title"])))
            for row in theme["rows"]:
                yield title, row["text"], row["words"]
