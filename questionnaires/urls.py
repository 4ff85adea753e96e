"""The team's and the council's pages of the questionnaire."""

from django.urls import path

from questionnaires import views

app_name = "questionnaires"
BASE = "reviews/<int:review_id>/questionnaire/"
urlpatterns = [
    path(BASE, views.overview, name="overview"),
    path(f"{BASE}make/", views.make, name="make"),
    path(f"{BASE}wording/", views.wording, name="wording"),
    path(f"{BASE}preview/", views.preview, name="preview"),
    path(f"{BASE}list/", views.list_import, name="list-import"),
    path(f"{BASE}list/blank/", views.list_blank, name="list-blank"),
    path(f"{BASE}list/<uuid:pending_id>/", views.list_confirm, name="list-confirm"),
    path(f"{BASE}list/empty/", views.list_empty, name="list-empty"),
    path(f"{BASE}open/", views.open_it, name="open"),
    path(f"{BASE}closing-date/", views.closing_date, name="closing-date"),
    path(f"{BASE}send/", views.send, name="send"),
    path(f"{BASE}remind/", views.remind, name="remind"),
    path(f"{BASE}send-again/", views.send_again, name="send-again"),
    path(f"{BASE}new-link/", views.new_link, name="new-link"),
    path(f"{BASE}close/", views.close, name="close"),
    path(f"{BASE}release/", views.release, name="release"),
    path(f"{BASE}results/", views.results, name="results"),
    path(f"{BASE}comments/", views.comments, name="comments"),
    path(f"{BASE}comments/screen/", views.comments_screen, name="comments-screen"),
    path(
        f"{BASE}comments/<uuid:comment_id>/screen/",
        views.comment_screen,
        name="comment-screen",
    ),
]
