"""Refuses an installation that could not keep its promise. Each sentence says what to set.

The rules on settings are a table; those on a database ask the database itself, when somebody
migrates or serves.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connections

LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
SHORTEST_SECRET = 50
LOCAL_CACHES = ("LocMemCache", "FileBasedCache", "DummyCache")
FILE_MAIL = ("filebased", "console")

PRAGMAS = (
    "journal_mode=WAL",
    "secure_delete=ON",
    "foreign_keys=ON",
    "trusted_schema=OFF",
)

# What a PostgreSQL server must say, and why: it would write to its own files what people said,
# or when. Django puts values into the statement, so a failed statement must not be logged either.
POSTGRESQL = {
    "track_commit_timestamp": "off",
    "log_statement": "none",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    "log_min_duration_statement": "-1",
    "log_min_duration_sample": "-1",
    "log_transaction_sample_rate": "0",
    "debug_print_parse": "off",
    "debug_print_rewritten": "off",
    "debug_print_plan": "off",
}
# What libraries add to the log, where a server loads them: whole statements too.
POSTGRESQL_LIBRARIES = {"auto_explain.log_min_duration": "-1", "pgaudit.log": "none"}


@dataclass(frozen=True)
class Rule:
    """``broken`` says whether the installation breaks it; ``sentence`` what to set instead."""

    code: str
    broken: Callable[[], bool]
    sentence: str


def on_loopback() -> bool:
    """Whether the site answers under names of this machine only."""
    return bool(settings.ALLOWED_HOSTS) and LOOPBACK.issuperset(settings.ALLOWED_HOSTS)


def _plain_http_elsewhere() -> bool:
    if settings.HTTPS or settings.DEBUG or settings.TESTING:
        return False
    return not on_loopback()


def _address_is_not_https() -> bool:
    given = settings.HTTPS and not on_loopback()
    return given and not settings.SITE_ADDRESS.startswith("https:")


def _spreadsheets_are_not_defused() -> bool:
    # As openpyxl itself decides, which is not loaded for it: numpy, lxml and Pillow would come along.
    asked = os.environ.get("OPENPYXL_DEFUSEDXML", "True") == "True"
    return not (asked and find_spec("defusedxml"))


def _cache_is_local() -> bool:
    if settings.TESTING:
        return False
    return any(
        each["BACKEND"].endswith(LOCAL_CACHES)
        for name, each in settings.CACHES.items()
        if name != "queue"
    )


def _sqlite_is_unsafe() -> bool:
    return any(
        each["ENGINE"].endswith("sqlite3") and not _sqlite_is_safe(each["OPTIONS"])
        for each in settings.DATABASES.values()
    )


def _sqlite_is_safe(options: dict[str, Any]) -> bool:
    command = options.get("init_command", "").replace(" ", "")
    return options.get("transaction_mode") == "IMMEDIATE" and all(
        f"PRAGMA{pragma};" in command for pragma in PRAGMAS
    )


def _keystore_is_the_same_database() -> bool:
    keystore = settings.DATABASES.get("keystore")
    main = settings.DATABASES["default"]
    places = ("HOST", "PORT", "NAME")
    return keystore is not None and all(
        str(keystore.get(each, "")) == str(main.get(each, "")) for each in places
    )


def _atomic_requests() -> bool:
    return any(each.get("ATOMIC_REQUESTS") for each in settings.DATABASES.values())


def _mail_goes_to_files() -> bool:
    if settings.DEMO or settings.DEBUG:
        return False
    return any(word in settings.EMAIL_BACKEND for word in FILE_MAIL)


def _queue_keeps_content() -> bool:
    queue = settings.Q_CLUSTER
    return (
        queue.get("save_limit") != -1
        or "error_reporter" in queue
        or not queue.get("ack_failures")
        or queue.get("retry", 0) <= queue.get("timeout", 0)
    )


def _logs_are_open() -> bool:
    if settings.TESTING:
        return False
    return any(
        "no_trace" not in each.get("filters", ()) or each.get("formatter") != "json"
        for each in settings.LOGGING.get("handlers", {}).values()
    )


RULES = (
    Rule(
        "E001",
        lambda: settings.DEMO and not on_loopback(),
        "A demonstration lets anybody in. Set DEMO=0, or ALLOWED_HOSTS to names of this "
        "machine only: 127.0.0.1,localhost.",
    ),
    Rule(
        "E002",
        _plain_http_elsewhere,
        "Without HTTPS, sign-ins and answers cross the network in clear. Set HTTPS=1, or "
        "ALLOWED_HOSTS to names of this machine only.",
    ),
    Rule(
        "E003",
        _address_is_not_https,
        "Links in mail would begin with http. Set SITE_ADDRESS to the address that people "
        "use, beginning with https.",
    ),
    Rule(
        "E004",
        lambda: bool(getattr(settings, "MFA_TOTP_INSECURE_BYPASS_CODE", None)),
        "MFA_TOTP_INSECURE_BYPASS_CODE opens every account. Take it out of the settings.",
    ),
    Rule(
        "E005",
        _spreadsheets_are_not_defused,
        "Spreadsheets could exhaust this machine. Install defusedxml, and do not set "
        "OPENPYXL_DEFUSEDXML to False.",
    ),
    Rule(
        "E006",
        lambda: "django.contrib.admin" in settings.INSTALLED_APPS,
        "The admin site would show what people said. Take django.contrib.admin out of "
        "INSTALLED_APPS.",
    ),
    Rule(
        "E007",
        lambda: bool(settings.ADMINS or settings.MANAGERS),
        "Error mail would quote what people said. Set ADMINS and MANAGERS to empty lists.",
    ),
    Rule(
        "E008",
        lambda: (
            settings.DEFAULT_EXCEPTION_REPORTER_FILTER
            != "peerreview.silence.NothingReported"
        ),
        "Error reports would quote what people said. Set DEFAULT_EXCEPTION_REPORTER_FILTER "
        "to peerreview.silence.NothingReported.",
    ),
    Rule(
        "E009",
        _cache_is_local,
        "Each process would count wrong passwords for itself. Set CACHES to the database "
        "or Redis (REDIS_URL).",
    ),
    Rule(
        "E010",
        _sqlite_is_unsafe,
        "SQLite would keep deleted text or fail when two people save at once. Keep the "
        "options of DATABASES: IMMEDIATE transactions, WAL, secure_delete, foreign_keys, "
        "trusted_schema off.",
    ),
    Rule(
        "E011",
        lambda: len(settings.SECRET_KEY) < SHORTEST_SECRET,
        f"SECRET_KEY is too short. Set it to at least {SHORTEST_SECRET} random characters.",
    ),
    Rule(
        "E012",
        lambda: (
            not settings.MIDDLEWARE
            or settings.MIDDLEWARE[0] != "questionnaires.no_trace.NoTraceMiddleware"
        ),
        "Something would learn who answers a questionnaire. Set "
        "questionnaires.no_trace.NoTraceMiddleware as the first of MIDDLEWARE.",
    ),
    Rule(
        "E013",
        lambda: "peerreview.middleware.DenyByDefault" not in settings.MIDDLEWARE,
        "A page without an access rule would open to everybody. Put "
        "peerreview.middleware.DenyByDefault back into MIDDLEWARE.",
    ),
    Rule(
        "E014",
        lambda: (
            not settings.DEMO
            and "peerreview.middleware.SecondFactorRequired" not in settings.MIDDLEWARE
        ),
        "Accounts would open with a password alone. Put "
        "peerreview.middleware.SecondFactorRequired back into MIDDLEWARE.",
    ),
    Rule(
        "E015",
        _keystore_is_the_same_database,
        "Keys beside the data that they protect protect nothing. Set KEYSTORE_URL to "
        "another database than DATABASE_URL.",
    ),
    Rule(
        "E016",
        _atomic_requests,
        "ATOMIC_REQUESTS lets one person at a time on the site. Set it to False.",
    ),
    Rule(
        "E017",
        _mail_goes_to_files,
        "Mail holds links that answer a questionnaire, and would stay in files. Set "
        "EMAIL_URL to a mail server.",
    ),
    Rule(
        "E018",
        _queue_keeps_content,
        "The queue would keep what it worked on, or run it twice. Set Q_CLUSTER: "
        "save_limit -1, ack_failures True, retry above timeout, no error_reporter.",
    ),
    Rule(
        "E019",
        _logs_are_open,
        "Logs would hold addresses of respondents. Give each handler of LOGGING the "
        "filter no_trace and the formatter json.",
    ),
)


@register(Tags.security)
def settings_keep_the_promise(
    app_configs: Sequence[AppConfig] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Every rule of the table that the settings break."""
    return [
        Error(rule.sentence, id=f"peerreview.{rule.code}")
        for rule in RULES
        if rule.broken()
    ]


@register(Tags.database)
def databases_keep_the_promise(
    app_configs: Sequence[AppConfig] | None = None,
    databases: Iterable[str] | None = None,
    **kwargs: Any,
) -> list[CheckMessage]:
    """What each PostgreSQL server writes down beside the data."""
    return [
        Error(sentence, id="peerreview.E030")
        for alias in databases or ()
        if connections[alias].vendor == "postgresql"
        for sentence in unsafe_postgresql(_shown(alias))
    ]


def _shown(alias: str) -> dict[str, str | None]:
    """Each setting's value; None for that of a library that is not loaded."""
    found = {}
    with connections[alias].cursor() as cursor:
        for name in (*POSTGRESQL, *POSTGRESQL_LIBRARIES):
            cursor.execute("SELECT current_setting(%s, true)", [name])
            found[name] = cursor.fetchone()[0]
    return found


def unsafe_postgresql(shown: Mapping[str, str | None]) -> list[str]:
    """One sentence for each setting that would keep what people said, or when."""
    wanted = {**POSTGRESQL, **POSTGRESQL_LIBRARIES}
    return [
        f"PostgreSQL has {name} = {shown[name]}. Set {name} = {value} in postgresql.conf."
        for name, value in wanted.items()
        if shown[name] != value
        and not (name in POSTGRESQL_LIBRARIES and shown[name] is None)
    ]
