"""How many sources a finding's notes come from, and what of them outlives what people said."""

from typing import Any

import pytest
from django.utils import timezone

import scheduling.evidence
from feedback import reading
from feedback.domain import findings, forgetting
from feedback.models import Finding
from reviews.evidence_item import Kind
from reviews.models import Review, User
from tests.make_feedback import PARAPHRASE, make_excerpt, make_item


def test_triangulation_counts_cleared_supporting_notes_only(
    review: Review,
    finding: Finding,
    officer_peer: User,
    health_peer: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[dict[int, list[str]]] = []

    def strengths(review: Review, groups: Any) -> dict[int, Any]:
        asked.append(dict(groups))
        return {0: scheduling.evidence.Strength(enough=True, classes=2)}

    monkeypatch.setattr(scheduling.evidence, "strengths", strengths)
    monkeypatch.setattr(scheduling.evidence, "is_count_due", lambda review: True)
    counted = make_excerpt(finding, by=officer_peer, cleared_by=health_peer)
    make_excerpt(finding, by=officer_peer)
    make_excerpt(finding, by=officer_peer, item=make_item(Kind.RESULT))

    findings.triangulate(review=review)

    finding.refresh_from_db()
    assert asked == [{0: [counted.evidence_key]}]
    row = reading.row_of(finding)
    assert row.basis == "3 or more sources, in 2 groups, beside questionnaire results"
    assert row.counts == "2 excerpts cleared, 1 to be cleared"
    assert row.standing == "Excerpts to be cleared"


def test_a_finding_that_keeps_five_notes_keeps_what_was_counted(
    finding: Finding, officer_peer: User, health_peer: User
) -> None:
    rows = [
        make_excerpt(
            finding, by=officer_peer, cleared_by=health_peer, item=make_item(Kind.NOTE)
        )
        for _ in range(6)
    ]
    Finding.objects.filter(pk=finding.pk).update(sources="enough", source_classes=2)

    findings.reject_excerpt(excerpt=rows[0], at=timezone.now())
    assert Finding.objects.get(pk=finding.pk).sources == "enough"
    findings.reject_excerpt(excerpt=rows[1], at=timezone.now())
    fresh = Finding.objects.get(pk=finding.pk)
    assert (fresh.sources, fresh.source_classes) == ("", 0)


def test_words_of_a_figure_and_a_learning_point_outlive_what_people_said(
    review: Review, finding: Finding, officer_peer: User, health_peer: User
) -> None:
    """The report prints them; a note's paraphrase goes, and what nobody has cleared leaves nothing:
    there would be no words for a second reader, and the finding would wait for them."""
    note = make_excerpt(finding, by=officer_peer, cleared_by=health_peer)
    result = make_excerpt(finding, by=officer_peer, item=make_item(Kind.RESULT))
    case = make_item(Kind.CASE)
    cleared = make_excerpt(finding, by=officer_peer, cleared_by=health_peer, item=case)
    waits = make_excerpt(finding, by=officer_peer, item=make_item(Kind.CASE))

    assert reading.row_of(finding).standing == "Excerpts to be cleared"

    assert forgetting.forget_excerpts(review=review) == 3
    assert forgetting.forget_excerpts(review=review) == 0

    words = {each.pk: each.words for each in finding.excerpts.all()}
    assert words == {
        note.pk: "",
        result.pk: PARAPHRASE,
        cleared.pk: PARAPHRASE,
    }
    assert waits.pk not in words
    finding.refresh_from_db()
    assert reading.row_of(finding).standing == "Ready to agree"
