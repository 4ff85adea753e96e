"""What the close of a review needs of this app; found by name by the app that closes."""

import json

from feedback.models import ReportVersion
from feedback.rules.report import paragraphs
from reviews.apps_above.closing import Chapter, Unfinished
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


def chapters(review: Review) -> list[Chapter]:
    """What the newest report that was issued says of its evidence, and the findings by theme."""
    by_theme: dict[str, list[Chapter]] = {}
    for each in review.findings.all():
        agreed = "" if each.agreed else " (not agreed)"
        by_theme.setdefault(each.theme_title, []).append(
            Chapter(
                f"{each.get_kind_display()}: {each.title}{agreed}",
                tuple(
                    part
                    for text in (each.text, each.consider)
                    for part in paragraphs(text)
                ),
            )
        )
    findings = tuple(
        Chapter(theme, parts=(*parts,)) for theme, parts in by_theme.items()
    )
    return [
        *_evidence_base(review),
        *([Chapter("Findings", parts=findings)] if findings else []),
    ]


def _evidence_base(review: Review) -> list[Chapter]:
    """The sections whose text the framework fills in with what can be said of the evidence."""
    newest = review.report_versions.exclude(issued_on=None).order_by("-number").first()
    codes = {each.code for each in review.pack.report if "$rests" in each.text}
    sections = newest.content["sections"] if newest else []
    return [
        Chapter(each["title"], tuple(each["paragraphs"]))
        for each in sections
        if each["code"] in codes
    ]


def forget(review: Review) -> None:
    """Nothing of this app that stays tells too much."""
