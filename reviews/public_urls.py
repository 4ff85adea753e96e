"""The briefing note by secret address. It lies under /q/, where no trace is kept of anybody."""

from django.urls import path

from reviews.views.briefing import note, note_pdf, note_word, speak, thanks

app_name = "briefing"
urlpatterns = [
    path("<str:token>/", note, name="note"),
    path("<str:token>/briefing.pdf", note_pdf, name="note-pdf"),
    path("<str:token>/briefing.docx", note_word, name="note-word"),
    path("<str:token>/speak/", speak, name="speak"),
    path("<str:token>/speak/sent/", thanks, name="thanks"),
]
