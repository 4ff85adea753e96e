"""The pages of the report: its desk, its texts, its versions and their files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from feedback import reading
from feedback.domain import reports
from feedback.files import spreadsheet, word
from feedback.forms import SectionForm
from feedback.models import ReportVersion
from reviews.access import Action, ReviewRequest, Sight, can, review_view, sees
from reviews.models import Review
from reviews.pages.saving import press, save


@review_view(Action.BUILD_REPORT, Action.DOWNLOAD_REPORT)
@require_safe
def report(request: ReviewRequest, review: Review) -> HttpResponse:
    """The team's desk; for the council, the versions issued to it and nothing else."""
    rows = reading.version_rows(request.membership)
    if not sees(request.membership, Sight.UNISSUED_REPORT):
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
    marks = reports.give_aways(review)
    return {
        "desk": reading.desk_of(review),
        "marks": marks,
        "refused": any(each.refused for each in marks),
        "confirmation": reports.confirmation_of(marks),
    }


@review_view(Action.BUILD_REPORT)
def report_text(request: ReviewRequest, review: Review, section: str) -> HttpResponse:
    row = reading.section_of(review, section)
    if row is None:
        raise Http404
    form = SectionForm(request.POST or None, initial=SectionForm.initial_of(row))
    attempt = save(
        form,
        lambda: reports.write_section(
            review=review,
            section=section,
            text=form.cleaned_data["text"],
            version=form.cleaned_data["version"] or 0,
            by=request.user,
            at=timezone.now(),
        ),
        saved=lambda: form.initial_of(reading.section_of(review, section) or row),
    )
    if attempt.done:
        return redirect("feedback:report", review.pk)
    return render(
        request,
        "feedback/report_text.html",
        {"form": form, "row": row, "theirs": attempt.theirs},
    )


@review_view(Action.BUILD_REPORT)
@require_POST
def report_build(request: ReviewRequest, review: Review) -> HttpResponse:
    press(
        request,
        lambda: reports.build_report(
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
    if not sees(request.membership, Sight.UNISSUED_REPORT):
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
    return _file(request, version, "pdf", "report", version.pdf)


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
    reports.note_download(
        version=version, kind=kind, by=request.user, at=timezone.now()
    )
    day = version.issued_on or version.made_on
    council = slugify(version.review.council)
    name = f"{council}-peer-review-{what}-version-{version.number}-{day}.{kind}"
    response = HttpResponse(content, content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "no-store"
    return response


@review_view(Action.APPROVE_REPORT)
def report_approve(request: ReviewRequest, review: Review, number: int) -> HttpResponse:
    return _ask_or_act(request, number, reports.approve_report, "approve")


@review_view(Action.ISSUE_REPORT)
def report_issue(request: ReviewRequest, review: Review, number: int) -> HttpResponse:
    return _ask_or_act(request, number, reports.issue_report, "issue")


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
    return _act_on_version(request, number, reports.retry_report)


def _act_on_version(
    request: ReviewRequest, number: int, act: Callable[..., None]
) -> HttpResponse:
    version = _version(request, number)
    press(request, lambda: act(version=version, by=request.user, at=timezone.now()))
    return redirect("feedback:report", version.review_id)
