"""Released questionnaires without the road to them: values published from given answers."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils import timezone

from questionnaires import reading
from questionnaires.domain import questions
from questionnaires.models import Comment, Question, Questionnaire, Release
from questionnaires.rules import disclosure, publishing
from reviews.models import Review, Stage, User
from tests.make import move
from tests.make_questionnaires import make_questionnaire

Closed = dict[str, Any]
ON = dt.date(2027, 1, 15)


def voices(
    number: int, *, favourable: int, unfavourable: int = 0, code: str = "Q01"
) -> list[Closed]:
    """So many people's answers to one statement; the rest of them are in the middle."""
    middle = number - favourable - unfavourable
    values = ["4"] * favourable + ["2"] * unfavourable + ["3"] * middle
    return [{code: value} for value in values]


def together(*parts: Sequence[Closed]) -> list[Closed]:
    """The same people's answers to several questions."""
    return [
        {code: value for answer in answers for code, value in answer.items()}
        for answers in zip(*parts, strict=True)
    ]


def add_question(
    questionnaire: Questionnaire, kind: str, text: str, *, by: User, **more: Any
) -> Question:
    return questions.add_question(
        section=questionnaire.sections.all()[0],
        asked=questions.Asked(kind=kind, text=text, **more),
        by=by,
        at=timezone.now(),
    )


def make_released(
    review: Review,
    *,
    by: User,
    groups: Mapping[str, Sequence[Closed]],
    questionnaire: Questionnaire | None = None,
    k: int = 10,
    stage: Stage = Stage.ON_SITE,
    on: dt.date = ON,
) -> Release:
    """``groups`` are answers by leaf of the reporting tree, as "POL/front-line"."""
    move(review, stage)
    questionnaire = questionnaire or make_questionnaire(review, by=by)
    names = {agency.code: agency.name for agency in review.agencies.all()}
    agencies = dict.fromkeys(leaf.split("/")[0] for leaf in groups)
    questionnaire.tree = {
        "agencies": [
            {
                "key": code,
                "title": names[code],
                "leaves": [
                    {
                        "key": leaf,
                        "title": f"{names[code]}: {leaf.split('/')[1].replace('-', ' ')}",
                        "invited": 2 * len(answers),
                    }
                    for leaf, answers in groups.items()
                    if leaf.startswith(f"{code}/")
                ],
            }
            for code in agencies
        ]
    }
    questionnaire.k = k
    questionnaire.state = Questionnaire.State.RELEASED
    questionnaire.save()
    questionnaire.review = review
    payloads: list[dict[str, Any]] = [
        {"leaf": leaf, "closed": closed, "comments": {}}
        for leaf, answers in groups.items()
        for closed in answers
    ]
    root = questionnaire.root
    release = Release.objects.create(
        questionnaire=questionnaire,
        on=on,
        values=publishing.values_of(
            reading.respondent_form_of(questionnaire).items.values(),
            payloads,
            disclosure.atoms(root, Counter(p["leaf"] for p in payloads), k=k),
            root=root,
            k=k,
            invited=2 * len(payloads),
        ),
    )
    release.questionnaire = questionnaire
    return release


def add_comments(
    release: Release,
    texts: Iterable[str],
    *,
    screening: str = Comment.Screening.CLEARED,
    question: str = "FT1",
    atom: str = "",
    themes: Sequence[str] = (),
) -> list[Comment]:
    return Comment.objects.bulk_create(
        [
            Comment(
                release=release,
                question=question,
                atom=atom,
                text=text,
                screening=screening,
                themes=list(themes),
            )
            for text in texts
        ]
    )


def where(release: Release, page: str = "results/") -> str:
    questionnaire = release.questionnaire
    return (
        f"/reviews/{questionnaire.review_id}/questionnaires/{questionnaire.pk}/{page}"
    )
