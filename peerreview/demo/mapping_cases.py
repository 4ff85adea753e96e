"""Maps the three cases through the case app's own verbs: chosen, sheets handed in, mapped, discussed."""

from typing import Any

from casemapping import domain
from casemapping.models import CaseMap, PreparationSheet
from peerreview.demo import content, moments
from peerreview.demo.setting_up import Cast
from reviews.apps_above import known_names
from reviews.domain import release
from reviews.mail import mailer
from reviews.models import Agency

Status = CaseMap.Status


# Of one case, one agency's sheet is not in yet when the lead-in is shown.
LATE_SHEET = ("CM-02", "POL")


def choose_cases(cast: Cast) -> None:
    """Three cases with facilitators; each agency involved is asked for its sheet."""
    with known_names.held():
        for each in content.cases():
            _choose(cast, each)
    mailer.send_waiting(review=cast.review)


def map_cases(cast: Cast) -> None:
    """What the workshops recorded."""
    hand_in_late(cast)
    agencies = _agencies(cast)
    for each, case in _pairs(cast):
        _record(cast, each, case, agencies)
        domain.move(
            case=case, to=Status.MAPPED, by=_scribe(cast), at=moments.CASES_MAPPED
        )


def discuss(cast: Cast) -> None:
    """The team has talked the cases over on site."""
    for _, case in _pairs(cast):
        domain.move(
            case=case, to=Status.DISCUSSED, by=_scribe(cast), at=moments.WEDNESDAY
        )


def _scribe(cast: Cast) -> Any:
    return cast.people["manager"]


def _agencies(cast: Cast) -> dict[str, Agency]:
    return {agency.code: agency for agency in cast.review.agencies.all()}


def _pairs(cast: Cast) -> list[tuple[dict[str, Any], CaseMap]]:
    by_code = {case.code: case for case in cast.review.case_maps.all()}
    return [(each, by_code[each["code"]]) for each in content.cases()]


def _choose(cast: Cast, each: dict[str, Any]) -> None:
    by, at = _scribe(cast), moments.CASES_CHOSEN
    case = domain.create_case(
        review=cast.review,
        values={
            "category": each["category"],
            "age_band": each["age_band"],
            "mode": CaseMap.Mode.PRE_VISIT,
            "workshop_on": moments.CASES_MAPPED.date(),
            "selection_reason": each["reason"],
        },
        by=by,
        at=at,
    )
    members = [cast.member(key) for key in each["facilitators"]]
    domain.set_facilitators(case=case, members=members, by=by, at=at)
    domain.move(case=case, to=Status.CHOSEN, by=by, at=at)
    agencies = _agencies(cast)
    involved = {entry["agency"] for entry in each["involvement"]}
    asked = domain.ask_agencies(
        case=case, agencies=[agencies[code] for code in sorted(involved)], by=by, at=at
    )
    if asked.batch:
        release(batch=asked.batch, version=asked.batch.version, by=by, at=at)
    for sheet in case.sheets.select_related("agency"):
        if (case.code, sheet.agency.code) != LATE_SHEET:
            _fill(cast, each, case, sheet)
            domain.hand_in(sheet=sheet, by=cast.people["organiser"], at=at)
    if case.code != LATE_SHEET[0]:
        domain.move(case=case, to=Status.PREPARED, by=by, at=at)


def hand_in_late(cast: Cast) -> None:
    """The last sheet comes in, and its case is prepared."""
    for each, case in _pairs(cast):
        if case.code == LATE_SHEET[0]:
            sheet = case.sheets.select_related("agency").get(agency__code=LATE_SHEET[1])
            _fill(cast, each, case, sheet)
            at = moments.PRE_SITE
            domain.hand_in(sheet=sheet, by=cast.people["organiser"], at=at)
            domain.move(case=case, to=Status.PREPARED, by=_scribe(cast), at=at)


def _fill(
    cast: Cast, each: dict[str, Any], case: CaseMap, sheet: PreparationSheet
) -> None:
    code = sheet.agency.code
    by, at = cast.people["organiser"], moments.CASES_CHOSEN
    for entry in each["involvement"]:
        if entry["agency"] == code:
            domain.add_record(
                kind="involvement",
                case=case,
                sheet=sheet,
                values={
                    "role_group": entry["role"],
                    "start_month": entry["from"],
                    "end_month": entry["to"],
                    "lead_professional": entry.get("lead", False),
                },
                by=by,
                at=at,
            )
    for entry in each["events"]:
        if entry["agency"] == code:
            domain.add_record(
                kind="event",
                case=case,
                sheet=sheet,
                values={
                    "month": entry["month"],
                    "type": entry["type"],
                    "text": entry["text"],
                },
                by=by,
                at=at,
            )


def _record(
    cast: Cast, each: dict[str, Any], case: CaseMap, agencies: dict[str, Agency]
) -> None:
    for kind, values in _workshop(each, agencies):
        domain.add_record(
            kind=kind,
            case=case,
            values=values,
            by=_scribe(cast),
            at=moments.CASES_MAPPED,
        )


def _workshop(
    each: dict[str, Any], agencies: dict[str, Agency]
) -> list[tuple[str, dict[str, Any]]]:
    """(kind of record, its values) in the order of the workshop's steps."""
    rows: list[tuple[str, dict[str, Any]]] = [
        (
            "decision",
            {
                "month": entry["month"],
                "question": entry["question"],
                "known_then": entry["known"],
                "decision": entry["decision"],
                "alternatives": entry["alternatives"],
                "agencies": [agencies[code] for code in entry["agencies"]],
                "view_sought": entry["view_sought"],
                "effect": entry["effect"],
            },
        )
        for entry in each["decisions"]
    ]
    rows += [
        (
            "voice",
            {
                "month": entry["month"],
                "source": entry["source"],
                "text": entry["told"],
                "acted_on": entry["acted"],
            },
        )
        for entry in each["voices"]
    ]
    rows += [
        (
            "factor",
            {
                "direction": entry["direction"],
                "kind": entry["kind"],
                "text": entry["text"],
            },
        )
        for entry in each["factors"]
    ]
    rows += [
        (
            "learning",
            {
                "kind": kind,
                "theme": entry["theme"],
                "direction": entry["kind"],
                "text": entry["text"],
            },
        )
        for kind in ("impact", "learning")
        for entry in each[kind]
    ]
    return rows
