"""Pages of evidence, findings and report."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from feedback import domain, reading
from feedback.forms import ExcerptForm, FindingForm, SectionForm
from feedback.models import Excerpt, Finding, ReportVersion
from reviews.access import Action, ReviewRequest, can, review_view
from reviews.models import Review
from reviews.refusals import ChangedMeanwhile, Refusal

PER_PAGE = 40


def _finding(review: Review, finding_id: UUID) -> Finding:
    found = get_object_or_404(review.findings, pk=finding_id)
    found.review = review
    return found


def _excerpt(review: Review, finding_id: UUID, excerpt_id: UUID) -> Excerpt:
    finding = _finding(review, finding_id)
    found = get_object_or_404(finding.excerpts, pk=excerpt_id)
    found.review, found.finding = review, finding
    return found


def _tried(request: ReviewRequest, act: Callable[[], object]) -> bool:
    """Do it; what was refused is said on the page that follows."""
    try:
        act()
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return False
    return True


# --- evidence -------------------------------------------------------------------------


@review_view(Action.WRITE_EXCERPT)
@require_safe
def board(request: ReviewRequest, review: Review) -> HttpResponse:
    """The evidence of one theme, narrowed down by the address."""
    chosen = {
        "theme": request.GET.get("theme", ""),
        "kind": request.GET.get("kind", ""),
        "source_class": request.GET.get("from", ""),
    }
    found = reading.evidence_by_theme(review, **chosen)
    page = Paginator(found.items, PER_PAGE).get_page(request.GET.get("page"))
    return render(
        request, "feedback/board.html", {"board": found, "page": page, "chosen": chosen}
    )


@review_view(Action.WRITE_EXCERPT)
def excerpt_new(request: ReviewRequest, review: Review, key: str) -> HttpResponse:
    """Put one piece of evidence under a finding, in other words."""
    item = reading.evidence_item(review, key)
    if item is None:
        raise Http404
    choices = reading.finding_choices(review, item)
    form = ExcerptForm(
        request.POST or None,
        findings=choices,
        initial={"finding": request.GET.get("finding", "")},
    )
    if form.is_valid():
        finding = _finding(review, UUID(form.cleaned_data["finding"]))
        try:
            domain.propose_excerpt(
                finding=finding,
                item=item,
                text=form.cleaned_data["text"],
                against=form.cleaned_data["against"],
                by=request.user,
                at=timezone.now(),
            )
        except domain.NamesSomebody as refusal:
            form.show_refused(refusal)
        except domain.TooCloseToTheSource as refusal:
            form.add_error("text", str(refusal))
        except Refusal as refusal:
            form.add_error("finding", str(refusal))
        else:
            return redirect("feedback:finding", review.pk, finding.pk)
    return render(
        request,
        "feedback/excerpt_new.html",
        {"form": form, "card": reading.card_of(review, item), "choices": choices},
    )


# --- findings -------------------------------------------------------------------------


@review_view(Action.WRITE_FINDING)
@require_safe
def findings(request: ReviewRequest, review: Review) -> HttpResponse:
    themes = reading.findings_by_theme(review)
    return render(
        request,
        "feedback/findings.html",
        {"themes": themes, "count": sum(each.count for each in themes)},
    )


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
    if form.is_valid():
        try:
            made = domain.write_finding(
                review=review, values=form.values(), by=request.user, at=timezone.now()
            )
        except domain.NamesSomebody as refusal:
            form.show_refused(refusal)
        else:
            return redirect("feedback:finding", review.pk, made.pk)
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
    form = FindingForm(
        request.POST or None, review=review, initial=FindingForm.initial_of(found)
    )
    theirs = None
    if form.is_valid():
        try:
            domain.change_finding(
                finding=found,
                version=form.cleaned_data["version"] or 0,
                values=form.values(),
                by=request.user,
                at=timezone.now(),
            )
        except domain.NamesSomebody as refusal:
            form.show_refused(refusal)
        except ChangedMeanwhile as refusal:
            saved = _finding(review, finding_id)
            theirs = form.keep_both(FindingForm.initial_of(saved), refusal)
        else:
            return redirect("feedback:finding", review.pk, found.pk)
    return render(
        request,
        "feedback/finding_change.html",
        {"form": form, "finding": found, "theirs": theirs},
    )


@review_view(Action.WRITE_FINDING)
def finding_remove(
    request: ReviewRequest, review: Review, finding_id: UUID
) -> HttpResponse:
    """Asked once more first: its excerpts go with it."""
    found = _finding(review, finding_id)
    if request.method == "POST":
        domain.remove_finding(finding=found, by=request.user, at=timezone.now())
        messages.success(request, "The finding has been removed.")
        return redirect("feedback:findings", review.pk)
    return render(
        request,
        "feedback/finding_remove.html",
        {"finding": found, "row": reading.row_of(found)},
    )


@review_view(Action.WRITE_FINDING)
@require_POST
def finding_move(
    request: ReviewRequest, review: Review, finding_id: UUID
) -> HttpResponse:
    found = _finding(review, finding_id)
    domain.move_finding(finding=found, up=request.POST.get("to") == "up")
    return redirect("feedback:findings", review.pk)


@review_view(Action.AGREE_FINDING)
@require_POST
def finding_agree(
    request: ReviewRequest, review: Review, finding_id: UUID
) -> HttpResponse:
    found = _finding(review, finding_id)
    act = (
        domain.take_agreement_back
        if request.POST.get("agreed") == "no"
        else domain.agree_finding
    )
    _tried(request, lambda: act(finding=found, by=request.user, at=timezone.now()))
    return redirect("feedback:finding", review.pk, found.pk)


@review_view(Action.CLEAR_EXCERPT)
@require_POST
def excerpt_clear(
    request: ReviewRequest, review: Review, finding_id: UUID, excerpt_id: UUID
) -> HttpResponse:
    excerpt = _excerpt(review, finding_id, excerpt_id)
    _tried(
        request,
        lambda: domain.clear_excerpt(
            excerpt=excerpt, by=request.user, at=timezone.now()
        ),
    )
    return redirect("feedback:finding", review.pk, finding_id)


@review_view(Action.CLEAR_EXCERPT)
@require_POST
def excerpt_reject(
    request: ReviewRequest, review: Review, finding_id: UUID, excerpt_id: UUID
) -> HttpResponse:
    excerpt = _excerpt(review, finding_id, excerpt_id)
    domain.reject_excerpt(excerpt=excerpt, at=timezone.now())
    return redirect("feedback:finding", review.pk, finding_id)


# --- the report -----------------------------------------------------------------------


@review_view(Action.BUILD_REPORT, Action.DOWNLOAD_REPORT)
@require_safe
def report(request: ReviewRequest, review: Review) -> HttpResponse:
    """The team's desk; for the council, the versions issued to it and nothing else."""
    rows = [
        reading.version_row(each) for each in reading.versions_for(request.membership)
    ]
    if not request.membership.in_team:
        return render(request, "feedback/report_council.html", {"versions": rows})
    return render(
        request, "feedback/report.html", {"versions": rows, **_desk(request, review)}
    )


def _desk(request: ReviewRequest, review: Review) -> dict[str, Any]:
    """What the one who builds needs: the words still to write, and what may give away."""
    if not can(request.membership, Action.BUILD_REPORT):
        return {"sections": [], "marks": [], "confirmation": ""}
    marks = domain.give_aways(review)
    return {
        "sections": reading.sections_of(review),
        "marks": marks,
        "refused": any(each.refused for each in marks),
        "confirmation": domain.confirmation_of(marks),
        "agreed": review.findings.filter(agreed=True).count(),
        "left_out": review.findings.filter(agreed=False).count(),
    }


@review_view(Action.BUILD_REPORT)
def report_text(request: ReviewRequest, review: Review, section: str) -> HttpResponse:
    row = reading.section_of(review, section)
    if row is None:
        raise Http404
    form = SectionForm(
        request.POST or None,
        initial={"text": row.text or row.own, "version": row.version},
    )
    theirs = None
    if form.is_valid():
        try:
            domain.write_section(
                review=review,
                section=section,
                text=form.cleaned_data["text"],
                version=form.cleaned_data["version"] or 0,
                by=request.user,
                at=timezone.now(),
            )
        except domain.NamesSomebody as refusal:
            form.show_refused(refusal)
        except ChangedMeanwhile as refusal:
            saved = reading.section_of(review, section) or row
            theirs = form.keep_both(
                {"text": saved.text, "version": saved.version}, refusal
            )
        else:
            return redirect("feedback:report", review.pk)
    return render(
        request,
        "feedback/report_text.html",
        {"form": form, "row": row, "theirs": theirs},
    )


@review_view(Action.BUILD_REPORT)
@require_POST
def report_build(request: ReviewRequest, review: Review) -> HttpResponse:
    _tried(
        request,
        lambda: domain.build_report(
            review=review,
            confirmed=request.POST.get("confirmed", ""),
            by=request.user,
            at=timezone.now(),
        ),
    )
    return redirect("feedback:report", review.pk)


def _version(request: ReviewRequest, number: int) -> ReportVersion:
    """A version that this member may know of: the council's are the issued ones."""
    rows = request.membership.review.report_versions.all()
    if not request.membership.in_team:
        rows = rows.filter(issued_on__isnull=False)
    found = get_object_or_404(rows, number=number)
    found.review = request.membership.review
    return found


@review_view(Action.DOWNLOAD_REPORT)
@require_safe
@never_cache
def report_read(request: ReviewRequest, review: Review, number: int) -> HttpResponse:
    version = _version(request, number)
    return render(
        request,
        "feedback/report_read.html",
        {"version": reading.version_row(version), "report": version.content},
    )


@review_view(Action.DOWNLOAD_REPORT)
@require_safe
def report_pdf(request: ReviewRequest, review: Review, number: int) -> HttpResponse:
    """The stored bytes. Each download is on the record."""
    version = _version(request, number)
    if not version.is_ready or version.pdf is None:
        raise Http404
    domain.note_download(version=version, by=request.user, at=timezone.now())
    day = version.issued_on or version.made_on
    name = f"{slugify(review.council)}-peer-review-report-version-{number}-{day}.pdf"
    response = HttpResponse(bytes(version.pdf), content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@review_view(Action.APPROVE_REPORT)
@require_POST
def report_approve(request: ReviewRequest, review: Review, number: int) -> HttpResponse:
    return _act_on_version(request, number, domain.approve_report)


@review_view(Action.ISSUE_REPORT)
@require_POST
def report_issue(request: ReviewRequest, review: Review, number: int) -> HttpResponse:
    return _act_on_version(request, number, domain.issue_report)


@review_view(Action.BUILD_REPORT)
@require_POST
def report_retry(request: ReviewRequest, review: Review, number: int) -> HttpResponse:
    return _act_on_version(request, number, domain.retry_report)


def _act_on_version(
    request: ReviewRequest, number: int, act: Callable[..., None]
) -> HttpResponse:
    version = _version(request, number)
    _tried(request, lambda: act(version=version, by=request.user, at=timezone.now()))
    return redirect("feedback:report", version.review_id)
