"""Pages that belong to no review: help, privacy, accessibility."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from reviews.access import open_view

app_name = "pages"


@open_view("says whom to ask; holds nothing about anybody")
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/help.html")


@open_view("says what is kept; holds nothing about anybody")
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/privacy.html")


@open_view("a legal duty; holds nothing about anybody")
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "pages/accessibility.html")


urlpatterns = [
    path("help/", help_page, name="help"),
    path("privacy/", privacy, name="privacy"),
    path("accessibility/", accessibility, name="accessibility"),
]
