"""The self-test of notes: asked for, played by the worker, its dated result kept."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import asdict

from django.db import connection, transaction

from reviews import background
from reviews.domain import rehearsals
from reviews.models import Job, Review, Stage, User
from reviews.refusals import Refusal
from reviews.trail import audit
from scheduling.models import NoteProof
from scheduling.proof import game
from scheduling.reading.proof import PROVES
from scheduling.rules import note_attacks
from scheduling.rules.note_attacks import Scores

GAMES = 3


class NoSampleWeek(Refusal):
    sentence = (
        "The framework has no sample week in which people are met, so there is nothing to play "
        "the self-test on."
    )


@transaction.atomic
def ask_for_proof(*, review: Review, by: User, at: dt.datetime) -> Job:
    """Have the worker attack made-up notes. Raises UnderWay, NoSampleWeek."""
    pack = review.pack
    if not any(pack.session_type(each.type).meets_people for each in pack.sessions):
        raise NoSampleWeek
    rehearsals.refuse_a_second(review, PROVES, review.pk)
    audit.record("notes.self_test_started", review=review, by=by, at=at)
    return background.enqueue(PROVES, review.pk, review=review)


def prove(*, review: Review, job: Job, at: dt.datetime) -> NoteProof:
    """In the worker: play all games, take everything made up away, and keep what was found."""
    rehearsals.remove_leftovers(own=job.pk)
    rand = random.SystemRandom()
    ends, nights, control = Scores(), Scores(), Scores()
    found_again = 0
    try:
        for number in range(GAMES):
            made = rehearsals.make(review, job, stage=Stage.ON_SITE)
            played = game.play(game.make_world(made), rand)
            game.attack(played, ends, nights)
            note_attacks.attack(control, *game.naive(played.world, rand))
            found_again += played.found_again
            rehearsals.remove(made)
            job.set_progress(100 * (number + 1) // (GAMES + 1))
    finally:
        rehearsals.remove_leftovers(own=job.pk)
    result = game.measured(ends, nights, control, found_again)
    with transaction.atomic():
        audit.record(
            "notes.self_test_ended",
            review=review,
            by=None,
            at=at,
            detail={"result": "it passed" if result.passed else "it did not pass"},
        )
        return NoteProof.objects.create(
            review=review,
            on=review.today(at),
            passed=result.passed,
            values={"database": connection.display_name, **asdict(result)},
        )
