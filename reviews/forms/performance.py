"""Forms of performance information. They save nothing."""

from django import forms

from reviews.pages.form import PageForm


class FiguresForm(PageForm):
    submit_label = "Read the workbook"

    file = forms.FileField(
        label="The figures as an Excel workbook (.xlsx)",
        help_text="Up to 2,000 rows and 2MB, with the headings of the blank workbook",
    )
