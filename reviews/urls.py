"""Addresses of set-up, team, plan, outbox and audit."""

from django.urls import path

from reviews import views
from reviews.views import (
    closing,
    documents,
    hypotheses,
    moving,
    operator,
    performance,
    records,
    titles,
)

app_name = "reviews"

urlpatterns = [
    path("", views.work, name="work"),
    path("operator/", operator.operator, name="operator"),
    path("reviews/new/", views.review_new, name="new"),
    path("reviews/<int:review_id>/set-up/", views.set_up, name="set-up"),
    path("reviews/<int:review_id>/set-up/details/", views.details, name="details"),
    path(
        "reviews/<int:review_id>/set-up/delete/",
        views.review_delete,
        name="review-delete",
    ),
    path(
        "reviews/<int:review_id>/set-up/key-questions/",
        views.key_questions,
        name="key-questions",
    ),
    path("reviews/<int:review_id>/terms/", views.terms, name="terms"),
    path("reviews/<int:review_id>/terms/sign/", views.terms_sign, name="terms-sign"),
    path(
        "reviews/<int:review_id>/terms/change/", views.terms_change, name="terms-change"
    ),
    path("reviews/<int:review_id>/scope/", views.scope, name="scope"),
    path(
        "reviews/<int:review_id>/scope/approve/",
        views.scope_approve,
        name="scope-approve",
    ),
    path("reviews/<int:review_id>/agencies/", views.agencies, name="agencies"),
    path(
        "reviews/<int:review_id>/agencies/<int:agency_id>/remove/",
        views.agency_remove,
        name="agency-remove",
    ),
    path("reviews/<int:review_id>/team/", views.team, name="team"),
    path("reviews/<int:review_id>/team/add/", views.team_add, name="team-add"),
    path(
        "reviews/<int:review_id>/team/<int:member_id>/change/",
        views.team_change,
        name="team-change",
    ),
    path(
        "reviews/<int:review_id>/team/invite/",
        views.team_invite_all,
        name="team-invite-all",
    ),
    path(
        "reviews/<int:review_id>/team/<int:member_id>/invite/",
        views.team_invite,
        name="team-invite",
    ),
    path(
        "reviews/<int:review_id>/team/declined/<uuid:departure_id>/",
        views.team_declined,
        name="team-declined",
    ),
    path("reviews/<int:review_id>/invitation/", views.invitation, name="invitation"),
    path("account/telephone/", views.telephone, name="telephone"),
    path(
        "reviews/<int:review_id>/team/<int:member_id>/remove/",
        views.team_remove,
        name="team-remove",
    ),
    path("reviews/<int:review_id>/plan/", views.plan, name="plan"),
    path("reviews/<int:review_id>/plan/move/", views.plan_move, name="plan-move"),
    path(
        "reviews/<int:review_id>/plan/<int:milestone_id>/",
        views.milestone,
        name="milestone",
    ),
    path(
        "reviews/<int:review_id>/plan/<int:milestone_id>/done/",
        views.milestone_done,
        name="milestone-done",
    ),
    # The plan's files, the regulator and the team
    path("reviews/<int:review_id>/plan/plan.xlsx", views.plan_xlsx, name="plan-xlsx"),
    path(
        "reviews/<int:review_id>/plan/calendar/",
        views.plan_calendar,
        name="plan-calendar",
    ),
    path("calendar/<str:token>/plan.ics", views.plan_feed, name="plan-feed"),
    path("reviews/<int:review_id>/plan/clashes/", views.clashes, name="clashes"),
    path(
        "reviews/<int:review_id>/plan/clashes/<int:period_id>/remove/",
        views.period_remove,
        name="period-remove",
    ),
    path("reviews/<int:review_id>/plan/regulator/", views.regulator, name="regulator"),
    path(
        "reviews/<int:review_id>/plan/regulator/new/",
        views.notice_new,
        name="notice-new",
    ),
    path(
        "reviews/<int:review_id>/plan/regulator/<int:notice_id>/",
        views.notice,
        name="notice",
    ),
    path(
        "reviews/<int:review_id>/plan/inspection/", views.inspection, name="inspection"
    ),
    path("reviews/<int:review_id>/team/profile/", views.profile, name="profile"),
    path("reviews/<int:review_id>/team/interest/", views.interest, name="interest"),
    path("reviews/<int:review_id>/team/profiles/", views.profiles, name="profiles"),
    path(
        "reviews/<int:review_id>/team/profiles/accept/",
        views.profiles_accept,
        name="profiles-accept",
    ),
    path(
        "reviews/<int:review_id>/team/profiles/<int:member_id>/",
        views.profile_decide,
        name="profile-decide",
    ),
    # Frameworks, and the review's own copy of one
    path("frameworks/", views.pack_list, name="packs"),
    path("frameworks/import/", views.pack_import, name="pack-import"),
    path("frameworks/of/<slug:code>/", views.pack, name="pack"),
    path("frameworks/of/<slug:code>/pack.yaml", views.pack_file, name="pack-file"),
    path("frameworks/of/<slug:code>/copy/", views.pack_copy, name="pack-copy"),
    path(
        "frameworks/of/<slug:code>/change/<slug:slug>/",
        views.pack_part,
        name="pack-part",
    ),
    path(
        "frameworks/of/<slug:code>/versions/", views.pack_versions, name="pack-versions"
    ),
    path(
        "frameworks/of/<slug:code>/versions/<int:number>/",
        views.pack,
        name="pack-version",
    ),
    path(
        "frameworks/of/<slug:code>/versions/<int:number>/pack.yaml",
        views.pack_file,
        name="pack-version-file",
    ),
    path(
        "frameworks/of/<slug:code>/part/<slug:slug>/",
        views.pack_read,
        name="pack-read",
    ),
    path(
        "frameworks/of/<slug:code>/versions/<int:number>/part/<slug:slug>/",
        views.pack_read,
        name="pack-version-read",
    ),
    path("frameworks/of/<slug:code>/compare/", views.pack_compare, name="pack-compare"),
    path("reviews/<int:review_id>/framework/", views.framework, name="framework"),
    path(
        "reviews/<int:review_id>/framework/pack.yaml",
        views.framework_file,
        name="framework-file",
    ),
    path(
        "reviews/<int:review_id>/framework/part/<slug:slug>/",
        views.framework_read,
        name="framework-read",
    ),
    path(
        "reviews/<int:review_id>/framework/compare/",
        views.framework_compare,
        name="framework-compare",
    ),
    path(
        "reviews/<int:review_id>/framework/version/",
        views.framework_version,
        name="framework-version",
    ),
    path(
        "reviews/<int:review_id>/framework/change/<slug:slug>/",
        views.framework_part,
        name="framework-part",
    ),
    path("reviews/<int:review_id>/outbox/", views.outbox, name="outbox"),
    path(
        "reviews/<int:review_id>/outbox/<uuid:message_id>/",
        views.outbox_message,
        name="outbox-message",
    ),
    path("reviews/import/", views.review_import, name="import"),
    path("reviews/move-in/", moving.move_in, name="move-in"),
    path("reviews/<int:review_id>/move/", moving.move, name="move"),
    path("reviews/<int:review_id>/move/review.age", moving.move_file, name="move-file"),
    path("reviews/<int:review_id>/set-up/review.json", views.export, name="export"),
    # Mail that waits, and the briefing note
    path(
        "reviews/<int:review_id>/outbox/drafts/<uuid:batch_id>/",
        views.outbox_batch,
        name="outbox-batch",
    ),
    path(
        "reviews/<int:review_id>/outbox/drafts/<uuid:batch_id>/do/",
        views.outbox_batch_do,
        name="outbox-batch-do",
    ),
    path(
        "reviews/<int:review_id>/outbox/drafts/<uuid:batch_id>/throw-away/",
        views.outbox_discard,
        name="outbox-discard",
    ),
    path("reviews/<int:review_id>/outbox/try/", views.outbox_try, name="outbox-try"),
    path(
        "reviews/<int:review_id>/outbox/<uuid:message_id>/leave-out/",
        views.outbox_leave_out,
        name="outbox-leave-out",
    ),
    path(
        "reviews/<int:review_id>/outbox/new/", views.announcement, name="announcement"
    ),
    path(
        "reviews/<int:review_id>/outbox/by-itself/", views.mail_rules, name="mail-rules"
    ),
    path("reviews/<int:review_id>/briefing/", views.briefing, name="briefing"),
    path(
        "reviews/<int:review_id>/briefing/briefing.pdf",
        views.briefing_pdf,
        name="briefing-pdf",
    ),
    path(
        "reviews/<int:review_id>/briefing/briefing.docx",
        views.briefing_word,
        name="briefing-word",
    ),
    path(
        "reviews/<int:review_id>/briefing/send/",
        views.briefing_send,
        name="briefing-send",
    ),
    path(
        "reviews/<int:review_id>/briefing/requests/",
        views.speak_requests,
        name="speak-requests",
    ),
    path(
        "reviews/<int:review_id>/briefing/requests/<uuid:request_id>/",
        views.speak_settle,
        name="speak-settle",
    ),
    path("reviews/<int:review_id>/audit/", views.audit_trail, name="audit"),
    path(
        "reviews/<int:review_id>/audit/before/<int:number>.xlsx",
        views.audit_before_xlsx,
        name="audit-before-xlsx",
    ),
    path(
        "reviews/<int:review_id>/audit/audit-trail.xlsx",
        views.audit_xlsx,
        name="audit-xlsx",
    ),
]

urlpatterns += [  # documents, performance information, hypotheses
    path("reviews/<int:review_id>/documents/", documents.documents, name="documents"),
    path(
        "reviews/<int:review_id>/documents/documents.xlsx",
        documents.documents_xlsx,
        name="documents-xlsx",
    ),
    path(
        "reviews/<int:review_id>/documents/all/documents.xlsx",
        documents.document_list_xlsx,
        name="document-list-xlsx",
    ),
    path(
        "reviews/<int:review_id>/documents/all/",
        documents.document_list,
        name="document-list",
    ),
    path(
        "reviews/<int:review_id>/documents/requests/new/",
        documents.request_new,
        name="document-request-new",
    ),
    path(
        "reviews/<int:review_id>/documents/requests/<int:request_id>/",
        documents.request_change,
        name="document-request",
    ),
    path(
        "reviews/<int:review_id>/documents/requests/<int:request_id>/remove/",
        documents.request_remove,
        name="document-request-remove",
    ),
    path(
        "reviews/<int:review_id>/documents/requests/<int:request_id>/none/",
        documents.request_none,
        name="document-request-none",
    ),
    path(
        "reviews/<int:review_id>/documents/requests/<int:request_id>/upload/",
        documents.upload_for_request,
        name="document-upload-for",
    ),
    path(
        "reviews/<int:review_id>/documents/upload/",
        documents.upload,
        name="document-upload",
    ),
    path(
        "reviews/<int:review_id>/documents/<uuid:document_id>/",
        documents.document,
        name="document",
    ),
    path(
        "reviews/<int:review_id>/documents/<uuid:document_id>/title/",
        titles.document_title,
        name="document-title",
    ),
    path(
        "reviews/<int:review_id>/documents/<uuid:document_id>/upload/",
        documents.upload_version,
        name="document-upload-version",
    ),
    path(
        "reviews/<int:review_id>/documents/<uuid:document_id>/remove/",
        documents.document_remove,
        name="document-remove",
    ),
    path(
        "reviews/<int:review_id>/documents/files/<uuid:version_id>/confirm/",
        documents.upload_confirm,
        name="document-confirm",
    ),
    path(
        "reviews/<int:review_id>/documents/files/<uuid:version_id>/",
        documents.download,
        name="document-download",
    ),
    path("reviews/<int:review_id>/reading/", documents.reading_pack, name="reading"),
    path(
        "reviews/<int:review_id>/performance/",
        performance.figures,
        name="performance",
    ),
    path(
        "reviews/<int:review_id>/performance/import/",
        performance.figures_import,
        name="performance-import",
    ),
    path(
        "reviews/<int:review_id>/performance/blank/",
        performance.figures_blank,
        name="performance-blank",
    ),
    path(
        "reviews/<int:review_id>/performance/import/<uuid:pending_id>/",
        performance.figures_confirm,
        name="performance-confirm",
    ),
    path(
        "reviews/<int:review_id>/performance/<int:figure_id>/remove/",
        performance.figures_remove,
        name="performance-remove",
    ),
    path(
        "reviews/<int:review_id>/hypotheses/",
        hypotheses.hypotheses,
        name="hypotheses",
    ),
    path(
        "reviews/<int:review_id>/hypotheses/new/",
        hypotheses.hypothesis_new,
        name="hypothesis-new",
    ),
    path(
        "reviews/<int:review_id>/hypotheses/<uuid:hypothesis_id>/",
        hypotheses.hypothesis_change,
        name="hypothesis",
    ),
    path(
        "reviews/<int:review_id>/hypotheses/<uuid:hypothesis_id>/remove/",
        hypotheses.hypothesis_remove,
        name="hypothesis-remove",
    ),
    # What is held, and the close
    path("reviews/<int:review_id>/records/", records.records, name="records"),
    path(
        "reviews/<int:review_id>/records/people/",
        records.records_people,
        name="records-people",
    ),
    path("reviews/<int:review_id>/closing/", closing.closing, name="closing"),
    path(
        "reviews/<int:review_id>/closing/progress/",
        closing.closing_work,
        name="closing-work",
    ),
    path(
        "reviews/<int:review_id>/closing/ask/", closing.closing_ask, name="closing-ask"
    ),
    path(
        "reviews/<int:review_id>/closing/confirm/",
        closing.closing_confirm,
        name="closing-confirm",
    ),
    path(
        "reviews/<int:review_id>/closing/take-back/",
        closing.closing_take_back,
        name="closing-take-back",
    ),
    path(
        "reviews/<int:review_id>/closing/go-on/",
        closing.closing_go_on,
        name="closing-go-on",
    ),
    path(
        "reviews/<int:review_id>/closing/archive.age",
        closing.closing_archive,
        name="closing-archive",
    ),
    path(
        "reviews/<int:review_id>/certificates/",
        closing.certificates,
        name="certificates",
    ),
    path(
        "reviews/<int:review_id>/certificates/<slug:kind>.pdf",
        closing.certificate_pdf,
        name="certificate-pdf",
    ),
    path(
        "reviews/<int:review_id>/certificates/<slug:kind>.json",
        closing.certificate_signed,
        name="certificate-signed",
    ),
]
