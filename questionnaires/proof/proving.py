"""The self-test of non-attribution: asked for, played by the worker, its dated result kept."""

import datetime as dt

from django.db import connection, transaction

from questionnaires.domain.trail import record
from questionnaires.models import Proof, Questionnaire
from questionnaires.proof import rehearsal
from reviews import background
from reviews.domain import rehearsals
from reviews.models import Job, User


@transaction.atomic
def ask_for_proof(*, questionnaire: Questionnaire, by: User, at: dt.datetime) -> Job:
    """Have the worker attack made-up people. Raises UnderWay."""
    rehearsals.refuse_a_second(
        questionnaire.review, Questionnaire.PROVES, questionnaire.pk
    )
    record("questionnaire.self_test_started", questionnaire, by, at)
    return background.enqueue(
        Questionnaire.PROVES, questionnaire.pk, review=questionnaire.review
    )


def prove(
    *, questionnaire: Questionnaire, job: Job, at: dt.datetime, today: dt.date
) -> Proof:
    """In the worker: play all games, take everything made up away, and keep what was found."""
    result = rehearsal.run(like=questionnaire.review, job=job)
    with transaction.atomic():
        record(
            "questionnaire.self_test_ended",
            questionnaire,
            None,
            at,
            result="no better than luck" if result.passed else "it did not pass",
        )
        return Proof.objects.create(
            questionnaire=questionnaire,
            on=today,
            passed=result.passed,
            values={
                "database": connection.display_name,
                "people": result.people,
                "chance": result.chance,
                "limit": result.limit,
                "tries": result.tries,
                "kinds": [
                    {
                        "kind": kind.value,
                        "tries": mine.tries,
                        "best": mine.best,
                        "naive": naive.best,
                    }
                    for kind, (mine, naive) in result.kinds.items()
                ],
            },
        )
