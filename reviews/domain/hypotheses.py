"""Verbs of hypotheses and first lines of enquiry. They are the team's; no name stands in them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from reviews.models import Hypothesis, Review, User
from reviews.pages.concurrency import save_if_unchanged
from reviews.refusals import Refusal
from reviews.screening import names, scan
from reviews.trail import audit

FIELDS = ("theme", "kind", "text", "basis", "state")


class MayNameSomebody(Refusal):
    def __init__(self, why: str) -> None:
        super().__init__(f"{why} Say it without.")


def checked(review: Review, text: str) -> str:
    """Refused as in a note: numbers of people and cases, addresses, birth dates."""
    marks = scan.find(text, roster=names.Roster(), case_reference=review.case_reference)
    for mark in scan.refusals(marks):
        raise MayNameSomebody(mark.why)
    return text.strip()


@transaction.atomic
def write_hypothesis(
    *,
    review: Review,
    theme: str,
    kind: str,
    text: str,
    basis: Sequence[str],
    state: str,
    by: User,
    at: dt.datetime,
) -> Hypothesis:
    """Add one. Raises MayNameSomebody."""
    last = review.hypotheses.aggregate(last=Max("number"))["last"] or 0
    hypothesis = Hypothesis.objects.create(
        review=review,
        number=last + 1,
        theme=theme,
        kind=kind,
        text=checked(review, text),
        basis=list(basis),
        state=state,
    )
    _record("hypothesis.written", hypothesis, by=by, at=at)
    return hypothesis


@transaction.atomic
def change_hypothesis(
    *,
    hypothesis: Hypothesis,
    version: int,
    theme: str,
    kind: str,
    text: str,
    basis: Sequence[str],
    state: str,
    by: User,
    at: dt.datetime,
) -> None:
    """Save one. Raises ChangedMeanwhile, MayNameSomebody."""
    before = audit.values_of(hypothesis, FIELDS)
    hypothesis.theme, hypothesis.kind = theme, kind
    hypothesis.text = checked(hypothesis.review, text)
    hypothesis.basis, hypothesis.state = list(basis), state
    save_if_unchanged(hypothesis, version=version, fields=FIELDS)
    changed = [name for name in FIELDS if getattr(hypothesis, name) != before[name]]
    _record("hypothesis.changed", hypothesis, by=by, at=at, fields=changed)


@transaction.atomic
def remove_hypothesis(*, hypothesis: Hypothesis, by: User, at: dt.datetime) -> None:
    _record("hypothesis.removed", hypothesis, by=by, at=at)
    hypothesis.delete()


def _record(
    action: str, hypothesis: Hypothesis, *, by: User, at: dt.datetime, **detail: Any
) -> None:
    audit.record(
        action,
        review=hypothesis.review,
        by=by,
        at=at,
        object_kind="hypothesis",
        object_id=hypothesis.pk,
        # Nothing of what it says or where it stands: that goes at the close.
        detail=detail,
    )
