"""How many sources a finding's notes come from, and what of them outlives what people said."""

from typing import Any

import pytest
from django.utils import timezone

import scheduling.evidence
from feedback import reading
from feedback.domain import findings, forgetting, sources
from feedback.models import Finding
from reviews.evidence_item import Kind
from reviews.models import Review, User
from tests.make import make_user
from tests.make_feedback import PARAPHRASE, make_excerpt, make_item


def test_triangulation_counts_cleared_notes_of_each_side(
    review: Review,
    finding: Finding,
    officer_peer: User,
    health_peer: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[dict[int, list[str]]] = []

    def strengths(review: Review, groups: Any) -> dict[int, Any]:
        asked.append(dict(groups))
        return {
            number: scheduling.evidence.Strength(
                enough=counted.evidence_key in keys, classes=2
            )
            for number, keys in groups.items()
        }

    monkeypatch.setattr(scheduling.evidence, "strengths", strengths)
    monkeypatch.setattr(scheduling.evidence, "is_count_due", lambda review: True)
    counted = make_excerpt(finding, by=officer_peer, cleared_by=health_peer)
    make_excerpt(finding, by=officer_peer)
    make_excerpt(finding, by=officer_peer, item=make_item(Kind.RESULT))
    contrary = make_excerpt(
        finding, by=officer_peer, cleared_by=health_peer, against=True
    )
    make_excerpt(finding, by=officer_peer, against=True)

    sources.triangulate(review=review)

    finding.refresh_from_db()
    [groups] = asked
    assert sorted(groups.values()) == sorted(
        [[counted.evidence_key], [contrary.evidence_key]]
    )
    row = reading.row_of(finding)
    assert row.basis == "3 or more sources, in 2 groups, beside questionnaire results"
    assert row.contrary == "Against it: under 3 sources"
    assert row.counts == "3 excerpts cleared, 2 to be cleared"
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


def against(finding: Finding, by: User, *kinds: Kind) -> None:
    cleared_by = make_user("Clears Them")
    for kind in kinds:
        clearer = None if kind == Kind.RESULT else cleared_by
        item = make_item(kind)
        make_excerpt(finding, by=by, cleared_by=clearer, item=item, against=True)


@pytest.mark.parametrize(
    ("kinds", "counted", "classes", "says"),
    [
        ([], "", 0, ""),
        ([Kind.RESULT], "", 0, "questionnaire results"),
        ([Kind.NOTE], "", 0, "notes too few for their sources to be counted"),
        ([Kind.NOTE] * 5, "", 0, "notes whose sources are not counted"),
        ([Kind.NOTE] * 5, "few", 3, "under 3 sources"),
        (
            [*[Kind.NOTE] * 5, Kind.CASE, Kind.RESULT],
            "enough",
            3,
            "3 or more sources, in 3 or more groups, beside questionnaire results and case learning",
        ),
    ],
)
def test_what_speaks_against_a_finding_is_said_apart_from_what_it_rests_on(
    finding: Finding,
    officer_peer: User,
    kinds: list[Kind],
    counted: str,
    classes: int,
    says: str,
) -> None:
    make_excerpt(finding, by=officer_peer, item=make_item(Kind.RESULT))
    against(finding, officer_peer, *kinds)
    finding.sources_against, finding.source_classes_against = counted, classes

    row = reading.row_of(finding)

    assert row.basis == "Questionnaire results alone"
    assert row.contrary == (f"Against it: {says}" if says else "")


def test_people_are_quoted_only_on_the_side_that_three_sources_spoke_for(
    finding: Finding, officer_peer: User, health_peer: User
) -> None:
    words = " ".join(f"w{n}" for n in range(20))
    quote = " ".join(words.split()[:12])

    def quoted(side: bool) -> None:
        make_excerpt(
            finding,
            by=officer_peer,
            cleared_by=health_peer,
            item=make_item(text=words),
            text=quote,
            against=side,
        )

    finding.sources, finding.sources_against = "enough", "few"
    quoted(False)
    with pytest.raises(findings.TooCloseToTheSource):
        quoted(True)
    finding.sources, finding.sources_against = "few", "enough"
    quoted(True)
    with pytest.raises(findings.TooCloseToTheSource):
        quoted(False)
