"""What findings and report say of themselves on the review's home page and at its stages."""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from feedback.models import ReportVersion
from feedback.reading.desk import state_words, versions_for
from feedback.reading.findings import Standing, rows_of
from reviews.access import Action, Sight, can, sees
from reviews.models import Membership, Review, Stage
from reviews.pages import say
from reviews.pages.progress import Obstacle, Progress, ToDo


def progress(review: Review, membership: Membership) -> list[Progress]:
    cards = []
    if can(membership, Action.WRITE_FINDING):
        cards.append(_findings_card(review))
    if can(membership, Action.DOWNLOAD_REPORT):
        cards.append(_report_card(review, membership))
    return cards


def to_do(review: Review, membership: Membership, today: date) -> list[ToDo]:
    """Excerpts to clear, findings to agree, and the report at each step that is the reader's."""
    found = []
    findings = reverse("feedback:findings", args=[review.pk])
    if can(membership, Action.CLEAR_EXCERPT):
        others = review.excerpts.filter(cleared=False).exclude(
            proposed_by=membership.user_id
        )
        if number := others.count():
            found.append(ToDo(f"Clear {say.counted(number, 'excerpt')}", url=findings))
    if can(membership, Action.AGREE_FINDING):
        found += _to_agree(review, findings)
    report_page = reverse("feedback:report", args=[review.pk])
    newest = next(iter(versions_for(membership)), None)
    if newest is None:
        return found
    status = state_words(newest)
    if status == "Ready" and can(membership, Action.APPROVE_REPORT):
        found.append(
            ToDo(f"Approve version {newest.number} of the report", url=report_page)
        )
    if status == "Approved" and can(membership, Action.ISSUE_REPORT):
        found.append(
            ToDo(f"Issue version {newest.number} of the report", url=report_page)
        )
    if not sees(membership, Sight.UNISSUED_REPORT) and (
        can(membership, Action.DOWNLOAD_REPORT)
    ):
        issued = newest.issued_on
        found.append(
            ToDo(
                "Read the report",
                when=f"issued on {say.day(issued)}" if issued else "",
                url=report_page,
            )
        )
    return found


def _to_agree(review: Review, findings: str) -> list[ToDo]:
    """For the leader: what was agreed and changed since, then what is ready for a first word."""
    rows = rows_of(review.findings.filter(agreed=False))
    again = [row for row in rows if row.finding.to_agree_again]
    ready = [
        row
        for row in rows
        if row not in again and row.standing in (Standing.READY, Standing.REASON)
    ]
    found = []
    if again:
        number = say.counted(len(again), "finding")
        words = f"Look again at {number} that changed after you agreed"
        page = findings
        if len(again) == 1:
            page = reverse("feedback:finding", args=[review.pk, again[0].finding.pk])
        found.append(ToDo(words, url=page))
    if ready:
        number = say.counted(len(ready), "finding")
        found.append(
            ToDo(
                f"Agree {number} that rest{'s' * (len(ready) == 1)} on cleared evidence",
                url=findings,
            )
        )
    return found


def _findings_card(review: Review) -> Progress:
    rows = list(review.findings.values_list("agreed", flat=True))
    waiting = review.excerpts.filter(cleared=False).count()
    if not rows:
        sentence = "No finding is written yet."
    else:
        sentence = f"{sum(rows)} of {say.counted(len(rows), 'finding')} agreed."
    if waiting:
        sentence += f" {say.counted(waiting, 'excerpt')} to be cleared."
    return Progress(
        title="Findings",
        sentence=sentence,
        url=reverse("feedback:findings", args=[review.pk]),
        share=100 * sum(rows) // len(rows) if rows else None,
    )


def _report_card(review: Review, membership: Membership) -> Progress:
    versions = versions_for(membership)
    if not versions:
        sentence = (
            "No version has been built yet."
            if sees(membership, Sight.UNISSUED_REPORT)
            else "The report has not been issued yet."
        )
    else:
        newest = versions[0]
        sentence = f"Version {newest.number}: {state_words(newest).lower()}."
    return Progress("Report", sentence, reverse("feedback:report", args=[review.pk]))


def stage_blockers(review: Review, to: Stage) -> list[Obstacle]:
    """Feedback begins with a report that its leader stands behind."""
    if to != Stage.FEEDBACK:
        return []
    page = reverse("feedback:report", args=[review.pk])
    ready = review.report_versions.filter(state=ReportVersion.State.READY)
    if not ready.exists():
        return [Obstacle("No version of the report is ready: build one", page)]
    if not ready.filter(approved_on__isnull=False).exists():
        words = "The team leader has not approved a version of the report yet"
        return [Obstacle(words, page)]
    return []


def stage_warnings(review: Review, to: Stage) -> list[Obstacle]:
    """What the report would be without: findings that nobody has agreed."""
    if to != Stage.FEEDBACK:
        return []
    page = reverse("feedback:findings", args=[review.pk])
    found = []
    left = review.findings.filter(agreed=False).count()
    if left:
        have = "has" if left == 1 else "have"
        findings = say.counted(left, "finding")
        words = f"{findings} {have} not been agreed, and findings close"
        found.append(Obstacle(words, page))
    waiting = review.excerpts.filter(cleared=False).count()
    if waiting:
        have = "has" if waiting == 1 else "have"
        excerpts = say.counted(waiting, "excerpt")
        found.append(Obstacle(f"{excerpts} {have} not been cleared", page))
    return found
