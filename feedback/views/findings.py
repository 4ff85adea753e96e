"""The pages of evidence and of findings."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from feedback import reading
from feedback.domain.findings import (
    agree_finding,
    change_finding,
    clear_excerpt,
    move_finding,
    propose_excerpt,
    quoting_too_few,
    reject_excerpt,
    remove_finding,
    take_agreement_back,
    write_finding,
)
from feedback.forms import AgreeForm, ExcerptForm, FindingForm
from feedback.models import Excerpt, Finding
from reviews.access import Action, ReviewRequest, review_view
from reviews.models import Review
from reviews.pages.saving import mixed_anew, press, read_again, save
from reviews.refusals import ChangedMeanwhile

PER_PAGE = 20


def _finding(review: Review, finding_id: UUID) -> Finding:
    found = get_object_or_404(review.findings, pk=finding_id)
    found.review = review
    return found


def _excerpt(review: Review, finding_id: UUID, excerpt_id: UUID) -> Excerpt | None:
    """None once notes were mixed anew: excerpts have new ids then."""
    finding = _finding(review, finding_id)
    found = finding.excerpts.filter(pk=excerpt_id).first()
    if found is not None:
        found.review, found.finding = review, finding
    return found


def _choose_again(
    request: ReviewRequest, review: Review, finding_id: UUID
) -> HttpResponse:
    return mixed_anew(request, "The finding", "feedback:finding", review.pk, finding_id)


@review_view(Action.WRITE_EXCERPT)
@require_safe
def board(request: ReviewRequest, review: Review) -> HttpResponse:
    """All evidence as a matrix, and what the address narrows it down to."""
    wanted = reading.Narrowed(
        theme=request.GET.get("theme", ""),
        kind=request.GET.get("kind", ""),
        source_class=request.GET.get("from", ""),
        used=request.GET.get("used", ""),
    )
    found = reading.evidence_board(review, wanted)
    page = Paginator(found.items, PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "feedback/board.html", {"board": found, "page": page})


@review_view(Action.WRITE_EXCERPT)
def excerpt_new(request: ReviewRequest, review: Review, key: str) -> HttpResponse:
    """Put one piece of evidence under a finding, in other words."""
    item = reading.evidence_now(review, key, request.POST.get("seen", ""))
    if item is None:
        return mixed_anew(request, "Evidence", "feedback:board", review.pk)
    choices = reading.finding_choices(review, item)
    form = ExcerptForm(
        request.POST or None,
        findings=choices,
        kind=item.kind,
        initial={
            "finding": request.GET.get("finding", ""),
            "seen": reading.fingerprint(item),
        },
    )
    attempt = save(
        form,
        lambda: propose_excerpt(
            finding=_finding(review, UUID(form.cleaned_data["finding"])),
            item=item,
            text=form.cleaned_data["text"],
            against=form.cleaned_data["against"],
            by=request.user,
            at=timezone.now(),
        ),
        beside="finding",
    )
    if attempt.done:
        return redirect("feedback:finding", review.pk, attempt.made.finding_id)
    return render(
        request,
        "feedback/excerpt_new.html",
        {
            "form": form,
            "card": reading.card_of(review, item),
            "choices": choices,
            "use": reading.use_of(review, item, str(form["finding"].value() or "")),
        },
    )


@review_view(Action.WRITE_FINDING)
@require_safe
def findings(request: ReviewRequest, review: Review) -> HttpResponse:
    page = reading.findings_page(review, request.GET.get("standing", ""))
    return render(request, "feedback/findings.html", {"page": page})


@review_view(Action.WRITE_FINDING)
def finding_new(request: ReviewRequest, review: Review) -> HttpResponse:
    form = FindingForm(
        request.POST or None,
        review=review,
        initial={
            "theme": request.GET.get("theme", ""),
            "kind": request.GET.get("kind", ""),
        },
    )
    attempt = save(
        form,
        lambda: write_finding(
            review=review, values=form.values(), by=request.user, at=timezone.now()
        ),
    )
    if attempt.done:
        return redirect("feedback:finding", review.pk, attempt.made.pk)
    return render(request, "feedback/finding_new.html", {"form": form})


@review_view(Action.WRITE_FINDING)
@require_safe
def finding(request: ReviewRequest, review: Review, finding_id: UUID) -> HttpResponse:
    """One finding with what it rests on."""
    found = _finding(review, finding_id)
    return render(
        request,
        "feedback/finding.html",
        {
            "finding": found,
            "row": reading.row_of(found),
            "theme": review.pack.theme(found.theme),
            "excerpts": reading.excerpts_of(found, request.membership),
            "questions": reading.questions_of(found),
        },
    )


@review_view(Action.WRITE_FINDING)
def finding_change(
    request: ReviewRequest, review: Review, finding_id: UUID
) -> HttpResponse:
    found = _finding(review, finding_id)
    was_agreed = found.agreed
    form = FindingForm(
        request.POST or None, review=review, initial=FindingForm.initial_of(found)
    )
    attempt = save(
        form,
        lambda: change_finding(
            finding=found,
            version=form.cleaned_data["version"] or 0,
            values=form.values(),
            by=request.user,
            at=timezone.now(),
        ),
        saved=lambda: form.initial_of(read_again(found)),
    )
    if attempt.done:
        return redirect("feedback:finding", review.pk, found.pk)
    if attempt.theirs is not None:
        was_agreed = found.agreed
        if was_agreed:
            form.add_error(None, "The team leader has agreed these words.")
    return render(
        request,
        "feedback/finding_change.html",
        {
            "form": form,
            "finding": found,
            "theirs": attempt.theirs,
            "was_agreed": was_agreed,
        },
    )


@review_view(Action.WRITE_FINDING)
def finding_remove(
    request: ReviewRequest, review: Review, finding_id: UUID
) -> HttpResponse:
    """Asked once more first: its excerpts go with it."""
    found = _finding(review, finding_id)
    if request.method == "POST":
        remove_finding(finding=found, by=request.user, at=timezone.now())
        messages.success(request, "The finding has been removed.")
        return redirect("feedback:findings", review.pk)
    return render(
        request,
        "feedback/finding_remove.html",
        {
            "finding": found,
            "row": reading.row_of(found),
            "excerpts": found.excerpts.count(),
            "remove_words": f"Remove “{found.title}”",
        },
    )


@review_view(Action.WRITE_FINDING)
@require_POST
def finding_move(
    request: ReviewRequest, review: Review, finding_id: UUID
) -> HttpResponse:
    found = _finding(review, finding_id)
    move_finding(finding=found, up=request.POST.get("to") == "up")
    return redirect("feedback:findings", review.pk)


@review_view(Action.AGREE_FINDING)
def finding_agree(
    request: ReviewRequest, review: Review, finding_id: UUID
) -> HttpResponse:
    """The words once more, what they rest on, what stands against agreeing, and the leader's word."""
    found = _finding(review, finding_id)
    if request.POST.get("agreed") == "no":
        press(
            request,
            lambda: take_agreement_back(
                finding=found, by=request.user, at=timezone.now()
            ),
        )
        return redirect("feedback:finding", review.pk, found.pk)
    row = reading.row_of(found)
    form = AgreeForm(
        request.POST or None,
        needs_reason=row.single,
        initial={"version": found.version},
    )
    try:
        attempt = save(
            form,
            lambda: agree_finding(
                finding=found,
                version=form.cleaned_data["version"],
                reason=form.cleaned_data.get("reason", ""),
                by=request.user,
                at=timezone.now(),
            ),
            leaves=(ChangedMeanwhile,),
        )
    except ChangedMeanwhile:
        messages.error(request, CHANGED_WHILE_READING)
        return redirect("feedback:finding-agree", review.pk, found.pk)
    if attempt.done:
        return redirect("feedback:finding", review.pk, found.pk)
    return render(
        request,
        "feedback/finding_agree.html",
        {
            "form": form,
            "finding": found,
            "theme": review.pack.theme(found.theme),
            "row": row,
            "quoting": quoting_too_few(found, found.excerpts.filter(cleared=True)),
        },
    )


CHANGED_WHILE_READING = (
    "Somebody changed this finding while you were reading. "
    "These are its words now: read them, then agree."
)


@review_view(Action.CLEAR_EXCERPT)
@require_POST
def excerpt_clear(
    request: ReviewRequest, review: Review, finding_id: UUID, excerpt_id: UUID
) -> HttpResponse:
    excerpt = _excerpt(review, finding_id, excerpt_id)
    if excerpt is None:
        return _choose_again(request, review, finding_id)
    press(
        request,
        lambda: clear_excerpt(excerpt=excerpt, by=request.user, at=timezone.now()),
    )
    return redirect("feedback:finding", review.pk, finding_id)


@review_view(Action.CLEAR_EXCERPT)
def excerpt_reject(
    request: ReviewRequest, review: Review, finding_id: UUID, excerpt_id: UUID
) -> HttpResponse:
    """Take an excerpt from under its finding; asked once more first."""
    excerpt = _excerpt(review, finding_id, excerpt_id)
    if excerpt is None:
        return _choose_again(request, review, finding_id)
    if request.method == "POST":
        reject_excerpt(excerpt=excerpt, at=timezone.now())
        return redirect("feedback:finding", review.pk, finding_id)
    return render(
        request,
        "feedback/excerpt_reject.html",
        {
            "excerpt": excerpt,
            "finding": excerpt.finding,
            "unagrees": excerpt.finding.agreed and excerpt.cleared,
        },
    )
