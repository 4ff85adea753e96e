"""Meetings by secret link. They lie under /q/, where nothing is logged and guessing is slowed down."""

from django.urls import re_path

from scheduling.views.meetings import answer

app_name = "meeting"
# With and without the last stroke: mail programs and hands lose it.
urlpatterns = [re_path(r"^(?P<token>[^/]+)/?$", answer, name="answer")]
