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

from feedback import domain, reading, spreadsheet, word
from feedback.forms import AgreeForm, ExcerptForm, FindingForm, SectionForm
from feedback.models import Excerpt, Finding, ReportVersion
from reviews.access import Action, ReviewRequest, can, review_view
from reviews.models import Review
from reviews.refusals import ChangedMeanwhile, Refusal

PER_PAGE = 20


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
    item = reading.evidence_item(review, key)
    if item is None:
        raise Http404
    choices = reading.finding_choices(review, item)
    form = ExcerptForm(
        request.POST or None,
        findings=choices,
        kind=item.kind,
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
        except (domain.TooCloseToTheSource, domain.RepeatsItWhole) as refusal:
            form.add_error("text", str(refusal))
        except Refusal as refusal:
            form.add_error("finding", str(refusal))
        else:
            return redirect("feedback:finding", review.pk, finding.pk)
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


# --- findings -------------------------------------------------------------------------


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
    was_agreed = found.agreed
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
            found = _finding(review, finding_id)
            was_agreed = found.agreed
            theirs = form.keep_both(FindingForm.initial_of(found), refusal)
            if found.agreed:
                form.add_error(None, "The team leader has agreed these words.")
        else:
            return redirect("feedback:finding", review.pk, found.pk)
    return render(
        request,
        "feedback/finding_change.html",
        {"form": form, "finding": found, "theirs": theirs, "was_agreed": was_agreed},
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
    domain.move_finding(finding=found, up=request.POST.get("to") == "up")
    return redirect("feedback:findings", review.pk)


@review_view(Action.AGREE_FINDING)
def finding_agree(
    request: ReviewRequest, review: Review, finding_id: UUID
) -> HttpResponse:
    """The words once more, what they rest on, what stands against agreeing, and the leader's word."""
    found = _finding(review, finding_id)
    if request.POST.get("agreed") == "no":
        _tried(
            request,
            lambda: domain.take_agreement_back(
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
    if form.is_valid():
        try:
            domain.agree_finding(
                finding=found,
                version=form.cleaned_data["version"],
                reason=form.cleaned_data.get("reason", ""),
                by=request.user,
                at=timezone.now(),
            )
        except domain.NamesSomebody as refusal:
            form.show_refused(refusal)
        except ChangedMeanwhile:
            messages.error(request, CHANGED_WHILE_READING)
            return redirect("feedback:finding-agree", review.pk, found.pk)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("feedback:finding", review.pk, found.pk)
    return render(
        request,
        "feedback/finding_agree.html",
        {
            "form": form,
            "finding": found,
            "theme": review.pack.theme(found.theme),
            "row": row,
            "quoting": domain.quoting_too_few(
                found, found.excerpts.filter(cleared=True)
            ),
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
    _tried(
        request,
        lambda: domain.clear_excerpt(
            excerpt=excerpt, by=request.user, at=timezone.now()
        ),
    )
    return redirect("feedback:finding", review.pk, finding_id)


@review_view(Action.CLEAR_EXCERPT)
def excerpt_reject(
    request: ReviewRequest, review: Review, finding_id: UUID, excerpt_id: UUID
) -> HttpResponse:
    """Take an excerpt from under its finding; asked once more first."""
    excerpt = _excerpt(review, finding_id, excerpt_id)
    if request.method == "POST":
        domain.reject_excerpt(excerpt=excerpt, at=timezone.now())
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


# --- the report -----------------------------------------------------------------------


@review_view(Action.BUILD_REPORT, Action.DOWNLOAD_REPORT)
@require_safe
def report(request: ReviewRequest, review: Review) -> HttpResponse:
    """The team's desk; for the council, the versions issued to it and nothing else."""
    rows = reading.version_rows(request.membership)
    if not request.membership.in_team:
        return render(request, "feedback/report_council.html", {"versions": rows})
    issued = next((each.version for each in rows if each.version.issued_on), None)
    return render(
        request,
        "feedback/report.html",
        {"versions": rows, "issued": issued, **_desk(request, review)},
    )


def _desk(request: ReviewRequest, review: Review) -> dict[str, Any]:
    """What the one who builds needs: the words still to write, and what may give away."""
    if not can(request.membership, Action.BUILD_REPORT):
        return {}
    marks = domain.give_aways(review)
    return {
        "desk": reading.desk_of(review),
        "marks": marks,
        "refused": any(each.refused for each in marks),
        "confirmation": domain.confirmation_of(marks),
    }


@review_view(Action.BUILD_REPORT)
def report_text(request: ReviewRequest, review: Review, section: str) -> HttpResponse:
    row = reading.section_of(review, section)
    if row is None:
        raise Http404
    form = SectionForm(
        request.POST or None,
        initial={"text": row.text, "version": row.version},
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
            as_it_is=request.POST.get("as_it_is") == "yes",
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
    return _file(request, version, "pdf", "report", bytes(version.pdf))


@review_view(Action.DOWNLOAD_REPORT)
@require_safe
def report_word(request: ReviewRequest, review: Review, number: int) -> HttpResponse:
    """The same frozen content, for whoever goes on writing."""
    version = _ready(request, number)
    return _file(request, version, "docx", "report", word.draw(version.content))


@review_view(Action.DOWNLOAD_REPORT)
@require_safe
def report_findings(
    request: ReviewRequest, review: Review, number: int
) -> HttpResponse:
    """The findings that the version prints, for whoever goes on working with them."""
    version = _ready(request, number)
    found = spreadsheet.workbook(version.content)
    return _file(request, version, "xlsx", "findings", found)


def _ready(request: ReviewRequest, number: int) -> ReportVersion:
    version = _version(request, number)
    if not version.is_ready:
        raise Http404
    return version


TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _file(
    request: ReviewRequest, version: ReportVersion, kind: str, what: str, content: bytes
) -> HttpResponse:
    """To take away, under a name that says what it is; on the record."""
    domain.note_download(version=version, kind=kind, by=request.user, at=timezone.now())
    day = version.issued_on or version.made_on
    council = slugify(version.review.council)
    name = f"{council}-peer-review-{what}-version-{version.number}-{day}.{kind}"
    response = HttpResponse(content, content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@review_view(Action.APPROVE_REPORT)
def report_approve(request: ReviewRequest, review: Review, number: int) -> HttpResponse:
    return _ask_or_act(request, number, domain.approve_report, "approve")


@review_view(Action.ISSUE_REPORT)
def report_issue(request: ReviewRequest, review: Review, number: int) -> HttpResponse:
    return _ask_or_act(request, number, domain.issue_report, "issue")


def _ask_or_act(
    request: ReviewRequest, number: int, act: Callable[..., None], what: str
) -> HttpResponse:
    """Show first what the version leaves empty and what changed since, then do it."""
    if request.method == "POST":
        return _act_on_version(request, number, act)
    version = _version(request, number)
    return render(
        request,
        f"feedback/report_{what}.html",
        {
            "version": reading.version_row(version),
            "gaps": reading.gaps_of(version),
            "changes": reading.changes_since(version),
        },
    )


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
