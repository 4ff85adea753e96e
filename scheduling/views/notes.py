"""The pages of notes: a peer's own, the team's, gathering and screening."""

from __future__ import annotations

import datetime as dt
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from reviews.access import Action, ReviewRequest, review_view
from reviews.models import Review
from reviews.pages.saving import mixed_anew, press, save
from reviews.reading import hypotheses
from reviews.refusals import Refusal
from reviews.screening import scan
from scheduling import reading
from scheduling.domain.gathering import gather
from scheduling.domain.notes import (
    GatheredAlready,
    TooLong,
    change_draft,
    clear_note,
    delete_draft,
    mark_ready,
    redact_note,
    save_draft,
)
from scheduling.forms.notes import NoteForm, RedactForm
from scheduling.models import NoteDraft, notebooks
from scheduling.reading.now import now_at
from scheduling.rules import marks
from scheduling.views.sessions import _session

NOTES_ON_A_PAGE = 20


def _draft(request: ReviewRequest, draft_id: UUID) -> NoteDraft:
    draft = reading.own_draft(
        request.membership, draft_id, request.POST.get("seen", "")
    )
    if draft is None:
        raise Http404
    return draft


@review_view(Action.WRITE_NOTE)
@require_safe
def my_day(request: ReviewRequest, review: Review) -> HttpResponse:
    moment = timezone.now()
    today = review.today(moment)
    try:
        day = dt.date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        day = reading.usual_day(review, today)
    now = dt.datetime.combine(today, timezone.localtime(moment).time())
    return render(
        request,
        "scheduling/my_day.html",
        {"mine": reading.my_day(request.membership, day, now), "today": today},
    )


def _to_my_day(review: Review, day: dt.date | None) -> HttpResponse:
    address = reverse("scheduling:my-day", args=[review.pk])
    return redirect(f"{address}?day={day.isoformat()}" if day else address)


def _saved_words(ready: bool) -> str:
    if ready:
        return (
            "Your note is saved and waits to be gathered. Until then no page shows it to anybody "
            "else."
        )
    return "Your note is saved as a private draft. No page shows it to anybody else."


@review_view(Action.WRITE_NOTE)
@require_http_methods(["GET", "HEAD", "POST"])
def note_new(request: ReviewRequest, review: Review, session_id: int) -> HttpResponse:
    found = _session(request.membership, session_id)
    if not found.meets_people:
        raise Http404
    data = cast(QueryDict, request.POST) or None
    form = NoteForm(data, review=review, session=found)
    attempt = save(
        form,
        lambda: save_draft(
            owner=request.user,
            review=review,
            session=found,
            one_time_key=form.key,
            at=timezone.now(),
            **form.values(),
        ),
        beside="text",
    )
    if attempt.done:
        messages.success(request, _saved_words(form.cleaned_data["ready"]))
        return _to_my_day(review, found.day)
    return render(
        request,
        "scheduling/note_form.html",
        {
            "form": form,
            "session": found,
            "kinds": review.pack.note_kinds,
            "prompts": hypotheses.prompts_for(review, found.themes),
        },
    )


@review_view(Action.WRITE_NOTE)
@require_http_methods(["GET", "HEAD", "POST"])
def draft_edit(request: ReviewRequest, review: Review, draft_id: UUID) -> HttpResponse:
    data = cast(QueryDict, request.POST) or None
    seen = request.POST.get("seen", "")
    draft = reading.own_draft(request.membership, draft_id, seen)
    if draft is None:
        if not seen:
            raise Http404
        return _gathered_meanwhile(request, review)
    body = notebooks.read(draft)
    found = review.sessions.filter(pk=body.session).first()
    form = NoteForm(data, review=review, body=body, ready=draft.ready)
    attempt = save(
        form, lambda: change_draft(draft=draft, **form.values()), beside="text"
    )
    if attempt.done:
        messages.success(request, _saved_words(form.cleaned_data["ready"]))
        return _to_my_day(review, found.day if found else None)
    warned = scan.warnings(marks.Scanner(review)(body.text))
    return render(
        request,
        "scheduling/note_form.html",
        {
            "form": form,
            "session": found,
            "draft": draft,
            "seen": reading.draft_fingerprint(body),
            "kinds": review.pack.note_kinds,
            "prompts": hypotheses.prompts_for(review, found.themes if found else []),
            "chosen": body.kind,
            "warnings": marks.sentences(warned),
            "pieces": marks.pieces(body.text, warned) if warned else [],
        },
    )


def _gathered_meanwhile(request: ReviewRequest, review: Review) -> HttpResponse:
    """What was typed stays in the form, so that it can be taken into a new note."""
    form = NoteForm(cast(QueryDict, request.POST), review=review)
    if form.is_valid():
        form.refuse(GatheredAlready(), "text")
    return render(
        request,
        "scheduling/note_form.html",
        {"form": form, "draft": True, "kinds": review.pack.note_kinds},
    )


@review_view(Action.WRITE_NOTE)
@require_http_methods(["GET", "HEAD", "POST"])
def draft_delete(
    request: ReviewRequest, review: Review, draft_id: UUID
) -> HttpResponse:
    draft = _draft(request, draft_id)
    body = notebooks.read(draft)
    if request.method == "POST":
        press(request, lambda: delete_draft(draft=draft), says="Your draft is deleted.")
        return redirect("scheduling:my-day", review.pk)
    return render(
        request,
        "scheduling/draft_delete.html",
        {"draft": draft, "body": body, "seen": reading.draft_fingerprint(body)},
    )


@review_view(Action.WRITE_NOTE)
@require_POST
def draft_ready(request: ReviewRequest, review: Review, draft_id: UUID) -> HttpResponse:
    draft = _draft(request, draft_id)
    ready = request.POST.get("ready") == "yes"
    press(request, lambda: mark_ready(draft=draft, ready=ready))
    session_id = notebooks.read(draft).session
    found = review.sessions.filter(pk=session_id).first()
    return _to_my_day(review, found.day if found else None)


@review_view(Action.READ_NOTES)
@require_safe
def notes(request: ReviewRequest, review: Review) -> HttpResponse:
    theme, kind = request.GET.get("theme", ""), request.GET.get("kind", "")
    heard, marked = request.GET.get("heard", ""), request.GET.get("marked") == "yes"
    found = reading.notes_of(review, theme=theme, kind=kind, heard=heard, marked=marked)
    page = Paginator(found.lines, NOTES_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "scheduling/notes.html",
        {
            "found": found,
            "page": page,
            "theme": theme,
            "kind": kind,
            "heard": heard,
            "marked": marked,
            "narrowed": bool(theme or kind or heard or marked),
            "standing": reading.standing_of(review, now=now_at(review)),
        },
    )


@review_view(Action.GATHER_NOTES)
@require_POST
def notes_gather(request: ReviewRequest, review: Review) -> HttpResponse:
    if gather(review=review, by=request.user, at=timezone.now()):
        messages.success(request, "The ready notes are gathered.")
    else:
        standing = reading.standing_of(review, now=now_at(review))
        messages.info(
            request, f"Nothing was gathered. {standing.heading}. {standing.words}"
        )
    return redirect("scheduling:notes", review.pk)


@review_view(Action.SCREEN_NOTES)
@require_http_methods(["GET", "HEAD", "POST"])
def note_screen(request: ReviewRequest, review: Review, note_id: UUID) -> HttpResponse:
    """One note in full for whoever looks at it: clear it, or put other words in its place."""
    data = cast(QueryDict, request.POST)
    note = reading.note_now(review, note_id, data.get("seen", ""))
    if note is None:
        return mixed_anew(request, "Notes", "scheduling:notes", review.pk)
    said = note.said
    found = marks.Scanner(review)(said.text)
    form = RedactForm(
        data if data and "clear" not in data else None,
        initial={
            "text": scan.masked(said.text, found),
            "seen": reading.fingerprint(said.text),
        },
    )
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            if "clear" in data:
                clear_note(note=note)
                return _screened(request, review, "The note is shown to the team.")
            if form.is_valid():
                redact_note(
                    note=note,
                    seen=form.cleaned_data["seen"],
                    text=form.cleaned_data["text"],
                )
                return _screened(request, review, "The new words are in their place.")
        except (marks.NamesSomebody, TooLong) as error:
            form.refuse(error, "text")
        except Refusal as error:
            refusal = error
    return render(
        request,
        "scheduling/note_screen.html",
        {
            "note": note,
            "form": form,
            "refusal": refusal,
            "kind": reading.kind_title(review, said.kind),
            "pieces": marks.pieces(said.text, found),
            "reasons": marks.sentences(found),
            "is_marked": note.is_marked,
        },
    )


def _screened(request: ReviewRequest, review: Review, words: str) -> HttpResponse:
    messages.success(request, words)
    address = reverse("scheduling:notes", args=[review.pk])
    left = any(note.is_marked for note in review.notes.all())
    return redirect(f"{address}?marked=yes" if left else address)
