"""The page on which the team looks at the title of a document that somebody outside it sent in."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from reviews.access import Action, ReviewRequest, review_view
from reviews.domain import documents as domain
from reviews.forms.documents import TitleForm
from reviews.models import Review
from reviews.pages.saving import save
from reviews.reading.documents import documents_for


@review_view(Action.READ_READING_PACK)
def document_title(
    request: ReviewRequest, review: Review, document_id: uuid.UUID
) -> HttpResponse:
    """A title that may name somebody is looked at, and said without the name or as it was."""
    found = get_object_or_404(
        documents_for(request.membership).select_related("review"), pk=document_id
    )
    form = TitleForm(
        request.POST or None,
        member=request.membership,
        initial={"title": found.team_title or found.title},
    )
    attempt = save(
        form,
        lambda: domain.name_for_team(
            document=found,
            title=form.cleaned_data["title"],
            by=request.user,
            at=timezone.now(),
        ),
    )
    if attempt.done:
        messages.success(request, "The title is saved.")
        return redirect("reviews:document", review.pk, found.pk)
    return render(
        request, "reviews/document_title.html", {"form": form, "document": found}
    )
