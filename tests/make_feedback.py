"""Findings, excerpts and reports for tests, made the way people make them."""

import uuid
from typing import Any

from django.utils import timezone

from feedback import tasks
from feedback.domain import findings, reports
from feedback.models import Excerpt, Finding, ReportVersion
from reviews.evidence_item import EvidenceItem, Kind, Polarity
from reviews.models import Job, Review, User
from tests.make import make_user

FINDING: dict[str, Any] = {
    "theme": "T1",
    "kind": "strength",
    "title": "A front door that is calm and quick",
    "text": "People who are worried about a child reach somebody experienced.",
    "consider": "",
    "key_questions": [],
}
SAID = "Managers read each new contact within the hour and write down why they decide."
PARAPHRASE = "New contacts are looked at fast, with reasons."


def make_finding(review: Review, *, by: User, **changes: Any) -> Finding:
    return findings.write_finding(
        review=review, values={**FINDING, **changes}, by=by, at=timezone.now()
    )


def make_item(kind: Kind = Kind.NOTE, **changes: Any) -> EvidenceItem:
    """A piece of evidence as the apps below hand it up."""
    values: dict[str, Any] = {
        "key": str(uuid.uuid4()),
        "kind": kind,
        "themes": ("T1",),
        "polarity": Polarity.STRENGTH,
        "text": SAID,
        "source_class": "Health services",
    }
    return EvidenceItem(**{**values, **changes})


def make_excerpt(
    finding: Finding,
    *,
    by: User,
    cleared_by: User | None = None,
    item: EvidenceItem | None = None,
    text: str = PARAPHRASE,
    against: bool = False,
) -> Excerpt:
    excerpt = findings.propose_excerpt(
        finding=finding,
        item=item or make_item(),
        text=text,
        against=against,
        by=by,
        at=timezone.now(),
    )
    if cleared_by is not None:
        findings.clear_excerpt(excerpt=excerpt, by=cleared_by, at=timezone.now())
    return excerpt


def make_agreed(review: Review, *, by: User, **changes: Any) -> Finding:
    """A finding that rests on a result and a note, with the leader's word."""
    finding = make_finding(review, by=by, **changes)
    make_excerpt(finding, by=by, item=make_item(Kind.RESULT))
    make_excerpt(finding, by=by, cleared_by=make_user("Another Peer"))
    findings.agree_finding(finding=finding, by=by, at=timezone.now())
    return finding


def build(review: Review, *, by: User) -> ReportVersion:
    """A version that still waits for its PDF; what is marked or empty is confirmed."""
    return reports.build_report(
        review=review,
        confirmed=reports.confirmation_of(reports.give_aways(review)),
        as_it_is=True,
        by=by,
        at=timezone.now(),
    )


def draw(version: ReportVersion) -> ReportVersion:
    """Have the worker's task make the PDF, here and now."""
    tasks.render_pdf(str(version.pk), Job())
    version.refresh_from_db()
    return version


def make_report(review: Review, *, by: User) -> ReportVersion:
    return draw(build(review, by=by))


def put_at_ready(version: ReportVersion) -> ReportVersion:
    """Ready without the second that a real PDF takes."""
    reports.prepare_pdf(version_id=str(version.pk), draw=lambda content: b"%PDF-quick")
    version.refresh_from_db()
    return version
