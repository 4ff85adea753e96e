"""Pages of links for whole agencies: how many places before the opening, the link and its poster after."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from questionnaires import reading
from questionnaires.domain import inviting
from questionnaires.forms.running import OpenLinksForm
from questionnaires.mail import letters
from questionnaires.models import OpenLink, Questionnaire
from questionnaires.views.loading import questionnaire_view, to
from reviews.access import Action, ReviewRequest
from reviews.pages.saving import confirm, save

RUN = Action.RUN_QUESTIONNAIRE


@questionnaire_view(RUN)
def open_links(request: ReviewRequest, questionnaire: Questionnaire) -> HttpResponse:
    """Of a draft: the places of each agency. Afterwards: its links."""
    is_draft = questionnaire.state == Questionnaire.State.DRAFT
    form = OpenLinksForm(request.POST or None, questionnaire=questionnaire)
    # A late round has links where the first had them, and nowhere else.
    offered = is_draft and bool(form.agencies)
    if offered:
        attempt = save(
            form,
            lambda: inviting.set_open_links(
                questionnaire=questionnaire,
                places=form.places(),
                by=request.user,
                at=timezone.now(),
            ),
        )
        if attempt.done:
            return to("questionnaires:overview", questionnaire)
    return render(
        request,
        "questionnaires/open_links.html",
        {
            "form": form if offered else None,
            "questionnaire": questionnaire,
            "rows": reading.open_link_rows(questionnaire),
        },
    )


@questionnaire_view(RUN)
@require_http_methods(["GET", "POST"])
def open_link(
    request: ReviewRequest, questionnaire: Questionnaire, link_id: uuid.UUID
) -> HttpResponse:
    """Make an agency's link. It stands on the answer to that press alone, with a poster to print."""
    link: OpenLink = get_object_or_404(questionnaire.open_links, pk=link_id)
    attempt = confirm(
        request,
        lambda: inviting.make_open_link(
            link=link,
            seen=request.POST.get("seen", ""),
            by=request.user,
            at=timezone.now(),
        ),
    )
    refusal = None if attempt.done else attempt.refusal
    if refusal:
        link.refresh_from_db()
    rows = reading.open_link_rows(questionnaire)
    return render(
        request,
        "questionnaires/open_link.html",
        {
            "questionnaire": questionnaire,
            "row": next(row for row in rows if row.link.pk == link.pk),
            "seen": inviting.mark_of(link),
            "address": letters.link_of(attempt.made) if attempt.done else "",
            "ended": bool(request.POST.get("seen")),
            "minutes": reading.minutes_of(questionnaire),
            "refusal": refusal,
        },
    )
