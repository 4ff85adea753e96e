"""A gallery of the components that pages are built from, in each of their states.

For whoever builds a page. The address exists only where DEBUG is on.
"""

import datetime as dt
from dataclasses import replace
from typing import Any

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reviews.access import open_view
from reviews.models import Milestone
from reviews.pages.form import DatePartsField, PageForm, Revealed
from reviews.pages.merging import Theirs
from reviews.reading.filters import Box, Choice, Filters
from reviews.reading.plan import PlanRow
from reviews.reading.review import Task
from reviews.refusals import Refusal
from reviews.rules.lead_in import Standing
from reviews.trail.words import Change

VISIT, TODAY = dt.date(2013, 2, 4), dt.date(2013, 1, 9)
YES_NO = [("yes", "Yes"), ("no", "No")]


class Example(PageForm):
    """One question of each kind."""

    submit_label = "Save"
    reveals = (Revealed("coming", "no", ("why",), needed=("why",)),)
    choice_hints = {"coming": {"yes": "We meet at the door"}}

    name = forms.CharField(
        label="Full name", help_text="As on the badge", max_length=40
    )
    email = forms.EmailField(label="Email address", required=False)
    password = forms.CharField(label="Password", widget=forms.PasswordInput)
    text = forms.CharField(
        label="What you saw", max_length=2_000, widget=forms.Textarea
    )
    day = DatePartsField(label="First day on site")
    coming = forms.ChoiceField(
        label="Are you coming?", choices=YES_NO, widget=forms.RadioSelect
    )
    why = forms.CharField(label="Why not?", required=False)
    themes = forms.MultipleChoiceField(
        label="Which themes does it bear on?",
        choices=[("a", "Voice of the child"), ("b", "Outcomes")],
        widget=forms.CheckboxSelectMultiple,
    )
    room = forms.ChoiceField(label="Which room?", choices=[("", ""), ("r", "Room 1")])
    file = forms.FileField(label="File", required=False)
    sure = forms.BooleanField(label="I have looked through it", required=False)


class Deletion(PageForm):
    submit_label = "Delete the example"
    warning = True


@open_view("invented examples, and no address at all unless DEBUG is on")
@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    if not settings.DEBUG:
        raise Http404
    return render(request, "pages/design.html", {**_words(), **_lists(), **_forms()})


def _forms() -> dict[str, Any]:
    return {
        "example": Example(prefix="empty"),
        "wrong": Example(
            {"wrong-coming": "no", "wrong-email": "nobody"}, prefix="wrong"
        ),
        "deletion": Deletion(prefix="deletion"),
        "refused": Refusal("The release waits for a second person."),
        "nothing": None,
    }


def _words() -> dict[str, Any]:
    theme = Box("theme", "Theme", (Choice("a", "Outcomes"),), "Every theme")
    order = Box("order", "Sorted by", (Choice("day", "Day"), Choice("theme", "Theme")))
    return {
        "filters": Filters((theme, order)),
        "filtered": Filters((replace(theme, name="chosen", chosen="a"),)),
        "theirs": [
            Theirs("Council", "Trafford Council", taken=True),
            Theirs("Scope", "Early help\nand the front door", taken=False),
            Theirs("Programme", "", taken=False),
        ],
        "changes": [
            Change(
                2,
                TODAY,
                None,
                "Bernadette Kilroy",
                "Due date changed",
                ("From 7 to 9 January",),
            ),
            Change(
                1,
                TODAY,
                dt.datetime(2013, 1, 8, 9, 30, tzinfo=dt.UTC),
                "Anwen Prosser",
                "Milestone done",
            ),
        ],
        "works": [
            {"sentence": "Waiting for a worker", "percent": None, "trouble": ""},
            {"sentence": "Reading the list", "percent": 40, "trouble": ""},
            {
                "sentence": "Stopped",
                "percent": 80,
                "trouble": "The file could not be read.",
            },
        ],
        "links": [
            {"label": "Home", "url": "#links", "current": True},
            {"label": "Plan", "url": "#links", "current": False},
        ],
        "colours": ("grey", "blue", "light-blue", "green", "yellow", "orange", "red"),
        "said": ("The example is saved.", "One person was told."),
        "council": {"council": "Trafford Council"},
    }


def _lists() -> dict[str, Any]:
    pages = Paginator(range(30), 10)
    return {
        "pages": [pages.page(1), pages.page(2), pages.page(3)],
        "tasks": [
            Task("Agree the key questions", "#tasks", "Completed"),
            Task(
                "Build the team", "#tasks", "Incomplete", "Two people have not answered"
            ),
            Task("Open the questionnaire", "", "Cannot start yet"),
        ],
        "rows": [
            ("Council", "Trafford Council"),
            {"key": "Scope", "value": "Early help\nand the front door", "url": "#rows"},
        ],
        "plan": [_milestone(number, each) for number, each in enumerate(Standing)],
        "visit": VISIT,
        "today": TODAY,
        "much_later": dt.date(2013, 6, 1),
    }


def _milestone(number: int, standing: Standing) -> PlanRow:
    day = TODAY + dt.timedelta(days=5 * (number - 1))
    status = {
        Standing.DONE: Milestone.Status.DONE,
        Standing.NOT_NEEDED: Milestone.Status.NOT_NEEDED,
    }.get(standing, Milestone.Status.OPEN)
    milestone = Milestone(
        title="Example", due_on=day, status=status, offset_days=(day - VISIT).days
    )
    return PlanRow(milestone, "Review manager", standing, "")
