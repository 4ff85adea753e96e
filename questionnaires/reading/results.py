"""The published values of a release, by theme and group. Nothing finer is read here."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from questionnaires.disclosure import Shown
from questionnaires.models import Question, Questionnaire, Release


@dataclass(frozen=True)
class ResultRow:
    """One statement as published: shares of everybody, or of one group."""

    question: Question
    shown: Shown
    favourable: str
    unfavourable: str
    dont_know: str
    group: str


@dataclass(frozen=True)
class ThemeResults:
    code: str
    title: str
    rows: tuple[ResultRow, ...]


@dataclass(frozen=True)
class Results:
    """A release for the team. ``group`` is the chosen group's key, empty for everybody."""

    release: Release
    base: str
    groups: tuple[tuple[str, str], ...]
    group: str
    group_title: str
    themes: tuple[ThemeResults, ...]
    highest: tuple[ResultRow, ...]
    lowest: tuple[ResultRow, ...]

    @property
    def shows_dont_know(self) -> bool:
        """Whether any row has this share: small groups show fewer of them."""
        return any(
            row.shown.dont_know is not None
            for theme in self.themes
            for row in theme.rows
        )


def latest_release(questionnaire: Questionnaire) -> Release | None:
    found = questionnaire.releases.order_by("round").last()
    if found:
        found.questionnaire = questionnaire
    return found


def results(release: Release, *, group: str = "") -> Results:
    """The published values by theme; a group that was not published reads as everybody."""
    questionnaire = release.questionnaire
    values = release.values
    groups = tuple((atom["key"], atom["title"]) for atom in values["atoms"])
    titles = dict(groups)
    chosen = group if group in titles else ""
    rows_by_theme: dict[str, list[ResultRow]] = defaultdict(list)
    for question in questionnaire.questions.filter(kind=Question.Kind.STATEMENT):
        published = values["questions"].get(question.code)
        found = _row(question, published, chosen) if published else None
        if found:
            rows_by_theme[question.theme].append(found)
    themes = tuple(
        ThemeResults(theme.code, theme.title, tuple(rows_by_theme[theme.code]))
        for theme in questionnaire.review.pack.themes
        if rows_by_theme[theme.code]
    )
    ranked = sorted(
        (row for theme in themes for row in theme.rows),
        key=lambda row: (-row.shown.favourable, row.question.position),
    )
    base = next(
        (atom["base"] for atom in values["atoms"] if atom["key"] == chosen),
        values["base"],
    )
    return Results(
        release=release,
        base=base,
        groups=groups,
        group=chosen,
        group_title=titles.get(chosen, "Everybody"),
        themes=themes,
        highest=tuple(ranked[:5]),
        lowest=tuple(reversed(ranked[-5:])),
    )


def _row(question: Question, published: dict[str, Any], group: str) -> ResultRow | None:
    """Of one group only if exactly that group answered this question in numbers enough."""
    if group:
        parts = [each for each in published["groups"] if each["key"] == group]
        if not parts:
            return None
        values = {k: v for k, v in parts[0].items() if k not in ("key", "title")}
    else:
        values = published["all"]
    shown = Shown(**values)
    return ResultRow(
        question=question,
        shown=shown,
        favourable=shown.words(shown.favourable),
        unfavourable=shown.words(shown.unfavourable),
        dont_know=shown.words(shown.dont_know),
        group=group,
    )
