"""The web server. No access log at all: it would say who opened a questionnaire, and when."""

from typing import Any

from peerreview.silence import AllowedFields, NoTraceFilter

wsgi_app = "peerreview.wsgi:application"
worker_class = "gthread"
workers = 2
threads = 4
# Each process has its own pool of connections to PostgreSQL; never with preload_app.
raw_env = ["DATABASE_POOL=1"]
accesslog = None
control_socket_disable = True

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
    "root": {"handlers": ["console"], "level": "WARNING"},
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
