"""Pages of the timetable, of somebody's day and of the team's notes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from reviews import screening
from reviews.access import Action, ReviewRequest, can, review_view
from reviews.models import AccessRole, Membership, Review
from reviews.pages.once import Once
from reviews.reading import hypotheses
from reviews.refusals import ChangedMeanwhile, Refusal
from scheduling import domain, marks, notebooks, reading
from scheduling.forms import (
    CancelForm,
    NoteForm,
    RedactForm,
    SessionForm,
    initial_of,
)
from scheduling.models import Note, NoteDraft, Session
from scheduling.move_views import last_move
from scheduling.plan_views import now_at
from scheduling.reading import releases
from scheduling.reading.needs import asked_in

NOTES_ON_A_PAGE = 20


def _session(membership: Membership, session_id: int) -> Session:
    """A session that this member may see; any other is not there."""
    found = reading.session_for(membership, session_id)
    if found is None:
        raise Http404
    return found


def _draft(membership: Membership, draft_id: UUID) -> NoteDraft:
    draft = reading.own_draft(membership, draft_id)
    if draft is None:
        raise Http404
    return draft


# --- the week ---------------------------------------------------------------------------


@review_view(Action.READ_TIMETABLE)
@require_safe
def timetable(request: ReviewRequest, review: Review) -> HttpResponse:
    """The week as picture and tables, narrowed down by the address to a day or a person."""
    today = review.today(timezone.now())
    wanted = reading.Wanted(
        day=request.GET.get("day", ""),
        who=request.GET.get("who", ""),
        by=request.GET.get("by", ""),
    )
    return render(
        request,
        "scheduling/timetable.html",
        {
            "week": _drawn(request, review, today, wanted),
            "undo": last_move(request, review),
        },
    )


@dataclass(frozen=True)
class Drawn:
    """The week as HTML: its clashes, and its days."""

    empty: bool
    wanted: reading.Wanted
    top: str
    body: str


# Drawing a full week takes a hundred milliseconds, and everybody looks at it all day. A drawing is
# used again for readers with the same rights as long as no row behind it has changed. One that
# names people who are met is not kept: their names are gone from everywhere when the review closes.
_kept: Once[object, Drawn] = Once(40)


def _drawn(
    request: ReviewRequest, review: Review, today: dt.date, wanted: reading.Wanted
) -> Drawn:
    member = request.membership
    key = (
        reading.stamp_of(member),
        member.access_role,
        member.agency_id if member.access_role == AccessRole.PC else None,
        review.stage,
        today,
        wanted,
    )
    drawn = _kept.find(key)
    if drawn is None:
        week = reading.week_of(member, today, wanted)
        context = {
            "review": review,
            "week": week,
            "board": reading.board_of(week),
            "picture": reading.picture_of(week),
            "can_move": can(member, Action.WRITE_TIMETABLE),
            "sees_people": reading.sees_people(member),
            "today": today,
        }
        drawn = Drawn(
            empty=week.empty,
            wanted=week.wanted,
            top=render_to_string("scheduling/week_top.html", context),
            body=render_to_string("scheduling/week_body.html", context),
        )
        made_up = week.wanted != wanted
        if not (made_up or week.names_people):
            _kept.keep(key, drawn)
    return drawn


@review_view(Action.WRITE_TIMETABLE)
@require_POST
def timetable_seed(request: ReviewRequest, review: Review) -> HttpResponse:
    try:
        domain.seed_timetable(review=review, by=request.user, at=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, "The sample week is filled in. Change it until it fits."
        )
    return redirect("scheduling:timetable", review.pk)


@review_view(Action.READ_TIMETABLE)
@require_safe
def session(request: ReviewRequest, review: Review, session_id: int) -> HttpResponse:
    found = _session(request.membership, session_id)
    clashes = reading.clashes_with(request.membership, found)
    return render(
        request,
        "scheduling/session.html",
        {
            "session": found,
            "peers": found.peers.all(),
            "people": releases.with_replies(
                found, reading.people_of(found, request.membership)
            ),
            "names_kept": reading.keeps_names_from(found, request.membership),
            "begun": found.begins <= now_at(review),
            "sees_people": reading.sees_people(request.membership),
            "sees_emails": can(request.membership, Action.WRITE_TIMETABLE),
            "themes": [t for t in review.pack.themes if t.code in found.themes],
            # The team's alone: the council's organiser reads this page too.
            "prompts": hypotheses.prompts_for(review, found.themes)
            if found.themes and can(request.membership, Action.READ_HYPOTHESES)
            else [],
            "asked": asked_in(found, request.membership),
            "clashes": clashes,
        },
    )


# What a page that asks for a session may say of it in the address; never a name.
WISHES = (
    "type",
    "title",
    "names_kept",
    "day",
    "start",
    "minutes",
    "strand",
    "room",
    "themes",
    "source_class",
)
WISHES_OF_SEVERAL = ("peers",)


@review_view(Action.WRITE_TIMETABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def session_new(request: ReviewRequest, review: Review) -> HttpResponse:
    domain.ensure_rooms(review=review)
    form = SessionForm(
        cast(QueryDict, request.POST) or None,
        review=review,
        for_team=request.membership.in_team,
        initial={name: request.GET[name] for name in WISHES if name in request.GET}
        | {name: request.GET.getlist(name) for name in WISHES_OF_SEVERAL},
    )
    if form.is_valid():
        values = form.values()
        added = domain.add_session(
            review=review,
            values=values,
            peers=domain.goers(review, values["strand"], form.cleaned_data["peers"]),
            people=form.met or (),
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, f"“{added.title}” is in the timetable.")
        return redirect("scheduling:session", review.pk, added.pk)
    return render(
        request,
        "scheduling/session_form.html",
        {"form": form, "private": "names_kept" in request.GET},
    )


@review_view(Action.WRITE_TIMETABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def session_edit(
    request: ReviewRequest, review: Review, session_id: int
) -> HttpResponse:
    found = _session(request.membership, session_id)
    form = SessionForm(
        cast(QueryDict, request.POST) or None,
        review=review,
        session=found,
        for_team=request.membership.in_team,
    )
    theirs = None
    if form.is_valid():
        try:
            domain.change_session(
                session=found,
                version=form.cleaned_data["version"],
                values=form.values(),
                peers=form.cleaned_data["peers"],
                people=form.met,
                by=request.user,
                at=timezone.now(),
            )
        except ChangedMeanwhile as refusal:
            fresh = _session(request.membership, session_id)
            theirs = form.keep_both(initial_of(fresh), refusal)
        else:
            messages.success(request, f"“{found.title}” is saved.")
            return redirect("scheduling:session", review.pk, found.pk)
    return render(
        request,
        "scheduling/session_form.html",
        {
            "form": form,
            "session": found,
            "theirs": theirs,
            "private": found.names_kept and request.membership.in_team,
        },
    )


@review_view(Action.WRITE_TIMETABLE)
@require_http_methods(["GET", "HEAD", "POST"])
def session_cancel(
    request: ReviewRequest, review: Review, session_id: int
) -> HttpResponse:
    """Asked once more first: people expect to be met."""
    found = _session(request.membership, session_id)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        domain.cancel_session(
            session=found,
            because=form.cleaned_data["because"],
            by=request.user,
            at=timezone.now(),
        )
        messages.success(request, f"“{found.title}” is cancelled. It can be put back.")
        return redirect("scheduling:session", review.pk, found.pk)
    return render(
        request,
        "scheduling/session_cancel.html",
        {
            "session": found,
            "form": form,
            "expected": max(found.people_expected, len(found.people.all())),
            "peers": len(found.peers.all()),
            "published": releases.is_published(found),
        },
    )


@review_view(Action.WRITE_TIMETABLE)
@require_POST
def session_restore(
    request: ReviewRequest, review: Review, session_id: int
) -> HttpResponse:
    found = _session(request.membership, session_id)
    domain.restore_session(session=found, by=request.user, at=timezone.now())
    messages.success(request, f"“{found.title}” is back in the timetable.")
    return redirect("scheduling:session", review.pk, found.pk)


# --- somebody's day ---------------------------------------------------------------------


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
        return "Your note is saved. The next gathering takes it; until then it is yours alone."
    return "Your note is saved as a private draft. Only you can read it."


@review_view(Action.WRITE_NOTE)
@require_http_methods(["GET", "HEAD", "POST"])
def note_new(request: ReviewRequest, review: Review, session_id: int) -> HttpResponse:
    found = _session(request.membership, session_id)
    if not found.meets_people:
        raise Http404
    data = cast(QueryDict, request.POST) or None
    form = NoteForm(data, review=review, session=found)
    if form.is_valid():
        try:
            domain.save_draft(
                owner=request.user,
                review=review,
                session=found,
                one_time_key=form.key,
                at=timezone.now(),
                **form.values(),
            )
        except marks.NamesSomebody as refusal:
            form.show_marks(refusal)
        except Refusal as refusal:
            form.add_error("text", str(refusal))
        else:
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
    draft = _draft(request.membership, draft_id)
    body = notebooks.read(draft)
    found = review.sessions.filter(pk=body.session).first()
    data = cast(QueryDict, request.POST) or None
    form = NoteForm(data, review=review, body=body, ready=draft.ready)
    if form.is_valid():
        try:
            domain.change_draft(draft=draft, **form.values())
        except marks.NamesSomebody as refusal:
            form.show_marks(refusal)
        except Refusal as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _saved_words(form.cleaned_data["ready"]))
            return _to_my_day(review, found.day if found else None)
    warned = screening.warnings(marks.Scanner(review)(body.text))
    return render(
        request,
        "scheduling/note_form.html",
        {
            "form": form,
            "session": found,
            "draft": draft,
            "kinds": review.pack.note_kinds,
            "prompts": hypotheses.prompts_for(review, found.themes if found else []),
            "chosen": body.kind,
            "warnings": marks.sentences(warned),
            "pieces": marks.pieces(body.text, warned) if warned else [],
        },
    )


@review_view(Action.WRITE_NOTE)
@require_http_methods(["GET", "HEAD", "POST"])
def draft_delete(
    request: ReviewRequest, review: Review, draft_id: UUID
) -> HttpResponse:
    draft = _draft(request.membership, draft_id)
    if request.method == "POST":
        try:
            domain.delete_draft(draft=draft)
        except domain.GatheredAlready as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, "Your draft is deleted.")
        return redirect("scheduling:my-day", review.pk)
    return render(
        request,
        "scheduling/draft_delete.html",
        {"draft": draft, "body": notebooks.read(draft)},
    )


@review_view(Action.WRITE_NOTE)
@require_POST
def draft_ready(request: ReviewRequest, review: Review, draft_id: UUID) -> HttpResponse:
    draft = _draft(request.membership, draft_id)
    ready = request.POST.get("ready") == "yes"
    try:
        domain.mark_ready(draft=draft, ready=ready)
    except domain.GatheredAlready as refusal:
        messages.error(request, str(refusal))
    session_id = notebooks.read(draft).session
    found = review.sessions.filter(pk=session_id).first()
    return _to_my_day(review, found.day if found else None)


# --- the team's notes -------------------------------------------------------------------


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
            "enough": reading.enough_to_gather(review, final=_is_final(review)),
        },
    )


@review_view(Action.GATHER_NOTES)
@require_POST
def notes_gather(request: ReviewRequest, review: Review) -> HttpResponse:
    now = timezone.now()
    number = domain.gather(
        review=review,
        by=request.user,
        at=now,
        final=_is_final(review),
    )
    if number:
        messages.success(request, "The ready notes are gathered.")
    else:
        messages.info(
            request,
            "Nothing was gathered: not enough notes are ready yet. It takes "
            f"{reading.LEAST_READY} notes of {reading.LEAST_PEERS} people, so that "
            "nobody can tell whose they are.",
        )
    return redirect("scheduling:notes", review.pk)


def _is_final(review: Review) -> bool:
    """From the last day on a gathering takes whatever is ready."""
    return review.today(timezone.now()) >= review.last_day


@review_view(Action.SCREEN_NOTES)
@require_http_methods(["GET", "HEAD", "POST"])
def note_screen(request: ReviewRequest, review: Review, note_id: UUID) -> HttpResponse:
    """One note in full for whoever looks at it: clear it, or put other words in its place."""
    note = get_object_or_404(review.notes, pk=note_id)
    note.review = review
    found = marks.Scanner(review)(note.text)
    data = cast(QueryDict, request.POST)
    form = RedactForm(
        data if data and "clear" not in data else None,
        initial={
            "text": screening.masked(note.text, found),
            "seen": domain.fingerprint(note),
        },
    )
    refusal: Refusal | None = None
    if request.method == "POST":
        try:
            if "clear" in data:
                domain.clear_note(note=note, at=timezone.now())
                return _screened(request, review, "The note is shown to the team.")
            if form.is_valid():
                domain.redact_note(
                    note=note,
                    seen=form.cleaned_data["seen"],
                    text=form.cleaned_data["text"],
                    at=timezone.now(),
                )
                return _screened(request, review, "The new words are in their place.")
        except marks.NamesSomebody as error:
            form.show_marks(error)
        except Refusal as error:
            refusal = error
    return render(
        request,
        "scheduling/note_screen.html",
        {
            "note": note,
            "form": form,
            "refusal": refusal,
            "kind": reading.kind_title(review, note.kind),
            "pieces": marks.pieces(note.text, found),
            "reasons": marks.sentences(found),
            "is_marked": note.screening == Note.Screening.MARKED,
        },
    )


def _screened(request: ReviewRequest, review: Review, words: str) -> HttpResponse:
    messages.success(request, words)
    address = reverse("scheduling:notes", args=[review.pk])
    left = review.notes.filter(screening=Note.Screening.MARKED).exists()
    return redirect(f"{address}?marked=yes" if left else address)
