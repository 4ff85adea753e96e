"""Loads all that a page or a job may need, so that processes forked afterwards share its memory.

What only a document needs (WeasyPrint, openpyxl, the solver) is left to the process that draws one.
"""

import gc
import io
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.management import get_commands, load_command_class
from django.template import engines
from django.urls import URLResolver, get_resolver
from django.utils import timezone

PROGRAMS = ("peerreview.wsgi", "peerreview.web_process", "django_q.cluster")


def load_everything() -> None:
    for name in PROGRAMS:
        import_module(name)
    import_module("django_q.brokers").get_broker()
    load_command_class(get_commands()["qcluster"], "qcluster")
    _load_tasks()
    _resolve(get_resolver())
    _compile_templates()
    if any(
        each["ENGINE"].endswith("postgresql") for each in settings.DATABASES.values()
    ):
        import_module("psycopg_pool")
    # The page fills the gaps that this leaves: a process that filled them would copy their pages.
    gc.collect()
    _draw_a_page()


def _load_tasks() -> None:
    for app in apps.get_app_configs():
        if find_spec(f"{app.name}.tasks"):
            import_module(f"{app.name}.tasks")


def _resolve(resolver: URLResolver) -> None:
    """Loads the views, and the table of names that ``reverse`` looks into."""
    _ = resolver.reverse_dict
    for each in resolver.url_patterns:
        if isinstance(each, URLResolver):
            _resolve(each)


def _compile_templates() -> None:
    for folder in map(Path, settings.TEMPLATES[0]["DIRS"]):
        for file in sorted(folder.rglob("*.*")):
            engines["django"].get_template(str(file.relative_to(folder)))


def _draw_a_page() -> None:
    """What every page needs the first time: catalogues of words, forms, queries, the cache, and
    England's holidays, whose library reads a file for each country."""
    cache.get("nothing")
    import_module("reviews.rules.lead_in").bank_holidays(timezone.localdate().year)
    answer = import_module("peerreview.wsgi").application(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": str(settings.LOGIN_URL),
            "SERVER_NAME": settings.ALLOWED_HOSTS[0].lstrip("."),
            "SERVER_PORT": "80",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(),
            "HTTP_X_FORWARDED_PROTO": "https",
        },
        lambda status, headers: None,
    )
    answer.close()
