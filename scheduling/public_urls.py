"""Meetings by secret link. They lie under /q/, where nothing is logged and guessing is slowed down."""

from django.urls import path

from scheduling.meeting_views import answer

app_name = "meeting"
urlpatterns = [path("<str:token>/", answer, name="answer")]
