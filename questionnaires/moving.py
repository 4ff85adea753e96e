"""What a move of the whole review needs of this app; found by name by the app that moves it."""

from __future__ import annotations

from typing import Any

from questionnaires import evidence
from questionnaires.models import Questionnaire
from questionnaires.models.questionnaire import invitees_key
from questionnaires.rules.published import Values
from reviews.apps_above.moving import Ids
from reviews.models import Review
from reviews.rules import shapes
from reviews.secrets import keystore

_TEXT, _NUMBER = shapes.is_text, shapes.is_number
_SECOND = shapes.values_of(_TEXT)
_LEAF = shapes.having(key=_TEXT, title=_TEXT)
_GROUP = shapes.having(
    title=_TEXT, leaves=shapes.list_of(_TEXT), invited=shapes.is_number
)


def _read_values(values: Any) -> None:
    found = Values(values)
    _ = (found.outcome, found.base, found.atoms, found.titles)
    for each in found.questions.values():
        each.values("")


SHAPES = {
    "questionnaires.Questionnaire.scale": shapes.list_of(
        shapes.having(code=_TEXT, label=_TEXT, category=_TEXT)
    ),
    "questionnaires.Questionnaire.second": _SECOND,
    "questionnaires.Questionnaire.tree": shapes.either(
        shapes.is_empty,
        shapes.having(
            agencies=shapes.list_of(
                shapes.having(key=_TEXT, title=_TEXT, leaves=shapes.list_of(_LEAF))
            )
        ),
    ),
    "questionnaires.Questionnaire.late_counts": shapes.either(
        shapes.is_empty,
        shapes.having(
            invited=_NUMBER, exact=shapes.is_truth, groups=shapes.list_of(_GROUP)
        ),
    ),
    "questionnaires.Questionnaire.told": shapes.either(
        shapes.is_empty,
        shapes.having(
            final=shapes.is_truth,
            groups=shapes.values_of(_NUMBER),
            agencies=shapes.values_of(_NUMBER),
        ),
    ),
    "questionnaires.Section.second": _SECOND,
    "questionnaires.Question.second": _SECOND,
    "questionnaires.Question.options": shapes.list_of(
        shapes.having(code=_TEXT, label=_TEXT)
    ),
    "questionnaires.Question.condition": shapes.either(
        shapes.is_empty,
        shapes.having(question=_TEXT, answers=shapes.list_of(_TEXT)),
    ),
    "questionnaires.Release.values": shapes.readable(_read_values),
    "questionnaires.EarlierResults.rows": shapes.list_of(
        shapes.having(code=_TEXT, text=_TEXT)
    ),
    "questionnaires.EarlierResults.faults": shapes.list_of(
        shapes.row_of(_NUMBER, shapes.either(_NUMBER, _TEXT), _TEXT)
    ),
}
CODES = {
    "questionnaires.Question.theme": "themes",
    "questionnaires.FiledResult.theme": "themes",
}
TURNED: dict[str, Any] = {}


def settle(review: Review, ids: Ids) -> list[str]:
    """A draft takes a list of people again. What was published can be read as evidence."""
    made = Questionnaire.objects.filter(review=review)
    for each in made.filter(state=Questionnaire.State.DRAFT):
        keystore.ensure(invitees_key(each.pk))
    readable = shapes.readable(
        lambda of: (evidence.evidence_for(of), evidence.council_summaries(of))
    )
    return (
        [] if readable(review) else ["The results of a questionnaire cannot be read."]
    )


def names(review: Review) -> list[tuple[str, str]]:
    """Whoever is invited to answer stays behind."""
    return []
