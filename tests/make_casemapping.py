"""Cases, records and sheets for tests, made the way people make them."""

from typing import Any

from django.utils import timezone

from casemapping import domain
from casemapping.models import (
    CaseMap,
    CaseRecord,
    DecisionPoint,
    Learning,
    PreparationSheet,
    TimelineEvent,
)
from reviews.models import Agency, Membership, Review, User

CASE = {
    "category": "neglect",
    "age_band": "5-9",
    "selection_reason": "Three moves between early help and social care.",
    "mode": "pre-visit",
}


def make_case(
    review: Review, *, by: User, facilitators: list[Membership] | None = None
) -> CaseMap:
    now = timezone.now()
    case = domain.create_case(review=review, values=CASE, by=by, at=now)
    if facilitators:
        domain.set_facilitators(case=case, members=facilitators, by=by, at=now)
    return case


def event_values(agency: Agency, **changes: Any) -> dict[str, Any]:
    return {
        "month": 2,
        "certainty": "exact",
        "season": "",
        "agency": agency,
        "type": "visit",
        "text": "The nurse saw the child at home.",
        **changes,
    }


def make_event(
    case: CaseMap, *, by: User, agency: Agency | None = None, **changes: Any
) -> TimelineEvent:
    agency = agency or case.review.agencies.all()[0]
    event = domain.add_record(
        kind="event",
        case=case,
        values=event_values(agency, **changes),
        by=by,
        at=timezone.now(),
    )
    assert isinstance(event, TimelineEvent)
    return event


def decision_values(**changes: Any) -> dict[str, Any]:
    return {
        "month": 3,
        "certainty": "about",
        "season": "autumn",
        "question": "Could the plan end?",
        "known_then": "School was content.",
        "decision": "The plan ended.",
        "alternatives": "",
        "view_sought": "no",
        "effect": "worse",
        "agencies": [],
        **changes,
    }


def make_decision(case: CaseMap, *, by: User, **changes: Any) -> DecisionPoint:
    point = domain.add_record(
        kind="decision",
        case=case,
        values=decision_values(**changes),
        by=by,
        at=timezone.now(),
    )
    assert isinstance(point, DecisionPoint)
    return point


def make_learning(case: CaseMap, *, by: User, **changes: Any) -> CaseRecord:
    values = {
        "kind": Learning.Kind.LEARNING,
        "theme": "T3",
        "direction": "area",
        "text": "Plans end on the strength of attendance.",
        **changes,
    }
    return domain.add_record(
        kind="learning", case=case, values=values, by=by, at=timezone.now()
    )


def make_sheet(case: CaseMap, agency: Agency, *, by: User) -> PreparationSheet:
    asked = [sheet.agency for sheet in case.sheets.select_related("agency")]
    domain.ask_agencies(case=case, agencies=[*asked, agency], by=by, at=timezone.now())
    return case.sheets.get(agency=agency)


def involvement_values(**changes: Any) -> dict[str, Any]:
    return {
        "role_group": "Health visitor",
        "start_month": 0,
        "start_certainty": "exact",
        "end_month": None,
        "end_certainty": "exact",
        "lead_professional": False,
        **changes,
    }
