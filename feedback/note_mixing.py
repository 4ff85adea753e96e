"""What is done here when notes are mixed anew; found by name by the app that mixes them."""

import secrets
from collections.abc import Mapping

from feedback.models import Excerpt
from reviews.models import Review


def mix(review: Review, renamed: Mapping[str, str]) -> None:
    """Write all excerpts again, in random order and under new ids, each beside its evidence.

    ``renamed``: the new key of each note by its old one. Other evidence keeps its key.
    """
    rows = [
        Excerpt(
            finding_id=old.finding_id,
            review=review,
            evidence_key=renamed.get(old.evidence_key, old.evidence_key),
            kind=old.kind,
            source_class=old.source_class,
            text=old.text,
            kept=old.kept,
            against=old.against,
            cleared=old.cleared,
            proposed_by_id=old.proposed_by_id,
        )
        for old in review.excerpts.all()
    ]
    secrets.SystemRandom().shuffle(rows)
    review.excerpts.all().delete()
    Excerpt.objects.bulk_create(rows)
