"""The web server. No access log at all: it would say who opened a questionnaire, and when."""

from typing import Any

from peerreview import footprint, web_process
from peerreview.silence import AllowedFields, NoTraceFilter
from peerreview.web_process import WebProcess

wsgi_app = "peerreview.wsgi:application"
worker_class = "peerreview.web_process.WebProcess"
workers = 2
threads = 4
accesslog = None
control_socket_disable = True


def post_worker_init(worker: WebProcess) -> None:
    """In each process, once it has loaded the site and before it answers."""
    from django.db import connections  # noqa: PLC0415 - app ready

    from peerreview.database import keep_connections  # noqa: PLC0415 - app ready

    for each in connections.settings.values():
        keep_connections(each)
    worker.growth = footprint.Growth()


post_request = web_process.has_answered

# What gunicorn itself says, with the same two locks as the site's own log: no arguments, no
# tracebacks, nothing under /q/.
logconfig_dict: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_trace": {"()": NoTraceFilter}},
    "formatters": {"json": {"()": AllowedFields}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "filters": ["no_trace"],
            "formatter": "json",
        }
    },
    # As in the site's own settings, which a forked process has had before these.
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "gunicorn.error": {
            "handlers": ["console"],
            "level": "WARNING",
            "propagate": False,
            "qualname": "gunicorn.error",
        },
        "gunicorn.access": {
            "handlers": [],
            "level": "CRITICAL",
            "propagate": False,
            "qualname": "gunicorn.access",
        },
    },
}
