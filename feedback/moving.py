"""What a move of the whole review needs of this app; found by name by the app that moves it."""

from __future__ import annotations

from typing import Any

from feedback.files import spreadsheet, word
from feedback.reading import stage_blockers
from questionnaires import evidence
from reviews.apps_above.moving import Ids
from reviews.models import Review, Stage
from reviews.rules import shapes

_TEXT = shapes.is_text
SHAPES = {
    "feedback.Finding.key_questions": shapes.list_of(shapes.is_number),
    "feedback.ReportVersion.content": shapes.having(
        **dict.fromkeys(
            ("title", "council", "programme", "dates", "made_on_words"), _TEXT
        ),
        number=shapes.is_number,
        contact=shapes.list_of(_TEXT),
        sections=shapes.list_of(
            shapes.having(title=_TEXT, paragraphs=shapes.list_of(_TEXT))
        ),
    ),
}
CODES = {"feedback.Finding.theme": "themes"}


def _turned_content(content: dict[str, Any], ids: Ids) -> dict[str, Any]:
    """Findings of a version are known by their numbers, so that what changed since is seen."""

    def turned(value: Any) -> Any:
        if isinstance(value, list):
            return [turned(each) for each in value]
        if isinstance(value, dict):
            return {
                name: str(ids.new("feedback.Finding", each) or each)
                if name == "key"
                else turned(each)
                for name, each in value.items()
            }
        return value

    found: dict[str, Any] = turned(content)
    return found


TURNED = {"feedback.ReportVersion.content": _turned_content}


def settle(review: Review, ids: Ids) -> list[str]:
    _turn_excerpts(review, ids)
    readable = shapes.readable(
        lambda content: (word.draw(content), spreadsheet.workbook(content))
    )
    return [
        f"Version {each.number} of the report cannot be read."
        for each in review.report_versions.all()
        if not readable(each.content)
    ]


def _turn_excerpts(review: Review, ids: Ids) -> None:
    """Each leads to the published result that it rests on, if there is one here."""
    renamed: dict[str, str] = {}
    for old, new in ids.pairs("questionnaires.Release"):
        renamed |= evidence.renamed(old, new)
    for each in review.excerpts.all():
        each.evidence_key = renamed.get(each.evidence_key, f"gone {each.pk}")
        each.save(update_fields=["evidence_key"])


def stage_faults(review: Review) -> list[str]:
    if review.stage < Stage.FEEDBACK:
        return []
    return [each.sentence for each in stage_blockers(review, Stage.FEEDBACK)]


def names(review: Review) -> list[tuple[str, str]]:
    return []
