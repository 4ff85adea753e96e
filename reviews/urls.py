"""Addresses of set-up, team, plan, outbox and audit."""

from django.urls import path

from reviews import views

app_name = "reviews"

urlpatterns = [
    path("", views.work, name="work"),
    path("reviews/new/", views.review_new, name="new"),
    path("reviews/<int:review_id>/set-up/", views.set_up, name="set-up"),
    path("reviews/<int:review_id>/set-up/details/", views.details, name="details"),
    path(
        "reviews/<int:review_id>/set-up/key-questions/",
        views.key_questions,
        name="key-questions",
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
    path("reviews/<int:review_id>/framework/", views.framework, name="framework"),
    path("reviews/<int:review_id>/outbox/", views.outbox, name="outbox"),
    path(
        "reviews/<int:review_id>/outbox/<uuid:message_id>/",
        views.outbox_message,
        name="outbox-message",
    ),
    path("reviews/<int:review_id>/audit/", views.audit_trail, name="audit"),
]
