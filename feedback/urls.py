"""Addresses of evidence, findings and the report."""

from django.urls import path

from feedback.views import findings, reports

app_name = "feedback"

REVIEW = "reviews/<int:review_id>/"
EVIDENCE = f"{REVIEW}evidence/"
FINDINGS = f"{REVIEW}findings/"
FINDING = f"{FINDINGS}<uuid:finding_id>/"
EXCERPT = f"{FINDING}excerpts/<uuid:excerpt_id>/"
REPORT = f"{REVIEW}report/"
VERSION = f"{REPORT}<int:number>/"

urlpatterns = [
    path(EVIDENCE, findings.board, name="board"),
    path(f"{EVIDENCE}<str:key>/excerpt/", findings.excerpt_new, name="excerpt-new"),
    path(FINDINGS, findings.findings, name="findings"),
    path(f"{FINDINGS}new/", findings.finding_new, name="finding-new"),
    path(FINDING, findings.finding, name="finding"),
    path(f"{FINDING}change/", findings.finding_change, name="finding-change"),
    path(f"{FINDING}remove/", findings.finding_remove, name="finding-remove"),
    path(f"{FINDING}move/", findings.finding_move, name="finding-move"),
    path(f"{FINDING}agree/", findings.finding_agree, name="finding-agree"),
    path(f"{EXCERPT}clear/", findings.excerpt_clear, name="excerpt-clear"),
    path(f"{EXCERPT}reject/", findings.excerpt_reject, name="excerpt-reject"),
    path(REPORT, reports.report, name="report"),
    path(f"{REPORT}texts/<slug:section>/", reports.report_text, name="report-text"),
    path(f"{REPORT}build/", reports.report_build, name="report-build"),
    path(f"{VERSION}read/", reports.report_read, name="report-read"),
    path(f"{VERSION}pdf/", reports.report_pdf, name="report-pdf"),
    path(f"{VERSION}word/", reports.report_word, name="report-word"),
    path(f"{VERSION}findings/", reports.report_findings, name="report-findings"),
    path(f"{VERSION}approve/", reports.report_approve, name="report-approve"),
    path(f"{VERSION}issue/", reports.report_issue, name="report-issue"),
    path(f"{VERSION}retry/", reports.report_retry, name="report-retry"),
]
