"""What has happened with the cases, for the plan to offer."""

from casemapping.models import CaseMap, PreparationSheet
from reviews.apps_above.facts import Facts, known, told
from reviews.models import Review

MAPPED = (CaseMap.Status.MAPPED, CaseMap.Status.DISCUSSED)


def facts(review: Review) -> Facts:
    cases = list(
        review.case_maps.filter(set_aside_by=None).exclude(status=CaseMap.Status.PURGED)
    )
    sheets = PreparationSheet.objects.filter(case__in=cases)
    every_sheet = sheets.exists() and not sheets.filter(is_in=False).exists()
    every_case = bool(cases) and all(case.status in MAPPED for case in cases)
    return known(
        sheets_in=told(review, "case sheet handed in") if every_sheet else None,
        cases_mapped=told(review, "case moved") if every_case else None,
    )
