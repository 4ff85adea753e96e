"""What the apps above say when a review is to be closed, and what of theirs outlives it.

Each app says so in its own module ``closing``: ``blockers(review)`` are sentences on what is going
on and has to end first; ``unfinished(review)`` what was begun and will never be finished, each to be
accepted by name; ``kept_files(review)`` the files that the archive holds of it; ``chapters(review)``
what of them its page for reading says in words; ``forget(review)`` empties fields that tell more than
a closed review may, of rows that stay.
"""

from __future__ import annotations

from dataclasses import dataclass

from reviews import apps_above
from reviews.models import Review


@dataclass(frozen=True)
class Unfinished:
    """Something that the close ends unfinished. ``code`` stands for it in a form; ``url`` is where
    to look at it, "" for nowhere."""

    code: str
    sentence: str
    url: str = ""


@dataclass(frozen=True)
class Chapter:
    """A heading of the archive's page, and under it paragraphs, a table and parts of its own."""

    title: str
    paragraphs: tuple[str, ...] = ()
    headings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    parts: tuple[Chapter, ...] = ()


def blockers(review: Review) -> list[str]:
    return [
        sentence
        for module in apps_above.modules("closing")
        for sentence in module.blockers(review)
    ]


def unfinished(review: Review) -> list[Unfinished]:
    return [
        each
        for module in apps_above.modules("closing")
        for each in module.unfinished(review)
    ]


def kept_files(review: Review) -> dict[str, bytes]:
    """Names of files in the archive, and what they hold."""
    found: dict[str, bytes] = {}
    for module in apps_above.modules("closing"):
        found |= module.kept_files(review)
    return found


def chapters(review: Review) -> list[Chapter]:
    """Nothing that the files do not hold."""
    return [
        chapter
        for module in apps_above.modules("closing")
        for chapter in module.chapters(review)
    ]


def forget(review: Review) -> None:
    for module in apps_above.modules("closing"):
        module.forget(review)
