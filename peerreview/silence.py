"""What logs and error reports may say: allow-listed fields, and nothing of a respondent's page."""

import json
import logging
import re
from collections.abc import ItemsView
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest
from django.views.debug import SafeExceptionReporterFilter

ALLOWED = ("code", "job", "status_code")
RESPONDENT = "/q/"
# Writes what happened, traceback and all, into the message itself.
TALKATIVE = "django-q"
# Where a message would hold an argument: "Not Found: %s" is logged as "Not Found".
_PLACE = re.compile(
    r"[\s:,;(\"'=]*%(?!%)(?:\(\w+\))?[-#0 +]*[\d*]*(?:\.[\d*]+)?[a-zA-Z][\"')]*"
)


class NoTraceFilter(logging.Filter):
    """Drops every record that carries a request of a respondent."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        path = getattr(request, "path", "")
        return not path.startswith(RESPONDENT) and RESPONDENT not in str(record.args)


class AllowedFields(logging.Formatter):
    """One line of JSON: time, level, logger, event, and the fields named above.

    Arguments and tracebacks are left out: they may hold what people wrote. A record's own
    message is a constant of the code and stays, without the places where arguments would go.
    """

    def format(self, record: logging.LogRecord) -> str:
        constant = isinstance(record.msg, str) and record.name != TALKATIVE
        line: dict[str, Any] = {
            "at": self.formatTime(record),
            "level": record.levelname,
            "logger": record.name,
            "event": _event(record) if constant else "",
        }
        for name in ALLOWED:
            if hasattr(record, name):
                line[name] = getattr(record, name)
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        return json.dumps(line)


def _event(record: logging.LogRecord) -> str:
    """A message of the code as it stands without its arguments, or what its status code means."""
    words = " ".join(_PLACE.sub("", str(record.msg)).split())
    status = getattr(record, "status_code", None)
    meaning = next((each.phrase for each in HTTPStatus if each == status), "")
    return words.strip(" :,;") or meaning


class NothingReported(SafeExceptionReporterFilter):
    """No form data, cookies, headers, settings or local variables in any error report."""

    def get_safe_settings(self) -> dict[str, Any]:
        return {}

    def get_safe_request_meta(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def get_safe_cookies(self, request: HttpRequest) -> dict[str, Any]:
        return {}

    def is_active(self, request: HttpRequest | None) -> bool:
        return True

    def get_post_parameters(self, request: HttpRequest | None) -> dict[str, Any]:
        return {}

    def get_traceback_frame_variables(
        self, request: HttpRequest, tb_frame: Any
    ) -> ItemsView[str, Any]:
        return {}.items()
