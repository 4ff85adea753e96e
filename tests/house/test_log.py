"""What the log may say, and what it may not."""

import json
import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import RequestFactory

from peerreview.silence import AllowedFields, NoTraceFilter
from tests.house.test_supervisor import ROOT


def _record(name: str, message: str, *args: object) -> logging.LogRecord:
    return logging.LogRecord(name, logging.ERROR, "file.py", 1, message, args, None)


def test_a_line_has_the_constant_message_without_its_arguments() -> None:
    line = json.loads(
        AllowedFields().format(_record("reviews", "no such %s", "Farida Anwar"))
    )

    assert (line["logger"], line["level"], line["event"]) == (
        "reviews",
        "ERROR",
        "no such",
    )
    assert "Farida" not in json.dumps(line)


@pytest.mark.parametrize(
    ("message", "event"),
    [
        ("Not Found: %s", "Not Found"),
        ("Error handling request %s", "Error handling request"),
        ("Process %(name)s (%d) has died", "Process has died"),
        ("job failed", "job failed"),
        ("%s: %s", ""),
    ],
)
def test_an_event_reads_as_a_sentence_without_places_for_arguments(
    message: str, event: str
) -> None:
    line = json.loads(AllowedFields().format(_record("django.request", message)))

    assert line["event"] == event


def test_a_page_that_was_not_there_is_logged_as_such() -> None:
    record = _record("django.request", "%s: %s", "Not Found", "/reviews/1/Farida")
    record.status_code = 404

    line = json.loads(AllowedFields().format(record))

    assert (line["event"], line["status_code"]) == ("Not Found", 404)
    assert "Farida" not in json.dumps(line)


def test_a_traceback_keeps_only_the_kind_of_error() -> None:
    record = _record("reviews", "job failed")
    record.exc_info = (ValueError, ValueError("Farida Anwar said so"), None)

    line = json.loads(AllowedFields().format(record))

    assert line["error"] == "ValueError"
    assert "Farida" not in json.dumps(line)


def test_the_queue_that_writes_tracebacks_into_its_messages_is_not_quoted() -> None:
    line = json.loads(
        AllowedFields().format(_record("django-q", "Failed: Farida Anwar said so"))
    )

    assert (line["logger"], line["event"]) == ("django-q", "")


def test_nothing_of_a_respondents_page_is_logged() -> None:
    visit = _record("django.request", "slow")
    visit.request = RequestFactory().get("/q/questions/1")
    named = _record("gunicorn.error", "Error handling request %s", "/q/questions/1")
    other = _record("gunicorn.error", "Error handling request %s", "/reviews/1/")

    kept = [NoTraceFilter().filter(each) for each in (visit, named, other)]

    assert kept == [False, False, True]


DRAWS = """
import logging
if {loud}:
    logging.getLogger("weasyprint.progress").setLevel(logging.INFO)
import weasyprint
from reviews.files import pdf
pdf.draw_html("<html lang=en><title>A page</title><p>Words</p></html>")
"""


@pytest.mark.slow
@pytest.mark.parametrize("loud", [False, True], ids=["ours", "control"])
def test_how_a_document_is_drawn_step_by_step_is_not_logged(
    tmp_path: Path, loud: bool
) -> None:
    done = subprocess.run(  # noqa: S603 - our own words
        [sys.executable, "manage.py", "shell", "-v0", "-c", DRAWS.format(loud=loud)],
        cwd=ROOT,
        env={**os.environ, "VAR_DIR": str(tmp_path), "DEMO": "1", "DATABASE_URL": ""},
        check=True,
        capture_output=True,
        text=True,
    )

    assert ("weasyprint.progress" in done.stderr) is loud
