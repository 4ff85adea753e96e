"""What a case hands to the findings, and when."""

import pytest
from django.utils import timezone

from casemapping import domain
from casemapping.evidence import evidence_for
from casemapping.models import CaseMap
from reviews.evidence_item import EvidenceItem, Kind, Polarity
from reviews.models import Review, User
from tests.make_casemapping import make_case, make_learning

Status = CaseMap.Status


def at(case: CaseMap, status: str) -> None:
    CaseMap.objects.filter(pk=case.pk).update(status=status)


def test_learning_of_a_mapped_case_is_evidence_without_agency_or_month(
    review: Review, manager: User
) -> None:
    case = make_case(review, by=manager)
    point = make_learning(case, by=manager)
    at(case, Status.MAPPED)

    [item] = evidence_for(review)

    assert item == EvidenceItem(
        key=str(point.pk),
        kind=Kind.CASE,
        themes=(item.themes[0],),
        polarity=Polarity(item.polarity),
        text=item.text,
        source_class="Case mapping",
    )


def test_only_learning_points_leave_the_map(review: Review, manager: User) -> None:
    case = make_case(review, by=manager)
    make_learning(case, by=manager, kind="impact", text="The baby was kept safe.")
    point = make_learning(case, by=manager)
    at(case, Status.DISCUSSED)

    assert [item.key for item in evidence_for(review)] == [str(point.pk)]


@pytest.mark.parametrize(
    ("status", "number"),
    [
        (Status.PROPOSED, 0),
        (Status.CHOSEN, 0),
        (Status.PREPARED, 0),
        (Status.MAPPED, 1),
        (Status.DISCUSSED, 1),
        (Status.PURGED, 0),
    ],
)
def test_case_speaks_once_its_workshop_is_over(
    review: Review, manager: User, status: str, number: int
) -> None:
    case = make_case(review, by=manager)
    make_learning(case, by=manager)
    at(case, status)

    assert len(evidence_for(review)) == number


def test_wrong_data_set_aside_is_no_evidence(
    review: Review, other_review: Review, manager: User
) -> None:
    cases = [make_case(review, by=manager) for _ in range(2)]
    points = [make_learning(case, by=manager) for case in cases]
    for case in cases:
        at(case, Status.DISCUSSED)
    cases[0].refresh_from_db()

    domain.set_aside(row=points[1], by=manager, at=timezone.now())
    one = [item.key for item in evidence_for(review)]
    domain.set_aside(row=cases[0], by=manager, at=timezone.now())

    assert one == [str(points[0].pk)]
    assert evidence_for(review) == []
    assert evidence_for(other_review) == []
