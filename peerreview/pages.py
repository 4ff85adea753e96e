"""Pages that belong to no review: help, privacy, accessibility; and whom to tell of a weakness."""

import datetime as dt

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from peerreview.security_txt import security_txt
from reviews import retention
from reviews.access import open_view
from reviews.models import User
from reviews.reading.team import whom_to_ask

app_name = "pages"

# When the accessibility statement was written, and when somebody last went through it.
PREPARED, REVIEWED = dt.date(2026, 11, 25), dt.date(2026, 11, 25)


def _said(period: dt.timedelta) -> str:
    return retention.in_words(period).capitalize()


# What is kept, and until when (specification 9).
WORDS_UNTIL = (
    f"{_said(retention.WORDS)} after the visit began, whether or not the report is out, unless people "
    "were told another time. At the latest when the review is closed"
)
CLOSE = "When the review is closed"
RECORD_UNTIL = (
    f"{retention.counted(retention.RECORD_YEARS, 'year').capitalize()} "
    "after the review is closed"
)
KEPT = (
    (
        "Your name and email address, for the questionnaire",
        f"{_said(retention.ADDRESSES)} after the results are released, unless the questionnaire’s own page on what is "
        "kept names another time. If you are asked once more, to answer late, as long after those results. At the "
        "latest when the review is closed",
    ),
    ("Answers that you saved and did not send", "When the questionnaire closes"),
    ("Sealed answers", "When the results are released"),
    (
        "Single answers and comments, after the results are released",
        f"{_said(retention.WORDS)} after the visit began, unless the questionnaire’s first page names another time. "
        "At the latest when the review is closed",
    ),
    (
        "Sealed answers that were not released by then, with the names and addresses of those invited",
        "The same day. Nobody reads those answers",
    ),
    ("Peers’ notes, case maps and requests to speak to the team", WORDS_UNTIL),
    (
        "The list of names that texts are screened for",
        "The night after a report is first issued. At the latest the day that the review’s plan has "
        "for the destruction, or when the review is closed",
    ),
    (
        "Names of people in the timetable of the visit, what they were written about it, and "
        "whether they can come",
        CLOSE,
    ),
    ("Documents of the council and its partners", CLOSE),
    ("What peers write of themselves, and interests that they declare", CLOSE),
    (
        "Other messages of a review. Letters with questionnaire links are not kept at all",
        CLOSE,
    ),
    (
        "The plan, who was on the review, what the regulator was told, the findings, the report, alerts "
        "that a child may be at risk, and the record of who changed what",
        RECORD_UNTIL,
    ),
    ("Your account, if you have one", "Whoever runs this system removes it"),
)


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
    return render(
        request,
        "pages/privacy.html",
        {"controller": settings.DATA_CONTROLLER, "kept": KEPT},
    )


@open_view("a legal duty; holds nothing about anybody")
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "pages/accessibility.html",
        {
            "support": settings.SUPPORT_CONTACT,
            "prepared": PREPARED,
            "reviewed": REVIEWED,
        },
    )


urlpatterns = [
    path("help/", help_page, name="help"),
    path("privacy/", privacy, name="privacy"),
    path("accessibility/", accessibility, name="accessibility"),
    path(".well-known/security.txt", security_txt, name="security-txt"),
]
