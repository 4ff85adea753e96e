"""Verbs of hypotheses and first lines of enquiry. They are the team's; no name stands in them."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import Max

from reviews.models import Hypothesis, Review, User
from reviews.pages.concurrency import save_if_unchanged
from reviews.refusals import Refusal
from reviews.screening import scan
from reviews.trail import audit

FIELDS = ("theme", "kind", "text", "basis", "state")
# What the trail may say of a change.
PLAIN = ("theme", "kind", "basis", "state")


class MayNameSomebody(Refusal):
    def __init__(self, why: str) -> None:
        super().__init__(f"{why} Say it without.")


def checked(review: Review, text: str) -> str:
    """Refused as in a note: numbers of people and cases, addresses, birth dates."""
    marks = scan.find(text, roster=scan.Roster(), case_reference=review.case_reference)
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
    before = audit.values_of(hypothesis, PLAIN)
    hypothesis.theme, hypothesis.kind = theme, kind
    hypothesis.text = checked(hypothesis.review, text)
    hypothesis.basis, hypothesis.state = list(basis), state
    save_if_unchanged(hypothesis, version=version, fields=FIELDS)
    after = audit.values_of(hypothesis, PLAIN)
    _record(
        "hypothesis.changed", hypothesis, audit.differences(before, after), by=by, at=at
    )


@transaction.atomic
def remove_hypothesis(*, hypothesis: Hypothesis, by: User, at: dt.datetime) -> None:
    _record("hypothesis.removed", hypothesis, by=by, at=at)
    hypothesis.delete()


def _record(
    action: str,
    hypothesis: Hypothesis,
    differences: dict[str, Any] | None = None,
    *,
    by: User,
    at: dt.datetime,
) -> None:
    audit.record(
        action,
        review=hypothesis.review,
        by=by,
        at=at,
        object_kind="hypothesis",
        object_id=hypothesis.pk,
        # Never its words: they rest sealed.
        detail={
            "kind": hypothesis.kind,
            "theme": hypothesis.theme,
            **(differences or {}),
        },
    )
