"""Addresses of evidence, findings and the report."""

from django.urls import path

from feedback import views

app_name = "feedback"

REVIEW = "reviews/<int:review_id>/"
EVIDENCE = f"{REVIEW}evidence/"
FINDINGS = f"{REVIEW}findings/"
FINDING = f"{FINDINGS}<uuid:finding_id>/"
EXCERPT = f"{FINDING}excerpts/<uuid:excerpt_id>/"
REPORT = f"{REVIEW}report/"
VERSION = f"{REPORT}<int:number>/"

urlpatterns = [
    path(EVIDENCE, views.board, name="board"),
    path(f"{EVIDENCE}<str:key>/excerpt/", views.excerpt_new, name="excerpt-new"),
    path(FINDINGS, views.findings, name="findings"),
    path(f"{FINDINGS}new/", views.finding_new, name="finding-new"),
    path(FINDING, views.finding, name="finding"),
    path(f"{FINDING}change/", views.finding_change, name="finding-change"),
    path(f"{FINDING}remove/", views.finding_remove, name="finding-remove"),
    path(f"{FINDING}move/", views.finding_move, name="finding-move"),
    path(f"{FINDING}agree/", views.finding_agree, name="finding-agree"),
    path(f"{EXCERPT}clear/", views.excerpt_clear, name="excerpt-clear"),
    path(f"{EXCERPT}reject/", views.excerpt_reject, name="excerpt-reject"),
    path(REPORT, views.report, name="report"),
    path(f"{REPORT}texts/<slug:section>/", views.report_text, name="report-text"),
    path(f"{REPORT}build/", views.report_build, name="report-build"),
    path(f"{VERSION}read/", views.report_read, name="report-read"),
    path(f"{VERSION}pdf/", views.report_pdf, name="report-pdf"),
    path(f"{VERSION}word/", views.report_word, name="report-word"),
    path(f"{VERSION}findings/", views.report_findings, name="report-findings"),
    path(f"{VERSION}approve/", views.report_approve, name="report-approve"),
    path(f"{VERSION}issue/", views.report_issue, name="report-issue"),
    path(f"{VERSION}retry/", views.report_retry, name="report-retry"),
]
