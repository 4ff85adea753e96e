"""The timetable on paper and as a spreadsheet, each reader's own reading of it."""

from __future__ import annotations

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from reviews.access import Action, ReviewRequest, review_view
from reviews.files import attachments, pdf
from reviews.files.workbook import workbook
from reviews.models import Review
from reviews.pages.form import PageForm, choose
from scheduling.reading import prints

# Width in characters of a spreadsheet's columns; the others take this.
WIDTHS = {"Session": 44, "Peers": 34, "People to be met": 48, "Day": 22, "Room": 24}
USUAL_WIDTH = 14


class PrintForm(PageForm):
    """What is printed, and on what paper."""

    submit_label = "Make the PDF"
    method = "get"

    what = forms.ChoiceField(label="What", widget=forms.RadioSelect, initial="day")
    paper = forms.ChoiceField(
        label="Paper",
        error_messages={"required": "Select a paper size"},
        choices=[("A4", "A4"), ("A3", "A3")],
        widget=forms.RadioSelect,
        initial="A4",
    )


@review_view(Action.READ_TIMETABLE)
@require_safe
def prints_page(request: ReviewRequest, review: Review) -> HttpResponse:
    """Asks what to print; the address of the answer is the PDF's own."""
    form = PrintForm(request.GET if "what" in request.GET else None)
    choose(form, "what", prints.ways_of(request.membership))
    if not form.is_valid():
        return render(request, "scheduling/prints.html", {"form": form})
    given = form.cleaned_data
    found = prints.print_of(
        request.membership, given["what"], wide=given["paper"] == "A3"
    )
    drawn = pdf.draw_html(
        render_to_string("scheduling/print_document.html", {"print": found})
    )
    name = attachments.file_name(
        review.council,
        f"timetable-{given['what']}",
        review.today(timezone.now()),
        "pdf",
    )
    return HttpResponse(
        drawn,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Security-Policy": "sandbox",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


@review_view(Action.READ_TIMETABLE)
@require_safe
def timetable_xlsx(request: ReviewRequest, review: Review) -> HttpResponse:
    """All that the reader may see, a row for each session."""
    columns = prints.columns_of(request.membership)
    content = workbook(
        sheet="Timetable",
        title=f"Timetable of the peer review of {review.council}",
        columns=[(each, WIDTHS.get(each, USUAL_WIDTH)) for each in columns],
        rows=(list(row.values()) for _, row in prints.readable(request.membership)),
    )
    today = review.today(timezone.now())
    return attachments.spreadsheet(
        content, attachments.file_name(review.council, "timetable", today, "xlsx")
    )
