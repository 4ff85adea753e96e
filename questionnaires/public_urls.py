"""The respondent's pages. Fixed addresses stand before the link, which could be any word."""

from django.urls import path, re_path

from questionnaires import public_views as views

app_name = "respond"
urlpatterns = [
    path("questions/<int:number>", views.questions, name="questions"),
    path("resume", views.resume, name="resume"),
    path("kept", views.kept, name="kept"),
    path("leave", views.leave, name="leave"),
    path("sent", views.sent, name="sent"),
    re_path(r"^(?P<token>[0-9A-Za-z-]{20,40})/?$", views.link, name="link"),
    re_path(r"^.*$", views.unknown, name="unknown"),
]
