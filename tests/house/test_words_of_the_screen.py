"""Words that somebody reads on the screen lead by one search to the page, the rule and the test."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
APPS = ("reviews", "questionnaires", "casemapping", "scheduling", "feedback")
# What shows and asks, beside what decides.
NO_RULE = {"views", "forms", "migrations"}


def found(folder: str, words: str, ending: str) -> list[Path]:
    """The files that have the words, in small letters or capitals, as editors search."""
    return [
        path.relative_to(ROOT)
        for path in sorted((ROOT / folder).rglob(f"*{ending}"))
        if path != Path(__file__) and words.lower() in path.read_text().lower()
    ]


@pytest.mark.parametrize(
    "words",
    [
        "Undo the last move",
        "Gather the ready notes",
        "Small groups",
        '"Clear"',
        "Leave this page",
        "Nobody has read",
    ],
)
def test_words_lead_to_page_rule_and_test(words: str) -> None:
    rules = [
        path
        for app in APPS
        for path in found(app, words, ".py")
        if not NO_RULE & set(path.parts)
    ]

    assert found("templates", words, ".html")
    assert rules
    assert found("tests", words, ".py")


def test_words_that_stand_nowhere_lead_nowhere() -> None:
    """The control."""
    assert found("templates", "Undo the last " + "millennium", ".html") == []
