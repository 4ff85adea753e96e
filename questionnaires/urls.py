from django.urls import path

from questionnaires.views import (
    building,
    comments,
    late,
    listing,
    open_links,
    preview,
    proof,
    questions,
    results,
    running,
    sections,
    translating,
)

app_name = "questionnaires"
ALL = "reviews/<int:review_id>/questionnaires/"
BASE = f"{ALL}<int:questionnaire_id>/"
SECTION = f"{BASE}sections/<int:section_id>/"
QUESTION = f"{BASE}questions/<int:question_id>/"
RESULTS = f"{BASE}results/"
COMMENT = f"{BASE}comments/<uuid:comment_id>/screen/"
LIST = f"{BASE}list/<uuid:pending_id>/"
urlpatterns = [
    path(ALL, running.index, name="index"),
    path(f"{ALL}new/", building.new, name="new"),
    path(
        "reviews/<int:review_id>/results/", results.results_index, name="results-index"
    ),
    path(BASE, running.overview, name="overview"),
    # What it asks
    path(f"{BASE}copy/", building.copy, name="copy"),
    path(f"{BASE}late-round/", late.late_round, name="late-round"),
    path(f"{BASE}remove/", building.remove, name="remove"),
    path(f"{BASE}settings/", building.settings, name="settings"),
    path(f"{BASE}group-size/", building.group_size, name="group-size"),
    path(f"{BASE}group-size/agree/", building.small_groups, name="small-groups"),
    path(f"{BASE}questions/", sections.questions, name="questions"),
    path(f"{BASE}sections/new/", sections.section_new, name="section-new"),
    path(SECTION, sections.section, name="section"),
    path(f"{SECTION}do/", sections.section_do, name="section-do"),
    path(f"{SECTION}remove/", sections.section_remove, name="section-remove"),
    path(f"{SECTION}add/", questions.question_new, name="question-new"),
    path(f"{SECTION}bank/", questions.bank, name="bank"),
    path(QUESTION, questions.question, name="question"),
    path(f"{QUESTION}do/", questions.question_do, name="question-do"),
    path(f"{QUESTION}condition/", questions.condition, name="condition"),
    path(f"{BASE}language/", translating.language, name="language"),
    path(f"{BASE}translation/", translating.translation_page, name="translation"),
    path(f"{BASE}preview/", preview.preview, name="preview"),
    path(f"{BASE}preview/<int:number>/", preview.preview_page, name="preview-page"),
    path(f"{BASE}proof/", proof.proof, name="proof"),
    path(f"{BASE}proof/run/", proof.proof_run, name="proof-run"),
    # Who is asked, and while it is open
    path(f"{BASE}people/", listing.people, name="people"),
    path(f"{BASE}people/add/", listing.person_add, name="person-add"),
    path(
        f"{BASE}people/<uuid:invitation_id>/remove/",
        listing.person_remove,
        name="person-remove",
    ),
    path(f"{BASE}list/", listing.list_import, name="list-import"),
    path(f"{BASE}list/blank/", listing.list_blank, name="list-blank"),
    path(f"{BASE}list/empty/", listing.list_empty, name="list-empty"),
    path(LIST, listing.list_confirm, name="list-confirm"),
    path(f"{LIST}progress/", listing.list_progress, name="list-progress"),
    path(f"{LIST}discard/", listing.list_discard, name="list-discard"),
    path(f"{BASE}open-links/", open_links.open_links, name="open-links"),
    path(f"{BASE}open-links/<uuid:link_id>/", open_links.open_link, name="open-link"),
    path(f"{BASE}progress/", running.progress, name="progress"),
    path(f"{BASE}open/", running.open_it, name="open"),
    path(f"{BASE}closing-date/", running.closing_date, name="closing-date"),
    path(f"{BASE}send/", running.send, name="send"),
    path(f"{BASE}remind/", running.remind, name="remind"),
    path(f"{BASE}send-again/", running.send_again, name="send-again"),
    path(f"{BASE}test-letter/", running.test_letter, name="test-letter"),
    path(f"{BASE}sending/stop/", running.sending_stop, name="sending-stop"),
    path(f"{BASE}sending/resume/", running.sending_resume, name="sending-resume"),
    path(f"{BASE}sending/end/", running.sending_end, name="sending-end"),
    path(f"{BASE}new-link/", running.new_link, name="new-link"),
    path(f"{BASE}close/", running.close, name="close"),
    path(f"{BASE}release/", running.release, name="release"),
    # What was released
    path(RESULTS, results.results, name="results"),
    path(f"{RESULTS}gaps/", results.gaps, name="results-gaps"),
    path(f"{RESULTS}groups/", results.groups, name="results-groups"),
    path(f"{RESULTS}questions/<str:code>/", results.question, name="results-question"),
    path(f"{RESULTS}file/", results.file, name="results-file"),
    path(f"{RESULTS}values.xlsx", results.workbook, name="results-xlsx"),
    path(f"{RESULTS}values.csv", results.table, name="results-csv"),
    path(f"{RESULTS}earlier/", results.earlier, name="results-earlier"),
    path(
        f"{RESULTS}earlier/remove/",
        results.earlier_remove,
        name="results-earlier-remove",
    ),
    path(f"{BASE}comments/", comments.comments, name="comments"),
    path(f"{BASE}comments/themes/", comments.themes, name="comments-themes"),
    path(f"{BASE}comments/screen/", comments.screen, name="comments-screen"),
    path(COMMENT, comments.comment_screen, name="comment-screen"),
    path(f"{COMMENT}withhold/", comments.comment_withhold, name="comment-withhold"),
]
