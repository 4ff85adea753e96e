"""Hypotheses and first lines of enquiry by theme, and what of them goes with a note."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from reviews.models import Hypothesis, Review
from reviews.packs import Theme


@dataclass(frozen=True)
class ThemeIdeas:
    """What stands under one theme: hypotheses first, then lines of enquiry.

    ``documents`` and ``measures`` are how many there are to look into.
    """

    theme: Theme
    ideas: list[Hypothesis]
    documents: int = 0
    measures: int = 0


def sources_by_theme(review: Review) -> list[ThemeIdeas]:
    """As ``by_theme``, with what each theme's ideas can rest on: three queries."""
    of_documents = list(
        review.documents.filter(versions__number__gt=0)
        .distinct()
        .values_list("pk", "themes")
    )
    of_figures = set(review.figures.values_list("theme", "name"))
    return [
        replace(
            each,
            documents=sum(
                # What belongs to no theme is read under all of them.
                not themes or each.theme.code in themes
                for _, themes in of_documents
            ),
            measures=sum(theme == each.theme.code for theme, _ in of_figures),
        )
        for each in by_theme(review)
    ]


def by_theme(review: Review) -> list[ThemeIdeas]:
    """Every theme, also one with nothing under it; one query."""
    found: dict[str, list[Hypothesis]] = {}
    for each in review.hypotheses.order_by("kind", "number"):
        each.review = review
        found.setdefault(each.theme, []).append(each)
    return [
        ThemeIdeas(theme, found.get(theme.code, [])) for theme in review.pack.themes
    ]


def prompts(review: Review, theme: str) -> list[str]:
    """What the team agreed to find out for ``theme``, as words beside a note."""
    agreed = review.hypotheses.filter(theme=theme, state=Hypothesis.State.AGREED)
    return [str(each.text) for each in agreed.order_by("kind", "number")]


@dataclass(frozen=True)
class Prompts:
    theme: Theme
    texts: list[str]


def prompts_for(review: Review, themes: Iterable[str]) -> list[Prompts]:
    """The prompts of a session's themes, or of all where it has none."""
    wanted = set(themes)
    found = [
        Prompts(each.theme, [str(idea.text) for idea in each.ideas if _agreed(idea)])
        for each in by_theme(review)
        if not wanted or each.theme.code in wanted
    ]
    return [each for each in found if each.texts]


def _agreed(idea: Hypothesis) -> bool:
    return idea.state == Hypothesis.State.AGREED
