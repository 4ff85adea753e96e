"""What the close of a review needs of this app; found by name by the app that closes."""

import json

from feedback.models import ReportVersion
from reviews.apps_above.closing import Unfinished
from reviews.models import Review


def blockers(review: Review) -> list[str]:
    return [
        f"Version {each.number} of the report is being prepared. Wait until it is ready."
        for each in review.report_versions.order_by("number")
        if each.state == ReportVersion.State.PREPARING and not each.has_failed
    ]


def unfinished(review: Review) -> list[Unfinished]:
    issued = review.report_versions.exclude(issued_on=None)
    newest = max(issued.values_list("number", flat=True), default=0)
    if not newest:
        return [Unfinished("no-report", "No report was issued, and none will be.")]
    return [
        Unfinished(
            f"version-{each.number}",
            f"Version {each.number} of the report was never issued. It is destroyed.",
        )
        for each in review.report_versions.filter(issued_on=None, number__gt=newest)
    ]


def kept_files(review: Review) -> dict[str, bytes]:
    """The report as it was issued, version by version, and the findings."""
    findings = [
        {
            "theme": each.theme_title,
            "kind": each.get_kind_display(),
            "title": each.title,
            "text": each.text,
            "consider": each.consider,
            "agreed": each.agreed,
        }
        for each in review.findings.all()
    ]
    found = {
        "findings.json": json.dumps(findings, ensure_ascii=False, indent=1).encode()
    }
    for version in review.report_versions.exclude(issued_on=None):
        found[f"report-version-{version.number}.pdf"] = version.pdf or b""
    return found


def forget(review: Review) -> None:
    """Nothing of this app that stays tells too much."""
