"""Late answers: a round of their own for those who had not answered, never mixed into the first."""

import datetime as dt
import random
from dataclasses import asdict

from django.db import transaction

from questionnaires import reading
from questionnaires.domain.building import copied
from questionnaires.domain.trail import record
from questionnaires.models import Invitation, Questionnaire
from reviews.models import User
from reviews.refusals import Refusal
from reviews.secrets import keystore

MARK = "late round"


class NoLateRound(Refusal):
    """With the sentence that says why."""


@transaction.atomic
def make_late_round(
    *, questionnaire: Questionnaire, by: User, at: dt.datetime
) -> Questionnaire:
    """A draft with the same questions, groups and periods, and with whoever is not counted in.

    Nobody ever sees its list: it says who had answered. So neither this nor any page tells more
    of it than the first round's turnout did. Raises NoLateRound.
    """
    row = Questionnaire.objects.select_for_update().get(pk=questionnaire.pk)
    row.review = questionnaire.review
    offer = reading.late_offer(row)
    if offer.why_not:
        raise NoLateRound(offer.why_not)
    left = asdict(offer.left)
    made = copied(
        row,
        marked=MARK,
        late_of=row,
        late_counts={name: left[name] for name in ("invited", "exact", "groups")},
        tree=row.tree,
        k=row.k,
        t=row.t,
        # Groups of fewer than 8 were agreed for the first round alone.
        small_k_asked_by=by if row.k < Questionnaire.SMALL_K else None,
    )
    _invite_again(row, made)
    record("questionnaire.late_round_made", made, by, at, late_of=row.pk)
    return made


def _invite_again(first: Questionnaire, made: Questionnaire) -> None:
    """New rows in an order of chance, with links of their own once it opens."""
    with keystore.held():
        rows = [
            Invitation(
                questionnaire=made, name=each.name, email=each.email, leaf=each.leaf
            )
            for each in first.invitations.filter(counted_in=False)
        ]
        random.SystemRandom().shuffle(rows)
        Invitation.objects.bulk_create(rows, batch_size=500)
