"""How many sources the notes of a finding come from, counted in the night after a gathering.

Notes that speak for a finding and notes that speak against it are two sets, each with its own
answer. Which sets are counted at all, and which keep an earlier answer, is ``scheduling.evidence``'s.
"""

from __future__ import annotations

import secrets
from collections import Counter, defaultdict
from uuid import UUID

from django.db import transaction

import scheduling.evidence
from feedback.models import Finding
from reviews.evidence_item import Kind
from reviews.models import Review

Sources = Finding.Sources
COUNTED = ("sources", "source_classes", "sources_against", "source_classes_against")


@transaction.atomic
def triangulate(*, review: Review) -> None:
    """Count, for all findings at once, whether their notes come from 3 sources or more.

    The notes that speak for a finding and those that speak against it are counted apart. Does
    nothing where it is not the night after a gathering.
    """
    if not scheduling.evidence.is_count_due(review):
        return
    findings = list(review.findings.all())
    notes = _notes_by_side(review)
    sides = [(finding, against) for finding in findings for against in (False, True)]
    # In no order: of two sets that are nearly the same the first is counted.
    secrets.SystemRandom().shuffle(sides)
    strengths = scheduling.evidence.strengths(
        review,
        {n: notes[finding.pk, against] for n, (finding, against) in enumerate(sides)},
    )
    for n, (finding, against) in enumerate(sides):
        _keep_count(finding, strengths.get(n), against=against)
    Finding.objects.bulk_update(findings, COUNTED)


def _keep_count(
    finding: Finding, strength: scheduling.evidence.Strength | None, *, against: bool
) -> None:
    """What was counted of one side; saving is the caller's."""
    sources, classes = Sources.UNKNOWN, 0
    if strength is not None:
        sources = Sources.ENOUGH if strength.enough else Sources.FEW
        classes = strength.classes
    if against:
        finding.sources_against, finding.source_classes_against = sources, classes
    else:
        finding.sources, finding.source_classes = sources, classes


def _notes_by_side(review: Review) -> dict[tuple[UUID, bool], list[str]]:
    """The notes behind cleared excerpts, by finding and by whether they speak against it."""
    found: dict[tuple[UUID, bool], list[str]] = defaultdict(list)
    rows = review.excerpts.filter(cleared=True, kind=Kind.NOTE)
    for finding, against, key in rows.values_list(
        "finding_id", "against", "evidence_key"
    ):
        found[finding, against].append(key)
    return found


def forget_count(finding: Finding) -> None:
    """Where fewer notes are left on a side than are counted, nothing is said of its sources."""
    rows = finding.excerpts.filter(cleared=True, kind=Kind.NOTE)
    left = Counter(rows.values_list("against", flat=True))
    for against in (False, True):
        if left[against] < scheduling.evidence.LEAST_NOTES:
            _keep_count(finding, None, against=against)
    finding.save(update_fields=COUNTED)
