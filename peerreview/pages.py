"""Pages that belong to no review: help, privacy, accessibility."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from reviews.access import open_view
from reviews.models import User
from reviews.reading.team import whom_to_ask

app_name = "pages"


@open_view("says whom to ask; names review managers to their own people alone")
def help_page(request: HttpRequest) -> HttpResponse:
    user = request.user
    contacts = whom_to_ask(user) if isinstance(user, User) else []
    return render(
        request,
        "pages/help.html",
        {"contacts": contacts, "support": settings.SUPPORT_CONTACT},
    )


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
