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
    if faults := [sentence for each in made for sentence in _faults(each)]:
        return faults
    for each in made.filter(state=Questionnaire.State.DRAFT):
        keystore.ensure(invitees_key(each.pk))
        _drop_agreement(each)
    readable = shapes.readable(
        lambda of: (evidence.evidence_for(of), evidence.council_summaries(of))
    )
    return (
        [] if readable(review) else ["The results of a questionnaire cannot be read."]
    )


def _faults(made: Questionnaire) -> list[str]:
    """What no questionnaire that was made here could say."""
    found = []
    if made.t != Questionnaire._meta.get_field("t").get_default():
        found.append("has another smallest number behind a share than all have")
    begun = (made.opened_on, made.edition, made.last_sent_on, made.release_asked_by_id)
    if made.state == Questionnaire.State.DRAFT and (
        any(each is not None for each in begun) or made.sending or made.reminders
    ):
        found.append("is a draft and says that it was opened")
    if (made.state == Questionnaire.State.RELEASED) != made.releases.exists():
        found.append("is not released as its results say")
    if made.late_of is not None and made.late_of.state != Questionnaire.State.RELEASED:
        found.append("is a late round of one that was not released")
    return [f"The questionnaire “{made.title}” {each}." for each in found]


def _drop_agreement(draft: Questionnaire) -> None:
    """That two people want groups of fewer than usual is for two people of here to say.

    A late round has the groups of its first, and asks for its agreement anew.
    """
    if draft.k >= Questionnaire.SMALL_K:
        return
    draft.small_k_asked_by = draft.small_k_agreed_by = None
    if not draft.is_late:
        draft.k = Questionnaire.USUAL_K
    draft.save(update_fields=["k", "small_k_asked_by", "small_k_agreed_by"])


def stage_faults(review: Review) -> list[str]:
    """None that what may move at all does not tell."""
    return []


def names(review: Review) -> list[tuple[str, str]]:
    """Whoever is invited to answer stays behind."""
    return []
