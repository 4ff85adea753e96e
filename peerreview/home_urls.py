"""Addresses of the review's home page and its stages."""

from django.urls import path

from peerreview import home

app_name = "home"

urlpatterns = [
    path("reviews/<int:review_id>/", home.home, name="home"),
    path("reviews/<int:review_id>/stage/", home.stage, name="stage"),
]
