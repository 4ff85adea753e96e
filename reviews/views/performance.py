"""Pages of performance information: by theme, and the way in from a workbook."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from reviews.access import Action, ReviewRequest, can, review_view
from reviews.domain import performance as domain
from reviews.files import sheets
from reviews.forms.performance import FiguresForm
from reviews.models import Review
from reviews.pages.saving import confirm, save
from reviews.reading import performance as reading
from reviews.rules import figures as workbook


@review_view(Action.READ_FIGURES)
def figures(request: ReviewRequest, review: Review) -> HttpResponse:
    return render(
        request,
        "reviews/performance.html",
        {
            "themes": reading.figures_of(review),
            "may_import": can(request.membership, Action.IMPORT_FIGURES),
        },
    )


@review_view(Action.IMPORT_FIGURES)
def figures_import(request: ReviewRequest, review: Review) -> HttpResponse:
    """Choose a workbook; it is read and checked, and nothing is added yet."""
    form = FiguresForm(request.POST or None, request.FILES or None)
    attempt = save(
        form,
        lambda: domain.keep_figures(
            review=review,
            found=workbook.read(
                form.cleaned_data["file"].read(sheets.MOST_BYTES + 1), review=review
            ),
            at=timezone.now(),
        ),
        beside="file",
    )
    if attempt.done:
        return redirect("reviews:performance-confirm", review.pk, attempt.made.pk)
    return render(request, "reviews/performance_import.html", {"form": form})


@review_view(Action.IMPORT_FIGURES)
@require_safe
def figures_blank(request: ReviewRequest, review: Review) -> HttpResponse:
    response = HttpResponse(workbook.blank(review), content_type=sheets.XLSX)
    response["Content-Disposition"] = (
        'attachment; filename="performance-information.xlsx"'
    )
    return response


@review_view(Action.IMPORT_FIGURES)
@require_http_methods(["GET", "POST"])
def figures_confirm(
    request: ReviewRequest, review: Review, pending_id: uuid.UUID
) -> HttpResponse:
    """What was read: every row that would be added, and every one that would not."""
    pending = get_object_or_404(
        review.pending_figures.select_related("review"), pk=pending_id
    )
    attempt = confirm(
        request,
        lambda: domain.take_figures(
            pending=pending, by=request.user, at=timezone.now()
        ),
    )
    if attempt.done:
        rows = "1 row was" if attempt.made == 1 else f"{attempt.made} rows were"
        messages.success(request, f"{rows} added.")
        return redirect("reviews:performance", review.pk)
    read = domain.rows_of(pending)
    faults = [sheets.Fault(*fault) for fault in pending.faults]
    return render(
        request,
        "reviews/performance_confirm.html",
        {
            "rows": [
                (
                    row,
                    [
                        (label, reading.number(getattr(row, name)))
                        for name, label in reading.SERIES
                    ],
                )
                for row in read[:200]
            ],
            "number": len(read),
            "left_out": len({fault.row for fault in faults}),
            "faults": faults,
            "series": [label for _, label in reading.SERIES],
            "refusal": attempt.refusal,
        },
    )


@review_view(Action.IMPORT_FIGURES)
@require_http_methods(["GET", "POST"])
def figures_remove(
    request: ReviewRequest, review: Review, figure_id: int
) -> HttpResponse:
    """Take a measure away with all its periods."""
    name = get_object_or_404(review.figures, pk=figure_id).name
    if request.method == "POST":
        domain.remove_measure(
            review=review, name=name, by=request.user, at=timezone.now()
        )
        messages.success(request, f"“{name}” was removed.")
        return redirect("reviews:performance", review.pk)
    return render(
        request,
        "reviews/performance_remove.html",
        {"name": name, "number": review.figures.filter(name=name).count()},
    )
