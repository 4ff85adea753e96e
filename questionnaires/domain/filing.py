"""Results as evidence, and earlier results to compare with: editorial acts about published values."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from questionnaires.domain.trail import record
from questionnaires.models import EarlierResults, FiledResult, Questionnaire, Release
from questionnaires.rules.published import EVERYBODY, Values
from reviews.models import User
from reviews.refusals import Refusal


class NotPublished(Refusal):
    sentence = "This result is not among those that were published."


class NeedsATheme(Refusal):
    sentence = "Choose the theme that this result bears on."


@transaction.atomic
def file_result(
    *,
    release: Release,
    question: str,
    group: str = EVERYBODY,
    other: str = "",
    theme: str = "",
    by: User,
    at: dt.datetime,
) -> FiledResult:
    """Put a result on the evidence board; filed twice it stands there once.

    ``group`` is a published group's key, and ``other`` a second one to file the gap between them.
    Raises NotPublished, NeedsATheme.
    """
    must_be_published(release, question, group, other)
    own = release.questionnaire.questions.get(code=question).theme
    if not own and theme not in _themes(release):
        raise NeedsATheme
    found, made = FiledResult.objects.get_or_create(
        release=release,
        question=question,
        group=group,
        other=other,
        defaults={"theme": "" if own else theme},
    )
    if made:
        record("result.filed", release.questionnaire, by, at)
    return found


@transaction.atomic
def take_back(
    *,
    release: Release,
    question: str,
    group: str = EVERYBODY,
    other: str = "",
    by: User,
    at: dt.datetime,
) -> None:
    """Off the board again; findings that it was used in keep their own words."""
    gone, _ = release.filed.filter(question=question, group=group, other=other).delete()
    if gone:
        record("result.taken_back", release.questionnaire, by, at)


def must_be_published(release: Release, question: str, group: str, other: str) -> None:
    """Raises NotPublished: nothing finer than what was released can be named."""
    published = Values(release.values).questions.get(question)
    if published is None or published.values(group) is None:
        raise NotPublished
    gap = published.differ(group, other) if group and other else 0
    if other and not gap:
        raise NotPublished


def _themes(release: Release) -> set[str]:
    return {theme.code for theme in release.questionnaire.review.pack.themes}


@transaction.atomic
def keep_earlier(
    *,
    questionnaire: Questionnaire,
    title: str,
    on: dt.date,
    rows: Sequence[dict[str, Any]],
    faults: Sequence[Sequence[Any]],
    by: User,
    at: dt.datetime,
) -> EarlierResults:
    """Published values of an earlier questionnaire; they take the place of any chosen before."""
    # A new row, so that pages drawn from the one before are not taken for it.
    EarlierResults.objects.filter(questionnaire=questionnaire).delete()
    found = EarlierResults.objects.create(
        questionnaire=questionnaire,
        title=title,
        on=on,
        rows=list(rows),
        faults=[list(fault) for fault in faults],
    )
    record("earlier_results.chosen", questionnaire, by, at)
    return found


@transaction.atomic
def forget_earlier(*, questionnaire: Questionnaire, by: User, at: dt.datetime) -> None:
    gone, _ = EarlierResults.objects.filter(questionnaire=questionnaire).delete()
    if gone:
        record("earlier_results.removed", questionnaire, by, at)
