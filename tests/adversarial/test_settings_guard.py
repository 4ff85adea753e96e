"""T46: an installation that could not keep its promise is refused, and told what to set."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.db import connection

from peerreview import checks


def _codes() -> list[str]:
    return [str(each.id) for each in checks.settings_keep_the_promise()]


def _set(monkeypatch: pytest.MonkeyPatch, **unsafe: Any) -> None:
    """The settings as they are, but for these; seen by the checks alone."""
    now = {name: getattr(settings, name) for name in dir(settings) if name.isupper()}
    monkeypatch.setattr(checks, "settings", SimpleNamespace(**{**now, **unsafe}))


def test_the_settings_as_shipped_are_accepted() -> None:
    assert _codes() == []


def _sqlite(**options: Any) -> dict[str, Any]:
    return {"default": {"ENGINE": "django.db.backends.sqlite3", "OPTIONS": options}}


@pytest.mark.parametrize(
    ("code", "unsafe"),
    [
        ("E001", {"DEMO": True, "ALLOWED_HOSTS": ["review.example.org"]}),
        ("E001", {"DEMO": True, "ALLOWED_HOSTS": ["127.0.0.1", "*"]}),
        ("E001", {"DEMO": True, "ALLOWED_HOSTS": []}),
        (
            "E002",
            {
                "HTTPS": False,
                "TESTING": False,
                "ALLOWED_HOSTS": ["review.example.org"],
                "CACHES": {"default": {"BACKEND": "some.DatabaseCache"}},
            },
        ),
        (
            "E003",
            {
                "HTTPS": True,
                "ALLOWED_HOSTS": ["review.example.org"],
                "SITE_ADDRESS": "http://review.example.org",
            },
        ),
        ("E004", {"MFA_TOTP_INSECURE_BYPASS_CODE": "123456"}),
        ("E006", {"INSTALLED_APPS": ["django.contrib.admin"]}),
        ("E007", {"ADMINS": [("Robin", "robin@example.org")]}),
        (
            "E008",
            {
                "DEFAULT_EXCEPTION_REPORTER_FILTER": (
                    "django.views.debug.SafeExceptionReporterFilter"
                )
            },
        ),
        (
            "E009",
            {
                "TESTING": False,
                "CACHES": {"default": {"BACKEND": "django.core.cache.LocMemCache"}},
            },
        ),
        ("E010", {"DATABASES": _sqlite(transaction_mode="IMMEDIATE")}),
        ("E011", {"SECRET_KEY": "short"}),
        ("E012", {"MIDDLEWARE": []}),
        ("E013", {"MIDDLEWARE": ["questionnaires.no_trace.NoTraceMiddleware"]}),
        ("E014", {"MIDDLEWARE": ["questionnaires.no_trace.NoTraceMiddleware"]}),
        ("E017", {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}),
        ("E018", {"Q_CLUSTER": {"save_limit": 250}}),
        (
            "E019",
            {"TESTING": False, "LOGGING": {"handlers": {"file": {"filters": []}}}},
        ),
    ],
)
def test_an_unsafe_setting_is_refused(
    monkeypatch: pytest.MonkeyPatch, code: str, unsafe: dict[str, Any]
) -> None:
    _set(monkeypatch, **unsafe)

    assert f"peerreview.{code}" in _codes()


def test_keys_beside_the_data_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    main = settings.DATABASES["default"]
    monkeypatch.setattr(
        settings, "DATABASES", {"default": main, "keystore": dict(main)}
    )

    assert "peerreview.E015" in _codes()


def test_one_transaction_for_each_page_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    unsafe = {**settings.DATABASES["default"], "ATOMIC_REQUESTS": True}
    _set(monkeypatch, DATABASES={"default": unsafe})

    assert "peerreview.E016" in _codes()


def test_spreadsheets_without_their_guard_are_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("OPENPYXL_DEFUSEDXML", "False")

    assert _codes() == ["peerreview.E005"]


WANTED = {**checks.POSTGRESQL, **checks.POSTGRESQL_LIBRARIES}


@pytest.mark.parametrize("setting", sorted(WANTED))
def test_a_postgresql_that_writes_down_what_people_said_is_refused(
    setting: str,
) -> None:
    shown = {**WANTED, setting: "something else"}

    said = checks.unsafe_postgresql(shown)

    assert said == [
        f"PostgreSQL has {setting} = something else. "
        f"Set {setting} = {WANTED[setting]} in postgresql.conf."
    ]


def test_a_library_that_is_not_loaded_logs_nothing() -> None:
    absent: dict[str, str | None] = dict.fromkeys(checks.POSTGRESQL_LIBRARIES)

    assert checks.unsafe_postgresql({**checks.POSTGRESQL, **absent}) == []
    assert checks.unsafe_postgresql({**WANTED, "log_statement": None}) != []


@pytest.mark.django_db
def test_the_database_under_test_is_accepted() -> None:
    assert checks.databases_keep_the_promise(databases=["default"]) == []
    assert connection.vendor in {"sqlite", "postgresql"}


def test_each_code_is_used_once_and_ends_in_what_to_do() -> None:
    codes = [rule.code for rule in checks.RULES]

    assert codes == sorted(set(codes))
    for rule in checks.RULES:
        assert rule.sentence.endswith("."), rule.code


def test_the_guard_runs_with_every_command() -> None:
    before = run_checks(tags=["security"])

    assert [each for each in before if str(each.id).startswith("peerreview.")] == []
